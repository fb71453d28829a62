"""Small builders for the tests of the log."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kaihoken.audit import Committer, Entry, Witness, merkle
from kaihoken.audit.batch import sealed
from kaihoken.audit.head import signed_head
from kaihoken.audit.receipt import Receipts
from kaihoken.audit.verifier import Key
from kaihoken.clock import FixedClock
from kaihoken.store import LookupKey, Statement, Store, Write, create_store, milliseconds, open_store

BORN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
BORN_MS = milliseconds(BORN)


class SomeKey:
    """A log key that is made from a number."""

    def __init__(self, number: int, valid_from: datetime = BORN, valid_to: datetime | None = None) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = hashlib.sha256(self.public).hexdigest()[:16]
        self.valid_from = valid_from
        self.valid_to = valid_to

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


@dataclass
class SomeKeys:
    """A holder of log keys; the last one signs."""

    log: list[SomeKey] = field(default_factory=lambda: [SomeKey(1)])

    def log_keys(self) -> Sequence[SomeKey]:
        return self.log

    def lookup_keys(self, normalisation: int) -> tuple[LookupKey, ...]:
        raise NotImplementedError

    def rotated(self, at: datetime) -> "SomeKeys":
        """The same with one more key from an instant on."""
        *earlier, last = self.log
        ended = SomeKey(len(self.log), last.valid_from, at)
        return SomeKeys([*earlier, ended, SomeKey(len(self.log) + 1, at)])

    def public(self) -> dict[str, Key]:
        return {key.key_id: Key(key.key_id, key.public, key.valid_from, key.valid_to) for key in self.log}


def a_clock() -> FixedClock:
    return FixedClock(BORN)


def later(clock: FixedClock, **by: float) -> FixedClock:
    """The clock, moved on."""
    clock.at += timedelta(**by)
    return clock


def an_entry(body: str = "{}", kind: str = "eligibility.answer") -> Entry:
    return Entry(kind, body.encode())


async def a_store(location: str | Path) -> Store:
    return await create_store(location, purpose="demo", clock=a_clock())


@asynccontextmanager
async def a_log_on(
    store: Store,
    keys: SomeKeys | None = None,
    clock: FixedClock | None = None,
    witness: Witness | None = None,
) -> AsyncIterator[Committer]:
    """The writer of a store's log, closed afterwards with the store. Ticks only when told to."""
    try:
        committer = await Committer.open(
            store, keys or SomeKeys(), clock or a_clock(), witness, tick_seconds=None
        )
        try:
            yield committer
        finally:
            await committer.close()
    finally:
        await store.close()


@asynccontextmanager
async def a_new_log(
    location: str | Path,
    keys: SomeKeys | None = None,
    clock: FixedClock | None = None,
    witness: Witness | None = None,
) -> AsyncIterator[Committer]:
    """The writer of a log that has just begun."""
    async with a_log_on(await a_store(location), keys, clock, witness) as committer:
        yield committer


@asynccontextmanager
async def the_log(
    location: str | Path,
    keys: SomeKeys | None = None,
    clock: FixedClock | None = None,
    witness: Witness | None = None,
) -> AsyncIterator[Committer]:
    """The writer of a log that is there, as after a restart."""
    async with a_log_on(await open_store(location), keys, clock, witness) as committer:
        yield committer


async def committed(committer: Committer, *bodies: str) -> None:
    """One batch for each body."""
    for body in bodies:
        await committer.commit([an_entry(body)])


ADD_META = Statement(
    "add meta",
    "INSERT INTO store_meta (name, value) VALUES (?1, ?2)",
    "INSERT INTO store_meta (name, value) VALUES ($1, $2)",
)
META = Statement(
    "read meta",
    "SELECT name, value FROM store_meta WHERE name LIKE 'test %' ORDER BY name",
    "SELECT name, value FROM store_meta WHERE name LIKE 'test %' ORDER BY name",
)


def a_write(name: str, value: str = "") -> Write:
    """A change that anybody can look up with META; writing one name twice is refused."""
    return Write(ADD_META, ((f"test {name}", value),))


def receipts_of(
    *entries: Entry, key: SomeKey | None = None, time_ms: int = BORN_MS, size: int = 7
) -> Receipts:
    """The receipts of a batch of these records in some log."""
    batch = sealed(entries, bytes(range(256)) * len(entries))
    return Receipts(
        batch,
        signed_head(
            key or SomeKey(1),
            log_id="5" * 32,
            size=size,
            batch_size=len(entries),
            batch_root=batch.root,
            tree_root=merkle.leaf_hash(b"the tree"),
            time_ms=time_ms,
        ),
    )
