"""The start page in a real browser: reachable by everybody, on a phone, by keyboard, without scripts."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from kaihoken.clock import FixedClock

from ...accessibility import barriers, small_targets, wider_than_screen
from .desk import NOW, a_showcase, served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LISTED = [case for case in a_showcase(FixedClock(NOW)).cases if case.listed]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with served(tmp_path_factory.mktemp("demonstration")) as url:
        yield url


async def nobody_is_kept_out(page: Page, *widths: int) -> None:
    for width in widths or (1280, 360):
        await page.set_viewport_size({"width": width, "height": 740})
        assert await barriers(page) == []
        assert await wider_than_screen(page) == []
        assert await small_targets(page) == []


@pytest.mark.parametrize("path", ["/", "/easy/", "/en/"])
async def test_the_start_page_keeps_nobody_out(page: Page, address: str, path: str) -> None:
    await page.goto(address + path)

    await nobody_is_kept_out(page)


@pytest.mark.parametrize("path", ["/", "/easy/", "/en/"])
@pytest.mark.parametrize("situation", sorted({case.situation for case in LISTED}))
async def test_no_answer_keeps_anybody_out(page: Page, address: str, path: str, situation: str) -> None:
    case = next(case for case in LISTED if case.situation == situation)
    await page.goto(address + path)

    await page.locator(f"button[value='{case.name}']").click()
    await page.locator("section.verdict").wait_for()

    await nobody_is_kept_out(page, *([1280] if path == "/" else []), 360)


@pytest.mark.parametrize("case", ["wrong-branch", "external-character", "child-subsidy", "limit-fifth-long"])
async def test_neither_do_the_fuller_answers(page: Page, address: str, case: str) -> None:
    await page.goto(address)

    await page.locator(f"button[value='{case}']").click()
    await page.locator("section.verdict").wait_for()

    await nobody_is_kept_out(page)


async def test_faults_keep_nobody_out_and_lead_to_their_fields(browser: Browser, address: str) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 740})
    page = await context.new_page()
    await page.goto(f"{address}/en/")
    await page.get_by_label("Date of birth").fill("1984-02-30")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await page.get_by_role("alert").wait_for()

    await nobody_is_kept_out(page)
    assert await page.get_by_label("Date of birth").input_value() == "1984-02-30"
    await page.get_by_role("link", name="Date of birth").click()
    assert page.url.endswith("#field-birthdate")
    await context.close()


async def test_a_problem_keeps_nobody_out(browser: Browser, address: str) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{address}/nothing-here")

    assert await page.get_by_role("alert").count() == 1
    await nobody_is_kept_out(page)
    await context.close()


async def test_with_the_keyboard_alone_somebody_is_asked_for(page: Page, address: str) -> None:
    await page.goto(f"{address}/en/")
    await page.get_by_label("Insurer number").focus()

    for text in ("01139906", "99000001", "1001", "00", "", "1985-05-05"):  # no reference number
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # the first of what can be presented
    await page.keyboard.press("Enter")
    await page.locator("section.verdict-valid").wait_for()

    assert (
        await page.locator("h1").inner_text() == "Valid 30%" or "30" in await page.locator("h1").inner_text()
    )


async def test_with_the_keyboard_alone_a_case_is_picked_and_the_answer_comes_first(
    page: Page, address: str
) -> None:
    await page.goto(address)
    await page.locator("button[value='left-job']").focus()
    await page.keyboard.press("Enter")
    await page.locator("section.verdict").wait_for()

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # over the bar
    await page.keyboard.press("Tab")

    assert await page.evaluate("document.activeElement.textContent") == "カードで確認"


async def test_the_answer_is_the_largest_thing_on_the_page(page: Page, address: str) -> None:
    await page.goto(address)
    await page.locator("button[value='old-number']").click()
    await page.locator("section.verdict").wait_for()

    sizes: list[tuple[float, str]] = await page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            .map(element => [parseFloat(getComputedStyle(element).fontSize), element.textContent.trim()])"""
    )
    largest, words = max(sizes, key=lambda size: size[0])

    assert words.startswith("要確認")
    assert [text for size, text in sizes if size == largest] == [words]


async def test_on_a_narrow_screen_the_answer_stands_before_the_list(page: Page, address: str) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(address)
    await page.locator("button[value='valid']").click()
    await page.locator("section.verdict").wait_for()

    answer, cases = await page.locator("h1").bounding_box(), await page.locator(".side").bounding_box()

    assert answer is not None
    assert cases is not None
    assert answer["y"] < 400 < cases["y"]


