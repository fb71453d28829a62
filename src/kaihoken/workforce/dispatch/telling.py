"""What a plan makes of each rule that somebody asked for: the floors of partners, duties, travel, wishes; in counts."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from kaihoken.workforce.dispatch.case import Case, Floats, Ints, RuleKind, Terms

_ALIKE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Kept:
    """One rule as it was asked for and as the plan has it: `bound` and `found` in full-time doctors, for a duty and
    the total in units, for travel and what was declined `found` the moves that were left out, for a class both in
    standardised doctors that the area may lose and loses on balance.

    `least`: the bound is a floor; `tight`: the plan stands on the bound. `bound` is None where there is none to reach.
    """

    kind: RuleKind
    subject: str
    bound: float | None
    found: float
    least: bool

    @property
    def tight(self) -> bool:
        """Whether nothing is left."""
        return self.bound is not None and abs(self.found - self.bound) <= _ALIKE


@dataclass(frozen=True, slots=True)
class Wished:
    """Units at posts that are wished for, that nobody minds, that are unwished; never who wished."""

    wished: int
    neither: int
    unwished: int


def kept_rules(case: Case, units: Ints, terms: Terms) -> tuple[Kept, ...]:
    """The rules that somebody set, in the order of `RuleKind`. Hours are told apart (`effects.hours_effects`)."""
    departments, moves = case.departments, case.moves
    out, into = _doctors(case, units, moves.sender), _doctors(case, units, moves.receiver)
    found = [
        Kept(
            RuleKind.KEEPS,
            departments.code[row],
            float(departments.keeps[row]),
            float(departments.doctors[row] - out[row] + into[row]),
            True,
        )
        for row in np.unique(moves.sender)
        if not np.isnan(departments.keeps[row])
    ]
    found += [
        Kept(kind, departments.code[row], float(bounds[row]), float(into[row]), kind is RuleKind.LEAST)
        for kind, bounds, rows in (
            (RuleKind.CAPACITY, departments.capacity, np.flatnonzero(np.isfinite(departments.capacity))),
            (RuleKind.LEAST, departments.least, np.flatnonzero(departments.least > 0)),
        )
        for row in rows
    ]
    found += [
        Kept(RuleKind.DUTY, duty.name, float(duty.least), float(units[duty.moves].sum()), True)
        for duty in case.duties
    ]
    found += _classes(case, units)
    if np.isfinite(terms.minutes_at_most):
        far = ~(moves.minutes <= terms.minutes_at_most)
        found.append(Kept(RuleKind.TRAVEL, f"{terms.minutes_at_most:g}", None, float(far.sum()), False))
    if moves.declined.any():
        found.append(Kept(RuleKind.DECLINED, "", None, float(moves.declined.sum()), False))
    if terms.units_at_most is not None:
        found.append(Kept(RuleKind.TOTAL, "", float(terms.units_at_most), float(units.sum()), False))
    return tuple(found)


def wished(case: Case, units: Ints) -> Wished:
    """How the units of a plan stand to the wishes about posts."""
    wish = case.moves.wish
    return Wished(*(int(units[rows].sum()) for rows in (wish > 0, wish == 0, wish < 0)))


def _doctors(case: Case, units: Ints, end: Ints) -> Floats:
    total = np.zeros(len(case.departments))
    np.add.at(total, end, case.moves.share * units)
    return total


def _classes(case: Case, units: Ints) -> list[Kept]:
    if case.room is None:
        return []
    departments, moves = case.departments, case.moves
    lost = np.zeros(len(case.areas))
    standard = departments.standardised[moves.sender] * moves.share * units
    np.add.at(lost, departments.area[moves.sender], standard)
    np.subtract.at(lost, departments.area[moves.receiver], standard)
    return [
        Kept(RuleKind.CLASS, case.areas.areas[area].code, float(case.room[area]), float(lost[area]), False)
        for area in np.unique(departments.area[moves.sender])
        if np.isfinite(case.room[area])
    ]
