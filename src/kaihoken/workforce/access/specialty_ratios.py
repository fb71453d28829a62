"""診療科別の医師数: doctors of each specialty per 100,000 residents where they are relatively few, against the nation.

Needs a table that does not ship: doctors by area and specialty (医師・歯科医師・薬剤師統計, e-Stat 00450026,
2022 第25表, statInfId 000040155795). Until it is loaded the ratios are 入力待ち; counts of departments are no doctors
and never stand in for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem

Floats = npt.NDArray[np.float64]

NEEDED_TABLE: Final = "e-Stat 00450026 医師・歯科医師・薬剤師統計 2022 第25表 (statInfId 000040155795)"
_PER = 100_000.0


@dataclass(frozen=True, slots=True, eq=False)
class SpecialtyRatios:
    """Row s is specialty s: doctors per 100,000 residents in the `chosen` areas and in all of them, and their ratio
    (NaN where the nation has none, or where counts of the chosen are suppressed). `doctors` [persons] of the chosen;
    `suppressed` how many of their counts are absent."""

    specialties: tuple[str, ...]
    doctors: Floats
    chosen: Floats
    nation: Floats
    suppressed: npt.NDArray[np.int64]
    residents: float

    @property
    def ratio(self) -> Floats:
        """Chosen areas over the nation; below 0.6 is where remote care is looked at."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.nation > 0, self.chosen / self.nation, np.nan)


def specialty_ratios(
    area_codes: Sequence[str],
    doctors: Mapping[str, Floats] | None,
    residents: Floats,
    chosen: npt.NDArray[np.bool_],
    nation: Mapping[str, float] | None = None,
) -> SpecialtyRatios:
    """Ratios by specialty over the chosen areas (those of the class 少数, say).

    `doctors[s]` are persons by area, NaN where suppressed; `residents` by area; `nation[s]` the printed national count
    (None: the sum of the areas, NaN where one is suppressed). A suppressed count makes the specialty's figure of the
    chosen areas NaN rather than too small. Raises Problem `workforce.awaiting-table` while `doctors` is None, and
    `workforce.columns-differ`, `workforce.nobody-chosen`.
    """
    if doctors is None:
        raise Problem("workforce.awaiting-table", where="doctors", table=NEEDED_TABLE)
    for name, column in {"residents": residents, "chosen": chosen, **doctors}.items():
        if len(column) != len(area_codes):
            raise Problem(
                "workforce.columns-differ", where=name, column=name, rows=len(column), wanted=len(area_codes)
            )
    people = float(residents[chosen].sum())
    if people <= 0:
        raise Problem("workforce.nobody-chosen", where="chosen", areas=int(chosen.sum()))
    names = tuple(doctors)
    table = np.stack([doctors[name] for name in names]) if names else np.zeros((0, len(area_codes)))
    of_chosen = table[:, chosen].sum(axis=1)
    whole = np.array([nation[name] if nation else doctors[name].sum() for name in names])
    return SpecialtyRatios(
        names,
        of_chosen,
        of_chosen * _PER / people,
        whole * _PER / float(residents.sum()),
        np.isnan(table[:, chosen]).sum(axis=1),
        people,
    )
