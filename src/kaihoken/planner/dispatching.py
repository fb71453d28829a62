"""What the page of dispatch computes, held by the bytes of the files that were read: a case under each aim, the yearly
counts of 代診医, a round of matching."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import numpy as np

from kaihoken.problems import Problem
from kaihoken.workforce.dispatch import (
    CASE_FILES,
    EXAMPLE_CASE,
    Aim,
    Change,
    IndexEffects,
    Infeasible,
    Kept,
    LocumYear,
    Proposal,
    ReadCase,
    Wished,
    basis_of,
    hours_effects,
    index_effects,
    kept_rules,
    locum_years,
    marginal_values,
    propose,
    read_case,
    read_locum,
    wished,
)
from kaihoken.workforce.index import IndexTable
from kaihoken.workforce.matching import (
    EXAMPLE_ROUND,
    CouncilView,
    ReadRound,
    match,
    read_round,
    view_for_council,
)
from kaihoken.workforce.portrait import Atlas
from kaihoken.workforce.tables import BadRow

CASE_FOLDER: Final = "dispatch"
ROUND_FOLDER: Final = "matching"
LOCUM_FILE: Final = "locum.csv"
"""What a planner calls them in the folder of the own tables."""

_CASES_HELD: Final = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where files are read: the planner's own folder, or that of the fictitious example."""

    folder: Path
    own: bool


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A proposal with all that stands beside it. `worth` is what one more doctor would add at each department."""

    proposal: Proposal
    effects: IndexEffects
    hours: Mapping[str, Change]
    kept: tuple[Kept, ...]
    wished: Wished
    worth: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Locum:
    """Counts by fiscal year and area, and the rows of the file that could not be read."""

    years: tuple[LocumYear, ...]
    bad: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """One row of a proposal: units of a move between two departments, in counts."""

    sender_hospital: str
    sender_department: str
    receiver_hospital: str
    receiver_department: str
    unit: Literal["doctor", "day"]
    units: int
    physicians: float
    minutes: float


def moved(read: ReadCase, plan: Plan) -> Iterator[Moved]:
    """The proposal, row by row."""
    moves, staff, units = read.case.moves, read.case.departments, plan.proposal.units
    for move in np.flatnonzero(units):
        sender, receiver = int(moves.sender[move]), int(moves.receiver[move])
        yield Moved(
            read.hospitals[sender],
            staff.department[sender],
            read.hospitals[receiver],
            staff.department[receiver],
            "doctor" if moves.whole[move] else "day",
            int(units[move]),
            float(units[move] * moves.share[move] * staff.standardised[sender]),
            float(moves.minutes[move]),
        )


def case_place(atlas: Atlas) -> Place:
    """The planner's own case where the data folder has one."""
    return _place(atlas, CASE_FOLDER, EXAMPLE_CASE)


def round_place(atlas: Atlas) -> Place:
    """The planner's own round of matching where the data folder has one."""
    return _place(atlas, ROUND_FOLDER, EXAMPLE_ROUND)


def case_of(atlas: Atlas, place: Place) -> ReadCase:
    """The case. Problems as `read_case`."""
    return _case(atlas.index, place.folder, _digest(place.folder, CASE_FILES))


def plan_of(atlas: Atlas, place: Place, aim: Aim) -> Plan | Infeasible:
    """The proposal under an aim. Problems as `read_case` and `propose`."""
    return _plan(atlas.index, place.folder, _digest(place.folder, CASE_FILES), aim)


def locum_of(atlas: Atlas) -> Locum | None:
    """The yearly counts; None where there is no file (入力待ち). Problems as `read_locum`, and
    `workforce.dispatch-file`."""
    file = atlas.data / LOCUM_FILE if atlas.data else None
    if file is None or not file.is_file():
        return None
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(
            "workforce.dispatch-file", where=file.name, file=file.name, reason=str(error)
        ) from error
    requests, bad = read_locum(text, atlas.index.areas)
    return Locum(locum_years(requests, atlas.index.areas), bad)


def round_of(place: Place) -> tuple[ReadRound, CouncilView | None]:
    """The round and what the council sees of it; None while a row cannot be read. Problems as `read_round`."""
    found = read_round(place.folder)
    if found.bad:
        return found, None
    return found, view_for_council(found.market, match(found.market, found.order), found.order)


def _place(atlas: Atlas, name: str, example: Path) -> Place:
    own = atlas.data / name if atlas.data else None
    return Place(own, True) if own is not None and own.is_dir() else Place(example, False)


def _digest(folder: Path, names: Sequence[str]) -> str:
    """Names the content of the files; one that is not there counts as empty, and the reader says so."""
    held = hashlib.sha256()
    for name in names:
        content = (folder / name).read_bytes() if (folder / name).is_file() else b""
        held.update(f"{name} {len(content)}\n".encode() + content)
    return held.hexdigest()


@lru_cache(maxsize=_CASES_HELD)
def _case(index: IndexTable, folder: Path, digest: str) -> ReadCase:
    del digest  # a file that changed is another case
    return read_case(folder, basis_of(index))


@lru_cache(maxsize=_CASES_HELD)
def _plan(index: IndexTable, folder: Path, digest: str, aim: Aim) -> Plan | Infeasible:
    read = _case(index, folder, digest)
    case, terms = read.case, replace(read.terms, aim=aim)
    found = propose(case, terms)
    if isinstance(found, Infeasible):
        return found
    return Plan(
        found,
        index_effects(case, found.units, basis_of(index)),
        hours_effects(case, found.units, terms.hours),
        kept_rules(case, found.units, terms),
        wished(case, found.units),
        tuple(marginal_values(case, terms).tolist()),
    )
