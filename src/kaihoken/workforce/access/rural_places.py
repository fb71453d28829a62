"""へき地尺度の材料: the factors of rurality at every settlement, from what ships and what is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from kaihoken.rules import Status
from kaihoken.workforce.access.distance import GreatCircle
from kaihoken.workforce.access.facilities import Bools, EmergencyLevel, Facilities
from kaihoken.workforce.access.facility_tables import published_facilities
from kaihoken.workforce.access.land import Land, shipped_land
from kaihoken.workforce.access.links_table import DESIGNATED, islands_of
from kaihoken.workforce.access.own_file import usable
from kaihoken.workforce.access.points import Codes, Floats
from kaihoken.workforce.access.reach import reach_emergency
from kaihoken.workforce.access.rurality import (
    Factor,
    FactorAnalysis,
    Rurality,
    RuralityFactors,
    estimated_loadings,
    rurality_scale,
    without_emergency,
)
from kaihoken.workforce.access.settlements import Settlements, settlements
from kaihoken.workforce.areas import AreaSet, MunicipalityCode
from kaihoken.workforce.tables import LongTable, city_of, file_of, municipal_places

_STRAIGHT: Final = GreatCircle(1.0, None, Status.CONFIRMED, "great circle")
_SPECIAL: Final = 2
"""国土数値情報 A22 writes 2 for 特別豪雪地帯 and 1 for 豪雪地帯; a table of 1 and 0 speaks of 特別豪雪地帯 alone."""


@dataclass(frozen=True, slots=True, eq=False)
class RuralPlaces:
    """The inhabited settlements with their factors; `credits` of the tables."""

    settlements: Settlements
    factors: RuralityFactors
    credits: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RuralGroups:
    """The scale by area or municipality: row g is group g of `codes`; `rank`, `density` [people/km²] and `distance`
    [km] are means over its residents, NaN where nobody lives. `analysis` where loadings were estimated."""

    codes: tuple[str, ...]
    people: Floats
    density: Floats
    distance: Floats
    rank: Floats
    scale: Rurality
    analysis: FactorAnalysis | None


def rural_places(folder: Path | None = None) -> RuralPlaces:
    """The factors of the country. Density is that of the municipality, distance straight from the settlement to the
    nearest secondary (or tertiary) emergency hospital. Islands and 特別豪雪地帯 come from `designated-places` in the
    folder; without it they are None: 入力待ち. Raises Problem `workforce.own-file-unusable`."""
    file = file_of(DESIGNATED, folder) if folder is not None else None
    designated = None if file is None else usable(file, DESIGNATED)[0]
    people, density, distance = _shipped()
    if designated is None:
        return RuralPlaces(people, RuralityFactors(density, distance), people.credits)
    facilities, land = published_facilities(), shipped_land()
    factors = RuralityFactors(
        density,
        distance,
        _islands(people, facilities, designated, land),
        _snow(people, facilities, designated),
    )
    return RuralPlaces(people, factors, (*people.credits, land.credit))


def rural_groups(
    found: RuralPlaces,
    codes: tuple[str, ...],
    of_municipality: Mapping[str, str],
    *,
    loadings: Mapping[Factor, float] | None = None,
    estimate: bool = False,
    demo: bool = False,
) -> RuralGroups:
    """The scale of every settlement, and its means by group. Raises Problem `workforce.rurality-no-loadings`, and with
    `estimate` `workforce.rurality-no-factor`."""
    analysis = estimated_loadings(found.factors) if estimate else None
    scale = rurality_scale(found.factors, analysis.loadings if analysis else loadings, demo=demo)
    position = {code: row for row, code in enumerate(codes)}
    places, inverse = np.unique(found.settlements.municipality, return_inverse=True)
    rows = [position.get(of_municipality.get(str(code), ""), -1) for code in places]
    group = np.array(rows, dtype=np.int64)[inverse]
    total, inside = found.settlements.total, group >= 0

    def summed(values: Floats) -> Floats:
        return np.bincount(group[inside], weights=values[inside], minlength=len(codes)).astype(np.float64)

    people = summed(total)

    def mean(values: Floats) -> Floats:
        made: Floats = np.full(len(codes), np.nan)
        return np.divide(summed(total * values), people, out=made, where=people > 0)

    return RuralGroups(
        codes,
        people,
        mean(found.factors.density),
        mean(found.factors.distance),
        scale.of_groups(group, total, len(codes)),
        scale,
        analysis,
    )


def of_areas(areas: AreaSet) -> tuple[tuple[str, ...], dict[str, str]]:
    """The codes of a set and which of them each municipality lies in, as `rural_groups` asks for them."""
    members = {str(code): str(area) for code, area in areas.of_municipality.items()}
    return tuple(str(code) for code in areas.codes), members


@cache
def _shipped() -> tuple[Settlements, Floats, Floats]:
    everybody = settlements()
    people = everybody.at(np.flatnonzero(everybody.total > 0))
    each = municipal_places()
    land = dict(zip(each.codes, each.land.tolist(), strict=True))
    residents: dict[str, int] = {}
    for code, one in everybody.municipalities.items():
        residents[_measured(code)] = residents.get(_measured(code), 0) + one.total
    codes, inverse = np.unique(people.municipality, return_inverse=True)
    owners = [_measured(str(code)) for code in codes]
    density = np.array([residents[owner] / land[owner] for owner in owners])
    found = reach_emergency(people, published_facilities(), _STRAIGHT)
    return people, density[inverse], found.cost


def _measured(code: str) -> str:
    """Land is told of a designated city as a whole."""
    return city_of(MunicipalityCode(code)) or code


def _islands(people: Settlements, facilities: Facilities, designated: LongTable, land: Land) -> Bools:
    """On an island without a secondary or tertiary emergency hospital."""
    islands = {land.of(np.array([min(one.zone)]))[0] for one in islands_of(designated, land)}
    lying = land.of(people.municipality)
    marked = np.where(np.isin(lying, sorted(islands)), lying, "")
    return without_emergency(marked, land.of(_with_emergency(facilities)))


def _snow(people: Settlements, facilities: Facilities, designated: LongTable) -> Bools:
    """In a municipality of special heavy snow without such a hospital."""
    of_snow = designated.keys["measure"] == "heavy_snow"
    least = _SPECIAL if (designated.values[of_snow] >= _SPECIAL).any() else 1
    marked = designated.keys["place"][of_snow & (designated.values >= least)]
    codes = np.where(np.isin(people.municipality, marked), people.municipality, "")
    return without_emergency(codes, _with_emergency(facilities))


def _with_emergency(facilities: Facilities) -> Codes:
    return np.unique(facilities.municipality[facilities.with_emergency(EmergencyLevel.SECONDARY)])
