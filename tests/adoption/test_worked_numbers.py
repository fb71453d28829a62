"""Every number of the commissioning documents and public pages as a case (cases.yaml), and what always holds."""

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.adoption import (
    AdoptionFacts,
    Asset,
    Claims,
    Closing,
    FacilityKind,
    Held,
    Line,
    Purchase,
    Quote,
    Situation,
    adoption_sheet,
    break_even,
    break_even_by_add_on,
    duties,
    returned_claims,
    to_return,
)
from kaihoken.adoption.law import Depreciation, Effects, Subsidies
from kaihoken.adoption.subsidy import subsidy
from kaihoken.payment.fees import Fact, Occasion, add_on_items
from kaihoken.problems import Problem

FILE = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
ORDER_DAYS = st.dates(date(2020, 8, 7), date(2027, 12, 31))
KINDS = st.sampled_from(FacilityKind)


def cases(part):
    found = [case for group in FILE[part] for case in group["cases"]]
    return [pytest.param(case, id=str(case.get("name") or f"{case['kind']} {case['day']}")) for case in found]


def a_purchase(case):
    return Purchase(
        FacilityKind(case["kind"]),
        case["order"],
        case.get("readers", 1),
        case.get("contract"),
        case.get("live"),
        case.get("applied"),
        case.get("paid_before", False),
        case.get("postponed"),
    )


@pytest.mark.parametrize("case", cases("subsidy"))
def test_a_subsidy_is_what_was_announced(case):
    found = subsidy(a_purchase(case), case["system"])

    assert found.yen == case["yen"]
    assert found.difference == case.get("difference", 0)
    assert [one.step for one in found.missed] == case.get("missed", [])
    assert sorted({doubt.what for doubt in found.doubts}) == sorted(set(case.get("doubts", [])))


def test_every_printed_ceiling_is_its_share_of_the_cost_ceiling_cut_to_a_thousand():
    for version in rules.PACKAGED.versions(Subsidies.family):
        law = rules.load(Subsidies, on=version.effective_from)
        for terms in law.terms:
            part, whole = terms.share.value
            exact = terms.cost_ceiling.value * part // whole
            assert terms.ceiling.value == exact - exact % law.round_down_to.value


def test_who_is_not_live_yet_is_told_what_going_live_would_add():
    found = subsidy(Purchase(FacilityKind.CLINIC, date(2022, 5, 20)), 600_000)

    assert (found.yen, found.open_difference, found.difference_until) == (321_000, 108_000, date(2023, 1, 31))


def test_nothing_is_open_to_whom_the_later_terms_give_no_more():
    found = subsidy(Purchase(FacilityKind.CHAIN_PHARMACY, date(2022, 5, 20)), 600_000)

    assert found.open_difference == 0


def test_readers_come_free_as_many_as_are_ordered_up_to_the_limit():
    def free(kind, readers, order=date(2022, 7, 1)):
        return subsidy(Purchase(kind, order, readers), 0).free_readers

    assert [free(FacilityKind.HOSPITAL, readers) for readers in (1, 3, 5)] == [1, 3, 3]
    assert free(FacilityKind.CLINIC, 2) == 1
    assert free(FacilityKind.CLINIC, 1, date(2023, 1, 1)) == 0


def test_an_order_before_the_fund_is_no_order():
    with pytest.raises(Problem, match=r"rules\.no_version"):
        subsidy(Purchase(FacilityKind.CLINIC, date(2020, 8, 6)), 0)


@given(KINDS, ORDER_DAYS, st.integers(1, 5), st.integers(0, 20_000_000), st.integers(0, 1_000_000))
def test_a_subsidy_never_exceeds_the_cost_and_grows_with_it(kind, order, readers, yen, more):
    purchase = Purchase(kind, order, readers, live_on=date(2022, 8, 1) if order < date(2022, 8, 1) else None)

    found = subsidy(purchase, yen)

    assert 0 <= found.base <= found.yen <= yen
    assert subsidy(purchase, yen + more).yen >= found.yen


@pytest.mark.parametrize("case", cases("closing"))
def test_what_is_returned_is_what_is_left_of_the_life(case):
    reason = Closing(case["reason"]) if "reason" in case else None

    found = to_return([Held(Asset(case["asset"]), case["yen"], case["since"])], case["day"], reason)

    assert found.yen == case["returned"]
    assert [doubt.what for doubt in found.doubts] == case.get("doubts", [])
    assert (found.spared is not None) == (case["returned"] == 0 and "reason" in case)


def test_lives_are_those_of_the_notice():
    law = rules.load(Depreciation, on=date(2022, 10, 5))

    assert {asset.value: life.value for asset, life in law.lives.items()} == {
        "reader": 5, "computer": 4, "network": 10, "cable": 10, "software": 5,
    }  # fmt: skip


def test_a_reason_that_the_day_does_not_know_is_refused():
    with pytest.raises(Problem, match=r"adoption\.closing-reason"):
        to_return([Held(Asset.READER, 99_000, date(2021, 8, 1))], date(2022, 8, 1), Closing.GIVEN_ON)


