"""An answered page can be fetched again for a few minutes: Back, reload, another language."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from kaihoken.clock import FixedClock
from kaihoken.hub.exchange import Reply
from kaihoken.hub.held import MINUTES, MOST, HeldPages
from kaihoken.problems import Problem

from .desk import NOW, a_desk


async def test_a_page_is_fetched_under_a_random_name_that_soon_means_nothing(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with a_desk(tmp_path, clock) as fresh:
        led = await fresh.post("/answer", data={"case": "valid"}, follow_redirects=False)
        other = await fresh.post("/answer", data={"case": "valid"}, follow_redirects=False)
        address = led.headers["location"]
        page = await fresh.get(address)
        clock.at += timedelta(minutes=MINUTES, seconds=-1)
        again = await fresh.get(address)
        clock.at += timedelta(seconds=1)
        gone = await fresh.get(address)

    assert (led.status_code, page.status_code, gone.status_code) == (303, 200, 410)
    assert re.fullmatch(r"/answer/[A-Za-z0-9_-]{22}", address)
    assert address != other.headers["location"]
    assert again.text == page.text
    assert "見本" not in gone.text
    assert "<code>hub.page-gone</code>" in gone.text
    assert 'class="verdict verdict-stale' in gone.text


async def test_fetching_a_page_again_asks_nobody_again(tmp_path: Path) -> None:
    async with a_desk(tmp_path, FixedClock(NOW)) as fresh:
        led = await fresh.post("/answer", data={"case": "valid"}, follow_redirects=False)
        before = (await fresh.get("/v1/log/head")).json()["size"]
        for _ in range(3):
            await fresh.get(led.headers["location"])

        assert (await fresh.get("/v1/log/head")).json()["size"] == before


async def test_few_pages_are_held(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    held = HeldPages(clock)
    names = [held.hold(Reply(str(number).encode(), b"text/html")) for number in range(MOST + 1)]

    with pytest.raises(Problem, match=r"hub\.page-gone"):
        held.page(names[0])
    assert held.page(names[1]).body == b"1"
    clock.at += timedelta(minutes=MINUTES)
    held.hold(Reply(b"new", b"text/html"))
    assert len(held._pages) == 1
