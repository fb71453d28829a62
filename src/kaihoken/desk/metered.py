"""How often one phone may ask, and all of them together. What is too much costs nothing but a short answer."""

from collections.abc import Callable
from typing import Final

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kaihoken.access import Limit, Meter, network_of
from kaihoken.problems import Problem

ONE: Final = Limit(count=1, seconds=1, burst=60)
ALL: Final = Limit(count=20, seconds=1, burst=300)
_TOGETHER: Final = ""
_SECOND: Final = 1_000_000_000


class Metered:
    """An application that answers so many requests and no more. `ticks` is a clock that never goes back, in
    nanoseconds."""

    def __init__(self, inner: ASGIApp, ticks: Callable[[], int]) -> None:
        self._inner = inner
        self._ticks = ticks
        self._each = Meter(ONE)
        self._all = Meter(ALL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        wait = self._wait(scope) if scope["type"] == "http" else 0
        if wait:
            seconds = -(-wait // _SECOND)
            problem = Problem("access.too-many-requests", retry_after=seconds)
            response = Response(
                orjson.dumps(problem.as_rfc9457()),
                problem.entry.status,
                {"Retry-After": str(seconds), "Cache-Control": "no-store"},
                "application/problem+json",
            )
            await response(scope, receive, send)
            return
        await self._inner(scope, receive, send)

    def _wait(self, scope: Scope) -> int:
        """Nanoseconds until the address is answered; 0 where it is now, which counts it."""
        client, now = scope.get("client"), self._ticks()
        name = network_of(str(client[0])) if client else "?"
        return self._each.take(name, now) or self._all.take(_TOGETHER, now)
