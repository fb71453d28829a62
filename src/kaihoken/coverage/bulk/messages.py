"""Lists as OQS clients send them (OQSmuquc01, 02): from a message to an order, and from results to people of a message.

Results are kept as our own answers; a message is written from them when it is fetched, in the character set of the
question for them.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from kaihoken.coverage import oqs
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.asked_days import day_asked
from kaihoken.coverage.bulk.kinds import Job
from kaihoken.coverage.bulk.number_rows import packed_search
from kaihoken.coverage.bulk.numbers import NUMBERS, NumbersAbout
from kaihoken.coverage.bulk.reception import Lines, Order
from kaihoken.coverage.oqs_api import advice_for
from kaihoken.coverage.verdict import Advisory, Situation
from kaihoken.problems import Problem, catalogue
from kaihoken.store import instant

_ROWS_AT_ONCE: Final = 200
_NO_DAY: Final = date.min


class _About(NumbersAbout, frozen=True, kw_only=True):
    """What is asked beside the rows of a message; the sender's name for it makes two lists of the same people two."""

    file: str | None = None


class Told(msgspec.Struct):
    """What is kept of the problem of a row (RFC 9457 with our members)."""

    code: str
    title_ja: str
    detail_ja: str
    where: str = ""

    @property
    def oqs(self) -> str:
        """The code in ProcessingResultCode."""
        return catalogue()[self.code].oqs

    @property
    def message(self) -> str:
        """What ProcessingResultMessage says."""
        place = f"（{self.where}）" if self.where else ""
        return f"{self.title_ja}。{self.detail_ja}{place}"


class _Line(msgspec.Struct):
    """A result as it is kept."""

    sent: tuple[str | None, ...] = ()
    answer: Answer | None = None
    problem: Told | None = None


_decode = msgspec.json.Decoder(_Line).decode


def order_of(request: oqs.ListRequest, today: date, repeat_key: str = "") -> Order:
    """What a list orders. Problems `coverage.future`, `coverage.too-early`."""
    on = day_asked(request.qualification_confirmation_date, today, oqs.PATHS[oqs.CONFIRMATION_DATE])
    about = _About(on=on, file=request.arbitrary_file_identifier)
    return Order(kind=NUMBERS, carrier="oqs", about=msgspec.json.encode(about), repeat_key=repeat_key)


async def lines_of_list(request: oqs.ListRequest) -> Lines:
    """The rows of a list."""
    for first in range(0, len(request.blocks), _ROWS_AT_ONCE):
        yield [packed_search(block) for block in request.blocks[first : first + _ROWS_AT_ONCE]]


def reception_header(
    request: oqs.ListRequest | oqs.MonthQuestion | oqs.VisitQuestion, at: datetime
) -> oqs.ListHeader:
    """The header of 受付."""
    return oqs.ListHeader(
        process_execution_time=at,
        medical_institution_code=request.medical_institution_code,
        arbitrary_file_identifier=request.arbitrary_file_identifier,
        identifier_source=request.identifier_source,
        encoding=request.encoding,
    )


def received(job: Job) -> oqs.Reception:
    """受付."""
    return oqs.Reception(reception_number=job.number, received_at=instant(job.arrived_at))


def results_header(question: oqs.ReceptionQuestion, at: datetime, job: Job) -> oqs.ListHeader:
    """The header of 結果, with the counts."""
    return oqs.ListHeader(
        process_execution_time=at,
        medical_institution_code=question.medical_institution_code,
        arbitrary_file_identifier=question.arbitrary_file_identifier,
        identifier_source=question.identifier_source,
        reception_number=job.number,
        segment_of_result=oqs.SegmentOfResult.NORMAL,
        results=job.normal + job.errors,
        normal=job.normal,
        errors=job.errors,
        encoding=question.encoding,
    )


def refused_header(
    problem: Problem, salvaged: oqs.Salvaged, at: datetime, facility: str | None, number: str | None
) -> oqs.ListHeader:
    """The header of a message that is refused as a whole (処理結果区分 9), or not answered yet (2)."""
    waits = problem.code == "coverage.bulk-in-progress"
    return oqs.ListHeader(
        process_execution_time=at,
        medical_institution_code=facility,
        arbitrary_file_identifier=salvaged.arbitrary_file_identifier,
        identifier_source=salvaged.identifier_source,
        reception_number=number,
        segment_of_result=oqs.SegmentOfResult.IN_PROGRESS if waits else oqs.SegmentOfResult.ABNORMAL,
        error_code=problem.entry.oqs,
        error_message=oqs.said(problem),
        encoding=salvaged.encoding,
    )


def unit_of(line: bytes) -> oqs.Unit:
    """One person of a list, from a result as it is kept."""
    kept: _Line = _decode(line)
    search = _given_back(kept.sent) if kept.sent else None
    answer, told = kept.answer, kept.problem
    if told is not None:
        return _failed(search, told.oqs, told.message)
    if answer is None:
        raise Problem("store.corrupt", where="bulk_result")
    code, message = advice_for(
        Situation(answer.situation), [Advisory(advisory.kind) for advisory in answer.advisories]
    )
    return oqs.Unit(
        search=search,
        processing_result_code=code,
        processing_result_message=message,
        qualification_validity=answer.validity,
        results=answer.results,
    )


def _failed(search: oqs.SearchInfo | None, code: str, message: str) -> oqs.Unit:
    return oqs.Unit(
        search=search,
        processing_result_status=oqs.ProcessingResultStatus.ERROR,
        processing_result_code=code,
        processing_result_message=message,
    )


def _given_back(sent: tuple[str | None, ...]) -> oqs.SearchInfo:
    """The texts of a row, to be written as they came."""
    return oqs.SearchInfo(insurer_number="", number="", birthdate=_NO_DAY, limit_consent=False, as_sent=sent)


async def written(
    header: oqs.ListHeader,
    lines: AsyncIterator[Sequence[bytes]],
    units: oqs.Units,
    made: Callable[[bytes], oqs.Unit | oqs.RegistrationResult],
    *,
    xml: bool,
) -> AsyncIterator[bytes]:
    """結果 as one message, made while it leaves, of such units, each `made` of a line."""
    writer = oqs.ResultsWriter(header, units, xml=xml)
    yield writer.beginning()
    async for some in lines:
        yield _written(writer, [made(line) for line in some])
    yield writer.end()


def _written(writer: oqs.ResultsWriter, units: Sequence[oqs.Unit | oqs.RegistrationResult]) -> bytes:
    """Some units. One that this interface may not send is told so in its place: it costs no other."""
    try:
        return writer.units(units)
    except Problem as problem:
        if len(units) > 1:
            return b"".join(_written(writer, [unit]) for unit in units)
        (unit,) = units
        search = unit.search if isinstance(unit, oqs.Unit) else None
        return writer.units([_failed(search, problem.entry.oqs, oqs.said(problem))])
