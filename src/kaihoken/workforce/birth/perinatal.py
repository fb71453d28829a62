"""周産期医療圏: areas of births by an own table, and which of them have no facility that handles deliveries.

How many there are ships by prefecture (263); which municipality lies in which does not: 入力待ち. Everything here
works on any grouping of municipalities, so the 330 areas or prefectures may stand in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.access import Facilities, usable
from kaihoken.workforce.areas import Area, AreaCode, AreaSet, PrefectureCode, own_grouping, prefectures
from kaihoken.workforce.tables import BadRow, file_of, read_grouping, read_own_table
from kaihoken.workforce.tables import perinatal_areas as published_counts

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

MEMBERS_TABLE: Final = "perinatal-members"
CENTRE_TEMPLATE: Final = "facility_id,level\n"
"""周産期母子医療センター: level 総合 or 地域; facility_id as in the tables of facilities."""

_LEVELS = ("総合", "地域")


@dataclass(frozen=True, slots=True)
class CountDifference:
    """A prefecture whose own table has another number of perinatal areas than the ministry counts."""

    prefecture: PrefectureCode
    given: int
    published: int


@dataclass(frozen=True, slots=True, eq=False)
class DeliveryByArea:
    """Row a is area a of `codes`: `facilities` that report deliveries, `deliveries` a year at them, and `not_known`,
    facilities whose count is suppressed."""

    codes: tuple[str, ...]
    facilities: Counts
    deliveries: Floats
    not_known: Counts

    def without(self) -> tuple[str, ...]:
        """Areas with no facility that handles deliveries; one where a count is suppressed is not among them."""
        none = (self.facilities == 0) & (self.not_known == 0)
        return tuple(code for code, empty in zip(self.codes, none, strict=True) if empty)

    def undecided(self) -> tuple[str, ...]:
        """Areas where only suppressed counts stand: they may have one or none."""
        maybe = (self.facilities == 0) & (self.not_known > 0)
        return tuple(code for code, either in zip(self.codes, maybe, strict=True) if either)


def read_perinatal_areas(text: str) -> tuple[AreaSet, tuple[BadRow, ...]]:
    """The own table of perinatal areas (CSV, `GROUPING_TEMPLATE`) as a set of areas, and its bad rows.

    The prefecture of an area is that of its first municipality. Raises Problem `workforce.own-table-header`.
    """
    return read_grouping(text, "perinatal")


def perinatal_set(folder: Path | None) -> AreaSet | None:
    """The perinatal areas of a planner's folder (table `perinatal-members`), named by their codes; None where it has no
    such table: 入力待ち. Raises Problem `workforce.own-file-unusable`."""
    file = file_of(MEMBERS_TABLE, folder) if folder is not None else None
    if file is None:
        return None
    table, _ = usable(file, MEMBERS_TABLE)
    member = table.values > 0
    pairs = zip(table.keys["place"][member].tolist(), table.keys["second"][member].tolist(), strict=True)
    members = {code: area for code, area in pairs if area}
    areas: dict[str, Area] = {}
    for code, area in sorted(members.items()):
        prefecture = PrefectureCode(code[:2])
        areas.setdefault(area, Area(AreaCode(area), area, prefecture, prefectures()[prefecture]))
    return own_grouping("perinatal", areas.values(), members)


def read_centres(text: str, facilities: Facilities) -> tuple[tuple[str, ...], tuple[BadRow, ...]]:
    """The own list of perinatal centres (CSV, `CENTRE_TEMPLATE`): ids of facilities, and the bad rows."""
    known = set(facilities.ids)

    def centre(row: Mapping[str, str]) -> str | tuple[str, str]:
        if row["facility_id"] not in known:
            return "facility_id", f"{row['facility_id'] or '(empty)'}: not in the tables"
        if row["level"] not in _LEVELS:
            return "level", f"{row['level'] or '(empty)'}: not 総合 or 地域"
        return row["facility_id"]

    return read_own_table(text, CENTRE_TEMPLATE, centre)


def count_differences(areas: AreaSet) -> tuple[CountDifference, ...]:
    """Prefectures of an own table whose number of areas is not the published one; those that it lacks are left out."""
    given: dict[PrefectureCode, int] = {}
    for area in areas.areas:
        given[area.prefecture_code] = given.get(area.prefecture_code, 0) + 1
    published = published_counts()
    return tuple(
        CountDifference(code, count, published[code].perinatal)
        for code, count in sorted(given.items())
        if count != published[code].perinatal
    )


def delivery_by_area(
    facilities: Facilities, codes: Sequence[str], of_municipality: Mapping[str, str]
) -> DeliveryByArea:
    """Facilities with deliveries by area of any grouping, from 病床機能報告 (hospitals and clinics with beds)."""
    position = {code: row for row, code in enumerate(codes)}
    row = np.array(
        [position.get(of_municipality.get(str(code), ""), -1) for code in facilities.municipality],
        dtype=np.int64,
    )
    some = facilities.with_deliveries() & (row >= 0)
    suppressed = facilities.reported & np.isnan(facilities.deliveries) & (row >= 0)
    return DeliveryByArea(
        tuple(codes),
        np.bincount(row[some], minlength=len(codes)),
        np.bincount(row[some], weights=facilities.deliveries[some], minlength=len(codes)).astype(np.float64),
        np.bincount(row[suppressed], minlength=len(codes)),
    )
