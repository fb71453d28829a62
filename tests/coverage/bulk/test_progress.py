"""How far a list is: whoever is found counts once, a part that is asked again counts once, old lists are let go."""

from datetime import UTC, datetime

from kaihoken.coverage.bulk.job import State
from kaihoken.coverage.bulk.kinds import Job
from kaihoken.coverage.bulk.progress import Progress, ProgressOfLists
from kaihoken.coverage.question import Asker

PERSON = bytes(range(16))


def a_job(number: str = "1", **more: int) -> Job:
    counts = {"parts": 3, "items": 600, "parts_answered": 0, "normal": 0, "errors": 0, "nobody": 0, **more}
    return Job(
        number=number,
        kind="numbers",
        carrier="json",
        state=State.WORKING,
        asker=Asker("clinic", "9910000000", "key"),
        about=b"{}",
        arrived_at=int(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000),
        problem="",
        ended_at=None,
        **counts,
    )


def test_a_person_who_is_found_again_counts_once() -> None:
    progress = Progress(a_job())

    progress.found(PERSON)
    progress.found(PERSON)
    progress.found(PERSON[::-1])

    assert progress.listed.found == 2


def test_a_part_that_is_asked_again_counts_once() -> None:
    progress = Progress(a_job(normal=5, nobody=2))
    progress.begins(1)
    progress.listed.nobody += 3

    progress.begins(1)

    assert (progress.listed.found, progress.listed.nobody) == (3, 2)
    progress.listed.nobody += 1
    progress.begins(2)
    assert progress.listed.nobody == 3


def test_only_so_many_lists_are_kept_and_an_ended_one_is_not() -> None:
    lists = ProgressOfLists()
    first = lists.of(a_job("first", items=1_000_000))
    assert lists.of(a_job("first")) is first

    others = [lists.of(a_job(str(number), items=1_000_000)) for number in range(34)]

    assert lists.of(a_job("33")) is others[-1]
    assert lists.of(a_job("first")) is not first, "the oldest was let go"
    lists.ended(a_job("33"))
    lists.ended(a_job("33"))
    assert lists.of(a_job("33")) is not others[-1]


def test_a_hundred_lists_of_a_clinic_each_are_kept() -> None:
    lists = ProgressOfLists()

    kept = [lists.of(a_job(str(number))) for number in range(100)]

    assert [lists.of(a_job(str(number))) for number in range(100)] == kept
    assert sum(one.size for one in kept) < 16 * 1024 * 1024
