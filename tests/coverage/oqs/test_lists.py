"""Lists read and written at their edges: too large, of many blocks, beside what we do not know, with ● in JSON."""

import json
from datetime import UTC, datetime

import orjson
import pytest

from kaihoken.coverage.answer import Result
from kaihoken.coverage.oqs import (
    ELIGIBILITY,
    LARGEST_LIST,
    REGISTRATIONS,
    Form,
    ListHeader,
    ListRequest,
    ResultsWriter,
    Unit,
    json_read,
    list_read,
    read_list,
    read_reception_question,
)
from kaihoken.coverage.oqs.list_read import MOST_ATTRIBUTES, MOST_ELEMENTS
from kaihoken.problems import Problem

BLOCK = {
    "InsurerNumber": "06132013",
    "InsuredIdentificationNumber": "1",
    "Birthdate": "19700707",
    "LimitApplicationCertificateRelatedConsFlg": "0",
}
NAME = "QualificationConfirmSearchInfo"
HEADER = {"QualificationConfirmationDate": "20261120", "MedicalInstitutionCode": "9910000000"}


def a_tree(body: object, **more: object) -> bytes:
    return json.dumps({"XmlMsg": {"MessageHeader": HEADER, "MessageBody": body, **more}}).encode()


def read(data: bytes, *, xml: bool, form: Form = ELIGIBILITY) -> tuple[ListRequest, int]:
    """The list, and after how many steps it was read."""
    for steps, found in enumerate(read_list(form, data, xml=xml)):
        if found is not None:
            return found, steps
    raise AssertionError("a list that was read to its end is there")


def refused(data: bytes, *, xml: bool, form: Form = ELIGIBILITY) -> tuple[str, str | None]:
    with pytest.raises(Problem) as problem:
        read(data, xml=xml, form=form)
    return problem.value.code, problem.value.where


@pytest.mark.parametrize("xml", [True, False])
def test_what_is_too_large_is_not_read(xml: bool) -> None:
    data = b" " * (LARGEST_LIST + 1)

    assert refused(data, xml=xml)[0] == "oqs.too-large"
    with pytest.raises(Problem, match=r"oqs\.too-large"):
        read_reception_question(data, xml=xml)


def test_a_long_list_lets_others_be_answered_between_its_blocks() -> None:
    few, steps_of_few = read(a_tree({NAME: [BLOCK] * 499}), xml=False)
    many, steps_of_many = read(a_tree({NAME: [BLOCK] * 1001}), xml=False)

    assert (len(few.blocks), len(many.blocks)) == (499, 1001)
    assert steps_of_many - steps_of_few == 2


def test_a_long_list_in_json_is_not_read_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    data = a_tree({NAME: [BLOCK] * 2000})
    whole: list[int] = []

    class Noticing:
        JSONDecodeError = orjson.JSONDecodeError

        @staticmethod
        def loads(part: bytes) -> object:
            whole.append(len(part))
            return orjson.loads(part)

    for module in (json_read, list_read):
        monkeypatch.setattr(module, "orjson", Noticing)
    found, _ = read(data, xml=False)

    assert len(found.blocks) == 2000
    assert max(whole) < 500 < len(data)


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        (99, ("oqs.too-many-elements", "")),
        (1005, ("oqs.not-well-formed", "too deep")),
        (1020, ("oqs.not-well-formed", "too deep")),
    ],
)
def test_what_lies_too_deep_is_refused(depth: int, expected: tuple[str, str]) -> None:
    deep = b'"a":":","deep":' + b"[" * depth + b"]" * depth
    data = a_tree({NAME: [BLOCK]}).replace(b'{"XmlMsg":', b"{" + deep + b',"XmlMsg":')

    assert refused(data, xml=False) == expected


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (b'"\\ud800 ....."', "line 1, column"),  # half of a character, in a block
        (b'"\\q"', "line 1, column"),
        (b"1e999", "line 1, column"),  # read by one parser and not by the other
        (b'"x', "line 1, column"),
    ],
)
def test_the_place_of_what_is_no_json_is_that_in_the_message(text: bytes, where: str) -> None:
    data = a_tree({NAME: [BLOCK] * 300}).replace(b'"19700707"', text, 1)
    place = data.index(text)

    code, told = refused(data, xml=False)

    assert code == "oqs.not-well-formed"
    assert (told or "").startswith(where)
    assert abs(int((told or "").split()[-1]) - place) < 20 or text == b'"x'


