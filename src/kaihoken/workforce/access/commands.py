"""`kaihoken workforce access`: how much care the people of an area or prefecture can reach, by municipality."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

import numpy as np
import typer

from kaihoken.clock import SystemClock
from kaihoken.problems import Problem
from kaihoken.workforce.access.catchments import Catchments, three_step, two_step
from kaihoken.workforce.access.distance import Distances, GreatCircle
from kaihoken.workforce.access.institutions import Institutions, published_institutions
from kaihoken.workforce.access.kernels import (
    Kernel,
    binary,
    epanechnikov,
    equal_zones,
    exponential,
    gaussian,
    inverse_power,
)
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
from kaihoken.workforce.access.points import Codes, Points, Rows
from kaihoken.workforce.access.region import RegionArgument, SetOption, municipalities, set_named
from kaihoken.workforce.access.settlements import EVENLY, residents, settlements
from kaihoken.workforce.access.travel import TravelRule, travel_rule
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows

COLUMNS: Final = (
    "municipality_code",
    "prefecture",
    "municipality",
    "people",
    "institutions_per_100k",
    "people_without_supplier",
    "places",
    "places_without_supplier",
    "state",
)
_PER = 100_000
_DEGREE_KM = 110.0
"""A degree of latitude is nowhere shorter: what is cut out is rather too wide."""


class Method(StrEnum):
    """Which catchments are made."""

    TWO = "2sfca"
    ENHANCED = "e2sfca"
    THREE = "3sfca"


class Shape(StrEnum):
    """Which kernel."""

    ZONES = "zones"
    GAUSSIAN = "gaussian"
    EXPONENTIAL = "exponential"
    POWER = "inverse-power"
    EPANECHNIKOV = "epanechnikov"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The catchments of a region and its surroundings: `rows` of them are asked for, each in its `municipality`."""

    made: Catchments
    rows: Rows
    municipality: Codes


