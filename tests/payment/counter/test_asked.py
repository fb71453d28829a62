"""A visit as people describe it: the cases of asked_cases.yaml."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from kaihoken.payment import (
    Asked,
    Bill,
    LivingClass,
    MealClass,
    MonthSoFar,
    Setting,
    SpecifiedDisease,
    counter_bill,
    visit_asked,
)
from kaihoken.problems import Problem

CASES = [
    pytest.param(case, id=case["id"])
    for group in yaml.safe_load(Path(__file__).with_name("asked_cases.yaml").read_text("utf-8"))
    for case in group["cases"]
]


def the_bill(born: date, on: date, points: int = 1000, **more: object) -> Bill:
    return counter_bill(visit_asked(Asked(on=on, birthdate=born, points=points, **more)))


@pytest.mark.parametrize("case", CASES)
def test_a_visit_costs_what_the_law_says(case):
    bill = the_bill(
        case["born"],
        case["day"],
        case["points"],
        law=case.get("law"),
        classification=case.get("classification", ""),
        percent=case.get("percent"),
        class_name=case.get("class", ""),
        setting=Setting(case.get("setting", "outpatient")),
        multiple=case.get("multiple", False),
        disease=SpecifiedDisease(case["disease"]) if "disease" in case else None,
        month=MonthSoFar(**case.get("month", {})),
    )

    pays = case["pays"]
    if isinstance(pays, list):
        assert [one.patient_yen for one in bill.reckonings] == pays
        assert bill.question is not None
    else:
        assert bill.due_yen == pays
    if "limit" in case:
        name, amount = case["limit"].split()
        limit = bill.reckonings[0].limit
        assert (limit.name, limit.amount) == (name, int(amount))
    assert list(bill.open) == case.get("open", [])


def test_a_class_of_another_age_is_refused():
    with pytest.raises(Problem, match=r"payment\.class-age"):
        the_bill(date(1940, 5, 5), date(2026, 6, 10), class_name="ウ")
    with pytest.raises(Problem, match=r"payment\.class-age"):
        the_bill(date(1985, 5, 5), date(2026, 6, 10), class_name="一般")


def test_a_class_that_nobody_has_is_refused():
    with pytest.raises(Problem, match=r"payment\.class-unknown"):
        the_bill(date(1985, 5, 5), date(2026, 6, 10), class_name="カ")


def test_a_class_before_the_tables_is_refused():
    with pytest.raises(Problem, match=r"payment\.ceiling-too-early"):
        the_bill(date(1985, 5, 5), date(2014, 6, 10), class_name="ウ")


def test_what_was_paid_without_its_points_is_left_open():
    bill = the_bill(date(1985, 5, 5), date(2026, 6, 10), class_name="ウ", month=MonthSoFar(share_yen=1000))

    assert bill.open == ("open.month-points",)


@pytest.mark.parametrize(
    ("of", "yen"), [(MealClass.ORDINARY, 3 * 510), (LivingClass.ORDINARY_1, 3 * 510 + 370)]
)
def test_meals_stand_beside_the_care(of, yen):
    bill = the_bill(
        date(1959, 5, 5),
        date(2025, 6, 10),
        class_name="エ",
        setting=Setting.INPATIENT,
        meals=3,
        days=1,
        meal_class=of,
    )

    assert bill.due_yen == 3000 + yen
    assert bill.meals.yen == yen


def test_a_share_of_before_2008_is_not_confirmed():
    bill = the_bill(date(1970, 5, 5), date(2005, 6, 10))

    assert bill.due_yen == 3000
    assert bill.unconfirmed == ("unconfirmed.share",)
