"""A desk as a process: its pages on this machine, until it is told to end."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from kaihoken.clock import SystemClock
from kaihoken.desk.phones import require_phones
from kaihoken.desk.running import Desk, running
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.site import desk_site, phones_site
from kaihoken.loopback import is_loopback
from kaihoken.problems import Problem

_SECONDS_TO_FINISH = 1


def serve(settings: DeskSettings, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted; calls `ready` once pages can be fetched. Problems `desk.plain-http`, and those of
    `running`."""
    asyncio.run(_serve(settings, ready))


async def _serve(settings: DeskSettings, ready: Callable[[], None]) -> None:
    require_own_machine(settings)
    async with running(settings, SystemClock()) as desk, phones_served(desk):
        await serve_site(desk_site(desk), settings, ready)


def require_own_machine(settings: DeskSettings) -> None:
    """Problem `desk.plain-http` where the pages would be served to other machines."""
    if not is_loopback(settings.host):
        raise Problem("desk.plain-http", where="host", host=settings.host)


async def serve_site(
    site: ASGIApp,
    settings: DeskSettings,
    ready: Callable[[], None],
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Serve pages where the settings say, until interrupted or it is over."""
    await _Server(_config(site, host=settings.host, port=settings.port), ready, is_over).serve()


@asynccontextmanager
async def phones_served(desk: Desk) -> AsyncIterator[int]:
    """The patients' questionnaire for phones in the clinic, over TLS, while the context is open: its port, 0 where no
    phone is let in. Problems `desk.phones-setting`, `desk.phones-address`, `access.key-file`."""
    settings = desk.settings
    if not settings.phones:
        yield 0
        return
    require_phones(settings)
    address = (settings.phones_host, settings.phones_port)
    try:
        listening = socket.create_server(address)
    except OSError as error:
        said, reason = f"{address[0]}:{address[1]}", type(error).__name__
        raise Problem("desk.phones-address", address=said, reason=reason) from None
    config = _config(phones_site(desk), certificate=settings.phones_certificate, key=settings.phones_key)
    server = _Beside(config, lambda: None)
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await task
        listening.close()


def _config(
    application: ASGIApp,
    host: str = "",
    port: int = 0,
    certificate: str | None = None,
    key: str | None = None,
) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        log_level="warning",
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )


class _Server(uvicorn.Server):
    """A server that says when it is up, and ends when it is over."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._is_over = is_over

    async def on_tick(self, counter: int) -> bool:
        return self._is_over() or await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


class _Beside(_Server):
    """A server that ends with another: signals are that one's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
