"""The form of what a visit costs: read like a counter reads, every fault at its field."""

from datetime import date

import pytest

from kaihoken.payment import Asked, LivingClass, MealClass, MonthSoFar, Setting, SpecifiedDisease, visit_asked
from kaihoken.payment.pages import BEYOND_FIRST, EMPTY, asked_of, choices, typed
from kaihoken.problems import Problem

TODAY = date(2026, 6, 10)
PLAIN = {"birthdate": "1985-04-02", "amount": "291", "unit": "points"}


def asked(**more: str) -> Asked:
    form = typed({**PLAIN, **more}, TODAY)
    assert not form.faults
    return asked_of(form, TODAY)


def fault(**more: str) -> dict[str, str]:
    return {name: problem.code for name, problem in typed({**PLAIN, **more}, TODAY).faults.items()}


def test_three_fields_are_enough():
    assert asked() == Asked(on=TODAY, birthdate=date(1985, 4, 2), points=291)


def test_numbers_are_read_as_people_write_them():
    assert asked(amount="１，２３４点").points == 1234
    assert asked(amount="12,340円", unit="yen").points == 1234
    assert asked(share="20%").percent == 20


def test_days_are_read_as_people_write_them():
    made = asked(birthdate="昭和60年4月2日", on="令和8年5月1日")

    assert (made.birthdate, made.on) == (date(1985, 4, 2), date(2026, 5, 1))


def test_everything_else_reaches_the_question():
    made = asked(
        setting="inpatient",
        insurance="late",
        multiple="yes",
        disease="dialysis",
        month_points="500",
        month_yen="1,500",
        meals="30",
        days="10",
        meal_class="low-2",
        **{"class": "A03"},
    )

    assert made.setting is Setting.INPATIENT
    assert made.law == "39"
    assert made.multiple
    assert made.disease is SpecifiedDisease.DIALYSIS
    assert made.month == MonthSoFar(points=500, share_yen=1500)
    assert (made.meals, made.days, made.meal_class) == (30, 10, MealClass.LOW_2)
    assert made.class_name == "A03"


def test_a_long_term_bed_has_its_own_classes():
    assert asked(meal_class="living-low-1").meal_class is LivingClass.LOW_1
    assert asked(meal_class="living-none").meal_class is LivingClass.ORDINARY_1


def test_special_expense_is_a_mark_on_the_certificate():
    assert asked(insurance="special").classification == "05"


def test_help_is_read_with_what_its_certificate_says():
    (public, local) = asked(
        birthdate="2015-04-02",
        public="54",
        public_limit="10,000",
        public_paid="2500",
        subsidy="day-500-two-days",
        place="outside",
        days_before="2",
    ).assistance

    assert (public.law, public.month_yen, public.month_paid_yen) == ("54", 10_000, 2500)
    assert (local.name, local.visit_yen, local.refunded_later) == ("day-500-two-days", 0, True)


def test_a_certificate_without_its_limit_is_asked_for():
    (public,) = asked(public="54").assistance

    assert public.asks_certificate


def test_a_later_visit_is_not_a_first_one():
    (local,) = asked(subsidy="first-visit-580", first_visit="no").assistance

    assert (local.visit_yen, local.asks_income) == (0, True)


@pytest.mark.parametrize(
    ("typed_in", "place", "code"),
    [
        ({"birthdate": ""}, "birthdate", "payment.empty"),
        ({"birthdate": "2026-13-01"}, "birthdate", "identity.date"),
        ({"birthdate": "2026-06-11"}, "birthdate", "payment.birth-after-visit"),
        ({"on": "1999-01-01"}, "on", "payment.too-early"),
        ({"amount": ""}, "amount", "payment.empty"),
        ({"amount": "many"}, "amount", "payment.number"),
        ({"amount": "9" * 13}, "amount", "payment.number"),
        ({"amount": "9" * 41}, "amount", "payment.number"),
        ({"amount": "2911", "unit": "yen"}, "amount", "payment.whole-cost"),
        ({"unit": ""}, "unit", "payment.empty"),
        ({"share": "101"}, "share", "payment.number"),
        ({"subsidy": "free-until-18"}, "subsidy", "payment.not-entitled"),
        ({"public": "99"}, "public", "payment.public-unknown"),
        ({"public": "54", "on": "2010-01-01"}, "on", "payment.too-early"),
    ],
)
def test_a_fault_stands_at_its_field(typed_in, place, code):
    assert fault(**typed_in)[place] == code


def test_a_problem_that_was_met_later_stands_at_its_field():
    form = typed(PLAIN, TODAY)

    assert [*form.with_fault(Problem("payment.class-age", where="class")).faults] == ["class"]
    assert [*form.with_fault(Problem("payment.points", where="points", most=1)).faults] == ["amount"]
    assert [*form.with_fault(Problem("payment.ceiling-too-early", where="month", earliest="")).faults] == [
        "on"
    ]
    assert [*form.with_fault(Problem("payment.pattern-unknown", where="?", known="")).faults] == ["birthdate"]


def test_a_day_before_the_law_is_told_at_the_day_in_words_of_a_patient():
    helped = typed({**PLAIN, "public": "54", "on": "2010-01-01"}, TODAY)
    fed = typed({**PLAIN, "meals": "3", "on": "2010-01-01"}, TODAY)
    with pytest.raises(Problem) as met:
        visit_asked(asked_of(fed, TODAY))
    fed = fed.with_fault(met.value)

    for form, earliest in ((helped, "2015-01-01"), (fed, "2018-04-01")):
        assert {name: (one.code, one.facts) for name, one in form.faults.items()} == {
            "on": ("payment.too-early", {"earliest": earliest})
        }


def test_what_was_typed_is_kept_for_asking_again():
    form = typed({**PLAIN, "amount": "many", "class": "A03"}, TODAY)

    assert form.again == {**PLAIN, "amount": "many", "class": "A03"}
    assert form.has_any(BEYOND_FIRST)
    assert not typed({**PLAIN, "setting": "outpatient"}, TODAY).has_any(BEYOND_FIRST)
    assert not EMPTY.has_any(BEYOND_FIRST)


@pytest.mark.parametrize(
    ("language", "label"), [("ja", "一般"), ("ja@easy", "一般（いっぱん）"), ("en", "general (70 to 74)")]
)
def test_the_form_offers_classes_in_the_language_of_who_reads(language, label):
    assert ("B04", label) in choices(TODAY, language).classes
