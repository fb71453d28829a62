"""Answers that are not a verdict: each keeps what the question said, and says what to do in Japanese."""

import json

import pytest

from kaihoken.coverage.oqs import (
    Encoding,
    Request,
    Response,
    Salvaged,
    in_progress,
    person_failed,
    read_request,
    refusal,
    salvage,
    salvage_json,
    write_response,
    write_response_json,
)
from kaihoken.problems import Problem, catalogue

from .messages import AT, DAY, FACILITY, IDENTIFIER, a_document, a_request, a_tree
from .strict_client import Receiver


def problem_of(data: bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        read_request(data)
    return caught.value


@pytest.mark.parametrize("encoding", list(Encoding))
def test_a_refused_message_is_answered_to_its_sender(encoding: Encoding) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding.value}"?>'
    data = a_document(declaration=declaration).replace("19800102", "19800231").encode(encoding.codec)
    problem = problem_of(data)

    answer = refusal(problem, salvage(data), at=AT, on=DAY, facility=FACILITY)
    tree = Receiver(FACILITY, encoding.codec).read_xml(write_response(answer).content, IDENTIFIER)

    header, body = tree["XmlMsg"]["MessageHeader"], tree["XmlMsg"]["MessageBody"]
    assert header["SegmentOfResult"] == "9"
    assert header["ErrorCode"] == catalogue()["oqs.impossible-date"].oqs
    assert header["ErrorMessage"] == (
        "Birthdate は存在する日付ではありません。西暦の年月日8桁（yyyyMMdd）で送ってください。"
        "（/XmlMsg/MessageBody/QualificationConfirmSearchInfo/Birthdate）"
    )
    assert body["ProcessingResultStatus"] == "2"
    assert "QualificationValidity" not in body


def test_a_message_of_which_nothing_is_known_is_answered_all_the_same() -> None:
    answer = refusal(Problem("oqs.too-large", most=1), Salvaged(), at=AT, on=DAY, facility=FACILITY)

    assert b"<SegmentOfResult>9</SegmentOfResult>" in write_response(answer).content
    assert b"ArbitraryFileIdentifier" not in write_response(answer).content


def test_a_refusal_in_json_keeps_the_identifier() -> None:
    data = json.dumps(a_tree(search={})).encode()
    answer = refusal(
        Problem("oqs.missing-element", element="InsurerNumber"),
        salvage_json(data),
        at=AT,
        on=DAY,
        facility=FACILITY,
    )
    tree = Receiver(FACILITY).read_json(write_response_json(answer).content)

    assert tree["XmlMsg"]["MessageHeader"]["ArbitraryFileIdentifier"] == IDENTIFIER


def test_every_problem_of_the_wire_can_be_said_in_the_carrier() -> None:
    facts = {
        "element": "x", "most": 1, "longest": 1, "list": "OQSCD001", "declared": "x", "taken": "x",
        "message": "x", "setting": "x", "missing_ja": "x", "missing_en": "x", "name": "x", "known": "x",
        "count": "x", "day": "x", "minutes": "x", "reason": "x",
    }  # fmt: skip
    for code in catalogue():
        if not code.startswith("oqs."):
            continue
        answer = refusal(Problem(code, **facts), Salvaged(), at=AT, on=DAY, facility=FACILITY)
        tree = Receiver(FACILITY).read_json(write_response_json(answer).content)
        assert tree["XmlMsg"]["MessageHeader"]["ErrorCode"].startswith("KHK21")


def test_a_question_still_being_worked_on_says_so() -> None:
    answer = in_progress(a_request(), at=AT)

    assert answer.header.segment_of_result == "2"
    assert answer.header.error_code == answer.body.processing_result_code == "KHK2117"
    assert_it_is_the_same_question(answer, a_request())


def test_a_person_who_failed_is_not_a_message_that_failed() -> None:
    answer = person_failed(a_request(Encoding.SHIFT_JIS), Problem("oqs.in-progress"), at=AT)

    assert answer.header.segment_of_result == "1"
    assert answer.header.error_code is None
    assert answer.body.processing_result_status == "2"
    assert answer.header.encoding is Encoding.SHIFT_JIS
    assert_it_is_the_same_question(answer, a_request())


def assert_it_is_the_same_question(answer: Response, request: Request) -> None:
    assert answer.header.process_execution_time == AT
    assert answer.header.qualification_confirmation_date == DAY
    assert answer.header.medical_institution_code == FACILITY
    assert answer.header.arbitrary_file_identifier == IDENTIFIER
    assert answer.body.search == request.search
    assert answer.body.results == ()
