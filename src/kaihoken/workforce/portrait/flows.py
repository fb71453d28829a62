"""患者の流れ: where the residents of an area are inpatients, and where those who are inpatients in it live.

The flows of the ministry are between the 339 areas of today; the index has 330. An area whose municipalities are others
now has no flows here: shares cannot be carried over.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Final

from kaihoken.web import Language, messages
from kaihoken.workforce.areas import AreaCode, AreaSet, area_set
from kaihoken.workforce.pictures import Picture, shares
from kaihoken.workforce.tables import Direction, Source, flow_totals, inpatient_flows

MOST_LISTED: Final = 6
DIRECTIONS: Final[tuple[Direction, Direction]] = ("outflow", "inflow")


@dataclass(frozen=True, slots=True)
class AreaFlow:
    """One direction of an area's acute inpatients: places with their shares, the area itself first, then the largest,
    last what is left: further places and flows too small for the source to list. `picture` shows the same."""

    direction: Direction
    places: tuple[tuple[str, float], ...]
    picture: Picture


def flows_of(code: AreaCode, language: Language) -> tuple[AreaFlow, ...]:
    """Where the area's residents are treated and where its patients live; empty where its outline is another now."""
    if code not in unchanged_areas():
        return ()
    return tuple(_flow(code, direction, language) for direction in DIRECTIONS)


def flow_shares(codes: tuple[AreaCode, ...], direction: Direction) -> list[float]:
    """The part of an area's acute inpatients that crosses its border, by area; NaN where its outline is another now."""
    totals = flow_totals()
    values = totals.outflow if direction == "outflow" else totals.inflow
    same = unchanged_areas()
    return [float(values[totals.areas.position(code)]) if code in same else float("nan") for code in codes]


def flow_source() -> Source:
    """Where the flows are from."""
    return inpatient_flows("acute", "outflow").source


@cache
def unchanged_areas() -> frozenset[AreaCode]:
    """The areas of the index that have the same municipalities among the 339."""
    index, now = (_members(area_set(name)) for name in ("330", "339"))
    return frozenset(code for code, members in index.items() if now.get(code) == members)


def _members(areas: AreaSet) -> dict[AreaCode, set[str]]:
    found: dict[AreaCode, set[str]] = defaultdict(set)
    for municipality, code in areas.of_municipality.items():
        found[code].add(municipality)
    return found


def _flow(code: AreaCode, direction: Direction, language: Language) -> AreaFlow:
    words = messages("workforce")
    table = inpatient_flows("acute", direction)
    here = table.areas.position(code)
    mine = table.area == here
    found = sorted(
        zip(table.partner[mine].tolist(), table.rate[mine].tolist(), strict=True),
        key=lambda one: (one[0] != here, -one[1]),
    )[:MOST_LISTED]
    home = table.areas.areas[here].prefecture
    named = tuple((_named(table.areas, at, home), float(rate)) for at, rate in found)
    left = max(0.0, 1.0 - sum(rate for _, rate in named))
    places = (*named, (words.text("portrait.flows.other", language), left))
    title = words.text(f"portrait.flows.{direction}", language)
    return AreaFlow(direction, places, shares(places, title=title))


def _named(areas: AreaSet, at: int, home: str) -> str:
    area = areas.areas[at]
    return area.name if area.prefecture == home else f"{area.prefecture} {area.name}"
