"""The system-failure mode at the counter: nobody before the call-back, a marked answer, a kept report."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from kaihoken.access import Limit, Limits
from kaihoken.clock import FixedClock
from kaihoken.desk.checked import By
from kaihoken.desk.failuremode import USE, Use, UseState
from kaihoken.desk.line import LineState
from kaihoken.paper import Paper
from kaihoken.problems import Problem

from ..hub.hub import FACILITY, NOW, Hub, a_hub, a_row
from ..hub.test_failure_mode import LIVES, listed, opened
from ..paper.reading import text_of
from ..stepping import check_edges
from .desks import SIGN, Counter, a_covered_patient, a_desk
from .reader.readers import reached

ITEMS = {"name": "山田太郎", "birthdate": "昭和55年1月1日", "sex": "1", "address": "東京都架空区9-8-7"}
CALL = {"why": "停電", "failed_at": "2026-11-20T09:10", "reference": "A-17"}
BACK = {"by": "運01", "number": "03-0000-0000", "at": "2026-11-20T09:31", "until": "2026-11-20T17:30"}


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    limits = Limits(failure_not_found=Limit(count=1, seconds=60, burst=2))
    async with a_hub(tmp_path / "store", tmp_path, FixedClock(NOW), limits) as running:
        await running.register(a_row(**LIVES))
        yield running


@pytest_asyncio.fixture
async def counter(hub: Hub, tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_desk(tmp_path / "desk", hub) as desk:
        await desk.sign_in()
        yield desk


async def step(counter: Counter, name: str, /, **form: str) -> httpx.Response:
    return await counter.post(f"/failure-mode/{name}", **form)


async def called(counter: Counter, hub: Hub, *, is_open: bool = True) -> None:
    """The centre was telephoned, and called back a minute later."""
    assert isinstance(hub.clock, FixedClock)
    assert (await step(counter, "telephone", **CALL)).status_code == 303
    hub.clock.at += timedelta(minutes=2)
    if is_open:
        assert (await opened(hub)).status_code == 200
    assert (await step(counter, "called-back", **BACK)).status_code == 303


def use_of(counter: Counter) -> Use:
    return counter.desk.failures.all()[0]


def test_the_table_of_a_use() -> None:
    edges = {
        ("telephoned", "called-back"): "open",
        ("telephoned", "end"): "ended",
        ("open", "called-back"): "open",
        ("open", "write"): "written",
        ("open", "end"): "ended",
        ("written", "write"): "written",
        ("written", "received"): "reported",
    }
    check_edges(USE, edges)


async def test_from_the_call_to_the_report(counter: Counter, hub: Hub) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    first = await counter.http.get("/failure-mode")
    await called(counter, hub)
    asking = await counter.http.get(f"/failure-mode?visit={visit.visit}")
    answered = await step(counter, "ask", visit=visit.visit, **ITEMS)
    shown = await counter.http.get(answered.headers["location"])
    owing = await counter.http.get("/failure-mode")
    paper = await counter.http.get(f"/failure-mode/{use_of(counter).use}.pdf")
    reported = await step(counter, "report", why="停電と雷", failed_at=CALL["failed_at"])
    after = await counter.http.get("/failure-mode")

    assert "0800-080-4583" in first.text
    assert 'value="山田　太郎"' in asking.text
    assert answered.headers["location"] == f"/visit/{visit.visit}"
    assert "4情報で見つけた答えです" in shown.text
    assert "システム障害時モードで照会" in shown.text
    assert "有効" in shown.text
    assert "障害時モードの報告がまだ 1" in owing.text
    told = text_of(Paper("", 1, paper.content))
    for said in ("運01", "03-0000-0000", "停電", "A-17", "山田太郎", "資格", SIGN):
        assert said in told
    assert reported.status_code == 303
    assert "報告ずみ" in after.text
    assert "障害時モードの報告がまだ" not in after.text
    (mode,) = await listed(hub)
    assert (mode["answers"], mode.get("unreported", 0)) == (1, 0)
    kept = counter.desk.day.get(visit.visit).last
    assert kept is not None
    assert (kept.by, kept.staff, use_of(counter).state) == (By.FAILURE, SIGN, UseState.REPORTED)


async def test_before_the_call_back_nobody_is_asked_about(counter: Counter, hub: Hub) -> None:
    await opened(hub)
    uncalled = await step(counter, "ask", **ITEMS)
    await step(counter, "telephone", **CALL)
    before = await step(counter, "ask", **ITEMS)

    assert (uncalled.status_code, before.status_code) == (404, 409)
    assert "折り返しが、まだ入っていません" in before.text
    assert "/v1/failure-checks" not in counter.wire.sent
    assert 'action="/failure-mode/ask"' not in before.text


async def test_a_mode_that_is_closed_says_so_and_the_line_stays_up(counter: Counter, hub: Hub) -> None:
    await called(counter, hub, is_open=False)
    for _ in range(2):
        refused = await step(counter, "ask", **ITEMS)

    assert refused.status_code == 403
    assert "この医療機関では開いていません" in refused.text
    assert counter.desk.line.view.state is LineState.UP
    assert 'value="山田太郎"' in refused.text, "what was typed is there again"
    assert counter.desk.day.today() == []


async def test_the_desk_shows_whether_the_hub_opened_the_mode(counter: Counter, hub: Hub) -> None:
    failures, clock = counter.desk.failures, hub.clock
    assert isinstance(clock, FixedClock)
    await failures.look()
    assert "/v1/failure-mode" not in counter.wire.sent  # nobody waits for it
    await step(counter, "telephone", **CALL)
    await failures.look()
    waiting = (await counter.http.get("/failure-mode")).text
    await opened(hub)
    before = counter.desk.events.count("line")
    await failures.look()
    await failures.look()
    open_now, elsewhere = [(await counter.http.get(path)).text for path in ("/failure-mode", "/")]
    clock.at += timedelta(hours=8)
    await failures.look()
    ended = (await counter.http.get("/failure-mode")).text
    await step(counter, "end")

    assert "ハブではまだ開いていません" in waiting
    assert "ハブで開いています" in open_now
    assert "障害時モード 17:30まで" in elsewhere
    assert counter.desk.events.count("line") == before + 2 + 1  # opened, ended, the use ended
    assert "ハブでの時間が終わりました" in ended
    assert failures.mode is None


async def test_who_is_not_found_is_not_told_of_and_too_many_misses_pause(counter: Counter, hub: Hub) -> None:
    await called(counter, hub)
    for _ in range(2):
        missed = await step(counter, "ask", **{**ITEMS, "sex": "2"})
    paused = await step(counter, "ask", **ITEMS)
    ended = await step(counter, "end")

    assert missed.status_code == 200
    assert "この人のことは何も表示されず" in missed.text
    assert paused.status_code == 429
    assert counter.desk.line.view.state is LineState.UP
    assert counter.desk.day.today() == []
    assert ended.status_code == 303
    assert (use_of(counter).unfound, use_of(counter).state) == (2, UseState.ENDED)


async def test_somebody_on_no_list_gets_a_line_and_another_person_never_anothers(
    counter: Counter, hub: Hub
) -> None:
    other = counter.arrived(a_covered_patient(counter, "00400", name="鈴木　花子"))
    await called(counter, hub)
    await step(counter, "ask", visit=other.visit, **ITEMS)

    assert counter.desk.day.get(other.visit).checks == ()
    (line,) = [one for one in counter.desk.day.today() if one.visit != other.visit]
    assert (line.name, len(line.checks)) == ("山田　太郎", 1)


@pytest.mark.parametrize("on_list", [True, False])
async def test_a_patient_of_the_file_gets_no_second_line(
    counter: Counter, hub: Hub, *, on_list: bool
) -> None:
    patient = a_covered_patient(counter)
    if on_list:
        counter.arrived(patient)
    await called(counter, hub)
    await step(counter, "ask", **ITEMS)  # typed, and not from a visit

    (line,) = counter.desk.day.today()
    assert (line.patient, [one.by for one in line.checks]) == (patient.patient, [By.FAILURE])
    known = counter.desk.patients.get(patient.patient)
    assert known is not None
    assert known.last == line.last


async def test_while_somebody_is_asked_about_nothing_ends_and_the_answer_is_kept_and_owed(
    counter: Counter, hub: Hub
) -> None:
    theirs = counter.arrived(a_covered_patient(counter))
    await called(counter, hub)
    counter.wire.held = asyncio.Event()
    asking = asyncio.create_task(step(counter, "ask", visit=theirs.visit, **ITEMS))
    await reached(lambda: counter.wire.sent[-1].endswith("failure-checks"))

    ended = await step(counter, "end")
    counter.desk.day.change([], [theirs])  # and their line is taken off the list
    counter.wire.held.set()
    await asking

    assert ended.status_code == 409
    (line,) = counter.desk.day.today()
    assert (line.name, len(line.checks)) == ("山田　太郎", 1)
    assert (use_of(counter).state, use_of(counter).owed) == (UseState.OPEN, 1)


async def test_what_was_found_is_reported_before_it_ends_also_over_a_line_that_failed(
    counter: Counter, hub: Hub, tmp_path: Path
) -> None:
    await called(counter, hub)
    await step(counter, "ask", **ITEMS)
    not_so = await step(counter, "end")
    counter.wire.down = True
    unsent = await step(counter, "report", why="停電", failed_at=CALL["failed_at"])
    counter.wire.down = False
    page = await counter.http.get("/failure-mode")
    counter.wire.lose_answers = True
    await step(counter, "report", why="停電", failed_at=CALL["failed_at"])
    counter.wire.lose_answers = False
    sent = await step(counter, "report", why="停電", failed_at=CALL["failed_at"])

    assert not_so.status_code == 409
    assert "desk.failure-step" in not_so.text
    assert unsent.status_code >= 500
    assert "まだ確かめていません" in page.text
    assert sent.status_code == 303
    assert use_of(counter).state is UseState.REPORTED
    assert (await listed(hub))[0].get("unreported", 0) == 0


async def test_a_use_outlives_the_desk(hub: Hub, tmp_path: Path) -> None:
    async with a_desk(tmp_path / "desk", hub) as counter:
        await counter.sign_in()
        await called(counter, hub)
        await step(counter, "ask", **ITEMS)
        before = use_of(counter)
    async with a_desk(tmp_path / "desk", hub) as counter:
        assert use_of(counter) == before
        assert counter.desk.failures.owed() == 1


async def test_what_is_reported_is_forgotten_after_its_days_and_what_is_owed_is_not(
    hub: Hub, tmp_path: Path
) -> None:
    for _ in range(2):
        async with a_desk(tmp_path / "desk", hub) as counter:
            await counter.sign_in()
            await step(counter, "telephone", **CALL)
            if use_of(counter).state is UseState.TELEPHONED:
                await opened(hub)
                back = {**BACK, "at": "2026-11-20T09:30"}
                await step(counter, "called-back", **back)
                await step(counter, "ask", **ITEMS)
            counter.days_pass(101)
    async with a_desk(tmp_path / "desk", hub) as counter:
        await counter.sign_in()
        owed = counter.desk.failures.owed()
        await step(counter, "report", why="停電", failed_at=CALL["failed_at"])
        assert (owed, use_of(counter).state) == (1, UseState.REPORTED)
    async with a_desk(tmp_path / "desk", hub) as counter:
        assert counter.desk.failures.all() == []


@pytest.mark.parametrize(
    ("name", "form", "where"),
    [
        ("telephone", {**CALL, "why": " "}, "why"),
        ("telephone", {**CALL, "failed_at": "2026-11-20T09:31"}, "failed_at"),
        ("telephone", {**CALL, "failed_at": "9時ごろ"}, "failed_at"),
        ("called-back", {**BACK, "by": ""}, "by"),
        ("called-back", {**BACK, "number": ""}, "number"),
        ("called-back", {**BACK, "at": "2026-11-20T09:29"}, "at"),
        ("called-back", {**BACK, "at": "2026-11-20T09:33"}, "at"),
        ("called-back", {**BACK, "until": "2026-11-20T09:31"}, "until"),
        ("ask", {**ITEMS, "name": ""}, "name"),
        ("ask", {**ITEMS, "birthdate": "2027-01-01"}, "birthdate"),
        ("ask", {**ITEMS, "sex": "9"}, "sex"),
        ("ask", {**ITEMS, "address": ""}, "address"),
    ],
)
async def test_what_is_missing_is_named_at_its_field(
    counter: Counter, hub: Hub, name: str, form: dict[str, str], where: str
) -> None:
    assert isinstance(hub.clock, FixedClock)
    if name != "telephone":
        await step(counter, "telephone", **CALL)
        hub.clock.at += timedelta(minutes=2)
    if name == "ask":
        await step(counter, "called-back", **BACK)
    refused = await step(counter, name, **form)

    assert refused.status_code == 422
    assert f'id="{"choice" if where == "sex" else "field"}-{where}-error"' in refused.text
    assert "/v1/failure-checks" not in counter.wire.sent


async def test_a_second_call_changes_nothing_and_a_use_that_nobody_knows_is_refused(
    counter: Counter, hub: Hub
) -> None:
    await step(counter, "telephone", **CALL)
    await step(counter, "telephone", **{**CALL, "why": "別"})

    assert [one.telephoned.why for one in counter.desk.failures.all()] == ["停電"]
    with pytest.raises(Problem, match=r"desk\.no-such-use"):
        counter.desk.failures.get("none")
    told = (await counter.http.get("/failure-mode.json")).json()
    assert [(one["state"], one["owed"]) for one in told] == [("telephoned", 0)]
    assert FACILITY not in str(told)
