"""The bill of a visit: the cases of bill_cases.yaml, and what holds for every bill."""

from datetime import date
from itertools import permutations
from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.payment import (
    AgeGroup,
    Assistance,
    MealClass,
    MonthLimit,
    MonthSoFar,
    Payer,
    Reckoning,
    Setting,
    Share,
    ShareQuestion,
    SpecifiedDisease,
    Visit,
    counter_bill,
    local_assistance,
    meal_charge,
    public_assistance,
    statutory_share,
)
from kaihoken.payment.counter import may_receive, subsidy_pattern
from kaihoken.problems import Problem

CASES = [
    pytest.param(case, id=case["id"])
    for group in yaml.safe_load(Path(__file__).with_name("bill_cases.yaml").read_text("utf-8"))
    for case in group["cases"]
]
ON = date(2026, 6, 10)


def a_limit(name: str = "ウ") -> MonthLimit:
    return MonthLimit(AgeGroup.UNDER_70, name)


def assisted(on: date, said: dict[str, object]) -> Assistance:
    facts = dict(said)
    if "pattern" in facts:
        return local_assistance(facts.pop("pattern"), on, **facts)
    return public_assistance(facts.pop("law"), on, **facts)


def a_visit(points: int = 1000, percent: int = 30, **more: object) -> Visit:
    return Visit(on=more.pop("on", ON), points=points, share=Share.of(percent), **more)


def the_one(visit: Visit) -> Reckoning:
    (one,) = counter_bill(visit).reckonings
    return one


def borne(one: Reckoning, payer: Payer) -> int:
    return sum(part.yen for part in one.borne if part.payer is payer)


@pytest.mark.parametrize("case", CASES)
def test_a_counter_asks_for_what_the_law_says(case):
    helped = tuple(assisted(case["day"], said) for said in case.get("assistance", ()))
    one = the_one(a_visit(case["points"], case["percent"], on=case["day"], assistance=helped))

    assert one.patient_yen == case["pays"]
    for payer in (Payer.INSURER, Payer.PUBLIC, Payer.LOCAL):
        assert borne(one, payer) == case.get(payer.value, borne(one, payer))
    assert sum(back.yen for back in one.refunds) == case.get("refund", 0)


def test_a_share_that_is_not_known_is_a_span_with_its_question():
    share = statutory_share(date(1940, 1, 15), ON, law="39")
    bill = counter_bill(Visit(on=ON, points=1000, share=share))

    assert [one.patient_yen for one in bill.reckonings] == [1000, 3000]
    assert bill.due_yen is None
    assert bill.question is ShareQuestion.LATE_ELDERLY_SHARE


def test_a_span_that_a_subsidy_closes_is_one_sum():
    share = statutory_share(date(1940, 1, 15), ON, law="39")
    bill = counter_bill(Visit(on=ON, points=1000, share=share, assistance=(public_assistance("18", ON),)))

    assert bill.due_yen == 0


def test_an_unknown_insurer_is_a_question_and_never_the_whole_bill():
    bill = counter_bill(Visit(on=ON, points=1000, share=Share.unknown(ShareQuestion.INSURER)))

    assert bill.reckonings == ()
    assert bill.due_yen is None
    assert bill.question is ShareQuestion.INSURER


def test_public_assistance_alone_bears_everything():
    share = statutory_share(date(1990, 1, 15), ON, law="12")
    bill = counter_bill(
        Visit(on=ON, points=1000, share=share, assistance=(public_assistance("12", ON, month_yen=1000),))
    )

    assert bill.due_yen == 1000
    assert [(part.payer, part.yen) for part in bill.reckonings[0].borne] == [
        (Payer.INSURER, 0),
        (Payer.PUBLIC, 9000),
        (Payer.PATIENT, 1000),
    ]
    assert bill.question is None


def test_a_ticket_that_nobody_brought_is_a_question():
    share = statutory_share(date(1990, 1, 15), ON, law="12")
    bill = counter_bill(Visit(on=ON, points=1000, share=share))

    assert bill.reckonings == ()
    assert bill.question is ShareQuestion.RECIPIENT_CERTIFICATE


def test_special_medical_expense_is_paid_in_full_and_claimed_back():
    bill = counter_bill(
        Visit(on=ON, points=1234, share=Share.whole_then_claim(), ordinary_share=Share.of(30))
    )

    assert bill.due_yen == 12340
    assert [(back.payer, back.yen) for back in bill.reckonings[0].refunds] == [(Payer.INSURER, 8638)]


def test_special_medical_expense_is_claimed_back_down_to_the_limit():
    whole = Share.whole_then_claim()
    bill = counter_bill(
        Visit(on=ON, points=50000, share=whole, ordinary_share=Share.of(30), limit=a_limit("エ"))
    )

    assert bill.reckonings[0].refunds[0].yen == 500_000 - 57_600


