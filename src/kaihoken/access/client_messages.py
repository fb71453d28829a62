"""What an operator says about clients, and what is answered: one set of messages for the command line, for a hub that
is asked over HTTP, and for the hub at rest.

Each message is one change and one record. Repeating one whose outcome is unknown is safe: what stands already is
answered as it stands, without a second record.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from kaihoken.access import strict_json
from kaihoken.access.certificate import read_certificate
from kaihoken.access.certificate_binding import ClientCertificate, Form, enrolled
from kaihoken.access.client import Client, ClientKey, Registry
from kaihoken.access.code import LONGEST_CODE_LIFE
from kaihoken.access.key import PublicKey, read_public_key
from kaihoken.access.scopes import HELD_BY, Kind, parse_scopes
from kaihoken.access.token import Caller
from kaihoken.problems import Problem

if TYPE_CHECKING:
    from kaihoken.access.enrolment import Enrolment

LONGEST_MESSAGE = 65_536
MOST_LISTED = 1000

_Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Jwk = dict[str, object]
"""A public key as RFC 7517 writes it; read by `read_public_key`."""


class CertificateNamed(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A TLS certificate by its PEM, its thumbprint, or its subject (one of them)."""

    pem: _Text = ""
    thumbprint: _Text = ""
    subject: _Text = ""


class NewCertificate(
    CertificateNamed, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A TLS certificate that a client may use from now on."""

    client_id: _Text


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another key of a client, before the old one is disabled. With `code_until` it is that of a one-time code, which
    ends then."""

    client_id: _Text
    key: Jwk
    code_until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class OwnKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client's own key, in exchange for the one-time code with which it came."""

    key: Jwk


class NewClient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A facility, insurer or operator that comes. `scopes` left out: all that its kind may hold. With a certificate it
    needs that one from its first token on. With `code_until` the key is that of a one-time code, which ends then."""

    client_id: _Text
    kind: Kind
    name: _Text
    key: Jwk
    code: _Text = ""
    scopes: list[_Text] | None = None
    certificate: CertificateNamed | None = None
    code_until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Disabling(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is shut out for good: one key, one certificate (by the name under which it is listed), or the client."""

    client_id: _Text
    key_id: _Text = ""
    certificate: _Text = ""


Change = NewClient | NewKey | NewCertificate | Disabling

PATHS: Mapping[type[Change], str] = {
    NewClient: "/v1/clients/enrolments",
    NewKey: "/v1/clients/keys",
    NewCertificate: "/v1/clients/certificates",
    Disabling: "/v1/clients/disablings",
}
"""Where a running hub takes each of them (POST)."""


class KeySaid(msgspec.Struct, frozen=True):
    """A key as it is told."""

    key_id: str
    algorithm: str
    status: str
    demo: bool


class CertificateSaid(msgspec.Struct, frozen=True):
    """A certificate as it is told. `name` is what disables it and what the log knows it by."""

    name: str
    form: Form
    value: str
    status: str


class ClientSaid(msgspec.Struct, frozen=True):
    """A client as it is told: with its rights, keys and certificates, whatever their status."""

    client_id: str
    kind: str
    code: str
    name: str
    status: Literal["active", "disabled"]
    scopes: list[str]
    keys: list[KeySaid]
    certificates: list[CertificateSaid]


class ClientsSaid(msgspec.Struct, frozen=True):
    """A page of the list, in the order of client ids. `next` is the id after which the next page begins, "" at the
    end."""

    clients: list[ClientSaid]
    next: str


OWN_KEY = "/v1/clients/own-key"
"""Where a client exchanges its code for its own key (POST)."""


def read_change(kind: type[strict_json.S], body: bytes) -> strict_json.S:
    """A message of strangers. Raises Problem `access.message-malformed`."""
    try:
        return strict_json.read(body, kind)
    except strict_json.NotStrictError:
        raise Problem("access.message-malformed") from None


async def make_change(change: Change, enrolment: "Enrolment", registry: Registry, by: str) -> Client:
    """Make a change. `by` is the client id of the operator, or "command". Raises the Problems of `Enrolment`, of
    `read_public_key`, `read_certificate` and `parse_scopes`."""
    match change:
        case NewClient():
            scopes = HELD_BY[change.kind] if change.scopes is None else parse_scopes(change.scopes)
            key = _key(change.key, registry, change.code_until, enrolment.now)
            shown = () if change.certificate is None else (_certificate(change.certificate),)
            client = Client(
                change.client_id, change.kind, change.code, change.name, (key,), scopes, certificates=shown
            )
            return await enrolment.enrol(client, by)
        case NewKey():
            key = _key(change.key, registry, change.code_until, enrolment.now)
            return await enrolment.add_key(change.client_id, key, by)
        case NewCertificate():
            return await enrolment.add_certificate(change.client_id, _certificate(change), by)
        case _:
            return await _disable(change, enrolment, by)


async def _disable(change: Disabling, enrolment: "Enrolment", by: str) -> Client:
    if change.key_id and change.certificate:
        raise Problem("access.message-malformed")
    if change.key_id:
        return await enrolment.disable_key(change.client_id, change.key_id, by)
    if change.certificate:
        return await enrolment.disable_certificate(change.client_id, change.certificate, by)
    return await enrolment.disable(change.client_id, by)


def page_of(registry: Registry, after: str = "", most: int = MOST_LISTED) -> ClientsSaid:
    """The clients behind an id."""
    found = registry.behind(after, most + 1)
    page = [said(client) for client in found[:most]]
    return ClientsSaid(page, page[-1].client_id if len(found) > most else "")


def said(client: Client) -> ClientSaid:
    """A client as it is told."""
    return ClientSaid(
        client.client_id,
        client.kind.value,
        client.code,
        client.name,
        client.status,
        sorted(scope.value for scope in client.scopes),
        [KeySaid(key.public.key_id, key.public.algorithm, key.status, key.demo) for key in client.keys],
        [CertificateSaid(one.name, one.form, one.value, one.status) for one in client.certificates],
    )


async def exchange_key(own: OwnKey, enrolment: "Enrolment", registry: Registry, caller: Caller) -> Client:
    """Take the caller's own key in the place of the code that it proved itself with. Problems of
    `Enrolment.exchange_key` and `read_public_key`."""
    key = _key(own.key, registry, None, enrolment.now)
    return await enrolment.exchange_key(caller.actor, caller.key_id, key)


def _key(jwk: Jwk, registry: Registry, code_until: datetime | None, now: datetime) -> ClientKey:
    """The key of a message. Problem `access.client-invalid` where a code ends too late, or has ended."""
    public: PublicKey = read_public_key(msgspec.json.encode(jwk))
    until = 0
    if code_until is not None:
        if not now < code_until <= now + LONGEST_CODE_LIFE:
            wanted = f"within {LONGEST_CODE_LIFE.days} days"
            raise Problem("access.client-invalid", where="code_until", wanted=wanted)
        until = int(code_until.timestamp())
    return ClientKey(public, demo=registry.purpose == "demo", until=until)


def _certificate(change: CertificateNamed) -> ClientCertificate:
    given = [form for form in (change.pem, change.thumbprint, change.subject) if form]
    if len(given) != 1:
        raise Problem("access.message-malformed")
    if change.pem:
        return enrolled("thumbprint", read_certificate(change.pem).thumbprint)
    if change.thumbprint:
        return enrolled("thumbprint", change.thumbprint)
    return enrolled("subject", change.subject)