def test_nobody_closes_before_they_began():
    with pytest.raises(Problem, match=r"adoption\.closing-before"):
        to_return([Held(Asset.READER, 99_000, date(2022, 10, 1))], date(2022, 9, 30))


@given(
    st.sampled_from(Asset),
    st.integers(0, 5_000_000),
    st.dates(date(2021, 7, 30), date(2027, 1, 1)),
    st.integers(0, 5000),
    st.integers(0, 1000),
)
def test_what_is_returned_never_grows_with_time_and_never_exceeds_what_was_given(
    asset, yen, since, days, more
):
    held = [Held(asset, yen, since)]
    first, later = (to_return(held, since + timedelta(days=after)).yen for after in (days, days + more))

    assert 0 <= later <= first <= yen


@pytest.mark.parametrize("case", cases("break_even"))
def test_the_running_cost_is_carried_by_so_many_visits(case):
    percent = Fraction(case["percent"]) if "percent" in case else None

    found = break_even(case["monthly"], case["yen"], case["days"], percent)

    assert (found.visits_to_a_tenth, found.patients_a_day) == (case["visits"], case["patients"])


@given(st.integers(0, 1_000_000), st.integers(1, 500), st.integers(1, 31), st.integers(1, 1000))
def test_so_many_patients_suffice_and_one_fewer_does_not(monthly, yen, days, tenths):
    percent = Fraction(tenths, 10)

    patients = break_even(monthly, yen, days, percent).patients_a_day

    def brought_in(people):
        return people * percent / 100 * yen * days

    assert brought_in(patients) >= monthly
    assert patients == 0 or brought_in(patients - 1) < monthly


@pytest.mark.parametrize("case", cases("add_ons"))
def test_the_add_ons_of_a_day_are_those_of_the_fee_table(case):
    found = break_even_by_add_on(FacilityKind(case["kind"]), case["day"], 9_000, 24)

    assert {one.key: one.points for one in found} == case["points"]
    assert [one.points for one in found] == sorted(one.points for one in found)


def test_the_add_on_of_2022_10_is_for_first_visits_and_asks_for_online_claims_viewing_and_two_notices():
    items = [one for one in add_on_items(date(2022, 10, 1)) if one.key in ("enhancement-1", "enhancement-2")]

    assert {one.occasion for one in items} == {Occasion.FIRST}
    for one in items:
        assert {Fact.ONLINE_CLAIMS, Fact.VIEW_IN_ROOM, Fact.POSTING, Fact.WEB} <= set(one.demands)


@pytest.mark.parametrize("case", cases("duties"))
def test_duties_exemptions_and_postponements_hold_on_their_days(case):
    situation = Situation(
        FacilityKind.CLINIC,
        Claims(case["claims"]),
        case.get("contract"),
        case.get("live"),
        case.get("filed"),
        case.get("line"),
        case.get("works"),
        case.get("closing"),
    )

    found = {one.duty.value: one for one in duties(case["day"], situation)}

    assert set(found) == set(case["duties"])
    for key, expected in case["duties"].items():
        assert found[key].bound == expected["bound"]
        assert found[key].by == expected.get("by")
        assert len(found[key].could_file) == expected.get("could_file", 0)


@pytest.mark.parametrize("case", cases("effects"))
def test_claims_that_come_back_are_counted_by_the_published_rates(case):
    found = returned_claims(case["a_month"], Claims(case["claims"]), date(2022, 10, 5))

    assert round(float(found.lost_coverage), 2) == case["lost"]
    assert round(float(found.transcription), 2) == case["transcription"]
    assert int(found.transcription_rate * 10_000) / 100 == case["rate_percent"]
    assert found.switched is case["switched"]
    assert {doubt.what for doubt in found.doubts} == {"returned-claims"}


@pytest.mark.parametrize("case", cases("narrower"))
def test_subsidies_for_a_purpose_are_those_of_the_day(case):
    facts = AdoptionFacts(
        FacilityKind(case["kind"]),
        Claims(case["claims"]),
        date(2022, 7, 1),
        (Quote((Line("端末", 1),)),),
        case["day"],
    )

    found = adoption_sheet(facts, case["day"])

    assert {one.key.value: one.yen.value for one in found.narrower} == case["yen"]
    assert ("narrower" in {doubt.what for doubt in found.doubts}) == bool(case["yen"])


def test_what_the_documents_say_beside_money():
    version = rules.version(Effects, on=date(2022, 10, 5))
    law = rules.load(Effects, on=date(2022, 10, 5))

    assert version.effective_from == date(2021, 10, 1), "claims are switched from here on"
    assert law.switched_claims == (Claims.ONLINE, Claims.DISC)
    assert law.misread_fields == ("relation", "birthdate", "insurer-number", "symbol-number")
    assert (law.claim_day, law.medicines_lag_days.value) == (10, 45)
