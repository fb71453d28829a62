"""「導入の前に」 in a real browser: on a phone, at a desk, without scripts, and on one sheet of paper."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from ...accessibility import nobody_is_kept_out
from .desk import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SUMS = {
    "terminal": "200000",
    "certificate": "1500",
    "network": "40000",
    "line-setup": "30000",
    "modification": "50000",
    "setup": "80000",
    "maintenance": "6000",
    "line-fee": "3000",
    "first_visit_percent": "15",
    "patients_a_day": "50",
    "claims_a_month": "1000",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with served(tmp_path_factory.mktemp("adoption")) as url:
        yield url


async def ask(page: Page, order_on: str = "2022-05-20") -> None:
    await page.locator("[name=facility][value=clinic]").check()
    await page.locator("[name=claims][value=online]").check()
    await page.locator("[name=order_on]").fill(order_on)
    for name, value in SUMS.items():
        await page.locator(f"[name='{name}']").fill(value)
    await page.locator(".more:last-of-type > summary").click()
    await page.locator("[name=as_of]").fill("2022-10-15")
    await page.locator("[name=closing_on]").fill("2023-10-01")
    await page.locator(".sheet-form > button").click()


async def test_the_form_keeps_nobody_out(page: Page, address: str) -> None:
    await page.goto(f"{address}/adoption")

    await nobody_is_kept_out(page, "adoption-form")


@pytest.mark.parametrize("path", ["/adoption", "/easy/adoption", "/en/adoption"])
async def test_the_answer_keeps_nobody_out_and_is_one_sheet_of_paper(
    page: Page, address: str, path: str
) -> None:
    await page.goto(address + path)
    await ask(page)
    await page.locator(".sheet-amount").wait_for()

    await nobody_is_kept_out(page, f"adoption-answer-{path.split('/')[1]}")
    printed = await page.pdf(format="A4")

    assert printed.count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("path", ["/adoption", "/easy/adoption", "/en/adoption"])
async def test_three_quotes_beside_each_other_keep_nobody_out(page: Page, address: str, path: str) -> None:
    await page.goto(address + path)
    for number in (2, 3):
        await page.locator(".more > summary").nth(number - 2).click()
        await page.locator(f"[name=terminal-{number}]").fill("250000")
        await page.locator(f"[name=maintenance-{number}]").fill("5000")
    await ask(page)
    await page.locator(".sheet-beside").wait_for()

    assert await page.locator(".sheet-beside thead th").count() == 4
    await nobody_is_kept_out(page, f"adoption-quotes-{path.split('/')[1]}")


async def test_it_needs_no_scripts_and_a_number_opens_into_its_working(
    browser: Browser, address: str
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}/en/adoption")

    await ask(page, "someday")
    assert await page.locator("#field-order_on-error").is_visible()
    await page.locator("#field-order_on").fill("2022-05-20")
    await page.locator(".sheet-form > button").click()
    assert await page.locator(".sheet-amount").inner_text() == "100,500 yen"

    subsidy = page.locator(".opens").nth(1)
    await subsidy.locator("summary").click()
    assert "3/4" in await subsidy.locator("p").inner_text()
    await context.close()
