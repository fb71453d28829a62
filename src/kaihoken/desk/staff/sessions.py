"""Who is signed in. In memory: a desk that was started again asks everybody to sign in again."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

COOKIE: Final = "kaihoken-desk"
_IDLE_SECONDS: Final = 12 * 3600
_SECOND: Final = 1_000_000_000


@dataclass(slots=True)
class Session:
    """One screen of somebody. `covered`: 覗き見防止, everything is hidden until it is lifted; `back` is the page that
    is shown then."""

    sign: str
    seen: int
    covered: bool = False
    back: str = "/"


class Sessions:
    """The sessions of a desk. `ticks` is a clock that never goes back, in nanoseconds."""

    def __init__(self, ticks: Callable[[], int]) -> None:
        self._ticks = ticks
        self._all: dict[str, Session] = {}

    def open(self, sign: str) -> str:
        """A new session; its cookie."""
        cookie = secrets.token_urlsafe(24)
        self._all[cookie] = Session(sign, self._ticks())
        return cookie

    def get(self, cookie: str) -> Session | None:
        """The session of a cookie, unless nobody used it for half a day."""
        found = self._all.get(cookie)
        if found is None:
            return None
        now = self._ticks()
        if now - found.seen > _IDLE_SECONDS * _SECOND:
            del self._all[cookie]
            return None
        found.seen = now
        return found

    def close(self, cookie: str) -> None:
        """Sign out."""
        self._all.pop(cookie, None)

    def close_all_of(self, sign: str) -> None:
        """Somebody is let in no more."""
        for cookie in [cookie for cookie, one in self._all.items() if one.sign == sign]:
            del self._all[cookie]
