"""`kaihoken workforce reach`: who has a hospital, department or delivery facility within so many minutes."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final

import numpy as np
import typer

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.problems import Problem
from kaihoken.workforce.access.facilities import Bools, EmergencyLevel, Facilities, thin
from kaihoken.workforce.access.facility_tables import (
    BED_REPORT,
    CLINICS,
    HOSPITALS,
    coverage,
    published_facilities,
)
from kaihoken.workforce.access.land import across_sea, shipped_land
from kaihoken.workforce.access.measuring import (
    FolderOption,
    LinksOption,
    Measured,
    Measuring,
    TimeOption,
    TimesOption,
    TravelKeyOption,
    TravelOption,
    measure,
)
from kaihoken.workforce.access.reach import (
    LIMITS,
    Reach,
    ReachShares,
    by_area,
    by_group,
    by_municipality,
    reach_facilities,
)
from kaihoken.workforce.access.region import RegionOption, SetOption, municipalities, set_named
from kaihoken.workforce.access.settlements import Settlements
from kaihoken.workforce.access.travel import travel_rule
from kaihoken.workforce.areas import AreaSet, prefectures
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows

COLUMNS: Final = (
    "code",
    "name",
    "age",
    "limit",
    "residents",
    "within",
    "share",
    "unreachable",
    "across_sea",
)


class By(StrEnum):
    """What a row is of."""

    MUNICIPALITY = "municipality"
    AREA = "area"
    PREFECTURE = "prefecture"


class Level(StrEnum):
    """Emergency level, and above."""

    SECONDARY = "secondary"
    TERTIARY = "tertiary"


def reach(
    area: RegionOption = None,
    department: Annotated[
        str | None, typer.Option(help="この診療科がある施設 / facilities with this department")
    ] = None,
    level: Annotated[
        Level, typer.Option(help="救急の段階（以上） / emergency level, and above")
    ] = Level.SECONDARY,
    delivery: Annotated[
        bool, typer.Option("--delivery", help="分娩を扱う施設 / facilities with deliveries")
    ] = False,
    by: Annotated[By, typer.Option(help="行の単位 / what a row is of")] = By.AREA,
    age: Annotated[
        list[str] | None, typer.Option(help="年齢（0-14 15-64 65-74 75+ all） / ages; all of them without it")
    ] = None,
    limit: Annotated[list[float] | None, typer.Option(help="分 / minutes (30, 60)")] = None,
    areas: SetOption = "330",
    travel: TravelOption = "",
    travel_key: TravelKeyOption = "",
    times: TimesOption = None,
    links: LinksOption = None,
    data: FolderOption = None,
    season: TimeOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """30 分・60 分以内に施設がある住民（診療科・年齢・救急の段階別） / who has one within 30 and 60 minutes."""
    today = SystemClock().today()
    known = set_named(areas)
    asked = Measuring(travel, travel_key, times, links, data, season)
    people = asked.people(municipalities(area, known) if area is not None else None)
    measured = measure(asked, travel_rule(today), today)
    facilities = published_facilities()
    found = reach_facilities(
        people, facilities, _wanted(facilities, department, level, delivery), measured.distances
    )
    limits = tuple(sorted(limit or LIMITS))
    shares = _shares(found, by, known, limits)
    print_rows(
        COLUMNS,
        list(_rows(shares, _sea(found, facilities, by, known, shares), _names(by, known, people), age)),
        form,
        notes=_notes(found, measured),
        facts={
            "distance": measured.facts(),
            "settlements": {"assumption": people.assumption},
            "facilities": {
                "suppliers": found.suppliers,
                "without_place": found.unplaced,
                "at_municipal_office": found.roughly_placed,
            },
            "people_across_sea": float(people.total[across_sea(found, facilities, shipped_land())].sum()),
        },
        decimals=3,
    )


def _wanted(facilities: Facilities, department: str | None, level: Level, delivery: bool) -> Bools:
    if department is not None:
        return facilities.with_department(department)
    if delivery:
        return facilities.with_deliveries()
    return facilities.with_emergency(
        EmergencyLevel.TERTIARY if level is Level.TERTIARY else EmergencyLevel.SECONDARY
    )


def _shares(found: Reach, by: By, areas: AreaSet, limits: tuple[float, ...]) -> ReachShares:
    if by is By.MUNICIPALITY:
        return by_municipality(found, limits)
    if by is By.AREA:
        return by_area(found, areas, limits)
    members = {str(code): str(code)[:2] for code in np.unique(found.settlements.municipality)}
    return by_group(found, sorted(set(members.values())), members, limits)


def _sea(
    found: Reach, facilities: Facilities, by: By, areas: AreaSet, shares: ReachShares
) -> dict[str, float]:
    """People of each group whose way was measured across the sea."""
    crossing = across_sea(found, facilities, shipped_land())
    codes, row = np.unique(found.settlements.municipality[crossing], return_inverse=True)
    people = np.bincount(row, weights=found.settlements.total[crossing], minlength=len(codes))
    summed: dict[str, float] = dict.fromkeys(shares.codes, 0.0)
    of_area = {str(code): str(area) for code, area in areas.of_municipality.items()}
    for code, count in zip(codes.tolist(), people.tolist(), strict=True):
        group = {By.MUNICIPALITY: code, By.AREA: of_area.get(code, ""), By.PREFECTURE: code[:2]}[by]
        if group in summed:
            summed[group] += count
    return summed


def _names(by: By, areas: AreaSet, people: Settlements) -> dict[str, str]:
    if by is By.AREA:
        return {str(one.code): f"{one.prefecture} {one.name}" for one in areas.areas}
    if by is By.PREFECTURE:
        return {str(code): name for code, name in prefectures().items()}
    return {code: f"{one.prefecture}{one.name}" for code, one in people.municipalities.items()}


def _rows(
    shares: ReachShares, sea: dict[str, float], names: dict[str, str], ages: list[str] | None
) -> Iterator[Row]:
    unknown = [age for age in ages or () if age not in shares.columns]
    if unknown:
        raise Problem("workforce.group-unknown", where="--age", group=unknown[0])
    values = shares.shares()
    for row, code in enumerate(shares.codes):
        if not shares.people[row, -1]:
            # Outside the region that is looked at, or nobody lives there.
            continue
        for column, age in enumerate(shares.columns):
            if ages and age not in ages:
                continue
            for at, limit in enumerate(shares.limits):
                yield {
                    "code": code,
                    "name": names.get(code),
                    "age": age,
                    "limit": limit,
                    "residents": float(shares.people[row, column]),
                    "within": float(shares.within[at, row, column]),
                    "share": float(values[at, row, column]),
                    "unreachable": float(shares.unreachable[row, column]),
                    "across_sea": sea[code] if age == "all" else None,
                }


def _notes(found: Reach, measured: Measured) -> tuple[str, ...]:
    people = found.settlements
    sparse = sorted(set(thin(coverage())) & {str(code)[:2] for code in people.municipality})
    named = "・".join(prefectures()[code] for code in prefectures() if code in sparse)
    return (
        *measured.notes(),
        f"場所のわからない施設 {found.unplaced}, 役所の位置で代えた施設 {found.roughly_placed} / "
        "facilities without a place, and placed at the municipal office",
        *([f"施設の一覧が薄い: {named} / thin lists of facilities"] if named else []),
        "across_sea は、いちばん近い施設が別の陸地にある住民（橋か船かは不明） / nearest on another land",
        *people.credits,
        *(shipped.credit(name) for name in (HOSPITALS, CLINICS, BED_REPORT)),
    )
