"""Moving a slider redraws the map, and the page serves those who have no script, no mouse or a narrow screen."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page

from kaihoken.planner import PlannerSettings, planner_site

from ..accessibility import barriers, small_targets, wider_than_screen

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FEW = "document.querySelectorAll('.scenario-map .area.minority').length"
LOOKS = "[...document.querySelectorAll('.scenario-map .area')].map(path => path.classList[1])"


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address() -> AsyncIterator[str]:
    site = planner_site(PlannerSettings())
    server = _Server(uvicorn.Config(site, port=0, lifespan="off", log_level="warning"))
    running = asyncio.create_task(server.serve())
    await server.up.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


async def test_the_map_follows_a_slider(page: Page, address: str) -> None:
    await page.goto(f"{address}/scenario")
    assert await page.evaluate(FEW) == 108

    await page.locator("#hours").fill("-10")
    await page.locator("[data-moved] tr").first.wait_for()

    few = await page.evaluate(FEW)
    assert few > 108
    assert await page.locator(".legend [data-count=minority]").inner_text() == str(few)
    assert "hours=-10" in page.url
    await page.get_by_text(f"少数は {few} になります").wait_for()
    href = await page.locator("a[data-with-query]").first.get_attribute("href")
    assert href is not None
    assert "hours=-10" in href


async def test_a_slider_in_motion_ends_where_it_is_let_go(page: Page, address: str) -> None:
    await page.goto(f"{address}/scenario")
    drag = """async () => { const slider = document.querySelector("#hours");
        for (let percent = -1; percent >= -12; percent--) {
            slider.value = percent;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise(requestAnimationFrame);
        } }"""

    await page.evaluate(drag)
    await page.locator("[data-rested*='hours=-12']").wait_for()

    drawn = await page.evaluate(LOOKS)
    assert "hours=-12" in page.url
    await page.reload()
    assert await page.evaluate(LOOKS) == drawn


async def test_a_pointed_area_says_what_it_has_become(page: Page, address: str) -> None:
    await page.goto(f"{address}/scenario")
    pointed = page.locator(".scenario-map .area[data-code='0306']")
    before = await pointed.text_content()

    await page.locator("#hours").fill("-10")
    await page.locator("[data-rested*='hours=-10']").wait_for()
    await pointed.dispatch_event("pointerover")

    said = await pointed.text_content()
    await page.reload()
    assert said == await pointed.text_content() != before


async def test_the_colour_is_that_of_the_class(page: Page, address: str) -> None:
    await page.goto(f"{address}/scenario")
    fills = """() => Object.fromEntries(["minority", "middle", "majority"].map(look =>
        [look, getComputedStyle(document.querySelector(`.scenario-map .area.${look}`)).fill]))"""

    found = await page.evaluate(fills)

    assert found["minority"].endswith('#minority-hatched")')
    assert (found["middle"], found["majority"]) == ("rgb(143, 175, 217)", "rgb(232, 241, 251)")


async def test_moving_the_year_takes_the_projection(page: Page, address: str) -> None:
    await page.goto(f"{address}/scenario")

    await page.locator("#year").fill("2050")
    await page.locator(".scenario-map .area.missing").first.wait_for()

    assert await page.locator("[name=projected]").is_checked()
    assert await page.locator(".legend [data-count=missing]").inner_text() != "0"


async def test_what_cannot_be_is_said_and_the_map_stays(browser: Browser, address: str) -> None:
    context = await browser.new_context()  # the console tells of the refusal too
    page = await context.new_page()
    await page.goto(f"{address}/scenario?area=0102")

    await page.locator("#doctors").fill("-50")
    await page.locator("[data-wrong]").wait_for()

    assert "南檜山" in await page.locator("[data-wrong]").inner_text()
    assert await page.evaluate(FEW) == 108
    await context.close()


async def test_without_scripts_the_button_asks(browser: Browser, address: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    bare = await context.new_page()
    await bare.goto(f"{address}/scenario")

    await bare.locator("#hours").fill("-10")
    await bare.get_by_role("button", name="計算する").click()

    assert "hours=-10" in bare.url
    assert await bare.locator("[data-moved] tr").count() > 0
    await context.close()


@pytest.mark.parametrize("path", ["/scenario?hours=-3", "/easy/scenario?hours=-3", "/en/scenario?hours=-3"])
async def test_nobody_is_kept_out(page: Page, address: str, path: str) -> None:
    await page.goto(address + path)

    for width in (1280, 360):
        await page.set_viewport_size({"width": width, "height": 740})
        assert await barriers(page) == []
        assert await wider_than_screen(page) == []
    assert await small_targets(page) == []
