"""The month's public counts: from the log's records, day by day, published once, open to everybody."""

import csv
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest
import pytest_asyncio

from kaihoken import cli
from kaihoken.access.limits import Limit, Limits
from kaihoken.clock import FixedClock
from kaihoken.coverage.statistics import (
    Hospitals,
    Month,
    check_statistics,
    count_finished_days,
    publish_finished_months,
)
from kaihoken.coverage.statistics.counting import count, counts_of, stretch_of
from kaihoken.coverage.statistics.ways import WAYS
from kaihoken.hub.upkeep.checks import CHECKS
from kaihoken.problems import Problem
from kaihoken.store import Finding, inspect

from .hub import FACILITY, OTHER_FACILITY, Hub, a_hub, a_message, a_row
from .test_consents import HOME, ask_again, with_a_patient
from .test_reference_numbers import NUMBERS

OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)
NOBODY_KNOWN = Hospitals()
MANY = Limits(facility=Limit(count=100_000, seconds=1, burst=100_000))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(OCTOBER)


@pytest_asyncio.fixture
async def hub(location: str | Path, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Hub]:
    async with a_hub(location, tmp_path, clock, limits=MANY) as hub:
        await hub.register(a_row())
        yield hub


async def counted(hub: Hub, hospitals: Hospitals = NOBODY_KNOWN) -> list[str]:
    machine = hub.machine
    days = await count_finished_days(machine.store, machine.committer, hospitals)
    await publish_finished_months(machine.store, machine.committer, machine.clock, hospitals)
    return [day.isoformat() for day in days]


async def ask(hub: Hub, times: int, client: str = "clinic", **more: object) -> None:
    for _ in range(times):
        assert (await hub.ask(client, **more)).status_code == 200


async def table(hub: Hub, month: str = "2026-10") -> dict[str, object]:
    answer = await hub.http.get(f"/v1/statistics/{month}")
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def line(told: dict[str, object], facility: str) -> dict[str, object]:
    lines = told["lines"]
    assert isinstance(lines, list)
    (found,) = [one for one in lines if one["facility"] == facility]
    return dict(found)


async def test_a_month_is_published_when_it_is_over_and_stays(hub: Hub, clock: FixedClock) -> None:
    await ask(hub, 12)
    await ask(hub, 30, consents=["limit"])
    clock.at += timedelta(days=1)
    await ask(hub, 20)
    for _ in range(11):
        await hub.ask_oqs(a_message(day="20261006"))
    before = await hub.http.get("/v1/statistics/2026-10")
    clock.at = datetime(2026, 10, 31, 14, 59, 59, tzinfo=UTC)  # a second before midnight in Japan
    await ask(hub, 1)
    early = await counted(hub)
    months_early = (await hub.http.get("/v1/statistics")).json()
    clock.at += timedelta(seconds=1)
    await ask(hub, 40)  # of November
    late = await counted(hub)
    again = await counted(hub)

    assert before.json()["code"] == "statistics.not-published"
    assert (early[0], early[-1], len(early)) == ("2026-10-05", "2026-10-30", 26)
    assert months_early == {"months": []}
    assert (late, again) == (["2026-10-31"], [])
    told = await table(hub)
    assert (await hub.http.get("/v1/statistics")).json() == {"months": ["2026-10"]}
    total = line(told, "all")
    assert (total["total"], total["number"], total["card"]) == (74, 74, 0)
    assert line(told, "medical")["total"] == 74
    assert line(told, "medical")["name_ja"] == "病院・医科診療所"
    assert told["hospitals_told_apart"] is False
    assert told["fictional"] is True
    assert told["least"] == 10
    found = [one async for one in inspect(hub.machine.store) if isinstance(one, Finding)]
    assert found == []


async def test_what_is_asked_of_a_claim_is_not_counted(hub: Hub, clock: FixedClock) -> None:
    """Nobody stood at a counter, and who asked is no facility."""
    await ask(hub, 12)
    for _ in range(30):
        claim = {**NUMBERS, "birthdate": "1980-01-01", "facility": FACILITY, "on": "2026-10-05"}
        assert (await hub.post("/v1/claim-checks", claim, "review")).status_code == 200
    clock.at += timedelta(days=40)
    await counted(hub)

    assert line(await table(hub), "all")["total"] == 12


