"""How the writer is doing: how large its batches are and how long a commit takes. Fed once per batch, never per
question, and read when somebody asks for metrics."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

BATCH_RECORDS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
COMMIT_SECONDS: Final = (0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Histogram:
    """How many values fell under each bound, the last count for those above all; and their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Pulse:
    """What one committer has noticed since it was opened."""

    __slots__ = ("commit_seconds", "records")

    def __init__(self) -> None:
        self.records = Histogram(BATCH_RECORDS)
        self.commit_seconds = Histogram(COMMIT_SECONDS)

    def committed(self, records: int, seconds: float) -> None:
        """Count a batch that became durable, and the time of its transaction with the sync."""
        self.records.add(records)
        self.commit_seconds.add(seconds)
