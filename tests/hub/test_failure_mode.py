"""システム障害時モード over HTTP: who is let in, what four items show, what is owed, and what is left on record."""

import logging
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.access import Limit, Limits
from kaihoken.clock import FixedClock
from kaihoken.coverage.failure import check_failure_answers, check_failure_modes
from kaihoken.coverage.statistics import Hospitals, count_finished_days
from kaihoken.coverage.statistics.counting import counts_of
from kaihoken.coverage.statistics.recorded import check_statistics
from kaihoken.store import Finding, Note, Statement, Write

from .hub import FACILITY, NOW, OTHER_FACILITY, Hub, a_hub, a_row, problem_in
from .walks import FULL

ITEMS = {
    "name": "山田太郎",
    "birthdate": "1980-01-01",
    "sex": "1",
    "address": "東京都架空区9-8-7",
}
LIVES = {"address": "東京都架空区９－８－７", "postal_code": "100-0001"}
CHECKS, REPORTS, MODES, OPENINGS, CLOSINGS = (
    "/v1/failure-checks",
    "/v1/failure-reports",
    "/v1/failure-modes",
    "/v1/failure-modes/openings",
    "/v1/failure-modes/closings",
)


def an_opening(facility: str = FACILITY, **more: str) -> dict[str, str]:
    return {
        "facility": facility,
        "until": f"{NOW + timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}",
        "called_back": f"{NOW - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}",
        "staff": "運01",
        **more,
    }


async def opened(hub: Hub, facility: str = FACILITY) -> httpx.Response:
    return await hub.post(OPENINGS, an_opening(facility), "operator")


async def listed(hub: Hub) -> object:
    headers = {"Authorization": f"Bearer {await hub.token('operator')}"}
    return (await hub.http.get(MODES, headers=headers)).json()["modes"]


async def asked(hub: Hub, client: str = "clinic", **more: object) -> httpx.Response:
    return await hub.post(CHECKS, {**ITEMS, **more}, client)


def a_report(*answers: httpx.Response, **more: object) -> dict[str, object]:
    return {
        "receipts": [answer.json()["receipt"] for answer in answers],
        "why": "停電で、カードリーダーも受付の機械も使えなかった",
        "failed_at": "2026-11-20T00:10:00Z",
        "staff": "受付A",
        **more,
    }


def record_of(answer: httpx.Response) -> object:
    return msgspec.json.decode(b64decode(answer.json()["receipt"]["body"]))


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path, FixedClock(NOW)) as hub:
        await hub.register(a_row(**{**FULL, **LIVES}))
        yield hub


async def test_who_is_let_in_gets_an_answer_and_nobody_else(hub: Hub) -> None:
    assert problem_in(await asked(hub)) == "coverage.failure-not-open"
    told = (await opened(hub)).json()
    assert (told["state"], told["staff"], told["client"]) == ("open", "運01", "operator")

    answer = (await asked(hub)).json()["answer"]
    assert (answer["situation"], answer["kind"]) == ("valid", "failure")
    refused = await asked(hub, "other-clinic")
    assert (refused.status_code, problem_in(refused)) == (403, "coverage.failure-not-open")
    assert "センターに電話" in refused.text


async def test_it_shows_what_a_number_shows_without_consents(hub: Hub) -> None:
    await opened(hub)
    by_items = (await asked(hub)).json()["answer"]["results"][0]
    by_number = (await hub.ask()).json()["answer"]["results"][0]

    assert by_items == by_number
    assert [name for name in by_items if "consent" in name or name in ("limit", "diseases", "test")] == []


