"""A mixed-integer linear program in columns, and HiGHS that solves it with a certified bound."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

INFINITE = float("inf")

_NEXT_TO_NOTHING = (1e-3, 1e-2)  # of the greatest value of a column

_solver: Callable[[], highspy.Highs] = highspy.Highs


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Maximise value · x under low <= matrix · x <= high and lower <= x <= upper; `integer` columns take whole
    numbers."""

    value: Floats
    lower: Floats
    upper: Floats
    integer: Flags
    matrix: sparse.csr_array
    low: Floats
    high: Floats

    def part(self, rows: Ints, columns: Ints) -> "Program":
        """These rows and columns alone."""
        return Program(
            self.value[columns],
            self.lower[columns],
            self.upper[columns],
            self.integer[columns],
            sparse.csr_array(self.matrix[rows][:, columns]),
            self.low[rows],
            self.high[rows],
        )

    def with_columns(
        self, value: Floats, upper: Floats, integer: bool, entries: sparse.csr_array
    ) -> "Program":
        """More columns from 0 to `upper`; `entries` holds their coefficients in the rows that are there."""
        more = len(value)
        return replace(
            self,
            value=np.concatenate([self.value, value]),
            lower=np.concatenate([self.lower, np.zeros(more)]),
            upper=np.concatenate([self.upper, upper]),
            integer=np.concatenate([self.integer, np.full(more, integer)]),
            matrix=sparse.csr_array(sparse.hstack([self.matrix, entries], format="csr")),
        )

    def with_rows(self, entries: sparse.csr_array, low: Floats, high: Floats) -> "Program":
        """More rows."""
        return replace(
            self,
            matrix=sparse.csr_array(sparse.vstack([self.matrix, entries], format="csr")),
            low=np.concatenate([self.low, low]),
            high=np.concatenate([self.high, high]),
        )

    def components(self) -> list[tuple[Ints, Ints]]:
        """Rows and columns that have nothing to do with each other, each group in order: they are solved apart."""
        rows = len(self.low)
        linked = sparse.bmat([[None, self.matrix], [self.matrix.T, None]], format="csr")
        count, label = csgraph.connected_components(linked, directed=False)
        order = np.argsort(label, kind="stable")
        groups = np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1])
        found = [(group[group < rows], group[group >= rows] - rows) for group in groups]
        return [pair for pair in found if len(pair[0]) or len(pair[1])]


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """What the solver found. `bound`: no plan has a greater value (certified); `optimal`: within the gap that was asked
    for. `values` is None where nothing feasible was found, `infeasible` where that is proved. `duals` are those of the
    rows and `reduced` the sizes of the reduced costs of the columns, for programs without integer columns."""

    values: Floats | None
    value: float
    bound: float
    optimal: bool
    infeasible: bool
    duals: Floats
    reduced: Floats


def solve(
    program: Program,
    *,
    gap: float,
    seconds: float,
    seed: int,
    start: Floats | None = None,
    absolute_gap: float = 1e-6,
) -> Solved:
    """Solves with HiGHS on one thread: the same input and seed give the same plan, unless time runs out on the way."""
    if not len(program.value):
        kept = bool(np.all((program.low <= 0) & (program.high >= 0)))
        return Solved(
            np.empty(0) if kept else None, 0.0, 0.0, kept, not kept, np.zeros(len(program.low)), np.empty(0)
        )
    highs = _solver()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", seed),
        ("mip_rel_gap", gap),
        ("mip_abs_gap", absolute_gap),
        ("time_limit", max(seconds, 0.01)),
    ):
        highs.setOptionValue(name, value)
    highs.passModel(_as_highs(program))
    if start is not None:
        begin = highspy.HighsSolution()
        begin.col_value = list(start)
        highs.setSolution(begin)
    highs.run()
    return _read(highs, bool(program.integer.any()), gap, absolute_gap)


