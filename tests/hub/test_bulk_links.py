"""Lists of 照会番号 over HTTP: OQSmuimm01 takes them, OQSmuimm02 says what became of each block."""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio
from lxml import etree

from kaihoken.hub.bulk import messages as bulk_messages

from .hub import FACILITY, OTHER_FACILITY, Hub, a_hub, a_row, problem_in
from .test_bulk_messages import a_block, a_list, a_question, answered, reception
from .test_reference_numbers import ask, situation

JSON, XML = "application/json", "application/xml"
BLOCK = {
    "ReferenceNumber": "患者-1",
    "InsurerNumber": "01130012",
    "InsuredCardSymbol": "12-34",
    "InsuredIdentificationNumber": "56",
    "InsuredBranchNumber": "01",
}


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row(), a_row(link="link-57", number="57"))
        yield hub


def block(**more: str | None) -> str:
    texts = {**BLOCK, **more}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in texts.items() if text is not None)
    return f"<ReferenceNumberRegistrationInfo>{inner}</ReferenceNumberRegistrationInfo>"


def registrations(*blocks: str, encoding: str = "UTF-8", facility: str = FACILITY) -> bytes:
    text = f"""<?xml version="1.0" encoding="{encoding}"?>
<XmlMsg><MessageHeader><MedicalInstitutionCode>{facility}</MedicalInstitutionCode>
<ArbitraryFileIdentifier>list-1</ArbitraryFileIdentifier></MessageHeader>
<MessageBody>{"".join(blocks)}</MessageBody></XmlMsg>"""
    return text.encode("cp932" if encoding == "Shift_JIS" else "utf-8")


async def sent(hub: Hub, body: object, media: str = XML, client: str = "clinic") -> httpx.Response:
    return await hub.post("/oqs/OQSmuimm01", body, client, **{"Content-Type": media})


async def fetched(
    hub: Hub, body: object, media: str = XML, client: str = "clinic", **headers: str
) -> httpx.Response:
    return await hub.post("/oqs/OQSmuimm02", body, client, **{"Content-Type": media, **headers})


@pytest.mark.parametrize("encoding", ["UTF-8", "Shift_JIS"])
async def test_a_list_in_its_four_steps(hub: Hub, encoding: str) -> None:
    blocks = (
        block(),
        block(ReferenceNumber="b", InsuredIdentificationNumber="999"),
        block(InsuredIdentificationNumber="57", InsuredCardSymbol=""),
        block(ReferenceNumber="c", InsurerNumber=None),
    )
    number = reception(await sent(hub, registrations(*blocks, encoding=encoding)))
    await answered(hub)
    answer = await fetched(hub, a_question(number, encoding))

    assert answer.headers["content-type"] == f"application/xml; charset={encoding}"
    root = etree.fromstring(answer.content)
    header = {element.tag: element.text for element in root[0]}
    assert header == {
        "ProcessExecutionTime": "20261120093000",
        "MedicalInstitutionCode": FACILITY,
        "ArbitraryFileIdentifier": "q-1",
        "ReceptionNumber": number,
        "SegmentOfResult": "1",
        "NumberOfProcessingResult": "4",
        "NumberOfNormalProcessing": "1",
        "NumberOfError": "3",
        "CharacterCodeIdentifier": "1" if encoding == "Shift_JIS" else "0",
    }
    units = root.findall("MessageBody/BulkRegistrationUnit")
    assert len(units) == len(root[1]) == 4
    statuses = [
        (unit.findtext("ProcessingResultStatus"), unit.findtext("ProcessingResultCode")) for unit in units
    ]
    assert statuses == [("1", None), ("2", "KHK2203"), ("2", "KHK2205"), ("2", "KHK2107")]
    text = answer.content.decode("cp932" if encoding == "Shift_JIS" else "utf-8")
    given_back = re.findall(r"<ReferenceNumberRegistrationInfo>.*?</ReferenceNumberRegistrationInfo>", text)
    assert given_back == list(blocks), "each block comes back as it was sent"
    assert situation(await ask(hub, "患者-1")) == "valid"


async def test_the_same_as_a_tree_in_json(hub: Hub) -> None:
    tree = {
        "XmlMsg": {
            "MessageHeader": {"MedicalInstitutionCode": FACILITY},
            "MessageBody": {"ReferenceNumberRegistrationInfo": [BLOCK, {**BLOCK, "ReferenceNumber": "2"}]},
        }
    }
    number = reception(await sent(hub, tree, JSON))
    await answered(hub)
    question = {
        "XmlMsg": {
            "MessageHeader": {"MedicalInstitutionCode": FACILITY},
            "MessageBody": {"ReceptionNumber": number},
        }
    }
    answer = (await fetched(hub, question, JSON)).json()["XmlMsg"]

    assert answer["MessageHeader"]["NumberOfNormalProcessing"] == "2"
    assert answer["MessageBody"]["BulkRegistrationUnit"] == [
        {"ReferenceNumberRegistrationInfo": BLOCK, "ProcessingResultStatus": "1"},
        {
            "ReferenceNumberRegistrationInfo": {**BLOCK, "ReferenceNumber": "2"},
            "ProcessingResultStatus": "1",
        },
    ]
    assert situation(await ask(hub, "2")) == "valid"


