"""What every store can do, whichever engine it stands on."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from kaihoken.store.statements import Statement, Write

Dialect = Literal["sqlite", "postgresql"]
Purpose = Literal["demo", "production"]


class Extent(NamedTuple):
    """How much room a store takes, in bytes. None is what an engine does not have or cannot see: the log of
    writes since it last began anew, and what is free on the disk (a database's disk is its server's)."""

    content: int
    unmerged: int | None = None
    free: int | None = None


class Store(Protocol):
    """An open store. One process writes to it, through `audit.Committer` while a hub runs.

    Problems of every method: `store.failed` and `store.corrupt` (the engine), `store.closed`; of `transaction`
    also `store.full`, `store.conflict` (a key stands already), `store.row` (a value does not fit its column),
    `store.unconfirmed` (the connection broke while committing: read before repeating) and `store.read_only`.
    After a Problem nothing of the transaction stands (`store.unconfirmed`: all or nothing) and the store is
    usable again.
    """

    @property
    def dialect(self) -> Dialect:
        """Which engine it stands on."""
        ...

    @property
    def purpose(self) -> Purpose:
        """What it was made for; demo keys and pages work on a `demo` store only."""
        ...

    @property
    def store_id(self) -> str:
        """Random, made with the store; a restored backup keeps it."""
        ...

    async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """The rows of a question. Sees every transaction that has returned."""
        ...

    async def transaction(self, writes: Sequence[Write]) -> None:
        """Applies the writes in order, all or nothing; durable on disk when it returns."""
        ...

    async def settle(self) -> None:
        """Returns once it is decided whether a transaction that ended in `store.unconfirmed` stands: then `fetch` sees
        it or it never will. Raises `store.locked` while the server still works on it."""
        ...

    async def looked(self) -> None:
        """Returns once every look-up that is under way now has ended."""
        ...

    async def extent(self) -> Extent:
        """How much room it takes now."""
        ...

    async def close(self) -> None:
        """Gives up the store and its lock. Closing twice is allowed."""
        ...
