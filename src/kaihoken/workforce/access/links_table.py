"""船便・冬期閉鎖の表: links as a planner writes them (table `links`), and islands that are designated as such."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from kaihoken import shipped
from kaihoken.workforce.access.land import OFFICES, Land
from kaihoken.workforce.access.links import ALWAYS, Closure, Crossing, Link, Port, Season, Way
from kaihoken.workforce.access.settlements import Settlements
from kaihoken.workforce.tables import LongTable

LINKS: Final = "links"
DESIGNATED: Final = "designated-places"

_MEASURES: Final = ("minutes", "first_month", "last_month")
_LAST_DAY: Final = 31
_CODE: Final = 5


@dataclass(frozen=True, slots=True)
class RefusedLink:
    """A row of the table that is no link: its places, and the field that is in the way with what it holds."""

    kind: str
    here: str
    there: str
    field: str
    reason: str


def links_of(
    table: LongTable, settlements: Settlements, land: Land
) -> tuple[tuple[Link, ...], tuple[RefusedLink, ...]]:
    """The links of a table, and the rows that are none.

    A place is a municipality or a town (its code followed by its name, the `key` of settlements). A ferry lands at the
    town, or at the office of the municipality. A closure without a second place parts the first from everything else,
    together with those of the same land that are closed at the same time: an island is one row for each municipality.
    Months are whole and may lie around the new year; a closure must say them, other links hold all year without them.
    """
    ports = _Ports(settlements)
    good: list[Link] = []
    refused: list[RefusedLink] = []
    alone: dict[tuple[str, Season], set[str]] = {}
    for kind, here, there in dict.fromkeys(_pairs(table)):
        minutes, first, last = (_figure(table, kind, here, there, name) for name in _MEASURES)
        unknown = next((one for one in (here, there) if one and not ports.knows(one)), None)
        season = _season(first, last)
        if unknown is not None or not here:
            refused.append(RefusedLink(kind, here, there, "place", unknown or "empty"))
        elif season is None or (kind == "closed" and first is None):
            refused.append(RefusedLink(kind, here, there, "months", f"{first}–{last}"))
        elif kind == "closed" and not there:
            lying = str(land.of(np.array([here[:_CODE]]))[0])
            alone.setdefault((lying, season), set()).add(here)
        elif kind == "closed":
            good.append(Closure(frozenset({here}), frozenset({there}), season))
        elif not there or minutes is None:
            refused.append(RefusedLink(kind, here, there, "second" if not there else "minutes", "empty"))
        elif kind == "ferry":
            good.append(Crossing(ports.at(here), ports.at(there), minutes=minutes, season=season))
        else:
            one, other = frozenset({here}), frozenset({there})
            good += [
                Way(one, other, minutes=minutes, season=season),
                Way(other, one, minutes=minutes, season=season),
            ]
    good += [Closure(frozenset(zone), season=season) for (_, season), zone in alone.items()]
    return tuple(good), tuple(refused)


def islands_of(designated: LongTable, land: Land) -> tuple[Closure, ...]:
    """Lands of which every municipality is designated as an island (離島), each parted from everything else: without a
    ferry nobody leaves them. A municipality of the mainland that has islets keeps its ways."""
    marked = (designated.keys["measure"] == "island") & (designated.values > 0)
    codes = {str(code) for code in designated.keys["place"][marked]}
    zones = {land.zone(code) for code in codes}
    return tuple(Closure(zone) for zone in sorted(zones, key=min) if zone <= codes)


class _Ports:
    """Where ferries land."""

    def __init__(self, settlements: Settlements) -> None:
        table = pl.read_csv(shipped.path(OFFICES), infer_schema_length=0)
        rows = table.select("muni_code", "office_lat", "office_lng").drop_nulls().iter_rows()
        self._offices = {code: Port(float(lat), float(lng), code) for code, lat, lng in rows}
        self._places = settlements.places
        self._row = {str(key): row for row, key in enumerate(settlements.places.key)}

    def knows(self, name: str) -> bool:
        return name in self._offices or name in self._row

    def at(self, name: str) -> Port:
        if name in self._offices:
            return self._offices[name]
        row = self._row[name]
        places = self._places
        return Port(float(places.lat[row]), float(places.lng[row]), str(places.municipality[row]))


def _pairs(table: LongTable) -> Iterable[tuple[str, str, str]]:
    return zip(*(table.keys[name].tolist() for name in ("kind", "place", "second")), strict=True)


def _figure(table: LongTable, kind: str, here: str, there: str, measure: str) -> float | None:
    keys = table.keys
    row = np.flatnonzero(
        (keys["kind"] == kind)
        & (keys["place"] == here)
        & (keys["second"] == there)
        & (keys["measure"] == measure)
    )
    value = float(table.values[row[0]]) if len(row) else np.nan
    return None if np.isnan(value) else value


def _season(first: float | None, last: float | None) -> Season | None:
    """From the first day of one month to the last of another; None for half a season or a part of a month."""
    if first is None and last is None:
        return ALWAYS
    if first is None or last is None or first % 1 or last % 1:
        return None
    return Season(begins=(int(first), 1), ends=(int(last), _LAST_DAY))
