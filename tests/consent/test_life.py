"""The life of a consent: every edge of the table, and that nothing wakes what has ended."""

from datetime import datetime, timedelta
from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.consent import (
    LIFE,
    Care,
    EndReason,
    Event,
    Item,
    State,
    expiry_code,
    is_alive,
    standing,
    state_of,
)
from kaihoken.consent.grant import ends_of
from kaihoken.consent.life import EVENT_OF, after

from .people import (
    DAY,
    FACILITY,
    MOMENT,
    NOW,
    OTHER_FACILITY,
    a_grant,
    an_end,
    held,
)

ENDED_BY = {
    EndReason.FACILITY: (State.WITHDRAWN_BY_FACILITY, "1"),
    EndReason.PATIENT: (State.WITHDRAWN_BY_PATIENT, "2"),
    EndReason.CHANGED_USE: (State.CHANGED_USE, "3"),
    EndReason.CARE_OVER: (State.CARE_OVER, "0"),
}


def test_only_what_stands_can_end_and_every_end_is_reached() -> None:
    standing = LIFE.steps[State.STANDING]
    assert LIFE.ends == set(State) - {State.STANDING}
    assert set(standing) == set(Event)
    assert {*standing.values()} == LIFE.ends
    assert len(LIFE.ends) == len(standing)
    assert set(EVENT_OF) == set(EndReason)


def test_the_drawing_in_the_docs_is_made_from_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "consent.md"

    assert f"```mermaid\n{LIFE.drawing()}\n```" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_each_edge_is_walked_and_no_other_changes_anything(state: State, event: Event) -> None:
    reached = after(state, event)

    assert (reached is state) == (state is not State.STANDING)


@pytest.mark.parametrize("order", list(permutations(Event, 3)))
def test_what_came_first_is_how_it_ended_whatever_comes_later(order: tuple[Event, ...]) -> None:
    state = State.STANDING
    for event in order:
        state = after(state, event)

    assert state is after(State.STANDING, order[0])


def test_it_stands_for_24_hours_and_not_a_moment_longer() -> None:
    one = held(a_grant())

    assert is_alive(one, Item.MEDICINE, NOW)
    assert is_alive(one, Item.MEDICINE, NOW + DAY)
    assert state_of(one, Item.MEDICINE, NOW + DAY + MOMENT) is State.EXPIRED
    assert not is_alive(one, Item.OPERATION, NOW), "what was not given never stood"


def test_what_no_time_ends_stands_until_somebody_does() -> None:
    grant = a_grant(until=None)

    assert is_alive(held(grant), Item.MEDICINE, NOW + timedelta(days=3650))
    assert not is_alive(held(grant, [an_end(grant, Item.MEDICINE)]), Item.MEDICINE, NOW)


@pytest.mark.parametrize("reason", EndReason)
def test_the_reason_of_an_end_is_told_in_the_code_of_the_list(reason: EndReason) -> None:
    grant = a_grant()
    state = state_of(held(grant, [an_end(grant, Item.MEDICINE, reason)]), Item.MEDICINE, NOW)

    assert (state, expiry_code(state)) == ENDED_BY[reason]
    assert expiry_code(State.STANDING) is None
    assert expiry_code(State.EXPIRED) == "0"


def test_an_end_counts_even_where_the_clock_ran_back() -> None:
    grant = a_grant()
    ended = held(grant, [an_end(grant, Item.MEDICINE, at=NOW + DAY)])

    assert not is_alive(ended, Item.MEDICINE, NOW - DAY)


def test_one_item_ends_and_the_others_stand() -> None:
    grant = a_grant(1, Item.MEDICINE, Item.OPERATION)
    one = held(grant, [an_end(grant, Item.MEDICINE)])
    found = standing([one], FACILITY, Care.OUTPATIENT, NOW)

    assert found.items == {Item.OPERATION}
    assert found.over == {Item.MEDICINE: (grant, State.WITHDRAWN_BY_PATIENT)}


