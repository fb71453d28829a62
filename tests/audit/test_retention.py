"""Records go when the rule lets them; hashes, proofs and receipts that were kept still hold."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kaihoken import rules
from kaihoken.audit import checked_receipt, public
from kaihoken.audit.retention import DestructionBody, Retention, destroy_bodies, earliest_kept
from kaihoken.audit.verifier import receipt_from_json, verify_standing
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.rules import Sourced, Status

from .builders import SomeKeys, a_clock, a_new_log, an_entry, later, the_log

KEYS = SomeKeys().public()
FIVE_YEARS_ON = datetime(2031, 12, 1, tzinfo=UTC)


def keeping(years: int) -> Retention:
    return Retention(
        years=Sourced(value=years, status=Status.UNCONFIRMED, source="test"),
        kept_kinds=Sourced(value=("log.",), status=Status.CONFIRMED, source="test"),
    )


@pytest.mark.parametrize(
    ("today", "years", "first_kept"),
    [
        (date(2031, 11, 20), 5, date(2026, 11, 20)),
        (date(2032, 2, 29), 5, date(2027, 2, 28)),
        (date(2032, 2, 29), 4, date(2028, 2, 28)),
        (date(2032, 3, 1), 4, date(2028, 3, 1)),
    ],
)
def test_full_years_after_the_record_it_may_go(today: date, years: int, first_kept: date) -> None:
    assert earliest_kept(keeping(years), today) == first_kept


def test_the_rule_in_force_keeps_five_years_and_says_that_it_is_unconfirmed() -> None:
    rule = rules.load(Retention, on=date(2026, 11, 20))

    assert (rule.years.value, rule.years.status) == (5, Status.UNCONFIRMED)
    assert rule.kept_kinds.value == ("log.",)


async def test_what_must_be_kept_is_not_destroyed(tmp_path: Path) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock) as committer:
        await committer.commit([an_entry()])
        for before, today in (
            (date(2026, 11, 21), date(2026, 11, 21)),
            (date(2026, 11, 22), date(2031, 11, 21)),
        ):
            with pytest.raises(Problem, match=r"audit\.retention_running"):
                await destroy_bodies(committer, before, today)

        assert (await committer.log.record(1, 0)).body == b"{}"
        assert committer.committed_seq == 1


async def test_records_before_the_day_go_and_later_ones_stay(location: str | Path) -> None:
    clock = FixedClock(datetime(2026, 11, 20, 14, 59, 59, tzinfo=UTC))  # a second before midnight in Tokyo
    keys = SomeKeys()
    async with a_new_log(location, keys, clock) as committer:
        old = await committer.commit([an_entry("old"), an_entry("older")])
        later(clock, seconds=1)
        new = await committer.commit([an_entry("new")])
        clock.at = FIVE_YEARS_ON
        proof_before = await committer.log.inclusion(old.seq, 3)

        gone = await destroy_bodies(committer, date(2026, 11, 21), clock.today())

        assert (gone.batches, gone.records) == (1, 2)
        for index in (0, 1):
            with pytest.raises(Problem, match=r"audit\.destroyed"):
                await committer.log.record(old.seq, index)
        with pytest.raises(Problem, match=r"audit\.destroyed"):
            await committer.log.receipt(old.seq, 0)
        assert (await committer.log.record(new.seq, 0)).body == b"new"
        assert (await committer.log.record(0, 0)).kind == "log.created"

        assert await committer.log.inclusion(old.seq, 3) == proof_before
        receipt = checked_receipt(old.receipt().decode(), KEYS)
        verify_standing(receipt, await public.inclusion(committer, old.seq), KEYS)
    async with the_log(location, keys, clock) as committer:
        assert committer.head.size == 4


async def test_destruction_is_on_record_with_its_rule(tmp_path: Path) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock) as committer:
        for _ in range(3):
            await committer.commit([an_entry()] * 4)
        clock.at = FIVE_YEARS_ON
        await destroy_bodies(committer, date(2026, 12, 1), clock.today())

        entry = await committer.log.record(committer.committed_seq, 0)
        assert entry.kind == "log.destroyed"
        assert msgspec.json.decode(entry.body, type=DestructionBody) == DestructionBody(
            date(2026, 12, 1), 0, 12, rules.digest(Retention, on=clock.today()), 4
        )
        assert entry.body == msgspec.json.encode(msgspec.json.decode(entry.body), order="sorted")


async def test_repeating_it_destroys_nothing_and_says_nothing(tmp_path: Path) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock) as committer:
        await committer.commit([an_entry()])
        clock.at = FIVE_YEARS_ON
        await destroy_bodies(committer, date(2026, 12, 1), clock.today())
        size = committer.head.size

        again = await destroy_bodies(committer, date(2026, 12, 1), clock.today())

        assert (again.batches, again.records, committer.head.size) == (0, 0, size)


async def test_a_batch_keeps_those_of_its_records_that_are_kept_for_ever(tmp_path: Path) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock) as committer:
        done = await committer.commit(
            [an_entry("goes"), an_entry("stays", kind="log.note"), an_entry("goes")]
        )
        clock.at = FIVE_YEARS_ON

        gone = await destroy_bodies(committer, date(2026, 12, 1), clock.today())

        assert gone.records == 2
        assert (await committer.log.record(done.seq, 1)).body == b"stays"
        again = receipt_from_json(await committer.log.receipt(done.seq, 1))
        assert again == receipt_from_json(done.receipt(1))
        with pytest.raises(Problem, match=r"audit\.destroyed"):
            await committer.log.record(done.seq, 0)


async def test_many_batches_go_in_slices_and_gaps_are_passed_over(tmp_path: Path) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock) as committer:
        for _ in range(150):
            await committer.commit([an_entry()])
        clock.at = FIVE_YEARS_ON
        gone = await destroy_bodies(committer, date(2026, 12, 1), clock.today())
        assert (gone.batches, gone.records) == (150, 150)
        assert committer.committed_seq == 150 + 3

        clock.at += timedelta(days=3653)
        await committer.commit([an_entry()])
        clock.at += timedelta(days=3653)
        gone = await destroy_bodies(committer, date(2042, 12, 1), clock.today())
        assert (gone.batches, gone.records) == (1, 1)


async def test_what_is_destroyed_leaves_the_file(tmp_path: Path) -> None:
    clock = a_clock()
    folder = tmp_path / "store"
    async with a_new_log(folder, clock=clock) as committer:
        await committer.commit([an_entry("a needle in the file")])
    assert b"a needle in the file" in stored(folder)

    clock.at = FIVE_YEARS_ON
    async with the_log(folder, clock=clock) as committer:
        await destroy_bodies(committer, date(2026, 12, 1), clock.today())

    assert b"a needle in the file" not in stored(folder)


def stored(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())