async def test_small_numbers_are_hidden_in_every_form(hub: Hub, clock: FixedClock) -> None:
    await ask(hub, 4)
    clock.at += timedelta(days=40)
    await counted(hub)

    told = await table(hub)
    text = (await hub.http.get("/v1/statistics/2026-10.csv")).text

    assert line(told, "medical")["total"] is None
    assert line(told, "all")["total"] is None
    assert line(told, "dental")["total"] == 0
    rows = [row for row in csv.reader(text.splitlines()) if row and not row[0].startswith("#")]
    assert rows[0][:4] == ["month", "facility", "name_ja", "total"]
    assert [row[3] for row in rows[1:3]] == ["-", "-"]
    assert "伏" not in rows[1]
    assert text.count("# ") >= 5


async def test_hospitals_are_told_from_clinics_by_a_list_alone(
    hub: Hub, clock: FixedClock, tmp_path: Path
) -> None:
    (tmp_path / "hospitals.txt").write_text(f"# 病院\n{FACILITY}, 架空病院\n\n", encoding="utf-8")
    await ask(hub, 15)
    await ask(hub, 25, "other-clinic")
    clock.at += timedelta(days=40)
    await counted(hub, Hospitals.read(tmp_path / "hospitals.txt"))

    told = await table(hub)

    assert told["hospitals_told_apart"] is True
    assert (line(told, "hospital")["total"], line(told, "medical")["total"]) == (15, 25)
    assert line(told, "medical")["name_ja"] == "医科診療所"
    assert FACILITY not in json.dumps(told)
    assert OTHER_FACILITY not in json.dumps(told)


@pytest.mark.parametrize(("content", "where"), [("9910000007\n12345\n", 2), ("病院\n", 1), (None, 0)])
def test_a_list_of_hospitals_that_cannot_be_read_is_named(
    tmp_path: Path, content: str | None, where: int
) -> None:
    if content is not None:
        (tmp_path / "hospitals.txt").write_text(content, encoding="utf-8")

    with pytest.raises(Problem) as caught:
        Hospitals.read(tmp_path / "hospitals.txt")

    assert (caught.value.code, caught.value.facts["line"]) == ("statistics.hospitals", where)


async def test_kinds_of_facilities_follow_the_digit_of_their_code() -> None:
    codes = ("1310000001", "1320000001", "1330000001", "1340000001", "1360000001", "1390000001", "no code")

    assert [Hospitals().kind_of(code) for code in codes] == [
        "medical", "other", "dental", "pharmacy", "home-nursing", "other", "other",
    ]  # fmt: skip


async def test_test_institutions_count_on_a_demo_store_only(hub: Hub, clock: FixedClock) -> None:
    await ask(hub, 3)
    log = hub.machine.committer.log
    day = clock.today()
    stretch = await stretch_of(log, day, day + timedelta(days=1))

    assert sum((await count(log, stretch, NOBODY_KNOWN, "demo")).values()) == 3
    assert sum((await count(log, stretch, NOBODY_KNOWN, "production")).values()) == 0


async def test_what_was_shown_beside_is_counted_apart(hub: Hub, clock: FixedClock) -> None:
    row = a_row(
        number="80",
        link="link-80",
        limits=[{"valid_from": "2026-04-01", "classification": "01", "category": "A04"}],
    )
    registered = await hub.register(row, key="limit")
    if registered.json()["registered"] != 1:
        pytest.fail(registered.text)
    await ask(hub, 12, number="80", consents=["limit"])
    await ask(hub, 7, number="80")
    clock.at += timedelta(days=40)
    await counted(hub)

    views = (await table(hub))["views"]

    assert views == {
        "limit": 12, "disease": 0, "subsidy": 0, "checkups": None, "medicines": None, "treatments": None,
    }  # fmt: skip


async def test_each_way_of_asking_has_a_column_of_its_own(hub: Hub, clock: FixedClock) -> None:
    await with_a_patient(hub)
    for _ in range(11):
        assert (await hub.post("/v1/eligibility-checks", HOME)).status_code == 200
    for _ in range(13):
        assert (await ask_again(hub)).status_code == 200
    await ask(hub, 17)
    clock.at += timedelta(days=40)
    await counted(hub)

    told = await table(hub)
    text = (await hub.http.get("/v1/statistics/2026-10.csv")).text
    header, total = list(csv.reader(text.splitlines()))[:2]

    for shown in (line(told, "all"), dict(zip(header, total, strict=True))):
        counts = {way: int(str(shown[way])) for way in WAYS}
        assert counts == {**dict.fromkeys(WAYS, 0), "card": 11, "standing": 13, "number": 17}


