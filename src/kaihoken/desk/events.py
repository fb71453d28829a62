"""Telling open pages that something changed: they ask again for what they show. No content, only what to look at."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Literal, get_args

Topic = Literal[
    "day", "line", "reader", "follow-up", "questionnaire", "found-card", "claims", "claims-asking"
]


class Events:
    """Bumps for the pages that listen. A page that is behind is told once: there is nothing to miss."""

    def __init__(self) -> None:
        self._listening: set[asyncio.Event] = set()
        self._count: dict[Topic, int] = dict.fromkeys(get_args(Topic), 0)

    def bump(self, *topics: Topic) -> None:
        """Something of these changed."""
        for topic in topics:
            self._count[topic] += 1
        for one in self._listening:
            one.set()

    def count(self, topic: Topic) -> int:
        """How often something of that changed: a page that shows another number is behind."""
        return self._count[topic]

    def counts(self) -> dict[Topic, int]:
        """All of them: what a page was made with."""
        return dict(self._count)

    async def listen(self) -> AsyncGenerator[dict[Topic, int], None]:
        """The counts now, and again whenever one has grown."""
        woken = asyncio.Event()
        self._listening.add(woken)
        try:
            while True:
                yield self.counts()
                await woken.wait()
                woken.clear()
        finally:
            self._listening.discard(woken)
