"""The questionnaire on a phone: touched and read by a machine, asked before it ends, and without its script."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

from kaihoken.desk.questionnaire import Sheet, Standing
from kaihoken.desk.site import desk_site

from ...accessibility import barriers, small_targets, wider_than_screen
from ...hub.hub import a_hub
from ...serving import served
from ..desks import SIGN, Counter, a_covered_patient, a_desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = ViewportSize(width=390, height=844)
LONG_MS = 200_000


@pytest_asyncio.fixture(loop_scope="session")
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def link(counter: Counter) -> AsyncIterator[str]:
    visit = counter.arrived(a_covered_patient(counter))
    opened = counter.desk.questionnaires.open(visit, SIGN, on_screen=True)
    async with served(desk_site(counter.desk)) as address:
        yield f"{address}/easy/q/{opened}"


def sheet_of(counter: Counter) -> Sheet:
    (visit,) = counter.desk.day.today()
    sheet = counter.desk.questionnaires.of(visit.visit)
    assert sheet is not None
    return sheet


async def flaws(page: Page) -> list[str]:
    return [*await barriers(page), *await wider_than_screen(page), *await small_targets(page)]


async def test_from_the_link_to_the_reception_by_touch(counter: Counter, link: str, page: Page) -> None:
    await page.clock.install()
    await page.set_viewport_size(PHONE)
    await page.goto(link)
    await page.locator("main button").click()
    assert await page.locator("input:checked").count() == 0
    found = await flaws(page)
    while sheet_of(counter).standing is Standing.ASKING:
        at = sheet_of(counter).item
        if at == "symptoms":
            await page.locator("textarea").fill("せきが出る")
            await page.clock.fast_forward(LONG_MS)
            await expect(page.get_by_role("dialog")).to_be_visible()
            found += await flaws(page)
            await page.get_by_role("dialog").locator("button").first.click()
        else:
            await page.get_by_role("radio").last.check()
        await page.locator("button[value=next]").click()
        await page.locator(f"main:not(:has(.ask-form input[value={at}]))").wait_for()
    await expect(page.locator(".ask-text")).to_have_text("せきが出る")
    found += await flaws(page)
    await page.locator("button[value=send]").click()
    await expect(page.locator("h1")).to_contain_text("とどきました")
    found += await flaws(page)

    assert found == []
    assert sheet_of(counter).standing is Standing.SENT


async def test_a_page_that_nobody_answers_ends_and_shows_nothing(
    counter: Counter, link: str, page: Page
) -> None:
    await page.clock.install()
    await page.goto(link)
    await page.locator("main button").click()
    await page.locator("button[value=skip]").click()
    await expect(page.locator("input[value=referral]")).to_have_count(1)
    await page.clock.fast_forward(LONG_MS)
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.clock.fast_forward(LONG_MS)
    await expect(page.locator("h1")).to_contain_text("おわりました")

    assert sheet_of(counter).standing is Standing.CLOSED
    assert sheet_of(counter).given == ()
