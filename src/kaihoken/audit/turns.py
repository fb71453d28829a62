"""Reading much of the log beside questions. An embedded store answers without giving up the turn, so whoever reads
batch after batch has to do it themselves: else nobody is answered until the last one."""

import asyncio
from typing import Final

RECORDS: Final = 100
"""So many are read in one turn of the event loop: about a millisecond."""

_BATCH: Final = 10  # records whose reading takes as long as fetching a batch


class Turns:
    """Counts what one reader has read since others had their turn."""

    __slots__ = ("_read",)

    def __init__(self) -> None:
        self._read = 0

    async def after(self, records: int) -> None:
        """A batch of so many records was read."""
        self._read += _BATCH + records
        if self._read >= RECORDS:
            self._read = 0
            await asyncio.sleep(0)
