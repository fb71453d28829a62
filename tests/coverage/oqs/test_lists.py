"""Lists read and written at their edges: too large, of many blocks, beside what we do not know, with ● in JSON."""

import json
from datetime import UTC, datetime

import pytest

from kaihoken.coverage.answer import Result
from kaihoken.coverage.oqs import (
    ELIGIBILITY,
    LARGEST_LIST,
    ListHeader,
    ListRequest,
    ResultsWriter,
    Unit,
    read_list,
    read_reception_question,
)
from kaihoken.problems import Problem

BLOCK = {
    "InsurerNumber": "06132013",
    "InsuredIdentificationNumber": "1",
    "Birthdate": "19700707",
    "LimitApplicationCertificateRelatedConsFlg": "0",
}
HEADER = {"QualificationConfirmationDate": "20261120", "MedicalInstitutionCode": "9910000000"}


def a_tree(body: object, **more: object) -> bytes:
    return json.dumps({"XmlMsg": {"MessageHeader": HEADER, "MessageBody": body, **more}}).encode()


def read(data: bytes, *, xml: bool) -> tuple[ListRequest, int]:
    """The list, and after how many steps it was read."""
    for steps, found in enumerate(read_list(ELIGIBILITY, data, xml=xml)):
        if found is not None:
            return found, steps
    raise AssertionError("a list that was read to its end is there")


def refused(data: bytes, *, xml: bool) -> tuple[str, str | None]:
    with pytest.raises(Problem) as problem:
        read(data, xml=xml)
    return problem.value.code, problem.value.where


@pytest.mark.parametrize("xml", [True, False])
def test_what_is_too_large_is_not_read(xml: bool) -> None:
    data = b" " * (LARGEST_LIST + 1)

    assert refused(data, xml=xml)[0] == "oqs.too-large"
    with pytest.raises(Problem, match=r"oqs\.too-large"):
        read_reception_question(data, xml=xml)


def test_a_long_list_lets_others_be_answered_between_its_blocks() -> None:
    few, steps_of_few = read(a_tree({"QualificationConfirmSearchInfo": [BLOCK] * 499}), xml=False)
    many, steps_of_many = read(a_tree({"QualificationConfirmSearchInfo": [BLOCK] * 1001}), xml=False)

    assert (len(few.blocks), len(many.blocks)) == (499, 1001)
    assert steps_of_many - steps_of_few == 2


@pytest.mark.parametrize("depth", [1005, 1020])
def test_what_lies_too_deep_is_refused(depth: int) -> None:
    deep = b'"a":":","deep":' + b"[" * depth + b"]" * depth
    data = a_tree({"QualificationConfirmSearchInfo": [BLOCK]}).replace(
        b'{"XmlMsg":', b"{" + deep + b',"XmlMsg":'
    )

    assert refused(data, xml=False)[0] == "oqs.not-well-formed"


def test_a_block_that_is_no_group_is_refused_with_its_place() -> None:
    name = "QualificationConfirmSearchInfo"

    expected = ("oqs.not-a-group", f"/XmlMsg/MessageBody/{name}")

    assert refused(a_tree({name: ["x"]}), xml=False) == expected
    assert refused(a_tree({name: [{name: "x"}]}), xml=False) == expected


def test_what_stands_beside_header_and_body_is_passed_over() -> None:
    elements = "".join(f"<{name}>{text}</{name}>" for name, text in BLOCK.items())
    header = "".join(f"<{name}>{text}</{name}>" for name, text in HEADER.items())
    message = (
        f"<XmlMsg><Else><Deep>1</Deep></Else><MessageHeader>{header}</MessageHeader><MessageBody>"
        f"<QualificationConfirmSearchInfo>{elements}</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    )

    found, _ = read(message.encode(), xml=True)
    question = message.replace("QualificationConfirmSearchInfo", "Else2").replace(
        "</MessageBody>", "<ReceptionNumber>12</ReceptionNumber></MessageBody>"
    )

    assert len(found.blocks) == 1
    assert read_reception_question(question.encode(), xml=True).reception_number == "12"


def test_results_in_json_are_written_some_at_a_time_and_marked_where_nobody_could_read_them() -> None:
    header = ListHeader(
        process_execution_time=datetime(2026, 11, 20, tzinfo=UTC), medical_institution_code="9910000000"
    )
    writer = ResultsWriter(header, xml=False)
    unit = Unit(results=(Result(name="見本\ue000太郎"),))

    written = b"".join(
        (writer.beginning(), writer.units([]), writer.units([unit]), writer.units([unit]), writer.end())
    )

    units = json.loads(written)["XmlMsg"]["MessageBody"]["BulkConfirmUnit"]
    names = [one["ResultOfQualificationConfirmation"][0]["Name"] for one in units]
    assert names == ["見本●太郎"] * 2
