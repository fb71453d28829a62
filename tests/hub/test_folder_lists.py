"""Lists (OQSmu…) through `kaihoken oqs folder`: 01 in, 受付 out, 処理中, results; agent and hub as processes, the agent
killed in between. However often it is killed, the hub has one list, and each file appears once."""

import io
import os
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path

import pytest
from lxml import etree

from kaihoken.clock import SystemClock

from ..polling import until
from .hub import a_row
from .process import HubProcess, make_hub
from .test_bulk_killed import stands
from .test_bulk_links import block, registrations
from .test_bulk_messages import a_block, a_list, a_question
from .test_bulk_tickets import a_ticket, assisted
from .test_consents import CARD, LINKED_CARD
from .test_folder_agent import agent, folders, registered, today

pytestmark = pytest.mark.process

ENCODINGS = ("Shift_JIS", "UTF-8")


@dataclass
class Clinic:
    """A clinic's PC with its folders, and the hub that it asks. `results` is what its software took out of `res`."""

    hub: HubProcess
    folder: Path
    results: dict[str, bytes] = field(default_factory=dict)

    def put(self, name: str, content: bytes) -> None:
        (self.folder / "being-written").write_bytes(content)
        (self.folder / "being-written").rename(self.folder / "req" / name)

    def until(self, happened: Callable[[], bool]) -> None:
        until(happened, (self.folder / "said.txt").read_text)

    def collect(self) -> None:
        for path in sorted((self.folder / "res").iterdir()):
            assert path.name not in self.results, f"a second {path.name}"
            self.results[path.name] = path.read_bytes()
            path.unlink()

    def has(self, *names: str) -> bool:
        self.collect()
        return any(name in self.results for name in names)

    def said(self, what: str) -> bool:
        return what in (self.folder / "said.txt").read_text(encoding="utf-8")

    def carry(self, name: str, deaths: int) -> None:
        """An agent brings a result; before it others died, while they asked a hub that did not come to answering."""
        assert self.hub.process is not None
        for _ in range(deaths):
            (self.folder / "said.txt").write_text("")
            self.hub.process.send_signal(signal.SIGSTOP)
            with agent(self.hub, self.folder):
                self.until(lambda: self.said("Ctrl+C"))
                self.until(lambda: not list((self.folder / "req").iterdir()))
                time.sleep(0.2)  # how far it comes is the case
            self.hub.process.send_signal(signal.SIGCONT)
        with agent(self.hub, self.folder):
            self.until(lambda: self.has(name))


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    clinic = Clinic(make_hub(tmp_path), folders(tmp_path))
    with clinic.hub.alive():
        registered(
            clinic.hub,
            a_row(),
            assisted("1234566", this_months(a_ticket())),
            LINKED_CARD,
        )
        for care in ("home", "online"):
            consented(clinic.hub, care)
    return clinic


def consented(hub: HubProcess, care: str) -> None:
    """He reads his card in that form of care, which gives a consent that stands."""
    body = {**CARD, "care": care, "consents": ["limit", "medicine"]}
    headers = {"Authorization": f"Bearer {hub.token('clinic')}"}
    hub.http.post("/v1/eligibility-checks", json=body, headers=headers).raise_for_status()


def this_months(ticket: dict[str, object]) -> dict[str, object]:
    first = f"{today()[:4]}-{today()[4:6]}-01"
    return {**ticket, "month": first, "valid_from": first, "valid_to": f"{first[:-2]}28"}


def a_month(encoding: str) -> bytes:
    text = f"""<?xml version="1.0" encoding="{encoding}"?>
<XmlMsg><MessageHeader><MedicalInstitutionCode>9910000007</MedicalInstitutionCode>
<ArbitraryFileIdentifier>月-1</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><MedicalTreatmentMonth>{today()[:6]}</MedicalTreatmentMonth></MessageBody></XmlMsg>"""
    return text.encode("cp932" if encoding == "Shift_JIS" else "utf-8")


def checks(encoding: str) -> bytes:
    people = (a_block(ArbitraryIdentifier="患者-1"), a_block(InsuredIdentificationNumber="999"))
    return a_list(*people, encoding=encoding, day=today())


def links(encoding: str) -> bytes:
    people = (block(), block(ReferenceNumber="b", InsuredIdentificationNumber="999"))
    return registrations(*people, encoding=encoding)


def visits(treatment: str) -> Callable[[str], bytes]:
    """Who consented since yesterday in that form of care (診療区分)."""

    def message(encoding: str) -> bytes:
        since = (SystemClock().today() - timedelta(days=1)).strftime("%Y%m%d")
        flag = f"<MedicalTreatmentFlag>{treatment}</MedicalTreatmentFlag>"
        asked = f"<ConsentDateFrom>{since}</ConsentDateFrom>{flag}"
        return a_list(
            f"<QualificationConfirmSearchInfo>{asked}</QualificationConfirmSearchInfo>", encoding=encoding
        )

    return message