def solve_from_relaxation(
    program: Program,
    *,
    gap: float,
    seconds: float,
    seed: int,
    start: Floats | None = None,
    absolute_gap: float = 1e-6,
) -> Solved:
    """Solves a program with whole numbers from its relaxation, as certified as `solve` does and sooner where it is
    large. `start` keeps all rows.

    Without whole numbers it is solved in a moment, which bounds it. Then only the columns are used that the relaxation
    uses or that would cost it next to nothing (by their reduced costs), first few, then more; where that is still
    further from the bound than the gap, all are, from the best that was found.
    """
    began = time.perf_counter()
    relaxed = solve(
        replace(program, integer=np.zeros_like(program.integer)), gap=0.0, seconds=seconds, seed=seed
    )
    if relaxed.values is None or not relaxed.optimal:
        if relaxed.infeasible:
            return relaxed
        return _in_the_rest(program, gap, absolute_gap, seconds, began, seed, start)
    nothing = np.zeros(len(program.value))
    best = start if start is not None else nothing if _keeps(program, nothing) else None
    if start is not None and relaxed.value - (begun := float(program.value @ start)) <= max(
        absolute_gap, gap * abs(begun)
    ):
        return replace(relaxed, values=start, value=begun, bound=max(relaxed.value, begun), optimal=True)
    scale = float(np.abs(program.value).max(initial=0.0))
    for cost in _NEXT_TO_NOTHING:
        used = np.flatnonzero(
            ~program.integer
            | (program.lower > 0)
            | (nothing if best is None else best).astype(np.bool_)
            | (relaxed.values > 1e-6)
            | (relaxed.reduced < cost * scale)
        )
        left = (seconds - (time.perf_counter() - began)) / 3
        part = program.part(np.arange(len(program.low)), used)
        found = solve(
            part,
            gap=gap * 0.8,
            seconds=left,
            seed=seed,
            start=None if best is None else best[used],
            absolute_gap=absolute_gap * 0.8,
        )
        if found.values is None:
            continue
        best = np.zeros(len(program.value))
        best[used] = found.values
        if relaxed.value - found.value <= max(absolute_gap, gap * abs(found.value)):
            return replace(found, values=best, bound=max(relaxed.value, found.value), optimal=True)
    whole = _in_the_rest(program, gap, absolute_gap, seconds, began, seed, best)
    if whole.values is None:
        return whole
    return replace(whole, bound=max(min(whole.bound, relaxed.value), whole.value))


def _keeps(program: Program, values: Floats) -> bool:
    sums = program.matrix @ values
    inside = (program.lower <= values) & (values <= program.upper)
    return bool(inside.all() and ((program.low <= sums) & (sums <= program.high)).all())


def _in_the_rest(
    program: Program,
    gap: float,
    absolute_gap: float,
    seconds: float,
    began: float,
    seed: int,
    start: Floats | None,
) -> Solved:
    left = seconds - (time.perf_counter() - began)
    return solve(program, gap=gap, seconds=left, seed=seed, start=start, absolute_gap=absolute_gap)


def _as_highs(program: Program) -> highspy.HighsLp:
    columns = sparse.csc_array(program.matrix)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = program.value
    lp.col_lower_, lp.col_upper_ = program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.low, program.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = columns.indptr.astype(np.int32)
    lp.a_matrix_.index_ = columns.indices.astype(np.int32)
    lp.a_matrix_.value_ = columns.data
    if program.integer.any():
        whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole if one else real for one in program.integer]
    return lp


def _read(highs: highspy.Highs, mixed: bool, gap: float, absolute_gap: float) -> Solved:
    status = highs.getModelStatus()
    info = highs.getInfo()
    infeasible = status == highspy.HighsModelStatus.kInfeasible
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solved(None, -INFINITE, INFINITE, False, infeasible, np.empty(0), np.empty(0))
    solution = highs.getSolution()
    value = float(info.objective_function_value)
    optimal = status == highspy.HighsModelStatus.kOptimal
    bound = float(info.mip_dual_bound) if mixed else (value if optimal else INFINITE)
    values = np.asarray(solution.col_value, dtype=np.float64)
    duals = np.empty(0) if mixed else np.asarray(solution.row_dual, dtype=np.float64)
    reduced = np.empty(0) if mixed else np.abs(np.asarray(solution.col_dual, dtype=np.float64))
    closed = optimal or bound - value <= max(absolute_gap, gap * abs(value))
    return Solved(values, value, max(bound, value), closed, False, duals, reduced)
