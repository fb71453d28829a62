"""The reception in a real browser, at the widths of a desk and of a phone, by mouse and by keys."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from kaihoken.card import PinAnswer
from kaihoken.coverage.client import HubProblem
from kaihoken.desk.drill import DrillRecord, Drills, Event, Place, Taken
from kaihoken.desk.site import desk_site

from ..accessibility import nobody_is_kept_out
from ..hub.hub import NOW, a_hub, a_row
from ..serving import served
from .browsing import pressed, signed_in, tabbed, typed
from .desks import SIGN, Counter, a_covered_patient, a_desk
from .sandbox import asked, register_sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        await hub.register(a_row())
        await register_sandbox(hub)
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def address(counter: Counter) -> AsyncIterator[str]:
    """Asked for before the page: the page is closed first, and with it the stream of events that a server waits for."""
    async with served(desk_site(counter.desk)) as address:
        yield address


async def test_every_page_of_the_counter_is_open_to_everybody(
    counter: Counter, address: str, page: Page
) -> None:
    valid = await asked(counter, "limit-third", counter.arrived(a_covered_patient(counter, share_percent=20)))
    unclear = await asked(counter, "left-job", counter.arrived(counter.patient("00128", name="見本　健")))
    await signed_in(page, address)
    for name, path in {
        "reception": "/",
        "visit-valid": f"/visit/{valid.visit}",
        "visit-unclear": f"/visit/{unclear.visit}",
        "visit-numbers": f"/visit/{unclear.visit}/numbers",
        "follow-up": "/follow-up",
        "visual": "/visual",
    }.items():
        await page.goto(address + path)
        await nobody_is_kept_out(page, name)


async def test_a_machine_that_fails_is_examined_and_reported(
    counter: Counter, address: str, page: Page
) -> None:
    troubles = counter.desk.troubles
    for _ in range(2):
        troubles.count_pin(PinAnswer.BLOCKED)
    taken = (
        Taken(step=Place.PRINT, event=Event.DONE, seconds=95),
        Taken(step=Place.LAST_CHECK, event=Event.NOT_FOUND, seconds=240),
    )
    ended = NOW - timedelta(days=1)
    record = DrillRecord(drill="1", staff=SIGN, began=ended - timedelta(minutes=6), ended=ended, taken=taken)
    Drills(counter.desk.safe).keep(record)
    counter.wire.down = True
    for _ in range(2):
        with suppress(HubProblem):
            await counter.desk.line.asked(counter.desk.hub.document("/ready"))
    await signed_in(page, address)
    await pressed(page, "nav a[href='/doctor']")
    await expect(page.locator("main")).to_contain_text("次にすること")
    await nobody_is_kept_out(page, "doctor")
    for path, words in {"/doctor/report": "[fault] line", "/troubles": "暗証番号", "/drills": SIGN}.items():
        await page.goto(address + path)
        await expect(page.locator("main")).to_contain_text(words)
        await nobody_is_kept_out(page, path.replace("/", "-").strip("-"))


async def test_who_is_not_clear_is_seen_through_to_the_end_by_keys_alone(
    counter: Counter, address: str, page: Page
) -> None:
    visit = await asked(counter, "left-job", counter.arrived(counter.patient("00128", name="見本　健")))
    await signed_in(page, address)
    await expect(page.locator(".at-reader")).to_have_count(
        0
    )  # it was asked by number, so they stand here already
    await tabbed(page, f"a[href='/visit/{visit.visit}']")
    await page.keyboard.press("Enter")
    await page.locator(".verdict-clarify").wait_for()
    await expect(page.locator(".lawful")).to_contain_text("10割")
    await tabbed(page, "input[name=card]")
    await page.keyboard.press("Space")
    async with page.context.expect_page() as paper:
        await page.keyboard.press("Enter")
    await (await paper.value).close()
    await expect(page.locator(".ticked")).to_contain_text("印刷しました")

    await tabbed(page, ".tick summary")
    await page.keyboard.press("Enter")
    await tabbed(page, ".tick input")
    await page.keyboard.insert_text("カードを忘れた")
    await pressed(page, "button[value=failed]")
    await expect(page.locator(".ticked").first).to_contain_text("カードを忘れた")
    await tabbed(page, "#call summary")
    await page.keyboard.press("Enter")
    await typed(page, who="架空健保", phone="03-0000-0000", due="2026-11-24")
    await nobody_is_kept_out(page, "visit-asked")
    await page.keyboard.press("f")
    await expect(page.locator(".case")).to_contain_text("架空健保")
    await nobody_is_kept_out(page, "follow-up-asked")
    await pressed(page, ".case a")
    await typed(page, reply="12月1日から国保")
    await tabbed(page, "details:has(form[action$=settle]) summary")
    await page.keyboard.press("Enter")
    await typed(page, note="返金 0円")
    await page.keyboard.press("f")
    await expect(page.locator("main .band")).to_be_visible()


async def test_a_patient_is_found_checked_hidden_and_shown_by_keys_alone(
    counter: Counter, address: str, page: Page
) -> None:
    a_covered_patient(counter)
    await signed_in(page, address)
    await page.keyboard.press("/")
    await page.keyboard.type("やまだ")
    await page.locator(".found .pick").wait_for()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.locator("h1", has_text="山田").wait_for()
    await page.keyboard.press("r")
    await page.locator(".verdict-valid").wait_for()
    await page.keyboard.press("F2")
    await page.locator("#lift").wait_for()
    assert "山田" not in await page.content()
    await page.keyboard.press("F2")
    await page.locator(".verdict-valid").wait_for()
    await page.keyboard.press("?")
    assert await page.locator("dialog[open]").is_visible()
