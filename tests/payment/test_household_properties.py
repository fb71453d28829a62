"""What holds for every household's month, whatever it is."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.payment.ceiling.household import Care, Household, Unit
from kaihoken.payment.ceiling.month import household_month
from kaihoken.payment.ceiling.one import Setting, ceiling_of

from .households import MONTHS, PEOPLE, costs, households, units


@given(households)
def test_what_is_paid_is_the_share_less_what_others_bear(household):
    found = household_month(household)

    for unit in found.units:
        shares = sum(paid.share for paid in unit.paid)
        assert unit.patient + unit.supplement + unit.benefit + unit.public == shares
        assert unit.patient + unit.refund + unit.supplement == unit.counter
        assert unit.patient + unit.public + unit.insurer_part == unit.cost
        assert min(unit.patient, unit.refund, unit.supplement, unit.benefit, unit.public) >= 0
        assert all(0 <= paid.counter + paid.public <= paid.share for paid in unit.paid)
    assert found.counter == sum(unit.counter for unit in found.units)
    assert found.patient == found.counter - found.refund - found.supplement


@given(households, st.randoms(use_true_random=False))
def test_the_order_of_people_and_institutions_does_not_matter(household, random):
    def shuffled(unit):
        care, members = list(unit.care), list(unit.members)
        random.shuffle(care)
        random.shuffle(members)
        return msgspec.structs.replace(unit, care=tuple(care), members=tuple(members))

    units = [shuffled(unit) for unit in household.units]
    random.shuffle(units)
    other = household_month(msgspec.structs.replace(household, units=tuple(units)))

    found = household_month(household)
    amounts = ("counter", "refund", "supplement", "patient", "unconfirmed")
    assert [getattr(found, name) for name in amounts] == [getattr(other, name) for name in amounts]
    assert sorted(unit.summed for unit in found.units) == sorted(unit.summed for unit in other.units)


@given(st.sampled_from(MONTHS), st.sampled_from(["ア", "イ", "ウ", "エ", "オ"]), costs, costs, costs)
def test_a_clinic_and_its_dispensing_cost_no_more_than_one_claim_whatever_others_are_paid(
    month, name, clinic, pharmacy, free
):
    care = (
        Care(person="夫", institution="A", cost=clinic),
        Care(person="夫", institution="薬局", prescribed_by="A", cost=pharmacy),
        Care(person="子", institution="B", cost=free, own_payment=0),
    )
    unit = Unit(insurer="国保", members=tuple(PEOPLE[:2]), care=care, name=name)

    found = household_month(Household(month=month, units=(unit,)))

    ceiling = ceiling_of(month, name, clinic + pharmacy).amount
    assert found.patient == min(sum(paid.share for paid in found.units[0].paid[:2]), ceiling)


plain = st.builds(
    Care,
    person=st.sampled_from(["父", "夫"]),
    institution=st.sampled_from(["A", "B"]),
    cost=costs,
    setting=st.sampled_from(Setting),
)


@given(st.sampled_from(MONTHS), st.lists(plain, min_size=1, max_size=4), st.integers(1, 50_000))
def test_from_70_on_and_at_one_institution_more_care_never_costs_less(month, care, more):
    first = msgspec.structs.replace(care[0], person="父")
    one_person = [msgspec.structs.replace(one, person="父") for one in care[1:]]

    def patient(of):
        unit = Unit(insurer="国保", members=(PEOPLE[3],), care=tuple(of), elderly_name="一般")
        return household_month(Household(month=month, units=(unit,))).patient

    dearer = msgspec.structs.replace(first, cost=first.cost + more * 10)
    assert patient([first, *one_person]) <= patient([dearer, *one_person])


@given(
    st.sampled_from(MONTHS), st.sampled_from(["ア", "イ", "ウ", "エ", "オ"]), costs, st.integers(1, 50_000)
)
def test_under_70_one_claim_of_more_never_costs_less(month, name, cost, more):
    def patient(of):
        care = Care(person="夫", institution="A", cost=of)
        unit = Unit(insurer="国保", members=(PEOPLE[0],), care=(care,), name=name)
        return household_month(Household(month=month, units=(unit,))).patient

    assert patient(cost) <= patient(cost + more * 10)


@given(units, units, st.sampled_from(MONTHS))
@settings(max_examples=30)
def test_one_insurer_knows_nothing_of_another(one, two, month):
    both = household_month(Household(month=month, units=(one, two)))
    alone = [household_month(Household(month=month, units=(unit,))).units[0] for unit in (one, two)]

    assert list(both.units) == alone
