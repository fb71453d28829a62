"""Answers that are not a verdict: refused as a whole, failed for the person, still being worked on.

The layers of the interface: the whole message (処理結果区分 9), the person (処理結果状況 2), and only then a business
outcome. Receivers stop at an absent element, so each of these fills what the question, or failing that the hub, knows.
"""

from datetime import date, datetime

from kaihoken.coverage.oqs.message import (
    ProcessingResultStatus,
    Request,
    Response,
    ResponseBody,
    ResponseHeader,
    Salvaged,
    SegmentOfResult,
)
from kaihoken.problems import Problem


def refusal(
    problem: Problem, salvaged: Salvaged, *, at: datetime, on: date, facility: str | None
) -> Response:
    """The whole message was refused (処理結果区分 9). `facility` is what the hub knows of who asks, and `on` the
    day for a message of which not even that could be saved. `facility` is None where nobody has proven who asks."""
    return Response(
        header=ResponseHeader(
            process_execution_time=at,
            qualification_confirmation_date=salvaged.qualification_confirmation_date or on,
            medical_institution_code=facility,
            arbitrary_file_identifier=salvaged.arbitrary_file_identifier,
            identifier_source=salvaged.identifier_source,
            segment_of_result=SegmentOfResult.ABNORMAL,
            error_code=problem.entry.oqs,
            error_message=said(problem),
            encoding=salvaged.encoding,
        ),
        body=_failed(problem),
    )


def in_progress(request: Request, *, at: datetime) -> Response:
    """There is no answer yet (処理結果区分 2): ask again. The person's status is an error, so that a receiver which
    does not look at the segment shows no coverage rather than an empty one."""
    problem = Problem("oqs.in-progress")
    header = _header(request, at, SegmentOfResult.IN_PROGRESS, problem)
    return Response(header=header, body=_failed(problem, request))


def person_failed(request: Request, problem: Problem, *, at: datetime) -> Response:
    """The message was fine, but this person's question could not be answered (処理結果状況 2)."""
    return Response(header=_header(request, at), body=_failed(problem, request))


def said(problem: Problem) -> str:
    """A problem in one Japanese line: what happened, what to do, and where."""
    place = f"（{problem.where}）" if problem.where else ""
    return f"{problem.title()}。{problem.mend()}{place}"


def done(request: Request, *, at: datetime) -> Response:
    """What the message asked for is done (処理結果状況 1), and there is no coverage to tell."""
    return Response(header=_header(request, at), body=ResponseBody(search=request.search))


def _header(
    request: Request,
    at: datetime,
    segment: SegmentOfResult = SegmentOfResult.NORMAL,
    problem: Problem | None = None,
) -> ResponseHeader:
    return ResponseHeader(
        process_execution_time=at,
        qualification_confirmation_date=request.header.qualification_confirmation_date,
        medical_institution_code=request.header.medical_institution_code,
        arbitrary_file_identifier=request.header.arbitrary_file_identifier,
        identifier_source=request.header.identifier_source,
        segment_of_result=segment,
        error_code=None if problem is None else problem.entry.oqs,
        error_message=None if problem is None else said(problem),
        encoding=request.encoding,
    )


def _failed(problem: Problem, request: Request | None = None) -> ResponseBody:
    return ResponseBody(
        processing_result_status=ProcessingResultStatus.ERROR,
        processing_result_code=problem.entry.oqs,
        processing_result_message=said(problem),
        search=None if request is None else request.search,
    )
