"""The patient's screen over HTTP: who has it, what a late touch does, and that it works without its script."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from kaihoken.desk.reader import COOKIE, Stage

from ..desks import ADDRESS, PAGE
from .readers import PIN, Desk, a_card, a_reader

MOST_BYTES = 100 * 1024


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_reader(tmp_path) as desk:
        yield desk


def another_browser(desk: Desk) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=desk.counter.http._transport, base_url=ADDRESS, headers=PAGE)


async def see(desk: Desk) -> str:
    """The page of the screen that has the reader."""
    answer = await desk.counter.http.get("/reader", follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


async def send(desk: Desk, step: int | None = None, **form: str) -> httpx.Response:
    return await desk.counter.post("/easy/reader", step=str(desk.now.step if step is None else step), **form)


async def test_a_new_screen_begins_with_the_easy_words_and_keeps_what_is_chosen(desk: Desk) -> None:
    first = await desk.counter.http.get("/reader")
    again = await desk.counter.http.get("/reader")

    assert first.headers["location"] == "/easy/reader"
    assert again.status_code == 200
    assert "マイナンバーカードを置いてください" in again.text


async def test_a_whole_operation_works_by_forms_alone(desk: Desk) -> None:
    await see(desk)
    await desk.put(a_card(), Stage.METHOD)
    assert 'name="touch" value="pin"' in await see(desk)
    await send(desk, touch="pin")
    page = await see(desk)
    assert 'type="password"' in page
    await send(desk, pin=PIN)
    await desk.until(Stage.QUESTION)
    while desk.now.stage is Stage.QUESTION:
        assert "checked" not in await see(desk)
        await send(desk, touch="no")
    await desk.until(Stage.DONE)

    assert "できました" in await see(desk)
    assert PIN not in page


async def test_a_late_or_double_touch_answers_nothing_that_it_was_not_shown(desk: Desk) -> None:
    await see(desk)
    await desk.put(a_card(), Stage.METHOD)
    desk.press("pin")
    await desk.type_pin(PIN, Stage.QUESTION)
    step, asked = desk.now.step, desk.now.question

    await send(desk, step, touch="yes")
    await send(desk, step, touch="yes")
    await send(desk, touch="matched")
    await send(desk, step, pin=PIN)

    assert desk.now.answers == ((asked, True),)
    assert desk.now.stage is Stage.QUESTION


async def test_a_pin_of_another_shape_is_not_sent(desk: Desk) -> None:
    await see(desk)
    card = a_card()
    await desk.put(card, Stage.METHOD)
    desk.press("pin")

    for wrong in ("12", "abcd", "12345", "１２３"):
        told = await send(desk, pin=wrong, by="script")
        assert told.json() == {"step": desk.now.step, "shape": False}
    assert desk.now.stage is Stage.PIN

    await send(desk, pin="１２３４")  # full-width, as a keyboard for kanji types
    assert await desk.until(Stage.QUESTION) is Stage.QUESTION


async def test_only_one_screen_drives_the_reader(desk: Desk) -> None:
    await see(desk)
    await desk.put(a_card(), Stage.METHOD)
    async with another_browser(desk) as other:
        other.cookies.set(COOKIE, "another-screen")
        page = await other.get("/easy/reader")
        part = await other.get("/easy/reader/part")
        form = await other.post("/easy/reader", data={"step": str(desk.now.step), "touch": "pin"})
        events = await other.get("/reader/events")
        taken = await other.post("/easy/reader/take", data={"": ""})

        assert (form.status_code, events.status_code, taken.status_code) == (409, 409, 409)
        assert "たしかめますか" not in page.text + part.text
        assert desk.now.stage is Stage.METHOD

        await desk.take()
        assert (await other.post("/easy/reader/take", data={"": ""})).status_code == 303
        assert "おいてください" in (await other.get("/easy/reader")).text
    assert "ほかの" in await see(desk)


async def test_a_screen_that_went_away_is_followed_by_whoever_comes(desk: Desk) -> None:
    await see(desk)
    desk.counter.hub.ticks.pass_seconds(16)
    async with another_browser(desk) as other:
        assert "おいてください" in (await other.get("/reader", follow_redirects=True)).text


@pytest.mark.parametrize("language", ["", "/easy", "/en"])
async def test_the_screen_has_one_heading_and_no_outside_and_weighs_little(desk: Desk, language: str) -> None:
    await see(desk)
    await desk.put(a_card(), Stage.METHOD)
    page = await desk.counter.http.get(f"{language}/reader")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    sizes = [page.num_bytes_downloaded]
    sizes += [(await desk.counter.http.get(file)).num_bytes_downloaded for file in files]

    assert page.text.count("<h1>") == 1
    assert "http://" not in page.text
    assert len(files) >= 4
    assert sum(sizes) < MOST_BYTES
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_what_the_screen_is_told_by_events_names_nobody_and_ends_with_the_screen(desk: Desk) -> None:
    from kaihoken.desk.frame import Frame, Visitor
    from kaihoken.desk.screen.pages import (
        changes,
    )  # the stream has no end, so its first words are read by themselves

    await see(desk)
    cookie = desk.counter.http.cookies[COOKIE]
    response = await changes(
        Frame(desk.counter.desk), Visitor("ja", "/reader/events", {}, {}, {COOKIE: cookie})
    )
    parts = response.body_iterator.__aiter__()

    assert await anext(parts) == b'data: {"step":0}\n\n'
    desk.reader.screens.take("another-screen")
    desk.counter.desk.events.bump("reader")
    assert [part async for part in parts] == [b'data: {"step":-2}\n\n']
    await parts.aclose()
