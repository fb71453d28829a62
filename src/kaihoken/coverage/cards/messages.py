"""What a terminal and a hub say to each other about a card: the bodies of /v1/card-challenges, /v1/card-presences and
/v1/card-links.

Bytes (nonce, certificate, signature) are base64 in JSON. No `repr` shows them.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

from kaihoken.card.certificate import Validity
from kaihoken.card.presence import AnsweredBy, Method, Purpose
from kaihoken.consent import Care, Means
from kaihoken.coverage.inquiry import Consent
from kaihoken.coverage.shape import read_message
from kaihoken.problems import Problem

TerminalName = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9._-]{1,64}$(?!\n)",
        description="A facility's own name for one of its readers: letters, digits, `.`, `_`, `-`",
    ),
]
ChallengeName = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
"""A facility's own name for one of its readers; the name of a challenge."""

_LONGEST_CERTIFICATE, _LONGEST_SIGNATURE = 4096, 256


class CardChallengeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card is to be put on a reader: on which, and for what."""

    terminal: TerminalName
    purpose: Purpose = Purpose.ELIGIBILITY


class CardChallengeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A nonce of 32 bytes, never a digest: what the card signs the terminal makes itself (`message_of`), within so many
    seconds."""

    challenge: str
    nonce: bytes
    seconds: int

    def __repr__(self) -> str:
        return "CardChallengeAnswer(…)"


class CardPresenceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a card answered. `terminal` and `purpose` are those of the challenge. `signature` is left out where the
    terminal's word stands for it (face, visual). `consents`, `care`, `means` and `examined_on` are what the person
    agreed to, as they were signed and as the question brings them; `answered_by` who answered, signed with them."""

    challenge: ChallengeName
    terminal: TerminalName
    method: Method
    certificate: Annotated[bytes, msgspec.Meta(max_length=_LONGEST_CERTIFICATE)]
    signature: Annotated[bytes, msgspec.Meta(max_length=_LONGEST_SIGNATURE)] = b""
    purpose: Purpose = Purpose.ELIGIBILITY
    consents: tuple[Consent, ...] = ()
    care: Care = Care.OUTPATIENT
    means: Means | None = None
    examined_on: date | None = None
    answered_by: AnsweredBy = AnsweredBy.PERSON

    def __repr__(self) -> str:
        return "CardPresenceRequest(…)"


class CardLinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """利用登録: a card's holder wants it to stand for them. What the card answered to a challenge of the purpose
    `registration`, signed with the agreement `LINKING`; `agreed` says that they were asked, and said yes,
    `answered_by` who answered."""

    challenge: ChallengeName
    terminal: TerminalName
    method: Method
    certificate: Annotated[bytes, msgspec.Meta(max_length=_LONGEST_CERTIFICATE)]
    signature: Annotated[bytes, msgspec.Meta(max_length=_LONGEST_SIGNATURE)] = b""
    agreed: bool
    answered_by: AnsweredBy = AnsweredBy.PERSON

    def __repr__(self) -> str:
        return "CardLinkRequest(…)"


class CardLinkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it: `linked`, or `unchanged` where the card stood for somebody already. Nothing of the person."""

    status: Literal["linked", "unchanged"]


class CardPresenceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """That the card was there. `presence` is asked with (`"by": "presence"`) at this terminal, for this purpose and
    with these consents, within so many seconds, as often as it takes. `certificate` good, expires-soon or, with
    coverage only, in-grace. `simulated` is true of face and visual: the terminal's word stands for 特定機関認証."""

    presence: str
    seconds: int
    presented: Literal["card", "phone"]
    method: Method
    certificate: Validity
    simulated: bool

    def __repr__(self) -> str:
        return "CardPresenceAnswer(…)"


_challenge_decoder = msgspec.json.Decoder(CardChallengeRequest)
_link_decoder = msgspec.json.Decoder(CardLinkRequest)
_presence_decoder = msgspec.json.Decoder(CardPresenceRequest)
_CHALLENGE_NAMES = frozenset(CardChallengeRequest.__struct_fields__)
_LINK_NAMES = frozenset(CardLinkRequest.__struct_fields__)
_PRESENCE_NAMES = frozenset(CardPresenceRequest.__struct_fields__)


def read_challenge(body: bytes) -> CardChallengeRequest:
    """The request for a challenge in a body. Problems of `read_message`."""
    return read_message(body, _challenge_decoder, _CHALLENGE_NAMES)


def read_presence(body: bytes) -> CardPresenceRequest:
    """What a card answered, in a body. Problems of `read_message`; `coverage.request-shape` for a signature where there
    is none, and for a registration, which has a route of its own."""
    request = read_message(body, _presence_decoder, _PRESENCE_NAMES)
    if request.method.attested and request.signature:
        raise Problem("coverage.request-shape", where="signature", reason="a terminal's word has none")
    if request.purpose is Purpose.REGISTRATION:
        raise Problem(
            "coverage.request-shape", where="purpose", reason="a card is registered at /v1/card-links"
        )
    return request


def read_link(body: bytes) -> CardLinkRequest:
    """The wish of a card's holder, in a body. Problems of `read_message`; `coverage.request-shape` where they were not
    asked, or said no."""
    request = read_message(body, _link_decoder, _LINK_NAMES)
    if not request.agreed:
        raise Problem(
            "coverage.request-shape", where="agreed", reason="a card is registered for who wants it"
        )
    return request
