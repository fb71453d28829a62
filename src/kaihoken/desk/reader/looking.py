"""What is read of a card before its holder is asked anything: whether it is one that is taken, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from kaihoken.card import JpkiClient, TokenKind, examine
from kaihoken.card.certificate import Trust, UserCertificate, Validity, require_valid
from kaihoken.clock import tokyo_day
from kaihoken.desk.reader.flow import Happened
from kaihoken.desk.reader.operation import CardRead
from kaihoken.desk.reader.terms import ReaderTerms

MEANING: Final[Mapping[str, Happened]] = MappingProxyType(
    {
        "card.not-ours": Happened.OTHER,
        "card.old": Happened.OLD,
        "card.not-test-authority": Happened.REAL,
        "card.certificate-algorithm": Happened.REAL,  # no TEST authority makes such: what else is in it is not read
        "card.mute": Happened.MUTE,
        "card.malformed": Happened.MUTE,
        "card.busy": Happened.MUTE,
        "card.removed": Happened.MUTE,  # and it lies there again
        "card.no-card": Happened.MUTE,
        "card.unknown-token": Happened.MUTE,
        "card.certificate-malformed": Happened.MUTE,
    }
)
"""What a problem with a card leads to; any other is no answer, told to nobody but the reception."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A card that is taken. `certificate` (DER) is empty where it is read behind the PIN."""

    card: CardRead
    certificate: bytes = field(default=b"", repr=False)


def look_at(client: JpkiClient, trust: Trust, now: datetime, terms: ReaderTerms) -> Seen:
    """A card that lies on the reader. Blocks. A real one is found out before any PIN. Problems of `examine`,
    `require_valid`."""
    found = examine(client, trust, now)
    if found.certificate is None:
        return Seen(CardRead(found.kind, found.tries_left))
    return _until_when(found.kind, found.tries_left, found.certificate, now, terms)


def look_again(
    client: JpkiClient, token: TokenKind, left: int, trust: Trust, now: datetime, terms: ReaderTerms
) -> Seen:
    """The certificate that an Android phone shows behind its PIN. Problems of `UserCertificate.read`,
    `Trust.issuer_of`, `require_valid`, the client."""
    certificate = UserCertificate.read(client.authentication_certificate())
    trust.issuer_of(certificate)
    return _until_when(token, left, certificate, now, terms)


def _until_when(
    token: TokenKind, left: int, certificate: UserCertificate, now: datetime, terms: ReaderTerms
) -> Seen:
    in_grace = require_valid(certificate, now) is Validity.IN_GRACE
    last = tokyo_day(certificate.not_after)
    notice = terms.notice(last, tokyo_day(now))
    return Seen(CardRead(token, left, in_grace, notice, last), certificate.der)