def test_null_in_the_place_of_a_list_is_none() -> None:
    assert refused(a_tree({NAME: None}), xml=False)[0] == "coverage.bulk-empty"


def test_a_list_that_stands_in_a_text_too_is_read_where_it_stands() -> None:
    found, _ = read(a_tree({NAME: [BLOCK]}, Note=json.dumps([BLOCK])), xml=False)

    assert len(found.blocks) == 1


def test_a_name_that_stands_twice_is_told_with_its_place_in_that_list() -> None:
    block = b'{"ReferenceNumber":"1","InsurerNumber":"06132013","InsuredIdentificationNumber":"1"}'
    empty = a_tree({"ReferenceNumberRegistrationInfo": ["?"]})
    path = "/XmlMsg/MessageBody/ReferenceNumberRegistrationInfo"
    for name, value in ((b"InsurerNumber", b'"06132013"'), (b"ReferenceNumber", b'"1"')):
        member = b'"%s":%s' % (name, value)
        data = empty.replace(b'"?"', block.replace(member, member + b"," + member))

        assert refused(data, xml=False, form=REGISTRATIONS) == (
            "oqs.duplicate-element",
            f"{path}/{name.decode()}",
        )


@pytest.mark.parametrize("name", ["MessageHeader", "MessageBody", NAME])
def test_a_part_of_the_message_that_stands_twice_is_refused(name: str) -> None:
    data = a_tree({NAME: [BLOCK]}).replace(
        b'"%s":' % name.encode(), b'"%s":null,"%s":' % ((name.encode(),) * 2)
    )

    assert refused(data, xml=False)[0] == "oqs.duplicate-element"


def test_more_elements_than_a_list_can_have_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LARGEST_LIST // 20 < MOST_ELEMENTS < LARGEST_LIST // 10
    monkeypatch.setattr(list_read, "MOST_ELEMENTS", 5000)
    beside = "<XmlMsg>" + "<a/>" * 5000 + "</XmlMsg>"
    inside = "<XmlMsg><MessageBody><b>" + "<a/>" * 5000 + "</b></MessageBody></XmlMsg>"

    assert refused(beside.encode(), xml=True)[0] == "oqs.too-many-elements"
    assert refused(inside.encode(), xml=True)[0] == "oqs.too-many-elements"
    assert refused(a_tree({NAME: [{}] * 5000}), xml=False)[0] == "oqs.too-many-elements"


def test_a_list_has_no_attributes_without_end() -> None:
    many = b"<XmlMsg " + b" ".join(b'a%d=""' % number for number in range(MOST_ATTRIBUTES + 1)) + b"/>"

    assert refused(many, xml=True)[0] == "oqs.too-many-elements"


@pytest.mark.parametrize("more", [[0] * 1001, json.loads("[" * 100 + "]" * 100)], ids=["wide", "deep"])
def test_one_block_has_no_more_elements_than_a_question(more: object) -> None:
    assert refused(a_tree({NAME: [{**BLOCK, "a": more}]}), xml=False)[0] == "oqs.too-many-elements"


@pytest.mark.parametrize("xml", [True, False])
def test_a_short_message_has_no_more_elements_than_a_question(xml: bool) -> None:
    many = (
        b"<XmlMsg>" + b"<a/>" * 1001 + b"</XmlMsg>" if xml else a_tree({"ReceptionNumber": "1"}, a=[0] * 1001)
    )

    with pytest.raises(Problem, match=r"oqs\.too-many-elements"):
        read_reception_question(many, xml=xml)


def test_a_block_that_is_no_group_is_refused_with_its_place() -> None:
    expected = ("oqs.not-a-group", f"/XmlMsg/MessageBody/{NAME}")

    for block in ("x", ["x"], [{NAME: "x"}], [None]):
        assert refused(a_tree({NAME: block}), xml=False) == expected


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
