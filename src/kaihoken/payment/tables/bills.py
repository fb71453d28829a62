"""Bills of visits in columns: the twin of `counter_bill` without subsidies and meals."""

from dataclasses import dataclass

import numpy as np

from kaihoken.payment.counter import CounterTerms
from kaihoken.payment.tables.ceilings import CeilingTable, Flags, Marks, PersonMonths, Yen


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Visits in columns of one length: the circumstances as `PersonMonths`, with `cost` and `percent` of the visit
    itself; `limited` says whether a ceiling holds; what stood there this month before, points and yen."""

    of: PersonMonths
    limited: Flags
    month_points: Yen
    month_yen: Yen


@dataclass(frozen=True, slots=True)
class Bills:
    """What the patient pays, what rounding adds to it, what the insurer bears, and whether the ceiling made the sum;
    `marks` are those of the ceiling, where one holds."""

    patient: Yen
    rounding: Yen
    insurer: Yen
    capped: Flags
    marks: Marks


def bills_of(table: CeilingTable, visits: Visits, terms: CounterTerms) -> Bills:
    """The bill of each visit, by the counter's terms of its time. Problems as `CeilingTable.ceilings`."""
    of = visits.of
    share = (of.cost * of.percent + 50) // 100
    so_far = of.cost + visits.month_points * terms.point_yen
    row = table.rows(of, slice(None))
    limit = table.at(row, so_far)
    room = np.where(visits.limited, np.maximum(limit - visits.month_yen, 0), _NO_LIMIT)
    left = np.minimum(share, room)
    capped = left == room
    unit = terms.round_to_yen
    rounded = np.minimum((left + unit // 2) // unit * unit, room)
    patient = np.where(capped, left, rounded)
    by_month, holds = table.marks_of(of.month), visits.limited
    return Bills(
        patient,
        patient - left,
        of.cost - left,
        capped,
        Marks(
            unconfirmed=table.unconfirmed[row] & holds,
            planned=by_month.planned & holds,
            announced=by_month.announced & holds,
        ),
    )


_NO_LIMIT = 1 << 60
