"""The copy that levers change: doctors, residents and ratio of every area of the base, and the area each belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce import AreaSet
from kaihoken.workforce.index import IndexTable, Thresholds
from kaihoken.workforce.scenario.levers import (
    AnyLever,
    AreasMerged,
    DoctorsChanged,
    DoctorsMoved,
    HoursChanged,
    OwnThresholds,
    PopulationOfYear,
    RatioChanged,
    ReachCounted,
    RuralityCounted,
)
from kaihoken.workforce.tables import projected_population

Floats = npt.NDArray[np.float64]

TINY: Final = 1e-9
"""Doctors below zero by less than this are what floating point left of nobody."""


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Row i is area i of the base. `group` names, by its first row, the area that a row belongs to; a row that is not
    merged names itself."""

    physicians: Floats
    population: Floats
    ratio: Floats
    group: npt.NDArray[np.intp]
    thresholds: Thresholds

    @classmethod
    def of(cls, table: IndexTable) -> "Components":
        """Those of a table, nothing merged."""
        own = np.arange(len(table), dtype=np.intp)
        return cls(table.physicians, table.population, table.ratio, own, table.thresholds)

    def grouped(self) -> tuple[Floats, Floats, Floats]:
        """Doctors, residents and ratio of the area that each row belongs to."""
        adjusted = self._summed(self.population * self.ratio)
        population = self._summed(self.population)
        ratio = self.ratio.copy()
        alone = np.bincount(self.group, minlength=len(self.group))[self.group] == 1
        np.divide(adjusted, population, out=ratio, where=~alone & (population > 0))
        return self._summed(self.physicians), population, ratio

    def index(self) -> Floats:
        """S / (N·U) of the area that each row belongs to; NaN where it is not defined."""
        physicians, population, ratio = self.grouped()
        adjusted = population * ratio
        found: Floats = np.full(len(adjusted), np.nan)
        np.divide(physicians, adjusted, out=found, where=adjusted > 0)
        return found

    def _summed(self, values: Floats) -> Floats:
        totals = np.bincount(self.group, weights=values, minlength=len(values))
        return np.asarray(totals[self.group], dtype=np.float64)


def applied(table: IndexTable, start: Components, levers: Sequence[AnyLever]) -> Components:
    """The copy after these levers, in their order. Doctors may fall below zero: see `require_sound`."""
    here = start
    for lever in levers:
        here = _after(table, here, lever)
    return here


def _after(table: IndexTable, here: Components, lever: AnyLever) -> Components:
    areas = table.areas
    match lever:
        case DoctorsChanged():
            return replace(
                here, physicians=_added(here.physicians, areas.position(lever.area), lever.doctors)
            )
        case DoctorsMoved():
            left = _added(here.physicians, areas.position(lever.origin), -lever.doctors)
            return replace(here, physicians=_added(left, areas.position(lever.to), lever.doctors))
        case HoursChanged():
            inside = np.array([not lever.areas or code in lever.areas for code in areas.codes])
            factor = np.where(inside, 1 + lever.percent / 100, 1.0)
            return replace(here, physicians=here.physicians * factor)
        case PopulationOfYear():
            return replace(here, population=_residents(table, lever.year))
        case RatioChanged():
            ratio = here.ratio.copy()
            ratio[areas.position(lever.area)] *= 1 + lever.percent / 100
            return replace(here, ratio=ratio)
        case AreasMerged():
            group = here.group.copy()
            rows = sorted(areas.position(code) for code in lever.areas)
            group[rows] = rows[0]
            return replace(here, group=group)
        case OwnThresholds():
            return replace(here, thresholds=Thresholds(upper=lever.upper, lower=lever.lower))
        case RuralityCounted() | ReachCounted():
            return here


@lru_cache(maxsize=128)
def _residents(table: IndexTable, year: int) -> Floats:
    return projected_population(table.areas, year).hundred_thousands


def _added(values: Floats, row: int, amount: float) -> Floats:
    changed = values.copy()
    changed[row] += amount
    return changed


