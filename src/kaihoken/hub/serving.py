"""Running a hub: uvicorn with uvloop and httptools, one process."""

import logging
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
    """Serve until interrupted. Access logs are off: addresses and paths of questions are nobody's business."""
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
    uvicorn.Server(config).run()
