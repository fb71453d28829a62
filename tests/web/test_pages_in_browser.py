"""Every part of a page in a real browser: reachable by everybody, on a phone, on paper, without scripts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from ..accessibility import barriers, small_targets, wider_than_screen
from .sample import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address() -> AsyncIterator[str]:
    async with served() as url:
        yield url


@pytest.mark.parametrize("path", ["/", "/easy/", "/en/"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_nobody_is_kept_out(page: Page, address: str, path: str, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 740})
    await page.goto(address + path)

    assert await barriers(page) == []
    assert await wider_than_screen(page) == []
    assert await small_targets(page) == []


async def test_a_barrier_would_be_found(page: Page, address: str) -> None:
    await page.goto(address)
    await page.evaluate("document.querySelector('label').remove()")
    await page.evaluate("document.querySelector('h1').style.minWidth = '2000px'")
    await page.evaluate("document.querySelector('.button').style.minHeight = '0'")

    assert any("label" in barrier for barrier in await barriers(page))
    assert any("H1" in element for element in await wider_than_screen(page))
    assert len(await small_targets(page)) == 1


async def test_copying_puts_the_text_on_the_clipboard_and_says_so(page: Page, address: str) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(address)

    await page.get_by_role("button", name="コピー").click()

    await page.get_by_text("コピーしました").wait_for()
    assert (await page.evaluate("navigator.clipboard.readText()")).startswith("<XmlMsg>")


async def test_without_a_clipboard_the_text_is_left_selected(page: Page, address: str) -> None:
    await page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    await page.goto(address)

    await page.get_by_role("button", name="コピー").click()

    await page.get_by_text("コピーしました").wait_for()
    assert "<XmlMsg>" in await page.evaluate("getSelection().toString()")


async def test_without_scripts_no_button_is_dead_and_the_languages_work(
    browser: Browser, address: str
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    bare = await context.new_page()
    await bare.goto(address)

    assert await bare.get_by_role("button", name="コピー").count() == 0
    await bare.get_by_role("link", name="English").click()
    assert bare.url == f"{address}/en/"
    assert await bare.get_by_text("Fictional data. Not an official system of Japan.").count() == 2
    await context.close()


async def test_the_first_tab_stop_jumps_over_the_bar(page: Page, address: str) -> None:
    await page.goto(address)

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    assert await page.evaluate("document.activeElement.id") == "main"


async def test_paper_has_no_buttons_and_no_colour(page: Page, address: str) -> None:
    await page.goto(address)
    await page.emulate_media(media="print")

    assert await page.get_by_role("button", name="番号を入力").count() == 0
    coloured = await page.evaluate(
        """() => [...document.querySelectorAll(".verdict, .verdict *, .state, .demo, .required, .bar-status")]
            .filter(element => !/^rgba?\\((\\d+), \\1, \\1/.test(getComputedStyle(element).color))
            .map(element => element.className)"""
    )
    assert coloured == []


async def test_scripts_that_are_not_ours_do_not_run(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.goto(address)

    await page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = 1";
            document.body.append(script);
        }"""
    )

    assert await page.evaluate("window.ran") is None
    await page.close()
