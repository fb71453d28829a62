"""承継: clinics whose doctors reach an age without a successor, year by year, and the municipalities left with none.

The ages of clinic doctors do not ship: they are an own table (入力待ち), one row for each doctor of a clinic.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.access import BadRow, Facilities, FacilityKind, read_own_table
from kaihoken.workforce.closure.edits import CloseFacility

TEMPLATE: Final = "facility_id,age,as_of_year,successor\n"
"""年齢の表: facility_id as in the tables of facilities, age in full years at the end of as_of_year, successor yes, no
or unknown (blank)."""

_YOUNGEST, _OLDEST = 24, 110
_YEARS = (2000, 2100)


class Succession(StrEnum):
    """後継者: whether one is there."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClinicDoctor:
    """One doctor of a clinic, without a name: age at the end of a year, and whether there is a successor."""

    facility: str
    age: int
    as_of_year: int
    successor: Succession


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Clinics by year. Row y is `years[y]`, column m is municipality `municipalities[m]`.

    `at_start` by municipality before the first year, `open_clinics` at the end of each; `served` whether rounds come
    there. `closing` names the clinics that end in each year; `age_unknown` counts clinics without a row in the table
    of ages, which stay open here.
    """

    years: tuple[int, ...]
    municipalities: tuple[str, ...]
    at_start: npt.NDArray[np.int64]
    open_clinics: npt.NDArray[np.int64]
    served: npt.NDArray[np.bool_]
    closing: tuple[tuple[str, ...], ...]
    age_unknown: int
    retire_at: int

    def left_with_none(self, year: int) -> tuple[str, ...]:
        """Municipalities that had a clinic before the first year and have none at the end of this one, and to which no
        rounds come. Raises Problem `workforce.year-not-computed`."""
        none = (self.at_start > 0) & (self.open_clinics[self._row(year)] == 0) & ~self.served
        return tuple(code for code, gone in zip(self.municipalities, none, strict=True) if gone)

    def closures(self, year: int) -> tuple[CloseFacility, ...]:
        """The closures up to the end of a year as edits, to see whom they put beyond 30 or 60 minutes."""
        return tuple(
            CloseFacility(facility) for closed in self.closing[: self._row(year) + 1] for facility in closed
        )

    def _row(self, year: int) -> int:
        if year not in self.years:
            raise Problem(
                "workforce.year-not-computed",
                where=str(year),
                year=year,
                first=self.years[0],
                last=self.years[-1],
            )
        return self.years.index(year)


def read_clinic_doctors(
    text: str, facilities: Facilities
) -> tuple[tuple[ClinicDoctor, ...], tuple[BadRow, ...]]:
    """Reads the table of ages (CSV with the header of `TEMPLATE`): the good rows, and each bad one with its reason.

    Raises Problem `workforce.own-table-header` where a column is missing.
    """
    clinics = {
        one for one, kind in zip(facilities.ids, facilities.kind, strict=True) if kind == FacilityKind.CLINIC
    }
    return read_own_table(text, TEMPLATE, lambda row: _doctor(row, clinics))


def outlook(
    facilities: Facilities,
    doctors: Sequence[ClinicDoctor] | None,
    years: Sequence[int],
    *,
    retire_at: int,
    kept: Collection[str] = (),
    rounds_to: Collection[str] = (),
    unknown_closes: bool = True,
) -> Outlook:
    """Clinics left at the end of each year, if every doctor works until the year of turning `retire_at` (75, 80).

    A clinic ends with its youngest doctor's year, unless a doctor of it has a successor, or it is among the `kept`
    (承継 found). `unknown_closes` treats an unknown successor as none. `rounds_to` are municipalities where 巡回 comes.
    Raises Problem `workforce.awaiting-table` while the ages are None.
    """
    if doctors is None:
        raise Problem("workforce.awaiting-table", where="doctors", table=TEMPLATE.strip())
    ends = _ends(doctors, retire_at, frozenset(kept), unknown_closes)
    known = {doctor.facility for doctor in doctors}
    clinics = [row for row in range(len(facilities)) if facilities.kind[row] == FacilityKind.CLINIC]
    codes = sorted({str(facilities.municipality[row]) for row in clinics} - {""})
    column = {code: at for at, code in enumerate(codes)}
    first, last = years[0], years[-1]
    span = tuple(range(first, last + 1))
    start = np.zeros(len(codes), dtype=np.int64)
    leaving = np.zeros((len(span), len(codes)), dtype=np.int64)
    closing: list[list[str]] = [[] for _ in span]
    for row in clinics:
        at = column.get(str(facilities.municipality[row]))
        if at is None:
            continue
        start[at] += 1
        end = ends.get(facilities.ids[row])
        if end is not None and end <= last:
            turn = max(end - first, 0)
            leaving[turn, at] += 1
            closing[turn].append(facilities.ids[row])
    return Outlook(
        years=span,
        municipalities=tuple(codes),
        at_start=start,
        open_clinics=start - np.cumsum(leaving, axis=0),
        served=np.isin(np.array(codes), list(rounds_to)),
        closing=tuple(tuple(ids) for ids in closing),
        age_unknown=sum(facilities.ids[row] not in known for row in clinics),
        retire_at=retire_at,
    )


def _ends(
    doctors: Sequence[ClinicDoctor], retire_at: int, kept: frozenset[str], unknown_closes: bool
) -> Mapping[str, int]:
    closes = {Succession.NO} | ({Succession.UNKNOWN} if unknown_closes else set())
    years: defaultdict[str, list[int]] = defaultdict(list)
    staying = set(kept)
    for doctor in doctors:
        years[doctor.facility].append(doctor.as_of_year + retire_at - doctor.age)
        if doctor.successor not in closes:
            staying.add(doctor.facility)
    return {facility: max(found) for facility, found in years.items() if facility not in staying}


def _doctor(row: Mapping[str, str], clinics: Collection[str]) -> ClinicDoctor | tuple[str, str]:
    facility = row["facility_id"]
    if facility not in clinics:
        return "facility_id", f"{facility or '(empty)'}: not a clinic of the tables"
    numbers: dict[str, int] = {}
    for name, low, high in (("age", _YOUNGEST, _OLDEST), ("as_of_year", *_YEARS)):
        text = row[name]
        if not text.isdecimal() or not low <= int(text) <= high:
            return name, f"{text or '(empty)'}: not from {low} to {high}"
        numbers[name] = int(text)
    successor = row["successor"].lower() or "unknown"
    if successor not in set(Succession):
        return "successor", f"{successor}: not yes, no or unknown"
    return ClinicDoctor(facility, numbers["age"], numbers["as_of_year"], Succession(successor))
