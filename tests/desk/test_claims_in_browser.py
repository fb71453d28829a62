"""The pages of claims in a real browser, at the widths of a desk and of a phone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from kaihoken.desk.site import desk_site

from ..accessibility import nobody_is_kept_out
from ..hub.hub import a_hub
from ..serving import served
from .browsing import signed_in
from .desks import Counter, a_desk
from .test_claims_pages import TROUBLED

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def address(counter: Counter) -> AsyncIterator[str]:
    async with served(desk_site(counter.desk)) as address:
        yield address


async def test_the_month_is_open_to_everybody_and_worked_by_keys(address: str, page: Page) -> None:
    await signed_in(page, address)
    await page.goto(f"{address}/claims")
    await nobody_is_kept_out(page, "claims")
    await page.set_input_files(
        "input[name=file]",
        {"name": "a.UKE", "mimeType": "application/octet-stream", "buffer": TROUBLED},
    )
    await page.get_by_role("button", name="点検する").press("Enter")
    await expect(page.locator("#stake")).to_be_visible()
    await page.locator(".claim summary").first.press("Enter")
    await nobody_is_kept_out(page, "claims-month")
    await page.get_by_role("link", name="確認用ファイルと差分").press("Enter")
    await nobody_is_kept_out(page, "claims-corrected")


async def test_eligibility_is_asked_by_keys_and_open_to_everybody(
    counter: Counter, address: str, page: Page
) -> None:
    counter.desk.claim_questions.sleep = lambda _: asyncio.sleep(0)
    counter.desk.claim_questions.soon = 60.0
    await signed_in(page, address)
    await page.goto(f"{address}/claims")
    await page.set_input_files(
        "input[name=file]",
        {"name": "a.UKE", "mimeType": "application/octet-stream", "buffer": TROUBLED},
    )
    await page.get_by_role("button", name="点検する").press("Enter")
    await page.get_by_role("button", name="資格を確かめる").press("Enter")
    await expect(page.get_by_role("heading", name="資格の確認", level=1)).to_be_visible()
    await expect(page.get_by_text("確認区分の見込み").first).to_be_visible()
    await nobody_is_kept_out(page, "claims-eligibility")
