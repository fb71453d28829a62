"""Ceilings of person-months in columns.

Every ceiling has one form: base + percent of what lies above a threshold, and never above a cap. So the law becomes
rows of four numbers, one for each month, class and circumstance, made by the scalar's own tables; a column of
person-months is then a column of row numbers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kaihoken import rules
from kaihoken.payment.ceiling import Limits, MonthTable, SpecifiedDisease, month_table
from kaihoken.problems import Problem

Yen: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.int8]
Flags: TypeAlias = NDArray[np.bool_]
Months: TypeAlias = NDArray[np.int32]

NO_DISEASE: Final = 0
DISEASES: Final = (None, SpecifiedDisease.DIALYSIS, SpecifiedDisease.HAEMOPHILIA)
"""特定疾病 by code. The others cost what haemophilia does."""

_NEVER: Final = 1 << 60
_BLOCK: Final = 1 << 15  # rows that stay in a core's cache from one step to the next
_MONTHS: Final = 12


def month_number(day: date) -> int:
    """The months of a column: counted from year 0."""
    return day.year * _MONTHS + day.month - 1


def _month(number: int) -> date:
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMonths:
    """Care of one person at one institution in a month each, in columns of one length: `month` by `month_number`,
    `name` the place of the class in `CeilingTable.classes`, `cost` and `percent` of it, and what `ceiling_of` asks as
    flags; `disease` is the place in `DISEASES`."""

    month: Months
    name: Codes
    cost: Yen
    percent: Codes
    outpatient: Flags
    multiple: Flags
    halved: Flags
    disease: Codes

    def __len__(self) -> int:
        return len(self.cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How sure each row is, as the scalar answers say it: `unconfirmed`, that a value is not confirmed; `planned`, that
    a law is not in force yet; `announced`, that another law is announced for the month and was not used."""

    unconfirmed: Flags
    planned: Flags
    announced: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingTable:
    """The ceilings of some months as rows. `first` is the number of the first month; each month has a block of rows
    for classes by circumstances (halved, 多数回, 外来, disease). `own_outpatient` says that a row is 外来特例.

    By month stand what a claim under 70 must reach to be added up, whole and halved (`counted_from`), and whether
    what 公費 and 特定疾病 leave is (`remainder_counts`), each with whether that is not confirmed; and the marks of
    its files (`month_marks`).
    """

    first: int
    classes: tuple[str, ...]
    base: Yen
    threshold: Yen
    percent: Yen
    cap: Yen
    own_outpatient: Flags
    unconfirmed: Flags
    counted_from: Yen
    counted_from_unsure: Flags
    remainder_counts: Flags
    remainder_unsure: Flags
    month_marks: Marks

    @classmethod
    def of(cls, first: date, last: date, *, as_planned: bool = False) -> "CeilingTable":
        """The table of every month from one to another. Problems as `month_table`."""
        start, end = month_number(first), month_number(last)
        tables = [month_table(_month(number), as_planned=as_planned) for number in range(start, end + 1)]
        classes = tuple(dict.fromkeys(name for table in tables for name in table.whole))
        rows = np.array([row for table in tables for row in _rows(table, classes)], dtype=np.int64)
        base, threshold, percent, cap, own, unsure = rows.T.copy()
        terms = [table.terms for table in tables]
        floors = [(one.counted_from, one.counted_from_when_halved.value) for one in terms]
        return cls(
            first=start,
            classes=classes,
            base=base,
            threshold=threshold,
            percent=percent,
            cap=cap,
            own_outpatient=own.astype(np.bool_),
            unconfirmed=unsure.astype(np.bool_),
            counted_from=np.array(floors, dtype=np.int64),
            counted_from_unsure=_flags((False, _unsure(one.counted_from_when_halved)) for one in terms),
            remainder_counts=_flags(one.remainder_counts.value for one in terms),
            remainder_unsure=_flags(_unsure(one.remainder_counts) for one in terms),
            month_marks=Marks(
                unconfirmed=_flags(table.unconfirmed for table in tables),
                planned=_flags(table.planned for table in tables),
                announced=_flags(table.announced for table in tables),
            ),
        )

    def code(self, name: str) -> int:
        """The place of a class. Problem `payment.class-unknown`."""
        if name not in self.classes:
            raise self._class_unknown()
        return self.classes.index(name)

    def ceilings(self, asked: PersonMonths) -> Yen:
        """The ceiling of each row, as `ceiling_of` answers it.

        Problem `payment.class-unknown` where a month does not have a class, `payment.month` for one not in the table.
        """
        found = np.empty(len(asked), dtype=np.int64)
        for block in _blocks(len(asked)):
            found[block] = self.at(self.rows(asked, block), asked.cost[block])
        return found

    def paid(self, asked: PersonMonths) -> Yen:
        """What each pays at the counter: the share, held to the ceiling. Problems as `ceilings`."""
        found = np.empty(len(asked), dtype=np.int64)
        for block in _blocks(len(asked)):
            cost = asked.cost[block]
            share = (cost * asked.percent[block] + 50) // 100
            found[block] = np.minimum(share, self.at(self.rows(asked, block), cost))
        return found

    def marks(self, asked: PersonMonths) -> Marks:
        """How sure each answer is. Problem `payment.month`."""
        of_month = self.marks_of(asked.month)
        return replace(of_month, unconfirmed=self.unconfirmed[self.rows(asked, slice(None))])

    def marks_of(self, month: Months) -> Marks:
        """How sure the files of each month are. Problem `payment.month`."""
        place, by_month = self.place(month), self.month_marks
        return Marks(
            unconfirmed=by_month.unconfirmed[place],
            planned=by_month.planned[place],
            announced=by_month.announced[place],
        )

    def rows(self, asked: PersonMonths, block: slice) -> NDArray[np.int64]:
        """The row of each person-month of a block."""
        return self.numbered(
            asked.month[block],
            asked.name[block],
            asked.halved[block],
            asked.multiple[block],
            asked.outpatient[block],
            asked.disease[block],
        )

    def numbered(
        self,
        month: Months,
        name: Codes,
        halved: Flags,
        multiple: Flags,
        outpatient: Flags | bool = False,
        disease: Codes | int = NO_DISEASE,
    ) -> NDArray[np.int64]:
        """The rows of months, classes and circumstances. Problem `payment.month`."""
        row = self.place(month)
        row *= len(self.classes)
        row += name
        for flag in (halved, multiple, outpatient):
            row *= 2
            row += flag
        row *= len(DISEASES)
        row += disease
        return row

    def _class_unknown(self) -> Problem:
        months = f"{_month(self.first):%Y-%m} – {_month(self.first + len(self.counted_from) - 1):%Y-%m}"
        return Problem("payment.class-unknown", where="class", month=months, classes=" ".join(self.classes))

    def place(self, month: Months) -> NDArray[np.int64]:
        """The place of months in the table. Problem `payment.month`."""
        found = month.astype(np.int64)
        found -= self.first
        if len(found) and not 0 <= found.min() <= found.max() < len(self.counted_from):
            raise Problem("payment.month", where="month")
        return found

    def at(self, row: NDArray[np.int64], cost: Yen) -> Yen:
        """The ceilings of rows for costs."""
        found = cost - self.threshold[row]
        np.maximum(found, 0, out=found)
        found *= self.percent[row]
        found += 50
        found //= 100
        found += self.base[row]
        np.minimum(found, self.cap[row], out=found)
        if len(found) and found.min() < 0:
            raise self._class_unknown()
        return found


