"""A morning without line: what is taken down, how it is settled, and that nothing is lost or asked twice."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from kaihoken.clock import FixedClock
from kaihoken.coverage.answer import Answer, Result, ShareSaid, Words
from kaihoken.coverage.client import HubProblem
from kaihoken.desk.day import Document, TypedNumbers
from kaihoken.desk.offline import ENTRY, Decision, Difference, Entry, EntryState, Seen, TakenDown
from kaihoken.desk.offline.comparing import between, differences
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.traffic import About
from kaihoken.problems import Problem

from ..hub.hub import Hub, a_hub, a_row
from ..stepping import check_edges
from .desks import SIGN, Counter, a_covered_patient, a_desk, carried_on, lists_at

NUMBERS = TypedNumbers(
    insurer_number="01130012", symbol="12-34", number="56", branch="01", birthdate=date(1980, 1, 1)
)


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as running:
        await running.register(a_row())
        yield running


@pytest_asyncio.fixture
async def counter(hub: Hub, tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_desk(tmp_path / "desk", hub, down=True) as desk:
        await desk.sign_in()
        yield desk


def taken_down(counter: Counter, taken: TakenDown | None = None, **who: object) -> Entry:
    visit = counter.arrived(a_covered_patient(counter, **who))
    return counter.desk.entries.take_down(visit, taken or TakenDown(seen=Seen.CONFIRMATION), SIGN)


async def settled(counter: Counter) -> None:
    counter.wire.down = False
    await carried_on(counter.desk.entries.carry_on)


def test_the_table_of_an_entry() -> None:
    edges = {
        ("taken-down", "ask"): "asked",
        ("taken-down", "cannot"): "cannot-be-asked",
        ("taken-down", "agrees"): "agreed",
        ("taken-down", "differs"): "conflict",
        ("asked", "agrees"): "agreed",
        ("asked", "differs"): "conflict",
        ("asked", "cannot"): "cannot-be-asked",
        ("asked", "lose"): "taken-down",
        ("conflict", "decide"): "decided",
        ("cannot-be-asked", "agrees"): "agreed",
        ("cannot-be-asked", "differs"): "conflict",
        ("cannot-be-asked", "decide"): "decided",
    }
    check_edges(ENTRY, edges)


async def test_what_is_taken_down_is_kept_at_once_and_settled_when_the_line_is_back(
    counter: Counter, hub: Hub
) -> None:
    visit = counter.arrived(a_covered_patient(counter))

    page = await counter.http.get(f"/take-down/{visit.visit}")
    kept = await counter.post(f"/take-down/{visit.visit}", seen="confirmation", share="30", note="母と来院")
    bar = await counter.http.get("/bar")
    waiting = await counter.http.get("/settle")
    assert isinstance(hub.clock, FixedClock)
    hub.clock.at += timedelta(hours=3)
    await settled(counter)
    after = await counter.http.get("/settle")

    assert "患者登録の番号で照会します" in page.text
    assert kept.headers["location"] == f"/visit/{visit.visit}"
    assert "書きとめ 1" in bar.text
    assert "資格確認書" in waiting.text
    assert "一致" in after.text
    assert "書きとめ 1" not in (await counter.http.get("/bar")).text
    (entry,) = counter.desk.entries.all()
    settled_visit = counter.desk.day.get(visit.visit)
    assert (entry.staff, entry.taken.note, entry.taken.numbers) == (SIGN, "母と来院", NUMBERS)
    assert (settled_visit.offline, settled_visit.is_here, settled_visit.came) == (False, True, True)
    assert [(one.document, one.staff) for one in settled_visit.shown] == [(Document.CONFIRMATION, SIGN)]
    assert settled_visit.last == entry.answer


async def test_somebody_on_no_list_is_taken_down_with_the_numbers_they_read_aloud(counter: Counter) -> None:
    form = {
        "name": "山田　太郎",
        "kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
        "seen": "numbers",
        "insurer_number": "01130012",
        "symbol": "12-34",
        "number": "56",
        "branch": "01",
        "birthdate": "昭和55年1月1日",
        "share": "30",
    }

    await counter.post("/take-down/new", **form)
    await settled(counter)

    (entry,) = counter.desk.entries.all()
    assert (entry.state, entry.taken.numbers) == (EntryState.AGREED, NUMBERS)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "desk.entry-incomplete"),
        ({"seen": "nothing"}, "hub.form-missing"),
        ({"seen": "numbers", "name": "山田", "number": "56"}, "field-insurer_number-error"),
    ],
)
async def test_a_form_that_misses_something_keeps_nothing_and_says_what(
    counter: Counter, form: dict[str, str], told: str
) -> None:
    refused = await counter.post("/take-down/new", **form)

    assert refused.status_code == 422
    assert told in refused.text
    assert counter.desk.entries.all() == []
    assert counter.desk.day.today() == []


async def test_a_conflict_is_shown_side_by_side_and_decided_by_a_person_once(counter: Counter) -> None:
    entry = taken_down(counter, TakenDown(seen=Seen.CARD, share_percent=10))
    await settled(counter)

    page = await counter.http.get("/settle")
    unchosen = await counter.post(f"/settle/{entry.entry}")
    chosen = await counter.post(f"/settle/{entry.entry}", decision="answer")
    again = await counter.post(f"/settle/{entry.entry}", decision="taken")

    assert "1割" in page.text
    assert "3割" in page.text
    assert page.text.count('type="radio"') == 3
    assert "checked" not in page.text
    assert (unchosen.status_code, chosen.status_code, again.status_code) == (422, 303, 409)
    decided = counter.desk.entries.get(entry.entry)
    assert (decided.decision, decided.decided_by) == (Decision.ANSWER, SIGN)
    assert decided.taken.share_percent == 10


async def test_without_numbers_a_person_decides_or_a_check_settles_it(counter: Counter, hub: Hub) -> None:
    entry = taken_down(counter, insured_number="")
    await settled(counter)
    unasked = counter.desk.entries.get(entry.entry)
    page = await counter.http.get("/settle")
    patient = counter.desk.patients.numbered("00231")
    assert patient is not None
    counter.desk.patients.put([msgspec.structs.replace(patient, insured_number="56")])
    await counter.post(f"/visit/{entry.visit}/check")
    await counter.desk.entries.carry_on()

    assert unasked.state is EntryState.CANNOT_BE_ASKED
    assert "番号では照会できません" in page.text
    assert 'value="answer"' not in page.text
    assert counter.desk.entries.get(entry.entry).state is EntryState.AGREED
    assert await lists_at(hub) == 0


async def test_who_was_checked_meanwhile_is_not_asked_again(counter: Counter, hub: Hub) -> None:
    entry = taken_down(counter)
    counter.wire.down = False
    await counter.post(f"/visit/{entry.visit}/check")
    await settled(counter)

    assert counter.desk.entries.get(entry.entry).state is EntryState.AGREED
    assert len(counter.desk.day.get(entry.visit).checks) == 1
    assert await lists_at(hub) == 0


async def test_numbers_that_nobody_has_are_a_conflict(counter: Counter) -> None:
    entry = taken_down(
        counter, TakenDown(seen=Seen.NUMBERS, numbers=msgspec.structs.replace(NUMBERS, number="999"))
    )
    await settled(counter)

    found = counter.desk.entries.get(entry.entry)
    assert found.state is EntryState.CONFLICT
    assert [one.field for one in found.differences] == ["situation"]


async def test_a_row_that_the_hub_cannot_read_is_told_with_its_problem(counter: Counter) -> None:
    wrong = msgspec.structs.replace(NUMBERS, insurer_number="not a number")
    entry = taken_down(counter, TakenDown(seen=Seen.NUMBERS, numbers=wrong))
    await settled(counter)

    found = counter.desk.entries.get(entry.entry)
    assert found.state is EntryState.CANNOT_BE_ASKED
    assert found.problem is not None
    assert found.problem.code.startswith("identity.")
    assert found.problem.ja in (await counter.http.get("/settle")).text


async def test_a_list_that_the_hub_has_forgotten_is_asked_anew(counter: Counter) -> None:
    entry = taken_down(counter)
    counter.wire.down = False
    await counter.desk.entries.carry_on()
    first = counter.desk.entries.get(entry.entry)
    lost = msgspec.structs.replace(counter.desk.entries._orders._all[first.order], reception_number="9" * 24)
    counter.desk.entries._orders._write(lost)

    await settled(counter)

    again = counter.desk.entries.get(entry.entry)
    assert (again.state, again.order == first.order) == (EntryState.AGREED, False)


def an_answer(situation: str = "valid", percent: int | None = 30, **result: object) -> Answer:
    kind = "value" if percent is not None else "unknown"
    return Answer(
        on=date(2026, 11, 20),
        kind="certificate",
        situation=situation,
        words=Words(title="有効", staff="", patient=""),
        share=ShareSaid(kind=kind, basis="statute", text=f"{percent}", percent=percent),
        steps=(),
        results=(msgspec.convert(result, Result),) if result else (),
        language="ja",
        rules="",
    )


@pytest.mark.parametrize(
    ("answer", "fields"),
    [
        (an_answer(), []),
        (an_answer("ended"), ["situation"]),
        (an_answer("special-expense"), ["situation"]),
        (an_answer(percent=20), ["share"]),
        (an_answer(percent=None), []),
        (an_answer(name="山田　太郎", number="56", insurer_number="01130012"), []),
        (an_answer(name="山田　花子"), ["name"]),
        (an_answer(insurer_number="06130019", number="7"), ["insurer_number", "number"]),
    ],
)
def test_what_differs_is_named_and_silence_is_no_difference(answer: Answer, fields: list[str]) -> None:
    taken = TakenDown(seen=Seen.CARD, numbers=NUMBERS, share_percent=30)

    assert [one.field for one in differences(taken, "山田　太郎", answer)] == fields


def test_two_answers_differ_by_standing_and_share() -> None:
    assert between(an_answer(), an_answer()) == ()
    assert [one.field for one in between(an_answer(), an_answer("ended", 20))] == ["situation", "share"]
    assert isinstance(between(an_answer(), an_answer("ended"))[0], Difference)


class Killed(BaseException):
    """The desk dies."""


@dataclass
class Kill:
    """Fails at the n-th write of the safe: before it is on disk, or after."""

    at: int
    after: bool
    error: BaseException = field(default_factory=Killed)
    writes: int = 0

    def on(self, safe: Safe, monkeypatch: pytest.MonkeyPatch) -> None:
        write = safe.write

        def dying(changes: list[Put | Drop]) -> None:
            self.writes += 1
            if self.writes == self.at and not self.after:
                raise self.error
            write(changes)
            if self.writes == self.at:
                raise self.error

        monkeypatch.setattr(safe, "write", dying)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
async def test_a_desk_killed_at_any_write_of_a_settlement_loses_nothing_and_asks_once(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool
) -> None:
    async with a_desk(tmp_path / "desk", hub, down=True) as counter:
        entry = taken_down(counter)
        silent = taken_down(counter, number="00300", insured_number="")
        kill = Kill(at, after)
        kill.on(counter.desk.safe, monkeypatch)
        with pytest.raises(Killed):
            await settled(counter)
    async with a_desk(tmp_path / "desk", hub, down=True) as counter:
        await settled(counter)

        states = [counter.desk.entries.get(one.entry).state for one in (entry, silent)]
        assert states == [EntryState.AGREED, EntryState.CANNOT_BE_ASKED]
        assert len(counter.desk.day.get(entry.visit).checks) == 1
        assert await lists_at(hub) == 1


async def test_those_four_are_all_the_writes_of_a_settlement(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_down(counter)
    taken_down(counter, number="00300", insured_number="")
    kill = Kill(99, after=False)
    kill.on(counter.desk.safe, monkeypatch)

    await settled(counter)

    assert kill.writes == 4


@pytest.mark.parametrize("at", [1, 2, 3, 4])
async def test_a_full_disk_stops_a_settlement_where_it_stands(
    counter: Counter, hub: Hub, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    entry = taken_down(counter)
    taken_down(counter, number="00300", insured_number="")
    full = Kill(at, after=False, error=Problem("store.full", where="desk"))
    full.on(counter.desk.safe, monkeypatch)

    with pytest.raises(Problem, match=r"store\.full"):
        await settled(counter)
    await settled(counter)

    assert counter.desk.entries.get(entry.entry).state is EntryState.AGREED
    assert len(counter.desk.day.get(entry.visit).checks) == 1
    assert await lists_at(hub) == 1


async def test_a_clinic_day_on_an_island(hub: Hub, tmp_path: Path) -> None:
    """Import, evening list, a day offline with 30 visits and two crashes, the line back: nothing lost, none twice."""
    assert isinstance(hub.clock, FixedClock)
    hub.clock.at = datetime(2026, 11, 20, 9, 31, tzinfo=UTC)
    morning = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    many = [f"{number:05}" for number in range(1, 31)]
    await hub.register(*(a_row(link=f"link-{one}", number=one, branch="") for one in many), key="2")
    desk = tmp_path / "desk"
    async with a_desk(desk, hub) as counter:
        for minutes, one in enumerate(many):
            patient = a_covered_patient(counter, one, insured_number=one, branch="")
            counter.expected(patient, morning + timedelta(minutes=minutes))
        await carried_on(counter.desk.evening.carry_on)
        assert counter.desk.evening.of(morning.date()) is not None
    hub.clock.at = morning
    for some in (many[:10], many[10:20], many[20:]):
        async with a_desk(desk, hub, down=True) as counter:
            await counter.sign_in()
            listed = await counter.http.get("/list")
            assert listed.text.count("state-stale") == len(many)
            for one in some:
                hub.clock.at += timedelta(minutes=5)
                share = "10" if one == "00007" else "30"
                await counter.post(f"/take-down/visit-{one}", seen="card", share=share)
            with pytest.raises(HubProblem):
                await counter.desk.entries.carry_on()
    async with a_desk(desk, hub, down=True) as counter:
        await settled(counter)

        entries = counter.desk.entries.all()
        assert {one.visit for one in entries} == {f"visit-{one}" for one in many}
        assert [one.visit for one in entries if one.state is not EntryState.AGREED] == ["visit-00007"]
        assert [len(one.checks) for one in counter.desk.day.of(morning.date())] == [2] * len(many)
        await counter.sign_in()
        shown = (await counter.http.get("/settle")).text
        assert "決める: 1件" in shown
        assert "待っている: 0件" in shown
        assert "済み: 29件" in shown
        days = counter.desk.traffic.days()
        assert sum(one.of(About.LIST).total for one in days) <= 2 * len(many) * 4096, "evening and settlement"
        assert await lists_at(hub) == 3  # the evening's, that of the first visits, and one of all the others
