"""Lists in the manner of OQS: 01req to 01res, 02req to 02res, as XML in both character sets and as the tree in JSON."""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from lxml import etree

from kaihoken.hub.bulk import messages as bulk_messages

from .hub import FACILITY, Hub, a_hub, a_row, problem_in

JSON, XML = "application/json", "application/xml"


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        yield hub


PERSON = {
    "InsurerNumber": "01130012",
    "InsuredCardSymbol": "12-34",
    "InsuredIdentificationNumber": "56",
    "InsuredBranchNumber": "01",
    "Birthdate": "19800101",
    "LimitApplicationCertificateRelatedConsFlg": "0",
}


def a_block(**more: str | None) -> str:
    texts = {**PERSON, **more}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in texts.items() if text is not None)
    return f"<QualificationConfirmSearchInfo>{inner}</QualificationConfirmSearchInfo>"


def a_list(*blocks: str, encoding: str = "UTF-8", identifier: str = "list-1", day: str = "20261120") -> bytes:
    text = f"""<?xml version="1.0" encoding="{encoding}"?>
<XmlMsg><MessageHeader><QualificationConfirmationDate>{day}</QualificationConfirmationDate>
<MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode>
<ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier></MessageHeader>
<MessageBody>{"".join(blocks)}</MessageBody></XmlMsg>"""
    return text.encode("cp932" if encoding == "Shift_JIS" else "utf-8")


def a_question(number: str, encoding: str = "UTF-8", identifier: str = "q-1") -> bytes:
    return f"""<?xml version="1.0" encoding="{encoding}"?>
<XmlMsg><MessageHeader><MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode>
<ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><ReceptionNumber>{number}</ReceptionNumber></MessageBody></XmlMsg>""".encode(
        "cp932" if encoding == "Shift_JIS" else "utf-8"
    )


def a_tree(*people: Any) -> dict[str, Any]:
    return {
        "XmlMsg": {
            "MessageHeader": {
                "QualificationConfirmationDate": "20261120",
                "MedicalInstitutionCode": FACILITY,
                "ArbitraryFileIdentifier": "tree-1",
            },
            "MessageBody": {"QualificationConfirmSearchInfo": list(people)},
        }
    }


async def sent(
    hub: Hub, body: object, media: str = XML, client: str = "clinic", **headers: str
) -> httpx.Response:
    return await hub.post("/oqs/OQSmuquc01", body, client, **{"Content-Type": media, **headers})


async def fetched(
    hub: Hub, body: object, media: str = XML, client: str = "clinic", **headers: str
) -> httpx.Response:
    return await hub.post("/oqs/OQSmuquc02", body, client, **{"Content-Type": media, **headers})


