"""The doctor's pages over a desk, its report, and a folder of a desk that does not run."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from kaihoken.clock import FixedClock
from kaihoken.desk.doctor import (
    Facts,
    Part,
    Standing,
    as_text,
    examination,
    examine_folder,
    examined,
    report_of,
)
from kaihoken.desk.doctor.facts import Reach, Way
from kaihoken.desk.doctor.report import Counts, Machine
from kaihoken.desk.running import open_safe
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.troubles import Kind, Troubles
from kaihoken.problems import Problem

from ...hub.hub import BASE, NOW, a_hub, a_row, enrolment_of
from ..desks import Counter, a_covered_patient, a_desk

ANSWERED = Way(host="hub.test", reach=Reach.ANSWERED, status=200, date=NOW)
HOME = "/srv/yamada-hanako"


@pytest_asyncio.fixture
async def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Counter]:
    monkeypatch.setattr(examination, "look_along", lambda *_: ANSWERED)
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        await hub.register(a_row())
        await desk.sign_in()
        yield desk


def faults(facts: Facts) -> list[Part]:
    return [one.part for one in examined(facts) if one.standing is Standing.FAULT]


async def test_a_desk_that_is_well_says_so_in_three_languages(counter: Counter) -> None:
    pages = [(await counter.http.get(f"{path}/doctor")).text for path in ("", "/easy", "/en")]

    assert "悪いところは見つかりませんでした" in pages[0]
    assert "わるい ところは ありませんでした" in pages[1]
    assert "No fault found" in pages[2]


async def test_a_key_that_the_hub_stopped_is_named_although_a_token_is_held(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    await counter.post(f"/visit/{visit.visit}/check")
    await enrolment_of(counter.hub.machine).disable("clinic", "operator")

    page = await counter.http.get("/doctor")
    data = (await counter.http.get("/doctor.json")).json()

    assert "ハブで止められています" in page.text
    assert [one["code"] for one in data if one["standing"] == "fault"] == ["key.disabled"]


async def test_a_line_that_is_cut_is_the_one_fault(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.wire.down = True
    cut = Way(host="hub.test", reach=Reach.REFUSED)
    monkeypatch.setattr(examination, "look_along", lambda *_: cut)

    assert faults(await examination.examine_desk(counter.desk)) == [Part.LINE]


async def test_what_is_read_in_the_report_is_what_is_saved_and_nobody_is_in_it(counter: Counter) -> None:
    patient = a_covered_patient(counter, phone="090-0000-0000", last=None)
    visit = counter.arrived(patient)
    await counter.post(f"/visit/{visit.visit}/check")
    counter.desk.troubles.count(Kind.HUB_REFUSAL, patient.name)
    counter.desk.troubles.count(Kind.PIN_WRONG)

    page = (await counter.http.get("/doctor/report")).text
    saved = await counter.post("/doctor/report", text="[fault] line")

    assert "pin-wrong = 1" in page
    assert "hub-refusal:other = 1" in page
    canaries = [patient.name, patient.kana, "12-34", "1980-01-01", "00231", "090-0000-0000"]
    assert not [one for one in canaries if one in page]
    assert '"d"' not in page
    assert saved.text == "[fault] line"
    assert saved.headers["content-disposition"].startswith("attachment")


async def test_the_doctor_is_for_the_staff(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as counter:
        answers = [await counter.http.get(path) for path in ("/doctor", "/doctor/report", "/troubles")]

    assert {one.headers["location"] for one in answers} == {"/sign-in"}


async def test_troubles_are_shown_by_month_and_fetched_day_by_day(counter: Counter) -> None:
    counter.desk.troubles.count(Kind.CARD_LEFT)
    counter.days_pass(1)
    counter.desk.troubles.count(Kind.CARD_LEFT)

    page = await counter.http.get("/troubles")
    table = await counter.http.get("/troubles.csv?month=2026-11")
    none = await counter.http.get("/troubles?month=2026-10")

    assert "カードの忘れ物" in page.text
    assert table.text.splitlines()[1:] == [
        "2026-11,2026-11-20,card-left,,1",
        "2026-11,2026-11-21,card-left,,1",
    ]
    assert "この月には、ありません" in none.text


def test_a_report_masks_passwords_and_cuts_off_the_home_folder() -> None:
    settings = DeskSettings(proxy="http://user:secret@proxy.example:8080", folder=f"{HOME}/desk")
    facts = Facts(now=NOW, hub=BASE, folder=None)

    text = as_text(report_of(NOW, settings, Machine({}, "Linux", HOME), examined(facts), Counts()))

    assert "secret" not in text
    assert "yamada" not in text
    assert "folder = ~/desk" in text


async def test_a_folder_where_nothing_was_made_is_not_enrolled_and_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "look_along", lambda *_: ANSWERED)
    folder = tmp_path / "none"

    facts, counts = await examine_folder(DeskSettings(folder=str(folder), hub=BASE), FixedClock(NOW))

    assert faults(facts) == [Part.ENROLMENT]
    assert counts == Counts()
    assert not folder.exists()


async def test_a_folder_that_a_desk_holds_is_left_alone_and_one_of_another_key_is_named(
    counter: Counter, tmp_path: Path
) -> None:
    held, _ = await examine_folder(counter.desk.settings, FixedClock(NOW))
    other = tmp_path / "other"
    open_safe(other).close()
    (other / "safe.key").write_bytes(bytes(32))
    broken, _ = await examine_folder(DeskSettings(folder=str(other), hub=BASE), FixedClock(NOW))

    assert held.is_held
    assert faults(held) == []
    assert faults(broken) == [Part.SAFE]


@pytest.mark.parametrize(
    ("made", "code"),
    [((), "folder.missing"), (("req", "res"), "folder.parts"), (("req", "res", "face"), "")],
)
async def test_the_folders_of_a_request_are_looked_at(
    counter: Counter, tmp_path: Path, made: tuple[str, ...], code: str
) -> None:
    folder = tmp_path / "oqs"
    for part in made:
        (folder / part).mkdir(parents=True)
    settings = msgspec.structs.replace(counter.desk.settings, requests=str(folder))

    facts, _ = await examine_folder(settings, FixedClock(NOW))

    [found] = [one.finding for one in examined(facts) if one.part is Part.FOLDER]
    assert (found.code if found else "") == code
    assert [one.name for one in folder.rglob("*") if one.is_file()] == []


def test_counts_outlive_the_desk_and_two_years_are_kept(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    safe = open_safe(tmp_path / "desk")
    log = Troubles(safe, clock)
    for month in range(26):
        year, rest = divmod(month, 12)
        clock.at = NOW.replace(year=2026 + year, month=rest + 1, day=date(2026, 1, 20).day)
        log.count(Kind.FOLDER)
    safe.close()

    safe = open_safe(tmp_path / "desk")
    again = Troubles(safe, clock)
    safe.close()

    assert len(again.months()) == 25
    assert again.months()[-1] == "2026-02"
    assert [one.total for one in again.of("2028-02").counted] == [1]


def test_counting_never_fails_what_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    safe = open_safe(tmp_path / "desk")
    log = Troubles(safe, FixedClock(NOW))

    def full(_: object) -> None:
        raise Problem("store.full")

    with monkeypatch.context() as patched:
        patched.setattr(type(safe), "write", lambda _self, changes: full(changes))
        log.count(Kind.LINE_DOWN)
    log.count(Kind.LINE_DOWN)
    safe.close()

    safe = open_safe(tmp_path / "desk")
    assert Troubles(safe, FixedClock(NOW)).of("2026-11").counted[0].days == {20: 2}
    safe.close()


async def test_what_goes_wrong_at_the_counter_is_counted(counter: Counter) -> None:
    known = counter.arrived(a_covered_patient(counter))
    nobody = counter.arrived(a_covered_patient(counter, "00999", insured_number="57"))
    await counter.post(f"/visit/{known.visit}/check")
    await counter.post(f"/visit/{nobody.visit}/check")
    counter.wire.down = True
    for _ in range(3):
        await counter.post(f"/visit/{known.visit}/check")

    counted = counter.desk.troubles.of("2026-11").counted

    assert [(one.kind, one.detail, one.total) for one in counted] == [
        (Kind.ANSWER, "not-found", 1),
        (Kind.LINE_SLOW, "access.hub-unreachable", 1),
        (Kind.LINE_DOWN, "access.hub-unreachable", 1),
    ]
