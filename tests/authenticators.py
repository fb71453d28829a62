"""Chromium with a virtual authenticator, and whether a page of somebody who signed in keeps anybody out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, CDPSession, Page

from .accessibility import barriers, small_targets, wider_than_screen


@asynccontextmanager
async def a_browser_with_an_authenticator(
    browser: Browser, *, verified: bool = True
) -> AsyncIterator[tuple[Page, CDPSession, str]]:
    context = await browser.new_context(viewport={"width": 1280, "height": 740})
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    added = await devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": verified,
                "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    try:
        yield page, devtools, added["authenticatorId"]
    finally:
        await context.close()


async def nobody_is_kept_out(page: Page) -> None:
    for width in (1280, 360):
        await page.set_viewport_size({"width": width, "height": 740})
        kept_out = [*await barriers(page), *await wider_than_screen(page), *await small_targets(page)]
        assert kept_out == [], (width, kept_out)
