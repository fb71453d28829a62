"""The patient at the reader and the staff at the counter, each at a screen of their own: a parent answers for a child
and is looked at, a card is left and comes back to its owner, a card is registered for the first time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from kaihoken.desk.reader import Stage
from kaihoken.desk.site import desk_site

from ...accessibility import nobody_is_kept_out
from ...hub.cards import a_holder_service
from ...serving import served
from ..browsing import pressed, signed_in, tabbed, typed
from ..desks import PASSWORD, a_covered_patient
from .readers import Desk, a_card, a_reader, reached

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

UNKNOWN = 7_000_007
FACILITYS = "looking closely"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with (
        a_holder_service() as holders,
        a_reader(tmp_path, attested=True, hub_attested=True, holders=holders) as desk,
    ):
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def address(desk: Desk) -> AsyncIterator[str]:
    async with served(desk_site(desk.counter.desk)) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def patient(address: str, page: Page) -> Page:
    """The patient's screen."""
    screen = await page.context.new_page()
    await screen.goto(f"{address}/reader")
    return screen


async def shows(screen: Page, words: str) -> None:
    await expect(screen.locator("h1")).to_contain_text(words)


async def answers(desk: Desk, screen: Page, answer: str) -> None:
    """Whatever is asked is answered so."""
    while desk.now.stage is Stage.QUESTION:
        step = f"[data-step='{desk.now.step}']"
        await screen.locator(f"{step} button[value={answer}]").click()
        await expect(screen.locator(step)).to_have_count(0)


async def test_a_parent_is_looked_at_and_answers_and_the_card_that_is_left_finds_its_owner(
    desk: Desk, address: str, page: Page, patient: Page
) -> None:
    a_covered_patient(desk.counter, phone="090-0000-0000")
    await signed_in(page, address)
    await page.keyboard.press("v")
    await page.locator("main summary").click()
    await typed(page, chosen=FACILITYS, own=PASSWORD)
    desk.spot.put(a_card())
    await shows(patient, "たしかめますか")
    await expect(patient.locator("main")).to_contain_text("かわりに")
    await patient.locator("button[value=staff]").click()
    await expect(page.locator(".bar-told")).to_contain_text("目視")
    await expect(page.get_by_role("button", name="ちがう")).to_be_visible()
    await nobody_is_kept_out(page, "visual-waits")
    await nobody_is_kept_out(patient, "reader-staff")
    await typed(page, visual=FACILITYS)

    await shows(patient, "いいですか")
    assert await patient.locator("button[value=guardian]").count() == 1
    await patient.locator("button[value=guardian]").click()
    await expect(patient.locator("button[value=person]")).to_be_visible()
    await nobody_is_kept_out(patient, "reader-guardian")
    await answers(desk, patient, "no")
    await shows(patient, "できました")
    (visit,) = desk.visits
    await page.goto(f"{address}/visit/{visit.visit}")
    await expect(page.locator("main")).to_contain_text("保護者")

    await desk.quiet(Stage.LEFT_BEHIND)
    await nobody_is_kept_out(patient, "reader-left-behind")
    await expect(page.locator(".bar-told")).to_contain_text("置き忘れ")
    await page.keyboard.press("l")
    await expect(page.locator("main")).to_contain_text("090-0000-0000")
    await nobody_is_kept_out(page, "found-card")
    await tabbed(page, "#note-told")
    await page.keyboard.insert_text("電話した")
    await pressed(page, "form[action$=told] button")
    await pressed(page, "form[action$=stopped] button")
    desk.spot.take()
    await page.goto(f"{address}/found-cards")
    for field, choice in (("kind", "clinic"), ("place", "waiting-room"), ("finder", "patient")):
        await page.locator(f"input[name={field}][value={choice}]").check()
    await pressed(page, "main button.first")
    await page.goto(f"{address}/found-cards")
    await nobody_is_kept_out(page, "found-cards")
    await expect(page.locator(".case")).to_have_count(2)
    await page.locator(".case", has_text="山田").get_by_role("link").click()
    for field, choice in (("to", "owner"), ("confirmed", "photo")):
        await tabbed(page, f"form[action$=back] input[name={field}]")
        await page.locator(f"form[action$=back] input[value={choice}]").check()
    await pressed(page, "form[action$=back] button")
    await page.locator("main summary").click()
    await page.locator(".case", has_text="山田").get_by_role("link").click()
    await expect(page.locator("main table")).to_contain_text("顔写真")
    await nobody_is_kept_out(page, "found-card-back")
    await shows(patient, "おいて")


async def test_a_card_is_registered_for_the_first_time(
    desk: Desk, address: str, page: Page, patient: Page
) -> None:
    a_covered_patient(desk.counter)
    await signed_in(page, address)
    desk.spot.put(a_card(serial=UNKNOWN))
    await shows(patient, "たしかめますか")
    await patient.locator("button[value=pin]").click()
    await patient.locator("#pin").fill("1234")
    await patient.locator(".reader-send").click()
    await shows(patient, "いいですか")
    await answers(desk, patient, "yes")
    await shows(patient, "いますか")
    sizes = [await patient.locator(f"button[value={one}]").bounding_box() for one in ("yes", "no")]
    assert sizes[0] is not None
    assert sizes[1] is not None
    assert [sizes[0][one] for one in ("width", "height")] == [sizes[1][one] for one in ("width", "height")]
    looks = [
        await patient.locator(f"button[value={one}]").evaluate("one => getComputedStyle(one).backgroundColor")
        for one in ("yes", "no")
    ]
    assert looks[0] == looks[1], "the pointer still lies on yes, which is not preselected by that"
    await nobody_is_kept_out(patient, "reader-first-use")
    wire = desk.counter.wire
    wire.held = asyncio.Event()
    await patient.locator("button[value=yes]").click()
    await reached(lambda: desk.now.stage is Stage.REGISTERING)
    await shows(patient, "とうろく")
    await nobody_is_kept_out(patient, "reader-registering")
    desk.let_through()
    await shows(patient, "できました")
    await expect(patient.locator("main")).to_contain_text("登録")
    await nobody_is_kept_out(patient, "reader-registered")
    await page.locator("#list .pick").click()
    await expect(page.locator("main")).to_contain_text("利用登録をしました")
    await nobody_is_kept_out(page, "visit-registered")
    desk.spot.take()
    await shows(patient, "おいて")