@pytest.mark.parametrize("twins", [False, True])
async def test_who_is_nobody_or_more_than_one_is_not_told_of(hub: Hub, *, twins: bool) -> None:
    await opened(hub)
    if twins:
        twin = a_row(**{**FULL, **LIVES}, link="link-twin")
        await hub.register({**twin, "number": "57", "branch": "02"}, key="2")
    answer = await asked(hub, **({} if twins else {"address": "東京都架空区9-8-6"}))

    told = answer.json()["answer"]
    assert told["situation"] == ("multiple" if twins else "not-found")
    assert told.get("results", []) == []
    assert "山田" not in answer.text
    assert (record_of(answer)["kind"], record_of(answer)["person"]) == ("failure", None)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"address": ""}, "coverage.failure-items"),
        ({"name": " "}, "coverage.failure-items"),
        ({"name": "山\x01田"}, "coverage.request-character"),
        ({"name": "山" * 201}, "coverage.request-shape"),
        ({"sex": "9"}, "coverage.request-shape"),
        ({"birthdate": "1980-02-30"}, "identity.date"),
        ({"birthdate": "2027-01-01"}, "coverage.birthdate-future"),
        ({"birthdate": "1880-01-01"}, "coverage.birthdate-early"),
        ({"number": "56"}, "coverage.request-shape"),
    ],
)
async def test_items_that_are_not_all_there_are_refused(
    hub: Hub, more: dict[str, object], problem: str
) -> None:
    await opened(hub)
    assert problem_in(await asked(hub, **more)) == problem


async def test_the_mode_ends_by_its_time_or_is_closed_and_is_opened_anew(hub: Hub) -> None:
    clock = hub.clock
    assert isinstance(clock, FixedClock)
    await opened(hub)
    closed = await hub.post(CLOSINGS, {"facility": FACILITY}, "operator")
    assert closed.json()["state"] == "closed"
    assert (await hub.post(CLOSINGS, {"facility": FACILITY}, "operator")).json() == closed.json()
    assert problem_in(await asked(hub)) == "coverage.failure-not-open"
    await opened(hub)
    assert (await asked(hub)).status_code == 200
    clock.at = NOW + timedelta(hours=8)
    assert problem_in(await asked(hub)) == "coverage.failure-not-open"
    assert [mode["state"] for mode in await listed(hub)] == ["ended"]
    assert [one async for one in check_failure_modes(hub.machine.store)] == []


async def own_of(hub: Hub, client: str = "clinic") -> dict[str, object]:
    headers = {"Authorization": f"Bearer {await hub.token(client)}"}
    told: dict[str, object] = (await hub.http.get("/v1/failure-mode", headers=headers)).json()
    return told


async def test_a_facility_sees_its_own_mode_and_nobody_elses(hub: Hub) -> None:
    before = await own_of(hub)
    await opened(hub)
    await asked(hub)
    now, other = await own_of(hub), await own_of(hub, "other-clinic")
    await hub.post(CLOSINGS, {"facility": FACILITY}, "operator")

    assert before == other == {"state": "never"}
    assert now == {
        "state": "open",
        "until": f"{NOW + timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}",
        "answers": 1,
        "unreported": 1,
        "unreported_since": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
    }
    assert (await own_of(hub))["state"] == "closed"


async def test_its_answers_are_counted_as_such_also_where_they_were_not_once(hub: Hub) -> None:
    await opened(hub)
    await asked(hub)
    clock, machine = hub.clock, hub.machine
    assert isinstance(clock, FixedClock)
    clock.at = NOW + timedelta(days=1)
    (day,) = await count_finished_days(machine.store, machine.committer, Hospitals())
    counted = await counts_of(machine.store, day, day + timedelta(days=1))
    assert {way for (_, way, item), _ in counted.items() if not item} == {"failure"}
    assert [one async for one in check_statistics(machine.store)] == []

    await behind_the_back(hub, "UPDATE statistics_day SET way = 'other'")  # as an older release counted it
    assert [one async for one in check_statistics(machine.store)] == []
    await behind_the_back(hub, "UPDATE statistics_day SET way = 'card'")
    assert len([one async for one in check_statistics(machine.store)]) == 1


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        (OPENINGS, an_opening(until="2026-11-21T00:31:00Z"), "coverage.failure-until"),
        (OPENINGS, an_opening(called_back="2026-11-19T23:00:00Z"), "coverage.failure-called-back"),
        (OPENINGS, an_opening(staff=" "), "coverage.failure-sign"),
        (OPENINGS, an_opening("1310112345"), "access.client-unknown"),
        (CLOSINGS, {"facility": OTHER_FACILITY}, "coverage.failure-not-open"),
        (CLOSINGS, {"facility": "131"}, "identity.digits"),
    ],
)
async def test_an_operators_slip_is_told(hub: Hub, path: str, body: object, problem: str) -> None:
    assert problem_in(await hub.post(path, body, "operator")) == problem
    assert problem_in(await hub.post(path, body, "clinic")) == "access.scope-missing"
    assert await listed(hub) == []


