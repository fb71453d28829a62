"""What somebody is shown of themselves: never another's data, whatever hangs on their record by mistake."""

from datetime import date

import pytest

from kaihoken.coverage.history import CommitSequence, MatchState
from kaihoken.coverage.own import own_record
from kaihoken.coverage.verdict import Situation

from .people import a_person, covered_by

TODAY, KNOWN = date(2026, 11, 20), CommitSequence(10)
BORN = date(1985, 5, 5)


@pytest.mark.parametrize("match", ["pending", "suspended-3"])
def test_a_coverage_that_may_be_anothers_names_nobody(match: MatchState) -> None:
    shown = own_record(a_person(covered_by(name="別の　人", match=match)), TODAY, KNOWN)

    assert (shown.name, shown.birthdate, shown.coverage, shown.share) == ("", None, None, None)
    assert shown.situation in (Situation.PENDING, Situation.SUSPENDED)


@pytest.mark.parametrize("lost", [None, date(2026, 4, 1)])
def test_beside_one_that_is_theirs_that_one_names_them(lost: date | None) -> None:
    person = a_person(
        covered_by(name="本人", birthdate=BORN, lost=lost),
        covered_by("06139992", since=date(2026, 10, 1), name="別の　人", match="suspended-3"),
    )

    shown = own_record(person, TODAY, KNOWN)

    assert (shown.name, shown.birthdate) == ("本人", BORN)


def test_of_nobody_there_is_nothing() -> None:
    for history in (None, a_person()):
        shown = own_record(history, TODAY, KNOWN)
        assert (shown.name, shown.situation, shown.on) == ("", Situation.NOT_FOUND, TODAY)
