"""Households of every kind, for hypothesis."""

from datetime import date

from hypothesis import strategies as st

from kaihoken.payment.ceiling.household import Care, Household, Member, Supplement, Unit
from kaihoken.payment.ceiling.law import AgeGroup
from kaihoken.payment.ceiling.one import Setting, SpecifiedDisease

MONTHS = [
    date(2016, 3, 1),
    date(2018, 2, 1),
    date(2024, 5, 1),
    date(2026, 7, 1),
    date(2026, 8, 1),
    date(2027, 9, 1),
]
PEOPLE = [
    Member(person="夫", group=AgeGroup.UNDER_70, percent=30),
    Member(person="子", group=AgeGroup.UNDER_70, percent=20),
    Member(person="妻", group=AgeGroup.UNDER_70, percent=30, halved=True),
    Member(person="父", group=AgeGroup.FROM_70, percent=20),
    Member(person="母", group=AgeGroup.FROM_75, percent=10, halved=True),
    Member(person="祖父", group=AgeGroup.FROM_75, percent=20),
    Member(person="祖母", group=AgeGroup.FROM_70, percent=20),
]

costs = st.integers(0, 400_000).map(lambda points: points * 10)
cares = st.builds(
    Care,
    person=st.sampled_from([member.person for member in PEOPLE]),
    institution=st.sampled_from(["A", "B", "C"]),
    cost=costs,
    setting=st.sampled_from(Setting),
    dental=st.booleans(),
    prescribed_by=st.sampled_from([None, None, "A"]),
    disease=st.sampled_from([None, None, None, *SpecifiedDisease]),
    own_payment=st.sampled_from([None, None, None, 0, 5_000]),
    known=st.booleans(),
)
supplements = st.none() | st.builds(Supplement, deduct=st.sampled_from([20_000, 25_000]))
units = st.builds(
    Unit,
    insurer=st.just("国保"),
    members=st.just(tuple(PEOPLE)),
    care=st.lists(cares, max_size=7).map(tuple),
    name=st.sampled_from(["ア", "ウ", "エ", "オ"]),
    elderly_name=st.sampled_from(["一般", "一般Ⅱ", "低所得Ⅱ", "低所得Ⅰ"]),
    paid_before=st.sampled_from([0, 2, 3, 11]),
    halved=st.booleans(),
    supplement=supplements,
)
households = st.builds(Household, month=st.sampled_from(MONTHS), units=st.lists(units, max_size=2).map(tuple))
