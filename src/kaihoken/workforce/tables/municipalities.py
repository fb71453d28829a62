"""市区町村から圏域へ: which row of an area set a municipal figure belongs to, wards and designated cities included.

A table speaks of a designated city (政令指定都市) either by its wards or as one row. Where the wards of a city lie in
several areas (川崎市: 1404 and 1405), a row for the whole city cannot be divided, and those areas are read together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.areas import AreaCode, AreaSet, MunicipalityCode
from kaihoken.workforce.tables.source import shipped_table

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

RESIDENTS = "population/residents_2025_sex_age.parquet"
OUTSIDE = -1
"""The position of a municipality that lies in no area of a set."""

_TOKYO = "13"
_WARD_DIGIT = "1"


@dataclass(frozen=True, slots=True, eq=False)
class AreaGroups:
    """圏域の束: the rows of a table whose figures come by municipality; mostly one area each, several where a city
    spans them. `position[i]` is the row of municipality i of the table, or -1 outside the set."""

    areas: AreaSet
    groups: tuple[tuple[AreaCode, ...], ...]
    position: Positions

    def row(self, area: str) -> int:
        """The row that an area is part of. Raises Problem `workforce.area-unknown`."""
        self.areas.position(area)
        return next(row for row, group in enumerate(self.groups) if area in group)

    def name(self, row: int) -> str:
        """The names of the areas of a row, "川崎北部・川崎南部"."""
        return "・".join(self.areas.areas[self.areas.position(code)].name for code in self.groups[row])

    def code(self, row: int) -> str:
        """The codes of a row, "1404+1405"."""
        return "+".join(self.groups[row])

    def sums(self, values: Floats) -> Floats:
        """Municipal values `[municipality, …]` summed to the rows; NaN where one of the summands is."""
        summed = np.zeros((len(self.groups), *values.shape[1:]))
        inside = self.position != OUTSIDE
        np.add.at(summed, self.position[inside], values[inside])
        return summed


def area_groups(areas: AreaSet, codes: Sequence[str]) -> AreaGroups:
    """The rows that figures by these municipalities can be given for: areas that share an undivided city are one."""
    lying = [areas_of(areas, code) for code in codes]
    leader = {code: code for code in areas.codes}

    def led(code: AreaCode) -> AreaCode:
        while leader[code] != code:
            code = leader[code]
        return code

    for several in lying:
        for other in several[1:]:
            low, high = sorted((led(several[0]), led(other)))
            leader[high] = low
    members: dict[AreaCode, list[AreaCode]] = {}
    for code in areas.codes:
        members.setdefault(led(code), []).append(code)
    row = {code: position for position, group in enumerate(members.values()) for code in group}
    position = np.array([row[several[0]] if several else OUTSIDE for several in lying], dtype=np.intp)
    return AreaGroups(areas, tuple(tuple(group) for group in members.values()), position)


def areas_of(areas: AreaSet, municipality: str) -> tuple[AreaCode, ...]:
    """The areas that a municipality, ward or designated city lies in, in code order; none outside the set."""
    code = MunicipalityCode(municipality)
    if code in areas.of_municipality:
        return (areas.of_municipality[code],)
    city = city_of(code)
    if city is not None and city in areas.of_municipality:
        return (areas.of_municipality[city],)
    return tuple(
        sorted(
            {area for ward, area in areas.of_municipality.items() if is_ward(ward) and city_of(ward) == code}
        )
    )


def positions(areas: AreaSet, codes: Iterable[str]) -> Positions:
    """The row of each municipality in a set; -1 for one that lies in no area, or in several."""
    lying = (areas_of(areas, code) for code in codes)
    return np.array([areas.position(one[0]) if len(one) == 1 else OUTSIDE for one in lying], dtype=np.intp)


@cache
def designated_cities() -> tuple[MunicipalityCode, ...]:
    """政令指定都市: the twenty cities with wards, in code order, of the residents' table of 2025."""
    table = shipped_table(RESIDENTS)
    return tuple(
        sorted(
            {
                MunicipalityCode(code)
                for code in table.filter(table["level"] == "designated_city")["muni_code"]
            }
        )
    )


def is_ward(code: str) -> bool:
    """Whether a code is that of a ward of a designated city; the special wards of 東京都 are municipalities."""
    return (
        len(code) == 5 and code[2] == _WARD_DIGIT and code[:2] != _TOKYO and code not in designated_cities()
    )


@cache
def city_of(ward: MunicipalityCode) -> MunicipalityCode | None:
    """The designated city of a ward: the nearest city code below its own in its prefecture (JIS X 0402)."""
    if not is_ward(ward):
        return None
    below = [city for city in designated_cities() if city[:2] == ward[:2] and city < ward]
    return below[-1] if below else None