async def test_what_was_answered_is_owed_until_it_is_reported(hub: Hub) -> None:
    await opened(hub)
    await opened(hub, OTHER_FACILITY)
    nobody, first, second = await asked(hub, sex="2"), await asked(hub), await asked(hub)
    (owes, other) = await listed(hub)
    assert (owes["facility"], owes["answers"], owes["unreported"]) == (FACILITY, 2, 2)
    assert owes["unreported_since"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert "unreported" not in other

    told = await hub.post(REPORTS, a_report(first))
    assert told.json() == {"reported": 1, "unreported": 1}
    assert (await hub.post(REPORTS, a_report(first))).json() == {"reported": 0, "unreported": 1}
    assert problem_in(await hub.post(REPORTS, a_report(nobody))) == "coverage.failure-answer"
    assert problem_in(await hub.post(REPORTS, a_report(second), "other-clinic")) == "coverage.failure-answer"
    assert problem_in(await hub.post(REPORTS, a_report(await hub.ask()))) == "coverage.failure-answer"
    assert (await hub.post(REPORTS, a_report(first, second))).json() == {"reported": 1, "unreported": 0}
    assert [mode.get("unreported", 0) for mode in await listed(hub)] == [0, 0]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"receipts": []}, "coverage.request-shape"),
        ({"receipts": [{"format": "other"}]}, "coverage.failure-receipt"),
        ({"why": " "}, "coverage.failure-why"),
        ({"staff": ""}, "coverage.failure-why"),
        ({"why": "\x02"}, "coverage.request-character"),
        ({"failed_at": "2026-11-20T00:31:00Z"}, "coverage.failure-instant"),
        ({"failed_at": "2026-11-31T00:31:00Z"}, "identity.date"),
    ],
)
async def test_a_report_that_says_too_little_is_refused(
    hub: Hub, more: dict[str, object], problem: str
) -> None:
    await opened(hub)
    answer = await asked(hub)
    assert problem_in(await hub.post(REPORTS, a_report(answer, **more))) == problem


async def test_a_receipt_of_another_kind_of_record_is_no_answer(hub: Hub) -> None:
    await opened(hub)
    receipt = dict((await asked(hub)).json()["receipt"], body="e30=")
    told = await hub.post(REPORTS, a_report(receipts=[receipt]))
    assert problem_in(told) == "coverage.failure-receipt"


async def test_guessing_is_paused_by_a_limit_of_its_own(tmp_path: Path) -> None:
    limits = Limits(failure_not_found=Limit(count=1, seconds=60, burst=3))
    async with a_hub(tmp_path / "store", tmp_path, FixedClock(NOW), limits) as hub:
        await hub.register(a_row(**{**FULL, **LIVES}))
        await opened(hub)
        await opened(hub, OTHER_FACILITY)
        guesses = [await asked(hub, name=f"山田{n}郎") for n in range(5)]

        assert [problem_in(one) for one in guesses] == ["", "", "", *["access.not-found-burst"] * 2]
        assert problem_in(await asked(hub)) == "access.not-found-burst"
        assert (await hub.ask()).status_code == 200
        assert (await asked(hub, "other-clinic")).status_code == 200
        hub.ticks.pass_seconds(61)
        assert (await asked(hub)).status_code == 200


