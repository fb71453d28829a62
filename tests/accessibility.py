"""What axe-core finds on a page, and whether a page is wider than the screen: for the browser tests of every room.

KAIHOKEN_PICTURES (a folder) keeps a picture of each page state that is looked at, at both widths.
"""

import os
from pathlib import Path

from playwright.async_api import Page

_AXE = Path(__file__).parent / "vendor/axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_VIOLATIONS = """async rules => {
    const {violations} = await axe.run({runOnly: rules, resultTypes: ["violations"]});
    return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target} ${node.failureSummary}`));
}"""
"""Counted in the page: all that axe passed besides takes four times as long to hand over."""


async def barriers(page: Page) -> list[str]:
    """Every violation of WCAG 2.2 AA and of axe's best practices on the page as it stands, in words."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(_VIOLATIONS, _RULES)
    return found


async def nobody_is_kept_out(page: Page, name: str) -> None:
    """At the width of a phone and of a desk, the page as it stands has no barrier, nothing that sticks out, and no
    target that is hard to hit. `name` is that of its pictures."""
    for width, height in ((390, 844), (1400, 860)):
        await page.set_viewport_size({"width": width, "height": height})
        if folder := os.environ.get("KAIHOKEN_PICTURES"):
            await page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        found = [*await barriers(page), *await wider_than_screen(page), *await small_targets(page)]
        assert found == [], f"{name} at {width}"


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
