"""A canary goes through every flow of the desk at DEBUG, on good days and bad ones, and is found in no log, no text of
a problem, no report of a fault, no address, and no name of a file.

Each place where it could have leaked must hold something: a silent sink proves nothing.
"""

import asyncio
import base64
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio

from kaihoken.coverage.client import HubProblem
from kaihoken.desk.day import Source
from kaihoken.desk.doctor import examination
from kaihoken.desk.doctor.facts import Reach, Way
from kaihoken.desk.reader import Stage
from kaihoken.problems import Problem

from ..card.papers import a_root, issued
from ..hub.cards import a_card_hub, linked
from ..hub.hub import NOW, a_message, a_row
from ..hub.test_failure_mode import opened
from ..polling import until
from .desks import PASSWORD, SIGN, a_covered_patient, carried_on
from .files.lists import HEADER, a_list
from .reader.readers import Desk, a_card, at_reader, reader_settings

NAME, KANA = "金糸雀　鳴子", "ｶﾅﾘﾔ ﾒｲｺ"
WIDE_KANA = "カナリヤ　メイコ"
NUMBER, SYMBOL, BRANCH = "8642097", "金糸雀１２", "01"
ADDRESS, PHONE = "東京都架空区金糸雀町9-8-7", "03-8642-0975"
BIRTH = date(1971, 7, 17)
PIN, WRONG_PIN = "7351", "9046"
SERIAL = 771234567890771
VISIT = "a-visit"
NUMBERS = {"insurer_number": "01130012", "symbol": SYMBOL, "branch": BRANCH, "birthdate": "昭和46年7月17日"}

CANARIES = (
    *(NAME, "金糸雀", "鳴子", KANA, "ﾒｲｺ", WIDE_KANA, "メイコ", NUMBER, SYMBOL, ADDRESS, PHONE),
    *("1971-07-17", "19710717", "昭和46", "77118899", str(SERIAL), f"{SERIAL:x}", PASSWORD),
)

AS_PIN = re.compile(rf"(?<![0-9A-Za-z.])(?:{PIN}|{WRONG_PIN})(?![0-9A-Za-z])")
"""Four digits by themselves: within a drawn name or a number of seconds they are chance."""


