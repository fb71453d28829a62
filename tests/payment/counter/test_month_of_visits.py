"""Visits of one month at one institution, each bill made with what the ones before it left."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kaihoken.payment import (
    AgeGroup,
    MonthLimit,
    MonthSoFar,
    Setting,
    Share,
    Visit,
    ceiling_of,
    counter_bill,
    local_assistance,
    public_assistance,
)
from kaihoken.payment.ceiling.limits import month_table
from kaihoken.payment.counter import counter_rounded

MONTHS = [date(2017, 8, 1), date(2018, 8, 1), date(2022, 10, 1), date(2026, 7, 1), date(2026, 8, 1)]
points = st.integers(1, 500) | st.integers(1, 90_000)
days = st.lists(points, min_size=1, max_size=6)


@st.composite
def limited(draw):
    """A month, its limit, and the share that goes with its class."""
    month = draw(st.sampled_from(MONTHS))
    limits = month_table(month).whole[draw(st.sampled_from(sorted(month_table(month).whole)))]
    percent = (
        30 if not limits.elderly or limits.name.startswith("現役並み") else draw(st.sampled_from([10, 20]))
    )
    group = AgeGroup.FROM_75 if limits.elderly else AgeGroup.UNDER_70
    return month, MonthLimit(group, limits.name, draw(st.sampled_from(Setting)), draw(st.booleans())), percent


def limit_of(month: date, limit: MonthLimit, so_far: int) -> int:
    return ceiling_of(month, limit.name, so_far * 10, setting=limit.setting, multiple=limit.multiple).amount


@given(limited(), days)
def test_the_visits_of_a_month_add_up_to_the_share_and_stop_at_the_limit(given_, each):
    month, limit, percent = given_
    so_far = paid = unlimited = 0
    for number, of in enumerate(each):
        (one,) = counter_bill(
            Visit(
                on=month + timedelta(days=number),
                points=of,
                share=Share.of(percent),
                limit=limit,
                month=MonthSoFar(points=so_far, share_yen=paid),
            )
        ).reckonings
        so_far += of
        unlimited += counter_rounded(of * percent // 10, 10)
        paid += one.patient_yen

        assert paid <= limit_of(month, limit, so_far)
        assert paid <= unlimited
    if unlimited <= limit_of(month, limit, each[0]):  # the limit of a dearer month is never lower
        assert paid == unlimited
    assert paid >= min(unlimited, limit_of(month, limit, each[0]))


@given(limited(), days, st.sampled_from([2_500, 5_000, 20_000]))
def test_a_certificate_and_the_limit_hold_for_the_visits_of_a_month_together(given_, each, certificate):
    month, limit, percent = given_
    so_far = asked = left = 0
    for number, of in enumerate(each):
        day = month + timedelta(days=number)
        helped = public_assistance("54", day, month_yen=certificate, month_paid_yen=left)
        (one,) = counter_bill(
            Visit(
                on=day,
                points=of,
                share=Share.of(percent),
                limit=limit,
                month=MonthSoFar(points=so_far, share_yen=asked, left_yen=left),
                assistance=(helped,),
            )
        ).reckonings
        so_far += of
        room = limit_of(month, limit, so_far) - asked
        asked += min(counter_rounded(of * percent // 10, 10), room)
        left += one.patient_yen

        assert left <= min(certificate, limit_of(month, limit, so_far))


@given(days, st.sampled_from(["day-500-two-days", "institution-month-1000", "visit-200"]))
def test_a_municipality_asks_its_sums_of_a_month_once(each, name):
    most = {"day-500-two-days": 1_000, "institution-month-1000": 1_000, "visit-200": 200 * len(each)}[name]
    paid = used = 0
    for number, of in enumerate(each):
        day = date(2026, 6, 1) + timedelta(days=number)
        helped = local_assistance(name, day, days_before=used, month_paid_yen=paid)
        (one,) = counter_bill(Visit(on=day, points=of, share=Share.of(30), assistance=(helped,))).reckonings
        paid += one.patient_yen
        used += one.patient_yen > 0

    assert paid <= most
    if min(each) >= 334:
        assert paid == (most if len(each) > 1 or name != "day-500-two-days" else 500)
