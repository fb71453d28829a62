"""How somebody of the staff gets about in a browser: by keyboard alone."""

from playwright.async_api import Page

from .desks import PASSWORD, SIGN

_MOST_TABS = 80


async def signed_in(page: Page, address: str) -> None:
    """The reception's page is open."""
    await page.goto(f"{address}/sign-in")
    await tabbed(page, f"input[value={SIGN}]")
    await page.keyboard.press("Space")
    await typed(page, password=PASSWORD)
    await page.locator("#list").wait_for()


async def tabbed(page: Page, to: str) -> None:
    """By Tab alone, until that has the focus."""
    for _ in range(_MOST_TABS):
        await page.keyboard.press("Tab")
        if await page.evaluate("there => document.activeElement.matches(there)", to):
            return
    raise AssertionError(f"no way to {to} by keyboard")


async def pressed(page: Page, what: str) -> None:
    """A button or link is reached by Tab and pressed; another page comes."""
    await tabbed(page, what)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def typed(page: Page, **fields: str) -> None:
    """Filled in and sent by keyboard alone."""
    for name, text in fields.items():
        await tabbed(page, f"#field-{name}")
        await page.keyboard.insert_text(text)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
