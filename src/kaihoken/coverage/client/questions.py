"""Questions about one person: our JSON, the messages of the field, a card at the reader."""

import re

import msgspec

from kaihoken.audit import check_message
from kaihoken.coverage.cards.messages import (
    CardChallengeAnswer,
    CardChallengeRequest,
    CardLinkAnswer,
    CardLinkRequest,
    CardPresenceAnswer,
    CardPresenceRequest,
)
from kaihoken.coverage.checks import CertificateCheck, Check, CheckAnswer, PresenceCheck
from kaihoken.coverage.client.calls import JSON, RECEIPT, Call, LogKeys, asked, once, ordered, proven
from kaihoken.coverage.client.exchange import Received
from kaihoken.coverage.consents.messages import StandingCheck
from kaihoken.coverage.review.claims import ClaimCheck, ClaimCheckAnswer

SEARCH = "/oqs/search"
XML = "application/xml"


# What a message that speaks of a person holds, and what could hide it: escapes, other markup, other character sets.
_may_tell = re.compile(
    rb"QualificationValidity|ResultOf|\\u|<!|\x00|encoding\s*=\s*[\"'](?!UTF-8[\"']|Shift_JIS[\"'])"
).search


class OqsAnswer(msgspec.Struct, frozen=True):
    """An answer as XmlMsg, byte for byte as the hub wrote it. `media_type` is its content type, `status` that of HTTP:
    refusals of the whole message come in kind. `receipt` is in the compact form, "" where there is none."""

    content: bytes
    media_type: str
    status: int = 200
    receipt: str = ""


def check(request: Check) -> Call[CheckAnswer]:
    """資格確認 (POST /v1/eligibility-checks): ask by number, by 照会番号 or by certificate. Raises HubProblem; with
    pinned log keys also the Problems of a receipt that does not hold."""
    return asked("/v1/eligibility-checks", request, CheckAnswer, proven)


def check_again(request: StandingCheck) -> Call[CheckAnswer]:
    """再照会 (POST /v1/standing-checks): a patient without the card, on a consent that stands."""
    return asked("/v1/standing-checks", request, CheckAnswer, proven)


def check_claim(request: ClaimCheck) -> Call[ClaimCheckAnswer]:
    """審査支払機関 (POST /v1/claim-checks): whose insurer was responsible on a day of care of a claim one holds."""
    return asked("/v1/claim-checks", request, ClaimCheckAnswer, proven)


def oqs(message: bytes, path: str = SEARCH, *, media: str = XML, key: str = "") -> Call[OqsAnswer]:
    """An XmlMsg, byte for byte, to /oqs/search or another interface. Refusals of the message come in kind
    (SegmentOfResult 9). `key` makes sure that a message sent again is not another one. What is said of a list as a
    whole has no receipt: each person in it has a record of their own."""
    verify = _proven_message if path == SEARCH else None
    return Call("POST", path, _message, message, media, once(key), in_kind=True, verify=verify)


def face(request: CertificateCheck | PresenceCheck, *, media: str = XML) -> Call[OqsAnswer]:
    """A card at the reader (POST /oqs/face): the message that goes into `face`, as XML or as the tree in JSON."""
    return card_read(msgspec.json.encode(request), media=media)


def card_read(body: bytes, *, media: str = XML) -> Call[OqsAnswer]:
    """The same with the body of the question as it stands."""
    headers = {"Accept": media}
    return Call("POST", "/oqs/face", _message, body, JSON, headers, verify=_proven_message)


def card_challenge(request: CardChallengeRequest) -> Call[CardChallengeAnswer]:
    """A challenge for a card that is to be put on a reader (POST /v1/card-challenges)."""
    return asked("/v1/card-challenges", request, CardChallengeAnswer)


def prove_card(request: CardPresenceRequest, key: str = "") -> Call[CardPresenceAnswer]:
    """What the card answered (POST /v1/card-presences): the presence to ask with, as `PresenceCheck`. A lost answer is
    fetched again under the same key."""
    return ordered("/v1/card-presences", request, CardPresenceAnswer, key)


def link_card(request: CardLinkRequest, key: str = "") -> Call[CardLinkAnswer]:
    """利用登録 (POST /v1/card-links): a card stands for its holder from now on, at their own signed wish."""
    return ordered("/v1/card-links", request, CardLinkAnswer, key)


def _message(received: Received) -> OqsAnswer:
    return OqsAnswer(
        received.content, received.header("content-type"), received.status, received.header(RECEIPT)
    )


def _proven_message(received: Received, keys: LogKeys) -> None:
    """A refusal in kind has no receipt, and speaks of nobody. Problems also of a message that does and has none."""
    receipt = received.header(RECEIPT)
    if receipt or _may_tell(received.content):
        check_message(received.content, receipt, keys)