def require_sound(table: IndexTable, levers: Sequence[AnyLever]) -> None:
    """That the levers can be applied. Each problem says which lever and field, counted from 0 as in the file.

    Raises Problem `workforce.scenario-area-unknown`, `workforce.scenario-below-zero`, `workforce.scenario-value`,
    `workforce.scenario-merge`, and `workforce.projection-year`.
    """
    areas, here = table.areas, Components.of(table)
    merged: set[str] = set()
    for number, lever in enumerate(levers):
        where = f"levers[{number}]"
        _require_areas(areas, lever, where)
        _require_values(lever, where)
        if isinstance(lever, AreasMerged):
            _require_apart(areas, lever, merged, where)
        here = _after(table, here, lever)
        _require_doctors(areas, here, where)


def named(lever: AnyLever) -> dict[str, tuple[str, ...]]:
    """The area codes that a lever names, by field."""
    match lever:
        case DoctorsChanged() | RatioChanged():
            return {"area": (lever.area,)}
        case DoctorsMoved():
            return {"origin": (lever.origin,), "to": (lever.to,)}
        case HoursChanged() | AreasMerged():
            return {"areas": lever.areas}
        case RuralityCounted():
            return {"ranks": tuple(lever.ranks)}
        case ReachCounted():
            return {"shares": tuple(lever.shares)}
        case _:
            return {}


def _require_areas(areas: AreaSet, lever: AnyLever, where: str) -> None:
    known = set(areas.codes)
    for field, codes in named(lever).items():
        for code in codes:
            if code not in known:
                padded = code.zfill(4)
                near = padded if padded in known else "—"
                raise Problem(
                    "workforce.scenario-area-unknown",
                    where=f"{where}.{field}",
                    area=code,
                    set=areas.name,
                    near=near,
                )


def _require_values(lever: AnyLever, where: str) -> None:
    match lever:
        case DoctorsMoved() if not 0 <= lever.doctors < np.inf:
            _refuse(f"{where}.doctors", lever.doctors, "0 ≦ doctors")
        case DoctorsChanged() if not np.isfinite(lever.doctors):
            _refuse(f"{where}.doctors", lever.doctors, "−∞ < doctors < ∞")
        case HoursChanged() | RatioChanged() if not -100 <= lever.percent < np.inf:
            _refuse(f"{where}.percent", lever.percent, "−100 ≦ percent")
        case OwnThresholds() if not 0 <= lever.lower < lever.upper < np.inf:
            _refuse(f"{where}.lower", lever.lower, "0 ≦ lower < upper")
        case RuralityCounted() if not all(1 <= rank <= 100 for rank in lever.ranks.values()):
            _refuse(f"{where}.ranks", max(lever.ranks.values()), "1 ≦ rank ≦ 100")
        case ReachCounted() if not all(0 <= share <= 1 for share in lever.shares.values()):
            _refuse(f"{where}.shares", max(lever.shares.values()), "0 ≦ share ≦ 1")


def _refuse(where: str, value: float, wanted: str) -> None:
    raise Problem("workforce.scenario-value", where=where, value=f"{value:g}", wanted=wanted)


def _require_apart(areas: AreaSet, lever: AreasMerged, merged: set[str], where: str) -> None:
    parts = set(lever.areas)
    if len(parts) < 2 or len(parts) < len(lever.areas):
        raise Problem("workforce.scenario-merge", where=f"{where}.areas", areas=", ".join(lever.areas))
    taken = merged | (set(areas.codes) - parts)
    if parts & merged or lever.code in taken or not lever.code:
        raise Problem("workforce.scenario-merge", where=f"{where}.code", areas=", ".join(lever.areas))
    merged |= parts | {lever.code}


def _require_doctors(areas: AreaSet, here: Components, where: str) -> None:
    for row in np.flatnonzero(here.physicians < -TINY):
        area = areas.areas[row]
        raise Problem(
            "workforce.scenario-below-zero",
            where=where,
            area=f"{area.code} {area.prefecture}{area.name}",
            doctors=f"{here.physicians[row]:.1f}",
        )