def reception(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    found = re.search(
        r'<ReceptionNumber>(\d{24})</ReceptionNumber>|"ReceptionNumber":"(\d{24})"', answer.text
    )
    assert found is not None, answer.text
    return found[1] or found[2]


async def answered(hub: Hub) -> None:
    for _ in range(1_000_000):
        if hub.machine.bulk.working.waiting == 0:
            return
        await asyncio.sleep(0)
    raise AssertionError("a list is not answered")


def texts(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.findall(path)]


@pytest.mark.parametrize("encoding", ["UTF-8", "Shift_JIS"])
async def test_a_list_in_its_four_steps(hub: Hub, encoding: str) -> None:
    blocks = (
        a_block(ArbitraryIdentifier="患者-1"),
        a_block(ArbitraryIdentifier="b", InsuredIdentificationNumber="999"),
        a_block(ArbitraryIdentifier="c", InsurerNumber=None),
    )
    first = await sent(hub, a_list(*blocks, encoding=encoding))
    received = etree.fromstring(first.content)
    assert f'encoding="{encoding}"'.encode() in first.content
    assert [child.tag for child in received.find("MessageHeader")] == [
        "ProcessExecutionTime", "MedicalInstitutionCode", "ArbitraryFileIdentifier", "CharacterCodeIdentifier"
    ]  # fmt: skip
    assert [child.tag for child in received.find("MessageBody")] == ["ReceptionNumber", "ReceptionDateTime"]
    assert texts(received, ".//ArbitraryFileIdentifier") == ["list-1"]

    number = reception(first)
    waiting = await fetched(hub, a_question(number, encoding))
    assert waiting.status_code == 200
    await answered(hub)
    last = await fetched(hub, a_question(number, encoding))
    results = etree.fromstring(last.content)
    header = {child.tag: child.text for child in results.find("MessageHeader")}
    assert list(header) == [
        "ProcessExecutionTime", "MedicalInstitutionCode", "ArbitraryFileIdentifier", "ReceptionNumber",
        "SegmentOfResult", "NumberOfProcessingResult", "NumberOfNormalProcessing", "NumberOfError",
        "CharacterCodeIdentifier",
    ]  # fmt: skip
    assert header["ArbitraryFileIdentifier"] == "q-1"
    assert header["ReceptionNumber"] == number
    assert header["CharacterCodeIdentifier"] == ("0" if encoding == "UTF-8" else "1")
    counts = [
        header[name] for name in ("NumberOfProcessingResult", "NumberOfNormalProcessing", "NumberOfError")
    ]
    assert (header["SegmentOfResult"], counts) == ("1", ["3", "2", "1"])
    units = results.findall("MessageBody/BulkConfirmUnit")
    assert [unit.findtext("QualificationValidity") for unit in units] == ["1", "4", None]
    assert [unit.findtext("ProcessingResultStatus") for unit in units] == ["1", "1", "2"]
    assert [unit.findtext("QualificationConfirmSearchInfo/ArbitraryIdentifier") for unit in units] == [
        "患者-1",
        "b",
        "c",
    ]
    assert units[2].findtext("ProcessingResultMessage").endswith("InsurerNumber）")
    (person,) = units[0].findall("ResultOfQualificationConfirmation")
    assert person.findtext("Name") == "山田　太郎"
    assert person.findtext("LimitApplicationCertificateChanged") == "1"
    assert person.find("Address") is None
    assert person.find("LimitApplicationCertificateRelatedConsFlg") is None


async def test_the_same_as_a_tree_in_json(hub: Hub) -> None:
    tree = a_tree({**PERSON, "ArbitraryIdentifier": "x"}, {"QualificationConfirmSearchInfo": PERSON}, {})
    first = await sent(hub, tree, JSON)
    number = reception(first)
    await answered(hub)
    question = {
        "XmlMsg": {
            "MessageHeader": {"MedicalInstitutionCode": FACILITY},
            "MessageBody": {"ReceptionNumber": number},
        }
    }
    message = (await fetched(hub, question, JSON)).json()["XmlMsg"]
    assert message["MessageHeader"]["NumberOfProcessingResult"] == "3"
    units = message["MessageBody"]["BulkConfirmUnit"]
    assert [unit["ProcessingResultStatus"] for unit in units] == ["1", "1", "2"]
    assert units[0]["QualificationConfirmSearchInfo"] == {**PERSON, "ArbitraryIdentifier": "x"}
    assert units[0]["ResultOfQualificationConfirmation"][0]["Name"] == "山田　太郎"
    # A list sent in one form is handed out in the other as well.
    assert (await fetched(hub, a_question(number))).text.count("<BulkConfirmUnit>") == 3


async def test_one_person_may_stand_without_a_list_in_json(hub: Hub) -> None:
    tree = a_tree()
    tree["XmlMsg"]["MessageBody"] = {"QualificationConfirmSearchInfo": PERSON}
    number = reception(await sent(hub, tree, JSON))
    await answered(hub)
    assert (await fetched(hub, a_question(number))).text.count("<BulkConfirmUnit>") == 1


async def test_a_list_that_is_not_answered_yet_is_in_progress(hub: Hub) -> None:
    number = reception(await sent(hub, a_list(*[a_block()] * 3000)))
    waiting = await fetched(hub, a_question(number))

    assert waiting.status_code == 200
    assert "<SegmentOfResult>2</SegmentOfResult>" in waiting.text
    assert problem_in(waiting) == "coverage.bulk-in-progress"
    assert waiting.headers["retry-after"] == "10"
    await answered(hub)


async def test_what_is_said_in_place_of_results_names_the_list_that_was_asked_for(hub: Hub) -> None:
    number = reception(await sent(hub, a_list(*[a_block()] * 3000)))
    waiting = await fetched(hub, a_question(number))
    unknown = await fetched(hub, a_question("1"))
    unread = await fetched(hub, b"<XmlMsg>")

    assert f"<ReceptionNumber>{number}</ReceptionNumber>" in waiting.text
    assert "<ReceptionNumber>1</ReceptionNumber>" in unknown.text
    assert "ReceptionNumber" not in unread.text
    await answered(hub)


async def test_a_long_list_leaves_as_a_zip_with_the_message_in_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_messages, "MOST_IN_A_MESSAGE", 2)
    number = reception(await sent(hub, a_list(*[a_block()] * 3)))
    await answered(hub)
    packed = await fetched(hub, a_question(number))

    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        (name,) = archive.namelist()
        assert name == f"OQSmuquc02res_{number}.xml"
        assert len(etree.fromstring(archive.read(name)).findall(".//BulkConfirmUnit")) == 3


