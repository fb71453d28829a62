"""Chance that is the same everywhere: counter-based draws by (seed, block).

Every block of people has its own stream of Philox numbers, keyed by the seed and placed by the block's index, so two
processes can make different blocks and nobody has to wait for another's draws. Only the raw 64-bit numbers of numpy
are used: they are promised not to change between versions, the distributions built upon them are not.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from kaihoken.people.figures import Steps

GENERATOR_VERSION = 1
"""Part of every key: raise it when the same arguments must make another nation."""

Floats = npt.NDArray[np.float64]

T = TypeVar("T")


class Draws:
    """The draws of one block. `stream` keeps apart what is drawn for different ends."""

    def __init__(self, seed: int, block: int, stream: int = 0) -> None:
        key = hashlib.blake2b(f"kaihoken people {GENERATOR_VERSION} {seed}".encode(), digest_size=16).digest()
        self._bits = np.random.Philox(
            key=int.from_bytes(key, "big"), counter=(block << 192) | (stream << 128)
        )

    def uniform(self, count: int) -> Floats:
        """Numbers in [0, 1)."""
        raw: npt.NDArray[np.uint64] = self._bits.random_raw(count)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def table(self, rows: int, columns: int) -> list[list[float]]:
        """A row of numbers in [0, 1) for each of `rows` people."""
        table: list[list[float]] = self.uniform(rows * columns).reshape(rows, columns).tolist()
        return table


def at_age(steps: Steps, age: float) -> float:
    """The value of the last step that begins at or below the age."""
    value = steps[0][1]
    for start, following in steps:
        if start > age:
            break
        value = following
    return value


def by_year(steps: Steps, years: int = 130) -> tuple[float, ...]:
    """The steps spread over whole years of age, for reading by index."""
    return tuple(at_age(steps, age) for age in range(years))


class Urn(Generic[T]):
    """Things drawn by weight with one number in [0, 1)."""

    __slots__ = ("_edges", "things")

    def __init__(self, things: Sequence[T], weights: Sequence[float]) -> None:
        self.things = tuple(things)
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        self._edges: list[float] = (edges / edges[-1]).tolist()

    @classmethod
    def of(cls, weights: Mapping[T, float]) -> "Urn[T]":
        return cls(tuple(weights), tuple(weights.values()))

    def draw(self, number: float) -> T:
        """The thing on which the number falls."""
        place = bisect_right(self._edges, number)
        return self.things[min(place, len(self.things) - 1)]


def delay(steps: Steps, number: float) -> int:
    """A number of days from a table of `(up to days, share of cases so far)`, evenly within each step."""
    days, share = 0, 0.0
    for up_to, reached in steps:
        if number < reached:
            return days + int((up_to - days + 1) * (number - share) / (reached - share))
        days, share = up_to, reached
    return days
