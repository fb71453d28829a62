"""The reception in a real browser, at the widths of a desk and of a phone, by mouse and by keys."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page

from kaihoken.desk.site import desk_site

from ..accessibility import barriers, small_targets, wider_than_screen
from ..hub.hub import a_hub, a_row
from ..serving import served
from .desks import PASSWORD, SIGN, Counter, a_covered_patient, a_desk
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


async def signed_in(page: Page, address: str) -> None:
    await page.goto(f"{address}/sign-in")
    await page.get_by_label(SIGN).check()
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("main button").click()
    await page.locator("#list").wait_for()


@pytest.mark.parametrize(("width", "height"), [(1400, 860), (390, 844)])
async def test_every_page_of_the_counter_is_open_to_everybody(
    counter: Counter, address: str, page: Page, width: int, height: int
) -> None:
    valid = await asked(counter, "limit-third", counter.arrived(a_covered_patient(counter, share_percent=20)))
    unclear = await asked(counter, "left-job", counter.arrived(counter.patient("00128", name="見本　健")))
    await page.set_viewport_size({"width": width, "height": height})
    await signed_in(page, address)
    for path in (
        "/",
        f"/visit/{valid.visit}",
        f"/visit/{unclear.visit}",
        f"/visit/{unclear.visit}/numbers",
        "/follow-up",
        "/visual",
    ):
        await page.goto(address + path)
        assert await barriers(page) == [], path
        assert await wider_than_screen(page) == [], path
        assert await small_targets(page) == [], path


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
