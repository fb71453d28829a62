"""The pages of a prefecture's plan: what they ask, that page and files are one content, and of which day."""

import io
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import docx
import httpx
import pypdfium2
import pytest
from starlette.applications import Starlette

from kaihoken.clock import FixedClock
from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.workforce.documents import Paragraph, Table, chapter_of
from kaihoken.workforce.plan import Spread, minority_prefectures, plan_of
from kaihoken.workforce.portrait import Atlas

from ..workforce.training.supply_folder import duty_in_folder, hours_in, supply_folder

CLOCK = FixedClock(datetime(2026, 11, 21, 15, 30, tzinfo=UTC))
"""Half past midnight of November 22 in Tokyo, while UTC has the day before."""


@pytest.fixture(scope="module")
def site() -> Starlette:
    return planner_site(PlannerSettings(), clock=CLOCK)


@pytest.fixture
async def browser(site: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=site)
    html = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://planner", headers=html) as one:
        yield one


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def test_every_prefecture_can_be_chosen(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/plan")).text

    assert re.findall(r'href="/plan/(\d+)"', page) == [f"{code:02}" for code in range(1, 48)]


async def test_no_way_to_hold_the_sum_is_taken_silently(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/plan/13")).text

    assert re.findall(r'href="/plan/13\?spread=(\w+)"', page) == [spread.value for spread in Spread]
    assert "aria-current" not in page[page.index("<main") :]
    assert "目標の合計を、どのように収めますか" in page
    assert "どれを選んでも数は同じです" not in page


async def test_where_doctors_are_few_the_page_says_that_the_choice_changes_nothing(
    browser: httpx.AsyncClient,
) -> None:
    for path in ("/plan/03", "/plan/03?spread=many_first"):
        assert "どれを選んでも数は同じです" in (await browser.get(path)).text


@pytest.mark.parametrize("code", sorted(minority_prefectures()))
def test_where_doctors_are_few_the_choice_changes_nothing(code: str) -> None:
    made = [plan_of(code, on=CLOCK.today(), spread=spread).areas for spread in Spread]

    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize("ending", ["", "/plan.docx", "/plan.pdf", "/plan.json"])
async def test_an_unknown_way_is_refused(browser: httpx.AsyncClient, ending: str) -> None:
    accept = {"Accept": "application/json"}
    answer = await browser.get(f"/plan/13{ending}", params={"spread": "evenly"}, headers=accept)

    assert answer.status_code == 400
    assert answer.json()["code"] == "planner.spread-unknown"
    assert answer.json()["facts"] == {
        "given": "evenly",
        "known": "proportional, only_increases, many_first",
    }


@pytest.mark.parametrize("ending", ["docx", "pdf", "json"])
async def test_downloads_need_the_choice_too(browser: httpx.AsyncClient, ending: str) -> None:
    assert (await browser.get(f"/plan/13/plan.{ending}")).status_code == 400


async def test_what_is_no_prefecture_has_no_plan(browser: httpx.AsyncClient) -> None:
    for path in ("/plan/99", "/plan/99?spread=many_first", "/plan/0306"):
        assert (await browser.get(path)).status_code == 404


async def test_the_page_shows_every_word_and_number_of_the_chapter(browser: httpx.AsyncClient) -> None:
    plan = plan_of("13", on=CLOCK.today(), spread=Spread.MANY_FIRST)
    page = (await browser.get("/plan/13?spread=many_first")).text
    words = said(page)

    document = chapter_of(plan, Atlas.shipped(), caution="")
    assert len(document.sections) == 7
    for section in document.sections:
        assert said(section.title) in words
        for block in section.blocks:
            if isinstance(block, Paragraph):
                assert said(block.text) in words
            elif isinstance(block, Table):
                assert said(block.caption) in words
                for row in block.shown():
                    for cell in row:
                        assert said(cell) in words
    assert 'href="/area/1313"' in page


async def test_the_page_begins_with_the_sum_and_what_is_open(browser: httpx.AsyncClient) -> None:
    words = said((await browser.get("/plan/03?spread=proportional")).text)

    plan = plan_of("03", on=CLOCK.today(), spread=Spread.PROPORTIONAL)
    assert f"{plan.whole.sum_of_targets:,.0f} 人（区域の目標の合計" in words
    assert f"入力待ちの表 {len(plan.awaited)}" in words
    assert f"未確認の規則 {len(plan.doubts)}" in words
    assert f"重点区域の候補 {len(plan.candidates)}" in words


async def test_a_sum_that_waits_is_no_number(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/plan/07?spread=proportional")).text

    assert plan_of("07", on=CLOCK.today(), spread=Spread.PROPORTIONAL).whole.sum_of_targets is None
    figure = page[page.index('<p class="figure">') :]
    assert said(figure).strip().startswith("－ 入力待ち")


async def test_the_frame_is_kept_in_the_address_and_in_every_file(browser: httpx.AsyncClient) -> None:
    asked = "/plan/13?spread=many_first&period=2027&population=frozen"
    page = (await browser.get(asked)).text
    links = {unescape(link) for link in re.findall(r'href="([^"]+)"', page)}

    assert "2027–2029年度の医師確保計画" in said(page)
    assert {
        "/plan/13?spread=proportional&period=2027&population=frozen",
        "/plan/13?spread=many_first&population=frozen",
        "/plan/13?spread=many_first&period=2027",
        "/plan/13/plan.docx?spread=many_first&period=2027&population=frozen",
        "/plan/13/plan.json?spread=many_first&period=2027&population=frozen",
    } <= links
    made = json.loads((await browser.get(asked.replace("/13", "/13/plan.json"))).content)["plan"]
    assert (made["last_fiscal_year"], made["population_basis"], made["status"]) == (2029, "frozen", "planned")
    assert made["made_on"] == "2026-11-22"


@pytest.mark.parametrize(("name", "given"), [("period", "2025"), ("population", "doubled")])
async def test_a_frame_that_is_none_is_refused(browser: httpx.AsyncClient, name: str, given: str) -> None:
    asked = {"spread": "many_first", name: given}
    answer = await browser.get("/plan/13", params=asked, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "planner.plan-frame")
    assert answer.json()["facts"]["name"] == name


async def test_after_the_last_plan_in_force_the_one_to_come_is_shown() -> None:
    clock = FixedClock(datetime(2027, 5, 1, 3, tzinfo=UTC))
    transport = httpx.ASGITransport(app=planner_site(PlannerSettings(), clock=clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://planner") as one:
        made = json.loads((await one.get("/plan/13/plan.json?spread=many_first")).content)["plan"]

    assert (made["first_fiscal_year"], made["made_on"]) == (2027, "2027-05-01")


async def test_what_waits_has_its_templates_beside_it(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/plan/13?spread=many_first")).text
    links = re.findall(r'href="(/sources/template/[^"]+)"', page[page.index('id="waiting"') :])

    waiting = plan_of("13", on=CLOCK.today(), spread=Spread.MANY_FIRST).awaited
    assert set(links) == {
        f"/sources/template/{table}" for one in waiting for table in (one.table, *one.tables)
    }
    assert 'id="supply"' not in page
    assert (await browser.get(links[0])).status_code == 200


async def test_own_tables_draw_the_supply_and_what_they_give_waits_no_longer(tmp_path: Path) -> None:
    duty_in_folder(hours_in(supply_folder(tmp_path)))
    site = planner_site(PlannerSettings(data=str(tmp_path)), clock=CLOCK)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://planner") as one:
        page = (await one.get("/plan/03?spread=proportional")).text
        made = json.loads((await one.get("/plan/03/plan.json?spread=proportional")).content)["plan"]
        elsewhere = (await one.get("/plan/26?spread=proportional")).text
        (tmp_path / "plan-heads.csv").write_text("area_code,physicians\n0306,70\n", "utf-8")
        later = json.loads((await one.get("/plan/03/plan.json?spread=proportional")).content)["plan"]

    supply = page[page.index('id="supply"') :]
    assert supply.count("<svg") == 2
    assert "供給 " in said(supply)
    assert "必要数 = 100" in said(supply)
    assert "乱数の種 1" in said(supply)
    assert "地域枠の医師の見込み" in said(page)
    assert made["need"]["projection"]["seed"] == 1
    assert "/sources/template/survival" not in page
    assert 'id="supply"' not in elsewhere
    (kamaishi,) = [area for area in later["areas"] if area["area_code"] == "0306"]
    assert (kamaishi["heads_now"], made["areas"][5]["heads_now"]) == (70, None)


async def test_only_the_chosen_way_is_marked_and_kept_in_other_languages(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/plan/13?spread=many_first")).text

    assert re.findall(r'href="([^"]+)" aria-current="true"', page) == ["/plan/13?spread=many_first"] * 3
    assert 'href="/en/plan/13?spread=many_first"' in page


async def test_the_chapter_is_told_to_be_japanese_elsewhere(browser: httpx.AsyncClient) -> None:
    english = (await browser.get("/en/plan/13?spread=many_first")).text

    assert '<div class="below chapter" lang="ja">' in english
    assert "in Japanese" in said(english)
    assert "同じ日本語です" not in (await browser.get("/plan/13?spread=many_first")).text


async def test_the_files_hold_the_plan_of_the_day_in_tokyo(browser: httpx.AsyncClient) -> None:
    word, paper, data = [
        await browser.get(f"/plan/13/plan.{ending}", params={"spread": "many_first"})
        for ending in ("docx", "pdf", "json")
    ]

    lines = [paragraph.text for paragraph in docx.Document(io.BytesIO(word.content)).paragraphs]
    assert lines[0] == "東京都 医師確保計画（数値編）"
    assert any("令和8年11月22日 作成" in line for line in lines)
    first = pypdfium2.PdfDocument(paper.content)[0].get_textpage().get_text_bounded()
    assert "東京都 医師確保計画（数値編）" in first
    assert "令和8年11月22日" in first
    made = json.loads(data.content)
    assert made["caution"].startswith("医師偏在指標は")
    assert made["plan"]["made_on"] == "2026-11-22"
    assert made["plan"]["spread"] == "many_first"
    assert {"confirmed", "unconfirmed"} >= {made["plan"]["status"]}
    assert "kaihoken-plan-13-many_first.docx" in word.headers["content-disposition"]


async def test_the_page_of_a_prefecture_leads_to_its_plan(browser: httpx.AsyncClient) -> None:
    assert 'href="/plan/10"' in (await browser.get("/prefecture/10")).text