def test_special_medical_expense_without_the_ordinary_share_names_no_refund():
    bill = counter_bill(Visit(on=ON, points=1234, share=Share.whole_then_claim()))

    assert bill.reckonings[0].refunds == ()


def test_the_limit_of_the_month_stops_the_bill_in_yen():
    one = the_one(a_visit(100_000, limit=a_limit()))

    assert one.patient_yen == 87_430
    assert one.capped
    assert borne(one, Payer.INSURER) == 1_000_000 - 87_430


def test_what_was_paid_this_month_counts_toward_the_limit():
    one = the_one(a_visit(10_000, limit=a_limit("エ"), month=MonthSoFar(points=15_000, share_yen=45_000)))

    assert one.patient_yen == 12_600


def test_a_limit_that_was_reached_leaves_nothing_to_pay():
    one = the_one(a_visit(1000, limit=a_limit("エ"), month=MonthSoFar(points=30_000, share_yen=57_600)))

    assert one.patient_yen == 0


def test_the_limit_comes_before_a_national_subsidy():
    helped = (public_assistance("54", ON, month_yen=10_000),)
    one = the_one(a_visit(100_000, limit=a_limit(), assistance=helped))

    assert one.patient_yen == 10_000
    assert borne(one, Payer.INSURER) == 1_000_000 - 87_430
    assert borne(one, Payer.PUBLIC) == 77_430


def test_what_a_subsidy_leaves_and_the_rest_reach_the_limit_together():
    helped = (public_assistance("54", ON, month_yen=10_000, points=40_000),)
    one = the_one(a_visit(100_000, limit=a_limit(), assistance=helped))

    # 81,430 of 120,000 for the disease, of which the patient keeps 10,000; with 180,000 for the rest over the limit.
    assert one.patient_yen == 87_430
    assert borne(one, Payer.PUBLIC) == 71_430


def test_what_national_subsidies_left_counts_toward_the_limit():
    month = MonthSoFar(points=90_000, share_yen=86_430, left_yen=5_000)
    helped = (public_assistance("54", ON, month_yen=10_000, month_paid_yen=5_000),)
    one = the_one(a_visit(10_000, limit=a_limit(), month=month, assistance=helped))

    assert one.patient_yen == 1_000  # to the limit it is one percent of 100,000 yen
    assert borne(one, Payer.PUBLIC) == 0


def test_a_limit_holds_in_yen_though_a_subsidy_would_leave_more():
    month = MonthSoFar(points=90_000, share_yen=86_430, left_yen=80_000)
    one = the_one(a_visit(1_234, limit=a_limit(), month=month, assistance=(public_assistance("54", ON),)))

    assert one.patient_yen == 123  # one percent of 12,340 yen; two tenths would be 2,468
    assert one.capped


def test_meals_are_added_and_never_rounded():
    meals = meal_charge(date(2025, 5, 10), MealClass.ORDINARY, 30)
    bill = counter_bill(a_visit(291, on=date(2025, 5, 10), meals=meals))

    assert bill.due_yen == 870 + 15_300
    assert bill.unconfirmed == ()


def test_meals_that_nobody_knows_are_left_open():
    bill = counter_bill(a_visit(291, meals=meal_charge(ON, MealClass.LOW_2, 30)))

    assert bill.due_yen == 870
    assert bill.open == ("open.meals",)
    assert bill.unconfirmed == ("unconfirmed.meals",)


def test_a_certificate_that_nobody_read_is_left_open():
    bill = counter_bill(a_visit(assistance=(public_assistance("54", ON),)))

    assert bill.due_yen == 2000
    assert bill.open == ("open.certificate-limit",)


def test_values_that_no_text_confirms_are_named():
    helped = (public_assistance("52", ON, month_yen=5000), public_assistance("54", ON, month_yen=5000))
    bill = counter_bill(a_visit(assistance=helped))

    assert bill.unconfirmed == ("unconfirmed.assistance", "unconfirmed.order")


@pytest.mark.parametrize(
    ("on", "named"), [(date(2027, 7, 31), ()), (date(2027, 8, 1), ("unconfirmed.announced",))]
)
def test_a_limit_of_a_month_for_which_another_is_announced_is_named(on, named):
    bill = counter_bill(a_visit(points=100_000, on=on, limit=a_limit()))

    assert bill.due_yen == 92_940
    assert bill.unconfirmed == named


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": -1},
        {"points": 100_000_001},
        {"month": MonthSoFar(points=-1)},
        {"month": MonthSoFar(share_yen=-1)},
        {"month": MonthSoFar(left_yen=-1)},
        {"assistance": (Assistance("54", points=1001),)},
    ],
)
def test_impossible_sums_are_refused(wrong):
    with pytest.raises(Problem, match=r"payment\.points"):
        counter_bill(a_visit(**wrong))


