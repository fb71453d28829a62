"""Add-ons by day, tier and history: the cases of fees_cases.yaml, and what holds for every day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.payment.fees import (
    Facility,
    Fact,
    Facts,
    Kind,
    Occasion,
    Record,
    add_on_items,
    add_on_of,
    add_ons,
    base_items,
    claimable,
    lines_on,
    points_of,
    telehealth,
    terms_of,
)
from kaihoken.problems import Problem
from kaihoken.rules import Status

FILE = yaml.safe_load(Path(__file__).with_name("fees_cases.yaml").read_text("utf-8"))


def cases(part: str) -> list[object]:
    found = [case for group in FILE[part] for case in group["cases"]]
    return [pytest.param(case, id=case.get("name") or f"{case['code']} {case['day']}") for case in found]


def a_facility(kind: str = "medical", without: list[str] | None = None, **more: object) -> Facility:
    """One that has everything but what is named."""
    said = {fact.replace("-", "_"): fact not in (without or []) for fact in Fact}
    return Facility(Kind(kind), Facts(**said), **{"beds": True, **more})


@pytest.mark.parametrize("case", cases("points"))
def test_base_and_add_on_make_the_points_of_a_bill(case):
    there = {item.key: item for item in (*base_items(case["day"]), *add_on_items(case["day"]))}

    points = sum(there[key].points.value for key in case["items"])

    assert points == case["points"]
    assert (points * 3 + 5) // 10 * 10 == case["yen"]


@pytest.mark.parametrize("case", cases("codes"))
def test_a_code_has_its_points_while_it_is_in_force(case):
    found = points_of(case["code"], case["day"])

    assert (found.value if found else None) == case["points"]


@pytest.mark.parametrize("case", cases("tiers"))
def test_the_best_tier_that_is_met_and_the_nearest_above_it(case):
    facility = a_facility(
        case.get("kind", "medical"),
        case.get("not"),
        usage_rates=case.get("rates", {}),
        children=case.get("children", False),
    )

    told = add_ons(case["day"], facility)
    ladder = next(
        one
        for one in told.ladders
        if one.group == case.get("group", "structure-first") and one.record == case.get("record", "any")
    )

    assert (ladder.best.item.key if ladder.best else None) == case["best"]
    assert (ladder.best.points if ladder.best else None) == case.get("points")
    assert (ladder.next.item.key if ladder.next else None) == case["next"]
    if not case.get("group"):
        assert [rival.name for rival in told.forbidden] == case.get("forbidden", [])


@pytest.mark.parametrize("case", cases("claims"))
def test_an_add_on_is_claimed_as_often_and_beside_what_the_table_allows(case):
    occasion = Occasion(case["occasion"]) if "occasion" in case else None
    told = claimable(
        case["add_on"],
        case["day"],
        [tuple(one) for one in case.get("history", [])],
        occasion=occasion,
        beside=case.get("beside", []),
    )

    assert told.refusal == case["refusal"]
    assert bool(told) is (case["refusal"] is None)
    assert (told.claimed, told.again) == (case.get("claimed"), case.get("again"))
    assert told.rival == case.get("rival", "")
    if "points" in case:
        assert told.term.item.points.value == case["points"]


def test_what_is_missing_is_named_with_what_was_not_said():
    facility = Facility(Kind.MEDICAL, Facts(online_claims=True, e_prescription=False), {"2026-04": 12.5})

    told = next(one for one in add_ons(date(2026, 7, 10), facility).ladders if one.group == "structure-first")
    first = told.standings[0]
    single = {lack.facts[0]: lack.unsaid for lack in first.lacks if len(lack.facts) == 1}
    (some,) = [lack for lack in first.lacks if len(lack.facts) > 1]
    (usage,) = [lack.usage for lack in first.lacks if lack.usage]

    assert Fact.ONLINE_CLAIMS not in single
    assert single[Fact.POSTING] == (Fact.POSTING,)
    assert some.facts == (Fact.E_PRESCRIPTION, Fact.CHART_SHARING, Fact.SECURITY)
    assert (some.still, some.unsaid) == (3, (Fact.CHART_SHARING, Fact.SECURITY))
    assert (usage.needed, usage.best, usage.months) == (30, 12.5, ("2026-04", "2026-03", "2026-02"))


def test_a_fact_that_begins_on_a_day_counts_from_that_day():
    facility = Facility(Kind.MEDICAL, Facts(web=date(2026, 6, 1)))

    assert [facility.said(Fact.WEB, day) for day in (date(2026, 5, 31), date(2026, 6, 1))] == [False, True]
    assert facility.said(Fact.POSTING, date(2026, 6, 1)) is None


def test_a_value_that_is_not_confirmed_says_so_in_the_result():
    told = add_ons(date(2026, 7, 10), a_facility("dental", usage_rates={"2026-04": 40}))
    best = next(one.best for one in told.ladders if one.group == "structure-first")

    assert {doubt.what for doubt in best.doubts} == {"code", "usage-rate"}
    assert {doubt.what for doubt in claimable("use-1", date(2022, 5, 1)).doubts} == {
        "points",
        "months",
        "demands",
    }
    assert claimable("111704070", date(2026, 5, 1)).doubts == ()


def test_who_admits_nobody_is_told_of_no_admission():
    groups = {one.group for one in add_ons(date(2026, 7, 10), a_facility(beds=False)).ladders}

    assert groups == {"structure-first", "structure-later"}


def test_online_visits_stand_in_the_same_form():
    told = telehealth(date(2024, 7, 1), a_facility(without=["nurse-beside", "large-hospital"]))
    best = {one.group: one.best.item.key for one in told.ladders if one.best}

    assert best == {
        "online-first": "online-first",
        "online-later": "online-later",
        "liaison": "liaison-diagnosis",
    }
    assert points_of("112024210", date(2026, 6, 1)).status is Status.UNCONFIRMED


@pytest.mark.parametrize(
    ("day", "kind", "lines"),
    [
        (date(2022, 3, 31), "medical", []),
        (
            date(2024, 6, 1),
            "medical",
            [
                ("医療情報取得加算1・3", "not-had", 1, 3, False),
                ("医療情報取得加算2・4", "had", 1, 3, False),
                ("医療DX推進体制整備加算", "any", 1, None, True),
            ],
        ),
        (
            date(2025, 4, 1),
            "medical",
            [
                ("医療情報取得加算", "any", 1, 3, False),
                ("医療DX推進体制整備加算", "any", 1, None, True),
            ],
        ),
        (date(2026, 6, 1), "medical", [("電子的診療情報連携体制整備加算", "any", 1, 1, True)]),
        (date(2026, 6, 1), "pharmacy", [("電子的調剤情報連携体制整備加算", "any", 1, None, True)]),
    ],
)
def test_a_counter_speaks_of_all_tiers_in_one_line(day, kind, lines):
    told = lines_on(day, Kind(kind))

    assert [(one.name, one.record, one.first_months, one.later_months, one.filed) for one in told] == lines


def test_a_name_that_is_no_add_on_is_a_problem():
    with pytest.raises(Problem) as found:
        claimable("111000110", date(2026, 7, 1))

    assert found.value.code == "payment.add-on-unknown"
    assert add_on_of("111000110") == ()


def test_a_day_before_the_known_fees_is_a_problem():
    with pytest.raises(Problem, match=r"rules\.no_version payment/information-add-ons"):
        add_ons(date(2008, 3, 31), a_facility())


days = st.dates(date(2008, 4, 1), date(2030, 12, 31))


@given(
    days, st.sampled_from(list(Kind)), st.sets(st.sampled_from(list(Fact))), st.floats(0, 100), st.booleans()
)
def test_one_more_fact_and_a_higher_rate_never_lose_points(day, kind, without, rate, children):
    def reached(missing: set[Fact], percent: float) -> dict[tuple[str, Record], int]:
        rates = {f"{year}-{month:02d}": percent for year in range(2008, 2031) for month in range(1, 13)}
        facility = a_facility(kind, list(missing), usage_rates=rates, children=children)
        return {
            (one.group, one.record): one.best.points if one.best else -1
            for one in add_ons(day, facility).ladders
        }

    less, more = reached(without, rate), reached(set(list(without)[1:]), min(100.0, rate + 10))

    assert all(more[rung] >= points for rung, points in less.items())


@given(
    st.sampled_from(
        [term for item in ("dx-1", "acquisition-later", "sharing-later") for term in terms_of(item)]
    ),
    st.data(),
)
def test_the_day_named_for_the_next_claim_is_the_first_that_is_allowed(term, data):
    last = data.draw(st.dates(term.since, term.since + timedelta(days=60)))
    key = term.item.key
    told = claimable(key, last, [(key, last)])

    assert not claimable(key, told.again - timedelta(days=1), [(key, last)])
    assert claimable(key, told.again, [(key, last)])
