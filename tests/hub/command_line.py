"""`kaihoken` called in process, in a folder of its own."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaihoken.clock import SystemClock
from kaihoken.store import open_store

from .hub import a_hub


@dataclass(frozen=True)
class Ran:
    """What a command line left behind."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.out)
        return told


Run = Callable[..., Ran]


def people(*rows: dict[str, object]) -> None:
    """A store in the working folder in which these are registered."""

    async def made() -> None:
        async with a_hub("kaihoken-store", Path(), clock=SystemClock()) as hub:
            assert (await hub.register(*rows)).json()["refused"] == 0

    asyncio.run(made())
    Path("keys").rename("kaihoken-keys")


def while_a_hub_holds_the_store(run: Run, *arguments: str, stdin: bytes = b"") -> Ran:
    """A command run beside it."""

    async def held() -> Ran:
        store = await open_store("kaihoken-store")
        try:
            return await asyncio.to_thread(run, *arguments, stdin=stdin)
        finally:
            await store.close()

    return asyncio.run(held())
