"""The slider of a scenario in a browser: from a step of the slider to the frame that shows the map it made."""

import os
import shutil
import socket
import sys
from statistics import median
from typing import Final

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.machine import running, until
from bench.table import Row

_STEPS: Final = 60
_BOUND: Final = 200
_WARM: Final = 5

# The map stands when `show` has said so of the form; the second frame after it begins when the first was drawn.
_WATCH: Final = """() => {
    const form = document.querySelector("[data-scenario]");
    window.taken = [];
    let began = null;
    form.addEventListener("input", (event) => (began ??= event.timeStamp), { capture: true });
    new MutationObserver(() => requestAnimationFrame(() => requestAnimationFrame(() => {
        window.taken.push(performance.now() - began);
        began = null;
    }))).observe(form, { attributeFilter: ["data-shown"] });
}"""

# The list below the map follows when the slider rests, and is laid out before the next step.
_SETTLED: Final = """done => {
    const { shown, rested } = document.querySelector("[data-scenario]").dataset;
    return window.taken.length === done && rested === shown;
}"""


def dragged() -> list[Row]:
    """Sixty steps of working hours by key, each once the one before is drawn, in Chromium at 1400 × 900."""
    port = _free_port()
    command = [sys.executable, "-m", "kaihoken", "planner", "serve", "--port", str(port)]
    url = f"http://127.0.0.1:{port}/scenario"
    with running(command, {}) as process, sync_playwright() as playwright:
        until(lambda: httpx.get(url).status_code == 200, process)
        here = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=here, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(url)
        others = os.getloadavg()[0]
        taken = sorted(_steps(page)[_WARM:])
        drawn = page.locator(".scenario-map .area").count()
        browser.close()
    if drawn != 330:
        raise SystemExit(f"the map has {drawn} areas: nothing is reported")
    slowest = taken[int(len(taken) * 0.95)]
    shown = (
        f"{slowest:.0f} ms, median {median(taken):.0f} ({len(taken)} steps, Chromium without a graphics card, "
        f"beside a load of {others:.1f})"
    )
    return [Row("slider of a scenario to the redrawn map, p95, ms", _BOUND, "low", slowest, shown)]


def _steps(page: Page) -> list[float]:
    """Milliseconds of each step: down to the end of the slider and up again."""
    page.evaluate(_WATCH)
    page.locator("#hours").focus()
    for step in range(_STEPS + _WARM):
        page.keyboard.press("ArrowLeft" if step % 40 < 20 else "ArrowRight")
        page.wait_for_function(_SETTLED, arg=step + 1, polling=20)
    found: list[float] = page.evaluate("window.taken")
    return found


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
