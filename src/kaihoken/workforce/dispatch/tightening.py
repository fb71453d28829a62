"""What whole units can bring to a need: rows that every plan keeps and that its relaxation would break.

Without them a fraction of a doctor is worth to a need, by its first and dearest part, what no doctor is: the bound is
then far above every plan.
"""

from dataclasses import replace

import numpy as np
from scipy import sparse

from kaihoken.workforce.dispatch.case import Floats, Ints
from kaihoken.workforce.dispatch.program import INFINITE, Program


def arriving(program: Program, needs: Ints) -> sparse.coo_array:
    """The standardised doctors that a unit of each column brings to each need (a column of `needs`). What leaves is
    left out: net of it a plan covers no more."""
    linked = sparse.csc_array(program.matrix[:, needs])
    linked.sort_indices()
    rows = linked.indices[
        linked.indptr[:-1]
    ]  # the first row of a need's coverage is what comes less what goes
    into = sparse.coo_array(program.matrix[rows])
    brings = into.data < 0
    return sparse.coo_array(
        (-into.data[brings], (into.row[brings], into.col[brings])), shape=(len(needs), len(program.value))
    )


def no_more_than_units(brought: sparse.coo_array, worth: Floats, columns: int) -> sparse.csr_array:
    """A row for each need, over so many columns: minus what each unit alone would count, to which the caller adds what
    counts for the need; the sum is at most 0. True of a worth f that grows ever more slowly from 0, for then
    f(a + b) <= f(a) + f(b)."""
    return sparse.csr_array((-worth, (brought.row, brought.col)), shape=(brought.shape[0], columns))


def falling(levels: int) -> Floats:
    """The weights of so many equal parts of a need: from nearly 2 for the first to nearly 0 for the last."""
    weights: Floats = 2 * (levels - np.arange(levels) - 0.5) / levels
    return weights


def with_parts(program: Program, needs: Ints, amount: Floats, weights: Floats, fairness: float) -> Program:
    """The program with each need's coverage in equal parts, worth (1 - fairness) of what they cover and fairness of the
    mean need times the part's weight. As weights fall, the parts fill in order by themselves."""
    count, levels = len(needs), len(weights)
    positive = amount > 0
    mean = float(amount[positive].mean()) if positive.any() else 0.0
    per_doctor = np.where(positive, mean / np.where(positive, amount, 1.0), 0.0)
    value = (1 - fairness) + fairness * np.outer(per_doctor, weights).ravel()
    before, rows = len(program.value), np.arange(count)
    plain = program.value.copy()
    plain[needs] = 0.0
    no_rows_yet = sparse.csr_array((len(program.low), count * levels))
    wider = replace(program, value=plain).with_columns(
        value, np.repeat(amount / levels, levels), False, no_rows_yet
    )
    places = (np.repeat(rows, levels), before + np.arange(count * levels))
    shape = (count, len(wider.value))
    filled = sparse.csr_array((np.ones(count * levels), places), shape=shape)
    covered = sparse.csr_array((np.ones(count), (rows, needs)), shape=shape)
    counted = sparse.csr_array((value, places), shape=shape)
    brought = arriving(program, needs)
    alone = no_more_than_units(brought, _alone(brought, amount, weights, mean, fairness), shape[1])
    entries = sparse.csr_array(sparse.vstack([filled - covered, counted + alone]))
    return wider.with_rows(entries, np.full(2 * count, -INFINITE), np.zeros(2 * count))


def _alone(
    brought: sparse.coo_array, amount: Floats, weights: Floats, mean: float, fairness: float
) -> Floats:
    of = amount[brought.row]
    share = np.minimum(1.0, np.divide(brought.data, of, out=np.zeros_like(of), where=of > 0))
    knots = np.arange(len(weights) + 1) / len(weights)
    worth = np.interp(share, knots, np.concatenate([[0.0], np.cumsum(weights)]) / len(weights))
    counted: Floats = (1 - fairness) * share * of + fairness * mean * worth
    return counted
