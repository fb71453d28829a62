"""Look-up places that an earlier release did not make yet, filled in after its store was brought forward.

A migration knows no keys, so it only notes that people may lack places. Whoever holds the look-up key fills them in:
`kaihoken store migrate`, or a hub before it answers anybody. Rows are added and none is changed.
"""

from collections.abc import Callable
from typing import Final

from kaihoken.store.lookupkey import LookupKey
from kaihoken.store.reach import over, reached, reaching
from kaihoken.store.rekeying import PEOPLE_PER_SLICE, PlacesOf, rekey
from kaihoken.store.rotation import last_person
from kaihoken.store.store import Store

FILLING: Final = "places_filled_until"
"""The row of `store_meta` in which a migration says that there is something to fill."""


async def fill_places(
    store: Store,
    newest: LookupKey,
    places_of: PlacesOf,
    progress: Callable[[int, int], None] = lambda done, of: None,
    people_per_slice: int = PEOPLE_PER_SLICE,
) -> int:
    """Add every place that people lack, in slices; how many people were looked at. Nothing is done where no migration
    asked for it. Nobody else writes to the store meanwhile. Problems as `Store.transaction`."""
    begin = await reached(store, FILLING)
    if begin is None:
        return 0
    last, done = await last_person(store), 0
    pieces = rekey(store, newest, places_of, after=begin, until=last, people_per_slice=people_per_slice)
    async for piece in pieces:
        await store.transaction([*piece.writes, reaching(FILLING, piece.last)])
        done = piece.done
        progress(piece.last, last)
    await store.transaction([over(FILLING)])
    return done
