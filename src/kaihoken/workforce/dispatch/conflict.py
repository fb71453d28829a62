"""Which rules bind: rules that cannot be kept together, none of which could be left away, and what would loosen them.

The set is found by elastic filtering and then deletion (Chinneck & Dravnieks 1991): all rules may give way, those that
must are made hard until nothing is possible any more; of these, each that is not needed for that is dropped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from kaihoken.workforce.dispatch.building import Built
from kaihoken.workforce.dispatch.case import HELD, Floats, Ints, Rule, Terms
from kaihoken.workforce.dispatch.program import INFINITE, Program, solve

_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Binding:
    """One rule of a conflict. `yields`: by how much it alone would have to give way (full-time doctors, units, hours a
    week, standardised doctors, as the rule counts) for all rules to be kept; None where it alone does not help, or may
    not be loosened (`held`: law, or somebody's no)."""

    rule: Rule
    yields: float | None
    held: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that do not go together. `certified`: it is proved that no plan keeps them, and that without any one of
    them there is one."""

    rules: tuple[Binding, ...]
    certified: bool


def explain(built: Built, rows: Ints, columns: Ints, terms: Terms) -> Conflict:
    """The conflict in a part (rows and columns) of a case that is infeasible."""
    elastic = _Elastic(built, rows, columns, terms.seed)
    hard: list[Rule] = []
    while True:
        gave = elastic.giving_way(soft=[rule for rule in elastic.rules if rule not in hard], hard=hard)
        if gave is None:
            break
        more = [rule for rule, amount in gave.items() if amount > 1e-6]
        if not more:  # the time ran out on the way: what is known so far
            return Conflict(tuple(_binding(elastic, rule) for rule in hard), False)
        hard.extend(more)
    for rule in list(hard):
        without = [one for one in hard if one is not rule]
        if elastic.giving_way(soft=(), hard=without) is None:
            hard = without
    return Conflict(tuple(_binding(elastic, rule) for rule in hard), True)


def _binding(elastic: "_Elastic", rule: Rule) -> Binding:
    if rule.kind in HELD:
        return Binding(rule, None, True)
    others = [one for one in elastic.rules if one is not rule]
    gave = elastic.giving_way(soft=[rule], hard=others)
    return Binding(rule, None if gave is None else round(gave[rule], 6), False)


class _Elastic:
    """The part with every rule able to give way. A rule is the rows that bear it, or the moves that it keeps out."""

    def __init__(self, built: Built, rows: Ints, columns: Ints, seed: int) -> None:
        self._part: Program = built.program.part(rows, columns)
        self._seed = seed
        self._rows: dict[Rule, list[int]] = {}
        for place, row in enumerate(rows):
            rule = built.rules[row]
            if rule is not None:
                self._rows.setdefault(rule, []).append(place)
        self._moves: dict[Rule, list[int]] = {}
        for place, column in enumerate(columns):
            found = built.left_out[column] if column < built.moves else None
            if found is not None:
                self._moves.setdefault(found, []).append(place)
        self.rules: list[Rule] = [*self._rows, *self._moves]

    def giving_way(self, soft: Iterable[Rule], hard: Iterable[Rule]) -> Mapping[Rule, float] | None:
        """How much each soft rule gives way at least, the hard ones kept and all others forgotten. None where that is
        impossible. A rule is weighed by its own unit, held ones dearly, so that they are named only where they must."""
        soft, kept = list(soft), set(hard)
        gentle = set(soft)
        low, high = self._part.low.copy(), self._part.high.copy()
        upper = self._part.upper.copy()
        slack_rows: list[int] = []
        slack_of: list[Rule] = []
        for rule, places in self._rows.items():
            if rule in gentle:
                slack_rows.extend(places)
                slack_of.extend([rule] * len(places))
            elif rule not in kept:
                low[places], high[places] = -INFINITE, INFINITE
        value = np.zeros(len(upper))
        for rule, places in self._moves.items():
            if rule not in kept:
                upper[places] = 1e4
            if rule in gentle:
                value[places] = -_weight(rule)
        count = len(slack_rows)
        entries = self._slack_entries(slack_rows, low)
        program = replace(self._part, value=value, low=low, high=high, upper=upper).with_columns(
            np.array([-_weight(rule) for rule in slack_of]), np.full(count, INFINITE), False, entries
        )
        solved = solve(program, gap=1e-6, seconds=_SECONDS, seed=self._seed)
        if solved.values is None:
            return None
        gave = dict.fromkeys(soft, 0.0)
        for rule, amount in zip(slack_of, solved.values[len(upper) :], strict=True):
            gave[rule] += float(amount)
        for rule in gentle & self._moves.keys():
            gave[rule] += float(solved.values[self._moves[rule]].sum())
        return gave

    def _slack_entries(self, rows: list[int], low: Floats) -> sparse.csr_array:
        count = len(rows)
        sign = np.where(np.isfinite(low[rows]), 1.0, -1.0) if count else np.empty(0)
        return sparse.csr_array(
            (sign, (np.array(rows, dtype=np.int64), np.arange(count))), shape=(len(low), count)
        )


def _weight(rule: Rule) -> float:
    return 1000.0 if rule.kind in HELD else 1.0
