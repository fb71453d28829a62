"""圏域: the areas that planning counts in, as sets that a ministry draws anew, and which municipality lies in which.

Codes are text with leading zeros. A name alone says little (西部 and 県北 stand in several prefectures): things are
joined on codes, and a name is only ever looked up with its prefecture.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, NewType, TypeAlias

from kaihoken import shipped
from kaihoken.problems import Problem

AreaCode = NewType("AreaCode", str)
"""二次医療圏コード: four digits, the first two the prefecture. An own grouping may use any text."""

MunicipalityCode = NewType("MunicipalityCode", str)
"""市区町村コード (JIS X 0402): five digits."""

PrefectureCode = NewType("PrefectureCode", str)
"""都道府県コード: two digits, 01 to 47."""

BoundarySet: TypeAlias = Literal["330", "335", "339"]
"""330: 二次医療圏 since 2024, of the published index. 335: those of the plans of 2020. 339: 構想区域."""

NATION: Final = PrefectureCode("00")
"""全国 where a table has a row for it."""

_MEMBERS = "areas/municipality_to_medical_area.csv"


@dataclass(frozen=True, slots=True)
class Area:
    """One area with its names."""

    code: AreaCode
    name: str
    prefecture_code: PrefectureCode
    prefecture: str


@dataclass(frozen=True, slots=True)
class AreaSet:
    """Areas in code order, and the municipalities of each. Tables by area keep their rows in this order."""

    name: str
    areas: tuple[Area, ...]
    of_municipality: Mapping[MunicipalityCode, AreaCode]
    _positions: Mapping[AreaCode, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        positions = {area.code: position for position, area in enumerate(self.areas)}
        if len(positions) < len(self.areas):
            twice = Counter(area.code for area in self.areas).most_common(1)[0][0]
            raise Problem("workforce.area-twice", where=twice, area=twice)
        object.__setattr__(self, "_positions", positions)

    def __len__(self) -> int:
        return len(self.areas)

    @property
    def codes(self) -> tuple[AreaCode, ...]:
        """The codes, in order."""
        return tuple(area.code for area in self.areas)

    def position(self, code: str) -> int:
        """The row of an area. Raises Problem `workforce.area-unknown`, which names the code with its lost zero where
        that is what happened."""
        found = self._positions.get(AreaCode(code))
        if found is None:
            padded = AreaCode(code.zfill(4))
            near = padded if padded in self._positions else ""
            raise Problem("workforce.area-unknown", where=code, area=code, set=self.name, near=near or "—")
        return found

    def find(self, text: str) -> Area:
        """An area by its code, its name, or prefecture and name ("群馬県 前橋", "群馬前橋").

        Raises Problem `workforce.area-unknown`, and `workforce.area-ambiguous` where several bear that name, with
        their codes.
        """
        if AreaCode(text) in self._positions:
            return self.areas[self._positions[AreaCode(text)]]
        wanted = "".join(text.split())
        found = [area for area in self.areas if wanted in _called(area)]
        if len(found) == 1:
            return found[0]
        if found:
            choices = ", ".join(f"{area.prefecture}{area.name} {area.code}" for area in found)
            raise Problem("workforce.area-ambiguous", where=text, area=text, choices=choices)
        return self.areas[self.position(text)]

    def within(self, prefecture: str) -> tuple[Area, ...]:
        """The areas of a prefecture, by its code or name."""
        return tuple(
            area
            for area in self.areas
            if prefecture in (area.prefecture_code, area.prefecture, area.prefecture[:-1])
        )


@cache
def area_set(name: BoundarySet) -> AreaSet:
    """One of the sets that ship. Source: see `data/manifest.toml`."""
    areas: dict[AreaCode, Area] = {}
    members: dict[MunicipalityCode, AreaCode] = {}
    for row in _rows(_MEMBERS):
        code = AreaCode(row[f"area{name}_code"])
        areas[code] = Area(code, row[f"area{name}_name"], PrefectureCode(row["pref_code"]), row["pref_name"])
        members[MunicipalityCode(row["muni_code"])] = code
    return AreaSet(name, tuple(areas[code] for code in sorted(areas)), members)


def own_grouping(name: str, areas: Iterable[Area], of_municipality: Mapping[str, str]) -> AreaSet:
    """Areas that a user draws: any codes and names, and the area of each municipality.

    Raises Problem `workforce.area-twice` for a code that stands twice, `workforce.area-unknown` for a municipality
    that is put into an area that is not there.
    """
    ordered = tuple(sorted(areas, key=lambda area: area.code))
    members = {MunicipalityCode(code): AreaCode(area) for code, area in of_municipality.items()}
    made = AreaSet(name, ordered, members)
    for area in members.values():
        made.position(area)
    return made


@cache
def prefectures() -> Mapping[PrefectureCode, str]:
    """The 47 prefectures by code."""
    return {PrefectureCode(row["pid"].zfill(2)): row["pref"] for row in _rows("areas/prefectures.csv")}


def _called(area: Area) -> tuple[str, ...]:
    short = area.prefecture[:-1] if area.prefecture != "北海道" else area.prefecture
    return area.name, f"{area.prefecture}{area.name}", f"{short}{area.name}"


def _rows(name: str) -> list[dict[str, str]]:
    with shipped.path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
