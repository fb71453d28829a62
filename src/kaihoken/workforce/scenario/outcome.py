"""What a scenario makes of a table: the same table anew, who enters and leaves a class, and which lever did it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce import Area, AreaCode, AreaSet, own_grouping
from kaihoken.workforce.index import (
    Factor,
    IndexClass,
    IndexTable,
    Share,
    attribute,
    classify,
    index_table,
)
from kaihoken.workforce.plan import RuralityScenario, with_rurality
from kaihoken.workforce.scenario.components import Components, applied, require_sound
from kaihoken.workforce.scenario.files import base_of
from kaihoken.workforce.scenario.levers import AnyLever, AreasMerged, ReachCounted, RuralityCounted, Scenario

Floats = npt.NDArray[np.float64]

MOST_LEVERS: Final = 12
"""With n levers the whole is computed 2^n times: twelve take a second or two."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An area of the base whose class is another one afterwards. `value` is what decides a class, see `Outcome`."""

    area: Area
    before: IndexClass | None
    after: IndexClass | None
    value_before: float
    value_after: float


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A scenario worked out.

    `before` is the base, `after` the table of the areas as the scenario draws them. Arrays have one row for each area
    of the base: `value_before` and `value_after` are what decides a class (the printed value, and for an area that
    changed the printed value times the change of the computed index, rounded as print is; without print the computed
    index), `classes` the class afterwards of the area it belongs to, `difference` the computed index after less
    before, `shares` its parts by lever in their order: they sum to it, whatever the order in which levers are counted.
    NaN is absent. `stale` names what is not as it was when the scenario was written ("table", "rules").
    """

    scenario: Scenario
    before: IndexTable
    after: IndexTable
    value_before: Floats
    value_after: Floats
    classes: tuple[IndexClass | None, ...]
    difference: Floats
    shares: tuple[Share, ...]
    stale: tuple[str, ...]

    @property
    def moved(self) -> tuple[Moved, ...]:
        """The areas whose class changes, in code order."""
        return tuple(
            Moved(area, was, now, float(self.value_before[row]), float(self.value_after[row]))
            for row, (area, was, now) in enumerate(
                zip(self.before.areas.areas, self.before.classes, self.classes, strict=True)
            )
            if was is not now
        )

    def entering(self, kind: IndexClass) -> tuple[Moved, ...]:
        """Those that are of this class only afterwards."""
        return tuple(one for one in self.moved if one.after is kind)

    def leaving(self, kind: IndexClass) -> tuple[Moved, ...]:
        """Those that were of this class and are no longer."""
        return tuple(one for one in self.moved if one.before is kind)

    def counts(self) -> Mapping[IndexClass, int]:
        """Areas of each class afterwards, counted as the scenario draws them; what is absent is in none."""
        return self.after.counts()


def run(scenario: Scenario, table: IndexTable) -> Outcome:
    """Work a scenario out on a copy of `table`.

    Raises what `require_sound` raises, and Problem `workforce.scenario-too-long` above 12 levers.
    """
    if len(scenario.levers) > MOST_LEVERS:
        raise Problem(
            "workforce.scenario-too-long", where="levers", count=len(scenario.levers), most=MOST_LEVERS
        )
    require_sound(table, scenario.levers)
    start = Components.of(table)
    end = applied(table, start, scenario.levers)
    was, now = start.index(), end.index()
    value_before = np.where(np.isnan(table.published), was, table.published)
    merged = np.bincount(end.group, minlength=len(table))[end.group] > 1
    changed = (now != was) & ~(np.isnan(now) & np.isnan(was))
    laid = np.where(merged, now, _as_printed(table.published, was, now))
    value_after = np.where(changed | merged, laid, value_before)
    classes = _classes(table, end, value_after, scenario.levers)
    return Outcome(
        scenario,
        table,
        _after_table(table, end, changed | merged, classes, scenario.levers),
        value_before,
        value_after,
        classes,
        now - was,
        _shares(table, start, scenario.levers),
        _stale(scenario, table),
    )


def _as_printed(published: Floats, was: Floats, now: Floats) -> Floats:
    """Components are printed rounded, so the computed index lies a little beside the printed one. What changes is laid
    on the printed one: else the slightest lever would move an area across a threshold by that difference alone."""
    growth = np.full(len(was), np.nan)
    np.divide(now, was, out=growth, where=was > 0)
    laid = np.round(published * growth, 1)
    return np.where(np.isnan(laid), now, laid)


def _classes(
    table: IndexTable, end: Components, values: Floats, levers: Sequence[AnyLever]
) -> tuple[IndexClass | None, ...]:
    found = [None if np.isnan(value) else classify(float(value), end.thresholds) for value in values]
    for lever in levers:
        if isinstance(lever, RuralityCounted | ReachCounted):
            far, least = (
                (lever.ranks, lever.rank)
                if isinstance(lever, RuralityCounted)
                else (lever.shares, lever.share)
            )
            measured = np.array([far.get(code, np.nan) for code in table.areas.codes])
            policy = RuralityScenario(end.thresholds.lower, lever.wider, least)
            entering = with_rurality(values, measured, policy).entering
            found = [IndexClass.MINORITY if into else one for one, into in zip(found, entering, strict=True)]
    return tuple(found)


def _shares(table: IndexTable, start: Components, levers: Sequence[AnyLever]) -> tuple[Share, ...]:
    names = [str(number) for number in range(len(levers))]

    def worth(changed: frozenset[str]) -> Floats:
        chosen = [lever for name, lever in zip(names, levers, strict=True) if name in changed]
        return applied(table, start, chosen).index()

    return attribute([Factor(name) for name in names], worth)


def _after_table(
    table: IndexTable,
    end: Components,
    touched: npt.NDArray[np.bool_],
    classes: tuple[IndexClass | None, ...],
    levers: Sequence[AnyLever],
) -> IndexTable:
    areas = _areas_after(table.areas, levers)
    first = _rows_after(table.areas, areas, end, levers)
    physicians, population, ratio = (values[first] for values in end.grouped())
    printed = np.where(touched, np.nan, table.published)[first]
    made = index_table(
        areas, physicians, population, ratio, end.thresholds, level=table.level, published=printed
    )
    # The interval keeps its width in percent: rounding touches the components, not what a lever assumes.
    start = Components.of(table).index()[first]
    growth = np.full(len(first), np.nan)
    np.divide(made.index, start, out=growth, where=start > 0)
    single = np.bincount(end.group, minlength=len(table))[first] == 1
    low = np.where(single, table.low[first] * growth, np.nan)
    high = np.where(single, table.high[first] * growth, np.nan)
    kept = ~touched[first]
    return replace(
        made,
        low=np.where(kept, table.low[first], low),
        high=np.where(kept, table.high[first], high),
        borderline=kept & table.borderline[first],
        classes=tuple(classes[row] for row in first),
    )


def _rows_after(
    before: AreaSet, after: AreaSet, end: Components, levers: Sequence[AnyLever]
) -> npt.NDArray[np.intp]:
    """For each area afterwards the first row of the base that belongs to it."""
    merges = [lever for lever in levers if isinstance(lever, AreasMerged)]
    code = {min(before.position(part) for part in lever.areas): lever.code for lever in merges}
    first, codes = np.unique(end.group), before.codes
    order = np.argsort([after.position(code.get(int(row), codes[row])) for row in first])
    return np.asarray(first[order])


def _areas_after(areas: AreaSet, levers: Sequence[AnyLever]) -> AreaSet:
    merges = [lever for lever in levers if isinstance(lever, AreasMerged)]
    if not merges:
        return areas
    inside = {code: lever for lever in merges for code in lever.areas}
    kept = [area for area in areas.areas if area.code not in inside]
    for lever in merges:
        home = areas.areas[min(areas.position(code) for code in lever.areas)]
        kept.append(Area(AreaCode(lever.code), lever.name, home.prefecture_code, home.prefecture))
    members = {
        str(municipality): inside[code].code if code in inside else str(code)
        for municipality, code in areas.of_municipality.items()
    }
    return own_grouping(f"{areas.name} (scenario)", kept, members)


def _stale(scenario: Scenario, table: IndexTable) -> tuple[str, ...]:
    if scenario.base is None:
        return ()
    now = base_of(table)
    found = []
    if (scenario.base.table, scenario.base.digest) != (now.table, now.digest):
        found.append("table")
    if scenario.base.rules != now.rules:
        found.append("rules")
    return tuple(found)
