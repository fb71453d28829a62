"""How far a list is with people it found and numbers of nobody: a list is no way to try numbers.

Some of every list is out of date, so a share of those whom it found may be nobody's; what goes beyond is counted as if
it had been asked one by one.
"""

from typing import Final, Protocol

from kaihoken.access import Listed
from kaihoken.coverage.bulk.kinds import Job

_KEPT_BYTES: Final = 1 << 25  # of all lists together
_LEAST_BITS, _MOST_BITS = 1 << 20, 1 << 23
"""Bits of a list: eight for each of its rows, within these bounds. Of a million people some sixty thousand then fall on
the bit of another."""


class Allowance(Protocol):
    """How many numbers of nobody a list may hold: the hub's gate."""

    def nobody_in_list(self, listed: Listed) -> int:
        """Count one; seconds to wait where it may not be answered, 0 where it may."""
        ...

    def list_pauses(self, listed: Listed) -> int:
        """Seconds for which a list that went beyond is not looked up, or 0."""
        ...


class Progress:
    """What is known of one list while it is answered. `seen` has a bit for each person found so far, by some bits of
    their random id: the same person again, or one who falls on the same bit, counts for nothing."""

    __slots__ = ("_before", "_bits", "_part", "listed")

    def __init__(self, job: Job) -> None:
        self._bits = bytearray(min(max(8 * job.items, _LEAST_BITS), _MOST_BITS) // 8)
        # After a restart it is not known who was found: as many as there were answers about somebody.
        self.listed = Listed(job.asker.facility, job.asker.client, job.normal - job.nobody, job.nobody)
        self._part, self._before = -1, 0

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self._bits)

    def begins(self, part: int) -> None:
        """A part is asked about, or asked again because its commit failed: then it counts once."""
        if part == self._part:
            self.listed.nobody = self._before
        self._part, self._before = part, self.listed.nobody

    def found(self, person: bytes) -> None:
        """Somebody was found."""
        place = int.from_bytes(person[:4]) % (8 * len(self._bits))
        byte, bit = place >> 3, 1 << (place & 7)
        if not self._bits[byte] & bit:
            self._bits[byte] |= bit
            self.listed.found += 1


class ProgressOfLists:
    """The lists that are being answered, by their numbers; of those that began first only the counts stay where
    there are too many."""

    def __init__(self) -> None:
        self._lists: dict[str, Progress] = {}
        self._size = 0

    def of(self, job: Job) -> Progress:
        """How far that list is."""
        progress = self._lists.get(job.number)
        if progress is None:
            progress = Progress(job)
            while self._size + progress.size > _KEPT_BYTES:
                self._drop(next(iter(self._lists)))
            self._lists[job.number] = progress
            self._size += progress.size
        return progress

    def ended(self, job: Job) -> None:
        """Nothing more of that list is asked."""
        if job.number in self._lists:
            self._drop(job.number)

    def _drop(self, number: str) -> None:
        self._size -= self._lists.pop(number).size
