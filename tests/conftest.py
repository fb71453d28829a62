"""What the tests of all rooms share: a browser.

A browser test says `pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]`: the browser lives
on one event loop for the whole run. `make test` has installed Chromium, so a missing one is a failure and not a skip.
"""

import os
import shutil
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

_INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium: the machine's own, else the one that Playwright brought."""
    executable = next(filter(None, map(shutil.which, _INSTALLED)), None)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox"] if as_root else []
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A new page of 1280 × 800 in a context of its own. What the page itself refuses or throws fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    fresh = await context.new_page()
    fresh.on("pageerror", lambda error: complaints.append(str(error)))
    fresh.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield fresh
    await context.close()
    assert complaints == []
