"""The page of people with a duty: counts of a folder or what waits, hidden numbers, the drawing, and no name."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest

from kaihoken.clock import FixedClock
from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.planner.careers_page import PLACES, drawing
from kaihoken.web import LANGUAGES, Language, path_in
from kaihoken.workforce.careers import LIFE
from kaihoken.workforce.pictures import steps_of

CLOCK = FixedClock(datetime(2026, 11, 21, 15, 30, tzinfo=UTC))
COUNTS = (
    "コード,診療科,年,人数\n架空中央病院,内科,2024,12\n架空中央病院,内科,2025,14\n架空中央病院,外科,2025,x\n"
    "0306,総合診療科,2024,5\n"
)


@asynccontextmanager
async def a_browser(data: Path | None) -> AsyncIterator[httpx.AsyncClient]:
    site = planner_site(PlannerSettings(data=str(data) if data else ""), clock=CLOCK)
    transport = httpx.ASGITransport(app=site)
    html = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://planner", headers=html) as one:
        yield one


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize("data", [False, True])
async def test_without_the_table_the_page_says_how_it_comes_and_gives_its_template(
    tmp_path: Path, data: bool
) -> None:
    async with a_browser(tmp_path if data else None) as browser:
        page = (await browser.get("/careers")).text
        template = re.search(r'href="(/sources/template/[^"]+)"', page)
        assert template is not None
        sheet = await browser.get(template[1])

    assert "入力待ち" in said(page)
    assert "kaihoken workforce careers counts --role planner --format csv" in said(page)
    assert sheet.status_code == 200


async def test_counts_stand_by_hospital_department_and_year_and_hidden_ones_as_hidden(tmp_path: Path) -> None:
    (tmp_path / "duty-doctors.csv").write_text(COUNTS, encoding="utf-8")
    async with a_browser(tmp_path) as browser:
        page = (await browser.get("/careers")).text

    rows = [said(row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    assert rows == [
        " 病院 診療科 2024 年度 2025 年度 ",
        " 架空中央病院 内科 12 14 ",
        " 架空中央病院 外科 － 伏せ ",
        " 0306 釜石 少数 総合診療科 5 － ",
    ]
    assert "（1 個）" in said(page)
    assert "入力待ち" not in said(page)


async def test_a_table_that_cannot_be_read_is_told_with_its_cell(tmp_path: Path) -> None:
    (tmp_path / "duty-doctors.csv").write_text(
        "コード,診療科,年,人数\n架空中央病院,内科,2024,多数\n", "utf-8"
    )
    async with a_browser(tmp_path) as browser:
        page = said((await browser.get("/careers")).text)

    assert "表を読めません" in page
    assert "duty-doctors.csv" in page


async def test_a_planner_finds_the_page_among_the_measures(tmp_path: Path) -> None:
    async with a_browser(None) as browser:
        assert 'href="/careers"' in (await browser.get("/plan")).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_step_is_drawn_with_its_words(language: Language) -> None:
    svg = str(drawing(language).svg)

    assert svg.count("<rect ") == len(LIFE.steps)
    assert svg.count('fill="none"') == len(list(LIFE.edges()))
    async with a_browser(None) as browser:
        assert "picture-steps" in (await browser.get(path_in(language, "/careers"))).text


def test_a_state_without_a_place_is_not_left_out_silently() -> None:
    words = {**{str(state): "a" for state in LIFE.steps}, **{str(event): "b" for _, event, _ in LIFE.edges()}}
    first = next(iter(PLACES))
    for places in ({**PLACES, first: (2, 0)}, {one: at for one, at in PLACES.items() if one != first}):
        with pytest.raises(ValueError, match="place of its own"):
            steps_of(LIFE, places, words, "t")
