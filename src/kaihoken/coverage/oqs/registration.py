"""照会番号登録 (OQSsiimm01): the message that registers one reference number, and its result, in both carriers.

Read with the same parsers and the same tolerance as a question; the result gives the registered block back as it came.
"""

from collections.abc import Mapping
from datetime import datetime

from kaihoken.coverage.oqs.message import (
    Encoding,
    IdentifierSource,
    ProcessingResultStatus,
    RegistrationHeader,
    RegistrationInfo,
    RegistrationRequest,
    RegistrationResponse,
    RegistrationResult,
    ResultHeader,
    Salvaged,
    SegmentOfResult,
)
from kaihoken.coverage.oqs.question import Sent, check_texts, facility_code, in_order
from kaihoken.coverage.oqs.reply import said
from kaihoken.coverage.oqs.wire import HEADER_PATH, LIST_HEADER, REGISTRATION, REGISTRATION_PATH
from kaihoken.problems import Problem

Texts = Mapping[str, str]


def registration_of(
    header: Texts,
    info: Texts,
    encoding: Encoding,
    identifier_source: IdentifierSource | None,
    unknown_elements: int,
) -> RegistrationRequest:
    """The registration that some texts by element name ask for. Problems as of `request_of`."""
    sent_header = in_order(header, LIST_HEADER)
    check_texts(LIST_HEADER, sent_header, HEADER_PATH)
    facility, identifier = sent_header
    return RegistrationRequest(
        header=RegistrationHeader(
            medical_institution_code=facility_code(facility),
            arbitrary_file_identifier=identifier,
            identifier_source=identifier_source,
        ),
        info=checked_info(in_order(info, REGISTRATION)),
        encoding=encoding,
        unknown_elements=unknown_elements,
    )


def checked_info(sent: Sent) -> RegistrationInfo:
    """One block of a registration. Problems `oqs.missing-element`, `oqs.too-long`, with the path of the element."""
    check_texts(REGISTRATION, sent, REGISTRATION_PATH)
    return info_of(sent)


def info_of(sent: Sent) -> RegistrationInfo:
    """One block as it came, to be given back."""
    reference_number, insurer_number, symbol, number, branch = sent
    return RegistrationInfo(
        reference_number=reference_number,
        insurer_number=insurer_number,
        symbol=symbol,
        number=number,
        branch=branch,
    )


def result_of(info: RegistrationInfo, problem: Problem | None) -> RegistrationResult:
    """What is said of one block: registered, or why not (処理結果状況 2)."""
    if problem is None:
        return RegistrationResult(info=info)
    return RegistrationResult(
        info=info,
        processing_result_status=ProcessingResultStatus.ERROR,
        processing_result_code=problem.entry.oqs,
        processing_result_message=said(problem),
    )


def registered(request: RegistrationRequest, problem: Problem | None, at: datetime) -> RegistrationResponse:
    """The message was fine: what became of it."""
    return RegistrationResponse(
        header=ResultHeader(
            process_execution_time=at,
            medical_institution_code=request.header.medical_institution_code,
            arbitrary_file_identifier=request.header.arbitrary_file_identifier,
            identifier_source=request.header.identifier_source,
            encoding=request.encoding,
        ),
        body=result_of(request.info, problem),
    )


def registration_refused(
    problem: Problem, salvaged: Salvaged, *, at: datetime, facility: str | None
) -> RegistrationResponse:
    """The whole message was refused (処理結果区分 9)."""
    return RegistrationResponse(
        header=ResultHeader(
            process_execution_time=at,
            medical_institution_code=facility,
            arbitrary_file_identifier=salvaged.arbitrary_file_identifier,
            identifier_source=salvaged.identifier_source,
            segment_of_result=SegmentOfResult.ABNORMAL,
            error_code=problem.entry.oqs,
            error_message=said(problem),
            encoding=salvaged.encoding,
        ),
        body=RegistrationResult(
            processing_result_status=ProcessingResultStatus.ERROR,
            processing_result_code=problem.entry.oqs,
            processing_result_message=said(problem),
        ),
    )
