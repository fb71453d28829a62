"""Running a hub: uvicorn with uvloop and httptools, one process."""

import logging
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import uvicorn

from kaihoken.clock import SystemClock
from kaihoken.hub.application import Assemble, HubApplication
from kaihoken.hub.machine import Machine, running
from kaihoken.hub.settings import HubSettings
from kaihoken.store import FileKeys


def run_of(settings: HubSettings) -> Callable[[], AbstractAsyncContextManager[Machine]]:
    """How the machine of these settings is run: keys from their folder, the system's clock."""

    def run() -> AbstractAsyncContextManager[Machine]:
        return running(settings, FileKeys(Path(settings.keys)), SystemClock())

    return run


def serve(settings: HubSettings, assemble: Assemble) -> None:
    """Serve until interrupted."""
    server_of(settings, assemble).run()


def server_of(
    settings: HubSettings, assemble: Assemble, ready: Callable[[], None] = lambda: None
) -> uvicorn.Server:
    """The server of a hub, to be run; it calls `ready` when it listens. Access logs are off: addresses and paths of
    questions are nobody's business."""
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    application = HubApplication(run_of(settings), assemble)
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level=settings.log_level,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=10,
    )
    return _Server(config, ready)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
