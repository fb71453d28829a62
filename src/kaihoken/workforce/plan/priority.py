"""重点医師偏在対策支援区域: candidates by rules that can be named, combined and written down by a prefecture.

The ministry shows candidates; the prefecture chooses, in words of its own: areas, municipalities, districts, a circle
round a clinic. Each thing chosen keeps its reasons.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce import Area, AreaSet
from kaihoken.workforce.index import IndexClass
from kaihoken.workforce.plan.ground import Ground, municipal_doctors
from kaihoken.workforce.plan.targets import Classes, of_class
from kaihoken.workforce.tables import areas_of

Floats = npt.NDArray[np.float64]


class PriorityRules(msgspec.Struct, frozen=True):
    """The candidates' criteria as recalled, and how many areas were reported (rule family workforce/priority-areas)."""

    family: ClassVar[str] = "workforce/priority-areas"

    lowest_of_each_prefecture: bool
    minority_in_minority_prefecture: bool
    sparse_part: float
    reported_count: int


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """What the rules look at; row i is area i; `minority_prefectures` are codes of 医師少数都道府県."""

    areas: AreaSet
    index: Floats
    classes: Classes
    minority_prefectures: frozenset[str]
    ground: Ground


class Unit(StrEnum):
    """What a designation covers."""

    PREFECTURE = "prefecture"
    AREA = "area"
    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    CIRCLE = "circle"


class Candidate(msgspec.Struct, frozen=True):
    """One thing that a rule found: its unit, code (a district's or circle's: its name), name, and the rules'
    reasons."""

    unit: Unit
    code: str
    name: str
    reasons: tuple[str, ...]


class LowestOfPrefecture(msgspec.Struct, frozen=True, tag=True):
    """The area with the lowest index of each prefecture; all of them where several have the same."""


class MinorityInMinorityPrefecture(msgspec.Struct, frozen=True, tag=True):
    """医師少数区域 of 医師少数都道府県."""


class SparseMinority(msgspec.Struct, frozen=True, tag=True):
    """医師少数区域 among the `part` of all areas with the fewest doctors per habitable km²; the count of that part is
    rounded down, and a tie at its end belongs to it."""

    part: float


class EveryMinority(msgspec.Struct, frozen=True, tag=True):
    """Every 医師少数区域."""


class Whole(msgspec.Struct, frozen=True, tag=True):
    """A whole prefecture, by code."""

    prefecture: str


class AllBut(msgspec.Struct, frozen=True, tag=True):
    """Every area of a prefecture except some, and the 医師少数スポット (municipalities) inside these."""

    prefecture: str
    areas: tuple[str, ...]
    spots: tuple[str, ...] = ()


class NamedAreas(msgspec.Struct, frozen=True, tag=True):
    """Areas by code, with the reason that the prefecture gives."""

    areas: tuple[str, ...]
    reason: str


class MunicipalitiesBelow(msgspec.Struct, frozen=True, tag=True):
    """Municipalities of a prefecture with fewer registered doctors per 100,000 residents than the nation's ratio."""

    prefecture: str


class Districts(msgspec.Struct, frozen=True, tag=True):
    """Districts that a prefecture takes up by name, as on a municipality's application."""

    names: tuple[str, ...]
    reason: str


class Circle(msgspec.Struct, frozen=True, tag=True):
    """Within so many km of a supported institution (支援対象医療機関), by great circle."""

    institution: str
    latitude: float
    longitude: float
    km: float


Rule: TypeAlias = (
    LowestOfPrefecture
    | MinorityInMinorityPrefecture
    | SparseMinority
    | EveryMinority
    | Whole
    | AllBut
    | NamedAreas
    | MunicipalitiesBelow
    | Districts
    | Circle
)


class Policy(msgspec.Struct, frozen=True):
    """Any of these rules makes a candidate. As JSON or YAML each rule names its kind under `type`."""

    name: str
    any_of: tuple[Rule, ...]


def national_policy(values: PriorityRules) -> Policy:
    """The ministry's candidates as the rule file has them."""
    found: list[Rule] = []
    if values.lowest_of_each_prefecture:
        found.append(LowestOfPrefecture())
    if values.minority_in_minority_prefecture:
        found.append(MinorityInMinorityPrefecture())
    found.append(SparseMinority(values.sparse_part))
    return Policy("国の候補", tuple(found))


