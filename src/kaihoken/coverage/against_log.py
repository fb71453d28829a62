"""A part of `kaihoken store check`: whether what is kept of each facility is what the log last recorded of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kaihoken.store import Finding, Note, Store

R = TypeVar("R")
_Row = TypeVar("_Row", contravariant=True)


class Recorded(Protocol[_Row]):
    """What the log says: of which facilities, which batches could not be read, whether records were destroyed."""

    unreadable: list[int]
    destroyed: bool

    @property
    def facilities(self) -> set[str]:
        """Those of which a record was found."""
        ...

    def agrees(self, facility: str, row: _Row | None) -> bool:
        """Whether a row is what the log says; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Compared:
    """The check's name, and what it finds in Japanese and English: a record that cannot be read, a row that is not
    what the log records."""

    check: str
    unreadable: tuple[str, str]
    differs: tuple[str, str]


async def facilities_against_log(
    store: Store,
    compared: Compared,
    rows: Callable[[Store], Awaitable[Mapping[str, R]]],
    recorded: Callable[[Store], Awaitable[Recorded[R]]],
) -> AsyncIterator[Finding | Note]:
    """Every facility whose row and record differ, also beside a hub that runs."""
    kept, said = await rows(store), await recorded(store)
    while (now := await rows(store)) != kept:  # beside a hub that runs
        kept, said = now, await recorded(store)
    for seq in said.unreadable:
        yield Finding(compared.check, f"batch {seq}", *compared.unreadable)
    for facility in sorted(kept.keys() | said.facilities):
        if said.agrees(facility, kept.get(facility)):
            continue
        if said.destroyed and facility not in said.facilities:
            yield Note(
                compared.check,
                f"記録が廃棄されていて確かめられません: {facility}",
                f"not compared, records were destroyed: {facility}",
            )
            continue
        yield Finding(compared.check, f"facility {facility}", *compared.differs)
