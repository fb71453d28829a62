"""A desk as a process: its pages on this machine, until it is told to end."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn

from kaihoken.clock import SystemClock
from kaihoken.desk.running import running
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.site import desk_site
from kaihoken.loopback import is_loopback
from kaihoken.problems import Problem

_SECONDS_TO_FINISH = 1


def serve(settings: DeskSettings, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted; calls `ready` once pages can be fetched. Problems `desk.plain-http`, and those of
    `running`."""
    if not is_loopback(settings.host):
        raise Problem("desk.plain-http", where="host", host=settings.host)
    asyncio.run(_serve(settings, ready))


async def _serve(settings: DeskSettings, ready: Callable[[], None]) -> None:
    async with running(settings, SystemClock()) as desk:
        config = uvicorn.Config(
            desk_site(desk),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        )
        await _Server(config, ready).serve()


class _Server(uvicorn.Server):
    """A server that says when it is up."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()
