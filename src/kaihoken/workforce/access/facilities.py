"""医療施設: hospitals and clinics with departments, beds, emergency level and place, each column frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.access.departments import DepartmentBook

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]


class FacilityKind(IntEnum):
    """病院 (20 beds or more) or 一般診療所."""

    CLINIC = 0
    HOSPITAL = 1


class EmergencyLevel(IntEnum):
    """救急: what 病床機能報告 says of a facility. NOT_REPORTED is a facility without a report, not one without duty."""

    NOT_REPORTED = -1
    NONE = 0
    SECONDARY = 2
    TERTIARY = 3


class Coordinate(IntEnum):
    """How exactly a place is known, from the building to nothing."""

    NONE = 0
    MUNICIPALITY = 1
    TOWN = 2
    OFFICIAL = 3
    EDITED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Facilities:
    """Hospitals and clinics; row i of each column is one facility.

    `latitude` and `longitude` in degrees (WGS84), NaN where `coordinate` is NONE. `departments` are bits of
    `book.groups`, worth reading only where `departments_known`. `beds` are licensed beds; `high_acute`, `acute`,
    `recovery` and `chronic` those of 病床機能報告; `deliveries` a year; `doctors` full-time equivalents; `days`
    open days a week. NaN is "not stated", never 0. `reported` says which 病床機能報告 covers.
    """

    book: DepartmentBook
    ids: tuple[str, ...]
    names: tuple[str, ...]
    municipality: npt.NDArray[np.str_]
    prefecture: npt.NDArray[np.str_]
    kind: Codes
    latitude: Floats
    longitude: Floats
    coordinate: Codes
    departments: npt.NDArray[np.uint32]
    departments_known: Bools
    emergency: Codes
    beds: Floats
    high_acute: Floats
    acute: Floats
    recovery: Floats
    chronic: Floats
    deliveries: Floats
    doctors: Floats
    days: Floats
    unmapped: Mapping[str, int]

    def __post_init__(self) -> None:
        for one in fields(self):
            column = getattr(self, one.name)
            if isinstance(column, np.ndarray):
                if len(column) != len(self.ids):
                    raise ValueError(f"{one.name} has {len(column)} rows for {len(self.ids)} facilities")
                column.setflags(write=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def located(self) -> Bools:
        """Which facilities have a place."""
        return np.not_equal(self.coordinate, Coordinate.NONE)

    @property
    def reported(self) -> Bools:
        """Which facilities stand in 病床機能報告."""
        return np.not_equal(self.emergency, EmergencyLevel.NOT_REPORTED)

    def with_department(self, group: str) -> Bools:
        """Which facilities state a department of that group (code or Japanese name). A facility whose departments are
        not known is not among them: see `departments_known`."""
        return np.asarray(self.departments & np.uint32(self.book.bit(group)), dtype=np.bool_)

    def with_emergency(self, least: EmergencyLevel) -> Bools:
        """Which facilities are of that level or above (a tertiary centre serves where a secondary hospital would)."""
        found: Bools = self.emergency >= int(least)
        return found

    def with_deliveries(self) -> Bools:
        """分娩取扱施設: which facilities report one delivery a year or more. Suppressed counts are not among them."""
        return np.greater(self.deliveries, 0)

    def position(self, facility: str) -> int:
        """The row of a facility by its id, or by its name where one facility alone bears it.

        Raises Problem `workforce.facility-unknown`, or `workforce.facility-ambiguous` with their ids.
        """
        if facility in self.ids:
            return self.ids.index(facility)
        found = [row for row, name in enumerate(self.names) if name == facility]
        if not found:
            found = [row for row, name in enumerate(self.names) if facility and facility in name]
        if len(found) == 1:
            return found[0]
        if not found:
            raise Problem("workforce.facility-unknown", where=facility, facility=facility)
        choices = ", ".join(f"{self.names[row]} {self.ids[row]}" for row in found[:8])
        raise Problem("workforce.facility-ambiguous", where=facility, facility=facility, choices=choices)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> "Facilities":
        """Some of the rows, in their order."""
        picked = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return replace(
            self,
            ids=tuple(self.ids[row] for row in picked),
            names=tuple(self.names[row] for row in picked),
            **{
                one.name: getattr(self, one.name)[picked]
                for one in fields(self)
                if isinstance(getattr(self, one.name), np.ndarray)
            },
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a prefecture's institutions the tables hold: `hospitals` and `clinics` here, how many of them have
    `departments`, against `institutions`, the insurance medical institutions of 2025-08 (None: not in that list), and
    `hospitals_2023` and `clinics_2023` of the survey of medical institutions."""

    prefecture: str
    hospitals: int
    clinics: int
    departments: int
    institutions: int | None
    hospitals_2023: int
    clinics_2023: int

    @property
    def share(self) -> float:
        """Facilities here for each institution listed, else for each of the survey of 2023."""
        there = (
            self.institutions if self.institutions is not None else self.hospitals_2023 + self.clinics_2023
        )
        return (self.hospitals + self.clinics) / there if there else float("nan")

    @property
    def departments_share(self) -> float:
        """Facilities with departments for each institution."""
        return self.share * self.departments / max(self.hospitals + self.clinics, 1)


def thin(coverages: Sequence[Coverage], least: float = 0.8) -> tuple[str, ...]:
    """The prefectures whose facilities with departments are fewer than that share of the institutions: what is
    computed there says less than it seems, and its surface must say so."""
    return tuple(one.prefecture for one in coverages if not one.departments_share >= least)
