"""Which income makes which class, and its ceiling of a year: the cases of ceiling_cases.yaml."""

from datetime import date

import pytest

from kaihoken.payment import Band, elderly_band, under_70_band
from kaihoken.payment.ceiling import month_table
from kaihoken.problems import Problem

from .worked import cases

INCOMES = ("remuneration", "income", "taxable", "untaxed", "without_income", "revenue", "together")


def month_of(case):
    return date.fromisoformat(f"{case['month']}-01")


@pytest.mark.parametrize("case", cases("band"))
def test_an_income_makes_its_class(case):
    known = {name: case[name] for name in INCOMES if name in case}
    if "planned" in case:
        known["as_planned"] = case["planned"]

    found = (elderly_band if case.get("elderly") else under_70_band)(month_of(case), **known)

    assert found == Band(case["expect"], case.get("unconfirmed", False))


@pytest.mark.parametrize("case", cases("annual"))
def test_a_class_has_its_ceiling_of_a_year(case):
    limits = month_table(month_of(case)).limits(case["class"])

    assert limits.year(case.get("remuneration")) == case["expect"]


@pytest.mark.parametrize("band", [under_70_band, elderly_band])
def test_without_an_income_no_class_is_told(band):
    with pytest.raises(Problem, match=r"payment\.income"):
        band(date(2026, 8, 1))
