"""What a bulk job may be about, and what its kind does: answer the rows of one part.

The seam between the machine and what is asked. A kind knows nothing of lists, slices, restarts or downloads; the
machine knows nothing of what a row says. A kind is asked again for a part whose commit failed, so it changes nothing
by itself: what it wants changed it gives back as writes, which commit with the results.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

import msgspec

from kaihoken.audit import Entry, Writes
from kaihoken.coverage.bulk.job import State
from kaihoken.coverage.question import Asker

BulkCarrier = Literal["json", "oqs"]
"""The carriers in which lists come. Results leave in the carrier of their list."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its row has it. `about` is JSON that its kind reads; `nobody` counts the answers about numbers that
    nobody has."""

    number: str  # 受付番号
    kind: str
    carrier: BulkCarrier
    state: State
    asker: Asker
    about: bytes
    arrived_at: int  # milliseconds
    parts: int
    items: int
    parts_answered: int
    normal: int
    errors: int
    nobody: int
    problem: str
    ended_at: int | None


class Row(NamedTuple):
    """One line of a list as it was sent, with its number from 1."""

    line: int
    content: bytes


def _nothing_held() -> None:
    """Nobody waits for the end of the commit."""


class PartAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of one part. `lines` are the results, one JSON object a row without a line feed in it,
    in the order of the rows; `entries` the records of what was answered, `writes` what changes with them. `errors`
    of the rows could not be answered; `nobody` asked for nobody. `release` is called when the commit of the part has
    ended, whether it stands or not: a kind that writes holds others off until then."""

    lines: Sequence[bytes]
    entries: Sequence[Entry]
    errors: int = 0
    nobody: int = 0
    writes: Writes = ()
    release: Callable[[], None] = _nothing_held


class Kind(Protocol):
    """One kind of job."""

    async def answer(self, job: Job, rows: Sequence[Row]) -> PartAnswered:
        """Answer each row of a part, in order, once: as many lines as rows. Raises the Problems of the store; the
        machine then asks again later. What is wrong with a row is said in its line."""
        ...


Kinds = Mapping[str, Kind]
"""Every kind of job that a hub takes, by its name."""
