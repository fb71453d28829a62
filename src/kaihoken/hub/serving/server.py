"""Running a hub: uvicorn with uvloop and httptools, one process."""

import asyncio
import errno
import gc
import logging
import socket
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import uvicorn

from kaihoken.clock import SystemClock
from kaihoken.hub.application import Assemble, HubApplication
from kaihoken.hub.gate_log import LOGGER
from kaihoken.hub.machine import Machine, running
from kaihoken.hub.serving.gathered import GatheringProtocol, ProxiedProtocol
from kaihoken.hub.settings import HubSettings
from kaihoken.problems import Problem
from kaihoken.store import FileKeys

_ALLOCATIONS_BETWEEN_SEARCHES = 100_000
_SECONDS_TO_FINISH = 10
_SECONDS_TO_SAY_SO = 1.0
_TLS_ALONE = ("strict-transport-security", "max-age=31536000; includeSubDomains")
"""What every answer bears, also of bytes that are not HTTP, where clients reach the hub over TLS."""


class LogLine(logging.Formatter):
    """A line of the operator's log, at its instant in UTC: whoever lays it beside the lines of others, or beside the
    records of the hub's own log, asks nobody which clock it was."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")


def run_of(
    settings: HubSettings, *, new_witness: bool = False
) -> Callable[[], AbstractAsyncContextManager[Machine]]:
    """How the machine of these settings is run: keys from their folder, the system's clock."""

    def run() -> AbstractAsyncContextManager[Machine]:
        return running(settings, FileKeys(Path(settings.keys)), SystemClock(), new_witness=new_witness)

    return run


def serve(
    settings: HubSettings,
    assemble: Assemble,
    ready: Callable[[], None] = lambda: None,
    *,
    new_witness: bool = False,
) -> None:
    """Serve until interrupted. Raises the Problems of `server_of`, `listening_at` and `running`."""
    server = server_of(settings, assemble, ready, new_witness=new_witness)
    with listening_at(settings.host, settings.port) as listening:
        server.run([listening])


def listening_at(host: str, port: int) -> socket.socket:
    """The hub's place on the network, taken before anything is opened. Problems `hub.port-in-use`, `hub.address`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem("hub.port-in-use", port=port, other=port + 1) from None
        raise Problem(
            "hub.address", host=host, port=port, reason=error.strerror or type(error).__name__
        ) from None


def server_of(
    settings: HubSettings,
    assemble: Assemble,
    ready: Callable[[], None] = lambda: None,
    *,
    new_witness: bool = False,
) -> uvicorn.Server:
    """The server of a hub, to be run on a listening socket; it calls `ready` when it answers. Problem `hub.plain-http`;
    running it raises the Problems of `running`. Access logs are off: addresses and paths of questions are nobody's
    business."""
    settings.require_tls()
    handler = logging.StreamHandler()
    handler.setFormatter(LogLine())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    logging.getLogger(LOGGER).setLevel(
        logging.INFO
    )  # whatever else is written: who came, and who was refused
    application = HubApplication(run_of(settings, new_witness=new_witness), assemble)
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level=settings.log_level,
        server_header=False,
        headers=[_TLS_ALONE] if settings.audience.startswith("https:") else [],
        proxy_headers=False,
        lifespan="off",
        http=GatheringProtocol,
        ws="none",
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    return _Server(config, application, ready)


def _proxy_socket(path: Path) -> socket.socket:
    """A Unix socket that owner and group may use, in the place of one that a killed hub left behind. Problem
    `hub.proxy-socket`."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket():  # the store is held, so no other hub listens there
            path.unlink()
        listening.bind(str(path))
        path.chmod(0o660)  # before anybody can connect: it does not listen yet
    except OSError as error:
        listening.close()
        raise Problem(
            "hub.proxy-socket", where=str(path), reason=error.strerror or type(error).__name__
        ) from None
    return listening


class _Server(uvicorn.Server):
    """Opens the hub before it answers and closes it after the last answer, also when it is told to stop: a store
    that is closed in order leaves its last head with the witness."""

    def __init__(
        self, config: uvicorn.Config, application: HubApplication, ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._application = application
        self._ready = ready
        self._open = AsyncExitStack()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        machine = await self._open.enter_async_context(self._application.opened())
        self.config.ssl = machine.tls.context
        _let_garbage_lie()
        await super().startup(sockets)
        if machine.settings.tls.proxy_socket:
            await self._listen_to_proxy(Path(machine.settings.tls.proxy_socket))
        self._ready()

    async def _listen_to_proxy(self, path: Path) -> None:
        """Take requests of a proxy on this machine, too. Who may connect is what the socket's folder and mode say."""
        listening = _proxy_socket(path)
        self._open.callback(path.unlink, missing_ok=True)

        def protocol() -> asyncio.Protocol:
            return ProxiedProtocol(self.config, self.server_state, self.lifespan.state)

        loop = asyncio.get_running_loop()
        self.servers.append(
            await loop.create_unix_server(protocol, sock=listening, backlog=self.config.backlog)
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if waiting := set(self.server_state.tasks):  # they were called off, and say so
            await asyncio.wait(waiting, timeout=_SECONDS_TO_SAY_SO)
        await self._open.aclose()


def _let_garbage_lie() -> None:
    """Look for cycles of dead objects less often: a question makes none, what a hub keeps never dies, and a search
    through it in the middle of answering is felt at the 99th percentile."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_BETWEEN_SEARCHES)
