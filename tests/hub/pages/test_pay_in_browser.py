"""「窓口でいくら払う？」 in a real browser: on a phone and at a desk, and without scripts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from ...accessibility import nobody_is_kept_out
from .desk import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with served(tmp_path_factory.mktemp("pay")) as url:
        yield url


async def ask(page: Page, amount: str) -> None:
    await page.locator(".pay-form [name=birthdate]").fill("1985-04-02")
    await page.locator(".pay-form [name=amount]").fill(amount)
    await page.locator("input[value=yen]").check()
    await page.locator("summary").click()
    await page.locator("[name=class]").select_option("A03")
    await page.locator("[name=public]").select_option("54")
    await page.locator(".pay-form > button").click()


@pytest.mark.parametrize("path", ["/pay", "/easy/pay", "/en/pay"])
async def test_the_form_and_its_answer_keep_nobody_out(page: Page, address: str, path: str) -> None:
    language = path.split("/")[1]
    await page.goto(address + path)
    await nobody_is_kept_out(page, f"pay-form-{language}")

    await ask(page, "1000000")
    await page.locator(".pay-amount").wait_for()
    await nobody_is_kept_out(page, f"pay-answer-{language}")


async def test_neither_do_faults(browser: Browser, address: str) -> None:
    page = await browser.new_page()  # a refused form counts as an error of the page elsewhere
    await page.goto(f"{address}/pay")

    await ask(page, "many")
    await page.locator(".faults").wait_for()
    await nobody_is_kept_out(page, "pay-faults")

    await page.close()


async def test_it_works_without_scripts(browser: Browser, address: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}/en/pay")

    await ask(page, "10000")

    assert await page.locator(".pay-amount").inner_text() == "2,000 yen"
    assert "1985" not in page.url
    await context.close()
