"""What a plan does: the index and class of each area before and after, and the hours of each department's mean
doctor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.dispatch.case import Case, Flags, Floats, Ints
from kaihoken.workforce.dispatch.hours import Change, WorkingHours, staff_change
from kaihoken.workforce.index import IndexClass, IndexTable, Thresholds, classify


@dataclass(frozen=True, slots=True, eq=False)
class IndexBasis:
    """The index that a plan starts from, row i = area i: as published (one decimal), and the divisor N·U in 100,000
    adjusted residents by which a standardised doctor more or less changes it."""

    areas: AreaSet
    index: Floats
    adjusted: Floats
    thresholds: Thresholds
    decimals: int = 1

    def truncated(self, index: Floats) -> Floats:
        """To the decimals of print, 小数第２位以下略. A billionth is forgiven: 179.4 must not become 179.3."""
        scale = 10**self.decimals
        cut: Floats = np.floor(index * scale + 1e-6) / scale
        return cut


def basis_of(table: IndexTable, decimals: int = 1) -> IndexBasis:
    """The basis in an index table: the published values where there are any, else those computed."""
    index: Floats = np.where(np.isnan(table.published), table.index, table.published)
    return IndexBasis(table.areas, index, table.population * table.ratio, table.thresholds, decimals)


@dataclass(frozen=True, slots=True, eq=False)
class IndexEffects:
    """医師偏在指標 before and after, and the classes; the published value decides before, the truncated value after. An
    area without residents has no index once doctors move (NaN), and no class (None)."""

    before: Floats
    after: Floats
    class_before: tuple[IndexClass | None, ...]
    class_after: tuple[IndexClass | None, ...]
    change: Floats  # standardised doctors


def room_above_minority(basis: IndexBasis) -> Floats:
    """How many standardised doctors each area may lose without coming into 医師少数区域: so many that its index still
    prints one last decimal above the threshold. 0.0 for an area that is in that class already."""
    least = basis.thresholds.lower + 10.0**-basis.decimals
    room: Floats = np.where(
        basis.index > basis.thresholds.lower, np.maximum(0.0, (basis.index - least) * basis.adjusted), 0.0
    )
    return room


def shortfall(basis: IndexBasis, threshold: float) -> Floats:
    """How many standardised doctors each area lacks to have this index; 0.0 where it has it."""
    lacking: Floats = np.maximum(0.0, (threshold - basis.index) * basis.adjusted)
    return lacking


def index_effects(case: Case, units: Ints, basis: IndexBasis) -> IndexEffects:
    """The index of each area if so many units of each move happen; the rest of the country as it was."""
    moves, departments = case.moves, case.departments
    standard = departments.standardised[moves.sender] * moves.share * units
    change = np.zeros(len(basis.areas))
    np.add.at(change, departments.area[moves.receiver], standard)
    np.subtract.at(change, departments.area[moves.sender], standard)
    per_doctor = np.where(basis.adjusted > 0, 1 / np.where(basis.adjusted > 0, basis.adjusted, 1.0), np.nan)
    after: Floats = np.where(change == 0, basis.index, basis.index + change * per_doctor)
    return IndexEffects(
        basis.index,
        after,
        _classes(basis.index, basis.thresholds),
        _classes(np.where(change == 0, after, basis.truncated(after)), basis.thresholds),
        change,
    )


def hours_effects(case: Case, units: Ints, rules: WorkingHours) -> dict[str, Change]:
    """The mean doctor's hours of each department that sends or receives, before and after, where they are known."""
    moves, departments = case.moves, case.departments
    used = np.flatnonzero(units)
    found = {}
    for row in np.unique(np.concatenate([moves.sender[used], moves.receiver[used]])):
        staff = departments.staff(int(row))
        if staff is None:
            continue
        out, into = used[moves.sender[used] == row], used[moves.receiver[used] == row]
        found[departments.code[row]] = staff_change(
            staff,
            rules,
            leaving=_total(units, out, moves.whole) - _total(units, into, moves.whole),
            away=_total(units, out, ~moves.whole, moves.hours),
            coming=_total(units, into, ~moves.whole, moves.hours),
            interview=bool(departments.interview[row]),
        )
    return found


def _total(units: Ints, rows: Ints, which: Flags, each: Floats | None = None) -> float:
    chosen = rows[which[rows]]
    return float((units[chosen] * (1.0 if each is None else each[chosen])).sum())


def _classes(index: Sequence[float] | Floats, thresholds: Thresholds) -> tuple[IndexClass | None, ...]:
    return tuple(None if np.isnan(value) else classify(float(value), thresholds) for value in index)