def test_a_law_and_a_pattern_that_the_rules_lack_are_refused():
    with pytest.raises(Problem, match=r"payment\.public-unknown"):
        public_assistance("99", ON)
    with pytest.raises(Problem, match=r"payment\.pattern-unknown"):
        local_assistance("nowhere", ON)


@pytest.mark.parametrize(
    ("name", "born", "income", "dependents", "expected"),
    [
        ("free-until-18", date(2008, 4, 2), None, 0, True),
        (
            "free-until-18",
            date(2008, 4, 1),
            None,
            0,
            False,
        ),  # eighteen on 31 March, the end of that school year
        ("tenth-with-limit", date(1980, 1, 1), None, 0, None),
        ("tenth-with-limit", date(1980, 1, 1), 6_286_999, 0, True),
        ("tenth-with-limit", date(1980, 1, 1), 6_287_000, 0, False),
        ("tenth-with-limit", date(1980, 1, 1), 7_600_999, 6, True),
        ("tenth-with-limit", date(1980, 1, 1), 7_601_000, 6, False),
    ],
)
def test_age_and_income_decide_who_receives_a_subsidy(name, born, income, dependents, expected):
    pattern = subsidy_pattern(name, ON)

    assert may_receive(pattern, born, ON, income_yen=income, dependents=dependents) is expected


laws = st.sampled_from(["10", "12", "15", "21", "38", "52", "54", "80", "81"])
helps = st.builds(
    Assistance,
    laws,
    percent=st.none() | st.sampled_from([0, 5, 10, 20]),
    visit_yen=st.none() | st.integers(0, 3000),
    month_yen=st.none() | st.integers(0, 100_000),
    month_paid_yen=st.integers(0, 50_000),
    points=st.none() | st.integers(0, 300),
    refunded_later=st.booleans(),
    repaid_above_yen=st.none() | st.integers(0, 5_000),
    month_elsewhere_yen=st.integers(0, 10_000),
)
visits = st.builds(
    Visit,
    on=st.just(ON),
    points=st.integers(300, 200_000),
    share=st.sampled_from([10, 20, 30]).map(Share.of),
    limit=st.none()
    | st.builds(
        MonthLimit,
        st.just(AgeGroup.FROM_75),
        st.sampled_from(["", "一般Ⅱ", "低所得Ⅰ", "現役並みⅠ"]),
        st.sampled_from(Setting),
        st.booleans(),
        st.booleans(),
        st.none() | st.sampled_from(SpecifiedDisease),
    )
    | st.builds(MonthLimit, st.just(AgeGroup.UNDER_70), st.sampled_from(["", "ア", "ウ", "オ"])),
    month=st.builds(MonthSoFar, points=st.integers(0, 50_000), share_yen=st.integers(0, 100_000)),
    assistance=st.lists(helps, max_size=3, unique_by=lambda one: one.law).map(tuple),
)


@given(visits)
def test_the_payers_bear_the_cost_and_nobody_a_negative_part(visit):
    one = the_one(visit)

    assert sum(part.yen for part in one.borne) == visit.points * 10
    assert all(part.yen >= 0 for part in (*one.borne, *one.refunds))
    assert sum(part.yen for part in one.refunds) <= one.patient_yen
    assert borne(one, Payer.PATIENT) + one.rounding_yen == one.patient_yen
    assert abs(one.rounding_yen) <= 5
    assert sum(line.yen for line in one.lines if line.id in ADDED) == one.patient_yen


ADDED = {"line.share", "line.public", "line.local", "line.limit", "line.rounded"}


@given(visits)
def test_nobody_pays_more_than_the_share_or_the_limit(visit):
    one = the_one(visit)

    exact = visit.points * visit.share.percent // 10
    assert one.patient_yen <= exact + 5
    if one.limit is not None:
        assert one.patient_yen <= max(0, one.limit.amount - visit.month.counted_yen)


@given(visits, helps)
def test_one_more_help_never_costs_the_patient_more(visit, more):
    fewer = msgspec.structs.replace(visit, assistance=visit.assistance[:2])
    helped = msgspec.structs.replace(fewer, assistance=(*fewer.assistance, more))

    assert borne(the_one(helped), Payer.PATIENT) <= borne(the_one(fewer), Payer.PATIENT)


@given(visits)
def test_the_order_in_which_they_are_named_changes_nothing(visit):
    bills = [
        the_one(msgspec.structs.replace(visit, assistance=order)).patient_yen
        for order in permutations(visit.assistance)
    ]

    assert min(bills) == max(bills)


@given(visits, st.integers(0, 5_000))
def test_more_care_never_costs_less(visit, further):
    plain = msgspec.structs.replace(visit, assistance=())
    more = msgspec.structs.replace(plain, points=plain.points + further)

    assert the_one(plain).patient_yen <= the_one(more).patient_yen
