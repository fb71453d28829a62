"""The desk of careers in a real browser: a passkey is made, opens one career on record, and nobody is kept out."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from starlette.types import ASGIApp, Receive, Scope, Send

from kaihoken.access.people import Role
from kaihoken.planner.desk import Desk, careers_desk

from ..authenticators import a_browser_with_an_authenticator, nobody_is_kept_out
from ..serving import served
from ..workforce.careers.builders import SHORT_ALWAYS
from ..workforce.careers.desk import CLOCK, NAME, REASON, records_of
from .test_careers_desk import House, a_house

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with a_house(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.mark.parametrize("language", ["", "/easy", "/en"])
async def test_a_passkey_is_made_opens_one_career_on_record_and_nobody_is_kept_out(
    browser: Browser, house: House, language: str
) -> None:
    waiting = Waiting()
    async with served(waiting) as address, a_browser_with_an_authenticator(browser) as (page, _, _):
        url = address.replace("127.0.0.1", "localhost")
        desk = Desk(house.opened, CLOCK, url, SHORT_ALWAYS)
        waiting.application = careers_desk(desk)
        _, code = await desk.accounts.invite(None, Role.COORDINATOR, "", "", "青空 花子")
        await page.goto(f"{url}{language}/invitation")
        await nobody_is_kept_out(page)
        await page.locator("#field-code").fill(code)
        await page.locator("button.first").click()
        await page.locator("[data-passkey=create] button").click()
        await page.locator("[data-passkey=get]").wait_for()
        await nobody_is_kept_out(page)
        await page.locator("[data-passkey=get] button").click()
        await page.locator("table.people").wait_for()
        await nobody_is_kept_out(page)
        for path in ("/programme", "/counts", "/confirm"):
            await page.goto(f"{url}{language}{path}")
            await nobody_is_kept_out(page)
        await page.goto(f"{url}{language}/people")
        await page.locator("table.people button").first.click()
        await nobody_is_kept_out(page)
        await page.locator("#field-reason").fill(REASON)
        await page.locator("main button.first").click()
        await page.get_by_role("heading", name=NAME).wait_for()
        await nobody_is_kept_out(page)

    assert (await records_of(house.opened.store))[-1][0] == "careers.opened"


class Waiting:
    """An application that is known once its address is."""

    application: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.application is not None
        await self.application(scope, receive, send)