async def test_a_zip_is_there_for_who_asks_for_it(hub: Hub) -> None:
    number = reception(await sent(hub, a_tree(PERSON), JSON))
    await answered(hub)
    question = {
        "XmlMsg": {
            "MessageHeader": {"MedicalInstitutionCode": FACILITY},
            "MessageBody": {"ReceptionNumber": number},
        }
    }
    packed = await fetched(hub, question, JSON, Accept="application/zip")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        message = msgspec.json.decode(archive.read(f"OQSmuquc02res_{number}.json"))
    assert len(message["XmlMsg"]["MessageBody"]["BulkConfirmUnit"]) == 1


async def test_the_same_message_twice_at_once_is_one_list(hub: Hub) -> None:
    message = a_list(*[a_block()] * 3)
    one, two = await asyncio.gather(sent(hub, message), sent(hub, message))
    other = await sent(hub, a_list(*[a_block()] * 3, identifier="list-2"))

    assert reception(one) == reception(two) != reception(other)


async def test_numbers_of_others_and_of_the_other_carrier_are_unknown(hub: Hub) -> None:
    number = reception(await sent(hub, a_list(a_block())))
    await answered(hub)
    own = await hub.post("/v1/bulk-checks", b'{"number": "1"}', **{"Content-Type": "application/x-ndjson"})
    foreign = await fetched(
        hub, a_question(number).replace(FACILITY.encode(), b"9910000015"), client="other-clinic"
    )
    assert problem_in(foreign) == "coverage.bulk-unknown"
    assert "<SegmentOfResult>9</SegmentOfResult>" in foreign.text
    json_list = await fetched(hub, a_question(own.json()["reception_number"]))
    assert problem_in(json_list) == "coverage.bulk-unknown"
    as_json = await hub.post("/v1/bulk-checks/status", {"reception_number": number})
    assert problem_in(as_json) == "coverage.bulk-unknown"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<XmlMsg>", "oqs.not-well-formed"),
        (b"<Other/>", "oqs.unknown-root"),
        (b"<XmlMsg/>", "oqs.missing-element"),
        (b"<XmlMsg><MessageHeader/></XmlMsg>", "oqs.missing-element"),
        (b"<XmlMsg><MessageHeader/><MessageHeader/></XmlMsg>", "oqs.duplicate-element"),
        (b"<XmlMsg><MessageBody/><MessageBody/></XmlMsg>", "oqs.duplicate-element"),
        (b"<!DOCTYPE x><XmlMsg/>", "oqs.dtd"),
        (a_list(), "coverage.bulk-empty"),
        (a_list("<Other><Deep/></Other>"), "coverage.bulk-empty"),
        (a_list(a_block(), day="20270101"), "coverage.future"),
        (a_list(a_block(), day="19500101"), "coverage.too-early"),
        (a_list(a_block(), day="2026"), "oqs.impossible-date"),
        (a_list(a_block(), identifier="x" * 51), "oqs.too-long"),
        (
            a_list(a_block().replace("<Birthdate>", "<Birthdate>1</Birthdate><Birthdate>")),
            "oqs.duplicate-element",
        ),
        (a_list(a_block(Birthdate="<x/>")), "oqs.not-a-text"),
        (a_list(a_block()).replace(FACILITY.encode(), b"9910000015"), "coverage.other-facility"),
        (a_list(a_block()).replace(FACILITY.encode(), b"12"), "oqs.not-a-facility-code"),
    ],
)
async def test_a_message_that_cannot_be_taken_is_refused_as_a_whole(
    hub: Hub, body: bytes, problem: str
) -> None:
    answer = await sent(hub, body)
    assert problem_in(answer) == problem
    assert "<SegmentOfResult>9</SegmentOfResult>" in answer.text


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{", "oqs.not-well-formed"),
        (b"[]", "oqs.unknown-root"),
        (b'{"XmlMsg": {}}', "oqs.missing-element"),
        (b'{"XmlMsg": {"MessageHeader": 1}}', "oqs.not-a-group"),
        (
            b'{"XmlMsg": {"MessageHeader": {}, "MessageHeader": {}, "MessageBody": {}}}',
            "oqs.duplicate-element",
        ),
        (msgspec.json.encode(a_tree()), "coverage.bulk-empty"),
        (msgspec.json.encode(a_tree("x")), "oqs.not-a-group"),
        (msgspec.json.encode(a_tree({"QualificationConfirmSearchInfo": "x"})), "oqs.not-a-group"),
        (msgspec.json.encode(a_tree({"Birthdate": 1})), "oqs.not-a-text"),
    ],
)
async def test_a_tree_that_cannot_be_taken_is_refused_as_a_whole(hub: Hub, body: bytes, problem: str) -> None:
    answer = await sent(hub, body, JSON)
    assert problem_in(answer) == problem
    assert '"SegmentOfResult":"9"' in answer.text
    assert problem_in(await sent(hub, a_list(a_block()), "text/plain")) == "hub.content-type"
    assert (
        problem_in(await sent(hub, b"{}", "application/json; charset=shift_jis"))
        == "oqs.encoding-unsupported"
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<XmlMsg>", "oqs.not-well-formed"),
        (b"<Other/>", "oqs.unknown-root"),
        (b"<!DOCTYPE x><XmlMsg/>", "oqs.dtd"),
        (b"<XmlMsg><MessageBody/></XmlMsg>", "oqs.missing-element"),
        (b"<XmlMsg><MessageHeader/></XmlMsg>", "oqs.missing-element"),
        (b"<XmlMsg><MessageHeader/><MessageHeader/></XmlMsg>", "oqs.duplicate-element"),
        (a_question(""), "oqs.missing-element"),
        (a_question("1" * 65), "oqs.too-long"),
        (a_question("1").replace(FACILITY.encode(), b"9910000015"), "coverage.other-facility"),
        (a_question("1"), "coverage.bulk-unknown"),
    ],
)
async def test_a_question_for_results_that_cannot_be_answered(hub: Hub, body: bytes, problem: str) -> None:
    assert problem_in(await fetched(hub, body)) == problem


