"""Whether the log can commit, looked at every second: a line in the hub's log when it no longer can, and when it can
again. Nobody has to ask `/ready` for it."""

import asyncio
import logging
from collections.abc import Callable

_log = logging.getLogger("kaihoken.hub")

_SECONDS = 1.0


async def watch(ready: Callable[[], bool], seconds: float = _SECONDS) -> None:
    """Looks every so many seconds until it is cancelled."""
    was_ready = True
    while True:
        if (is_ready := ready()) != was_ready:
            if is_ready:
                _log.warning("the log commits again: questions are answered")
            else:
                _log.warning("the log cannot commit: nobody is answered until it can")
            was_ready = is_ready
        await asyncio.sleep(seconds)
