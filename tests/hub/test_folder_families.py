"""Every kind of request that the folders carry, from its file in `req` to its result in `res`, at a whole hub: agent
and hub in one process, each file on a real disk."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from lxml import etree

from kaihoken.coverage.client import AsyncHub, Patience
from kaihoken.coverage.folder import Agent, Folders, Shelves, ask_at, put_request
from kaihoken.coverage.folder.arrival import Spacing
from kaihoken.coverage.oqs import INTERFACES, parse_face_name, unconfirmed_messages

from .hub import BASE, FACILITY, Hub, a_hub, a_message, a_row
from .test_bulk_links import block, registrations
from .test_bulk_messages import a_block, a_list, a_question, answered
from .test_bulk_tickets import a_ticket, assisted
from .test_consents import CARD, HOME, LINKED_CARD
from .test_reference_numbers import a_registration
from .test_unconfirmed import ONLINE
from .test_unconfirmed import a_message as about_the_patient

WORKING = sorted(stem for stem, message in unconfirmed_messages().items() if message.function)
ENCODINGS = ("UTF-8", "Shift_JIS")


@dataclass
class Clinic:
    """A clinic's folders with an agent, and the hub that it asks."""

    hub: Hub
    agent: Agent
    folders: Folders
    told: list[str]

    def put(self, name: str, content: bytes) -> None:
        (self.folders.req / name).write_bytes(content)

    async def carried(self) -> dict[str, bytes]:
        """What stands in `res` once everything is answered; taken out."""
        assert await self.agent.once(asyncio.sleep)
        return {path.name: _taken(path) for path in sorted(self.folders.res.iterdir())}

    async def result(self, stem: str, step: str, content: bytes) -> etree._Element:
        """The message that answers this one."""
        name = put_request(self.folders, stem, step, content, self.hub.clock.today())
        results = await self.carried()
        assert list(results) == [str(name.result())], results
        return etree.fromstring(results[str(name.result())])


def _taken(path: Path) -> bytes:
    content = path.read_bytes()
    path.unlink()
    return content


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    folders = Folders(*(tmp_path / name for name in ("req", "res", "work")), face=tmp_path / "face")
    for folder in (folders.req, folders.res, tmp_path / "face"):
        folder.mkdir()
    told: list[str] = []
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed=",".join(WORKING)) as hub:
        registered = await hub.register(a_row(), assisted("1234566", a_ticket()), LINKED_CARD)
        assert registered.json()["refused"] == 0, registered.text
        for care in (HOME, ONLINE):
            assert (await hub.post("/v1/eligibility-checks", care)).status_code == 200
        line = AsyncHub(
            BASE,
            "clinic",
            hub.keys["clinic"],
            clock=hub.clock,
            patience=Patience(attempts=1),
            transport=hub.http._transport,
        )
        shelves = Shelves(folders, hub.clock)
        agent = Agent(
            shelves, ask_at(line), told.append, time.monotonic_ns, hub.clock, spacing=Spacing(0.001, 0.001)
        )
        async with line:
            yield Clinic(hub, agent, folders, told)
        await agent.stop()
        shelves.close()


def found(message: etree._Element, name: str) -> str | None:
    text: str | None = message.findtext(f".//{name}")
    return text


async def test_one_person_by_number(clinic: Clinic) -> None:
    for code, encoding in enumerate(ENCODINGS):
        answer = await clinic.result("OQSsiquc", "01", a_message(encoding))

        assert answer.getroottree().docinfo.encoding == encoding
        assert found(answer, "CharacterCodeIdentifier") == str(code)
        assert (found(answer, "QualificationValidity"), found(answer, "Name")) == ("1", "山田　太郎")


async def test_a_declaration_that_the_bytes_belie_is_answered_in_words(clinic: Clinic) -> None:
    for message in (
        a_message("UTF-8", symbol="架空").decode().encode("cp932"),
        a_message("Shift_JIS", symbol="架空").decode("cp932").encode(),
    ):
        answer = await clinic.result("OQSsiquc", "01", message)

        assert (found(answer, "SegmentOfResult"), found(answer, "ArbitraryFileIdentifier")) == ("9", "abc-1")
        assert clinic.agent.state.last[0].refused == found(answer, "ErrorCode")


async def test_a_reference_number_of_one_person(clinic: Clinic) -> None:
    for encoding in ENCODINGS:
        linked = await clinic.result("OQSsiimm", "01", a_registration(encoding, reference=encoding))
        asked = await clinic.result("OQSsiquc", "01", a_message(encoding))

        assert found(linked, "ProcessingResultStatus") == "1"
        assert (found(linked, "ReferenceNumber"), found(asked, "ReferenceNumber")) == (encoding, encoding)


def visits(treatment: str) -> Callable[[str], bytes]:
    flag = f"<MedicalTreatmentFlag>{treatment}</MedicalTreatmentFlag>"
    asked = f"<ConsentDateFrom>20261119</ConsentDateFrom>{flag}"
    block = f"<QualificationConfirmSearchInfo>{asked}</QualificationConfirmSearchInfo>"
    return lambda encoding: a_list(block, encoding=encoding)


def a_month(encoding: str) -> bytes:
    return a_list("<MedicalTreatmentMonth>202611</MedicalTreatmentMonth>", encoding=encoding)


