"""Whether a client may use the certificate of its connection, and a token over it (RFC 8705).

In this order: it is enrolled for the client, where the client has certificates enrolled; a CA of the hub issued it;
it is for TLS clients; it is within its time. A token that is issued over it works over a connection with the same
certificate only.

Three clocks meet here: that of whoever issued the certificate, the client's (in the assertion it has just signed) and
the hub's. Where the times do not fit, the problem says whose clock the two others speak against, and by how much.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from kaihoken.access import base64url
from kaihoken.access.certificate import Certificate, ClientCas, subject_of
from kaihoken.problems import Problem

Binding = Literal["offered", "required"]
Form = Literal["thumbprint", "subject"]

MOST_CERTIFICATES = 8
SKEW = 30
"""Seconds by which the clock of an issuer may be ahead, as that of a client (`assertion.SKEW`)."""

_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate that a client may use: exactly the one of that thumbprint, or any of the hub's client CAs with that
    subject."""

    form: Form
    value: str
    status: Literal["active", "disabled"] = "active"

    @property
    def name(self) -> str:
        """By which a record and a command know it: the thumbprint, or for a subject (which may hold names) its
        SHA-256."""
        if self.form == "thumbprint":
            return self.value
        return base64url.encode(hashlib.sha256(self.value.encode()).digest())

    def fits(self, certificate: Certificate) -> bool:
        """Whether a certificate is meant."""
        return self.value == (certificate.thumbprint if self.form == "thumbprint" else certificate.subject)


def enrolled(form: Form, value: str) -> ClientCertificate:
    """A certificate as it may be enrolled. Raises Problem `access.client-invalid`."""
    if form == "subject":
        return ClientCertificate(form, subject_of(value))
    if _THUMBPRINT.fullmatch(value) is None or base64url.decode(value) is None:
        raise Problem(
            "access.client-invalid", where="thumbprint", wanted="x5t#S256: 43 characters of base64url"
        )
    return ClientCertificate(form, value)


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """What a hub asks of certificates: which CAs, and whether one must be there."""

    cas: ClientCas
    binding: Binding = "offered"

    def check(
        self,
        certificate: Certificate | None,
        held: Sequence[ClientCertificate],
        now: int,
        client_now: int,
    ) -> None:
        """Let a proven client go on with the certificate of its connection. `now` is the hub's time, `client_now` the
        client's, in seconds.

        Raises Problem `access.certificate-missing`, `-refused`, `-untrusted`, `-use`, and of times `-early`,
        `-expired`, `-hub-clock`, `-client-clock`.
        """
        if certificate is None:
            if held or self.binding == "required":
                raise Problem("access.certificate-missing")
            return
        if held and not any(one.status == "active" and one.fits(certificate) for one in held):
            raise Problem("access.certificate-refused")
        if not self.cas.issued(certificate, now):
            raise Problem("access.certificate-untrusted")
        if not certificate.is_for_clients:
            raise Problem("access.certificate-use")
        check_times(certificate, now, client_now)


def check_times(certificate: Certificate, now: int, client_now: int) -> None:
    """Problem where a certificate is not valid by the hub's clock, with what the client's clock says of it."""
    early, late = certificate.begins - now, now - certificate.ends
    if early > SKEW:
        if client_now - now > SKEW:  # issuer and client agree against us
            raise Problem(
                "access.certificate-hub-clock",
                seconds=min(early, client_now - now),
                hub_time=_said(now),
                begins=_said(certificate.begins),
            )
        raise Problem(
            "access.certificate-early", seconds=early, hub_time=_said(now), begins=_said(certificate.begins)
        )
    if late > 0:
        if now - client_now > SKEW and client_now <= certificate.ends:
            raise Problem(
                "access.certificate-client-clock",
                seconds=now - client_now,
                hub_time=_said(now),
                ended=_said(certificate.ends),
            )
        raise Problem(
            "access.certificate-expired", seconds=late, hub_time=_said(now), ended=_said(certificate.ends)
        )


def _said(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
