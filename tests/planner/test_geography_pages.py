"""The map of access, dots of settlements, births, and what geography would do to the classes."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from tests.workforce.access.test_matrices import osrm
from tests.workforce.access.test_measuring import answering

from kaihoken.clock import FixedClock
from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.planner.access_map import STEPS, step

NOW = FixedClock(datetime(2026, 11, 20, 3, tzinfo=UTC))
HTML = {"Accept": "text/html"}


def browsing(site: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://planner", headers=HTML)


@pytest.fixture(scope="module")
def site() -> Starlette:
    return planner_site(PlannerSettings(), clock=NOW)


@pytest.fixture
async def browser(site: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(site) as one:
        yield one


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def table(content: bytes) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return {next(iter(row.values())): row for row in rows}


@pytest.mark.parametrize(
    ("share", "look"),
    [(0.0, 0), (0.0099, 0), (0.01, 1), (0.05, 2), (0.1999, 2), (0.2, 3), (1.0, 3)],
)
def test_a_share_has_its_step(share: float, look: int) -> None:
    assert step(share) == STEPS[look]
    assert step(float("nan")) is None


async def test_the_map_shades_each_area_as_its_table_says(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/access/map?limit=60")).text
    rows = table((await browser.get("/access/map.csv")).content)

    assert len(re.findall(r'class="area share-\d"', page)) == len(rows) == 330
    looks = {code: look for look, code in re.findall(r'class="area (share-\d)" data-code="(\d{4})"', page)}
    assert looks == {code: step(float(row["share_beyond_60"])) for code, row in rows.items()}
    assert "minority-hatched" in page


async def test_the_map_counts_people_whose_way_crosses_the_sea(browser: httpx.AsyncClient) -> None:
    assert "住民 203,557人は、いちばん近い施設が海の向こう" in said((await browser.get("/access/map")).text)


async def test_a_limit_that_is_none_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/access/map?limit=45", headers={"Accept": "application/json"})

    assert answer.json()["code"] == "workforce.limit-unknown"


async def test_settlements_are_dots_and_facilities_marks(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/access/1503")).text

    dots = re.findall(r'class="dot (\w+)" d="([^"]+)"', page)
    assert {name for name, _ in dots} == {"near", "middle"}
    assert page.count('class="mark"') >= 5
    assert "県央の集落と、いちばん近い施設までの時間" in said(page)


async def test_births_are_those_of_the_reach(browser: httpx.AsyncClient) -> None:
    words = said((await browser.get("/birth")).text)
    rows = table((await browser.get("/birth/data.csv")).content)

    assert "60分以上の出生数（年） 3,136" in words
    assert sum(float(row["ordinary_far"]) for row in rows.values()) == pytest.approx(3136, abs=0.5)
    assert "分娩を扱う施設のない圏域 23（330 のうち）" in words
    assert "入力待ち" in words
    assert "周産期医療圏は 263 あると公表されています" in words


async def test_the_aid_is_worked_out_in_yen(browser: httpx.AsyncClient) -> None:
    page = said((await browser.get("/birth?nights=3&night=11000&cap=9800&taxi=12000")).text)
    bad = await browser.get("/birth?taxi=-1", headers={"Accept": "application/json"})

    assert "支援額 33,000円" in page
    assert "宿泊費 23,400円" in page
    assert "国 16,500円" in page
    assert bad.json()["code"] == "planner.scenario-query"


async def test_geography_is_a_scenario_with_weights_of_whoever_asks(browser: httpx.AsyncClient) -> None:
    start = said((await browser.get("/rurality")).text)
    bare = said((await browser.get("/rurality?wider=200&rank=90")).text)
    own = await browser.get("/rurality?wider=200&rank=90&density=0.7&distance=0.6")
    demo = (await browser.get("/rurality?wider=200&rank=90&demo=1")).text

    assert "シナリオです" in start
    assert "入力待ち" in start
    assert "少数区域に入る圏域" not in start
    assert "順位には重みが要ります" in bare
    assert "架空" not in said(own.text).split("少数区域に入る圏域")[1]
    assert "重み 1,1,1,1" in demo
    assert "対馬" in demo


async def test_those_who_enter_by_reach_live_far_and_have_an_index_up_to_the_limit(
    browser: httpx.AsyncClient,
) -> None:
    made = (await browser.get("/rurality.json?wider=220&beyond=5")).json()

    assert made["entering"] == len(made["rows"]) > 0
    assert all(row["index"] <= 220 and row["share_beyond_60"] >= 0.05 for row in made["rows"])
    assert made["status"] == "scenario"


async def test_tables_of_the_folder_part_islands_and_draw_perinatal_areas(tmp_path: Path) -> None:
    (tmp_path / "designated-places.csv").write_text(
        "市区町村コード,特別豪雪地帯,離島\n15586,0,1\n", encoding="utf-8"
    )
    (tmp_path / "perinatal-members.csv").write_text(
        "市区町村コード,周産期医療圏コード,含まれる\n03211,P1,1\n03461,P1,1\n", encoding="utf-8"
    )
    async with browsing(planner_site(PlannerSettings(data=str(tmp_path)), clock=NOW)) as browser:
        area = (await browser.get("/access/1501")).text
        birth = said((await browser.get("/birth")).text)

    assert 'class="dot unreachable"' in area
    assert "離島の表から 1 件を使っています（2026-11-20にあてはまるもの）" in said(area)
    assert "分娩を扱う施設のない圏域 1（1 のうち）" in birth
    assert "公表されていますが、どの市区町村" not in birth


async def test_the_page_of_an_area_asks_the_service_of_the_settings_and_no_other_page_does() -> None:
    asked: list[str] = []

    def quick(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return osrm(request, lambda *_: 2400.0)

    def silent(request: httpx.Request) -> httpx.Response:
        asked.append("again")
        return httpx.Response(400, json={"code": "InvalidQuery"}) if len(asked) > 1 else osrm(request)

    with answering(quick) as url:
        async with browsing(planner_site(PlannerSettings(travel=f"osrm={url}"), clock=NOW)) as browser:
            nation = said((await browser.get("/access")).text)
            before = len(asked)
            area = said((await browser.get("/access/0306")).text)
    with answering(silent) as url:
        async with browsing(planner_site(PlannerSettings(travel=f"osrm={url}"), clock=NOW)) as browser:
            asked.clear()
            refused = await browser.get("/access/0307", headers={"Accept": "application/json"})

    assert "great circle" in nation
    assert before == 0
    assert "30分以内 0.0% 60分以内 100.0%" in area
    assert "OSRM 127.0.0.1" in area
    assert "great circle" not in area
    assert refused.json()["code"] == "workforce.matrix-unreachable"


async def test_pages_of_geography_are_linked_where_a_planner_looks(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/access")).text

    assert all(f'href="{path}"' in page for path in ("/access/map", "/birth", "/rurality"))
