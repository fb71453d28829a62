"""The sealed book: names leave by role, with a reason, on record; counts and the log hold none."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from kaihoken import rules
from kaihoken.access.people import Role
from kaihoken.audit import log_of, wanted
from kaihoken.audit.search import Search
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Write, create_store, seal_keys, unseal_keys
from kaihoken.workforce.careers import (
    CareerBook,
    CareerKeys,
    Opener,
    SmallCounts,
    Unnamed,
    Wrong,
    calendar,
    check_book,
    entries,
    reckon,
)

from .builders import BEGAN, SHORT_ALWAYS, happened, the_terms
from .desk import AUDITOR, CANARIES, CLOCK, COORDINATOR, NAME, PLANNER, REASON, a_career, a_desk, a_question

RULE = rules.load(SmallCounts, on=date(2026, 11, 20))


async def test_what_was_kept_is_opened_by_a_coordinator_with_a_reason(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        kept = await desk.book.keep(COORDINATOR, a_career())

        opened = await desk.book.open_named(COORDINATOR, REASON, [kept.participant])

        assert opened == (kept,)
        assert (await desk.records())[-1] == (
            "careers.opened",
            {
                "account": COORDINATOR.account,
                "people": [kept.participant],
                "reason": REASON,
                "role": "coordinator",
            },
        )


async def test_no_name_reaches_counts_exports_the_log_or_the_disk(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for _ in range(3):
            await desk.book.keep(COORDINATOR, a_career())
        opened = await desk.book.open_named(COORDINATOR, REASON)
        counted = await desk.book.counts(PLANNER, RULE, 2026, 2027)
        shared = tuple(
            (one.participant, one.version, entries(one.timeline, reckoned))
            for one in opened
            for reckoned in [reckon(one.timeline, the_terms(), SHORT_ALWAYS, date(2026, 11, 20))]
        )
        written = [
            repr(counted),
            counted.as_csv(),
            calendar(shared, CLOCK.now()).decode(),
            repr(await desk.records()),
            desk.bytes_on_disk().decode("utf-8", "replace"),
        ]

        assert all(one.people == 3 for one in counted.lines)
        assert len(opened) == 3
        assert [canary for canary in CANARIES for text in written if canary in text] == []
        assert "北の病院" not in written[-1]
        assert (
            opened[0].participant in written[-1]
        )  # the log names them by their random keys, so this was read


async def test_the_record_is_durable_before_names_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.book.keep(COORDINATOR, a_career())

        async def fails(*_: object) -> None:
            raise Problem("store.failed")

        monkeypatch.setattr(desk.committer, "commit", fails)

        with pytest.raises(Problem):
            await desk.book.open_named(COORDINATOR, REASON)
        with pytest.raises(Problem):
            await desk.book.counts(PLANNER, RULE, 2026, 2026)


@pytest.mark.parametrize("who", [PLANNER, AUDITOR])
async def test_who_may_not_open_leaves_no_record_and_gets_nothing(tmp_path: Path, who: Opener) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.book.keep(COORDINATOR, a_career())

        with pytest.raises(Problem) as opening:
            await desk.book.open_named(who, REASON)
        with pytest.raises(Problem) as keeping:
            await desk.book.keep(who, a_career())

        assert (opening.value.code, keeping.value.code) == ("workforce.career-role",) * 2
        assert [kind for kind, _ in await desk.records()] == ["careers.kept"]


async def test_participants_open_their_own_and_no_other(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        own, other = [await desk.book.keep(COORDINATOR, a_career()) for _ in range(2)]
        me = Opener("0d" * 16, Role.PARTICIPANT, own.participant)

        assert await desk.book.open_named(me, "自分の記録を確かめる", [own.participant]) == (own,)
        for wish in ([other.participant], [own.participant, other.participant], None):
            with pytest.raises(Problem) as caught:
                await desk.book.open_named(me, REASON, wish)
            assert caught.value.code == "workforce.career-role"


@pytest.mark.parametrize(
    "reason", ["", "  面談  ", f"{NAME}さんとの面談のため", f"{NAME[:2]} {NAME[2:]}の件の確認"]
)
async def test_a_reason_says_something_and_names_nobody(tmp_path: Path, reason: str) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.book.keep(COORDINATOR, a_career())

        with pytest.raises(Problem) as caught:
            await desk.book.open_named(COORDINATOR, reason)

        assert caught.value.code == "workforce.career-reason"
        assert NAME not in str(caught.value.facts)
        assert [kind for kind, _ in await desk.records()] == ["careers.kept"]


async def test_a_new_version_is_added_and_the_older_stays(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        first = await desk.book.keep(COORDINATOR, a_career())
        paused = replace(first.timeline, happenings=happened(begin=BEGAN, pause=date(2027, 1, 1)))

        second = await desk.book.keep(COORDINATOR, msgspec.structs.replace(first, timeline=paused))

        assert (first.version, second.version) == (1, 2)
        assert await desk.book.open_named(COORDINATOR, REASON, [first.participant]) == (second,)
        assert await desk.book.open_named(COORDINATOR, REASON) == (second,)
        rows = await desk.store.fetch(a_question("SELECT version FROM career ORDER BY version"))
        assert rows == [(1,), (2,)]


async def test_of_two_who_change_the_same_version_one_is_refused(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        first = await desk.book.keep(COORDINATOR, a_career())
        await desk.book.keep(COORDINATOR, first)

        with pytest.raises(Problem) as caught:
            await desk.book.keep(COORDINATOR, first)

        assert caught.value.code == "store.conflict"
        assert len(await desk.records()) == 2


@pytest.mark.parametrize("unknown", ["ff" * 16, "何か"])
async def test_somebody_unknown_is_told(tmp_path: Path, unknown: str) -> None:
    async with a_desk(tmp_path) as desk:
        with pytest.raises(Problem) as caught:
            await desk.book.open_named(COORDINATOR, REASON, [unknown])

        assert caught.value.code == "workforce.career-unknown"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE career SET sealed = zeroblob(64)",
        "UPDATE career SET version = 9",
        "UPDATE career SET participant = zeroblob(16)",
    ],
)
async def test_a_row_that_was_changed_or_moved_does_not_open(tmp_path: Path, change: str) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.book.keep(COORDINATOR, a_career())
        await desk.store.transaction([Write(a_question(change), [()])])

        with pytest.raises(Problem) as caught:
            await desk.book.open_named(COORDINATOR, REASON)

        assert caught.value.code == "workforce.career-sealed"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("UPDATE career SET participant = participant", []),
        ("UPDATE career SET sealed = zeroblob(64)", [Wrong.CHANGED]),
        ("DELETE FROM career", [Wrong.GONE]),
        ("UPDATE career SET version = 2", [Wrong.GONE, Wrong.NOT_RECORDED]),
    ],
)
async def test_rows_are_held_against_the_log_without_a_key(
    tmp_path: Path, change: str, wrong: list[Wrong]
) -> None:
    async with a_desk(tmp_path) as desk:
        kept = await desk.book.keep(COORDINATOR, a_career())
        await desk.store.transaction([Write(a_question(change), [()])])

        found = await check_book(desk.store)

        assert [one.wrong for one in found] == wrong
        assert {one.participant for one in found} <= {kept.participant}


async def test_a_record_that_cannot_be_read_is_told_by_its_batch(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.book.keep(COORDINATOR, a_career())
        (seq,) = (await desk.store.fetch(a_question("SELECT commit_seq FROM career")))[0]
        body = (await desk.store.fetch(a_question("SELECT bodies FROM log_body ORDER BY seq DESC")))[0][0]
        assert isinstance(body, bytes)
        cut = a_question("UPDATE log_body SET bodies = ?1 WHERE seq = ?2")
        await desk.store.transaction([Write(cut, [(b"\xff" + body[1:], seq)])])

        found = await check_book(desk.store)

        assert (found[0].version, found[0].wrong) == (seq, Wrong.RECORD_UNREADABLE)
        assert Wrong.NOT_RECORDED in {one.wrong for one in found}


async def test_a_store_without_a_log_has_nothing_to_compare(tmp_path: Path) -> None:
    store = await create_store(tmp_path / "store", purpose="demo", clock=CLOCK)

    assert await check_book(store) == ()
    await store.close()


async def test_a_list_without_names_is_for_who_may_open_and_is_on_record(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        kept = await desk.book.keep(COORDINATOR, a_career())

        listed = await desk.book.listed(COORDINATOR)

        assert listed == (Unnamed(kept.participant, 1, kept.timeline),)
        assert NAME not in repr(listed)
        assert (await desk.records())[-1] == (
            "careers.listed",
            {"account": COORDINATOR.account, "lines": 1, "role": "coordinator"},
        )
        for who in (PLANNER, AUDITOR, Opener("0d" * 16, Role.PARTICIPANT, kept.participant)):
            with pytest.raises(Problem, match=r"workforce\.career-role"):
                await desk.book.listed(who)


async def test_rows_under_an_older_key_still_open_and_new_ones_stand_under_the_newest(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        old = await desk.book.keep(COORDINATOR, a_career())
        both = CareerKeys.add(tmp_path / "keys", CLOCK)
        book = CareerBook(desk.store, desk.committer, both)

        new = await book.keep(COORDINATOR, a_career("別の人"))

        assert set(await book.open_named(COORDINATOR, REASON)) == {old, new}
        with pytest.raises(Problem) as caught:
            await desk.book.open_named(COORDINATOR, REASON)
        assert caught.value.code == "workforce.career-key"


async def test_openings_are_found_in_the_log_by_whom_they_were_about(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        kept = await desk.book.keep(COORDINATOR, a_career())
        await desk.book.open_named(COORDINATOR, REASON, [kept.participant])
        log = await log_of(desk.store)
        assert log is not None

        found = [
            one async for one in Search(log, wanted(person=kept.participant)).matches(0, await log.size())
        ]

        assert [one.kind for one in found] == ["careers.kept", "careers.opened"]


def test_the_sealed_copy_of_the_keys_brings_the_key_back(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK)
    keys = CareerKeys.add(tmp_path / "keys", CLOCK)
    sealed = keys.seal(b"x", "store", "participant", "1")
    copy = seal_keys(tmp_path / "keys", "three words here")
    shutil.rmtree(tmp_path / "keys")

    unseal_keys(copy, "three words here", tmp_path / "keys")

    assert CareerKeys.open(tmp_path / "keys").unseal(1, sealed, "store", "participant", "1") == b"x"


def test_no_key_and_a_key_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK)
    with pytest.raises(Problem) as none:
        CareerKeys.open(tmp_path / "keys")
    broken = tmp_path / "keys" / "careers-1.json"
    broken.write_text("{}")
    broken.chmod(0o600)
    with pytest.raises(Problem) as unreadable:
        CareerKeys.open(tmp_path / "keys")
    broken.chmod(0o644)
    with pytest.raises(Problem) as readable:
        CareerKeys.open(tmp_path / "keys")

    assert (none.value.code, unreadable.value.code) == ("workforce.career-key",) * 2
    assert readable.value.code == "store.keys_open"
