"""高額療養費: a household's month worked through line by line, and person-months in columns."""

import os
import time
from collections.abc import Callable
from datetime import date
from random import Random
from statistics import median

from bench.table import Row

_HOUSEHOLDS = 4_000
_PERSON_MONTHS = 5_000_000
_ROUNDS = 5


def worked_through() -> list[Row]:
    """Both on one core, medians of five rounds; the households' amounts are held against the twin's first."""
    return [_scalar(), _columns()]


def _scalar() -> Row:
    """Five claims of four people under and over 70, as in the leaflets, with costs of their own in each household."""
    from kaihoken.payment.ceiling import AgeGroup, Care, Household, Member, Setting, Unit, household_month
    from kaihoken.payment.tables import CeilingTable, columns_of, unit_sums

    draw = Random(1)
    month = date(2026, 8, 1)
    members = (
        Member(person="A", group=AgeGroup.UNDER_70, percent=30),
        Member(person="B", group=AgeGroup.UNDER_70, percent=30),
        Member(person="C", group=AgeGroup.FROM_70, percent=20),
        Member(person="D", group=AgeGroup.FROM_70, percent=20),
    )

    def household() -> Household:
        care = tuple(
            Care(
                person=person,
                institution=str(place),
                cost=draw.randrange(1_000, 150_000) * 10,
                setting=Setting.INPATIENT if place % 2 else Setting.OUTPATIENT,
            )
            for place, person in enumerate("ABCDD")
        )
        unit = Unit(insurer="国保", members=members, care=care, name="ウ", elderly_name="一般")
        return Household(month=month, units=(unit,))

    households = [household() for _ in range(_HOUSEHOLDS)]
    table = CeilingTable.of(month, month)
    expected = unit_sums(table, columns_of(table, households)).patient.tolist()
    if [household_month(one).patient for one in households] != expected:
        raise SystemExit("the twin in columns says otherwise: nothing is reported")

    def all_of_them() -> None:
        for one in households:
            household_month(one)

    others = os.getloadavg()[0]
    each = [seconds / _HOUSEHOLDS * 1e6 for seconds in _rounds(all_of_them)]
    of = f"of processor; four people, five claims; beside a load of {others:.1f}"
    shown = f"{median(each):.0f} µs with its working ({of})"
    return Row("household-month of 高額療養費, µs", 50, "low", median(each), shown)


def _columns() -> Row:
    import numpy as np

    from kaihoken.payment.tables import CeilingTable, PersonMonths, month_number

    first, last = date(2018, 8, 1), date(2027, 7, 1)
    table = CeilingTable.of(first, last)
    draw = np.random.default_rng(1)
    size = _PERSON_MONTHS
    flags = draw.random((3, size)) < 0.2
    asked = PersonMonths(
        month=draw.integers(month_number(first), month_number(last) + 1, size, dtype=np.int32),
        name=draw.integers(0, len(table.classes), size, dtype=np.int8),
        cost=draw.integers(0, 300_000, size, dtype=np.int64) * 10,
        percent=draw.choice(np.array([10, 20, 30], dtype=np.int8), size),
        outpatient=flags[0],
        multiple=flags[1],
        halved=flags[2],
        disease=draw.integers(0, 3, size, dtype=np.int8),
    )
    others = os.getloadavg()[0]
    rates = [size / seconds / 1e6 for seconds in _rounds(lambda: table.paid(asked))]
    of = f"{size:,} on one core by its processor time, nine years of months; beside a load of {others:.1f}"
    shown = f"{median(rates):.0f} million ({of})"
    return Row(
        "person-months with their ceiling in columns, millions a second", 5, "high", median(rates), shown
    )


def _rounds(work: Callable[[], object]) -> list[float]:
    """Seconds of processor of each round, after one that is not counted: what else runs here takes none of it."""
    work()
    found = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return found
