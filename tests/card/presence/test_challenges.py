"""A challenge serves once, soon, for one client, place and purpose; a facility has only so many."""

import pytest

from kaihoken.card.presence import Bound, Challenges
from kaihoken.problems import Problem

from .cards import bound

SECOND = 1_000_000_000
ENDED = pytest.raises(Problem, match=r"^card\.challenge-ended( |$)")


class Ticker:
    now = 77 * SECOND

    def __call__(self) -> int:
        return self.now


def test_a_challenge_is_taken_once() -> None:
    book = Challenges(Ticker())
    challenge = book.issue("clinic", bound(), 60)

    assert len(challenge.nonce) == 32
    assert book.take(challenge.name, "clinic", bound()) == challenge
    with ENDED:
        book.take(challenge.name, "clinic", bound())


def test_no_two_are_alike() -> None:
    book = Challenges(Ticker())
    made = [book.issue("clinic", bound(), 60) for _ in range(50)]

    assert len({one.name for one in made}) == len({one.nonce for one in made}) == 50


@pytest.mark.parametrize(("passed", "taken"), [(60 * SECOND - 1, True), (60 * SECOND, False)])
def test_it_waits_so_many_seconds(passed: int, *, taken: bool) -> None:
    ticks = Ticker()
    book = Challenges(ticks)
    challenge = book.issue("clinic", bound(), 60)
    ticks.now += passed

    if taken:
        book.take(challenge.name, "clinic", bound())
    else:
        with ENDED:
            book.take(challenge.name, "clinic", bound())
    assert len(book) == 0


@pytest.mark.parametrize(
    ("client", "other"),
    [
        ("other-client", bound()),
        ("clinic", bound(facility="9910000015")),
        ("clinic", bound(terminal="reader-2")),
        ("clinic", bound(purpose="consent")),
    ],
)
def test_it_is_nobody_else_s_and_gone_once_somebody_tried(client: str, other: Bound) -> None:
    book = Challenges(Ticker())
    challenge = book.issue("clinic", bound(), 60)

    with ENDED:
        book.take(challenge.name, client, other)
    with ENDED:
        book.take(challenge.name, "clinic", bound())


def test_a_facility_has_only_so_many_and_pushes_out_nobody_s() -> None:
    ticks = Ticker()
    book = Challenges(ticks, most_waiting=2)
    first = book.issue("clinic", bound(), 60)
    ticks.now += 10 * SECOND
    book.issue("clinic", bound(terminal="reader-2"), 60)

    with pytest.raises(Problem, match=r"^card\.challenges-many( |$)") as refused:
        book.issue("clinic", bound(), 60)
    assert refused.value.facts["retry_after"] == 50
    other = book.issue("other", bound(facility="9910000015"), 60)
    assert book.take(other.name, "other", bound(facility="9910000015")) == other
    assert book.take(first.name, "clinic", bound()) == first
    book.issue("clinic", bound(), 60)


def test_what_has_ended_leaves_room_and_nothing_behind() -> None:
    ticks = Ticker()
    book = Challenges(ticks, most_waiting=1)
    book.issue("clinic", bound(), 60)
    ticks.now += 60 * SECOND

    book.issue("clinic", bound(), 60)

    assert len(book) == 1


def test_a_restart_forgets() -> None:
    challenge = Challenges(Ticker()).issue("clinic", bound(), 60)

    with ENDED:
        Challenges(Ticker()).take(challenge.name, "clinic", bound())