@pytest.mark.parametrize(
    "month", ["2026-13", "2026", "26-10", "2026-10-01", "2026-1", "０２０６-10", "9999-12"]
)
async def test_what_is_no_month_is_said(hub: Hub, month: str) -> None:
    with pytest.raises(Problem, match=r"statistics\.month"):
        Month.parse(month)
    if month.isascii():
        assert (await hub.http.get(f"/v1/statistics/{month}")).json()["code"] == "statistics.month"


def test_a_month_knows_its_days() -> None:
    assert len(Month.parse("2028-02").days) == 29
    assert str(Month.parse("2026-12").next) == "2027-01"


def test_the_check_of_the_counts_is_one_that_a_hub_knows() -> None:
    assert check_statistics in CHECKS


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE statistics_day SET answers = answers + 1", "the counts are not those of its records"),
        ("DELETE FROM statistics_counted", "not what its record says"),
        ("UPDATE statistics_month SET body = X'7B7D'", "not what was published"),
        ("DELETE FROM statistics_month", "not what was published"),
    ],
)
async def test_counts_that_were_changed_are_found_out(tmp_path: Path, change: str, told: str) -> None:
    clock = FixedClock(OCTOBER)
    async with a_hub(tmp_path / "store", tmp_path, clock) as hub:
        await hub.register(a_row())
        await ask(hub, 12)
        clock.at += timedelta(days=40)
        await counted(hub)
        with apsw.Connection(str(tmp_path / "store" / "store.sqlite3")) as connection:
            connection.execute(change)
        found = [one async for one in inspect(hub.machine.store) if isinstance(one, Finding)]

    assert {one.check for one in found} == {"statistics"}
    assert told in {one.english for one in found}


async def test_counting_again_what_is_counted_gives_the_same(hub: Hub, clock: FixedClock) -> None:
    await ask(hub, 12)
    day = clock.today()
    clock.at += timedelta(days=1)
    await counted(hub)
    log = hub.machine.committer.log

    kept = await counts_of(hub.machine.store, day, day + timedelta(days=1))

    stretch = await stretch_of(log, day, day + timedelta(days=1))
    assert kept == await count(log, stretch, NOBODY_KNOWN, "demo")


async def test_a_hub_counts_by_itself(location: str | Path, tmp_path: Path) -> None:
    clock = FixedClock(OCTOBER)
    async with a_hub(location, tmp_path, clock) as hub:
        await hub.register(a_row())
        await ask(hub, 12)
    clock.at += timedelta(days=40)
    async with a_hub(location, tmp_path, clock, after=hub) as again:
        while (await again.http.get("/v1/statistics")).json() != {"months": ["2026-10"]}:
            await ask(again, 1)

        assert line(await table(again), "all")["total"] == 12


def test_the_command_tells_a_published_month_and_a_draft(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    async def some_days() -> None:
        clock = FixedClock(OCTOBER)
        async with a_hub(tmp_path / "store", tmp_path, clock) as hub:
            await hub.register(a_row())
            await ask(hub, 12)
            clock.at += timedelta(days=40)
            await ask(hub, 11)
            await counted(hub)

    asyncio.run(some_days())
    where = ["--store", str(tmp_path / "store")]
    codes = [cli.run(["statistics", "month", month, *where, "--json"]) for month in ("2026-10", "2026-11")]
    told = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    codes += [cli.run(["statistics", "month", "2026-10", *where, "--csv"])]
    text = capsys.readouterr().out
    codes += [cli.run(["statistics", "month", "2026-10", *where])]
    shown = capsys.readouterr().out

    assert codes == [0] * 4
    assert [one["published"] for one in told] == [True, False]
    assert [one["lines"][0]["total"] for one in told] == [12, 11]
    assert text.startswith("month,facility,")
    assert "病院・医科診療所" in shown
    assert "12" in shown
    assert [cli.run(["statistics", "month", no, *where]) for no in ("October", "9999-12")] == [2, 2]
    assert cli.run(["statistics", "month", "9999-11", *where]) == 0
