"""A bill as a patient reads it: complete in every language, and nothing of it in a blind spot."""

import json
from datetime import date

import pytest

from kaihoken.payment import Asked, Bill, Visit, counter_bill, public_assistance, visit_asked
from kaihoken.payment.counter import Bound, ClassOf, Measure, sources_of, sums_by_class
from kaihoken.payment.pages import BillView, asked_of, data_of, typed, view_of
from kaihoken.payment.pages.wording import class_said
from kaihoken.web import LANGUAGES

TODAY = date(2026, 6, 10)
FORMS = {
    "plain": {"birthdate": "1985-04-02", "amount": "291", "unit": "points"},
    "limit": {"birthdate": "1985-04-02", "amount": "1000000", "unit": "yen", "class": "A03"},
    "no class": {"birthdate": "1985-04-02", "amount": "100000", "unit": "points"},
    "relief": {
        "birthdate": "1940-04-02",
        "amount": "5000",
        "unit": "points",
        "share": "20",
        "on": "2024-05-01",
    },
    "disease": {
        "birthdate": "1985-04-02",
        "amount": "40000",
        "unit": "points",
        "class": "A03",
        "disease": "dialysis",
    },
    "multiple": {
        "birthdate": "1985-04-02",
        "amount": "100000",
        "unit": "points",
        "class": "A03",
        "multiple": "yes",
    },
    "half": {"birthdate": "1951-06-20", "amount": "100000", "unit": "points", "share": "10"},
    "span": {"birthdate": "1940-04-02", "amount": "1000", "unit": "points"},
    "helped": {
        "birthdate": "2015-04-02",
        "amount": "1000",
        "unit": "points",
        "public": "54",
        "subsidy": "visit-200",
    },
    "outside": {
        "birthdate": "2015-04-02",
        "amount": "1000",
        "unit": "points",
        "subsidy": "visit-200",
        "place": "outside",
    },
    "income": {"birthdate": "1985-04-02", "amount": "1000", "unit": "points", "subsidy": "tenth-with-limit"},
    "meals": {"birthdate": "1985-04-02", "amount": "1000", "unit": "points", "meals": "3"},
    "unknown meals": {
        "birthdate": "1985-04-02",
        "amount": "1000",
        "unit": "points",
        "meals": "3",
        "meal_class": "low-2",
    },
    "so far": {
        "birthdate": "1985-04-02",
        "amount": "100",
        "unit": "points",
        "month_yen": "1000",
        "class": "A03",
    },
    "special": {"birthdate": "1985-04-02", "amount": "1234", "unit": "points", "insurance": "special"},
    "child": {"birthdate": "2015-04-02", "amount": "1234", "unit": "points", "insurance": "special"},
}


def computed(name: str) -> tuple[Visit, Bill]:
    visit = visit_asked(asked_of(typed(FORMS[name], TODAY), TODAY))
    return visit, counter_bill(visit)


def viewed(name: str, language: str = "en") -> BillView:
    visit, bill = computed(name)
    return view_of(visit, bill, sources_of(visit, bill), language)


@pytest.mark.parametrize("name", FORMS)
def test_every_bill_can_be_said_in_every_language(name):
    for language in LANGUAGES:
        view = viewed(name, language)

        assert view.title
        assert view.why
        assert all(one.name for one in view.sources)


@pytest.mark.parametrize(
    ("name", "title", "state"),
    [
        ("plain", "870 yen", "valid"),
        ("limit", "87,430 yen", "valid"),
        ("span", "1,000 to 3,000 yen", "clarify"),
        ("special", "12,340 yen", "special"),
        ("child", "It cannot be computed here", "clarify"),
        ("meals", "4,650 yen", "valid"),
    ],
)
def test_the_sum_stands_above_all(name, title, state):
    view = viewed(name)

    assert (str(view.title), view.state) == (title, state)


def test_the_working_ends_with_what_is_paid_and_the_payers_bear_the_cost():
    (one,) = viewed("plain").reckonings

    assert one.lines[-1] == ("To pay today", "870")
    assert [yen for _, yen in one.payers] == ["2,037", "870", "3"]


def test_who_pays_twice_stands_there_once():
    (one,) = viewed("limit").reckonings

    assert [(str(who), yen) for who, yen in one.payers] == [("the insurer", "912,570"), ("you", "87,430")]


def test_what_comes_back_later_is_named_with_what_to_do():
    view = viewed("outside")

    assert [(str(who), yen) for who, yen in view.reckonings[0].refunds] == [
        ("the municipality (80)", "2,800")
    ]
    assert any("claim the refund" in step for step in view.steps)


