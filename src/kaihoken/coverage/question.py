"""A question on its way through the house: what goes in, and what comes out."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from kaihoken.coverage.answer import Answer
from kaihoken.coverage.history import CommitSequence
from kaihoken.coverage.inquiry import Consent, Inquiry
from kaihoken.coverage.verdict import Verdict
from kaihoken.web import Language

if TYPE_CHECKING:
    from kaihoken.audit import Committed

Carrier = Literal["json", "oqs-json", "oqs-xml", "fhir", "page", "command", "bulk"]


class Asker(msgspec.Struct, frozen=True, gc=False):
    """Who asks, as the record names them."""

    client: str
    facility: str  # 医療機関コード
    key: str  # the key whose token was used


class Question(msgspec.Struct, frozen=True, gc=False):
    """An inquiry with who asks, for which day and state of knowledge, and in which words to answer."""

    inquiry: Inquiry
    asker: Asker
    carrier: Carrier
    on: date | None = None  # default: today in Asia/Tokyo
    known_at: datetime | None = None  # default: everything committed
    language: Language = "ja"
    unused: frozenset[Consent] = frozenset()  # consented to, and passed over: the facility does not use them


class Found(msgspec.Struct, frozen=True, gc=False):
    """What is ready to be written by a carrier."""

    answer: Answer
    verdict: Verdict
    answered_at: datetime
    known_at: CommitSequence


class Answered(msgspec.Struct, frozen=True, gc=False):
    """What leaves: the carrier's bytes, their hash (SHA-256, hexadecimal: the record names the answer by it), and
    where the record stands."""

    payload: bytes
    answer_hash: str
    found: Found
    committed: "Committed"
