"""The scenario page: everything stands in its query, and its file runs to the same."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.scenario import decoded, run

QUERY = "hours=-5&projected=1&year=2036&area=0306&doctors=5"


@pytest.fixture(scope="module")
def site() -> Starlette:
    return planner_site(PlannerSettings())


@pytest.fixture
async def browser(site: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=site)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://planner", headers={"Accept": "text/html"}
    ) as one:
        yield one


async def test_where_no_slider_is_moved_all_is_as_published(browser: httpx.AsyncClient) -> None:
    found = (await browser.get("/scenario.json")).json()

    assert found["counts"] == {"minority": 108, "middle": 110, "majority": 112, "missing": 0}
    assert found["moved"] == []
    assert len(found["areas"]) == 330


async def test_a_year_alone_changes_nothing_until_the_projection_is_asked_for(
    browser: httpx.AsyncClient,
) -> None:
    frozen = (await browser.get("/scenario.json?year=2050")).json()
    projected = (await browser.get("/scenario.json?year=2050&projected=1")).json()

    assert frozen["moved"] == []
    assert projected["counts"]["missing"] > 0
    assert projected["moved"]


async def test_the_page_shows_what_the_data_says(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"/scenario?{QUERY}")).text
    data = (await browser.get(f"/scenario.json?{QUERY}")).json()

    assert data["summary"] in page
    assert page.count("<tr data-row=") == len(data["moved"]) > 0
    for code, (look, value) in data["areas"].items():
        _, _, area = page.partition(f'class="area {look}" data-code="{code}"')
        assert f" {value} " in area.partition("</title>")[0]
    assert 'value="1" checked' in page
    assert '<option value="0306" selected>' in page
    assert "シナリオ（仮定）" in page


async def test_the_parts_of_a_line_are_those_of_its_sliders(browser: httpx.AsyncClient) -> None:
    data = (await browser.get("/scenario.json?hours=-10&area=0306&doctors=50")).json()

    lines = {one["code"]: one["parts"] for one in data["moved"]}
    assert all(parts[1] == "0.0" for parts in lines.values())
    assert lines.pop("0306")[2].startswith("+")
    assert all(parts[0].startswith("−") for parts in lines.values())


async def test_the_file_runs_to_what_the_page_shows(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/scenario/file?{QUERY}")
    data = (await browser.get(f"/scenario.json?{QUERY}")).json()

    made = run(decoded(answer.content), shipped_index())

    assert "kaihoken-scenario.json" in answer.headers["content-disposition"]
    assert made.stale == ()
    assert [one.area.code for one in made.moved] == [one["code"] for one in data["moved"]]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("hours=21", 400, "planner.scenario-query"),
        ("hours=many", 400, "planner.scenario-query"),
        ("year=2051&projected=1", 400, "planner.scenario-query"),
        ("area=306&doctors=1", 404, "workforce.scenario-area-unknown"),
        ("area=0102&doctors=-50", 422, "workforce.scenario-below-zero"),
    ],
)
async def test_what_cannot_be_is_refused(
    browser: httpx.AsyncClient, query: str, status: int, code: str
) -> None:
    answer = await browser.get(f"/scenario.json?{query}", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_last_values_are_accepted(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/scenario.json?hours=20&year=2050&projected=1&area=1301&doctors=-50")

    assert answer.status_code == 200
