"""The page of a demonstration in a browser: a card is put on the reader, its holder answers, the reception reads the
answer, and the line is cut, all on one page."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import msgspec
import pytest
from playwright.async_api import Page, expect
from starlette.applications import Starlette

from kaihoken.card.authority import TestAuthority
from kaihoken.card.virtual import KeptCard
from kaihoken.demo import visitors
from kaihoken.demo.desk import ClinicPc
from kaihoken.demo.visitors import Clinic, visitors_site
from kaihoken.demo.wire import Mode, Wire
from kaihoken.desk.site import desk_site
from kaihoken.people import Plan

from ..accessibility import nobody_is_kept_out
from ..desk.desks import a_covered_patient
from ..desk.reader.readers import PIN, a_card, at_reader, reader_settings
from ..hub.cards import a_card_hub
from ..ports import free_port
from ..serving import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class Pc:
    """The clinic's PC, which runs in this process and cannot be switched off."""

    is_on: bool = True


async def test_a_visitor_sees_both_screens_of_the_same_card(
    tmp_path: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "responder_app", lambda _: Starlette())  # nobody asks the authority
    port, cards = free_port(), tmp_path / "cards"
    cards.mkdir()
    KeptCard.made(cards / "01-worker.json", a_card())
    settings = msgspec.structs.replace(
        reader_settings(tmp_path, asks="medicine"),
        demo=True,
        cards=str(cards),
        framed_by=f"http://127.0.0.1:{port}",
    )
    wire = Wire("127.0.0.1", 1)
    async with (
        a_card_hub(tmp_path) as hub,
        at_reader(tmp_path / "desk", hub, settings) as desk,
        served(desk_site(desk.counter.desk)) as address,
    ):
        a_covered_patient(desk.counter)
        clinic = Clinic(
            folder=tmp_path,
            cards=cards,
            authority=tmp_path,
            revoked=tmp_path,
            plan=Plan(1, 1, date(2026, 11, 20)),
            requests=tmp_path,
            claims=tmp_path / "claims",
            hub_port=1,
            desk_port=int(address.rpartition(":")[2]),
            port=port,
        )
        site = visitors_site(wire, cast("ClinicPc", Pc()), clinic, cast("TestAuthority", None))
        async with served(site, port) as shown:
            await page.goto(shown)
            tray, reader, reception = (page.frame_locator("iframe").nth(place) for place in range(3))
            await reception.locator("main button.first").click()
            await tray.get_by_role("button", name="架空").click()
            await reader.locator("button[value=pin]").click()
            await reader.locator("#pin").fill(PIN)
            await reader.locator(".reader-send").click()
            await reader.locator("button[value=no]").click()
            await expect(reader.locator("h1")).to_contain_text("できました")
            await expect(reception.locator("#list .state-valid")).to_contain_text("有効 3割")
            await nobody_is_kept_out(page, "visitors")
            await page.get_by_role("button", name="切れている").click()
            await expect(page.get_by_role("button", name="切れている")).to_have_attribute(
                "aria-pressed", "true"
            )
            assert wire.mode is Mode.DOWN
            await tray.get_by_role("button", name="カードを取る").click()
            await page.goto(f"{address}/cards")
            await nobody_is_kept_out(page, "tray")
            await page.close()
