"""How a program learns that something came into a folder: the system tells at once, or it is looked from time to time.

Not every folder tells (a share of another PC often does not, nor does a PC without `watchfiles`), and a folder that was
away and is back must be watched anew. So who waits here always looks again after a while, told or not.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

_STEP_MS, _DEBOUNCE_MS = 15, 60
"""How long the system's news are gathered before they are told: until nothing more came within a step."""
_STILL_THERE_MS = 250
_AGAIN_SECONDS = 1.0


class Notices(Protocol):
    """News of some folders. They say that something may have changed, never what: the folders say that themselves."""

    @property
    def told(self) -> bool:
        """Whether the system tells of these folders just now."""
        ...

    def nudge(self) -> None:
        """Wake who waits: something is to be done, whatever the folders say."""
        ...

    async def changed(self, within: float) -> bool:
        """Wait until there are news or `within` seconds are over; whether there were news."""
        ...

    async def close(self) -> None:
        """No more news."""
        ...


class Looking:
    """No news but nudges: works with every folder, as late as the time between two looks."""

    told = False

    def __init__(self) -> None:
        self._bell = asyncio.Event()

    def nudge(self) -> None:
        """Wake who waits."""
        self._bell.set()

    async def changed(self, within: float) -> bool:
        """Wait for a nudge, or `within` seconds."""
        with suppress(
            TimeoutError
        ):  # and not `wait_for`: of Python 3.11 it swallows an end that comes with a nudge
            async with asyncio.timeout(within):
                await self._bell.wait()
        news = self._bell.is_set()
        self._bell.clear()
        return news

    async def close(self) -> None:
        """Nothing is held."""


class Told(Looking):
    """News from the system, by `watchfiles`, in a thread of its own: a share that hangs holds nobody else up. A folder
    that goes and comes back is watched anew within a second or two."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__()
        self.told = False
        self._folders = tuple(folders)
        self._loop = asyncio.get_running_loop()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="folder-news", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """End the thread. One that hangs in a dead share is left to itself."""
        self._end.set()
        await asyncio.to_thread(self._thread.join, _AGAIN_SECONDS)

    def _watch(self) -> None:
        while not self._end.is_set():
            with suppress(
                OSError, RuntimeError
            ):  # a folder is away, or the system has no more watches to give
                self._watch_while_there()
            self.told = False
            self._end.wait(_AGAIN_SECONDS)

    def _watch_while_there(self) -> None:
        from watchfiles import watch

        logging.getLogger("watchfiles").setLevel(
            logging.WARNING
        )  # it writes names of files, and people name them

        watched = _identities(self._folders)
        for changes in watch(
            *self._folders,
            watch_filter=None,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            stop_event=self._end,
            rust_timeout=_STILL_THERE_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=False,
            recursive=False,
        ):
            if changes or not self.told:
                self.told = True
                self._tell()
            if _identities(self._folders) != watched:
                return

    def _tell(self) -> None:
        with suppress(RuntimeError):  # the loop has ended before us
            self._loop.call_soon_threadsafe(self.nudge)


def _identities(folders: Sequence[Path]) -> list[tuple[int, int]]:
    """Which folders these are, whatever they are called. OSError where one is away."""
    return [(about.st_dev, about.st_ino) for about in map(os.stat, folders)]


def has_news() -> bool:
    """Whether the library is there by which a system tells of folders (the extra `desk`)."""
    return find_spec("watchfiles") is not None


def notices_of(folders: Sequence[Path], told: Callable[[], bool] = has_news) -> Notices:
    """News of these folders in the best way that this PC has. Close them afterwards. Inside a running loop."""
    return Told(folders) if told() else Looking()
