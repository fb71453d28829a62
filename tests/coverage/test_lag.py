"""What the rules know roughly about registration: how long it takes, and what a failed match stops."""

from datetime import date, timedelta

import pytest

from kaihoken import rules
from kaihoken.coverage.answer import Result
from kaihoken.coverage.history import Coverage
from kaihoken.coverage.lag import EVERY_FIELD, RegistrationLag, SuspensionLevels, lag_is_likely

TODAY = date(2026, 11, 20)


def ended(lost: date | None) -> Coverage:
    return Coverage(
        insurer_number="06132013",
        insurer_name="架空健康保険組合",
        symbol="12",
        number="345",
        branch="00",
        classification="01",
        relation="1",
        insured_name="架空　花子",
        name="架空　花子",
        kana="ｶｸｳ ﾊﾅｺ",
        sex="2",
        birthdate=date(1990, 5, 5),
        postal_code="",
        address="",
        acquired=date(2015, 4, 1),
        lost=lost,
    )


def test_the_usual_days_are_those_of_the_employer_and_of_the_insurer():
    lag = rules.load(RegistrationLag, on=TODAY)

    assert (lag.employer_notice_days.value, lag.insurer_registration_days.value, lag.usual_days) == (5, 5, 10)


def test_only_the_days_that_the_law_gives_are_confirmed():
    lag = rules.load(RegistrationLag, on=TODAY)

    assert lag.employer_notice_days.status is rules.Status.CONFIRMED
    assert lag.insurer_registration_days.status is rules.Status.UNCONFIRMED
    assert rules.version(RegistrationLag, on=TODAY).status is rules.Status.UNCONFIRMED


@pytest.mark.parametrize(("days_ago", "likely"), [(0, True), (1, True), (9, True), (10, False), (400, False)])
def test_lag_is_likely_while_the_usual_days_since_the_end_have_not_passed(days_ago, likely):
    assert lag_is_likely(ended(TODAY - timedelta(days=days_ago)), TODAY) is likely


def test_with_nothing_known_lag_cannot_be_ruled_out():
    assert lag_is_likely(None, TODAY)
    assert lag_is_likely(ended(None), TODAY)


def test_each_level_of_suspension_stops_fields_that_the_answer_has():
    levels = rules.load(SuspensionLevels, on=TODAY)

    for state in ("suspended-1", "suspended-2"):
        stopped = levels.stopped(state)
        assert stopped
        assert set(stopped) <= set(Result.__struct_fields__)
    assert levels.stopped("suspended-3") == (EVERY_FIELD,)
    assert rules.version(SuspensionLevels, on=TODAY).status is rules.Status.UNCONFIRMED


@pytest.mark.parametrize("state", ["pending", "visible", "corrected"])
def test_without_suspension_nothing_is_stopped(state):
    assert rules.load(SuspensionLevels, on=TODAY).stopped(state) == ()