def test_the_limit_says_why():
    (one,) = viewed("limit").reckonings

    assert str(one.limit.amount) == "87,430 yen"
    assert any("80,100" in line for line in one.limit.lines)


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("plain", ["share/statutory", "payment/counter"]),
        ("limit", ["share/statutory", "payment/counter", "payment/ceiling-under-70"]),
        (
            "relief",
            ["share/statutory", "payment/counter", "payment/ceiling-elderly", "payment/ceiling-relief"],
        ),
        (
            "disease",
            ["share/statutory", "payment/counter", "payment/ceiling-under-70", "payment/ceiling-terms"],
        ),
        (
            "helped",
            [
                "share/statutory",
                "payment/counter",
                "payment/public-expense",
                "payment/local-subsidy-patterns",
                "payment/public-expense-order",
            ],
        ),
        ("meals", ["share/statutory", "payment/counter", "payment/meals"]),
    ],
)
def test_a_bill_names_the_law_that_it_rests_on(name, families):
    visit, bill = computed(name)

    assert [source.family for source in sources_of(visit, bill)] == families


def test_the_data_say_the_same_and_nothing_of_who_asked():
    visit, bill = computed("limit")
    said = json.loads(data_of(visit, bill, sources_of(visit, bill)))

    assert said["due_yen"] == 87_430
    assert said["reckonings"][0]["lines"][0]["en"] == "cost of the care (100,000 points)"
    assert said["sources"][0]["family"] == "share/statutory"
    assert "1985" not in json.dumps(said)


def test_public_assistance_alone_is_shown_without_a_share():
    visit = visit_asked(
        Asked(
            on=TODAY,
            birthdate=date(1985, 4, 2),
            points=100,
            law="12",
            assistance=(public_assistance("12", TODAY, month_yen=0),),
        )
    )
    bill = counter_bill(visit)
    view = view_of(visit, bill, sources_of(visit, bill), "en")

    assert str(view.title) == "0 yen"
    assert str(view.reckonings[0].caption) == "Where no insurance pays at the counter"


def test_the_bar_is_whole_and_ends_with_the_patient():
    (one,) = viewed("helped").reckonings

    assert [part.payer.value for part in one.bar] == ["insurer", "public", "local", "patient"]
    assert sum(part.length for part in one.bar) == 1000
    assert one.bar[-1].length == 20


def test_a_class_that_nobody_showed_is_not_named():
    form = {**FORMS["disease"], "class": "", "disease": "haemophilia"}
    visit = visit_asked(asked_of(typed(form, TODAY), TODAY))
    bill = counter_bill(visit)
    (one,) = view_of(visit, bill, sources_of(visit, bill), "en").reckonings

    assert str(one.limit.amount) == "10,000 yen"
    assert not any("income class" in line for line in one.limit.lines)
    assert any("income class" in line for line in viewed("disease").reckonings[0].limit.lines)


@pytest.mark.parametrize(
    ("more", "named"), [({"share": "20"}, False), ({"share": "20", "class": "B04"}, True)]
)
def test_from_70_on_too_the_limit_of_who_shows_no_class_is_not_called_theirs(more, named):
    form = {"birthdate": "1954-05-05", "amount": "300000", "unit": "yen", "on": "2026-08-10", **more}
    visit = visit_asked(asked_of(typed(form, TODAY), TODAY))
    (one,) = view_of(visit, counter_bill(visit), (), "en").reckonings

    assert str(one.limit.amount) == "22,000 yen"
    assert any("一般" in line for line in one.limit.lines) is named
    assert any("may be lower" in line for line in one.limit.lines) is not named


def test_meals_are_not_among_what_the_payers_bear_and_that_is_said():
    assert "without meals" in str(viewed("meals").reckonings[0].payers_title)
    assert "meals" not in str(viewed("plain").reckonings[0].payers_title)


def test_who_knows_no_class_reads_what_each_would_pay():
    form = {"birthdate": "1981-03-03", "amount": "1000000", "unit": "yen", "on": "2026-08-10"}
    visit = visit_asked(asked_of(typed(form, TODAY), TODAY))
    bill = counter_bill(visit)

    found = [(one.name, one.due_yen) for one in sums_by_class(visit, bill)]
    assert found == [("ア", 271_290), ("イ", 183_130), ("ウ", 92_940), ("エ", 61_500), ("オ", 36_900)]
    for language in LANGUAGES:
        view = view_of(visit, bill, sources_of(visit, bill), language)
        assert [yen for _, yen in view.by_class] == ["271,290", "183,130", "92,940", "61,500", "36,900"]
        assert view.state == "clarify"
        assert "300,000" in view.why
    assert str(view.title) == "36,900 to 300,000 yen"
    told = json.loads(data_of(visit, bill, ()))
    assert (told["due_span"], told["due_yen"]) == ([36_900, 300_000], 300_000)


