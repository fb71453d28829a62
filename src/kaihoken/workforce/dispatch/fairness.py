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
from kaihoken.workforce.dispatch.program import INFINITE, Program, Solved, solve_from_relaxation
from kaihoken.workforce.dispatch.tightening import arriving, falling, no_more_than_units, with_parts

_FOR_THE_FIRST = 0.4  # of the time, at most: a plan to begin from
_EVENNESS = 0.5  # of that plan
_FOR_LEVELS = 0.8  # of the time; the rest is for the sum
_SHY = 1e-7  # of a level, so that rounding does not take it away


def even_out(part: Program, needs: Ints, amount: Floats, terms: Terms) -> Solved:
    """Leximin for one part of a case. `needs` are the columns of its needs' coverage, `amount` their sizes. The value
    is the sum in the last step; `optimal` only where every step was proved: that no plan brings more needs (beyond the
    gap; none at all where these are fewer than a whole one) to the level, and the sum of the last one.

    It begins from a plan whose evenness counts as for the aim BOTH, which is close already and soon found; where the
    time runs out, what the levels reached from there stands.
    """
    began = time.perf_counter()
    counted = needs[amount > 0]
    sizes = amount[amount > 0]
    program, proved, brought = part, True, arriving(part, counted)
    even = with_parts(part, counted, sizes, falling(terms.levels), _EVENNESS)
    first = solve_from_relaxation(
        even, gap=terms.gap, seconds=terms.seconds * _FOR_THE_FIRST, seed=terms.seed
    )
    if first.values is None:
        return first
    last = first.values[: len(part.value)]
    for level in range(1, terms.levels + 1 if len(counted) else 1):
        before = len(program.value)
        threshold = sizes * (level / terms.levels) * (1 - _SHY)
        program = _with_level(program, counted, threshold, brought)
        aim = np.zeros(len(program.value))
        aim[before:] = 1.0
        left = max(terms.seconds * _FOR_LEVELS - (time.perf_counter() - began), 0.05) / (
            terms.levels - level + 1
        )
        start = np.concatenate([last, (last[counted] >= threshold).astype(np.float64)])
        solved = solve_from_relaxation(
            _aimed(program, aim), gap=terms.gap, seconds=left, seed=terms.seed, start=start, absolute_gap=0.99
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
    solved = solve_from_relaxation(
        _aimed(program, value), gap=terms.gap, seconds=left, seed=terms.seed, start=last
    )
    bound = min(solved.bound, float(amount.sum()))  # wishes and travel only ever take away
    if solved.values is None:
        sums = float(value @ last)
        kept = last[: len(part.value)]
        return replace(solved, values=kept, value=sums, bound=bound, optimal=False, infeasible=False)
    return replace(
        solved, values=solved.values[: len(part.value)], bound=bound, optimal=solved.optimal and proved
    )


def _aimed(program: Program, value: Floats) -> Program:
    return Program(
        value, program.lower, program.upper, program.integer, program.matrix, program.low, program.high
    )


def _with_level(program: Program, needs: Ints, threshold: Floats, brought: sparse.coo_array) -> Program:
    """A column of 0 or 1 for each need: 1 only where its coverage reaches the threshold."""
    count, before = len(needs), len(program.value)
    wider = program.with_columns(
        np.zeros(count), np.ones(count), True, sparse.csr_array((len(program.low), count))
    )
    rows = np.arange(count)
    shape = (count, before + count)
    reached = sparse.csr_array((np.ones(count), (rows, before + rows)), shape=shape)
    covered = sparse.csr_array((np.ones(count), (rows, needs)), shape=shape)
    alone = no_more_than_units(brought, np.minimum(1.0, brought.data / threshold[brought.row]), shape[1])
    entries = sparse.csr_array(
        sparse.vstack([reached.multiply(threshold[:, None]) - covered, reached + alone])
    )
    return wider.with_rows(entries, np.full(2 * count, -INFINITE), np.zeros(2 * count))
