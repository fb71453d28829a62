"""The planner's pages, as a browser and as a program get them."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from kaihoken.clock import FixedClock
from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.planner.site import ROWS, Row
from kaihoken.web import LANGUAGES, Language, messages, path_in

from ..workforce.forbidden import forbidden_in
from ..workforce.readable import words_in

SAMPLES = {
    "/area/{code}": "/area/0306",
    "/area/{code}/data.json": "/area/0306/data.json",
    "/prefecture/{code}": "/prefecture/10",
    "/plan/{code}": "/plan/13?spread=many_first",
    "/plan/{code}/plan.docx": "/plan/31/plan.docx?spread=many_first",
    "/plan/{code}/plan.pdf": "/plan/31/plan.pdf?spread=many_first",
    "/plan/{code}/plan.json": "/plan/31/plan.json?spread=many_first",
    "/compare": "/compare?a=0306&b=1301",
    "/find": "/find?name=釜石",
    "/sources/template/{table}": "/sources/template/physicians",
    "/dispatch/template/{name}": "/dispatch/template/locum.csv",
    "/access/{code}": "/access/0306",
    "/access/{code}/data.json": "/access/0306/data.json",
    "/access/{code}/data.csv": "/access/0306/data.csv",
    "/access/{code}/data.xlsx": "/access/0306/data.xlsx?department=surgery",
    "/area/{code}/area.xlsx": "/area/0306/area.xlsx",
    "/prefecture/{code}/areas.xlsx": "/prefecture/03/areas.xlsx",
    "/compare.xlsx": "/compare.xlsx?a=0306&b=1301",
    "/plan/{code}/plan.xlsx": "/plan/13/plan.xlsx?spread=many_first",
    "/openings/letter/{state}": "/openings/letter/requested",
}
WITHOUT_INDEX = (
    "/access/{code}/data.json",
    "/access/{code}/data.csv",
    "/access/map.csv",
    "/birth/data.csv",
    "/dispatch/data.csv",
    "/dispatch/template/{name}",
    "/scenario/file",
    "/sources/template/{table}",
    "/dispatch/template/{name}",
    "/openings/outpatient-index.csv",
    "/openings/letter/{state}",
    "/remote/remote-doctors.csv",
    "/remote/remote-scenario.yaml",
    "/remote/core-hospitals.csv",
)
"""Files that hold no index: who reaches what, moves of a dispatch, levers, letters, tables to be filled in."""
READABLE = {
    "text/csv": "csv",
    "text/plain": "txt",
    "application/zip": "zip",
    "application/yaml": "yaml",
    "application/json": "json",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_READING_IN_BRACKETS = re.compile(r"[一-龠々]（[ぁ-ゖー]+）")


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
    """The words of a page, without the titles of others' tables."""
    own = re.sub(r'<ul class="sources".*?</ul>', "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", own))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.path)
async def test_every_page_answers_and_says_no_forbidden_word(
    browser: httpx.AsyncClient, language: Language, row: Row
) -> None:
    asked = path_in(language, SAMPLES.get(row.path, row.path))

    answer = await browser.get(asked, follow_redirects=True)

    assert answer.status_code == 200
    kind = answer.headers["content-type"].partition(";")[0]
    if kind != "text/html":
        words = words_in(answer.content, READABLE[kind])
        assert forbidden_in(words) == []
        cautions = [messages("planner").text("caution", one) for one in (language, "ja")]
        assert row.path in WITHOUT_INDEX or any("".join(one.split()) in words for one in cautions)
    else:
        assert forbidden_in(said(answer.text)) == []
        assert 'class="caution"' in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.path)
async def test_in_easy_japanese_readings_stand_above_their_words(
    browser: httpx.AsyncClient, row: Row
) -> None:
    answer = await browser.get(path_in("ja@easy", SAMPLES.get(row.path, row.path)), follow_redirects=True)

    if answer.headers["content-type"].startswith("text/html"):
        # A picture's text, a choice in a list and an attribute have no room for a reading above the word.
        shown = re.sub(r"<(svg|option|title|head)\b.*?</\1>", "", answer.text, flags=re.DOTALL)
        assert _READING_IN_BRACKETS.findall(re.sub(r"<[^>]+>", "\n", shown.replace("<rp>（</rp>", ""))) == []


async def test_an_area_with_a_known_last_index_says_what_changed(browser: httpx.AsyncClient) -> None:
    known = said((await browser.get("/area/0104")).text)
    unknown = said((await browser.get("/area/0306")).text)

    assert "前回の指標との差" in known
    assert "（+17.8）" in known
    assert "（−11.8）" in known
    assert "276.4" in known
    assert "前回の指標との差" not in unknown


async def test_the_first_page_tells_both_counts(browser: httpx.AsyncClient) -> None:
    words = said((await browser.get("/")).text)

    assert "255.6" in words
    assert "二次医療圏（公表値による） 108 110 112" in words
    assert "二次医療圏（内訳からの再計算） 107 111 112" in words
    assert "都道府県（公表値による） 16 15 16" in words


async def test_areas_stand_in_code_order_unless_a_factor_is_asked_for(browser: httpx.AsyncClient) -> None:
    async def codes(path: str) -> list[str]:
        return re.findall(r'<tr data-row="(\d+)">', (await browser.get(path)).text)

    by_code, by_index = await codes("/"), await codes("/?order=index")

    assert by_code == sorted(by_code)
    assert by_index[:1] == ["0306"]
    assert sorted(by_index) == by_code
    assert await codes("/?order=nothing") == by_code


async def test_an_area_opens_into_what_makes_it(browser: httpx.AsyncClient) -> None:
    words = said((await browser.get("/area/0306")).text)

    for fact in ("107.8", "少数", "全国 255.6", "+39.1 人", "±1.8", "0.435", "1.258", "106.7–108.9"):
        assert fact in words


@pytest.mark.parametrize(
    ("code", "published", "of_areas"), [("10", "219.7", "212.1"), ("26", "326.7", "319.2")]
)
async def test_a_prefecture_is_not_the_sum_of_its_areas(
    browser: httpx.AsyncClient, code: str, published: str, of_areas: str
) -> None:
    words = said((await browser.get(f"/prefecture/{code}")).text)

    assert f"公表された都道府県の指標 {published}" in words
    assert f"区域の内訳を足して求めた値 {of_areas}" in words


async def test_a_name_of_several_prefectures_is_answered_with_their_areas(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/find", params={"name": "西部"})

    assert answer.status_code == 400
    assert "3103" in answer.text


async def test_a_program_gets_a_problem_as_json(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/area/306", headers={"Accept": "application/json"})

    assert answer.status_code == 404
    assert answer.json()["code"] == "workforce.area-unknown"
    assert answer.json()["facts"]["near"] == "0306"


async def test_what_is_no_page_leads_back(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/nowhere")

    assert answer.status_code == 404
    assert "そのページはありません" in answer.text


async def test_the_table_is_offered_to_spreadsheets(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/index.csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 330
    assert rows[0]["area_code"] == "0101"
    assert {row["class"] for row in rows} == {"minority", "middle", "majority"}
