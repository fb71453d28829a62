"""The keys of a running hub, which may be replaced under it.

Whoever asks or registers is given a `LookupRing` and not a tuple of keys: a rotation puts another key into it, and the
next question asks under both. Rows to be written are computed where the committer asks for the writes (`audit.Writes`,
a callable): then none stands under a key that has gone while it waited.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import overload

from kaihoken.store.keys import FileKeys, KeyProvider, SigningKey
from kaihoken.store.lookupkey import LookupKey
from kaihoken.store.wish import Sort


class LookupRing(Sequence[LookupKey]):
    """The versions of the look-up key in force now, newest first. `tuple(ring)` is for one question, never for good."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Sequence[LookupKey]) -> None:
        self._keys = tuple(keys)

    def replace(self, keys: Sequence[LookupKey]) -> None:
        """From now on these."""
        self._keys = tuple(keys)

    @overload
    def __getitem__(self, index: int) -> LookupKey: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[LookupKey, ...]: ...

    def __getitem__(self, index: int | slice) -> LookupKey | tuple[LookupKey, ...]:
        return self._keys[index]

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[LookupKey]:
        return iter(self._keys)


class KeyRing:
    """A `KeyProvider` that stands before another, which is replaced by a rotation."""

    def __init__(self, held: KeyProvider) -> None:
        self._held = held
        self._rings: dict[int, LookupRing] = {}

    @property
    def files(self) -> FileKeys | None:
        """The folder of keys, where they lie in one: such keys the hub itself can replace."""
        return self._held if isinstance(self._held, FileKeys) else None

    def since(self) -> dict[str, datetime]:
        """When the key of each sort in force was made, as far as its holder says."""
        known = {Sort.log.value: self._held.log_keys()[-1].valid_from}
        if self.files is not None:
            known[Sort.lookup.value] = self.files.lookup_created()[0][1]
        return known

    def lookup_keys(self, normalisation: int) -> tuple[LookupKey, ...]:
        """See `KeyProvider`."""
        return self._held.lookup_keys(normalisation)

    def log_keys(self) -> Sequence[SigningKey]:
        """See `KeyProvider`."""
        return self._held.log_keys()

    def ring(self, normalisation: int) -> LookupRing:
        """The same keys as `lookup_keys`, and those that come after them."""
        if normalisation not in self._rings:
            self._rings[normalisation] = LookupRing(self._held.lookup_keys(normalisation))
        return self._rings[normalisation]

    def replace(self, held: KeyProvider) -> None:
        """Keys of this provider from now on, for everybody who holds a ring."""
        self._held = held
        for normalisation, ring in self._rings.items():
            ring.replace(held.lookup_keys(normalisation))
