"""Scenarios side by side on one base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaihoken.problems import Problem
from kaihoken.workforce import Area
from kaihoken.workforce.index import IndexClass
from kaihoken.workforce.scenario.files import base_of
from kaihoken.workforce.scenario.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Beside:
    """An area whose class differs from the base in one scenario at least; one entry for each scenario, in order."""

    area: Area
    before: IndexClass | None
    value_before: float
    classes: tuple[IndexClass | None, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Names and counts of scenarios in order, and the areas that any of them moves."""

    names: tuple[str, ...]
    before: Mapping[IndexClass, int]
    counts: tuple[Mapping[IndexClass, int], ...]
    areas: tuple[Beside, ...]


def compare(outcomes: Sequence[Outcome]) -> Comparison:
    """Put outcomes side by side. Raises Problem `workforce.scenario-bases-differ` where they were not worked out on the
    same table, and for none at all."""
    if len({base_of(one.before).digest for one in outcomes}) != 1:
        raise Problem(
            "workforce.scenario-bases-differ", where=", ".join(one.scenario.name for one in outcomes) or "—"
        )
    base = outcomes[0].before
    moved = [
        Beside(
            area,
            base.classes[row],
            float(outcomes[0].value_before[row]),
            tuple(one.classes[row] for one in outcomes),
            tuple(float(one.value_after[row]) for one in outcomes),
        )
        for row, area in enumerate(base.areas.areas)
        if any(one.classes[row] is not base.classes[row] for one in outcomes)
    ]
    return Comparison(
        tuple(one.scenario.name for one in outcomes),
        base.counts(),
        tuple(one.counts() for one in outcomes),
        tuple(moved),
    )