async def test_the_identifier_comes_back_byte_for_byte(hub: Hub) -> None:
    odd = "a&#x3042;&amp;"
    first = await sent(hub, a_list(a_block(), identifier=odd))
    assert f"<ArbitraryFileIdentifier>{odd}</ArbitraryFileIdentifier>" in first.text
    await answered(hub)
    last = await fetched(hub, a_question(reception(first), identifier=odd))
    assert f"<ArbitraryFileIdentifier>{odd}</ArbitraryFileIdentifier>" in last.text


async def test_a_name_that_shift_jis_does_not_have_leaves_as_it_can(hub: Hub) -> None:
    await hub.register(a_row(name="𠮷田　太郎"), key="2")
    number = reception(await sent(hub, a_list(a_block())))
    await answered(hub)
    told = await fetched(hub, a_question(number, "Shift_JIS"))
    assert "<Name>吉田　太郎</Name>" in told.content.decode("cp932")


@pytest.mark.parametrize("path", ["/oqs/OQSmuquc01", "/oqs/OQSmuquc02", "/oqs/OQSmutic01", "/oqs/OQSmutic02"])
async def test_a_message_that_is_too_large(hub: Hub, path: str) -> None:
    told = await hub.post(path, b"x" * (8 * 1024 * 1024 + 1), **{"Content-Type": XML})
    assert (told.status_code, problem_in(told)) == (413, "oqs.too-large")
