"""A folder of somebody's own tables on the pages: beside what is published, marked, and never in its place."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from tests.workforce.index.table_folders import a_folder, a_grouping, write

from kaihoken.clock import FixedClock
from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, path_in
from kaihoken.workforce import area_set
from kaihoken.workforce.tables import areas_named

from ..workforce.forbidden import forbidden_in
from .test_pages import said

NOON = FixedClock(datetime(2026, 11, 20, 3, tzinfo=UTC))


def site_of(folder: Path, areas: str = "330") -> Starlette:
    return planner_site(PlannerSettings(data=str(folder), areas=areas), clock=NOON)


@asynccontextmanager
async def pages_of(site: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=site)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://planner", headers={"Accept": "text/html"}
    ) as browser:
        yield browser


@pytest.fixture(scope="module")
def gunma(tmp_path_factory: pytest.TempPathFactory) -> Starlette:
    """The pages beside a folder of 群馬県's ten areas."""
    made = tmp_path_factory.mktemp("own")
    return site_of(a_folder(made / "gunma"), str(a_grouping(made / "gunma.csv")))


async def test_an_area_shows_its_own_index_beside_the_published_one(gunma: Starlette) -> None:
    async with pages_of(gunma) as browser:
        page = (await browser.get("/area/1001")).text
        words = said(page)

        # The published one stays the largest number and the title of the page.
        assert "<title>前橋 " in page
        assert "自分の表から計算した指標" in words
        assert "公表された指標とは別のものです" in words
        assert "医師数（主たる従事先、人） 1,390" in words
        assert words.index("全国との差は") < words.index("自分の表から計算した指標")
        for factor in ("人口あたりの医師の人数", "入院患者の流出入の係数"):
            assert factor in words
        assert "0–4歳のうち 0 歳は 5 分の 1 とみなす" in words
        assert "全国ではなく、この表の圏域の合計と比べている" in words
        facts = (await browser.get("/area/1001/data.json")).json()
        assert facts["own_factors"]["入院患者の流出入の係数"] == "0.950"
        assert facts["rows"][0]["published_index"] != facts["own_index"]
        # 釜石 is in no table of the folder.
        assert "自分の表から計算した指標" not in said((await browser.get("/area/0306")).text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_that_shows_own_tables_speaks_every_language(
    gunma: Starlette, language: str
) -> None:
    async with pages_of(gunma) as browser:
        for path in ("/own", "/own/1001", "/prefecture/10", "/compare?a=1001&b=1002"):
            answer = await browser.get(path_in(language, path))
            assert answer.status_code == 200
            assert 'class="caution"' in answer.text
            assert forbidden_in(said(answer.text)) == []
            assert 'href="/own' in answer.text.replace(path_in(language, "/own"), "/own")


async def test_the_list_offers_every_factor_and_says_what_was_read(gunma: Starlette) -> None:
    async with pages_of(gunma) as browser:
        words = said((await browser.get("/own")).text)
        sheet = (await browser.get("/own.csv")).content.decode("utf-8-sig")
        data = (await browser.get("/own.json")).json()

    assert "圏域の組 gunma、10 区域" in words
    assert "hours.csv 性・年齢階級別の週当たり勤務時間 読み込み済み" in words
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert len(rows) == len(data["rows"]) == 10
    assert float(rows[0]["clinic_flow"]) == pytest.approx(0.95)
    assert data["unconfirmed"][-1] == "nation-of-areas"


async def test_sources_say_which_tables_of_the_folder_were_read(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "faulty")
    write(folder, "consultation-rates", "性別,年齢階級,入院", ["男,0歳,many"])
    async with pages_of(site_of(folder, str(a_grouping(tmp_path / "gunma.csv")))) as browser:
        words = said((await browser.get("/sources")).text)
        nation = said((await browser.get("/")).text)

    assert "要確認 consultation-rates.csv" in words
    assert "読み込み済み hours.csv" in words
    assert "表 consultation-rates に直すところが" in nation


async def test_what_is_missing_waits_with_its_template(tmp_path: Path) -> None:
    async with pages_of(site_of(tmp_path)) as browser:
        words = said((await browser.get("/own")).text)
        moved = await browser.get("/own/0306")

    assert "（consultation-rates）は入力待ちです" in words
    assert (moved.status_code, moved.headers["location"]) == (303, "/own")


async def test_an_area_that_is_drawn_otherwise_has_no_printed_value_beside_it(tmp_path: Path) -> None:
    nation = area_set("330")
    lines = [
        f"{code},{'1001' if area == '1002' else area},own"
        for code, area in nation.of_municipality.items()
        if code.startswith("10")
    ]
    path = tmp_path / "drawn.csv"
    path.write_text("municipality_code,area_code,area_name\n" + "\n".join(lines), encoding="utf-8")
    async with pages_of(
        site_of(a_folder(tmp_path / "tables", areas=areas_named(str(path))), str(path))
    ) as browser:
        drawn = said((await browser.get("/own/1001")).text)
        same = said((await browser.get("/own/1003")).text)
        published = said((await browser.get("/area/1001")).text)

    assert "公表された指標 " not in drawn.replace("公表された指標とは別のものです", "")
    assert "公表された指標 " in same
    assert "自分の表から計算した指標" not in published


def test_a_folder_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="data-folder"):
        site_of(tmp_path / "nowhere")


async def test_a_hubs_visits_stand_apart_with_their_watermark(tmp_path: Path) -> None:
    heading = "二次医療圏コード,受診地コード,性別,年齢階級,受診件数,架空"
    write(tmp_path, "hub-visits", heading, ["1001,1001,男,45～49歳,30,1", "1001,1002,女,45～49歳,12,1"])
    async with pages_of(site_of(tmp_path)) as browser:
        words = said((await browser.get("/visits")).text)
        data = (await browser.get("/visits.json")).json()
        sheet = (await browser.get("/visits.csv")).text
        own = said((await browser.get("/own")).text)

    assert "架空のデータ・国の公式システムではありません" in words
    assert "1001 群馬県 前橋 30 12 0" in words
    assert (data["fictional"], data["notes"][1]) == (True, "架空のデータ・国の公式システムではありません")
    assert sheet.splitlines()[1].endswith(",true")
    # The index still waits: a hub's counts are no flows of the formula.
    assert "は入力待ちです" in own
