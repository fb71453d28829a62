"""The patient's screen in a browser: touched, typed, read by a machine, large and small, with and without script."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from kaihoken.card.virtual import Profile
from kaihoken.desk.reader import Attention, Stage
from kaihoken.desk.site import desk_site

from ...accessibility import barriers, small_targets, wider_than_screen
from ...serving import served
from .readers import Desk, a_card, a_reader

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KIOSK, PHONE = ViewportSize(width=1024, height=768), ViewportSize(width=390, height=844)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_reader(tmp_path, attested=True, hub_attested=True) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def address(desk: Desk) -> AsyncIterator[str]:
    async with served(desk_site(desk.counter.desk)) as address:
        yield f"{address}/reader"


async def flaws(page: Page) -> list[str]:
    """What is wrong with the picture as it stands: for who cannot see or point well, and on a small screen."""
    found = await barriers(page)
    for size in (PHONE, KIOSK):
        await page.set_viewport_size(size)
        found += [*await wider_than_screen(page), *await small_targets(page)]
    return found


async def heading(page: Page, words: str) -> None:
    await expect(page.locator("h1")).to_contain_text(words)


async def test_from_card_to_result_by_touch(desk: Desk, address: str, page: Page) -> None:
    await page.set_viewport_size(KIOSK)
    await page.goto(address)
    await heading(page, "マイナンバーカードを")
    found = await flaws(page)
    desk.spot.put(a_card())
    await heading(page, "たしかめますか")
    found += await flaws(page)
    await page.locator("button[value=pin]").click()
    await heading(page, "入")
    found += await flaws(page)
    for digit in "91234":
        await page.get_by_role("button", name=digit, exact=True).click()
        if digit == "9":
            await page.locator("[data-delete]").click()
    assert await page.locator("#pin").get_attribute("type") == "password"
    await page.locator(".reader-send").click()
    await heading(page, "いいですか")
    assert await page.evaluate("document.body.textContent.includes('1234')") is False
    found += await flaws(page)
    boxes = [await page.locator(f"button[value={one}]").bounding_box() for one in ("yes", "no")]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert (boxes[0]["width"], boxes[0]["height"]) == (boxes[1]["width"], boxes[1]["height"])
    while desk.now.stage is Stage.QUESTION:
        step = str(desk.now.step)
        await page.locator(f"[data-step='{step}'] button[value=no]").click()
        await expect(page.locator(f"[data-step='{step}']")).to_have_count(0)
    await heading(page, "できました")
    found += await flaws(page)
    assert await page.locator("#said").text_content()
    desk.spot.take()
    await heading(page, "マイナンバーカードを")

    assert found == []


async def test_the_keyboard_is_enough(desk: Desk, address: str, page: Page) -> None:
    await page.goto(address)
    desk.spot.put(a_card())
    await heading(page, "たしかめますか")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await heading(page, "入")
    await page.keyboard.type("1234")
    await page.keyboard.press("Enter")
    await heading(page, "いいですか")
    step = desk.now.step
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.locator(f"[data-step='{step}']")).to_have_count(0)
    assert [yes for _, yes in desk.now.answers] == [True]
    desk.spot.take()
    await heading(page, "マイナンバーカードを")


async def test_the_next_patient_begins_with_the_easy_words(desk: Desk, address: str, page: Page) -> None:
    await page.goto(address)
    desk.spot.put(a_card(Profile.OTHER))
    await heading(page, "しんさつけん")
    await page.get_by_role("link", name="English").click()
    await heading(page, "another card")
    assert await flaws(page) == []
    desk.spot.take()

    await heading(page, "マイナンバーカードを おいて")
    assert page.url.endswith("/easy/reader")


async def test_pictures_that_are_rare_have_no_barriers_either(desk: Desk, address: str, page: Page) -> None:
    found = []
    await page.goto(address)
    for card, words in (
        (a_card(Profile.PIN_LOCKED), "ほかの やりかた"),
        (a_card(root="real"), "使"),
        (a_card(Profile.ANDROID, tries=1), "あと 1"),
    ):
        desk.spot.put(card)
        await heading(page, words)
        found += await flaws(page)
        desk.spot.take()
        await heading(page, "マイナンバーカードを")
    desk.spot.put(a_card())
    await heading(page, "たしかめますか")
    await desk.quiet(Attention.ASKED)
    await heading(page, "まだ つかいますか")
    found += await flaws(page)
    await desk.quiet(Stage.LEFT_BEHIND)
    await heading(page, "わすれないで")
    found += await flaws(page)
    desk.spot.take()
    await heading(page, "マイナンバーカードを")
    child = desk.counter.patient("00417", name="架空　花", birthdate=date(2021, 4, 1))
    desk.reader.expect(desk.counter.arrived(child).visit)
    desk.spot.put(a_card())
    await page.locator("button[value=pin]").click()
    await page.locator("#pin").fill("1234")
    await page.locator(".reader-send").click()
    await heading(page, "だれが")
    found += await flaws(page)
    sizes = [await page.locator(f"button[value={who}]").bounding_box() for who in ("guardian", "person")]
    assert len({(one["width"], one["height"]) for one in sizes if one is not None}) == 1
    await page.locator("button[value=guardian]").click()
    await heading(page, "いいですか")
    desk.spot.take()

    assert found == []


async def test_without_its_script_it_goes_on_by_itself_and_by_forms(
    desk: Desk, address: str, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport=KIOSK)
    page = await context.new_page()
    await page.goto(address)
    desk.spot.put(a_card())
    await heading(page, "たしかめますか")  # the page fetches itself again
    await page.locator("button[value=pin]").click()
    await page.locator("#pin").fill("1234")
    await page.locator(".reader-send").click()
    await heading(page, "いいですか")
    await page.locator("button[value=yes]").click()
    await heading(page, "健康診断")
    desk.spot.take()
    await context.close()

    assert "1234" not in page.url
