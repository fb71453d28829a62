"""The whole example of docs/oqs.md is what we read and what we write."""

import re
from datetime import date
from pathlib import Path

import msgspec

from kaihoken.coverage.answer import LimitShown
from kaihoken.coverage.oqs import INTERFACES, read_request, write_response
from kaihoken.coverage.oqs.wire import REQUEST_HEADER, SEARCH

from .messages import GIVEN, IDENTIFIER, a_result, an_answer
from .strict_client import Receiver

PAGE = (Path(__file__).parents[3] / "docs" / "oqs.md").read_text(encoding="utf-8")
QUESTION, ANSWER = re.findall("```xml\n(.*?)\n```", PAGE, re.DOTALL)


def test_the_documented_answer_is_the_one_that_is_written() -> None:
    request = read_request(QUESTION.encode())
    limit = LimitShown(
        classification="01", category="A03", valid_from=date(2026, 8, 1), valid_to=date(2027, 7, 31)
    )
    result = a_result(
        insurer_number="00138057",
        insurer_name="架空区",
        valid_to=date(2027, 7, 31),
        limit_consent=GIVEN,
        limit=limit,
    )
    answer = an_answer(result, search=request.search)
    asked_by = request.header.medical_institution_code
    header = msgspec.structs.replace(answer.header, medical_institution_code=asked_by)
    written = write_response(msgspec.structs.replace(answer, header=header)).content
    declaration, document = ANSWER.split("\n", 1)

    close = re.sub(">[ \n]+<", "><", document)

    assert written.decode() == f"{declaration}\n{close}"
    assert Receiver(asked_by).read_xml(written, IDENTIFIER)


def test_every_element_of_a_question_and_every_file_name_is_documented() -> None:
    for element in (*REQUEST_HEADER, *SEARCH):
        assert f"| `{element.name}` " in PAGE
    for interface in INTERFACES:
        assert f"| `{interface.stem}" in PAGE
