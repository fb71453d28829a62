"""The questionnaire, from the staff's code over the patient's phone to the answers at the reception; and a page that
nobody answers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from kaihoken.desk.questionnaire import Sheet, Standing
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.site import desk_site

from ...accessibility import nobody_is_kept_out
from ...hub.hub import BASE, a_hub
from ...serving import served
from ..browsing import pressed, signed_in
from ..desks import SIGN, Counter, a_covered_patient, a_desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONES = "uketsuke.example"
LONG_MS, LONG_ON_PHONE_MS = 200_000, 920_000


@pytest_asyncio.fixture(loop_scope="session")
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    settings = DeskSettings(folder=str(tmp_path / "desk"), hub=BASE, phones=PHONES)
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub, settings) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def address(counter: Counter) -> AsyncIterator[str]:
    async with served(desk_site(counter.desk)) as address:
        yield address


def sheet_of(counter: Counter) -> Sheet:
    (visit,) = counter.desk.day.today()
    sheet = counter.desk.questionnaires.of(visit.visit)
    assert sheet is not None
    return sheet


async def test_from_the_code_to_the_answers_at_the_reception(
    counter: Counter, address: str, page: Page
) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    await signed_in(page, address)
    await page.goto(f"{address}/visit/{visit.visit}")
    await page.keyboard.press("q")
    await expect(page.locator("h1")).to_contain_text("問診票")
    await nobody_is_kept_out(page, "questionnaire-how")
    await pressed(page, "button[value=phone]")
    await expect(page.locator("svg.qr")).to_be_visible()
    await nobody_is_kept_out(page, "questionnaire-code")
    code = await page.locator("#address").inner_text()

    phone = await page.context.new_page()
    await phone.clock.install()
    await phone.goto(address + code.removeprefix(f"https://{PHONES}:8443"))
    await nobody_is_kept_out(phone, "ask-start")
    await phone.locator("main button").click()
    assert await phone.locator("input:checked").count() == 0
    await nobody_is_kept_out(phone, "ask-question")
    while sheet_of(counter).standing is Standing.ASKING:
        at = sheet_of(counter).item
        if at == "symptoms":
            await phone.locator("textarea").fill("せきが出る")
            await phone.clock.fast_forward(LONG_ON_PHONE_MS)
            await expect(phone.get_by_role("dialog")).to_be_visible()
            await nobody_is_kept_out(phone, "ask-still")
            await phone.get_by_role("dialog").locator("button").first.click()
            await nobody_is_kept_out(phone, "ask-written")
        else:
            await phone.get_by_role("radio").last.check()
        await phone.locator("button[value=next]").click()
        await phone.locator(f"main:not(:has(.ask-form input[value={at}]))").wait_for()
    await expect(phone.locator(".ask-text")).to_have_text("せきが出る")
    await nobody_is_kept_out(phone, "ask-review")
    assert await page.get_by_text("せきが出る").count() == 0
    await phone.locator("button[value=send]").click()
    await expect(phone.locator("h1")).to_contain_text("とどきました")
    await nobody_is_kept_out(phone, "ask-sent")

    await expect(page.locator(".answers")).to_contain_text("せきが出る")
    await nobody_is_kept_out(page, "questionnaire-answers")


async def test_a_page_that_nobody_answers_ends_and_shows_nothing(
    counter: Counter, address: str, page: Page
) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    link = counter.desk.questionnaires.open(visit, SIGN, on_screen=True)
    await page.clock.install()
    await page.goto(f"{address}/easy/q/{link}")
    await page.locator("main button").click()
    await page.locator("button[value=skip]").click()
    await expect(page.locator("input[value=referral]")).to_have_count(1)
    await page.clock.fast_forward(LONG_MS)
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.clock.fast_forward(LONG_MS)
    await expect(page.locator("h1")).to_contain_text("おわりました")

    assert sheet_of(counter).standing is Standing.CLOSED
    assert sheet_of(counter).given == ()
