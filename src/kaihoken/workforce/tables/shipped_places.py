"""圏域のようす: land, habitable land, births, deaths, hospitals and clinics by area, summed from municipalities."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.tables.municipalities import AreaGroups, Floats, area_groups
from kaihoken.workforce.tables.source import Source, shipped_source, shipped_table

INDICATORS: Final = "population/indicators_2026_municipality.csv"

_HECTARES_PER_SQUARE_KILOMETRE = 100


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Indicators by row of `rows` (areas that share an undivided city in one row).

    `land` and `habitable_land` (可住地面積) in km² of 2024; `births` and `deaths` of 2023, persons; `hospitals`
    (一般病院) and `clinics` (一般診療所) of 2023, facilities; `residents_2020` of the census, persons.
    """

    rows: AreaGroups
    land: Floats
    habitable_land: Floats
    births: Floats
    deaths: Floats
    hospitals: Floats
    clinics: Floats
    residents_2020: Floats
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class MunicipalPlaces:
    """The same by municipality (designated cities undivided), in code order."""

    codes: tuple[str, ...]
    prefectures: tuple[str, ...]
    names: tuple[str, ...]
    land: Floats
    habitable_land: Floats
    births: Floats
    deaths: Floats
    hospitals: Floats
    clinics: Floats
    residents_2020: Floats
    source: Source


def municipal_places() -> MunicipalPlaces:
    """SSDSE-A-2026 of 1,741 municipalities: 7,065 hospitals and 104,894 clinics."""
    table = shipped_table(INDICATORS)

    def column(name: str) -> Floats:
        return table[name].cast(pl.Float64).to_numpy()

    return MunicipalPlaces(
        tuple(table["muni_code"]),
        tuple(table["pref_name"]),
        tuple(table["muni_name"]),
        land=column("area_ha_2024") / _HECTARES_PER_SQUARE_KILOMETRE,
        habitable_land=column("habitable_area_ha_2024") / _HECTARES_PER_SQUARE_KILOMETRE,
        births=column("births_2023"),
        deaths=column("deaths_2023"),
        hospitals=column("general_hospitals_2023"),
        clinics=column("general_clinics_2023"),
        residents_2020=column("pop_2020"),
        source=shipped_source(INDICATORS, date(2023, 12, 31)),
    )


def places(areas: AreaSet) -> Places:
    """The indicators by area."""
    each = municipal_places()
    rows = area_groups(areas, each.codes)
    return Places(
        rows,
        land=rows.sums(each.land),
        habitable_land=rows.sums(each.habitable_land),
        births=rows.sums(each.births),
        deaths=rows.sums(each.deaths),
        hospitals=rows.sums(each.hospitals),
        clinics=rows.sums(each.clinics),
        residents_2020=rows.sums(each.residents_2020),
        source=each.source,
    )