async def test_a_hub_that_starts_again_keeps_modes_and_what_is_owed(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with a_hub(tmp_path / "store", tmp_path, clock) as hub:
        await hub.register(a_row(**{**FULL, **LIVES}))
        await opened(hub)
        answer = await asked(hub)
        before = await listed(hub)
    async with a_hub(tmp_path / "store", tmp_path, clock, after=hub) as again:
        assert await listed(again) == before
        assert (await asked(again)).status_code == 200
        assert (await again.post(REPORTS, a_report(answer))).json() == {"reported": 1, "unreported": 1}


async def test_the_record_says_by_what_means_it_was_asked(hub: Hub) -> None:
    await opened(hub)
    record = record_of(await asked(hub))
    assert (record["kind"], record["by"], record["consents"]) == ("failure", FACILITY, [])
    assert record["presented"] == "nothing"


async def test_no_item_is_in_the_log_or_in_a_line_of_the_hub(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await opened(hub)
    answers = [await asked(hub), await asked(hub, sex="2"), await asked(hub, sex="9")]
    await hub.post(REPORTS, a_report(answers[0]))
    log = hub.machine.committer.log
    bodies = b""
    for seq in range(await log.size()):
        bodies += b"\n".join(bytes(chunk) for chunk in await log.chunks(await log.batch(seq)))

    assert b"failure-mode.opened" in bodies
    assert b"failure-mode.reported" in bodies
    for item in ("山田", "ﾔﾏﾀﾞ", "架空区", "1980-01-01"):
        assert item.encode() not in bodies
        assert item not in caplog.text


async def behind_the_back(hub: Hub, sql: str) -> None:
    await hub.machine.store.transaction([Write(Statement("plant", sql, sql), [()])])


async def found(hub: Hub) -> list[Finding | Note]:
    return [one async for one in check_failure_modes(hub.machine.store)]


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE failure_mode SET until_ms = until_ms + 1",
        "UPDATE failure_mode SET closed_ms = NULL",
        "UPDATE failure_mode SET staff = '運02'",
        "DELETE FROM failure_mode",
    ],
)
async def test_a_mode_that_the_log_does_not_know_is_found(hub: Hub, planted: str) -> None:
    await opened(hub)
    await hub.post(CLOSINGS, {"facility": FACILITY}, "operator")
    assert await found(hub) == []
    await behind_the_back(hub, planted)
    (finding,) = await found(hub)
    assert isinstance(finding, Finding)
    assert finding.where == f"facility {FACILITY}"


@pytest.mark.parametrize(
    "planted",
    [
        "DELETE FROM failure_answer",
        "UPDATE failure_answer SET reported_ms = 1 WHERE reported_ms IS NULL",
        "UPDATE failure_answer SET reported_ms = NULL",
        "UPDATE failure_answer SET answered_ms = answered_ms + 1",
        "INSERT INTO failure_answer SELECT facility, batch, 'f00d', answered_ms, NULL FROM failure_answer LIMIT 1",
        f"UPDATE failure_answer SET facility = '{OTHER_FACILITY}'",
    ],
)
async def test_an_answer_or_a_report_that_the_log_does_not_know_is_found(hub: Hub, planted: str) -> None:
    await opened(hub)
    first, _, _ = await asked(hub), await asked(hub), await asked(hub, sex="2")
    await hub.post(REPORTS, a_report(first))
    await opened(hub, OTHER_FACILITY)
    store = hub.machine.store
    assert [one async for one in check_failure_answers(store)] == []

    await behind_the_back(hub, planted)

    found = [one async for one in check_failure_answers(store)]
    assert all(isinstance(one, Finding) for one in found)
    places = {f"facility {FACILITY}", *([f"facility {OTHER_FACILITY}"] if OTHER_FACILITY in planted else [])}
    assert {one.where for one in found if isinstance(one, Finding)} == places
