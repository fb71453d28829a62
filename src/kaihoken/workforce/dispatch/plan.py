"""派遣調整案・候補: whole numbers of doctors or of days a week from where they are relatively many to where few.

Parts of the case that share no rule are solved apart. Each answer carries its certified gap: no plan under these rules
is better by more. A case that no plan can keep is told with the rules that bind (see `conflict`).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from kaihoken.problems import Problem
from kaihoken.workforce.dispatch.building import Built, build
from kaihoken.workforce.dispatch.case import Aim, Case, Floats, Ints, Rule, Terms
from kaihoken.workforce.dispatch.conflict import Conflict, explain
from kaihoken.workforce.dispatch.fairness import even_out
from kaihoken.workforce.dispatch.program import INFINITE, Program, Solved, solve, solve_from_relaxation
from kaihoken.workforce.printing import Row


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """派遣調整案: how many units of each move, and what they cover of each need.

    `value` and `bound` are in standardised doctors (and the small values of wishes and travel); `gap` is (bound -
    value) / |value|. For the aim FAIR they are those of the last step, the sum under what evenness has fixed.
    `certified`: the gap asked for was reached, in every step. `unknown_hours` are senders whose hours are not known:
    for them no ceiling was checked. `unconfirmed` names the rules that no official text confirms.
    """

    units: Ints
    covered: Floats
    value: float
    bound: float
    certified: bool
    components: int
    seconds: float
    seed: int
    unknown_hours: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    watermark: str

    @property
    def gap(self) -> float:
        """Relative; 0.0 where the value is the bound."""
        return (
            max(0.0, self.bound - self.value) / max(abs(self.value), 1e-9) if self.bound > self.value else 0.0
        )


@dataclass(frozen=True, slots=True, eq=False)
class Infeasible:
    """No plan keeps all rules. `conflicts`: for each part of the case that cannot be, rules that do not go together."""

    conflicts: tuple[Conflict, ...]
    watermark: str

    def rows(self) -> Iterator[Row]:
        """A row for each rule of each conflict, with the watermark of the case."""
        for number, conflict in enumerate(self.conflicts, start=1):
            for one in conflict.rules:
                yield {
                    "conflict": number,
                    "rule": one.rule.kind.value,
                    "subject": one.rule.subject,
                    "bound": one.rule.bound,
                    "yields": one.yields,
                    "held": one.held,
                    "watermark": self.watermark,
                }


@dataclass(frozen=True, slots=True)
class OneMore:
    """What one more doctor at a department would add to the value, by solving again: `value` between the two plans that
    were found, the truth certainly between `low` and `high` (alike where both are proved best)."""

    department: str
    value: float
    low: float
    high: float


def propose(case: Case, terms: Terms) -> Proposal | Infeasible:
    """The best plan for the aim of `terms`, or which rules bind.

    Raises Problem `workforce.dispatch-unsolved` where the time ran out before any plan was found, and
    `workforce.hours-level` for a level that the day's rules do not have.
    """
    began = time.perf_counter()
    built = build(case, terms)
    values = np.zeros(len(built.program.value))
    found: list[Solved] = []
    conflicts: list[Conflict] = []
    groups = [pair for pair in built.program.components() if len(pair[0])]
    values += _loose(built.program, groups)
    columns_left = sum(len(columns) for _, columns in groups)
    for rows, columns in sorted(groups, key=lambda pair: (len(pair[1]), pair[1][:1].tolist())):
        part = built.program.part(rows, columns)
        left = terms.seconds - (time.perf_counter() - began)
        solved = _solve_part(part, columns, built, case, terms, left * max(len(columns) / columns_left, 0.1))
        columns_left -= len(columns)
        if solved.infeasible:
            conflicts.append(explain(built, rows, columns, terms))
        elif solved.values is None:
            raise Problem("workforce.dispatch-unsolved", seconds=str(terms.seconds))
        else:
            values[columns] = solved.values
            found.append(solved)
    if conflicts:
        return Infeasible(tuple(conflicts), case.watermark)
    loose = float(built.program.value @ values) - float(
        sum(_worth(built.program, pair, values) for pair in groups)
    )
    return _proposal(case, terms, built, values, found, loose, time.perf_counter() - began)


def _solve_part(
    part: Program, columns: Ints, built: Built, case: Case, terms: Terms, seconds: float
) -> Solved:
    if terms.aim is not Aim.FAIR:
        return solve_from_relaxation(part, gap=terms.gap, seconds=seconds, seed=terms.seed)
    needs = np.flatnonzero((columns >= built.moves) & (columns < built.moves + built.needs))
    amount = case.needs.amount[columns[needs] - built.moves]
    return even_out(part, needs, amount, replace(terms, seconds=seconds))


def _loose(program: Program, groups: list[tuple[Ints, Ints]]) -> Floats:
    """Columns in no row at all take the bound that is worth more."""
    free = np.ones(len(program.value), dtype=np.bool_)
    for _, columns in groups:
        free[columns] = False
    chosen: Floats = np.where(free & (program.value > 0) & np.isfinite(program.upper), program.upper, 0.0)
    return chosen


def _worth(program: Program, pair: tuple[Ints, Ints], values: Floats) -> float:
    return float(program.value[pair[1]] @ values[pair[1]])


def _proposal(
    case: Case, terms: Terms, built: Built, values: Floats, found: list[Solved], loose: float, seconds: float
) -> Proposal:
    senders = np.unique(case.moves.sender[np.round(values[: built.moves]) > 0])
    hours = case.departments.hours + case.departments.duty
    return Proposal(
        units=np.round(values[: built.moves]).astype(np.int64),
        covered=values[built.moves : built.moves + built.needs],
        value=sum(one.value for one in found) + loose,
        bound=sum(one.bound for one in found) + loose,
        certified=all(one.optimal for one in found),
        components=len(found),
        seconds=seconds,
        seed=terms.seed,
        unknown_hours=tuple(case.departments.code[row] for row in senders if np.isnan(hours[row])),
        unconfirmed=terms.hours.unconfirmed(),
        watermark=case.watermark,
    )


def marginal_values(case: Case, terms: Terms) -> Floats:
    """What one more doctor would add at each department, by the duals of the relaxation without whole numbers.

    Standardised doctors covered for each row of `case.departments`: an estimate for all at once, that is exact only
    where the relaxation has whole numbers; `value_of_one_more` is the exact answer for one. Senders that already
    exceed a ceiling count as if the doctor came on top. Raises Problem `workforce.dispatch-unsolved` where the case
    is infeasible.
    """
    built = build(case, replace(terms, aim=Aim.SUM))
    relaxed = replace(built.program, integer=np.zeros_like(built.program.integer))
    solved = solve(relaxed, gap=0.0, seconds=terms.seconds, seed=terms.seed)
    if solved.values is None or not len(solved.duals):
        raise Problem("workforce.dispatch-unsolved", seconds=str(terms.seconds))
    rows = {code: row for row, code in enumerate(case.departments.code)}
    values = np.zeros(len(rows))
    for rule, dual in zip(built.rules, solved.duals, strict=True):
        if rule is not None and rule.kind in _PER_DOCTOR:
            values[rows[rule.subject]] += abs(dual) * _per_doctor(rule)
    return values


_PER_DOCTOR = frozenset({"keeps", "hours-together", "hours-each", "hours-month"})


def _per_doctor(rule: Rule) -> float:
    return 1.0 if rule.kind == "keeps" else rule.bound


def value_of_one_more(case: Case, terms: Terms, department: int, doctors: float = 1.0) -> OneMore:
    """What more doctors at a department (a row) add, by solving again with and without them. Raises Problem
    `workforce.dispatch-unsolved` where either is infeasible or out of time."""
    more = case.departments.doctors.copy()
    more[department] += doctors
    plans = []
    for departments in (case.departments, replace(case.departments, doctors=more)):
        plan = propose(replace(case, departments=departments), terms)
        if isinstance(plan, Infeasible):
            raise Problem("workforce.dispatch-unsolved", seconds=str(terms.seconds))
        plans.append(plan)
    before, after = plans
    return OneMore(
        case.departments.code[department],
        after.value - before.value,
        after.value - before.bound,
        min(after.bound - before.value, INFINITE),
    )