LISTS: dict[str, tuple[Callable[[str], bytes], str, list[str]]] = {
    "OQSmuquc": (
        lambda encoding: a_list(a_block(), a_block(InsuredIdentificationNumber="999"), encoding=encoding),
        "QualificationValidity",
        ["1", "4"],
    ),
    "OQSmuimm": (
        lambda encoding: registrations(
            block(), block(ReferenceNumber="b", InsuredIdentificationNumber="999"), encoding=encoding
        ),
        "ProcessingResultStatus",
        ["1", "2"],
    ),
    "OQSmutic": (a_month, "QualificationValidity", ["1"]),
    "OQSmuhvq": (visits("2"), "QualificationValidity", ["1"]),
    "OQSmuonq": (visits("3"), "QualificationValidity", ["1"]),
}
"""Of each list: what is asked, and what stands of each person in its results."""


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_lists_in_their_four_steps(clinic: Clinic, encoding: str) -> None:
    for stem, (message, element, expected) in LISTS.items():
        received = await clinic.result(stem, "01", message(encoding))
        number = found(received, "ReceptionNumber")
        assert number is not None, stem
        await answered(clinic.hub)
        results = await clinic.result(stem, "02", a_question(number, encoding))

        assert results.getroottree().docinfo.encoding == encoding, stem
        assert (found(results, "ReceptionNumber"), found(results, "SegmentOfResult")) == (number, "1"), stem
        units = [child for child in results.iterfind("MessageBody/*") if len(child)]
        assert [unit.findtext(element) for unit in units] == expected, stem


async def test_what_an_operator_turned_on_is_carried_too(clinic: Clinic) -> None:
    for stem in ("OQSsihvq", "OQSsionq", *sorted({*WORKING} - {"OQSsihvq", "OQSsionq"})):
        answer = await clinic.result(stem, "01", about_the_patient("Shift_JIS", day="20261120"))

        assert found(answer, "SegmentOfResult") in ("1", "9"), stem
        assert found(answer, "ArbitraryFileIdentifier") == "訪問-1", stem
        if stem in ("OQSsihvq", "OQSsionq"):
            assert found(answer, "QualificationValidity") == "1", stem


CANNOT = {one.stem for one in INTERFACES} - {*LISTS, *WORKING, "OQSsiquc", "OQSsiimm"}


async def test_what_a_hub_cannot_do_is_answered_and_never_left(clinic: Clinic) -> None:
    for stem in sorted(CANNOT):
        name = f"{stem}01req_a.xml"
        clinic.put(name, about_the_patient("Shift_JIS"))
        results = await clinic.carried()

        if stem in unconfirmed_messages():
            (answer,) = results.values()
            assert found(etree.fromstring(answer), "SegmentOfResult") == "9", stem
        else:
            assert list(results) == [f"{stem}01req_a.err", name]
            assert "KHK2131" in results[f"{stem}01req_a.err"].decode("cp932")


async def test_a_card_at_the_reader(clinic: Clinic) -> None:
    clinic.put("OQSsiquc01req_face_1.json", json.dumps(CARD).encode())
    assert await clinic.carried() == {}

    assert clinic.folders.face is not None
    (answer,) = clinic.folders.face.iterdir()
    assert parse_face_name(answer.name).facility == FACILITY
    assert found(etree.fromstring(answer.read_bytes()), "QualificationValidity") == "1"


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    b"<XmlMsg><MessageHeader><ArbitraryFileIdentifier>&b;</ArbitraryFileIdentifier></MessageHeader></XmlMsg>"
)
FETCHED = (
    b'<?xml version="1.0"?><!-- x --><!DOCTYPE x SYSTEM "file:///etc/passwd" [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b"<XmlMsg>&a;</XmlMsg>"
)


async def test_what_a_parser_would_choke_on_is_refused_and_the_next_is_answered(clinic: Clinic) -> None:
    for content in (BOMB, FETCHED, BOMB.decode().encode("utf-16")):
        clinic.put("OQSsiquc01req_a.xml", content)
        clinic.put("OQSsiquc01req_b.xml", a_message())
        results = await clinic.carried()

        assert b"root:" not in b"".join(results.values())
        assert found(etree.fromstring(results["OQSsiquc01res_b.xml"]), "QualificationValidity") == "1"
        refused = results.get("OQSsiquc01req_a.err") or results["OQSsiquc01res_a.xml"]
        assert b"KHK21" in refused


async def test_no_name_and_no_number_of_a_person_is_said_or_logged(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = {"identifier": "山田太郎", "symbol": "12-34", "number": "5678901"}
    for name, content in (
        ("OQSsiquc01req_山田太郎.xml", a_message("Shift_JIS", **secret)),
        ("OQSmuquc01req_山田太郎.xml", a_list(a_block(InsuredIdentificationNumber="5678901"))),
        ("YZKsiquc01req_山田太郎.xml", a_message(**secret)),
        ("山田太郎\n5678901.xml", a_message(**secret)),
        ("OQSsiquc01req_山田太郎\u202elmx.xml", BOMB),
        ("OQSsiquc01req_face_山田太郎.json", json.dumps({**CARD, "serial": "5678901"}).encode()),
    ):
        clinic.put(name, content)
    await clinic.carried()

    said = [*clinic.told, caplog.text, repr(clinic.agent.state), repr(clinic.agent)]
    assert len(clinic.told) >= 12
    assert not [line for line in said if "山田" in line or "5678901" in line]
