"""Tomorrow's list, the band of a line that is down, taking down and settling, the system-failure mode and a drill, in a
real browser at both widths."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page

from kaihoken.clock import FixedClock
from kaihoken.coverage.client import HubProblem
from kaihoken.desk.drill import STEPS, DrillRecord, Event, Place, Taken
from kaihoken.desk.drilling import drilling
from kaihoken.desk.offline import Seen, TakenDown
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.site import desk_site

from ..accessibility import nobody_is_kept_out
from ..hub.hub import NOW, Ticker, a_hub, a_row
from ..hub.test_failure_mode import LIVES, opened
from ..serving import served
from .browsing import signed_in, tabbed, typed
from .desks import SIGN, Counter, a_covered_patient, a_desk, carried_on, never

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        await hub.register(a_row())
        yield desk


async def test_a_line_goes_down_and_comes_back(counter: Counter, page: Page) -> None:
    known = a_covered_patient(counter)
    counter.expected(known, NOW + timedelta(days=1))
    silent = a_covered_patient(counter, "00300", name="鈴木　番号なし", insured_number="")
    counter.expected(silent, NOW + timedelta(days=1, minutes=15))
    async with served(desk_site(counter.desk)) as address:
        await signed_in(page, address)
        await page.goto(f"{address}/tomorrow")
        await page.locator("main button.first").click()
        await page.get_by_text("1名を照会しています").wait_for()
        await carried_on(counter.desk.evening.carry_on)
        await page.locator(".state-valid", has_text="3割").wait_for()
        await nobody_is_kept_out(page, "tomorrow")

        counter.wire.down = True
        visit = counter.arrived(known)
        await page.goto(f"{address}/visit/{visit.visit}")
        for _ in range(2):
            with suppress(HubProblem):
                await counter.desk.line.asked(counter.desk.hub.document("/ready"))
        await page.locator(".outage").wait_for()
        await page.reload()
        await nobody_is_kept_out(page, "band")
        await page.get_by_role("link", name="見たものを書きとめる").click()
        await nobody_is_kept_out(page, "take-down")
        await page.locator("input[value=card]").check()
        await page.locator("input[value='10']").check()
        await page.locator("main button.first").click()
        await page.get_by_role("link", name="書きとめ 1").click()
        unnumbered = counter.arrived(silent)
        counter.desk.entries.take_down(unnumbered, TakenDown(seen=Seen.NOTHING, note="090-0000-0000"), SIGN)
        counter.wire.down = False
        await carried_on(counter.desk.entries.carry_on)
        await page.goto(f"{address}/settle")
        await page.get_by_role("table").wait_for()
        await nobody_is_kept_out(page, "settle")
        for _ in range(2):
            await page.locator("input[value=call]").first.check()
            await page.get_by_role("button", name="決める").first.click()
        await page.get_by_role("heading", name="済み: 2件").wait_for()
        await page.goto(f"{address}/easy/settle")
        await nobody_is_kept_out(page, "settle-easy")
        await page.close()  # lets go of the events, which the server waits for


async def test_the_system_failure_mode_is_walked_through_by_keyboard_alone(
    counter: Counter, page: Page
) -> None:
    await counter.hub.register(a_row(**LIVES), key="2")
    async with served(desk_site(counter.desk)) as address:
        await signed_in(page, address)
        await page.goto(f"{address}/failure-mode")
        await typed(page, why="停電")
        await opened(counter.hub)
        await typed(page, by="運01", number="03-0000-0000")
        await nobody_is_kept_out(page, "failure-ask")
        await tabbed(page, "#field-name")
        await page.keyboard.insert_text("山田太郎")
        await tabbed(page, "#field-birthdate")
        await page.keyboard.insert_text("1980-01-01")
        await tabbed(page, "input[name=sex]")
        await page.keyboard.press("Space")
        await typed(page, address="東京都架空区9-8-7")
        await page.get_by_text("4情報で見つけた答えです").wait_for()
        await nobody_is_kept_out(page, "failure-answer")
        await page.goto(f"{address}/failure-mode")
        await nobody_is_kept_out(page, "failure-report")
        await tabbed(page, "form[action$=report] button")
        await page.keyboard.press("Enter")
        await page.get_by_text("報告ずみ").wait_for()
        await page.goto(f"{address}/doctor")
        await nobody_is_kept_out(page, "doctor-traffic")
        await page.close()


async def test_a_drill_is_walked_through_on_the_pages_themselves(page: Page, tmp_path: Path) -> None:
    told: list[Taken] = []
    kept: list[DrillRecord] = []
    drill = drilling(
        DeskSettings(), tmp_path, SIGN, FixedClock(NOW), Ticker(), never, told.append, kept.append
    )
    async with drill as (walk, site), served(site) as address:
        await page.goto(f"{address}/sign-in")
        await page.locator("main button.first").click()
        await now_to(page, Place.PRINT)
        await page.get_by_role("link", name="翌日の一覧").click()
        await page.get_by_role("button", name="取りに行く").click()
        paper = page.locator(".actions a.first", has_text="印刷する")
        await page.request.get(address + str(await paper.get_attribute("href")))  # to show it takes long

        await now_to(page, Place.LAST_CHECK)
        await page.goto(address)
        await page.get_by_role("link", name=walk.people.leaver.name).click()
        await page.get_by_role("link", name="見たものを書きとめる").click()
        await page.locator("input[name=seen][value=card]").check()
        await page.locator("input[name=share][value='30']").check()
        await page.get_by_role("button", name="書きとめる").click()
        await now_to(page, Place.NEWCOMER)
        await nobody_is_kept_out(page, "drill-newcomer")
        await page.get_by_role("link", name="名簿にない人を書きとめる").click()
        shown = walk.people.paper
        await page.locator("#field-name").fill("訓練　次郎")
        await page.locator("input[name=seen][value=confirmation]").check()
        for name in ("insurer_number", "symbol", "number", "branch", "birthdate"):
            await page.locator(f"#field-{name}").fill(str(getattr(shown, name)))
        await page.get_by_role("button", name="書きとめる").click()
        await now_to(page, Place.SETTLE)
        for _ in range(3):
            await page.goto(f"{address}/settle")
            ask = page.get_by_role("button", name="いま")
            if await ask.count():
                await ask.click()
        await now_to(page, Place.CONFLICT)
        await page.goto(f"{address}/settle")
        await page.locator("input[value=call]").first.check()
        await page.get_by_role("button", name="決める").first.click()
        await now_to(page, Place.CALL)
        await nobody_is_kept_out(page, "drill-call")
        await page.locator("[aria-current=step] form[action$=not-found] button").click()
        await page.get_by_role("button", name="訓練を終わる").wait_for()
        await nobody_is_kept_out(page, "drill-finished")
        assert [one.event for one in told] == [*[Event.DONE] * (len(STEPS) - 1), Event.NOT_FOUND]
        assert walk.is_finished
        await page.close()


async def now_to(page: Page, step: Place) -> None:
    """The guide of the drill says that this is to be done."""
    await page.locator(".bar-drill").click()
    await page.locator(f"[aria-current=step] input[value={step}]").wait_for(state="attached")
