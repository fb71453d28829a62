"""医師の年齢構成: shares of young and old doctors, their mean age, and the clinics whose doctors are old."""

from dataclasses import dataclass
from typing import ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.workforce import AreaSet
from kaihoken.workforce.plan.absence import quotient

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class AgeRules(msgspec.Struct, frozen=True):
    """The ages that are counted, and the part of areas in which a share is told as a warning (rule family
    workforce/age-structure)."""

    family: ClassVar[str] = "workforce/age-structure"

    young_below: int
    old_from: int
    clinic_old_from: int
    part: float


@dataclass(frozen=True, slots=True, eq=False)
class AgeTable:
    """Doctors by area and age band: `heads[i, k]` in area i, of ages `bands[k]` = (from, below); `clinic` the same for
    those whose workplace is a clinic, or None where it is not known. NaN is absent."""

    areas: AreaSet
    bands: tuple[tuple[int, int], ...]
    heads: Floats
    clinic: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class AgeStructure:
    """By area: shares of all doctors (of clinic doctors for `clinic_old`), and the mean age as the mean of the bands'
    middles. Absent where an area has no doctors, and where bands cut across an age that is asked for. The flags say
    which areas lie in the part of areas that the rule names; absent is no flag."""

    areas: AreaSet
    young: Floats
    old: Floats
    mean_age: Floats
    clinic_old: Floats
    young_few: Flags
    old_many: Flags
    clinic_old_many: Flags


def age_structure(table: AgeTable, limits: AgeRules) -> AgeStructure:
    """The ages of each area's doctors and what stands out among the areas of the table.

    Ages are kept out of the index: a warning stands beside it.
    """
    young = _share(table.heads, table.bands, 0, limits.young_below)
    old = _share(table.heads, table.bands, limits.old_from, None)
    middles = np.array([(first + below) / 2 for first, below in table.bands])
    total = table.heads.sum(axis=1)
    mean = quotient(table.heads @ middles, total)
    clinic_old = (
        np.full(len(table.areas), np.nan)
        if table.clinic is None
        else _share(table.clinic, table.bands, limits.clinic_old_from, None)
    )
    return AgeStructure(
        table.areas,
        young,
        old,
        mean,
        clinic_old,
        young_few=_in_part(-young, limits.part),
        old_many=_in_part(old, limits.part),
        clinic_old_many=_in_part(clinic_old, limits.part),
    )


def _share(heads: Floats, bands: tuple[tuple[int, int], ...], first: int, below: int | None) -> Floats:
    """The part of an area's doctors of these ages; NaN everywhere when a band lies on both sides of a bound."""
    cut = any(low < bound < high for low, high in bands for bound in (first, below) if bound is not None)
    if cut:
        return np.full(len(heads), np.nan)
    inside = [first <= low and (below is None or high <= below) for low, high in bands]
    return quotient(heads[:, inside].sum(axis=1), heads.sum(axis=1))


def _in_part(values: Floats, part: float) -> Flags:
    """The areas with the highest values, `part` of those that have one; a tie at the bound belongs to it."""
    known = np.sort(values[~np.isnan(values)])[::-1]
    count = int(np.floor(part * len(known)))
    if count == 0:
        return np.zeros(len(values), dtype=bool)
    return np.asarray(values >= known[count - 1])
