"""Openings and remote care: days by the rule of the day, forms with marks, own files, and what waits."""

import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kaihoken.clock import FixedClock
from kaihoken.planner import PlannerSettings, planner_site
from kaihoken.workforce import area_set
from kaihoken.workforce.portrait import Atlas

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@asynccontextmanager
async def reading(data: Path | None = None) -> AsyncIterator[httpx.AsyncClient]:
    site = planner_site(PlannerSettings(), Atlas.shipped(data), FixedClock(NOW))
    transport = httpx.ASGITransport(app=site)
    html = {"Accept": "text/html"}
    async with httpx.AsyncClient(transport=transport, base_url="http://planner", headers=html) as one:
        yield one


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_the_nine_are_there_and_nothing_is_told_of_days_unasked() -> None:
    async with reading() as browser:
        page = (await browser.get("/openings")).text
        rows = list(
            csv.DictReader(io.StringIO((await browser.get("/openings/data.csv")).text.lstrip("\ufeff")))
        )

    assert len(rows) == 9
    assert {row["fulfils"] for row in rows} == {"true"}
    assert all(row["area"] in page for row in rows)
    assert "入力待ち" in said(page)
    assert "間に合っています" not in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("notified=2026-11-01&opening=2027-05-01", "間に合っています"),
        ("notified=2026-11-02&opening=2027-05-01", "間に合いません"),
        ("notified=2026-04-01&opening=2026-09-30", "対象ではありません"),
        ("notified=2026-08-31", "2027年3月1日"),
        ("opening=2027-03-01", "2026年9月1日"),
    ],
)
async def test_the_days_are_those_of_the_rule(query: str, words: str) -> None:
    async with reading() as browser:
        page = (await browser.get(f"/openings?{query}")).text

    assert words in said(page)


async def test_a_letter_is_a_form_with_what_the_query_tells() -> None:
    query = "notified=2026-11-01&opening=2027-05-01&area=1301"
    async with reading() as browser:
        receipt = (await browser.get(f"/openings/letter/notified?{query}")).text
        request = (await browser.get("/openings/letter/requested")).text
        none = await browser.get("/openings/letter/withdrawn")

    assert "東京都 区中央部" in receipt
    assert "令和8年11月1日" in receipt
    assert "6か月前までに行われています" in receipt
    assert "〔診療所の名称〕" in receipt
    assert "〔要請する事項〕" in request
    assert none.status_code == 404
    assert "この段階の通知はありません（withdrawn）" in said(none.text)


@pytest.mark.parametrize("day", ["2027-02-30", "1999-01-01", "x"])
async def test_a_day_that_cannot_be_is_refused(day: str) -> None:
    async with reading() as browser:
        answer = await browser.get("/openings", params={"notified": day})

    assert answer.status_code == 400
    assert "2027-04-01 のように" in said(answer.text)


async def test_an_own_index_is_read_by_every_reading(tmp_path: Path) -> None:
    codes = area_set("330").codes
    lines = [f"{code},{400 if code == '1301' else 100}" for code in codes]
    (tmp_path / "outpatient-index.csv").write_text(
        "\n".join(["area_code,outpatient_index", *lines, "9999,1"]), encoding="utf-8"
    )
    async with reading(tmp_path) as browser:
        page = said((await browser.get("/openings")).text)

    assert page.count("東京都 区中央部") == 2  # ÷ n and ÷ (n − 1)
    assert "9999" in page


async def test_remote_care_shows_patients_and_waits_for_doctors() -> None:
    async with reading() as browser:
        page = said((await browser.get("/remote?prefecture=03")).text)
        rows = list(
            csv.DictReader(
                io.StringIO((await browser.get("/remote/data.csv?prefecture=03")).text.lstrip("\ufeff"))
            )
        )

    assert len(rows) == 9 * 10
    assert {row["place"] for row in rows} == {"waiting"}
    assert "0306 釜石" in page
    assert page.count("入力待ち") >= 3


async def test_own_files_of_remote_care_are_worked_out(tmp_path: Path) -> None:
    number = "{value: 0.1, status: unconfirmed, source: 架空}"
    kind = f"{{share: {number}, far_minutes: {number}, near_minutes: {number}, nurse_minutes: {number}}}"
    kinds = f"kinds: {{initial: {kind}, follow-up: {kind}, with-nurse: {kind}, with-doctor: {kind}}}"
    names = ("in_person_minutes", "days_a_week", "session_patients", "session_travel_minutes")
    (tmp_path / "remote-scenario.yaml").write_text(
        "\n".join(["name: 試み", kinds, *(f"{name}: {number}" for name in names)]), encoding="utf-8"
    )
    (tmp_path / "remote-doctors.csv").write_text(
        "area_code,specialty,doctors\n0306,皮膚科,0\n", encoding="utf-8"
    )
    (tmp_path / "core-hospitals.csv").write_text(
        "code,rounds,postings,locums,remote_support\nA,12,0,0,0\nB,0,0,0,0\nC,x,,,\n", encoding="utf-8"
    )
    async with reading(tmp_path) as browser:
        page = said((await browser.get("/remote?area=0306")).text)

    assert "試み" in page
    assert "0306 釜石 皮膚科" in page
    assert re.search(r"A はい 12 はい いいえ", page)
    assert re.search(r"B いいえ 0 いいえ はい", page)
    assert "4 行目の rounds" in page


@pytest.mark.parametrize("name", ["remote-doctors.csv", "remote-scenario.yaml", "core-hospitals.csv"])
async def test_every_file_of_remote_care_has_a_template(name: str) -> None:
    async with reading() as browser:
        answer = await browser.get(f"/remote/{name}")

    assert answer.status_code == 200
    assert len(answer.content) > 40
