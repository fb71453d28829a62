"""Answered pages that a browser can come back to for a few minutes: Back, reload, another language.

A form is answered with "see other" and the page is fetched from there, so a browser never has to send the form again
to show it. Only random, unguessable names stand in the address; pages lie in memory, few of them and not for long,
because a counter's screen is shared.
"""

import secrets
from datetime import datetime, timedelta

from kaihoken.clock import Clock
from kaihoken.hub.exchange import Reply
from kaihoken.problems import Problem

MINUTES = 10
MOST = 64
_NAME_BYTES = 16


class HeldPages:
    """The pages that were answered lately."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pages: dict[str, tuple[datetime, Reply]] = {}

    def hold(self, page: Reply) -> str:
        """Keeps a page and returns its name."""
        now = self._clock.now()
        for name in [name for name, (until, _) in self._pages.items() if until <= now]:
            del self._pages[name]
        while len(self._pages) >= MOST:
            del self._pages[next(iter(self._pages))]
        name = secrets.token_urlsafe(_NAME_BYTES)
        self._pages[name] = now + timedelta(minutes=MINUTES), page
        return name

    def page(self, name: str) -> Reply:
        """The page of that name. Raises Problem `hub.page-gone`."""
        until, page = self._pages.get(name, (None, None))
        if page is None or until is None or until <= self._clock.now():
            raise Problem("hub.page-gone", minutes=MINUTES)
        return page
