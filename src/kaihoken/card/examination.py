"""What lies on the reader, found out before anybody is asked for a PIN.

A card whose certificate is not of a pinned TEST authority stops here: nothing of it is kept, told or sent on. An
Android phone shows its own certificate after its PIN only, so it is the certificate of its authority that is looked at.
"""

from dataclasses import dataclass, field
from datetime import datetime

from kaihoken.card.certificate import Trust, UserCertificate, Validity, validity_of
from kaihoken.card.jpki import JpkiClient
from kaihoken.card.layout import TokenKind


@dataclass(frozen=True, slots=True)
class Examined:
    """A card that is taken. `certificate` and `validity` are None where they are read after the PIN only. With no try
    left another way is offered than the PIN."""

    kind: TokenKind
    certificate: UserCertificate | None = field(repr=False)
    validity: Validity | None
    tries_left: int

    @property
    def asks_for_pin(self) -> bool:
        """Whether its key opens by a PIN that is typed here; an iPhone has asked its holder itself."""
        return self.kind is not TokenKind.IPHONE


def examine(client: JpkiClient, trust: Trust, now: datetime) -> Examined:
    """What the card is and where it stands. Problems `card.not-ours`, `card.old`, `card.unknown-token`;
    `card.not-test-authority` for a real card; `card.certificate-malformed`, `card.certificate-algorithm`; those of the
    client."""
    kind = client.require_taken()
    if kind is TokenKind.ANDROID:
        trust.issuer_of(UserCertificate.read(client.authority_certificate()))
        return Examined(kind, None, None, client.tries_left())
    certificate = UserCertificate.read(client.authentication_certificate())
    trust.issuer_of(certificate)
    return Examined(kind, certificate, validity_of(certificate, now), client.tries_left())
