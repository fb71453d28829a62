"""The rules of a dispatch as rows and columns: which row is which rule, which move which rule leaves out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from kaihoken.workforce.dispatch.case import (
    NO_NEED,
    Aim,
    Case,
    Departments,
    Flags,
    Floats,
    Ints,
    Moves,
    Rule,
    RuleKind,
    Terms,
)
from kaihoken.workforce.dispatch.program import INFINITE, Program
from kaihoken.workforce.dispatch.tightening import falling, with_parts

_EACH_MOVE = 1e-6  # so that no move happens for nothing
_JUST_BELOW = 1e-6  # hours a year: a month must stay below its ceiling, not reach it


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """The program of a case. Columns are the moves, then the coverage of each need, then its parts where evenness
    counts. `rules` names the rule of each row (None: arithmetic); `left_out` the rule that keeps a move at 0."""

    program: Program
    rules: tuple[Rule | None, ...]
    left_out: tuple[Rule | None, ...]
    moves: int
    needs: int


class _Rows:
    """Rows as they are gathered, in coordinates."""

    def __init__(self) -> None:
        self.row: list[Ints] = []
        self.column: list[Ints] = []
        self.entry: list[Floats] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.rules: list[Rule | None] = []

    def add(
        self,
        owner: Ints,
        column: Ints,
        entry: Floats,
        owners: Ints,
        low: Floats,
        high: Floats,
        rules: Sequence[Rule | None],
    ) -> None:
        """A row for each of `owners` (sorted); entry k lies in the row of owner[k], which may have none."""
        if not len(owners):
            return
        place = np.minimum(np.searchsorted(owners, owner), len(owners) - 1)
        has = (owners[place] == owner) & (entry != 0)
        self.row.append(place[has] + len(self.rules))
        self.column.append(column[has])
        self.entry.append(entry[has])
        self.low.append(low)
        self.high.append(high)
        self.rules.extend(rules)

    def matrix(self, columns: int) -> sparse.csr_array:
        if not self.rules:
            return sparse.csr_array((0, columns))
        places = (np.concatenate(self.row), np.concatenate(self.column))
        return sparse.csr_array((np.concatenate(self.entry), places), shape=(len(self.rules), columns))


def build(case: Case, terms: Terms) -> Built:
    """The program of a case under these terms."""
    departments, moves, needs = case.departments, case.moves, case.needs
    count = len(moves)
    rows = _Rows()
    every = np.arange(count)
    ends = np.concatenate([moves.sender, moves.receiver])
    both = np.concatenate([every, every])
    sending = np.unique(moves.sender)
    receiving = np.unique(moves.receiver)

    fte = np.concatenate([moves.share, -moves.share])
    _keeps(rows, departments, sending, ends, both, fte)
    _hours(rows, departments, moves, terms, sending, ends, both)
    _receivers(rows, departments, moves, receiving, every)
    standard = departments.standardised[moves.sender] * moves.share
    signed = np.concatenate([standard, -standard])
    _classes(rows, case, ends, both, signed)
    _needs(rows, case, ends, both, signed)
    for duty in case.duties:
        owner = np.zeros(len(duty.moves), dtype=np.int64)
        rule = Rule(RuleKind.DUTY, duty.name, duty.least)
        one, least, most = np.zeros(1, dtype=np.int64), np.array([float(duty.least)]), np.array([INFINITE])
        rows.add(owner, duty.moves, np.ones(len(owner)), one, least, most, [rule])
    if terms.units_at_most is not None:
        one, none, most = (
            np.zeros(1, dtype=np.int64),
            np.array([-INFINITE]),
            np.array([float(terms.units_at_most)]),
        )
        rule = Rule(RuleKind.TOTAL, "", terms.units_at_most)
        rows.add(np.zeros(count, dtype=np.int64), every, np.ones(count), one, none, most, [rule])
    wishes = moves.share * (
        terms.wish_value * (moves.wish - 1) - terms.minute_value * np.nan_to_num(moves.minutes) - _EACH_MOVE
    )
    left_out = _left_out(case, terms)
    upper = np.where([rule is None for rule in left_out], moves.most.astype(np.float64), 0.0)
    program = Program(
        np.concatenate(
            [wishes * (upper > 0), np.full(len(needs), 1.0 if terms.aim is not Aim.FAIR else 0.0)]
        ),
        np.zeros(count + len(needs)),
        np.concatenate([upper, needs.amount]),
        np.concatenate([np.ones(count, dtype=np.bool_), np.zeros(len(needs), dtype=np.bool_)]),
        rows.matrix(count + len(needs)),
        np.concatenate(rows.low) if rows.low else np.empty(0),
        np.concatenate(rows.high) if rows.high else np.empty(0),
    )
    rules = list(rows.rules)
    if terms.aim is Aim.BOTH:
        columns = count + np.arange(len(needs))
        program = with_parts(program, columns, needs.amount, falling(terms.levels), terms.fairness)
        rules.extend([None] * (2 * len(needs)))
    return Built(program, tuple(rules), left_out, count, len(needs))


def _keeps(rows: _Rows, departments: Departments, sending: Ints, ends: Ints, both: Ints, fte: Floats) -> None:
    floor = sending[~np.isnan(departments.keeps[sending])]
    spare = departments.doctors[floor] - departments.keeps[floor]
    rules = [Rule(RuleKind.KEEPS, departments.code[row], float(departments.keeps[row])) for row in floor]
    rows.add(ends, both, fte, floor, np.full(len(floor), -INFINITE), spare, rules)


def _hours(
    rows: _Rows, departments: Departments, moves: Moves, terms: Terms, sending: Ints, ends: Ints, both: Ints
) -> None:
    """The mean doctor of a sender works at most the ceilings: hours there and elsewhere <= doctors × week. Where a
    ceiling is exceeded already nothing may be added."""
    known = sending[~np.isnan(counted_hours(departments, terms)[sending])]
    whole = np.concatenate([moves.whole, moves.whole])
    away = np.concatenate([moves.hours, -moves.hours])
    sign = np.repeat([1.0, -1.0], len(moves))
    here_only = np.concatenate([np.zeros(len(moves)), -moves.hours])
    work = counted_hours(departments, terms)
    for kind, week in (
        (None, weeks_together(departments, terms)),
        (RuleKind.HOURS_EACH, _weeks_each(departments, terms)),
    ):
        entry = np.where(whole, sign * week[ends], away if kind is None else here_only)
        high = np.maximum(0.0, departments.doctors[known] * week[known] - work[known])
        rules = [
            Rule(kind or _kind(departments, terms, row), departments.code[row], float(week[row]))
            for row in known
        ]
        rows.add(ends, both, entry, known, np.full(len(known), -INFINITE), high, rules)


def _receivers(rows: _Rows, departments: Departments, moves: Moves, receiving: Ints, every: Ints) -> None:
    most = receiving[np.isfinite(departments.capacity[receiving])]
    rules = [Rule(RuleKind.CAPACITY, departments.code[row], float(departments.capacity[row])) for row in most]
    rows.add(
        moves.receiver,
        every,
        moves.share,
        most,
        np.full(len(most), -INFINITE),
        departments.capacity[most],
        rules,
    )
    least = np.flatnonzero(departments.least > 0)
    rules = [Rule(RuleKind.LEAST, departments.code[row], float(departments.least[row])) for row in least]
    rows.add(
        moves.receiver,
        every,
        moves.share,
        least,
        departments.least[least],
        np.full(len(least), INFINITE),
        rules,
    )


def _classes(rows: _Rows, case: Case, ends: Ints, both: Ints, signed: Floats) -> None:
    if case.room is None:
        return
    areas = case.departments.area[ends]
    crossing = case.departments.area[case.moves.sender] != case.departments.area[case.moves.receiver]
    cross = np.concatenate([crossing, crossing])
    sending = np.unique(case.departments.area[case.moves.sender[crossing]])
    held = sending[np.isfinite(case.room[sending])]
    room = np.maximum(0.0, case.room[held])
    rules = [Rule(RuleKind.CLASS, case.areas.areas[row].code, float(case.room[row])) for row in held]
    rows.add(areas[cross], both[cross], signed[cross], held, np.full(len(held), -INFINITE), room, rules)


def _needs(rows: _Rows, case: Case, ends: Ints, both: Ints, signed: Floats) -> None:
    """Coverage of a need <= what comes less what goes; as coverage is never below 0, a need does not grow."""
    needs = np.arange(len(case.needs))
    owner = case.departments.need[ends]
    has = owner != NO_NEED
    rules = [Rule(RuleKind.SHORTFALL, name, 0.0) for name in case.needs.name]
    rows.add(
        np.concatenate([owner[has], needs]),
        np.concatenate([both[has], len(case.moves) + needs]),
        np.concatenate([signed[has], np.ones(len(needs))]),
        needs,
        np.full(len(needs), -INFINITE),
        np.zeros(len(needs)),
        rules,
    )


def _left_out(case: Case, terms: Terms) -> tuple[Rule | None, ...]:
    departments, moves = case.departments, case.moves
    week = np.minimum(weeks_together(departments, terms), _weeks_each(departments, terms))[moves.receiver]
    post = moves.whole & (moves.hours > week + 1e-9)
    far = (
        ~(moves.minutes <= terms.minutes_at_most)
        if np.isfinite(terms.minutes_at_most)
        else np.zeros_like(post)
    )
    found: list[Rule | None] = [None] * len(moves)
    for flags, kind, bound in (
        (far, RuleKind.TRAVEL, terms.minutes_at_most),
        (post, RuleKind.HOURS_POST, 0.0),
        (moves.declined, RuleKind.DECLINED, 0.0),
    ):
        for move in np.flatnonzero(flags):
            limit = float(week[move]) if kind is RuleKind.HOURS_POST else bound
            found[move] = Rule(kind, departments.code[moves.receiver[move]], limit)
    return tuple(found)


def counted_hours(departments: Departments, terms: Terms) -> Floats:
    """Hours of a week in a department that count against the ceilings; NaN where not known."""
    free: Flags = departments.duty_permitted & (not terms.hours.permitted_duty_counts)
    return departments.hours + np.where(free, 0.0, departments.duty)


def weeks_together(departments: Departments, terms: Terms) -> Floats:
    """The longest week of a department's mean doctor over all workplaces: by the year, and by the month where no
    interviewer sees the doctors."""
    return np.array(
        [
            terms.hours.week_for(min(_year(level, terms), _month(level, terms, bool(seen))))
            for level, seen in zip(departments.level, departments.interview, strict=True)
        ]
    )


def _weeks_each(departments: Departments, terms: Terms) -> Floats:
    return np.array([terms.hours.week_for(terms.hours.level(level).each) for level in departments.level])


def _kind(departments: Departments, terms: Terms, row: int) -> RuleKind:
    level = departments.level[row]
    by_month = _month(level, terms, bool(departments.interview[row])) < _year(level, terms)
    return RuleKind.HOURS_MONTH if by_month else RuleKind.HOURS_TOGETHER


def _year(level: str, terms: Terms) -> float:
    return float(terms.hours.level(level).together)


def _month(level: str, terms: Terms, seen: bool) -> float:
    if seen and terms.hours.interview_lifts_month:
        return INFINITE
    return terms.hours.level(level).month * 12 - _JUST_BELOW