@pytest.mark.parametrize(
    ("born", "more", "found"),
    [
        ("1981-03-03", {"class": "A03"}, []),
        ("1981-03-03", {"amount": "10000"}, []),
        (
            "1954-05-05",
            {},
            [
                *[("現役並みⅢ", 271_290), ("現役並みⅡ", 183_130), ("現役並みⅠ", 92_940)],
                *[("一般", 22_000), ("低所得Ⅱ", 11_000), ("低所得Ⅰ", 8_000)],
            ],
        ),
        ("1954-05-05", {"amount": "10000"}, []),
        (  # 2割 of 後期 began in October 2022, and nobody born by 1944-04-01 had 2割 before 75
            "1940-05-05",
            {"amount": "250000", "on": "2022-09-30"},
            [
                *[("現役並みⅢ", 75_000), ("現役並みⅡ", 75_000), ("現役並みⅠ", 75_000)],
                *[("一般Ⅰ", 18_000), ("低所得Ⅱ", 8_000), ("低所得Ⅰ", 8_000)],
            ],
        ),
        (
            "1944-04-01",
            {"amount": "200000", "on": "2016-05-05"},
            [("現役並み", 44_400), ("一般", 12_000), ("低所得Ⅱ", 8_000), ("低所得Ⅰ", 8_000)],
        ),
        ("1954-05-05", {"share": "20"}, [("一般", 22_000), ("低所得Ⅱ", 11_000), ("低所得Ⅰ", 8_000)]),
        ("1945-05-05", {"share": "10"}, [("一般Ⅰ", 22_000), ("低所得Ⅱ", 11_000), ("低所得Ⅰ", 8_000)]),
    ],
)
def test_sums_by_class_are_of_that_age_and_share_and_only_where_they_change_something(born, more, found):
    form = {"birthdate": born, "amount": "1000000", "unit": "yen", "on": "2026-08-10", **more}
    visit = visit_asked(asked_of(typed(form, TODAY), TODAY))

    assert [(one.name, one.due_yen) for one in sums_by_class(visit, counter_bill(visit))] == found


def test_where_the_share_is_open_too_the_span_reaches_from_the_lowest_class_to_the_highest_share():
    form = {"birthdate": "1945-05-05", "amount": "300000", "unit": "yen", "on": "2026-08-10"}
    visit = visit_asked(asked_of(typed(form, TODAY), TODAY))
    bill = counter_bill(visit)
    sums = sums_by_class(visit, bill)

    assert [(one.name, one.percent, one.due_yen) for one in sums if one.of is not ClassOf.ABOVE] == [
        ("一般Ⅱ", 20, 22_000),
        ("一般Ⅰ", 10, 22_000),
        ("低所得Ⅱ", 10, 11_000),
        ("低所得Ⅰ", 10, 8_000),
    ]
    for language in LANGUAGES:
        view = view_of(visit, bill, (), language)
        assert len({what for what, _ in view.by_class}) == len(sums)
        assert view.why != viewed("span", language).why
    assert (str(view.title), view.state) == ("8,000 to 90,000 yen", "clarify")


REMUNERATION, INCOME, TAXABLE = Measure


@pytest.mark.parametrize(
    ("born", "more", "highest"),
    [
        ("1981-03-03", {}, (Bound(REMUNERATION, 830_000), Bound(INCOME, 9_010_000))),
        ("1981-03-03", {"insurance": "employees"}, (Bound(REMUNERATION, 830_000),)),
        ("1981-03-03", {"insurance": "national"}, (Bound(INCOME, 9_010_000),)),
        ("1954-05-05", {"share": "30"}, (Bound(REMUNERATION, 830_000), Bound(TAXABLE, 6_900_000))),
        ("1954-05-05", {"share": "30", "insurance": "national"}, (Bound(TAXABLE, 6_900_000),)),
        ("1954-05-05", {"share": "30", "insurance": "late"}, (Bound(TAXABLE, 6_900_000),)),
        ("1945-05-05", {"share": "30", "insurance": "national"}, (Bound(TAXABLE, 6_900_000),)),
    ],
)
def test_a_class_is_told_by_the_measure_of_the_insurer(born, more, highest):
    form = {"birthdate": born, "amount": "1000000", "unit": "yen", "on": "2026-08-10", **more}
    visit = visit_asked(asked_of(typed(form, TODAY), TODAY))
    sums = sums_by_class(visit, counter_bill(visit))

    assert (sums[0].of, sums[0].bounds) == (ClassOf.ABOVE, highest)
    for language in LANGUAGES:
        assert f"{highest[0].yen:,}" in class_said(sums[0], language)


def test_the_classes_without_a_bound_are_told_apart():
    form = {"birthdate": "1945-05-05", "amount": "1000000", "unit": "yen", "on": "2026-08-10", "share": "10"}
    visit = visit_asked(asked_of(typed(form, TODAY), TODAY))
    sums = sums_by_class(visit, counter_bill(visit))

    assert [one.of for one in sums] == [ClassOf.REST, ClassOf.UNTAXED, ClassOf.WITHOUT_INCOME]
    assert len({class_said(one, "ja").partition("（")[2] for one in sums}) == 3


def test_without_a_limit_there_are_no_sums_by_class():
    visit = visit_asked(Asked(on=date(2010, 6, 10), birthdate=date(1960, 4, 2), points=100_000))

    assert sums_by_class(visit, counter_bill(visit)) == ()
