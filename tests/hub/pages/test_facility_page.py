"""環境設定 on a page: seen in words, shown before it is saved, saved by the function of the route, on record."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from kaihoken.consent import Actor, Item
from kaihoken.coverage.facility import FacilitySettingsChange, check_facilities
from kaihoken.people import sandbox_facility
from kaihoken.web import LANGUAGES, Language, messages, path_in

from .desk import typed
from .people import Site, a_site, fields_of, send, with_card
from .test_desk_pages import WORKER, patient_page, records_since
from .test_people_refusals import refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE, CHANGE = "/desk/settings", "/desk/settings/change"


@pytest_asyncio.fixture(loop_scope="module")
async def site(site: Site) -> Site:
    """The site, with operations and prescriptions as they are at first."""
    first = FacilitySettingsChange(
        items={Item.OPERATION: False, Item.LIMIT: True}, prescriptions="0", prescription_timing="1"
    )
    await site.machine.facilities.change(first, Actor("demo-clinic", sandbox_facility(), "key-1"))
    return site


@pytest_asyncio.fixture(loop_scope="module")
async def manager(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser() as http:
        await with_card(http, "manager")
        yield http


async def previewed(
    http: httpx.AsyncClient, setting: str, to: str, language: Language = "ja"
) -> httpx.Response:
    token = fields_of(await http.get(PAGE), PAGE)["token"]
    form = {"token": token, "setting": setting, "to": to}
    return await http.post(path_in(language, PAGE), data=form)


async def test_every_setting_stands_there_with_what_it_is_now(site: Site, manager: httpx.AsyncClient) -> None:
    home = await manager.get("/me")
    page = await manager.get(PAGE)

    assert f'href="{PAGE}"' in home.text
    assert page.text.count(f'action="{PAGE}"') == len(Item) + 2
    now = site.machine.facilities.of(sandbox_facility())
    for item, used in now.items.items():
        assert (
            f'name="setting" value="{item}">\n<input type="hidden" name="to" value="{int(not used)}">'
            in page.text
        )
    assert page.text.count(" checked") == 2


async def test_a_change_is_shown_before_it_is_saved_and_on_record_under_who_made_it(
    site: Site, manager: httpx.AsyncClient
) -> None:
    size = await site.machine.committer.log.size()
    page = await manager.get(PAGE)
    shown = await send(manager, page, PAGE, setting="operation", to="1")

    assert "この変更を保存しますか" in shown.text
    assert 'data-column="今">使っていない<' in shown.text
    assert "<mark>使っている" in shown.text
    assert await site.machine.committer.log.size() == size
    assert Item.OPERATION not in site.machine.facilities.of(sandbox_facility()).used

    saved = await send(manager, shown, CHANGE)

    assert (saved.status_code, "変更を保存しました" in saved.text) == (200, True)
    assert Item.OPERATION in site.machine.facilities.of(sandbox_facility()).used
    ((kind, body),) = await records_since(site, size)
    session = site.session(manager)
    assert kind == "facility.settings"
    assert (body["by"], body["client"], body["key"]) == (
        sandbox_facility(),
        session.account_id,
        session.authenticator_id,
    )
    last = saved.text.partition("最後の変更")[2].partition("</p>")[0]
    assert "院長 あおい" in last
    assert "手術情報: 使っていない → <b>使っている</b>" in last
    assert [one async for one in check_facilities(site.machine.store)] == []

    size = await site.machine.committer.log.size()
    again = await send(manager, shown, CHANGE)  # Back, and once more
    assert (again.status_code, await site.machine.committer.log.size()) == (200, size)


async def test_what_a_program_changed_last_stands_there_with_its_name(
    site: Site, manager: httpx.AsyncClient
) -> None:
    actor = Actor("clinic-software", sandbox_facility(), "key-1")
    await site.machine.facilities.change(FacilitySettingsChange(items={Item.LIMIT: False}), actor)
    named = await manager.get(PAGE)
    await site.machine.facilities.change(FacilitySettingsChange(items={Item.MEDICINE: True}), actor)
    same = await manager.get(PAGE)

    assert "clinic-software" in named.text
    assert "限度額: 使っている → <b>使っていない</b>" in named.text
    assert "内容は前と同じです" in same.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_choice_about_prescriptions_says_what_it_means_at_the_desk(
    site: Site, manager: httpx.AsyncClient, language: Language
) -> None:
    said = messages("hub")
    both = await previewed(manager, "prescriptions", "2", language)
    assert str(said.html("settings.prescriptions.2.means", language)) in both.text
    assert str(said.html("settings.asks.no", language)) in both.text
    await send(manager, both, CHANGE)

    asked = await previewed(manager, "prescription_timing", "2", language)
    assert str(said.html("settings.asks.yes", language)) in asked.text
    await send(manager, asked, CHANGE)
    assert site.machine.facilities.of(sandbox_facility()).asks_prescription


async def test_what_changes_nothing_is_told_so_and_saved_nowhere(
    site: Site, manager: httpx.AsyncClient
) -> None:
    size = await site.machine.committer.log.size()
    same = await previewed(manager, "operation", "0")

    assert "変わるところはありません" in same.text
    assert await site.machine.committer.log.size() == size


@pytest.mark.parametrize(
    ("setting", "to", "code"),
    [
        ("x-ray", "1", "coverage.request-shape"),
        ("operation", "yes", "coverage.request-shape"),
        ("prescriptions", "9", "oqs.unknown-code"),
        ("", "", "coverage.request-shape"),
    ],
)
async def test_what_is_no_setting_is_refused_as_by_the_route(
    manager: httpx.AsyncClient, setting: str, to: str, code: str
) -> None:
    refused(await previewed(manager, setting, to), code)


async def test_a_change_of_the_language_keeps_what_is_to_be_saved(manager: httpx.AsyncClient) -> None:
    shown = await previewed(manager, "operation", "1")
    english = await send(manager, shown, f"/en{PAGE}")

    assert "Save this change?" in english.text
    assert "operations" in english.text


async def test_the_desk_offers_what_the_facility_uses_and_an_answer_says_what_it_does_not(
    site: Site, manager: httpx.AsyncClient
) -> None:
    book = site.machine.facilities
    asked = book.of(sandbox_facility()).asked
    card, before = await manager.get("/desk/consents/card"), await patient_page(manager, **WORKER)
    actor = Actor("demo-clinic", sandbox_facility(), "key-1")
    await book.change(FacilitySettingsChange(items={Item.LIMIT: False}), actor)
    after = await patient_page(manager, **WORKER)
    answer = await manager.post("/answer", data=typed(limit="yes"))

    assert re.findall(r'name="item-([a-z-]+)"', card.text) == list(asked)
    assert 'action="/desk/consents/spoken"' in before.text
    assert 'action="/desk/consents/spoken"' not in after.text
    assert "この医療機関では使わない設定なので、見ていません" in answer.text


async def test_a_facility_that_changed_nothing_is_told_so(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, site.browser() as http:
        await with_card(http, "manager")
        assert "まだ変えていません" in (await http.get(PAGE)).text