async def test_a_list_that_is_not_answered_yet_is_in_progress(hub: Hub) -> None:
    number = reception(await sent(hub, registrations(block())))

    answer = await fetched(hub, a_question(number))

    assert (problem_in(answer), answer.status_code) == ("coverage.bulk-in-progress", 200)
    assert "<SegmentOfResult>2</SegmentOfResult>" in answer.text


async def test_the_same_message_twice_at_once_is_one_list(hub: Hub) -> None:
    answers = await asyncio.gather(*(sent(hub, registrations(block())) for _ in range(6)))

    assert len({reception(answer) for answer in answers}) == 1
    await answered(hub)
    assert await hub.metric('kaihoken_bulk_items_total{status="normal"}') == 1


async def test_a_list_of_one_kind_is_unknown_to_the_other(hub: Hub) -> None:
    linked = reception(await sent(hub, registrations(block())))
    checks = reception(await hub.post("/oqs/OQSmuquc01", a_list(a_block()), **{"Content-Type": XML}))
    await answered(hub)

    crossed = await hub.post("/oqs/OQSmuquc02", a_question(linked), **{"Content-Type": XML})
    assert problem_in(crossed) == "coverage.bulk-unknown"
    assert problem_in(await fetched(hub, a_question(checks))) == "coverage.bulk-unknown"
    assert problem_in(await fetched(hub, a_question(linked))) == ""
    in_json = await hub.post("/v1/bulk-checks/results", {"reception_number": linked})
    assert problem_in(in_json) == "coverage.bulk-unknown"
    theirs = a_question(linked).replace(FACILITY.encode(), OTHER_FACILITY.encode())
    assert problem_in(await fetched(hub, theirs, client="other-clinic")) == "coverage.bulk-unknown"


async def test_a_long_list_leaves_as_a_zip(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_messages, "MOST_IN_A_MESSAGE", 3)
    number = reception(await sent(hub, registrations(*(block(ReferenceNumber=f"P-{n}") for n in range(5)))))
    await answered(hub)

    answer = await fetched(hub, a_question(number))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        (name,) = archive.namelist()
        root = etree.fromstring(archive.read(name))
    assert name == f"OQSmuimm02res_{number}.xml"
    assert [unit.findtext("ProcessingResultStatus") for unit in root[1]] == ["1"] * 5


async def test_a_hub_that_starts_again_goes_on_with_the_list(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())
        number = reception(
            await sent(hub, registrations(*(block(ReferenceNumber=f"P-{n}") for n in range(450))))
        )
    async with a_hub(location, tmp_path, after=hub) as again:
        await answered(again)
        answer = await fetched(again, a_question(number))

        assert "<NumberOfNormalProcessing>450</NumberOfNormalProcessing>" in answer.text
        assert situation(await ask(again, "P-449")) == "valid"
        assert situation(await ask(again, "P-448")) == "not-found"


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (registrations(), "coverage.bulk-empty"),
        (registrations(block(), facility=OTHER_FACILITY), "coverage.other-facility"),
        (registrations(block()) + b"<", "oqs.not-well-formed"),
        (registrations(block().replace("</Ref", "<ReferenceNumber>2</ReferenceNumber></Ref", 1)), "oqs.not-a-text"),
        (registrations("<QualificationConfirmSearchInfo/>"), "coverage.bulk-empty"),
    ],
)  # fmt: skip
async def test_a_message_that_cannot_be_taken_is_refused_as_a_whole(
    hub: Hub, message: bytes, problem: str
) -> None:
    answer = await sent(hub, message)

    assert problem_in(answer) == problem
    assert "<SegmentOfResult>9</SegmentOfResult>" in answer.text


async def test_the_description_names_both_lists(hub: Hub) -> None:
    document = (await hub.http.get("/openapi.json")).json()

    def described(body: dict[str, dict[str, dict[str, dict[str, str]]]]) -> str:
        """The tree to which the place of a message leads."""
        named = body["content"]["application/xml"]["schema"]["$ref"].rpartition("/")[2]
        return msgspec.json.encode(document["components"]["schemas"][named]).decode()

    took = described(document["paths"]["/oqs/OQSmuimm01"]["post"]["requestBody"])
    gave = described(document["paths"]["/oqs/OQSmuimm02"]["post"]["responses"]["200"])

    assert "ReferenceNumberRegistrationInfo" in took
    assert "BulkRegistrationUnit" in gave
    assert "ResultOfQualificationConfirmation" not in gave