def access(
    where: RegionArgument,
    method: Annotated[Method, typer.Option(help="集水域の方法 / which catchments")] = Method.ENHANCED,
    radius: Annotated[float, typer.Option(help="届く範囲（km か分） / reach in km or minutes")] = 30.0,
    kernel: Annotated[Shape, typer.Option(help="減衰関数 / kernel")] = Shape.ZONES,
    scale: Annotated[
        float | None,
        typer.Option(
            help="減衰の尺度（gaussian exponential）か指数（inverse-power） / deviation, length, exponent"
        ),
    ] = None,
    by_car: Annotated[bool, typer.Option("--minutes", help="車の分で測る / minutes by car, not km")] = False,
    areas: SetOption = "330",
    travel: TravelOption = "",
    travel_key: TravelKeyOption = "",
    times: TimesOption = None,
    links: LinksOption = None,
    data: FolderOption = None,
    season: TimeOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """住民が届く医療機関の多さ（人口10万対、市区町村別） / institutions within reach per 100,000 people."""
    today = SystemClock().today()
    rule = travel_rule(today)
    codes = municipalities(where, set_named(areas))
    asked = Measuring(travel, travel_key, times, links, data, season)
    # Times are what a table of times holds, and what a ferry takes.
    measured = measure(asked, rule, today, minutes=by_car or asked.in_minutes)
    listed = published_institutions()
    answer = reached(
        codes, listed, measured.distances, _kernel(method, kernel, radius, scale, rule), method, rule
    )
    print_rows(
        COLUMNS,
        list(_by_municipality(answer, codes, listed)),
        form,
        notes=_notes(answer, listed, measured),
        facts=_facts(answer, listed, method, measured),
        decimals=1,
    )


def reached(
    codes: tuple[str, ...],
    listed: Institutions,
    distances: Distances,
    kernel: Kernel,
    method: Method,
    rule: TravelRule,
) -> Answer:
    """Catchments of these municipalities (or prefectures, by the beginning of a code). Who competes with them lives at
    most two reaches away, so that no more of the country is looked at."""
    everybody = settlements()
    wanted = np.zeros(len(everybody), dtype=np.bool_)
    for code in codes:
        wanted |= np.char.startswith(everybody.municipality, code)
    reach_km = _farthest_km(kernel.reach, distances, rule)
    near = _around(everybody.places, everybody.places.take(wanted), 2.0 * reach_km)
    suppliers = listed.places.take(_around(listed.places, everybody.places.take(wanted), reach_km))
    share = three_step if method is Method.THREE else two_step
    made = share(
        everybody.places.take(near),
        everybody.total[near],
        suppliers,
        np.ones(len(suppliers)),
        distances,
        kernel,
    )
    rows = np.flatnonzero(wanted[near])
    return Answer(made, rows, everybody.municipality[near][rows])


def _farthest_km(reach: float, distances: Distances, rule: TravelRule) -> float:
    """How far off on the map somebody within reach can live."""
    if isinstance(distances, GreatCircle):
        return reach / distances.per_km
    fastest = rule.assumptions.fastest_kilometres_per_hour
    return reach if distances.measure == "km" else reach / 60.0 * fastest


def _around(places: Points, middle: Points, kilometres: float) -> Rows:
    """Rows in the box around some places, widened by so many kilometres."""
    if not len(middle):
        return np.empty(0, dtype=np.int64)
    north = kilometres / _DEGREE_KM
    south, top = middle.lat.min() - north, middle.lat.max() + north
    shortest = np.cos(np.radians(min(max(abs(south), abs(top)), 89.0)))
    east = north / shortest
    inside = (places.lat >= south) & (places.lat <= top)
    inside &= (places.lng >= middle.lng.min() - east) & (places.lng <= middle.lng.max() + east)
    return np.flatnonzero(inside)


def _kernel(method: Method, shape: Shape, radius: float, scale: float | None, rule: TravelRule) -> Kernel:
    """The kernel that is asked for; a plain 2SFCA knows the reach alone. Raises Problem `workforce.kernel-refused`
    where a shape wants a scale and has none: there is no usual one."""
    if method is Method.TWO:
        return binary(radius)
    match shape:
        case Shape.ZONES:
            return equal_zones(radius, rule.assumptions.zone_weights)
        case Shape.EPANECHNIKOV:
            return epanechnikov(radius)
    if scale is None:
        raise Problem("workforce.kernel-refused", where="--scale", field="scale", value="—")
    match shape:
        case Shape.GAUSSIAN:
            return gaussian(scale, radius)
        case Shape.EXPONENTIAL:
            return exponential(scale, radius)
        case Shape.POWER:
            return inverse_power(scale, radius)


def _by_municipality(answer: Answer, codes: tuple[str, ...], listed: Institutions) -> Iterator[Row]:
    """A row for each municipality that the region has in the register, those without place or people too."""
    made = answer.made
    for code, each in sorted(residents().items()):
        if not code.startswith(codes):
            continue
        rows = answer.rows[answer.municipality == code]
        alone = rows[~made.reached[rows] & (made.people[rows] > 0)]
        waiting = code[:2] in listed.not_listed
        told = len(rows) > 0 and not waiting
        yield {
            "municipality_code": code,
            "prefecture": each.prefecture,
            "municipality": each.name,
            "people": each.total,
            "institutions_per_100k": made.mean(rows) * _PER if told else None,
            "people_without_supplier": float(made.people[alone].sum()) if told else None,
            "places": len(rows),
            "places_without_supplier": len(alone) if told else None,
            "state": "waiting" if waiting else "no_residents" if not each.total else "computed",
        }


def _facts(answer: Answer, listed: Institutions, method: Method, measured: Measured) -> dict[str, object]:
    made = answer.made
    waiting = any(np.char.startswith(answer.municipality, code).any() for code in listed.not_listed)
    alone = made.people[answer.rows][~made.reached[answer.rows]]
    return {
        "method": method.value,
        "kernel": str(made.kernel),
        "measure": made.measure,
        "distance": measured.facts(),
        "settlements": {"assumption": EVENLY},
        "region": {
            "state": "waiting" if waiting else "computed",
            "people": float(made.people[answer.rows].sum()),
            "institutions_per_100k": None if waiting else made.mean(answer.rows) * _PER,
            "people_without_supplier": None if waiting else float(alone.sum()),
        },
    }


def _notes(answer: Answer, listed: Institutions, measured: Measured) -> tuple[str, ...]:
    missing = "・".join(listed.not_listed.values())
    return (
        "住民は市区町村の町丁目の点に均等に分けた（仮定） / residents spread evenly over town points: an assumption",
        *measured.notes(),
        f"減衰: {answer.made.kernel}",
        f"医療機関の一覧に入っていない: {missing}（入力待ち） / not in the list of institutions: waiting for input",
        *settlements().credits,
        listed.credit,
    )
