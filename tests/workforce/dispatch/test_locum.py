"""Locum requests: every edge, what cannot happen, what must be looked at, and the years' counts."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.dispatch import (
    Credential,
    LocumEvent,
    LocumRequest,
    LocumState,
    LocumYear,
    locum_years,
    missing_credentials,
)
from kaihoken.workforce.dispatch.locum import LOCUM_LIFE, after

EDGES = {(state, event): to for state, steps in LOCUM_LIFE.steps.items() for event, to in steps.items()}


@pytest.mark.parametrize(("state", "event"), list(product(LocumState, LocumEvent)))
def test_each_edge_is_walked_and_no_other(state: LocumState, event: LocumEvent) -> None:
    if (state, event) in EDGES:
        assert after(state, event) is EDGES[state, event]
        return
    with pytest.raises(Problem) as raised:
        after(state, event)
    assert raised.value.code == "workforce.locum-step"


def test_every_state_is_reached_and_every_event_happens() -> None:
    assert {LOCUM_LIFE.first, *EDGES.values()} == set(LocumState)
    assert {event for _, event in EDGES} == set(LocumEvent)
    assert {state for state in LocumState if not LOCUM_LIFE.steps[state]} == {"done", "cancelled", "unfilled"}


def test_nothing_is_agreed_before_credentials_hold() -> None:
    before = {state for (state, event) in EDGES if event is LocumEvent.AGREE}
    into_checked = {event for (_, event), to in EDGES.items() if to is LocumState.CHECKED}

    assert before == {LocumState.CHECKED}
    assert into_checked == {LocumEvent.CREDENTIALS_HOLD}


def test_an_offer_can_be_taken_back_until_it_is_agreed() -> None:
    assert {state for (state, event) in EDGES if event is LocumEvent.TAKE_BACK} == {"offered", "checked"}


def test_the_drawing_in_the_docs_is_made_from_the_table() -> None:
    page = Path(__file__).parents[3] / "docs" / "workforce" / "dispatch.md"

    assert f"```mermaid\n{LOCUM_LIFE.drawing()}\n```" in page.read_text(encoding="utf-8")


def test_what_has_not_been_looked_at_before_the_first_day_is_missing() -> None:
    day = date(2026, 8, 1)
    all_seen = dict.fromkeys(Credential, day)

    assert missing_credentials(all_seen, day) == ()
    assert missing_credentials({**all_seen, Credential.LICENCE: date(2026, 8, 2)}, day) == (
        Credential.LICENCE,
    )
    assert missing_credentials({}, day) == tuple(Credential)


def a_request(
    first: date, last: date, state: LocumState = LOCUM_LIFE.first, area: str = "0306"
) -> LocumRequest:
    return LocumRequest(area, "内科", first, last, state)


def test_a_year_counts_requests_and_days_by_area_from_april() -> None:
    march, april = date(2027, 3, 31), date(2027, 4, 1)
    requests = [
        a_request(march, april, LocumState.DONE),
        a_request(april, april, LocumState.UNFILLED),
        a_request(april, date(2027, 4, 3), LocumState.CANCELLED),
        a_request(april, april, LocumState.AGREED, "0101"),
    ]

    assert locum_years(requests, area_set("330")) == (
        LocumYear(2026, "0306", 1, 1, 0, 0, 0, 2, 2),
        LocumYear(2027, "0101", 1, 0, 0, 0, 1, 1, 0),
        LocumYear(2027, "0306", 2, 0, 1, 1, 0, 4, 0),
    )


def test_days_the_wrong_way_round_and_unknown_areas_are_told() -> None:
    with pytest.raises(Problem) as raised:
        locum_years([a_request(date(2027, 4, 2), date(2027, 4, 1))], area_set("330"))
    assert raised.value.code == "workforce.locum-days"
    with pytest.raises(Problem) as raised:
        locum_years([a_request(date(2027, 4, 1), date(2027, 4, 1), area="306")], area_set("330"))
    assert raised.value.code == "workforce.area-unknown"
