"""Records leave for another system as they are committed: `kaihoken audit follow`."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from kaihoken.audit import Log, Match, commands
from kaihoken.audit.following import FollowedFile, Following
from kaihoken.audit.retention import destroy_bodies
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, create_store, open_store

from .builders import a_clock, a_log_on, an_entry, later
from .conftest import Place, ran


def followed(place: Place, *options: str) -> int:
    return ran("audit", "follow", "--once", *place.at("store"), *options)


def everything(place: Place, capsys: pytest.CaptureFixture[str]) -> str:
    """All records, as they are found."""
    capsys.readouterr()
    ran("audit", "find", *place.at("store"), "--json")
    return capsys.readouterr().out


def more(place: Place, *bodies: str) -> None:
    """So many batches are committed."""

    async def fill() -> None:
        store = await open_store(place.store)
        async with a_log_on(store, FileKeys(place.keys)) as committer:
            for body in bodies:
                await committer.commit([an_entry(body), an_entry(body)])

    asyncio.run(fill())


def test_every_record_is_a_line_on_standard_output(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    whole = everything(place, capsys)

    assert followed(place, "--json") == 0
    assert capsys.readouterr().out == whole
    assert [(line["batch"], line["index"]) for line in map(json.loads, whole.splitlines())] == [
        (0, 0), (1, 0), (1, 1), (2, 0),
    ]  # fmt: skip
    assert followed(place, "--after", "1/0", "--json") == 0
    assert capsys.readouterr().out.splitlines() == whole.splitlines()[2:]
    assert followed(place) == 0
    assert "1/1  eligibility.answer" in capsys.readouterr().out


def test_stopped_and_started_again_it_loses_and_repeats_nothing(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "records.ndjson"
    for step in range(3):
        assert followed(place, "--into", str(file)) == 0
        assert followed(place, "--into", str(file)) == 0, "nothing is new"
        assert file.read_text() == everything(place, capsys)
        more(place, f'{{"step":{step}}}', "{}")
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kept", [0, 1, 5, 200])
def test_what_is_left_of_a_half_line_is_written_anew(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: int
) -> None:
    more(place, json.dumps({"long": "あ" * 60_000}))  # longer than what is read at once
    file = tmp_path / "records.ndjson"
    whole = everything(place, capsys).encode()
    for lines in range(len(whole.splitlines()) + 1):
        begun = b"".join(whole.splitlines(keepends=True)[:lines])
        file.write_bytes(whole[: len(begun) + kept])
        assert followed(place, "--into", str(file)) == 0
        assert file.read_bytes() == whole, lines


def test_a_new_file_begins_behind_the_one_before(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "next.ndjson"
    assert followed(place, "--into", str(file), "--after", "1/0") == 0
    more(place, "{}")
    assert followed(place, "--into", str(file), "--after", "1/0") == 0, "the file knows better"

    assert file.read_text().splitlines() == everything(place, capsys).splitlines()[2:]


@pytest.mark.parametrize(
    "last",
    [
        '{"batch":1,"index":0,"at_ms":1,"kind":"eligibility.answer","sound":true,"body":{"of":"another log"}}',
        '{"batch":3,"index":0,"at_ms":1,"kind":"eligibility.answer","sound":true,"body":{}}',
        '{"batch":-1,"index":0,"at_ms":1,"kind":"eligibility.answer","sound":true,"body":{}}',
        '{"batch":1}',
        "a shopping list",
    ],
)
def test_a_file_of_another_log_or_of_none_is_not_gone_on_with(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str], last: str
) -> None:
    file = tmp_path / "records.ndjson"
    file.write_text(last + "\n")

    assert followed(place, "--into", str(file)) != 0
    assert "records.ndjson" in capsys.readouterr().err
    assert file.read_text() == last + "\n"


def test_what_cannot_be_written_to_or_is_no_place_is_told(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert followed(place, "--into", str(tmp_path / "nowhere" / "file")) != 0
    for wrong in ("7", "a/b", "1/-1", "1/0/0"):
        assert followed(place, "--after", wrong) != 0
    assert "--after" in capsys.readouterr().err


async def test_what_comes_while_it_follows_is_told_once_and_what_was_destroyed_is_not(tmp_path: Path) -> None:
    keys, clock = FileKeys.create(tmp_path / "keys", a_clock()), a_clock()
    made = await create_store(tmp_path / "store", purpose="demo", clock=clock)
    async with a_log_on(made, keys, clock=clock) as committer:
        following = Following(committer.log)
        assert [match.kind async for match in following.new()] == ["log.created"]
        await committer.commit([an_entry("{}")])
        await committer.commit([an_entry("{}"), an_entry("{}")])
        assert [(match.batch, match.index) async for match in following.new()] == [(1, 0), (2, 0), (2, 1)]
        assert [match async for match in following.new()] == []

        today = later(clock, days=366 * 8).today()
        await destroy_bodies(committer, today - timedelta(days=366 * 7), today)
        told = [(match.batch, match.index) async for match in Following(committer.log).new()]
        assert {(1, 0), (2, 0), (2, 1)}.isdisjoint(told)
        assert told[-1][0] == await committer.log.size() - 1, "the record of the destruction"


async def test_the_place_of_a_file_is_that_of_its_last_line(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "records.ndjson"
    store = await open_store(place.store, read_only=True)
    try:
        log = await Log.open(store)
        assert await FollowedFile(file).place(log) is None
        with pytest.raises(Problem) as refused:
            FollowedFile(tmp_path)
    finally:
        await store.close()
    assert refused.value.code == "audit.unreadable"


async def test_it_goes_on_looking_until_it_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_LOOKS_EVERY", 0)
    keys, clock = FileKeys.create(tmp_path / "keys", a_clock()), a_clock()
    store = await create_store(tmp_path / "store", purpose="demo", clock=clock)
    told: list[Match] = []
    looked = asyncio.Semaphore(0)
    async with a_log_on(store, keys, clock=clock) as committer:
        following = Following(committer.log)
        work = asyncio.create_task(commands._follow(following, told.append, looked.release, once=False))
        await looked.acquire()
        await committer.commit([an_entry("{}")])
        while len(told) < 2:
            await looked.acquire()
        work.cancel()
        await asyncio.wait([work])

    assert [match.kind for match in told] == ["log.created", "eligibility.answer"]
