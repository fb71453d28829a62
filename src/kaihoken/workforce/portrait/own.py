"""自分の表: what somebody's own folder of tables makes, to stand beside what is published and never instead of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kaihoken.problems import Problem
from kaihoken.web import Language, messages
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index import (
    Explanation,
    RawIndex,
    distances,
    explain_raw,
    index_from_folder,
    shipped_index,
)
from kaihoken.workforce.pictures import signed
from kaihoken.workforce.tables import HUB_VISITS, HubVisits, Presence, State, areas_named, check, hub_visits


@dataclass(frozen=True, slots=True, eq=False)
class OwnTables:
    """A folder as it was read: which tables of the catalogue it has, and the index that they make of the areas of
    `areas`, or the `problem` that stands in its way (a table that waits, one with errors). `same` are the areas that
    the published index has, too, with the same municipalities: only beside these a printed value may stand.
    `visits` are a hub's counts in the folder."""

    folder: Path
    areas: AreaSet
    presences: tuple[Presence, ...]
    index: RawIndex | None
    problem: Problem | None
    same: frozenset[str]
    visits: HubVisits | None

    @classmethod
    def read(cls, folder: Path, areas: str = "330") -> Self:
        """Reads a folder. Raises Problem `workforce.data-folder`, and what `areas_named` raises."""
        wanted = areas_named(areas)
        presences = check(folder, areas=wanted)
        ours, theirs = _towns(wanted), _towns(shipped_index().areas)
        same = frozenset(code for code, towns in ours.items() if theirs.get(code) == towns)
        try:
            index, problem = index_from_folder(folder, wanted), None
        except Problem as refused:
            index, problem = None, refused
        return cls(folder, wanted, presences, index, problem, same, _visits(presences, folder, wanted))

    def row_of(self, code: str) -> int | None:
        """The row of an area in the folder's index; None where the folder makes none or has no such area."""
        known = self.index is not None and code in self.areas.codes
        return self.areas.position(code) if known else None


def _visits(presences: tuple[Presence, ...], folder: Path, areas: AreaSet) -> HubVisits | None:
    """A hub's counts, where the folder has them: beside the index, never in it."""
    there = any(one.entry.id == HUB_VISITS and one.state is State.LOADED for one in presences)
    return hub_visits(folder, areas) if there else None


def _towns(areas: AreaSet) -> dict[str, set[str]]:
    towns: dict[str, set[str]] = {}
    for town, area in areas.of_municipality.items():
        towns.setdefault(area, set()).add(town)
    return towns


def own_difference(index: RawIndex, row: int) -> Explanation | None:
    """Why an area's own index differs from the nation's; None where it has no index."""
    try:
        return explain_raw(index, row)
    except Problem:
        return None


def own_factors(index: RawIndex, row: int, language: Language) -> list[tuple[str, str]]:
    """Every factor by its name, as it is printed."""
    words, factors = messages("workforce"), index.factors
    found: Sequence[tuple[str, float, int]] = (
        ("heads", float(factors.heads[row]), 0),
        ("counted", float(factors.counted[row]), 1),
        ("physicians", float(factors.physicians[row]), 1),
        ("population", float(factors.population[row]), 3),
        ("age-ratio", float(factors.age_ratio[row]), 3),
        ("inpatient-flow", float(factors.inpatient_flow[row]), 3),
        ("clinic-flow", float(factors.clinic_flow[row]), 3),
        ("ratio", float(factors.ratio[row]), 3),
    )
    return [
        (words.text(f"portrait.own.{name}", language), "－" if value != value else f"{value:,.{decimals}f}")
        for name, value, decimals in found
    ]


def own_reach(index: RawIndex, row: int, language: Language) -> list[tuple[str, str]]:
    """Doctors to each threshold, standardised and in heads of the area's own ratio."""
    words = messages("workforce")
    weight = float(index.factors.weight[row])
    found = distances(index.table, row, heads_per_standardised=1 / weight if weight > 0 else None)
    return [
        (
            words.text(f"portrait.reach.{one.threshold}", language, value=f"{one.value:.1f}"),
            words.text("portrait.reach.doctors", language, count=signed(one.physicians))
            if one.heads is None
            else words.text(
                "portrait.own.reach", language, count=signed(one.physicians), heads=signed(one.heads)
            ),
        )
        for one in found
    ]
