"""キャリア形成プログラム: people with a duty by hospital, department and year, and how a programme goes.

The counts come out of the sealed book with small numbers hidden (`kaihoken workforce careers counts`) and are a table
of the user's own like any other; the book itself is not in reach of these pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from kaihoken.planner.asked import Asked, Shown
from kaihoken.problems import Problem
from kaihoken.web import Language, messages
from kaihoken.workforce.careers import LIFE, State
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.pictures import Picture, steps_of
from kaihoken.workforce.portrait import Atlas, Standing, standing_at
from kaihoken.workforce.tables import Absent, Finding, LongTable, load

TABLE: Final = "duty-doctors"
PLACES: Final[Mapping[str, tuple[int, int]]] = {
    State.ENROLLED: (0, 0),
    State.WORKING: (1, 0),
    State.COMPLETED: (2, 0),
    State.PAUSED: (1, 1),
    State.IN_BREACH: (2, 1),
    State.LEFT: (0, 2),
}
"""Where each state stands in the drawing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One hospital and department: of each year how many people, "x" where hidden, "" where nothing is said. `standing`
    where the table counts by area and not by hospital."""

    place: str
    department: str
    people: tuple[str, ...]
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Counted:
    """The table as the page shows it; `hidden` says how many counts are."""

    years: tuple[str, ...]
    lines: tuple[Line, ...]
    hidden: int


def careers(atlas: Atlas, asked: Asked) -> Shown:
    """The counts, or what waits; and the drawing of a programme."""
    table, findings = _table(atlas)
    return Shown(
        "careers.html",
        {
            "counted": _counted(table, atlas) if table is not None else None,
            "findings": findings,
            "table": TABLE,
            "drawing": drawing(asked.language),
        },
    )


def drawing(language: Language) -> Picture:
    """How a programme goes, from state to state."""
    words = messages("workforce")
    named = {str(state): words.text(f"careers.state.{state}", language) for state in LIFE.steps}
    named |= {str(event): words.text(f"careers.event.{event}", language) for _, event, _ in LIFE.edges()}
    return steps_of(
        LIFE,
        PLACES,
        named,
        messages("planner").text("careers.drawing", language),
    )


def _table(atlas: Atlas) -> tuple[LongTable | None, tuple[Finding, ...]]:
    """The table of the user's folder, or what stands in its way; neither where it waits."""
    if atlas.data is None:
        return None, ()
    try:
        imported = load(TABLE, atlas.data, areas=atlas.index.areas)
    except Problem as problem:
        if problem.code != "workforce.table-waiting":
            raise
        return None, ()
    return (None, imported.errors) if imported.errors else (imported.table, ())


def _counted(table: LongTable, atlas: Atlas) -> Counted:
    years = tuple(sorted(table.labels("year")))
    places, departments = table.labels("place"), table.labels("second")
    values, absent = table.grid(
        (("place", places), ("second", departments), ("year", years)), measure="doctors"
    )
    lines = [
        Line(
            place,
            department,
            tuple(map(_shown, values[at, beside], absent[at, beside])),
            _standing(place, atlas),
        )
        for at, place in enumerate(places)
        for beside, department in enumerate(departments)
        if (absent[at, beside] != Absent.BLANK).any()
    ]
    return Counted(years, tuple(lines), int((absent == Absent.SUPPRESSED).sum()))


def _shown(value: np.float64, absent: np.uint8) -> str:
    if absent == Absent.SUPPRESSED:
        return "x"
    return f"{value:,.0f}" if absent == Absent.PRESENT else ""


def _standing(place: str, atlas: Atlas) -> Standing | None:
    codes = atlas.index.areas.codes
    return standing_at(shipped_index(), codes.index(place)) if place in codes else None