LISTS: dict[str, tuple[Callable[[str], bytes], str, list[str]]] = {
    "OQSmuquc": (checks, "QualificationValidity", ["1", "4"]),
    "OQSmuimm": (links, "ProcessingResultStatus", ["1", "2"]),
    "OQSmutic": (a_month, "QualificationValidity", ["1"]),
    "OQSmuhvq": (visits("2"), "QualificationValidity", ["1"]),
    "OQSmuonq": (visits("3"), "QualificationValidity", ["1"]),
}
"""Of each interface: a list, and what stands of each person in its results."""


@pytest.mark.parametrize(("stem", "encoding"), [*zip(LISTS, cycle(ENCODINGS), strict=False)])
def test_a_list_is_sent_once_and_answered_once_however_often_the_agent_dies(
    clinic: Clinic, stem: str, encoding: str
) -> None:
    message, element, expected = LISTS[stem]
    with clinic.hub.alive():
        clinic.put(f"{stem}01req_1.xml", message(encoding))
        clinic.carry(f"{stem}01res_1.xml", deaths=2 if stem == "OQSmuquc" else 1)
        received = etree.fromstring(clinic.results[f"{stem}01res_1.xml"])
        number = received.findtext(".//ReceptionNumber")
        assert number is not None
        clinic.until(lambda: stands(clinic.hub, "SELECT count(*) FROM bulk_job WHERE state = 'done'") == 1)
        clinic.put(f"{stem}02req_1.xml", a_question(number, encoding))
        clinic.carry(f"{stem}02res_1.xml", deaths=stem == "OQSmuquc")
        assert stands(clinic.hub, "SELECT count(*) FROM bulk_job") == 1

    answer = clinic.results[f"{stem}02res_1.xml"]
    assert f'encoding="{encoding}"'.encode() in answer
    results = etree.fromstring(answer)
    assert results.findtext(".//SegmentOfResult") == "1"
    units = [child for child in results.iterfind("MessageBody/*") if len(child)]
    assert [unit.findtext(element) for unit in units] == expected
    assert sorted(clinic.results) == [f"{stem}01res_1.xml", f"{stem}02res_1.xml"]
    assert list((clinic.folder / "req").iterdir()) == []


def ask_until_done(clinic: Clinic, number: str) -> Iterator[str]:
    """Ask after a list by one file after the other, as a clinic's software does; the names of the results."""
    for turn in count(1):
        clinic.put(f"OQSmuquc02req_{turn}.xml", a_question(number))
        names = (f"OQSmuquc02res_{turn}.xml", f"OQSmuquc02res_{turn}.zip")
        clinic.until(lambda wanted=names: clinic.has(*wanted))
        (name,) = clinic.results.keys() & set(names)
        yield name
        if name.endswith(".zip"):
            return


def test_a_long_list_is_under_way_and_then_comes_packed(clinic: Clinic) -> None:
    many = 15_000
    people = [a_block(ArbitraryIdentifier=f"{number}") for number in range(many)]
    with clinic.hub.alive():
        clinic.put("OQSmuquc01req_1.xml", a_list(*people, day=today()))
        with agent(clinic.hub, clinic.folder):
            clinic.until(lambda: clinic.has("OQSmuquc01res_1.xml"))
            received = etree.fromstring(clinic.results["OQSmuquc01res_1.xml"])
            number = received.findtext(".//ReceptionNumber")
            assert number is not None
            waited = [*ask_until_done(clinic, number)]
            clinic.until(lambda: not os.listdir(clinic.folder / "oqs-work" / "queue"))
        assert stands(clinic.hub, "SELECT count(*) FROM bulk_job") == 1

    *under_way, last = waited
    assert under_way, "the list was answered before it could be asked after"
    for name in under_way:
        told = etree.fromstring(clinic.results[name])
        assert told.findtext(".//SegmentOfResult") == "2"
        assert told.find(".//BulkConfirmUnit") is None
    with zipfile.ZipFile(io.BytesIO(clinic.results[last])) as archive:
        (inside,) = archive.namelist()
        assert inside == f"OQSmuquc02res_{number}.xml"
        results = etree.fromstring(archive.read(inside))
    units = results.findall("MessageBody/BulkConfirmUnit")
    asked = [unit.findtext("QualificationConfirmSearchInfo/ArbitraryIdentifier") for unit in units]
    assert asked == [str(number) for number in range(many)]
    assert {unit.findtext("QualificationValidity") for unit in units} == {"1"}
