"""The eligibility of a claim file at the desk: one bulk question, verdicts beside their visits, a line that breaks."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import TypedDict

import httpx
import msgspec
import pytest
import pytest_asyncio

from kaihoken.clock import FixedClock
from kaihoken.desk.asking import check_of_file
from kaihoken.desk.checked import By
from kaihoken.desk.claimquestions import Under

from ..claims.eligibility.claimed import lines_of_claim
from ..claims.files import a_file
from ..coverage.people import covered_by
from ..hub.hub import a_hub, a_row
from .desks import Counter, a_covered_patient, a_desk
from .test_claims_pages import page_of

NAME = "金糸雀　鳴子"
SYMBOL = "１２３４５６７８"
FILE = a_file(
    lines_of_claim(covered_by(symbol=SYMBOL), 3, 10, place=1),
    lines_of_claim(covered_by(symbol=SYMBOL, number="57"), 3, 10, place=2, branch=""),
    lines_of_claim(covered_by(symbol=SYMBOL, number="999"), 3, 10, place=3),
)


class Day(TypedDict, total=False):
    kept: str
    answer_hash: str
    batch: int


class Told(TypedDict):
    verdict: str | None
    unasked: str | None
    differs: list[str]
    days: list[Day]


class AtWork(httpx.AsyncBaseTransport):
    """A line to a hub that says of every list that two questions are answered, until its work is done."""

    def __init__(self, counter: Counter) -> None:
        self.inner, counter.wire.inner = counter.wire.inner, self
        self.done = False
        self.looked = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.inner.handle_async_request(request)
        if self.done or request.url.path != "/v1/bulk-checks/status":
            return answer
        self.looked.set()
        told = {**json.loads(await answer.aread()), "state": "working", "normal": 2, "errors": 0}
        return httpx.Response(200, json=told, request=request)


class InTwoPages(httpx.AsyncBaseTransport):
    """A line to a hub whose answers come in pages of three; it breaks behind the first of them."""

    def __init__(self, counter: Counter) -> None:
        self.wire = counter.wire
        self.inner, counter.wire.inner = counter.wire.inner, self

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(await request.aread()) if request.url.path == "/v1/bulk-checks/results" else {}
        if not asked:
            return await self.inner.handle_async_request(request)
        whole = httpx.Request("POST", request.url, json={**asked, "cursor": ""}, headers=_plain(request))
        rows = (await (await self.inner.handle_async_request(whole)).aread()).splitlines(keepends=True)
        self.wire.down = not asked.get("cursor")
        page, after = (
            (rows[3:], {}) if asked.get("cursor") else (rows[:3], {"Kaihoken-Next-Cursor": "second"})
        )
        return httpx.Response(200, content=b"".join(page), headers=after, request=request)


def _plain(request: httpx.Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name != "content-length"}


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        for key, row in (
            ("own", a_row(symbol="12345678", lost="2026-10-05", loss_reason="03")),
            (
                "other",
                a_row(link="link-sato", symbol="12345678", number="57"),
            ),
        ):
            assert (await hub.register(row, key=key)).json()["refused"] == 0
        desk.desk.claim_questions.sleep = lambda _: asyncio.sleep(0.01)
        desk.desk.claim_questions.soon = 60.0
        desk.signed_in()
        yield desk


async def asked(counter: Counter, where: str, times: int = 0) -> httpx.Response:
    return await counter.post(f"{where}/eligibility", times=str(times))


async def verdicts(counter: Counter, where: str) -> list[Told]:
    told: list[Told] = (await counter.http.get(f"{where}/eligibility.json")).json()["verdicts"]
    return told


async def test_a_file_is_asked_about_in_one_question_and_its_yen_are_renewed(counter: Counter) -> None:
    where = await page_of(counter, FILE)
    before = (await counter.http.get(f"{where}/data")).json()["at_stake"]
    first = (await counter.http.get(where)).text
    counter.wire.sent.clear()
    counter.wire.bodies.clear()

    answer = await asked(counter, where)
    page = (await counter.http.get(answer.headers["location"])).text
    after = (await counter.http.get(f"{where}/data")).json()["at_stake"]
    rows = [
        json.loads(row)
        for path, body in zip(counter.wire.sent, counter.wire.bodies, strict=True)
        if path == "/v1/bulk-checks"
        for row in body.splitlines()
    ]

    assert "資格を確かめる" in first
    assert "病名・診療の内容・点数は送りません" in first
    assert [one["verdict"] for one in await verdicts(counter, where)] == ["lost", "branch-fixed", "unknown"]
    assert [one["differs"] for one in await verdicts(counter, where)] == [[], [], []]
    assert (before["receipts"], after["receipts"]) == (0, 2)
    assert after["yen"] > before["yen"]
    assert f"{after['yen']:,}円" in page
    assert "2026-10-05 から、この資格ではない" in page
    assert "確認区分の見込み 06" in page
    assert "未確認" in page
    assert counter.wire.sent.count("/v1/bulk-checks") == 1
    assert {key for row in rows for key in row} == {
        "insurer_number", "symbol", "number", "branch", "birthdate", "on", "id", "name", "sex",
        "relation",
    }  # fmt: skip


async def test_a_line_that_breaks_leaves_the_rest_and_is_gone_on_with(counter: Counter) -> None:
    where, hub = await page_of(counter, FILE), AtWork(counter)

    async def cut(_: float) -> None:
        counter.wire.down = True

    whole, counter.desk.claim_questions.sleep = counter.desk.claim_questions.sleep, cut
    await asked(counter, where)
    broken = (await counter.http.get(f"{where}/eligibility")).text
    told = await verdicts(counter, where)
    month = (await counter.http.get(where)).text

    assert "途中で止まりました。6件はまだ確かめていません" in broken
    assert "access.hub-unreachable" in broken
    assert [one["unasked"] for one in told] == ["not-answered"] * 3
    assert "直すレセプト" in month

    counter.wire.down, hub.done = False, True
    counter.desk.claim_questions.sleep = whole
    await asked(counter, where, times=1)
    again = await asked(counter, where, times=1)
    page = (await counter.http.get(again.headers["location"])).text

    assert "6件のうち 6件" in page
    assert "途中で止まりました" not in page
    assert "もう一度確かめる" in page
    assert counter.wire.sent.count("/v1/bulk-checks") == 1


async def test_a_line_that_breaks_between_two_pages_keeps_the_first_and_marks_the_rest(
    counter: Counter,
) -> None:
    where, _ = await page_of(counter, FILE), InTwoPages(counter)
    await asked(counter, where)
    page = (await counter.http.get(f"{where}/eligibility")).text
    half = await verdicts(counter, where)
    month = (await counter.http.get(where)).text
    for place in ("1", "2"):
        await counter.post(f"{where}/done", place=place, done="yes")
    ticked = (await counter.http.get(where)).text
    counter.wire.down = False
    await asked(counter, where, times=1)
    whole = await verdicts(counter, where)

    assert "まず、直すレセプト 2件を見る" in month
    assert "つぎに、資格を確かめる" in ticked
    assert "6件のうち 3件の答えがあります" in page
    assert "途中で止まりました。3件はまだ確かめていません" in page
    assert [[bool(day.get("answer_hash")) for day in one["days"]] for one in half] == [
        [True, True], [True, False], [False, False],
    ]  # fmt: skip
    assert [one["verdict"] for one in half] == ["lost", None, None]
    assert [one["unasked"] for one in half] == [None, "not-answered", "not-answered"]
    assert [one["verdict"] for one in whole] == ["lost", "branch-fixed", "unknown"]
    assert counter.wire.sent.count("/v1/bulk-checks") == 1


async def test_the_asking_goes_on_while_the_page_is_left_and_says_how_far_it_is(counter: Counter) -> None:
    where = await page_of(counter, FILE)
    questions, hub = counter.desk.claim_questions, AtWork(counter)
    questions.soon = 0.0
    before = counter.desk.events.count("claims")
    pressed = await asked(counter, where)
    await hub.looked.wait()
    async for _ in counter.desk.events.listen():
        if questions.under(where.removeprefix("/claims/")) == Under(2, 6):
            break
    again = await asked(counter, where)
    under = (await counter.http.get(f"{where}/eligibility")).text
    month = (await counter.http.get(where)).text
    reception = await counter.http.get("/")
    dropped_again = await page_of(counter, FILE)
    hub.done, questions.soon = True, 60.0
    await asked(counter, where)
    done = (await counter.http.get(f"{where}/eligibility")).text

    assert pressed.headers["location"] == again.headers["location"] == f"{where}/eligibility"
    for page in (under, month):
        assert "確かめています。6件のうち 2件の答えが出ました" in page
        assert '<progress id="asking"' in page
        assert "資格を確かめる</button>" not in page
    assert reception.status_code == 200
    assert dropped_again == where
    assert "6件のうち 6件の答えがあります" in done
    assert "<progress" not in done
    assert counter.desk.events.count("claims") == before + 1
    assert counter.wire.sent.count("/v1/bulk-checks") == 1


async def test_what_is_known_stays_where_asking_once_more_breaks_off(counter: Counter) -> None:
    where = await page_of(counter, FILE)
    await asked(counter, where)
    known = await verdicts(counter, where)
    questions, hub = counter.desk.claim_questions, AtWork(counter)
    whole = questions.sleep

    async def cut(_: float) -> None:
        counter.wire.down = True

    questions.sleep = cut
    await asked(counter, where, times=1)
    broken = (await counter.http.get(f"{where}/eligibility")).text
    after = await verdicts(counter, where)
    counter.wire.down, questions.sleep, hub.done = False, whole, True
    await asked(counter, where, times=2)
    mended = (await counter.http.get(f"{where}/eligibility")).text

    assert "もう一度の確認は、途中で止まりました" in broken
    assert after == known
    assert "途中で止まりました" not in mended
    assert counter.wire.sent.count("/v1/bulk-checks") == 2


async def test_a_desk_that_ends_while_it_asks_gives_up(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        async with a_desk(tmp_path / "desk", hub) as counter:
            counter.signed_in()
            questions, at_work = counter.desk.claim_questions, AtWork(counter)
            questions.soon = 0.0
            where = await page_of(counter, FILE)
            await asked(counter, where)
            await at_work.looked.wait()
        await questions.ask(where.removeprefix("/claims/"), 0)

    assert questions.under(where.removeprefix("/claims/")) is None


async def test_a_month_of_wrong_numbers_pauses_no_question_of_the_reception(counter: Counter) -> None:
    wrong = [
        lines_of_claim(covered_by(symbol=SYMBOL, number=str(number)), 3, place=at)
        for at, number in enumerate(range(10_000, 10_070), 1)
    ]
    where = await page_of(counter, a_file(*wrong))
    await asked(counter, where)
    page = (await counter.http.get(f"{where}/eligibility")).text
    visit = counter.arrived(a_covered_patient(counter, symbol="12345678"))
    patient = counter.desk.patients.get(visit.patient)
    assert patient is not None
    answered = await counter.desk.asking.check(visit, check_of_file(patient), By.NUMBER, "受付A")

    assert "70件のうち 60件の答えがあります" in page
    assert "access.not-found-burst" in page
    assert answered.checks[-1].answer is not None


async def test_a_verdict_leads_to_the_visit_and_the_receipt_that_was_kept(counter: Counter) -> None:
    patient = a_covered_patient(counter, symbol="12345678")
    visit = counter.arrived(patient)
    await counter.desk.asking.check(visit, check_of_file(patient), By.NUMBER, "受付A")
    counter.desk.day.put(msgspec.structs.replace(counter.desk.day.get(visit.visit), day=date(2026, 10, 3)))
    where = await page_of(counter, FILE)
    await asked(counter, where)

    page = (await counter.http.get(f"{where}/eligibility?show=lost")).text
    whole = (await counter.http.get(f"{where}/eligibility?show=as-written")).text
    (lost, branch, unknown) = await verdicts(counter, where)

    assert [day.get("kept", "") for day in lost["days"]] == [visit.visit, ""]
    assert [day.get("kept", "") for one in (branch, unknown) for day in one["days"]] == [""] * 4
    assert f'href="/visit/{visit.visit}"' in page
    assert all(day["answer_hash"] in page and f"一括 {day['batch']}" in page for day in lost["days"])
    assert "ハブの記録" not in whole
    assert "控え" in page
    assert (await counter.http.get(f"/visit/{visit.visit}")).status_code == 200


async def test_the_registered_branch_is_handed_to_the_file_for_checking(counter: Counter) -> None:
    where = await page_of(counter, FILE)
    await asked(counter, where)

    shown = (await counter.http.get(f"{where}/corrected")).text
    saved = (await counter.post(f"{where}/corrected")).content

    assert "「<code>01</code>」" in shown
    assert sum(a != b for a, b in zip(saved.splitlines(), FILE.splitlines(), strict=True)) == 1
    assert b"SN,1,01,,,,01," in saved


async def test_without_a_line_the_button_says_so_and_the_rest_works(counter: Counter) -> None:
    where = await page_of(counter, FILE)
    counter.wire.down = True
    for times in range(2):
        await asked(counter, where, times)
    month = (await counter.http.get(where)).text

    assert "いまは回線が切れています" in month
    assert "disabled" in month
    assert (await counter.http.get(f"{where}/slips")).content.startswith(b"%PDF-")
    assert (await asked(counter, "/claims/gone")).status_code == 404


async def test_a_refusal_of_this_desk_is_told_and_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        tomorrow = FixedClock(hub.clock.now() + timedelta(days=1))
        async with a_desk(tmp_path / "desk", hub, clock=tomorrow) as counter:
            counter.signed_in()
            counter.desk.claim_questions.soon = 60.0
            where = await page_of(counter, FILE)
            refused = await asked(counter, where)
            data = (await counter.http.get(f"{where}/eligibility.json")).json()

    assert "desk.clock-wrong" in refused.text
    assert data == {"asking": None, "verdicts": []}


async def test_no_name_or_number_reaches_a_log_an_address_or_the_disk(
    counter: Counter, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    lines = lines_of_claim(covered_by(symbol="ｶﾅﾘｱ", number="99887766"), 3)
    lines[0][4] = NAME
    with caplog.at_level(logging.DEBUG):
        where = await page_of(counter, a_file(lines))
        answer = await asked(counter, where)
        page = (await counter.http.get(f"{where}/eligibility?show=unknown")).text
        data = (await counter.http.get(f"{where}/eligibility.json")).text
    disk = b"".join(file.read_bytes() for file in (tmp_path / "desk").rglob("*") if file.is_file())

    assert NAME in page
    for canary in (NAME, "ｶﾅﾘｱ", "99887766"):
        assert canary not in f"{caplog.text} {answer.headers['location']} {counter.wire.sent} {data}"
        assert canary.encode() not in disk
    assert b"8830052" not in b"".join(counter.wire.bodies)
