"""へき地医療拠点病院: at least one duty, twelve times a year, and what was counted of fiscal 2023."""

from datetime import date

import pytest

from kaihoken import rules
from kaihoken.workforce.remote import (
    CoreHospital,
    Found,
    RemoteCoreHospitals,
    observed,
    online_rounds,
    review,
)

RULE = rules.load(RemoteCoreHospitals, on=date(2026, 11, 20))
YES, NO, UNKNOWN = Found.YES, Found.NO, Found.UNKNOWN


def found(*counts: int | None, remote: bool | None = False) -> tuple[Found, Found, Found]:
    """Of one hospital: duty done, often enough, none of the four."""
    one = review([CoreHospital("1", *counts, remote)], RULE).each[0]
    return one.duty_done, one.often_enough, one.none_of_four


@pytest.mark.parametrize(
    ("counts", "remote", "expected"),
    [
        ((12, 0, 0), False, (YES, YES, NO)),
        ((11, 0, 0), False, (YES, NO, NO)),
        ((4, 4, 4), False, (YES, YES, NO)),
        ((4, 4, 3), False, (YES, NO, NO)),
        ((0, 0, 0), True, (YES, NO, NO)),
        ((0, 0, 0), False, (NO, NO, YES)),
        ((0, 0, 1), False, (YES, NO, NO)),
        ((12, None, None), None, (YES, YES, NO)),
        ((1, None, 0), None, (YES, UNKNOWN, NO)),
        ((0, None, 0), False, (UNKNOWN, UNKNOWN, UNKNOWN)),
        ((None, None, None), True, (YES, UNKNOWN, NO)),
        ((0, 0, 0), None, (UNKNOWN, NO, UNKNOWN)),
    ],
)
def test_what_is_not_known_decides_nothing(
    counts: tuple[int | None, ...], remote: bool | None, expected: tuple[Found, Found, Found]
) -> None:
    assert found(*counts, remote=remote) == expected


def test_hospitals_are_counted() -> None:
    made = review(
        [CoreHospital("1", 12, 0, 0, False), CoreHospital("2", 0, 0, 0, False), CoreHospital("3")], RULE
    )

    assert (made.duty_done, made.often_enough, made.none_of_four, made.unknown) == (1, 1, 1, 1)


def test_a_review_of_358_hospitals_is_held_against_the_published_one() -> None:
    often = [CoreHospital(str(number), 12, 0, 0, False) for number in range(254)]
    seldom = [CoreHospital(str(number), 1, 0, 0, False) for number in range(254, 319)]
    none = [CoreHospital(str(number), 0, 0, 0, False) for number in range(319, 358)]

    same = review([*often, *seldom, *none], RULE)
    other = review([*often[:-1], *seldom, *none], RULE)

    assert same.differs_from(RULE.review) == {}
    assert other.differs_from(RULE.review) == {"hospitals": -1, "often_enough": -1}


def test_the_rule_has_the_figures_that_ship() -> None:
    counts = {one.what: (one.part, one.whole) for one in observed()}

    assert counts["主要3事業を合計で年12回以上実施"] == (RULE.review.often_enough, RULE.review.hospitals)
    assert counts["4事業のいずれの実施もなかった"] == (RULE.review.none_of_four, RULE.review.hospitals)


def test_rounds_of_the_seven_hospitals_add_up() -> None:
    rounds = online_rounds()

    assert (rounds.hospitals, rounds.sessions, rounds.online_sessions) == (7, 385, 214)
    assert (rounds.patients, rounds.online_patients) == (3254, 817)


def test_a_share_is_told_only_of_one_thing() -> None:
    by_name = {one.what: one for one in observed()}

    assert by_name["へき地診療所でICTによるD to Pオンライン診療を活用"].share == pytest.approx(75 / 1120)
    assert by_name["へき地診療所のオンライン診療: 受診者が診療所"].share is None
    assert by_name["主要3事業 無医地区等への巡回診療 延べ回数"].share is None
