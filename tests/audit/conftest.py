"""A log on disk with what belongs to it, for the commands; a hub that answers about it."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kaihoken import cli
from kaihoken.audit import FileWitness, public
from kaihoken.store import FileKeys, create_store

from .builders import a_clock, a_log_on, an_entry, committed


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log lies on disk."""

    store: Path
    keys: Path
    public_keys: Path
    witness: Path
    receipt: Path
    answers: dict[str, bytes]

    def at(self, *options: str) -> list[str]:
        known = {"store": self.store, "keys": self.keys, "witness": self.witness}
        return [part for option in options for part in (f"--{option}", str(known[option]))]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A log of three batches, a receipt of its second, and what a hub would answer about it."""
    place = Place(
        tmp_path / "store",
        tmp_path / "keys",
        tmp_path / "log-keys.json",
        tmp_path / "witness",
        tmp_path / "receipt.json",
        {},
    )
    keys = FileKeys.create(place.keys, a_clock())
    place.public_keys.write_bytes(public.keys(keys))

    async def fill() -> None:
        store = await create_store(place.store, purpose="demo", clock=a_clock())
        async with a_log_on(store, keys, witness=FileWitness(place.witness)) as committer:
            done = await committer.commit([an_entry('{"answer":"あ"}'), an_entry('{"answer":2}')])
            place.receipt.write_bytes(done.receipt(0))
            await committed(committer, "{}")
            place.answers["/v1/log/inclusion?batch=1"] = await public.inclusion(committer, 1)
            place.answers["/.well-known/kaihoken-log-keys.json"] = public.keys(keys)

    asyncio.run(fill())
    return place


@pytest.fixture
def hub(place: Place) -> Iterator[str]:
    """A hub that knows only the answers of `place`."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = place.answers.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def ran(*arguments: str) -> int:
    return cli.run(list(arguments))