async def test_without_scripts_a_case_a_form_and_the_languages_work(browser: Browser, address: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    bare = await context.new_page()
    await bare.goto(address)
    await bare.locator("button[value='twins']").click()
    assert await bare.get_by_role("button", name="コピー").count() == 0

    await bare.get_by_label("枝番").fill("03")
    await bare.get_by_role("button", name="確認する").click()
    assert "有効" in await bare.locator("h1").inner_text()

    await bare.get_by_role("button", name="English").click()
    assert "Valid" in await bare.locator("h1").inner_text()
    assert bare.url.startswith(f"{address}/en/answer/")
    await context.close()


async def test_the_json_can_be_copied(page: Page, address: str) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(address)
    await page.locator("button[value='valid']").click()

    await page.locator("button[data-copy='json']").click()
    await page.get_by_text("コピーしました").wait_for()
    copied = json.loads(await page.evaluate("navigator.clipboard.readText()"))

    assert copied["answer"]["validity"] == "1"


async def test_back_shows_the_answer_in_the_language_before(page: Page, address: str) -> None:
    await page.goto(address)
    await page.locator("button[value='valid']").click()
    await page.get_by_role("button", name="English").click()
    assert "Valid" in await page.locator("h1").inner_text()

    await page.go_back()

    assert "有効" in await page.locator("h1").inner_text()
    await page.reload()
    assert "有効" in await page.locator("h1").inner_text()


@pytest.mark.parametrize("case", ["valid", "child-subsidy", "left-job"])
async def test_paper_holds_the_answer_alone(page: Page, address: str, case: str) -> None:
    await page.goto(address)
    await page.locator(f"button[value='{case}']").click()
    await page.locator("section.verdict").wait_for()

    await page.emulate_media(media="print")

    assert await page.locator("button:visible, input:visible, pre:visible, form:visible").count() == 0
    text = await page.locator("main").inner_text()
    assert "登録されている内容" in text
    assert "受領証" in text
    assert "番号を直して" not in text
    pdf = await page.pdf(format="A4")
    assert pdf.count(b"/Type /Page\n") == 1
    await page.emulate_media(media="screen")


@pytest.mark.parametrize("case", ["valid", "late-elderly-two-tenths", "child-subsidy", "left-job"])
async def test_readings_stand_apart_and_whole_on_a_narrow_screen(page: Page, address: str, case: str) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"{address}/easy/")
    await page.locator(f"button[value='{case}']").click()
    await page.locator("section.verdict").wait_for()

    assert await readings_that_run_on(page) == []
    await page.evaluate(
        """document.querySelectorAll("ruby")
            .forEach(ruby => Object.assign(ruby.style, {margin: 0, whiteSpace: "normal"}))"""
    )
    assert await readings_that_run_on(page) != []


async def readings_that_run_on(page: Page) -> list[str]:
    """The readings that break over a line, or touch the next one."""
    found: list[str] = await page.evaluate(
        """() => {
            const broken = [...document.querySelectorAll("ruby")].filter(ruby => ruby.getClientRects().length > 1);
            const readings = [...document.querySelectorAll("rt")].map(reading => {
                const range = document.createRange();
                range.selectNodeContents(reading);
                return {words: reading.textContent, box: range.getBoundingClientRect()};
            });
            const touching = readings.filter(({box}, place) => {
                const next = readings[place + 1]?.box;
                return next && Math.abs(next.top - box.top) < 3 && next.left > box.left && next.left - box.right < 2;
            });
            return [...broken.map(ruby => ruby.textContent), ...touching.map(({words}) => words)];
        }"""
    )
    return found


async def test_with_forced_colours_only_the_chosen_case_has_a_bar(browser: Browser, address: str) -> None:
    context = await browser.new_context(forced_colors="active")
    page = await context.new_page()
    await page.goto(address)
    await page.locator("button[value='valid']").click()
    await page.locator("section.verdict").wait_for()

    bars = await page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".pick")]
            .map(pick => [pick.value, getComputedStyle(pick).borderLeftColor]))"""
    )
    paper = await page.evaluate(
        """() => {
            const paper = document.body.appendChild(document.createElement("i"));
            paper.style.color = "Canvas";
            return getComputedStyle(paper).color;
        }"""
    )

    assert [case for case, bar in bars.items() if bar != paper] == ["valid"]
    await context.close()