@dataclass
class Leaks:
    """Everything that a desk says to others than those who may know: texts by where they were said."""

    addresses: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)

    async def asked(self, request: httpx.Request) -> None:
        self.addresses.append(str(request.url))

    async def answered(self, response: httpx.Response) -> None:
        self.addresses += [response.headers.get(name, "") for name in ("location", "content-disposition")]

    @contextmanager
    def listening(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Every problem that is made is remembered."""
        with monkeypatch.context() as patch:
            for kind in (Problem, HubProblem):
                made = kind.__init__

                def remembering(problem: Problem, *args: object, made: object = made, **more: object) -> None:
                    assert callable(made)
                    made(problem, *args, **more)
                    self.problems.append(problem)

                patch.setattr(kind, "__init__", remembering)
            yield

    def of_problems(self) -> list[str]:
        return [text for one in self.problems for text in (str(one), repr(one), one.where, repr(one.facts))]


@pytest_asyncio.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    answered = Way(host="hub.test", reach=Reach.ANSWERED, status=200, date=NOW)
    monkeypatch.setattr(examination, "look_along", lambda *_: answered)
    place = tmp_path / "oqs"
    for name in ("req", "res", "face"):
        (place / name).mkdir(parents=True)
    (tmp_path / "lists").mkdir()
    settings = msgspec.structs.replace(
        reader_settings(tmp_path, requests=str(place)), patient_files=str(tmp_path / "lists"), evening_at=""
    )
    who = {
        "symbol": SYMBOL,
        "number": NUMBER,
        "branch": BRANCH,
        "name": NAME,
        "kana": KANA,
        "address": ADDRESS,
    }
    async with a_card_hub(tmp_path) as hub:
        row = a_row(link="link-canary", birthdate=BIRTH.isoformat(), sex="2", **who)
        told = await hub.register(row, linked(serial=SERIAL, link="link-canary"), key="canary")
        assert told.json()["refused"] == 0, told.text
        async with at_reader(tmp_path / "desk", hub, settings) as running:
            yield running


async def at_the_reader(desk: Desk) -> None:
    """A PIN that is wrong, one that is right, and an answer that stays out."""
    card = a_card(serial=SERIAL, pin=PIN)
    await desk.put(card, Stage.METHOD)
    desk.press("pin")
    await desk.type_pin(WRONG_PIN, Stage.PIN)
    await desk.type_pin(PIN, Stage.QUESTION)
    assert await desk.answer() is Stage.DONE
    await desk.beside()
    await desk.take()
    await desk.put(card, Stage.METHOD)
    desk.press("pin")
    await desk.type_pin(PIN, Stage.QUESTION)
    desk.counter.wire.lose_answers = True
    assert await desk.answer() is Stage.RECEPTION
    desk.counter.wire.lose_answers = False
    await desk.take()


async def at_the_counter(desk: Desk) -> None:
    """Lists, searches, checks that go well and wrong, papers, and what is done where nothing is known."""
    counter = desk.counter
    row = f"77118899,{NAME},{KANA},19710717,01130012,{SYMBOL},{NUMBER},{BRANCH},3,,,{PHONE}"
    bad = row.replace("01130012", "99999999").replace("77118899", "77118898")
    sent = await counter.http.post(
        "/patients/import", files={"file": (f"{NAME}.csv", a_list(row, bad, header=HEADER), "text/csv")}
    )
    page = sent.headers["location"]
    intake = counter.desk.files.get(page.rpartition("/")[2])
    assert intake.table is not None
    columns = {one.value: str(at.column) for one, at in counter.desk.files.guesses(intake.table).items()}
    await counter.post(page, kind="patients", **columns)
    await counter.http.get(page)
    await counter.post(f"{page}/rows")
    found = await counter.post("/search", text=NAME)
    assert NAME in found.text
    patient = counter.desk.patients.numbered("77118899")
    assert patient is not None
    for trouble in ("", "down", "500", "lost"):
        wire = counter.wire
        wire.down, wire.status, wire.lose_answers = (
            trouble == "down",
            500 * (trouble == "500"),
            trouble == "lost",
        )
        for number in (NUMBER, f"{NUMBER}0", NAME):
            await counter.post(f"/visit/{VISIT}/numbers", number=number, presented="", **NUMBERS)
        await counter.post(f"/visit/{VISIT}/check")
        wire.down, wire.status, wire.lose_answers = False, 0, False
    assert "3割" in (await counter.http.get(f"/visit/{VISIT}")).text
    for path in (f"/patients/{patient.patient}", "/patients/alike", "/patients/differences", "/list"):
        assert (await counter.http.get(path)).status_code == 200
    for path, form in (
        ("/patients/differences", {"charset": "utf-8"}),
        (f"/visit/{VISIT}/call", {"who": NAME, "phone": PHONE, "due": "2026-11-27"}),
        (f"/visit/{VISIT}/declaration", {}),
        (f"/visit/{VISIT}/deposit", {"amount": "1000"}),
        (f"/visit/{VISIT}/questionnaire", {"how": "screen"}),
        ("/sign-in", {"sign": SIGN, "password": f"{PASSWORD}x"}),
        ("/stranger", {"name": NAME}),
    ):
        await counter.post(path, **form)


async def beside_the_line(desk: Desk) -> None:
    """What is taken down while the line is cut, tomorrow's list, their papers, and four items by telephone."""
    counter = desk.counter
    counter.wire.down = True
    await counter.post(f"/take-down/{VISIT}", seen="card", share="10", note=f"{NAME} {PHONE}")
    wrong = await counter.post("/take-down/new", name=NAME, kana=KANA, seen="numbers", number=NUMBER)
    right = await counter.post(
        "/take-down/new", name=NAME, kana=KANA, seen="numbers", number=NUMBER, **NUMBERS
    )
    assert (wrong.status_code, right.status_code) == (422, 303)
    with pytest.raises(HubProblem):
        await counter.desk.entries.carry_on()
    counter.wire.down = False
    await carried_on(counter.desk.entries.carry_on)
    await counter.post("/tomorrow")
    await carried_on(counter.desk.evening.carry_on)
    for path in ("/settle", "/settle.json", "/tomorrow.pdf", "/tomorrow.json", "/notice.pdf", "/follow-up"):
        assert (await counter.http.get(path)).status_code == 200, path
    call = {"why": "停電", "failed_at": "2026-11-20T09:10", "reference": "A-17"}
    back = {"by": "運01", "number": "03-0000-0000", "at": "2026-11-20T09:30", "until": "2026-11-20T17:30"}
    await counter.post("/failure-mode/telephone", **call)
    assert (await opened(counter.hub)).status_code == 200
    await counter.post("/failure-mode/called-back", **back)
    items = {"name": NAME, "birthdate": "昭和46年7月17日", "sex": "2", "address": ADDRESS}
    asked = await counter.post("/failure-mode/ask", **items)
    assert asked.status_code < 500


async def in_the_folder(desk: Desk, place: Path) -> None:
    """Requests that are whole, torn, wrongly named, and a list of the レセコン; then what they are answered by."""
    who = {"symbol": SYMBOL, "number": NUMBER, "branch": BRANCH, "birthdate": "19710717"}
    req = place / "oqs" / "req"
    (req / "OQSsiquc01req_1.xml").write_bytes(a_message(**who))
    (req / f"OQSsiquc01req_{NAME}.xml").write_bytes(a_message(**who, insurer="99999999"))
    (req / f"OQSsiquc01req_face_{NAME}.json").write_text(
        f'{{"by": "certificate", "serial": "{SERIAL}"', "utf-8"
    )
    (req / f"OQSxxxxx01req_{NUMBER}.xml").write_text(f"<XmlMsg>{NAME}", "utf-8")
    (place / "lists" / f"{NAME}.csv").write_bytes(a_list(f"77118899,{NAME}", header="患者番号,氏名"))
    carrier = desk.counter.desk.carrier
    assert carrier is not None
    await asyncio.to_thread(until, lambda: carrier.state.answered + carrier.state.refused >= 3)

    def is_taken() -> bool:
        desk.counter.hub.ticks.pass_seconds(1)
        return any((place / "lists").glob("done/*"))

    await asyncio.to_thread(until, is_taken)


async def test_a_canary_in_every_flow_is_in_no_log_no_problem_no_report_and_no_address(
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    leaks, counter = Leaks(), desk.counter
    counter.http.event_hooks = {"request": [leaks.asked], "response": [leaks.answered]}
    counter.desk.hub._http.event_hooks = {"request": [leaks.asked], "response": []}
    canary = {"kana": KANA, "symbol": SYMBOL, "insured_number": NUMBER, "branch": BRANCH, "phone": PHONE}
    patient = a_covered_patient(counter, "77118899", name=NAME, birthdate=BIRTH, **canary)
    counter.desk.day.put(
        msgspec.structs.replace(counter.desk.day.a_line(patient, Source.APPOINTMENT), visit=VISIT)
    )
    with caplog.at_level(logging.DEBUG), leaks.listening(monkeypatch):
        await counter.sign_in()
        await at_the_reader(desk)
        await at_the_counter(desk)
        moved = msgspec.structs.replace(counter.desk.day.get(VISIT), visit="later", checks=(), shown=())
        tomorrow = NOW + timedelta(days=1)
        counter.desk.day.put(msgspec.structs.replace(moved, day=tomorrow.date(), at=tomorrow))
        await beside_the_line(desk)
        await in_the_folder(desk, tmp_path)
        for path in ("/doctor", "/doctor.json", "/doctor/report", "/troubles", "/troubles.csv"):
            leaks.reports.append((await counter.http.get(path)).text)
        leaks.reports.append(
            repr(counter.desk) + repr(vars(desk.reader)) + repr(vars(counter.desk.questionnaires))
        )
    ours = (
        tmp_path / "desk",
        tmp_path / "oqs" / "face",
        tmp_path / "lists",
    )  # in res a レセコン has chosen the name
    names = [one.name for folder in ours for one in folder.rglob("*")]
    said = capfd.readouterr()
    certificate = issued(a_root(), serial=SERIAL)
    drawn = [base64.b64encode(certificate).decode()[100:160], certificate.hex()[100:160]]
    places = {
        "log": [caplog.text],
        "standard output": [said.out + said.err],
        "problem": leaks.of_problems(),
        "address": leaks.addresses,
        "report": leaks.reports,
        "file": names,
    }
    for place, texts in places.items():
        assert texts
        found = [one for one in (*CANARIES, *drawn) for text in texts if one in text]
        assert found + [pin for text in texts for pin in AS_PIN.findall(text)] == [], place
    assert "httpx" in caplog.text or "HTTP Request" in caplog.text
    assert {"desk.sign-in", "access.hub-unreachable"} <= {one.code for one in leaks.problems}
    assert any("/v1/card-presences" in one for one in leaks.addresses)
    assert counter.desk.day.get(VISIT).checks
