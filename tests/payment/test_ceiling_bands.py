"""Which income makes which class, at the edges."""

from datetime import date

import pytest

from kaihoken.payment.ceiling.bands import Band, elderly_band, under_70_band
from kaihoken.problems import Problem

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


@pytest.mark.parametrize(
    ("remuneration", "name"),
    # T24: 279,999/280,000; 529,999/530,000; 829,999/830,000
    [
        (0, "エ"), (279_999, "エ"), (280_000, "ウ"), (529_999, "ウ"), (530_000, "イ"), (829_999, "イ"), (830_000, "ア"),
    ],
)  # fmt: skip
def test_the_remuneration_makes_the_class_under_70(remuneration, name):
    assert under_70_band(JULY, remuneration=remuneration) == Band(name)
    assert under_70_band(AUGUST, remuneration=remuneration) == Band(name)


@pytest.mark.parametrize(
    ("income", "name"),
    [
        (0, "エ"), (2_100_000, "エ"), (2_100_001, "ウ"), (6_000_000, "ウ"), (6_000_001, "イ"), (9_010_000, "イ"),
        (9_010_001, "ア"),
    ],
)  # fmt: skip
def test_the_income_of_a_household_makes_the_class_in_kokuho(income, name):
    assert under_70_band(AUGUST, income=income) == Band(name)


@pytest.mark.parametrize(
    ("remuneration", "name"),
    [
        (150_000, "エ3"), (159_999, "エ3"), (160_000, "エ2"), (200_000, "エ1"), (280_000, "ウ3"), (360_000, "ウ2"),
        (440_000, "ウ1"), (530_000, "イ3"), (620_000, "イ2"), (710_000, "イ1"), (830_000, "ア3"), (1_030_000, "ア2"),
        (1_270_000, "ア1"),
    ],
)  # fmt: skip
def test_the_planned_law_has_thirteen_classes(remuneration, name):
    assert under_70_band(date(2027, 8, 1), remuneration=remuneration, as_planned=True) == Band(name)


@pytest.mark.parametrize(
    ("remuneration", "band"),
    # T25 for 900,000; insurers say otherwise, so it is never told as sure.
    [(None, Band("オ")), (300_000, Band("オ")), (900_000, Band("オ", unconfirmed=True))],
)
def test_who_pays_no_resident_tax_is_in_the_lowest_class(remuneration, band):
    assert under_70_band(AUGUST, remuneration=remuneration, untaxed=True) == band


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ({"taxable": 0}, "一般"),
        ({"taxable": 1_449_999}, "一般"),
        ({"taxable": 1_450_000}, "現役並みⅠ"),
        ({"taxable": 3_800_000}, "現役並みⅡ"),
        ({"taxable": 6_900_000}, "現役並みⅢ"),
        ({"remuneration": 279_999}, "一般"),
        ({"remuneration": 280_000}, "現役並みⅠ"),
        ({"remuneration": 830_000}, "現役並みⅢ"),
        ({"remuneration": 280_000, "revenue": 3_829_999}, "一般"),
        ({"remuneration": 280_000, "revenue": 3_830_000}, "現役並みⅠ"),
        ({"taxable": 1_450_000, "revenue": 5_199_999, "together": True}, "一般"),
        ({"taxable": 1_450_000, "revenue": 5_200_000, "together": True}, "現役並みⅠ"),
        ({"untaxed": True}, "低所得Ⅱ"),
        ({"untaxed": True, "without_income": True}, "低所得Ⅰ"),
    ],
)
def test_income_makes_the_class_from_70_on(known, name):
    assert elderly_band(AUGUST, **known) == Band(name)


def test_there_was_one_class_of_high_incomes_before_2018():
    assert elderly_band(date(2018, 7, 31), taxable=6_900_000) == Band("現役並み")


@pytest.mark.parametrize("band", [under_70_band, elderly_band])
def test_without_an_income_no_class_is_told(band):
    with pytest.raises(Problem, match=r"payment\.income"):
        band(AUGUST)
