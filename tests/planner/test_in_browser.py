"""The planner's pages in a real browser: reachable by everybody, on a phone, without scripts; the map moves."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from kaihoken.planner import PlannerSettings, planner_site

from ..accessibility import barriers, small_targets, wider_than_screen
from ..serving import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address() -> AsyncIterator[str]:
    async with served(planner_site(PlannerSettings())) as url:
        yield url


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/easy/",
        "/en/area/0306",
        "/area/1404",
        "/prefecture/13",
        "/compare?a=0306&b=1301",
        "/factors",
        "/sources",
        "/openings?notified=2026-11-01",
        "/easy/remote",
        "/dispatch?aim=fair",
    ],
)
@pytest.mark.parametrize("width", [1400, 360])
async def test_nobody_is_kept_out(page: Page, address: str, path: str, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(address + path)

    assert await barriers(page) == []
    assert await wider_than_screen(page) == []
    # An area of the map may be small: its row in the table below is as good a way to its page.
    assert [one for one in await small_targets(page) if not one.startswith("a ")] == []


async def test_an_area_of_the_map_leads_to_its_page(page: Page, address: str) -> None:
    await page.goto(address)

    await page.locator('.area[data-code="0104"]').click()

    await page.wait_for_url(f"{address}/area/0104")
    assert await page.get_by_role("heading", level=1).inner_text() == "札幌"


async def test_the_map_is_made_larger_and_whole_again(page: Page, address: str) -> None:
    await page.goto(address)
    whole = await page.locator(".map svg").get_attribute("viewBox")

    await page.locator('[data-zoom="in"]').click()
    larger = await page.locator(".map svg").get_attribute("viewBox")
    await page.locator('[data-zoom="all"]').click()

    assert larger != whole
    assert float((larger or "0").split()[2]) < float((whole or "0").split()[2])
    assert [
        float(edge) for edge in (await page.locator(".map svg").get_attribute("viewBox") or "").split()
    ] == [float(edge) for edge in (whole or "").split()]


async def test_pointing_at_a_row_marks_its_area(page: Page, address: str) -> None:
    await page.goto(address)

    await page.locator('tr[data-row="0306"]').hover()

    assert "pointed" in (await page.locator('.area[data-code="0306"]').get_attribute("class") or "")


async def test_without_scripts_the_map_is_there_and_leads_on(browser: Browser, address: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    bare = await context.new_page()
    await bare.goto(address)

    assert not await bare.locator("[data-map-tools]").is_visible()
    await bare.locator('.area[data-code="0104"]').click()
    await bare.wait_for_url(f"{address}/area/0104")
    await context.close()


async def test_a_name_is_found_with_its_prefecture(page: Page, address: str) -> None:
    await page.goto(address)

    await page.get_by_label("区域を名前かコードでさがす").fill("岩手県 釜石")
    await page.get_by_role("button", name="開く").click()

    await page.wait_for_url(f"{address}/area/0306")


async def test_on_paper_a_class_is_told_without_colour(page: Page, address: str) -> None:
    await page.goto(f"{address}/area/0306")

    hatched = await page.locator('.area[data-code="0306"]').get_attribute("fill")
    await page.emulate_media(media="print")

    assert hatched == "url(#minority-hatched)"
    assert not await page.locator(".map-tools").is_visible()
