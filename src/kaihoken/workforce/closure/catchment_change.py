"""集水域の変化: how much supply each person can reach before and after, with shortened days counted as less of it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.access import (
    Catchments,
    Distances,
    Facilities,
    Kernel,
    Settlements,
    facility_places,
    two_step,
)
from kaihoken.workforce.closure.edits import EditedFacilities
from kaihoken.workforce.closure.effects import Need, wanted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Supply(StrEnum):
    """What a facility supplies: 1 each (a consulting place), or its doctors in full-time equivalents."""

    PLACES = "places"
    DOCTORS = "doctors"


@dataclass(frozen=True, slots=True, eq=False)
class CatchmentChange:
    """Access by place before and after (`Catchments.access`, supply per person), and its mean by municipality, NaN
    where nobody lives. `not_stated` facilities are left out, before and after, as their doctors are not stated."""

    before: Catchments
    after: Catchments
    codes: tuple[str, ...]
    mean_before: Floats
    mean_after: Floats
    not_stated: int

    def change(self) -> Floats:
        """After less before by municipality, supply per person."""
        return np.asarray(self.mean_after - self.mean_before, dtype=np.float64)


def catchment_change(
    settlements: Settlements,
    facilities: Facilities,
    after: EditedFacilities,
    need: Need,
    distances: Distances,
    kernel: Kernel,
    supply: Supply,
) -> CatchmentChange:
    """2SFCA or E2SFCA (by the kernel) of the facilities that answer a need, before and after the edits."""
    everywhere = np.ones(len(facilities), dtype=np.bool_)
    old, unstated = _catchments(
        settlements, facilities, everywhere, np.ones(len(facilities)), need, distances, kernel, supply
    )
    new, _ = _catchments(
        settlements, after.facilities, after.is_open, after.time, need, distances, kernel, supply
    )
    codes, row = np.unique(settlements.municipality, return_inverse=True)
    people = np.bincount(row, weights=settlements.total, minlength=len(codes))

    def mean(found: Catchments) -> Floats:
        weighted = np.bincount(row, weights=found.access * settlements.total, minlength=len(codes))
        shared = np.divide(weighted, people, out=np.full(len(codes), np.nan), where=people > 0)
        return np.asarray(shared, dtype=np.float64)

    return CatchmentChange(old, new, tuple(str(code) for code in codes), mean(old), mean(new), unstated)


def _catchments(
    settlements: Settlements,
    facilities: Facilities,
    is_open: Bools,
    time: Floats,
    need: Need,
    distances: Distances,
    kernel: Kernel,
    supply: Supply,
) -> tuple[Catchments, int]:
    chosen = wanted(facilities, need) & is_open & facilities.located
    amount = facilities.doctors if supply is Supply.DOCTORS else np.ones(len(facilities))
    stated = np.isfinite(amount)
    rows = np.flatnonzero(chosen & stated)
    found = two_step(
        settlements.places,
        settlements.total,
        facility_places(facilities, rows),
        amount[rows] * time[rows],
        distances,
        kernel,
    )
    return found, int((chosen & ~stated).sum())
