"""公平: leximin over needs. The need that is covered least comes first, then the next, and so on.

A need's coverage is cut into equal levels. That as many needs as can be reach the first level, then as many of the
plans that do so the second, and so on, is leximin on coverage rounded down to a level (the maximum of the sorted
shares, read from the least): the iterated max-min of the literature (Ogryczak & Śliwiński 2006), by counts, so that
which needs stay behind is never fixed before it must be. At last the sum is maximised under these counts.
"""

import time
from dataclasses import replace

import numpy as np
from scipy import sparse

from kaihoken.workforce.dispatch.case import Floats, Ints, Terms
from kaihoken.workforce.dispatch.program import INFINITE, Program, Solved, solve, solve_from_relaxation

_FOR_LEVELS = 0.8  # of the time; the rest is for the sum
_SHY = 1e-7  # of a level, so that rounding does not take it away


def even_out(part: Program, needs: Ints, amount: Floats, terms: Terms) -> Solved:
    """Leximin for one part of a case. `needs` are the columns of its needs' coverage, `amount` their sizes. The value
    is the sum in the last step; `optimal` only where every step was proved."""
    began = time.perf_counter()
    counted = needs[amount > 0]
    sizes = amount[amount > 0]
    program, proved = part, True
    sums = np.zeros(len(part.value))
    sums[needs] = 1.0
    first = solve_from_relaxation(_aimed(part, sums), gap=0.05, seconds=terms.seconds * 0.2, seed=terms.seed)
    if first.values is None:
        return first
    last = first.values
    for level in range(1, terms.levels + 1 if len(counted) else 1):
        before = len(program.value)
        threshold = sizes * (level / terms.levels) * (1 - _SHY)
        program = _with_level(program, counted, threshold)
        aim = np.zeros(len(program.value))
        aim[before:] = 1.0
        left = max(terms.seconds * _FOR_LEVELS - (time.perf_counter() - began), 0.05) / (
            terms.levels - level + 1
        )
        start = np.concatenate([last, (last[counted] >= threshold).astype(np.float64)])
        solved = solve(
            _aimed(program, aim), gap=0.0, seconds=left, seed=terms.seed, start=start, absolute_gap=0.99
        )
        proved &= solved.optimal
        if solved.values is None:  # out of time: what the steps before reached stands
            last = start
            break
        reached = float(np.round(solved.value))
        entry = sparse.csr_array(aim.reshape(1, -1))
        program = program.with_rows(entry, np.array([reached]), np.array([INFINITE]))
        last = solved.values
        if reached == 0:
            break
    value = np.zeros(len(program.value))
    value[: len(part.value)] = part.value
    value[needs] = 1.0
    left = max(terms.seconds - (time.perf_counter() - began), 0.05)
    solved = solve(_aimed(program, value), gap=terms.gap, seconds=left, seed=terms.seed, start=last)
    if solved.values is None:
        bound = min(solved.bound, float(amount.sum()))
        return replace(
            solved,
            values=last[: len(part.value)],
            value=float(value @ last),
            bound=bound,
            optimal=False,
            infeasible=False,
        )
    return replace(solved, values=solved.values[: len(part.value)], optimal=solved.optimal and proved)


def _aimed(program: Program, value: Floats) -> Program:
    return Program(
        value, program.lower, program.upper, program.integer, program.matrix, program.low, program.high
    )


def _with_level(program: Program, needs: Ints, threshold: Floats) -> Program:
    """A column of 0 or 1 for each need: 1 only where its coverage reaches the threshold."""
    count, before = len(needs), len(program.value)
    wider = program.with_columns(
        np.zeros(count), np.ones(count), True, sparse.csr_array((len(program.low), count))
    )
    rows = np.arange(count)
    entries = np.concatenate([threshold, np.full(count, -1.0)])
    places = (np.concatenate([rows, rows]), np.concatenate([before + rows, needs]))
    linking = sparse.csr_array((entries, places), shape=(count, before + count))
    return wider.with_rows(linking, np.full(count, -INFINITE), np.zeros(count))
