"""The twin in columns answers what the scalar answers, row by row."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.payment import Setting, ceiling_of
from kaihoken.payment.ceiling.household import Care, Household, Unit
from kaihoken.payment.ceiling.limits import month_table, rounded
from kaihoken.payment.ceiling.month import household_month
from kaihoken.payment.tables import CeilingTable, PersonMonths, columns_of, month_number, unit_sums
from kaihoken.payment.tables.ceilings import DISEASES
from kaihoken.problems import Problem

from .households import PEOPLE, households

FIRST, LAST = date(2015, 1, 1), date(2028, 12, 1)
TABLE = CeilingTable.of(FIRST, LAST)
PLANNED = CeilingTable.of(FIRST, LAST, as_planned=True)


@st.composite
def person_months(draw, as_planned=False):
    """Scalar questions; each class is one of its month."""
    month = draw(st.dates(FIRST, LAST))
    return {
        "month": month,
        "name": draw(st.sampled_from(sorted(month_table(month, as_planned=as_planned).whole))),
        "cost": draw(st.integers(0, 3_000_000)),
        "percent": draw(st.sampled_from([0, 10, 20, 30])),
        "outpatient": draw(st.booleans()),
        "multiple": draw(st.booleans()),
        "halved": draw(st.booleans()),
        "disease": draw(st.sampled_from(DISEASES)),
    }


def columns(asked, table):
    return PersonMonths(
        month=np.array([month_number(one["month"]) for one in asked], dtype=np.int32),
        name=np.array([table.code(one["name"]) for one in asked], dtype=np.int8),
        cost=np.array([one["cost"] for one in asked], dtype=np.int64),
        percent=np.array([one["percent"] for one in asked], dtype=np.int8),
        outpatient=np.array([one["outpatient"] for one in asked], dtype=np.bool_),
        multiple=np.array([one["multiple"] for one in asked], dtype=np.bool_),
        halved=np.array([one["halved"] for one in asked], dtype=np.bool_),
        disease=np.array([DISEASES.index(one["disease"]) for one in asked], dtype=np.int8),
    )


def scalar(one, as_planned):
    return ceiling_of(
        one["month"],
        one["name"],
        one["cost"],
        setting=Setting.OUTPATIENT if one["outpatient"] else Setting.INPATIENT,
        multiple=one["multiple"],
        halved=one["halved"],
        disease=one["disease"],
        as_planned=as_planned,
    )


def check(asked, table, as_planned):
    made = columns(asked, table)
    expected = [scalar(one, as_planned) for one in asked]
    shares = [rounded(one["cost"] * one["percent"]) for one in asked]

    assert table.ceilings(made).tolist() == [one.amount for one in expected]
    marks = table.marks(made)
    for name in ("unconfirmed", "planned", "announced"):
        assert getattr(marks, name).tolist() == [getattr(one, name) for one in expected]
    assert table.paid(made).tolist() == [
        min(one.amount, share) for one, share in zip(expected, shares, strict=True)
    ]


@given(st.lists(person_months(), max_size=12))
def test_each_person_month_costs_what_the_scalar_says(asked):
    check(asked, TABLE, as_planned=False)


@given(st.lists(person_months(as_planned=True), max_size=12))
@settings(max_examples=30)
def test_so_it_does_by_the_planned_law(asked):
    check(asked, PLANNED, as_planned=True)


def test_more_rows_than_one_block():
    one = {
        "month": date(2026, 8, 1), "name": "ウ", "cost": 1_000_000, "percent": 30, "outpatient": False,
        "multiple": False, "halved": False, "disease": None,
    }  # fmt: skip
    made = columns([one] * 70_000, TABLE)

    assert set(TABLE.ceilings(made).tolist()) == {92_940}
    assert len(TABLE.paid(made)) == 70_000


@pytest.mark.parametrize(
    ("month", "name", "code"),
    [
        (date(2018, 7, 1), "現役並みⅢ", "payment.class-unknown"),
        (date(2029, 1, 1), "ウ", "payment.month"),
        (date(2014, 12, 1), "ウ", "payment.month"),
    ],
)
def test_a_class_or_month_that_is_not_in_the_table_is_a_problem(month, name, code):
    asked = {
        "month": month, "name": name, "cost": 0, "percent": 30, "outpatient": False, "multiple": False,
        "halved": False, "disease": None,
    }  # fmt: skip

    with pytest.raises(Problem) as caught:
        TABLE.ceilings(columns([asked], TABLE))

    assert caught.value.code == code


def test_a_class_that_no_month_has_is_a_problem():
    with pytest.raises(Problem, match=r"payment\.class-unknown"):
        TABLE.code("ス")


@given(st.lists(households, max_size=4))
@settings(max_examples=40)
def test_each_unit_pays_what_the_scalar_says(asked):
    sums = unit_sums(TABLE, columns_of(TABLE, asked))

    found = [unit for household in asked for unit in household_month(household).units]
    assert sums.cost.tolist() == [unit.cost for unit in found]
    assert sums.counter.tolist() == [unit.counter for unit in found]
    assert sums.refund.tolist() == [unit.refund for unit in found]
    assert sums.patient.tolist() == [unit.patient + unit.supplement for unit in found]
    assert sums.public.tolist() == [unit.public for unit in found]
    assert sums.benefit.tolist() == [unit.benefit for unit in found]
    assert sums.summed.tolist() == [unit.summed for unit in found]
    sure = [household_month(household) for household in asked for _ in household.units]
    assert sums.marks.announced.tolist() == [month.announced for month in sure]
    assert sums.marks.planned.tolist() == [month.planned for month in sure]
    whole = [month_table(household.month).unconfirmed for household in asked for _ in household.units]
    assert sums.marks.unconfirmed.tolist() == [
        unit.unconfirmed or all_ for unit, all_ in zip(found, whole, strict=True)
    ]


def test_a_clinic_and_its_dispensing_are_one_claim_in_columns_too():
    care = (
        Care(person="夫", institution="A", cost=500_000),
        Care(person="夫", institution="薬局", prescribed_by="A", cost=300_000),
        Care(person="子", institution="B", cost=3_000_000, own_payment=0),
    )
    unit = Unit(insurer="国保", members=tuple(PEOPLE[:2]), care=care, name="ウ")

    sums = unit_sums(TABLE, columns_of(TABLE, [Household(month=date(2026, 7, 1), units=(unit,))]))

    assert sums.patient.tolist() == [85_430]  # 80,100 + (800,000 − 267,000) × 1 %
    assert sums.marks.unconfirmed.tolist() == [True]


def test_a_unit_without_people_from_70_on_needs_no_class_of_theirs():
    unit = Unit(insurer="健保", members=(PEOPLE[0],), care=(), name="ウ")

    sums = unit_sums(TABLE, columns_of(TABLE, [Household(month=date(2026, 8, 1), units=(unit,))]))

    assert sums.patient.tolist() == [0]
