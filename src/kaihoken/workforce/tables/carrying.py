"""圏域の引き継ぎ: counts of one set of areas as counts of another, where municipalities show that it is exact."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaCode, AreaSet, MunicipalityCode

Floats = npt.NDArray[np.float64]

_NAMED = 10


@dataclass(frozen=True, slots=True)
class AreaChange:
    """An area whose municipalities lie elsewhere in the new set: `into` says how many areas share them; `moved` are
    the municipalities by new area, and those that no new area has (key "")."""

    area: AreaCode
    into: tuple[AreaCode, ...]
    moved: tuple[tuple[AreaCode, tuple[MunicipalityCode, ...]], ...]


@dataclass(frozen=True, slots=True)
class AreaMerger:
    """New areas that are made of several whole old ones (秋田 8 to 3)."""

    area: AreaCode
    of: tuple[AreaCode, ...]


def divided(old: AreaSet, new: AreaSet) -> tuple[AreaChange, ...]:
    """The areas of the old set that do not lie whole in one of the new; nothing where all can be carried."""
    return tuple(change for change in _changes(old, new) if len(change.into) != 1)


def mergers(old: AreaSet, new: AreaSet) -> tuple[AreaMerger, ...]:
    """The new areas that are made of several old ones, in code order."""
    made: dict[AreaCode, list[AreaCode]] = {}
    for change in _changes(old, new):
        if len(change.into) == 1:
            made.setdefault(change.into[0], []).append(change.area)
    return tuple(AreaMerger(area, tuple(parts)) for area, parts in sorted(made.items()) if len(parts) > 1)


def carry(values: Floats, old: AreaSet, new: AreaSet) -> Floats:
    """Counts by area of the old set (`[area, …]`) as counts of the new; a sum with an absent part (NaN) is absent, and
    so is an area that no old one lies in.

    For counts only: rates and indices are computed anew, never carried. Raises Problem
    `workforce.carry-not-derivable`, naming the area that is divided and its municipalities: then use the table by
    municipality (`area_groups`).
    """
    for change in divided(old, new):
        parts = [f"{area or '—'}: {'、'.join(codes[:_NAMED])}" for area, codes in change.moved]
        raise Problem(
            "workforce.carry-not-derivable",
            where=change.area,
            old=old.name,
            new=new.name,
            area=change.area,
            municipalities="; ".join(parts),
        )
    row = np.array([new.position(change.into[0]) for change in _changes(old, new)], dtype=np.intp)
    carried = np.zeros((len(new), *values.shape[1:]))
    np.add.at(carried, row, values)
    carried[np.setdiff1d(np.arange(len(new)), row)] = np.nan
    return carried


def _changes(old: AreaSet, new: AreaSet) -> list[AreaChange]:
    lying: dict[AreaCode, dict[AreaCode, list[MunicipalityCode]]] = {area: {} for area in old.codes}
    for municipality, area in sorted(old.of_municipality.items()):
        there = new.of_municipality.get(municipality, AreaCode(""))
        lying[area].setdefault(there, []).append(municipality)
    return [
        AreaChange(area, tuple(parts), tuple((there, tuple(codes)) for there, codes in parts.items()))
        if AreaCode("") not in parts
        else AreaChange(
            area, (*parts, AreaCode("")), tuple((there, tuple(codes)) for there, codes in parts.items())
        )
        for area, parts in lying.items()
    ]
