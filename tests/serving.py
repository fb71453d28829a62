"""A small server for an application that a browser test looks at."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from uvicorn._types import ASGIApplication


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def served(application: ASGIApplication, port: int = 0) -> AsyncIterator[str]:
    """Its address, while it is served; on a free port unless one is named."""
    server = _Server(
        uvicorn.Config(
            application, port=port, lifespan="off", log_level="warning", timeout_graceful_shutdown=1
        )
    )
    running = asyncio.create_task(server.serve())
    await server.up.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running
