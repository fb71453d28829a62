"""Whoever begins a request and does not go on is left; whoever waits for an answer, or rests between two, is not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from uvicorn.server import ServerState

from kaihoken.hub.exchange import Message, Receive, Scope, Send
from kaihoken.hub.serving import gathered
from kaihoken.hub.serving.gathered import GatheringProtocol

HEAD = b"POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 4\r\n\r\n"
PATIENCE = 60

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def a_server(
    looked: asyncio.Semaphore, answer: Callable[[], Awaitable[None]], *, late: bool = False
) -> AsyncIterator[Callable[[], Awaitable[Line]]]:
    """A server that looks at its connections all the time; `looked` is released with each look, `answer` is awaited
    before it answers, or (`late`) before it reads the body."""

    class Watched(GatheringProtocol):
        def _look(self) -> None:
            looked.release()
            super()._look()

    async def application(_: Scope, receive: Receive, send: Send) -> None:
        if late:
            await answer()
        more = True
        while more:
            message: Message = await receive()
            if message["type"] != "http.request":
                return
            more = bool(message.get("more_body"))
        if not late:
            await answer()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(application, lifespan="off", ws="none", timeout_keep_alive=PATIENCE)
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Watched(config, ServerState(), {}), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield lambda: asyncio.open_connection("127.0.0.1", port)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "LOOK_SECONDS", 0.0)


async def at_once_answered() -> None:
    """An answer that keeps nobody waiting."""


@pytest.mark.parametrize("begun", [b"", b"POST / HT", HEAD[:30], HEAD + b"ab"])
async def test_who_does_not_go_on_is_left(begun: bytes) -> None:
    async with a_server(asyncio.Semaphore(0), at_once_answered) as connect:
        reader, writer = await connect()
        writer.write(begun)

        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        writer.close()


async def test_who_waits_for_an_answer_is_not() -> None:
    looked = asyncio.Semaphore(0)

    async def after_many_looks() -> None:
        for _ in range(10):
            await looked.acquire()

    async with a_server(looked, after_many_looks) as connect:
        reader, writer = await connect()
        writer.write(HEAD + b"abcd")

        assert (await asyncio.wait_for(reader.readline(), PATIENCE)).startswith(b"HTTP/1.1 204")
        writer.close()


async def test_who_may_not_go_on_because_we_do_not_read_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Semaphore(0)

    async def after_many_looks() -> None:
        for _ in range(10):
            await looked.acquire()
        monkeypatch.setattr(gathered, "LOOK_SECONDS", PATIENCE)

    async with a_server(looked, after_many_looks, late=True) as connect:
        reader, writer = await connect()
        writer.write(HEAD.replace(b"4", b"4000000") + bytes(4_000_000))

        assert (await asyncio.wait_for(reader.readline(), PATIENCE)).startswith(b"HTTP/1.1 204")
        writer.close()


async def test_a_head_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered, "LOOK_SECONDS", PATIENCE)
    async with a_server(asyncio.Semaphore(0), at_once_answered) as connect:
        reader, writer = await connect()
        writer.write(HEAD[:-2] + b"Accept: ")
        for _ in range(40):
            writer.write(b"a" * 4096)

        assert (await asyncio.wait_for(reader.readline(), PATIENCE)).startswith(b"HTTP/1.1 400")
        writer.close()


async def test_who_rests_between_two_requests_is_not() -> None:
    looked = asyncio.Semaphore(0)
    async with a_server(looked, at_once_answered) as connect:
        reader, writer = await connect()
        for _ in range(2):
            writer.write(HEAD + b"abcd")
            assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).startswith(
                b"HTTP/1.1 204"
            )
            for _ in range(10):
                await asyncio.wait_for(looked.acquire(), PATIENCE)
        writer.close()