def candidates(policy: Policy, landscape: Landscape) -> tuple[Candidate, ...]:
    """What a policy's rules find, each thing once with all its reasons, in the order of units and codes.

    Raises Problem `workforce.area-unknown`, `workforce.prefecture-unknown` for a code that the set does not have.
    """
    reasons: dict[tuple[Unit, str], list[str]] = {}
    names: dict[tuple[Unit, str], str] = {}
    for rule in policy.any_of:
        for unit, code, name, reason in _found(rule, landscape):
            names[unit, code] = name
            reasons.setdefault((unit, code), []).append(reason)
    order = list(Unit)
    made = sorted(reasons, key=lambda key: (order.index(key[0]), key[1]))
    return tuple(Candidate(unit, code, names[unit, code], tuple(reasons[unit, code])) for unit, code in made)


_Found: TypeAlias = Iterable[tuple[Unit, str, str, str]]


def _found(rule: Rule, landscape: Landscape) -> _Found:
    areas = landscape.areas
    match rule:
        case LowestOfPrefecture():
            return _areas(landscape, _lowest(landscape), "lowest_of_prefecture")
        case MinorityInMinorityPrefecture():
            few = landscape.minority_prefectures
            inside = np.array([area.prefecture_code in few for area in areas.areas])
            return _areas(landscape, _minority(landscape) & inside, "minority_in_minority_prefecture")
        case SparseMinority():
            return _areas(landscape, _minority(landscape) & _sparse(landscape, rule.part), "sparse_minority")
        case EveryMinority():
            return _areas(landscape, _minority(landscape), "minority")
        case Whole():
            return _whole(rule, areas)
        case AllBut():
            return _all_but(rule, landscape)
        case NamedAreas():
            return _areas(landscape, _at(areas, rule.areas), rule.reason)
        case MunicipalitiesBelow():
            return _below(rule, areas)
        case Districts():
            return [(Unit.DISTRICT, name, name, rule.reason) for name in rule.names]
        case Circle():
            return [(Unit.CIRCLE, rule.institution, rule.institution, f"within_{rule.km:g}_km")]


def _areas(landscape: Landscape, chosen: npt.NDArray[np.bool_], reason: str) -> _Found:
    for at in np.flatnonzero(chosen):
        area = landscape.areas.areas[at]
        yield Unit.AREA, area.code, f"{area.prefecture}{area.name}", reason


def _minority(landscape: Landscape) -> npt.NDArray[np.bool_]:
    return of_class(landscape.classes, IndexClass.MINORITY)


def _lowest(landscape: Landscape) -> npt.NDArray[np.bool_]:
    prefecture = np.array([area.prefecture_code for area in landscape.areas.areas])
    lowest = np.zeros(len(prefecture), dtype=bool)
    for code in np.unique(prefecture):
        rows = np.flatnonzero((prefecture == code) & ~np.isnan(landscape.index))
        if len(rows):
            lowest[rows] = landscape.index[rows] == landscape.index[rows].min()
    return lowest


def _sparse(landscape: Landscape, part: float) -> npt.NDArray[np.bool_]:
    density = landscape.ground.density
    known = np.sort(density[~np.isnan(density)])
    count = int(part * len(known))
    if count == 0:
        return np.zeros(len(density), dtype=bool)
    return np.asarray(density <= known[count - 1])


def _at(areas: AreaSet, codes: Sequence[str]) -> npt.NDArray[np.bool_]:
    chosen = np.zeros(len(areas), dtype=bool)
    chosen[[areas.position(code) for code in codes]] = True
    return chosen


def _whole(rule: Whole, areas: AreaSet) -> _Found:
    inside = _prefecture(areas, rule.prefecture)[0]
    return [(Unit.PREFECTURE, inside.prefecture_code, inside.prefecture, "whole_prefecture")]


def _prefecture(areas: AreaSet, prefecture: str) -> tuple[Area, ...]:
    found = areas.within(prefecture)
    if not found:
        raise Problem("workforce.prefecture-unknown", where=prefecture, prefecture=prefecture)
    return found


def _all_but(rule: AllBut, landscape: Landscape) -> _Found:
    left_out = _at(landscape.areas, rule.areas)
    inside = {area.code for area in _prefecture(landscape.areas, rule.prefecture)}
    chosen = np.array([code in inside for code in landscape.areas.codes]) & ~left_out
    yield from _areas(landscape, chosen, "all_but")
    each = municipal_doctors()
    names = dict(zip(each.codes, each.names, strict=True))
    for spot in rule.spots:
        yield Unit.MUNICIPALITY, spot, names.get(spot, spot), "minority_spot"


def _below(rule: MunicipalitiesBelow, areas: AreaSet) -> _Found:
    each = municipal_doctors()
    national = each.doctors.sum() / each.residents.sum()
    inside = {area.code for area in _prefecture(areas, rule.prefecture)}
    for at in np.flatnonzero(each.ratio < national):
        if inside.intersection(areas_of(areas, each.codes[at])):
            yield Unit.MUNICIPALITY, each.codes[at], each.names[at], "below_national_ratio"
