"""Which screen shows what happens at the reader: one, so that nobody looks on or answers from elsewhere. In memory."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

COOKIE: Final = "kaihoken-reader"
_AWAY_SECONDS: Final = 15
_SECOND: Final = 1_000_000_000


class Screens:
    """The screen of a desk's reader, by its cookie. `ticks` is a clock that never goes back, in nanoseconds."""

    def __init__(self, ticks: Callable[[], int]) -> None:
        self._ticks = ticks
        self._holder = ""
        self._seen = 0
        self._open = 0

    def new(self) -> str:
        """A cookie for a screen that has none."""
        return secrets.token_urlsafe(24)

    def holds(self, cookie: str, *, free: bool) -> bool:
        """Whether it is that screen. One that nobody had, or that has been away while the reader was `free`, goes to
        whoever comes."""
        mine = self.has(cookie)
        if not mine and cookie and free and self._is_away():
            self.take(cookie)
            mine = True
        if mine:
            self._seen = self._ticks()
        return mine

    def has(self, cookie: str) -> bool:
        """Whether it is that screen still, nothing done by it."""
        return bool(cookie) and cookie == self._holder

    def take(self, cookie: str) -> None:
        """It is that screen from now on."""
        self._holder, self._open, self._seen = cookie, 0, self._ticks()

    @contextmanager
    def watching(self, cookie: str) -> Iterator[None]:
        """That screen is open, as long as the context lasts."""
        self._open += 1
        try:
            yield
        finally:
            if self.has(cookie):
                self._open, self._seen = max(0, self._open - 1), self._ticks()

    def _is_away(self) -> bool:
        quiet = self._ticks() - self._seen
        return not self._holder or (self._open == 0 and quiet > _AWAY_SECONDS * _SECOND)
