"""The line that a visitor may cut: it passes on, breaks off, holds back, and is there again."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kaihoken.demo.wire import Mode, Wire

HOST = "127.0.0.1"


@asynccontextmanager
async def an_echo() -> AsyncIterator[int]:
    """A hub that says what it is told."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(1024):
            writer.write(part)
        writer.close()

    server = await asyncio.start_server(echo, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def said(port: int, text: bytes) -> bytes:
    """What comes back over the line, until it ends."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(text)
        writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def test_a_line_passes_on_and_is_dead_while_it_is_cut() -> None:
    async with an_echo() as hub:
        wire = Wire(HOST, hub)
        async with wire.laid(HOST, 0) as port:
            assert await said(port, b"one") == b"one"
            wire.turn(Mode.DOWN)
            assert await said(port, b"two") == b""
            wire.turn(Mode.UP)
            assert await said(port, b"three") == b"three"


async def test_cutting_a_line_ends_what_is_under_way() -> None:
    async with an_echo() as hub:
        wire = Wire(HOST, hub)
        async with wire.laid(HOST, 0) as port:
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(b"one")
            assert await reader.readexactly(3) == b"one"

            wire.turn(Mode.DOWN)

            assert await ended(reader)
            writer.close()


async def test_a_slow_line_holds_answers_back_until_it_is_quick_again() -> None:
    async with an_echo() as hub:
        wire = Wire(HOST, hub, slow_seconds=3600)
        async with wire.laid(HOST, 0) as port:
            wire.turn(Mode.SLOW)
            asked = asyncio.ensure_future(said(port, b"one"))
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(b"two")
            done, _ = await asyncio.wait([asked], timeout=0.2)
            assert not done

            wire.turn(Mode.UP)

            assert await asked == b"one"
            assert await reader.readexactly(3) == b"two"
            writer.close()


async def test_a_hub_that_is_not_there_is_no_fault_of_the_line() -> None:
    wire = Wire(HOST, 9)
    async with wire.laid(HOST, 0) as port:
        assert await said(port, b"one") == b""


def test_a_demonstration_that_ends_while_somebody_speaks_over_the_line_says_nothing() -> None:
    told: list[str] = []

    async def demonstration() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, about: told.append(str(about)))
        hub.setblocking(False)
        async with Wire(HOST, hub.getsockname()[1]).laid(HOST, 0) as port:
            desk = socket.create_connection((HOST, port))
            called, _ = await loop.sock_accept(hub)
        desk.close()
        called.close()

    with socket.create_server((HOST, 0)) as hub:
        asyncio.run(demonstration())

    assert told == []
