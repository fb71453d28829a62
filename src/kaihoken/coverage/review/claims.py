"""POST /v1/claim-checks: whose insurer was responsible on a day of care, asked by who holds the claim (審査支払機関).

A claim is of a month; each of its days of care is a question of its own, so a change inside the month shows as two
answers (分割). Decided and recorded as any question, and shown by a section of the matrix of its own: no name, no
address, no limit, nothing of consents.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.coverage.api import envelope
from kaihoken.coverage.free_text import check_characters, check_lengths
from kaihoken.coverage.inquiry import Chart, ClaimInquiry, birthdate_asked
from kaihoken.coverage.question import Answered, Asker, Found, Question
from kaihoken.coverage.review.answer import ClaimAnswer, claim_answer
from kaihoken.coverage.review.terms import ReviewTerms, check_held, finding_of, review_terms
from kaihoken.coverage.shape import read_message
from kaihoken.identity import FacilityCode, InsurerNumber, canonical_branch, canonical_number
from kaihoken.problems import Problem
from kaihoken.web import Language

if TYPE_CHECKING:
    from kaihoken.coverage.answering import Answering

_encode = msgspec.json.Encoder().encode


class ClaimCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day of care of a claim: what the claim says of the patient, `facility` whose claim it is, `on` the day. 記号
    and 枝番 may be left out; `kana` or `name` are compared with the register and never told from it."""

    facility: str
    insurer_number: str
    number: str
    birthdate: date
    on: date
    symbol: str = ""
    branch: str = ""
    kana: str = ""
    name: str = ""
    language: Language = "ja"
    if_unchanged: str | None = None


class ClaimCheckAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a claim's check answers: the members of `CheckAnswer` around it mean what they mean there."""

    answer_hash: str
    answered_at: str
    facts_known_at: int
    receipt: dict[str, object]
    answer: ClaimAnswer | None = None
    unchanged: bool = False


_DECODER = msgspec.json.Decoder(ClaimCheck)
_NAMES = frozenset(ClaimCheck.__struct_fields__)
_TEXTS = ("insurer_number", "symbol", "number", "branch", "kana", "name")


async def check_claim(
    answering: "Answering",
    asker: Asker,
    body: bytes,
    admit: Callable[[ClaimInquiry], None] = lambda _: None,
    before_leaving: Callable[[Found], None] = lambda _: None,
) -> tuple[bytes, Answered]:
    """Answer about a claim that the asking organisation holds: the response body and what was answered.

    `admit` and `before_leaving` may refuse as in `api.check`. Problems of `read_message`, `coverage.request-length`,
    `coverage.request-character`, `coverage.request-number`, those of identity with the field as `where`,
    `coverage.claim-elsewhere`, `coverage.too-early`, and those of `Answering.ask`.
    """
    request = read_message(body, _DECODER, _NAMES)
    texts = [(name, getattr(request, name)) for name in _TEXTS]
    check_lengths(texts)
    check_characters(texts)
    terms = review_terms(request.on)
    inquiry = _inquiry_of(request, asker.facility, terms, tokyo_day(answering.now()))
    admit(inquiry)

    def write(found: Found) -> bytes:
        before_leaving(found)
        return _encode(
            claim_answer(found.answer, finding_of(found.verdict.situation), terms, request.language)
        )

    question = Question(inquiry, asker, "json", on=request.on, language=request.language)
    answered = await answering.ask(question, write)
    return envelope(answered, request.if_unchanged), answered


def _inquiry_of(request: ClaimCheck, organisation: str, terms: ReviewTerms, today: date) -> ClaimInquiry:
    insurer = InsurerNumber.parse(request.insurer_number, "insurer_number")
    facility = FacilityCode.parse(request.facility, "facility")
    check_held(organisation, insurer, facility, terms)
    if not canonical_number(request.number):
        raise Problem("coverage.request-number", where="number")
    canonical_branch(request.branch, "branch")
    return ClaimInquiry(
        insurer,
        request.symbol,
        request.number,
        request.branch,
        birthdate_asked(request.birthdate, today, "birthdate"),
        organisation,
        chart=Chart(kana=request.kana, name=request.name),
        claimed_by=facility.canonical,
    )
