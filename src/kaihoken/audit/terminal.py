"""What the commands of the log share: their options, reading a log and keys, and printing."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import orjson
import typer

from kaihoken.audit.head import Head
from kaihoken.audit.log import Log
from kaihoken.store import instant, open_store

KeysAt = Annotated[
    Path,
    typer.Option(
        "--keys",
        envvar="KAIHOKEN_KEYS",
        help="鍵のフォルダー、または公開鍵の JSON / keys, or the public keys as JSON",
    ),
]


FINDINGS = 1

T = TypeVar("T")


async def reading(location: str, ask: Callable[[Log], Awaitable[T]]) -> T:
    """What `ask` reads in the log of a store that a hub may hold."""
    store = await open_store(location, read_only=True)
    try:
        return await ask(await Log.open(store))
    finally:
        await store.close()


def say_head(head: Head) -> None:
    """Prints a head for a person."""
    say(f"log {head.log_id}  size {head.size}  {instant(head.time_ms).isoformat()}  key {head.key_id}")
    say(f"batch root {head.batch_root.hex()} (records: {head.batch_size})\ntree root  {head.tree_root.hex()}")


def say_json(value: object) -> None:
    """Prints one line of JSON."""
    say(orjson.dumps(value).decode())


def say(text: str) -> None:
    """Prints a line to stdout."""
    sys.stdout.write(text + "\n")