def test_another_facility_and_another_form_of_care_see_nothing() -> None:
    one = held(a_grant())

    assert standing([one], FACILITY, Care.OUTPATIENT, NOW).items == {Item.MEDICINE}
    for facility, care in [(OTHER_FACILITY, Care.OUTPATIENT), (FACILITY, Care.HOME)]:
        found = standing([one], facility, care, NOW)
        assert (found.alive, found.over) == ({}, {})


def test_of_two_consents_the_one_that_stands_longer_counts() -> None:
    short, long = a_grant(1), a_grant(2, until=NOW + 2 * DAY)
    endless, ended = a_grant(3, until=None), a_grant(4, until=None, given_at=NOW + MOMENT)

    def alive(*numbers: object) -> object:
        found = standing([one for one in holdings if one.grant in numbers], FACILITY, Care.OUTPATIENT, NOW)
        return found.alive.get(Item.MEDICINE)

    holdings = [
        held(long),
        held(short),
        held(endless),
        held(ended, [an_end(ended, Item.MEDICINE)]),
    ]
    assert alive(short, long) is long
    assert alive(short, endless) is endless
    assert alive(endless, long) is endless
    assert alive(ended, short) is short
    hurried = a_grant(5, given_at=NOW + MOMENT, until=NOW + 2 * MOMENT)
    holdings.append(held(hurried))
    assert alive(long, hurried) is long, "a later one that ends sooner takes nothing away"
    assert alive(ended) is None


def test_of_what_is_over_the_last_one_is_told() -> None:
    first, last = a_grant(1), a_grant(2, given_at=NOW + MOMENT)
    found = standing(
        [
            held(last, [an_end(last, Item.MEDICINE, EndReason.FACILITY)]),
            held(first, [an_end(first, Item.MEDICINE)]),
        ],
        FACILITY,
        Care.OUTPATIENT,
        NOW,
    )

    assert found.over == {Item.MEDICINE: (last, State.WITHDRAWN_BY_FACILITY)}


def test_withdrawing_again_ends_nothing() -> None:
    grant = a_grant(1, Item.MEDICINE, Item.OPERATION)
    items = [Item.OPERATION, Item.MEDICINE, Item.MEDICINE]
    first = ends_of(held(grant), items, EndReason.PATIENT, NOW)

    assert [end.item for end in first] == [Item.MEDICINE, Item.OPERATION]
    assert ends_of(held(grant, first), items, EndReason.FACILITY, NOW) == []
    assert ends_of(held(grant), items, EndReason.PATIENT, NOW + DAY + MOMENT) == [], "it had expired"


moments = st.integers(0, 3 * 86_400_000).map(lambda ms: NOW + timedelta(milliseconds=ms))


@given(
    given_at=st.lists(moments, min_size=1, max_size=4),
    withdrawals=st.lists(st.tuples(st.integers(0, 3), moments, st.sampled_from(EndReason)), max_size=6),
    asked=st.lists(moments, min_size=1, max_size=6),
)
def test_no_order_of_events_makes_an_ended_consent_stand(
    given_at: list[datetime],
    withdrawals: list[tuple[int, datetime, EndReason]],
    asked: list[datetime],
) -> None:
    grants = [a_grant(number, given_at=at, until=at + DAY) for number, at in enumerate(given_at)]
    book = [held(grant) for grant in grants]
    for number, at, reason in withdrawals:
        one = book[number % len(book)]
        ends = ends_of(one, one.grant.items, reason, at)
        book[number % len(book)] = held(one.grant, [*one.ends.values(), *ends])
    for at in asked:
        found = standing(book, FACILITY, Care.OUTPATIENT, at)
        for one in book:
            if one.ends or at > one.grant.given_at + DAY:
                assert not is_alive(one, Item.MEDICINE, at)
                assert found.alive.get(Item.MEDICINE) is not one.grant
        assert (Item.MEDICINE in found.alive) == any(is_alive(one, Item.MEDICINE, at) for one in book)
        assert (Item.MEDICINE in found.alive) != (Item.MEDICINE in found.over)
