"""Repeating a write is safe: the same request under the same key is done once and answered the same.

A caller who gets no answer does not know whether its write happened. It sends the request again under the same
`Idempotency-Key`; the answer kept in the transaction of the first try is returned, and nothing is done twice.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store import schema
from kaihoken.store.instants import milliseconds
from kaihoken.store.statements import Write, statement
from kaihoken.store.store import Store

LONGEST_KEY: Final = 255
PATIENCE_SECONDS: Final = 10.0
ANSWERS_PER_SLICE: Final = 5

_FIND = statement(
    "find an answer given before",
    select(schema.idempotency.c.request_hash, schema.idempotency.c.answer)
    .where(schema.idempotency.c.actor == bindparam("actor"))
    .where(schema.idempotency.c.key_hash == bindparam("key_hash")),
)
_KEEP = statement("keep an answer", insert(schema.idempotency))
_OLDEST = statement(
    "find old answers",
    select(schema.idempotency.c.created_at)
    .where(schema.idempotency.c.created_at < bindparam("before"))
    .order_by(schema.idempotency.c.created_at)
    .limit(bindparam("count")),
)
_FORGET = statement(
    "forget old answers",
    delete(schema.idempotency).where(schema.idempotency.c.created_at < bindparam("before")),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a request. `answer` is what an earlier try was answered, or None: do it now."""

    actor: str
    key_hash: bytes
    request_hash: bytes
    at: datetime
    answer: bytes | None

    def keep(self, answer: bytes) -> Write:
        """The write that keeps the answer. It belongs in the transaction of what the request does."""
        row = (self.actor, self.key_hash, self.request_hash, answer, milliseconds(self.at))
        return Write(_KEEP, [row])


@dataclass(slots=True)
class _Running:
    request_hash: bytes
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Idempotency:
    """The keys of one hub. `patience` is how many seconds a repeat waits for the try that is still running."""

    def __init__(self, store: Store, clock: Clock, *, patience: float = PATIENCE_SECONDS) -> None:
        self._store = store
        self._clock = clock
        self._patience = patience
        self._running: dict[tuple[str, bytes], _Running] = {}

    @asynccontextmanager
    async def once(self, actor: str, key: str, request: bytes) -> AsyncIterator[Attempt]:
        """Holds the key while a request is worked on:

            async with idempotency.once(caller.actor, key, body) as attempt:
                if attempt.answer is not None:
                    return attempt.answer
                answer = ...
                await committer.commit(entries, [*writes, attempt.keep(answer)])

        `actor` is who asks (keys of different callers never meet), `request` the bytes that say what is asked,
        route included. A try that ends without keeping an answer leaves the key free.

        Problems: `store.idempotency_key` (not 1 to 255 printable ASCII characters), `store.idempotency_mismatch`
        (the key stands for another request), `store.in_progress` (the first try goes on beyond our patience).
        """
        if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            raise Problem("store.idempotency_key")
        key_hash = hashlib.sha256(key.encode("ascii")).digest()
        request_hash = hashlib.sha256(request).digest()
        await self._wait(actor, key_hash, request_hash)
        running = self._running[actor, key_hash] = _Running(request_hash)
        try:
            earlier = await self._store.fetch(_FIND, (actor, key_hash))
            if earlier and earlier[0][0] != request_hash:
                raise Problem("store.idempotency_mismatch")
            answer = earlier[0][1] if earlier else None
            assert answer is None or isinstance(answer, bytes)
            yield Attempt(actor, key_hash, request_hash, self._clock.now(), answer)
        finally:
            del self._running[actor, key_hash]
            running.over.set()

    async def _wait(self, actor: str, key_hash: bytes, request_hash: bytes) -> None:
        """Returns when nobody works under the key."""
        while (running := self._running.get((actor, key_hash))) is not None:
            if running.request_hash != request_hash:
                raise Problem("store.idempotency_mismatch")
            try:
                async with asyncio.timeout(self._patience):
                    await running.over.wait()
            except TimeoutError:
                raise Problem("store.in_progress") from None


async def forget_answers(store: Store, before: datetime) -> AsyncIterator[tuple[int, Write]]:
    """The writes that drop the answers given before an instant, oldest first and a few milliseconds each, with the
    milliseconds before which each drops: the keys may then be used again. The caller commits each before it asks for
    the next."""
    while oldest := await store.fetch(_OLDEST, (milliseconds(before), ANSWERS_PER_SLICE)):
        last = oldest[-1][0]
        assert isinstance(last, int)
        yield last + 1, Write(_FORGET, [(last + 1,)])
