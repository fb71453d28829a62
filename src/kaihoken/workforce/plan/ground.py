"""What choosing priority areas looks at: habitable land and registered doctors of areas and municipalities."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from kaihoken.workforce import Area, AreaCode, AreaSet, PrefectureCode, own_grouping
from kaihoken.workforce.plan.absence import quotient
from kaihoken.workforce.tables import municipal_places, places, registered_doctors

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Registered doctors (届出医師数, 2022) and habitable land in km² (2024); row i is area i of `areas`.

    Areas among which a city is not divided (川崎市: two) each show the sums of both, and stand in `together`: their
    density is that of the whole.
    """

    areas: AreaSet
    doctors: Floats
    habitable_km2: Floats
    together: tuple[tuple[AreaCode, ...], ...]

    @property
    def density(self) -> Floats:
        """Registered doctors per km² of habitable land; absent where there is none."""
        return quotient(self.doctors, self.habitable_km2)


def ground(areas: AreaSet) -> Ground:
    """The doctors and the land of each area of a set, from the shipped tables."""
    doctors, land = registered_doctors(areas), places(areas)
    of_doctors = [doctors.rows.row(code) for code in areas.codes]
    of_land = [land.rows.row(code) for code in areas.codes]
    return Ground(
        areas,
        doctors.doctors[of_doctors, -1],
        land.habitable_land[of_land],
        tuple(group for group in land.rows.groups if len(group) > 1),
    )


@dataclass(frozen=True, slots=True, eq=False)
class MunicipalDoctors:
    """Registered doctors of 2022 by place of work and census residents of 2020; designated cities undivided."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    doctors: Floats
    residents: Floats

    @property
    def ratio(self) -> Floats:
        """Doctors per resident; absent where nobody lived."""
        return quotient(self.doctors, self.residents)


@cache
def municipal_doctors() -> MunicipalDoctors:
    """The 1,741 municipalities in code order, from the shipped tables."""
    each = municipal_places()
    alone = own_grouping(
        "municipalities",
        [
            Area(AreaCode(code), name, PrefectureCode(code[:2]), prefecture)
            for code, name, prefecture in zip(each.codes, each.names, each.prefectures, strict=True)
        ],
        {code: code for code in each.codes},
    )
    doctors = registered_doctors(alone)
    rows = [doctors.rows.row(code) for code in alone.codes]
    order = np.argsort(each.codes)
    names = tuple(each.names[at] for at in order)
    return MunicipalDoctors(alone.codes, names, doctors.doctors[rows, -1], each.residents_2020[order])
