"""What the tests of all rooms share: a browser, a PostgreSQL server, a place for a store.

A browser test says `pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]`: the browser lives
on one event loop for the whole run. `make test` has installed Chromium, so a missing one is a failure and not a skip.

A test that takes `location` runs on both engines of the store.

TESTS_START (an ISO instant) lets the system clock of the house start there: `make test` runs the quick tests on a leap
day, and those that ask for the day again at the end of a fiscal year, ten seconds before midnight. The clock starts
with each worker and runs on, so most tests run after midnight, and only the one of each worker that is under way in its
tenth second crosses it. What midnight itself changes is asked in hub/test_midnight.py, with a clock that stands.

TESTS_NOTES (a file) is where such a run notes what the runs after it need to know: see notes.py.
"""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from kaihoken.clock import SystemClock, tokyo_day

from . import postgres
from .notes import Notes

_INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_OF_TODAY = "rules/test_commands.py::test_check_of_the_packaged_rules_finds_nothing"
"""On a later day what is planned today is due, and the check of the rules is right to say so."""

# The machine is shared: how long one example takes says nothing. In CI every run draws the same examples.
hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Starts the system clock of the house at TESTS_START, if that is set; from there it runs on. Notes who asks."""
    if "TESTS_START" not in os.environ:
        return
    began, start = datetime.now(UTC), datetime.fromisoformat(os.environ["TESTS_START"])
    notes = Notes(Path(os.environ.get("TESTS_NOTES", os.devnull)), config.rootpath)
    config.pluginmanager.register(notes)

    def now(self: SystemClock) -> datetime:
        notes.asked()
        return datetime.now(UTC) - began + start

    def today(self: SystemClock) -> date:
        return tokyo_day(self.now())

    patch = pytest.MonkeyPatch()
    patch.setattr(SystemClock, "now", now)
    patch.setattr(SystemClock, "today", today)
    config.add_cleanup(patch.undo)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is about today, before tests are chosen by their marks."""
    for item in items:
        if item.nodeid.endswith(_OF_TODAY):
            item.add_marker(pytest.mark.undated)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium: the machine's own, else the one that Playwright brought."""
    executable = next(filter(None, map(shutil.which, _INSTALLED)), None)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox"] if as_root else []
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A new page of 1280 × 800 in a context of its own. What the page itself refuses or throws fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    fresh = await context.new_page()
    fresh.on("pageerror", lambda error: complaints.append(str(error)))
    fresh.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield fresh
    await context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of the run's PostgreSQL server."""
    with postgres.server() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database of the test's own."""
    with postgres.database(postgres_server) as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where a store can be created: a folder that does not exist yet, and an empty database."""
    if request.param == "sqlite":
        return tmp_path / "store"
    address: str = request.getfixturevalue("postgres_url")
    return address
