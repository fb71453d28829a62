"""Sorting more look-up rows than memory should hold: by their first byte into files, then each file by itself.

Keys are random, and a B-tree of millions of rows that takes random keys rewrites a page for nearly every one. In order
the same rows are appended.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np

from kaihoken.people.rows import PLACE

_FILES = 128
_CHUNK = 100_000
_WORDS = np.dtype([("high", ">u8"), ("low", ">u8"), ("birth", ">u4"), ("person", ">u8")])


class Partitions:
    """Places on their way to the look-up table. Use as a context manager: its files are temporary."""

    def __init__(self, beside: Path | None = None) -> None:
        """`beside` is a folder with room for 28 bytes per row (default: the system's temporary folder)."""
        self._folder = tempfile.TemporaryDirectory(prefix="kaihoken-places-", dir=beside)
        self._files: list[BinaryIO] = []
        self.rows = 0

    def __enter__(self) -> "Partitions":
        self._files = [self._file(number).open("wb") for number in range(_FILES)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()
        self._folder.cleanup()

    def add(self, places: bytes) -> None:
        """Takes rows of `PLACE`."""
        table = np.frombuffer(places, dtype=np.uint8).reshape(-1, PLACE.size)
        part = table[:, 0] >> 1
        table = table[np.argsort(part, kind="stable")]
        edges = np.concatenate([[0], np.cumsum(np.bincount(part, minlength=_FILES))]).tolist()
        for number, file in enumerate(self._files):
            if edges[number] < edges[number + 1]:
                file.write(table[edges[number] : edges[number + 1]].tobytes())
        self.rows += len(table)

    def in_order(self) -> Iterator[list[tuple[bytes, int, int]]]:
        """Every row once, in the order of the look-up table, in chunks."""
        for number, file in enumerate(self._files):
            file.close()
            content = self._file(number).read_bytes()
            words = np.frombuffer(content, dtype=_WORDS)
            order = np.lexsort((words["person"], words["birth"], words["low"], words["high"]))
            ordered = words[order]
            for start in range(0, len(ordered), _CHUNK):
                yield _rows(ordered[start : start + _CHUNK])

    def _file(self, number: int) -> Path:
        return Path(self._folder.name) / f"{number:03d}"


def _rows(words: "np.ndarray[tuple[int], np.dtype[np.void]]") -> list[tuple[bytes, int, int]]:
    size = PLACE.size
    content = words.tobytes()
    keys = [content[start : start + 16] for start in range(0, len(content), size)]
    return list(zip(keys, words["birth"].tolist(), words["person"].tolist(), strict=True))
