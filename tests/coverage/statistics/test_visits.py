"""Counts of visits: of whom from where went where, and what is too small is not there."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kaihoken.cli import run
from kaihoken.clock import FixedClock
from kaihoken.coverage.statistics import Month
from kaihoken.coverage.statistics.visits import (
    FICTIONAL,
    HEADINGS,
    TITLE,
    Cell,
    Homes,
    Visits,
    as_table,
    count_visits,
    read_places,
)
from kaihoken.problems import Problem

from ..a_row import COVERAGE
from ..house import House, a_house
from ..people import FACILITY, asking_for, covered_by

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
NOVEMBER = Month.parse("2026-11")
PLACES = {FACILITY: "1302"}
CHIYODA, SHIBUKAWA = "東京都千代田区架空1-2-3", "群馬県渋川市架空1"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path / "store", tmp_path / "keys", clock=FixedClock(NOON)) as house:
        yield house


async def somebody(house: House, number: int, address: str, **more: object) -> None:
    """Who is registered with an address and asked about twice on one day."""
    row: dict[str, object] = COVERAGE | {"link": f"k-{number}", "number": str(number), "match": "visible"}
    await house.register(row | {"address": address} | more, may_match=True)
    for _ in range(2):
        await house.ask(asking_for(covered_by(number=str(number))))


async def visits_of(house: House, *, least: int = 3) -> Visits:
    return await count_visits(house.store, house.committer.log, NOVEMBER, PLACES, least)


async def test_a_visit_counts_once_and_small_rows_are_not_there(house: House) -> None:
    for number in range(100, 103):
        await somebody(house, number, CHIYODA)
    for number in range(200, 202):
        await somebody(house, number, SHIBUKAWA)

    shown = await visits_of(house)

    assert shown.cells == {Cell("1301", "1302", "男", "45～49歳"): 3}
    assert (shown.hidden, shown.fictional) == (1, True)
    assert (await visits_of(house, least=2)).cells[Cell("1002", "1302", "男", "45～49歳")] == 2


async def test_nobody_whose_address_is_withheld_or_unknown_is_counted(house: House) -> None:
    for number in range(100, 103):
        await somebody(house, number, CHIYODA, non_disclosure=True)
    for number in range(200, 203):
        await somebody(house, number, "東京都架空区1-2-3")

    shown = await visits_of(house, least=1)

    assert (shown.cells, shown.hidden) == ({}, 0)


async def test_a_facility_without_an_area_and_another_month_are_left_out(house: House) -> None:
    await somebody(house, 100, CHIYODA)

    assert not (await count_visits(house.store, house.committer.log, NOVEMBER, {}, 1)).cells
    october = await count_visits(house.store, house.committer.log, Month.parse("2026-10"), PLACES, 1)
    assert not october.cells


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("北海道札幌市中央区北1条", "0104"),
        ("群馬県北群馬郡吉岡町大字架空", "1002"),
        ("東京都架空区1-2-3", ""),
        ("架空町1", ""),
    ],
)
def test_the_area_of_a_home_is_that_of_the_municipality_that_begins_its_address(
    address: str, area: str
) -> None:
    assert Homes.shipped().area_of(address) == area


def test_the_file_says_what_it_is_before_its_rows() -> None:
    table = as_table(Visits("2026-11", {Cell("1301", "1302", "男", "45～49歳"): 12}, 10, 0, True))

    rows = list(csv.reader(io.StringIO(table)))
    assert rows == [
        [TITLE, "2026-11", FICTIONAL],
        list(HEADINGS),
        ["1301", "1302", "男", "45～49歳", "12", "1"],
    ]


def test_a_list_of_places_names_its_first_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text(f"# code,area\n{FACILITY},1302\n", encoding="utf-8")
    assert read_places(path) == PLACES

    for line in ("12,1302", FACILITY):
        path.write_text(f"{FACILITY},1302\n{line}\n", encoding="utf-8")
        with pytest.raises(Problem, match="visit-places") as refused:
            read_places(path)
        assert refused.value.facts["line"] == 2


def test_the_command_is_off_until_the_settings_say_where_facilities_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAIHOKEN_CONFIG", raising=False)
    store, out = tmp_path / "store", tmp_path / "hub-visits.csv"

    async def visited() -> None:
        async with a_house(store, tmp_path / "keys", clock=FixedClock(NOON + timedelta(hours=1))) as house:
            for number in range(100, 110):
                await somebody(house, number, CHIYODA)

    asyncio.run(visited())
    asked = ["statistics", "visits", "2026-11", "--store", str(store), "--out", str(out), "--json"]

    assert run(asked) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "statistics.visits-off"
    assert not out.exists()
    (tmp_path / "places.csv").write_text(f"{FACILITY},1302\n", encoding="utf-8")
    (tmp_path / "hub.toml").write_text(f'visit_places = "{tmp_path / "places.csv"}"\n', encoding="utf-8")
    assert run([*asked, "--config", str(tmp_path / "hub.toml")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["fictional"]) == (1, True)
    assert "1301,1302,男,45～49歳,10,1" in out.read_text(encoding="utf-8")