_CIRCUMSTANCES: Final = 2 * 2 * 2 * len(DISEASES)
_MISSING: Final = (-1, _NEVER, 0, -1, False, False)

_Row: TypeAlias = tuple[int, int, int, int, bool, bool]


def _rows(table: MonthTable, classes: tuple[str, ...]) -> Iterator[_Row]:
    """The rows of one month, class by class. A class that it does not have answers below 0."""
    either = (False, True)
    for name in classes:
        if name not in table.whole:
            yield from (_MISSING,) * _CIRCUMSTANCES
            continue
        for halved, multiple, outpatient, disease in product(either, either, either, DISEASES):
            limits = table.limits(name, halved=halved)
            unsure = table.unconfirmed or limits.unconfirmed
            if halved and disease is not None:
                unsure = unsure or _unsure(table.terms.specified_disease_halved)
            own = outpatient and limits.outpatient is not None
            yield (*_row(limits, disease, own=own, multiple=multiple), own, unsure)


def _row(
    limits: Limits, disease: SpecifiedDisease | None, *, own: bool, multiple: bool
) -> tuple[int, int, int, int]:
    base, threshold, percent, cap = limits.base, limits.threshold, limits.percent_above, _NEVER
    if own:
        base, threshold = limits.outpatient or 0, None
        if limits.relief is not None:
            cap = base
            base, threshold, percent = (
                limits.relief.base,
                limits.relief.threshold,
                limits.relief.percent_above,
            )
    elif multiple and limits.multiple is not None:
        base, threshold = limits.multiple, None
    if disease is not None:
        cap = min(cap, limits.dialysis if disease is SpecifiedDisease.DIALYSIS else limits.specified_disease)
    return base, _NEVER if threshold is None else threshold, percent, cap


def _flags(values: Iterable[bool | tuple[bool, bool]]) -> Flags:
    return np.array(list(values), dtype=np.bool_)


def _unsure(value: rules.Sourced[int] | rules.Sourced[bool]) -> bool:
    return value.status is not rules.Status.CONFIRMED


def _blocks(length: int) -> Iterator[slice]:
    for start in range(0, length, _BLOCK):
        yield slice(start, start + _BLOCK)
