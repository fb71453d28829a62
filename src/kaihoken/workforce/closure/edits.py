"""What-if changes of facilities: a list of edits, applied in its order to a copy of the table.

>>> edited(published_facilities(), [CloseFacility("0117310000120")])
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.access import Coordinate, EmergencyLevel, Facilities, FacilityKind

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

Kind = TypeVar("Kind", bound=np.generic)

_DAYS = 7


class CloseFacility(msgspec.Struct, frozen=True, tag="close"):
    """廃止: the facility (id or full name) is gone."""

    facility: str


class CloseDepartment(msgspec.Struct, frozen=True, tag="close-department"):
    """診療科の廃止: one group of departments of a facility is gone, and with obstetrics its deliveries."""

    facility: str
    department: str


class MergeFacilities(msgspec.Struct, frozen=True, tag="merge"):
    """統合: `facility` moves into `into`, which from then on has the departments, beds, doctors and deliveries of both
    and the higher emergency level."""

    facility: str
    into: str


class MoveFacility(msgspec.Struct, frozen=True, tag="move"):
    """移転: the facility stands elsewhere, degrees (WGS84)."""

    facility: str
    latitude: float
    longitude: float


class ShortenDays(msgspec.Struct, frozen=True, tag="shorten"):
    """診療日の短縮: open so many days a week. `before` where the table does not state the days until now."""

    facility: str
    days: float
    before: float | None = None


class RoundVisits(msgspec.Struct, frozen=True, tag="rounds"):
    """巡回診療: a place (degrees) where these departments are open so many days a week, full-time equivalents there."""

    name: str
    municipality: str
    latitude: float
    longitude: float
    departments: tuple[str, ...]
    days: float
    doctors: float


class KeepFacility(msgspec.Struct, frozen=True, tag="keep"):
    """承継: a facility that an earlier edit of the list closed has a successor and stays as it was before."""

    facility: str


Edit: TypeAlias = (
    CloseFacility
    | CloseDepartment
    | MergeFacilities
    | MoveFacility
    | ShortenDays
    | RoundVisits
    | KeepFacility
)


@dataclass(frozen=True, slots=True, eq=False)
class EditedFacilities:
    """The table after the edits: the rows of before in their order, then those of rounds. `is_open` tells which are
    still there; `time` is the part of its former time that each gives (1 where its days are as before)."""

    facilities: Facilities
    is_open: Bools
    time: Floats
    edits: tuple[Edit, ...]


def edited(facilities: Facilities, edits: Sequence[Edit]) -> EditedFacilities:
    """Applies the edits in order.

    Raises Problem `workforce.facility-unknown` or `-ambiguous`; `workforce.edit-refused` with the edit's number and the
    reason where it cannot be: closed already, not closed (for a successor), no such department, days that are not
    fewer, a place off the sphere, merged into itself; `workforce.department-unknown`.
    """
    sheet = _Sheet(facilities)
    for number, edit in enumerate(edits, start=1):
        sheet.apply(number, edit)
    return EditedFacilities(sheet.facilities, sheet.is_open, sheet.time, tuple(edits))


class _Sheet:
    """The columns while they are edited; each edit leaves whole new columns, so that what was handed in stays."""

    def __init__(self, facilities: Facilities) -> None:
        self.facilities = facilities
        self.is_open = np.ones(len(facilities), dtype=np.bool_)
        self.time = np.ones(len(facilities))

    def apply(self, number: int, edit: Edit) -> None:
        match edit:
            case CloseFacility(facility):
                self.is_open[self._row(number, facility)] = False
            case CloseDepartment(facility, department):
                self._close_department(number, self._row(number, facility), department)
            case MergeFacilities(facility, into):
                self._merge(number, self._row(number, facility), self._row(number, into))
            case MoveFacility(facility, latitude, longitude):
                row = self._row(number, facility)
                _refuse_place(number, latitude, longitude)
                self._set(row, latitude=latitude, longitude=longitude, coordinate=int(Coordinate.EDITED))
            case ShortenDays(facility, days, before):
                self._shorten(number, self._row(number, facility), days, before)
            case RoundVisits():
                self._visit(number, edit)
            case KeepFacility(facility):
                row = self.facilities.position(facility)
                if self.is_open[row]:
                    raise _refused(number, f"{self.facilities.names[row]}: no earlier edit closes it")
                self.is_open[row] = True

    def _row(self, number: int, facility: str) -> int:
        row = self.facilities.position(facility)
        if not self.is_open[row]:
            raise _refused(number, f"{self.facilities.names[row]}: closed by an earlier edit")
        return row

    def _close_department(self, number: int, row: int, department: str) -> None:
        bit = self.facilities.book.bit(department)
        if not int(self.facilities.departments[row]) & bit:
            raise _refused(number, f"{self.facilities.names[row]}: no {department}")
        left = int(self.facilities.departments[row]) & ~bit
        if bit == self.facilities.book.bit("obstetrics-gynaecology"):
            self._set(row, departments=left, deliveries=0.0)
        else:
            self._set(row, departments=left)

    def _merge(self, number: int, row: int, into: int) -> None:
        if row == into:
            raise _refused(number, f"{self.facilities.names[row]}: merged into itself")
        table = self.facilities
        summed = {
            name: _sum_of_stated(getattr(table, name)[row], getattr(table, name)[into])
            for name in ("beds", "high_acute", "acute", "recovery", "chronic", "deliveries", "doctors")
        }
        self._set(
            into,
            departments=int(table.departments[row] | table.departments[into]),
            departments_known=bool(table.departments_known[row] or table.departments_known[into]),
            emergency=int(max(table.emergency[row], table.emergency[into])),
            **summed,
        )
        self.is_open[row] = False

    def _shorten(self, number: int, row: int, days: float, before: float | None) -> None:
        stated = float(self.facilities.days[row])
        former = stated if before is None else before
        if not former > 0:
            raise _refused(
                number, f"{self.facilities.names[row]}: days until now are not stated, give `before`"
            )
        if not 0 < days < former:
            raise _refused(number, f"{self.facilities.names[row]}: {days:g} of {former:g} days a week")
        self.time[row] *= days / former
        self._set(row, days=days)

    def _visit(self, number: int, edit: RoundVisits) -> None:
        _refuse_place(number, edit.latitude, edit.longitude)
        if not (0 < edit.days <= _DAYS and edit.doctors >= 0):
            raise _refused(number, f"{edit.name}: {edit.days:g} days a week, {edit.doctors:g} doctors")
        table = self.facilities
        bits = sum({table.book.bit(group) for group in edit.departments})
        not_stated = float("nan")
        self.facilities = replace(
            table,
            ids=(*table.ids, f"rounds-{number}"),
            names=(*table.names, edit.name),
            municipality=np.append(table.municipality, edit.municipality),
            prefecture=np.append(table.prefecture, edit.municipality[:2]),
            kind=_longer(table.kind, int(FacilityKind.CLINIC)),
            latitude=_longer(table.latitude, edit.latitude),
            longitude=_longer(table.longitude, edit.longitude),
            coordinate=_longer(table.coordinate, int(Coordinate.EDITED)),
            departments=_longer(table.departments, bits),
            departments_known=_longer(table.departments_known, True),
            emergency=_longer(table.emergency, int(EmergencyLevel.NOT_REPORTED)),
            beds=_longer(table.beds, not_stated),
            high_acute=_longer(table.high_acute, not_stated),
            acute=_longer(table.acute, not_stated),
            recovery=_longer(table.recovery, not_stated),
            chronic=_longer(table.chronic, not_stated),
            deliveries=_longer(table.deliveries, not_stated),
            doctors=_longer(table.doctors, edit.doctors),
            days=_longer(table.days, edit.days),
        )
        self.is_open = np.append(self.is_open, True)
        self.time = np.append(self.time, 1.0)

    def _set(self, row: int, **values: float | bool) -> None:
        columns = {}
        for name, value in values.items():
            column = getattr(self.facilities, name).copy()
            column[row] = value
            columns[name] = column
        self.facilities = replace(self.facilities, **columns)


def _longer(column: npt.NDArray[Kind], value: float) -> npt.NDArray[Kind]:
    return np.append(column, np.array([value], dtype=column.dtype))


def _sum_of_stated(one: float, other: float) -> float:
    if np.isnan(one) and np.isnan(other):
        return float("nan")
    return float(np.nansum([one, other]))


def _refuse_place(number: int, latitude: float, longitude: float) -> None:

    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise _refused(number, f"{latitude:g}, {longitude:g}: no place in degrees")


def _refused(number: int, reason: str) -> Problem:
    return Problem("workforce.edit-refused", where=f"edits[{number}]", number=number, reason=reason)
