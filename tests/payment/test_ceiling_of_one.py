"""The ceiling of one person at one institution: the worked examples, and what holds for every one."""

from datetime import date

import pytest

from kaihoken.identity import birthday
from kaihoken.payment import (
    AgeGroup,
    CeilingKind,
    Setting,
    SpecifiedDisease,
    age_group,
    ceiling_of,
    class_named,
    class_without_certificate,
    turns_75_in,
)
from kaihoken.problems import Problem

from .worked import cases


def asked(case):
    return ceiling_of(
        date.fromisoformat(f"{case['month']}-01"),
        case["class"],
        case["cost"],
        setting=Setting.OUTPATIENT if case.get("outpatient") else Setting.INPATIENT,
        multiple=case.get("multiple", False),
        halved=case.get("halved", False),
        disease=SpecifiedDisease(case["disease"]) if "disease" in case else None,
        as_planned=case.get("planned", False),
    )


@pytest.mark.parametrize("case", cases("one"))
def test_the_ceiling_is_the_printed_one(case):
    found = asked(case)

    assert found.amount == case["expect"]
    assert found.lines[-1].facts["amount"] == case["expect"]


@pytest.mark.parametrize("case", cases("one"))
def test_an_unconfirmed_value_shows_as_such(case):
    found = asked(case)

    assert found.unconfirmed is (case.get("unconfirmed", False) or found.planned)


def test_only_a_planned_law_is_marked_as_planned():
    asked_as_planned = [
        ceiling_of(date(2027, 8, 20), "オ", 500_000, as_planned=planned) for planned in (True, False)
    ]

    assert [found.planned for found in asked_as_planned] == [True, False]
    assert asked_as_planned[0].rules != asked_as_planned[1].rules


def test_the_working_says_how_the_amount_came_about():
    found = ceiling_of(date(2026, 8, 31), "ウ", 1_000_000)

    assert found.kind is CeilingKind.ABOVE
    assert [line.id for line in found.lines] == ["ceiling.line.class", "ceiling.line.above"]
    assert found.lines[-1].facts == {
        "base": 85_800, "threshold": 286_000, "cost": 1_000_000, "percent": 1, "amount": 92_940,
    }  # fmt: skip
    assert found.lines[-1].worded()["amount"] == "92,940"


def test_a_month_that_halves_says_so_in_its_working():
    found = ceiling_of(date(2026, 7, 1), "一般", 500_000, halved=True)

    assert [line.id for line in found.lines] == [
        "ceiling.line.class", "ceiling.line.halved", "ceiling.line.monthly",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("month", "name", "cost", "code"),
    [
        (date(2026, 8, 1), "ウ1", 0, "payment.class-unknown"),
        (date(2018, 7, 31), "現役並みⅢ", 0, "payment.class-unknown"),
        (date(2014, 12, 31), "ウ", 0, "payment.ceiling-too-early"),
        (date(2026, 8, 1), "ウ", -1, "payment.cost"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(month, name, cost, code):
    with pytest.raises(Problem) as caught:
        ceiling_of(month, name, cost)

    assert caught.value.code == code


def test_the_table_changes_after_the_month_of_turning_70_and_on_the_75th_birthday():
    born = date(1956, 9, 10)

    assert age_group(born, date(2026, 9, 30)) is AgeGroup.UNDER_70
    assert age_group(born, date(2026, 10, 1)) is AgeGroup.FROM_70
    assert age_group(born, date(2031, 9, 9)) is AgeGroup.FROM_70
    assert age_group(born, date(2031, 9, 10)) is AgeGroup.FROM_75


@pytest.mark.parametrize(
    ("born", "month", "halves"),
    [
        (date(1951, 8, 2), date(2026, 8, 1), True),
        (date(1951, 8, 31), date(2026, 8, 1), True),
        (date(1951, 8, 1), date(2026, 8, 1), False),
        (date(1951, 7, 31), date(2026, 8, 1), False),
        (date(1951, 9, 2), date(2026, 8, 1), False),
    ],
)
def test_only_a_75th_birthday_within_the_month_halves_it(born, month, halves):
    assert birthday(born, 75).year == 2026
    assert turns_75_in(born, month) is halves


@pytest.mark.parametrize(
    ("group", "percent", "month", "name"),
    [
        (AgeGroup.UNDER_70, 30, date(2026, 8, 1), None),
        (AgeGroup.FROM_70, 30, date(2026, 8, 1), "現役並みⅢ"),
        (AgeGroup.FROM_70, 30, date(2018, 7, 1), "現役並み"),
        (AgeGroup.FROM_70, 20, date(2026, 8, 1), "一般"),
        (AgeGroup.FROM_75, 20, date(2024, 5, 1), "一般Ⅱ"),
        (AgeGroup.FROM_75, 10, date(2024, 5, 1), "一般Ⅰ"),
        (AgeGroup.FROM_75, 0, date(2024, 5, 1), None),
    ],
)
def test_who_shows_no_certificate_has_the_class_of_the_share(group, percent, month, name):
    assert class_without_certificate(group, percent, month) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("A03", "ウ"), ("A06", "オ"), ("B01", "現役並みⅢ"), ("B07", "低所得Ⅰ"), ("B09", "一般Ⅱ"), ("エ", "エ")],
)
def test_a_class_is_read_from_the_wire(text, name):
    assert class_named(text) == name
