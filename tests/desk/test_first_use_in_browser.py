"""A desk is used for the first time: a one-time code, the first of the staff, the clinic's list, somebody new."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from kaihoken.desk.enrolment import enrol_by_code, keep_enrolment
from kaihoken.desk.running import open_safe
from kaihoken.desk.site import desk_site

from ..accessibility import nobody_is_kept_out
from ..hub.hub import BASE, CODE, COMING, Hub, a_hub, a_row
from ..serving import served
from .browsing import pressed, signed_in, tabbed, typed
from .desks import PASSWORD, SIGN, a_desk
from .files.lists import YAMADA, a_list
from .files.lists import a_row as a_line

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LIST = a_list(
    YAMADA,
    a_line(患者番号="300", 氏名="佐藤　花", 枝番="x"),
    a_line(患者番号="400", 氏名="山田　太朗"),
    header=a_list().decode().strip().replace("患者番号", "整理"),
)
"""Nobody can guess what its first column is."""


async def enrolled(hub: Hub, folder: Path) -> None:
    """By the code that the operator gave."""
    said = await enrol_by_code(BASE, f"{COMING}/{CODE}", "desk-1", hub.clock, transport=hub.http._transport)
    safe = open_safe(folder)
    keep_enrolment(safe, said)
    safe.close()


async def test_from_the_code_to_the_first_answer(tmp_path: Path, page: Page) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        await enrolled(hub, tmp_path / "desk")
        async with a_desk(tmp_path / "desk", hub) as counter, served(desk_site(counter.desk)) as address:
            await page.goto(address)
            await expect(page.locator("main")).to_contain_text("kaihoken desk staff")
            await nobody_is_kept_out(page, "first-nobody")
            counter.desk.staff.put(SIGN, PASSWORD)
            await signed_in(page, address)
            await nobody_is_kept_out(page, "first-empty")

            await pressed(page, "nav a[href='/patients']")
            await pressed(page, "main a[href='/patients/import']")
            await page.locator("input[type=file]").set_input_files(
                {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST}
            )
            await pressed(page, "main button.first")
            await expect(page.locator("#column-number")).to_have_value("")
            await tabbed(page, "#column-number")
            await page.keyboard.press("ArrowDown")
            await expect(page.locator("#column-number")).to_have_value("0")
            await nobody_is_kept_out(page, "first-columns")
            await pressed(page, "main button.first")
            await expect(page.get_by_text("新しい患者 2名")).to_be_visible()
            await nobody_is_kept_out(page, "first-result")
            yamada = counter.desk.patients.numbered("00231")
            assert yamada is not None

            await page.goto(address)
            await page.keyboard.press("/")
            await page.keyboard.type("しらないひと")
            await expect(page.locator("#field-name")).to_have_value("しらないひと")
            await nobody_is_kept_out(page, "first-not-found")
            await tabbed(page, ".stranger button")
            await page.keyboard.press("Enter")
            await expect(page.locator(".person h1")).to_have_text("しらないひと")
            await page.keyboard.press("n")
            await page.locator("#question").wait_for()
            await nobody_is_kept_out(page, "first-numbers")
            await tabbed(page, "input[name=presented]")
            await page.keyboard.press("Space")
            await typed(
                page,
                insurer_number="01130012",
                symbol="12-34",
                number="56",
                branch="01",
                birthdate="1980-01-01",
            )
            await expect(page.locator(".verdict-valid")).to_contain_text("3割")
            await expect(page.locator("#take-over")).to_be_visible()
            await nobody_is_kept_out(page, "first-answer")

            for path in ("/patients", "/patients/alike", "/patients/differences", "/patients/import"):
                await page.goto(address + path)
                await nobody_is_kept_out(page, path.replace("/", "-").strip("-"))
            await page.goto(f"{address}/patients/{yamada.patient}")
            await nobody_is_kept_out(page, "patient")
            await page.close()  # lets go of the events, which the server waits for
