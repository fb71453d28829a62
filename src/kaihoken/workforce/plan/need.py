"""将来時点の必要医師数: the doctors with which an area's index would equal the nation's in 2036."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken import rules, shipped

Floats = npt.NDArray[np.float64]

KYOTO: str = "published/required_physicians_2036_kyoto_2019.csv"


class NeedRules(msgspec.Struct, frozen=True):
    """The year of the need, how the nation's index of that year is made, and how far printed differences may lie from
    their own terms (rule family workforce/need-2036)."""

    family: ClassVar[str] = "workforce/need-2036"

    year: int
    national_index: rules.Sourced[Literal["physicians_over_population"]]
    tolerance_of_printed_differences: rules.Sourced[int]


def national_index(physicians: float, population: float) -> float:
    """The nation's index: standardised doctors over 100,000 residents; its ratio of consultation is 1 by definition."""
    return physicians / population


def required(national: float, population: Floats, ratio: Floats) -> Floats:
    """R = I_nat · N · U in standardised doctors; `population` in 100,000 residents. NaN stays absent."""
    return np.asarray(national * population * ratio)


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Supply held against need, in standardised doctors; row i is area i. The differences keep their sign: below zero,
    the projection lies under the need."""

    required: Floats
    supply_upper: Floats
    supply_lower: Floats

    @property
    def upper(self) -> Floats:
        """The upper supply less the need."""
        return self.supply_upper - self.required

    @property
    def lower(self) -> Floats:
        """The lower supply less the need."""
        return self.supply_lower - self.required


@dataclass(frozen=True, slots=True)
class Sum:
    """A prefecture's own need beside the sum of its areas': each level is computed from its own flows, so they are
    two numbers."""

    own: float
    of_areas: float

    @property
    def difference(self) -> float:
        """The areas' sum less the prefecture's own."""
        return self.of_areas - self.own


@dataclass(frozen=True, slots=True, eq=False)
class PublishedNeed:
    """A published table: its first row the prefecture, then its areas. `printed_upper` and `printed_lower` are the
    differences as printed."""

    names: tuple[str, ...]
    balance: Balance
    printed_upper: Floats
    printed_lower: Floats

    @property
    def sums(self) -> Sum:
        """The prefecture's need and its areas'."""
        return Sum(float(self.balance.required[0]), float(self.balance.required[1:].sum()))

    def misprinted(self, tolerance: float) -> tuple[str, ...]:
        """The rows with a printed difference further than `tolerance` from supply less need."""
        off = np.maximum(
            np.abs(self.balance.upper - self.printed_upper), np.abs(self.balance.lower - self.printed_lower)
        )
        return tuple(name for name, far in zip(self.names, off > tolerance, strict=True) if far)


@cache
def published_kyoto() -> PublishedNeed:
    """京都府 and its six areas as published in 2019. Source: see `data/manifest.toml`."""
    with shipped.path(KYOTO).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def column(name: str) -> Floats:
        return np.array([float(row[name]) for row in rows])

    return PublishedNeed(
        tuple(row["area"] for row in rows),
        Balance(column("required_2036"), column("supply_upper"), column("supply_lower")),
        column("diff_upper"),
        column("diff_lower"),
    )
