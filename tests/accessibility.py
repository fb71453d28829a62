"""What axe-core finds on a page, and whether a page is wider than the screen: for the browser tests of every room."""

from pathlib import Path

from playwright.async_api import Page

_AXE = Path(__file__).parent / "vendor/axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def barriers(page: Page) -> list[str]:
    """Every violation of WCAG 2.2 AA and of axe's best practices on the page as it stands, in words."""
    await page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("rules => axe.run({runOnly: rules})", _RULES)
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def wider_than_screen(page: Page) -> list[str]:
    """The elements that stick out on the right, where the page as a whole scrolls sideways."""
    found: list[str] = await page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
            .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
            .map(element => `${element.tagName}.${element.className}`)"""
    )
    return found


async def small_targets(page: Page) -> list[str]:
    """Links outside of sentences, buttons and fields that are lower than 44 px."""
    found: list[str] = await page.evaluate(
        """() => [...document.querySelectorAll("a:not(p a, li p a), button, input:not([type=hidden]), select")]
            .map(element => element.closest("label") ?? element)
            .filter(element => element.offsetParent !== null && element.getBoundingClientRect().height < 44)
            .filter(element => !element.classList.contains("skip"))
            .map(element => `${element.tagName} ${element.textContent.trim()}`)"""
    )
    return found
