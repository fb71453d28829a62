"""Access by area: what the pages say is what the reach says, and a closing counts whom it moves beyond a limit."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette

from kaihoken.clock import FixedClock
from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.planner.access_page import percent
from kaihoken.planner.reaching import EMERGENCY, Ways, closing, geography, members, municipalities_of
from kaihoken.workforce import AreaCode, area_set
from kaihoken.workforce.access import EmergencyLevel, by_municipality, reach_emergency
from kaihoken.workforce.closure import CloseFacility, edited, effect

KAMAISHI = "03103100004"
"""岩手県立釜石病院, the one emergency hospital of its area."""

WAYS = Ways(None, date(2026, 11, 20))


@pytest.fixture(scope="module")
def site() -> Starlette:
    return planner_site(PlannerSettings(), clock=FixedClock(datetime(2026, 11, 20, 3, tzinfo=UTC)))


@pytest.fixture
async def browser(site: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=site)
    html = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://planner", headers=html) as one:
        yield one


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def test_an_area_says_who_is_near_how_it_was_measured_and_that_there_is_no_index(
    browser: httpx.AsyncClient,
) -> None:
    words = said((await browser.get("/access/0306")).text)

    assert "30分以内 93.9% 60分以内 100.0%" in words
    assert "到達できない 0 0 0 0 0 0.0%" in words
    assert "市町村別の偏在指標はありません" in words
    assert "未確認の仮定" in words
    assert "great circle × 1.3, car 40 km/h" in words
    assert "施設の一覧が薄く" not in words


async def test_an_area_of_a_thin_prefecture_says_so(browser: httpx.AsyncClient) -> None:
    assert "施設の一覧が薄く" in said((await browser.get("/access/2604")).text)


async def test_the_country_opens_into_prefectures_and_these_into_areas(browser: httpx.AsyncClient) -> None:
    nation = (await browser.get("/access")).text
    iwate = (await browser.get("/access?prefecture=03")).text

    assert "住民 124,330,690人" in said(nation)
    assert len(re.findall(r'href="/access\?prefecture=\d\d"', nation)) == 47
    codes = re.findall(r'href="/access/(\d{4})"', iwate)
    assert codes == sorted(codes)
    assert len(codes) == 9


async def test_a_name_leads_to_its_area(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/access", params={"name": "釜石"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/access/0306")


async def test_the_parts_of_the_file_are_those_of_the_reach(browser: httpx.AsyncClient) -> None:
    rows = table((await browser.get("/access/0306/data.csv?department=surgery")).content)

    codes = sorted(members(area_set("330"), AreaCode("0306")))
    land = geography()
    direct = by_municipality(
        reach_emergency(land.settlements.within(*codes), land.facilities, WAYS.distances)
    )
    ours = [row for row in rows if row["need"] == "emergency"]
    assert [float(row["within_30"]) for row in ours] == direct.within[0].ravel().tolist()
    assert [float(row["residents"]) for row in ours] == direct.people.ravel().tolist()
    assert {row["need"] for row in rows} == {"emergency", "surgery"}


def test_the_parts_of_a_group_are_all_of_it() -> None:
    for group in municipalities_of(EMERGENCY, {"01517", "13401", "47382"}, WAYS):
        np.testing.assert_allclose(sum(group.parts()), group.people)


async def test_every_facility_that_is_somebodys_nearest_can_be_closed_and_no_other(
    browser: httpx.AsyncClient,
) -> None:
    page = (await browser.get("/access/0306")).text

    assert re.findall(r'<option value="([^"]+)">[^<]*\(住民 ([\d,]+)人\)', page) == [(KAMAISHI, "39,426")]


async def test_the_page_of_an_area_leads_to_its_access(browser: httpx.AsyncClient) -> None:
    assert 'href="/access/0306"' in (await browser.get("/area/0306")).text


async def test_a_department_that_is_none_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/access/0306?department=magic", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "workforce.department-unknown")


async def test_a_closing_tells_who_is_then_beyond(browser: httpx.AsyncClient) -> None:
    words = said((await browser.get(f"/access/0306?close={KAMAISHI}")).text)
    rows = table((await browser.get(f"/access/0306/data.csv?close={KAMAISHI}")).content)
    facts = (await browser.get(f"/access/0306/data.json?close={KAMAISHI}")).json()

    assert "岩手県立釜石病院がなくなったら" in words
    assert "新たに30分をこえる 37,005人" in words
    assert "仮定の計算で、計画ではありません" in words
    for row in rows:
        lost = float(row["within_before"]) - float(row["within_after"])
        assert lost == pytest.approx(float(row["newly_beyond"]))
    beyond = sum(float(row["newly_beyond"]) for row in rows if (row["limit"], row["age"]) == ("30.0", "all"))
    assert round(beyond) == 37005
    assert len(facts["closing"]["rows"]) == len(rows)
    assert {one["status"] for one in facts["measured"]} == {"unconfirmed"}


def test_a_closing_looks_at_all_whom_it_changes() -> None:
    land = geography()
    row = land.facilities.position(KAMAISHI)

    (near,) = closing(row, (EMERGENCY,), WAYS)

    after = edited(land.facilities, [CloseFacility(KAMAISHI)])
    everywhere = effect(land.settlements, land.facilities, after, EMERGENCY, WAYS.distances)
    np.testing.assert_allclose(near.newly_beyond, everywhere.newly_beyond.sum(axis=1))
    assert near.effect.farther == pytest.approx(everywhere.farther)


async def test_a_facility_that_is_nobodys_nearest_changes_nothing(browser: httpx.AsyncClient) -> None:
    facilities = geography().facilities
    clinic = facilities.ids[int(np.flatnonzero(facilities.emergency == EmergencyLevel.NOT_REPORTED)[0])]

    words = said((await browser.get(f"/access/0306?close={clinic}")).text)

    assert "だれの時間も変わりません" in words
    assert "新たに30分をこえる" not in words


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (9996, 10000, "99.9%"),
        (10000, 10000, "100.0%"),
        (1, 10000, "0.1%"),
        (0, 10000, "0.0%"),
        (0, 0, "－"),
    ],
)
def test_all_and_none_are_said_only_where_it_is_so(part: float, whole: float, shown: str) -> None:
    assert percent(part, whole) == shown
