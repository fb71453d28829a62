"""Tomorrow's list, the band of a line that is down, taking down and settling, in a real browser at both widths."""

import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page

from kaihoken.coverage.client import HubProblem
from kaihoken.desk.offline import Seen, TakenDown
from kaihoken.desk.site import desk_site

from ..accessibility import barriers, small_targets, wider_than_screen
from ..hub.hub import NOW, a_hub, a_row
from ..serving import served
from .desks import PASSWORD, SIGN, Counter, a_covered_patient, a_desk, carried_on

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        await hub.register(a_row())
        yield desk


async def nobody_is_kept_out(page: Page, name: str) -> None:
    """At the width of a desk and of a phone."""
    for width, height in ((1400, 860), (390, 844)):
        await page.set_viewport_size({"width": width, "height": height})
        if folder := os.environ.get("KAIHOKEN_PICTURES"):
            await page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        assert await barriers(page) == [], name
        assert await wider_than_screen(page) == [], name
        assert await small_targets(page) == [], name


async def test_a_line_goes_down_and_comes_back(counter: Counter, page: Page) -> None:
    known = a_covered_patient(counter)
    counter.expected(known, NOW + timedelta(days=1))
    silent = a_covered_patient(counter, "00300", name="鈴木　番号なし", insured_number="")
    counter.expected(silent, NOW + timedelta(days=1, minutes=15))
    async with served(desk_site(counter.desk)) as address:
        await page.goto(f"{address}/sign-in")
        await page.locator(f"input[value={SIGN}]").check()
        await page.locator("#field-password").fill(PASSWORD)
        await page.locator("main button.first").click()
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
