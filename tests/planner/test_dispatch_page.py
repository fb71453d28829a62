"""派遣調整案・候補: what the page proposes is what the room found, in counts; what binds or is awaited is said."""

import csv
import io
import re
import shutil
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import httpx
import pytest

from kaihoken.clock import FixedClock
from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.workforce.dispatch import EXAMPLE_CASE, Infeasible, basis_of, propose, read_case
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.matching import EXAMPLE_ROUND
from kaihoken.workforce.portrait import Atlas

MADE_UP = "架空のデータ・国の公式システムではありません"


@cache
def shipped() -> Atlas:
    return Atlas.shipped()


@asynccontextmanager
async def planner(data: Path | None = None) -> AsyncIterator[httpx.AsyncClient]:
    clock = FixedClock(datetime(2026, 11, 20, 3, tzinfo=UTC))
    site = planner_site(PlannerSettings(), replace(shipped(), data=data), clock)
    transport = httpx.ASGITransport(app=site)
    html = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://planner", headers=html) as one:
        yield one


@pytest.fixture
async def example() -> AsyncIterator[httpx.AsyncClient]:
    async with planner() as one:
        yield one


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A data folder with a case of its own that is not made up."""
    shutil.copytree(EXAMPLE_CASE, tmp_path / "dispatch")
    changed(tmp_path / "dispatch" / "case.toml", "fictitious = true", "fictitious = false")
    return tmp_path


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def page(data: Path, query: str = "") -> str:
    async with planner(data) as browser:
        return said((await browser.get(f"/dispatch{query}")).text)


async def test_the_example_is_marked_and_proposes_by_hospital_department_and_number(
    example: httpx.AsyncClient,
) -> None:
    words = said((await example.get("/dispatch")).text)

    assert words.count(MADE_UP) == 2
    assert "自分の案件がまだないので" in words
    assert "候補: 医師 2人と週 8日" in words
    assert "盛岡A病院 内科 釜石C病院 内科 2人 1.96 110分" in words
    assert "盛岡B病院 内科 釜石C病院 内科 週5日 1.00 105分" in words
    assert "決定ではありません" in words


async def test_sum_and_fairness_stand_side_by_side_and_either_can_be_asked_for(
    example: httpx.AsyncClient,
) -> None:
    fair = said((await example.get("/dispatch?aim=fair")).text)
    rows = table((await example.get("/dispatch/data.csv?aim=fair")).content)

    assert "二戸の内科 2.00 0.00 (0%) 1.00 (50%)" in fair
    assert "盛岡B病院 内科 二戸E病院 内科 週5日" in fair
    assert ("二戸E病院", "5") in {(row["receiver_hospital"], row["units"]) for row in rows}
    assert {row["watermark"][: len(MADE_UP)] for row in rows} == {MADE_UP}


async def test_an_aim_that_is_none_is_refused(example: httpx.AsyncClient) -> None:
    answer = await example.get("/dispatch?aim=best", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "planner.dispatch-query")


async def test_hours_stand_at_both_ends_beside_ceilings_with_their_source(example: httpx.AsyncClient) -> None:
    words = said((await example.get("/dispatch")).text)

    assert "盛岡A病院 内科 連携B水準 送り出す 年・全勤務先の合計 542 780 1,860 上限内" in words
    assert "月（上限未満） 45 65 100 面接指導あり" in words
    assert "釜石C病院 内科 A水準 受け入れる 年・全勤務先の合計 910 0 960 上限内" in words
    assert "確認済み 労働時間の上限: 2024年4月1日" in words
    assert "医政局" in words
    assert "水準の違う勤務先があるときは" in words


async def test_what_was_asked_is_told_with_what_became_of_it(example: httpx.AsyncClient) -> None:
    words = said((await example.get("/dispatch")).text)

    assert "派遣元に残す人数 盛岡A病院 内科 22 以上 22 ちょうど限度" in words
    assert "派遣元に残す人数 盛岡A病院 小児科 8 以上 8.4 守られている" in words
    assert "キャリア形成プログラム等の義務 令和元年度入学の義務 1 以上 2 守られている" in words
    assert "移動時間の上限 120分 － 外した候補 1" in words
    assert "希望のある先 10件" in words


async def test_the_file_says_what_the_room_found(example: httpx.AsyncClient) -> None:
    facts = (await example.get("/dispatch/data.json")).json()

    read = read_case(EXAMPLE_CASE, basis_of(shipped_index()))
    direct = propose(read.case, read.terms)
    assert not isinstance(direct, Infeasible)
    assert sum(row["units"] for row in facts["rows"]) == direct.units.sum()
    assert [need["covered"] for need in facts["needs"]] == direct.covered.tolist()
    assert (facts["certified"], facts["gap"]) == (True, direct.gap)
    assert facts["ceilings"]["status"] == "confirmed"
    assert "several_levels" in facts["ceilings"]["unconfirmed"]
    assert {one["value"] > 0 for one in facts["one_more"] if one["department"] == "盛岡B内科"} == {True}


async def test_a_case_of_ones_own_takes_the_place_of_the_example_and_bears_no_mark(own: Path) -> None:
    words = await page(own)

    assert words.count(MADE_UP) == 1  # the round of matching
    assert "自分の案件がまだないので" not in words
    assert "候補: 医師 2人と週 8日" in words


async def test_a_file_that_changes_changes_the_page(own: Path) -> None:
    async with planner(own) as browser:
        before = said((await browser.get("/dispatch")).text)
        changed(own / "dispatch" / "departments.csv", "24,0.98,linked-B,22", "24,0.98,linked-B,23")
        after = said((await browser.get("/dispatch")).text)

    assert "候補: 医師 2人と週 8日" in before
    assert "候補: 医師 1人と週 8日" in after


async def test_what_binds_is_told_in_words_with_what_would_loosen_it(own: Path) -> None:
    changed(own / "dispatch" / "case.toml", "least = 1", "least = 3")
    changed(own / "dispatch" / "moves.csv", "doctor,46,2", "doctor,46,9")

    async with planner(own) as browser:
        words = said((await browser.get("/dispatch")).text)
        rows = table((await browser.get("/dispatch/data.csv")).content)

    assert "すべての条件を同時に満たす案はありません" in words
    assert "派遣元に残す人数 盛岡A病院 内科 22 1 ゆるめる" in words
    assert "キャリア形成プログラム等の義務 令和元年度入学の義務 3 1 ゆるめる" in words
    assert {row["rule"] for row in rows} == {"keeps", "duty"}


async def test_a_ceiling_that_binds_cannot_be_loosened(own: Path) -> None:
    changed(own / "dispatch" / "departments.csv", "24,0.98,linked-B,22,1150", "24,0.98,linked-B,22,1700")

    words = await page(own)

    assert "すべての条件を同時に満たす案はありません" in words
    assert re.search(r"時間外労働の上限 盛岡A病院 内科 [\d.]+ ゆるめられない", words)


async def test_no_proposal_is_made_while_a_row_cannot_be_read(own: Path) -> None:
    changed(own / "dispatch" / "departments.csv", "0306,内科,4,", "0306,内科,四,")

    async with planner(own) as browser:
        words = said((await browser.get("/dispatch")).text)
        data = await browser.get("/dispatch/data.json", headers={"Accept": "application/json"})

    assert "departments.csv の 5 行目を読めません" in words
    assert "候補: 医師" not in words
    assert (data.status_code, data.json()["code"]) == (422, "workforce.dispatch-row")


async def test_a_case_without_a_file_says_which_and_the_rest_stands(own: Path) -> None:
    (own / "dispatch" / "needs.csv").unlink()

    words = await page(own)

    assert "派遣の needs.csv を読めません" in words
    assert "地域ごとの人数" in words


async def test_locum_requests_are_awaited_and_then_counted_without_the_bad_rows(own: Path) -> None:
    waiting = await page(own)
    (own / "locum.csv").write_text(
        "area,department,first,last,state\n"
        "0306,内科,2025-06-02,2025-06-06,done\n"
        "0306,内科,2026-03-31,2026-03-31,unfilled\n"
        "0306,内科,2026-04-01,2026-04-02,asked\n"
        "306,内科,2026-04-01,2026-04-02,asked\n"
        "0306,内科,2026-04-02,2026-04-01,asked\n"
        "0306,内科,2026-04-01,2026-04-02,lost\n",
        encoding="utf-8",
    )

    counted = await page(own)

    assert "入力待ち データのフォルダーに「locum.csv」" in waiting
    assert "2025 0306 岩手県 釜石 2 1 0 1 0 6 5" in counted
    assert "2026 0306 岩手県 釜石 1 0 0 0 1 2 0" in counted
    assert "読めない行 3" in counted
    assert "5 行目、area: 306 (0306)" in counted
    assert "6 行目、last" in counted
    assert "7 行目、state" in counted


async def test_the_council_sees_counts_and_small_ones_are_hidden(example: httpx.AsyncClient) -> None:
    words = said((await example.get("/dispatch")).text)

    assert "見るのは自分の希望と自分の結果だけです" in words
    assert "二戸 10 4 3 最小数に届かない" in words
    assert "23 ＊ ＊ 0 0 0 ＊" in words
    assert not re.search(r"\bk\d\d\b", words)


async def test_a_round_of_ones_own_says_which_row_cannot_be_read(own: Path) -> None:
    shutil.copytree(EXAMPLE_ROUND, own / "matching")
    changed(own / "matching" / "posts.csv", "盛岡A内科,盛岡,14,", "盛岡A内科,盛岡,十四,")
    changed(own / "matching" / "facts.csv", "true", "yes")

    words = await page(own)

    assert "posts.csv の 2 行目、seats: 十四" in words
    assert "facts.csv の 2 行目、returning: yes" in words
    assert "地域ごとの人数" not in words


async def test_a_round_without_its_head_is_said(own: Path) -> None:
    (own / "matching").mkdir()

    assert "マッチングの round.toml を読めません" in await page(own)


@pytest.mark.parametrize("name", ["dispatch", "matching"])
async def test_a_template_makes_the_page_again(example: httpx.AsyncClient, tmp_path: Path, name: str) -> None:
    archive = (await example.get(f"/dispatch/template/{name}.zip")).content

    zipfile.ZipFile(io.BytesIO(archive)).extractall(tmp_path / name)

    proposed = said((await example.get("/dispatch")).text)
    again = await page(tmp_path)
    for words in ("候補: 医師 2人と週 8日", "二戸 10 4 3 最小数に届かない"):
        assert words in proposed
        assert words in again


async def test_a_template_that_is_none_is_refused(example: httpx.AsyncClient) -> None:
    assert (await example.get("/dispatch/template/doctors.csv")).status_code == 400
