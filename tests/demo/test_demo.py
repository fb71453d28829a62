"""`kaihoken demo`: what it makes, what it keeps, when it makes it anew, and that all it shows is true."""

import asyncio
import json
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken import cli
from kaihoken.access import load_key
from kaihoken.clock import TOKYO, FixedClock
from kaihoken.demo.folder import Folder, prepare
from kaihoken.demo.smoke import Smoked
from kaihoken.demo.steps import Steps
from kaihoken.demo.telling import TELLING, telling_cases
from kaihoken.people import Case, sandbox_cases
from kaihoken.problems import Problem
from kaihoken.store import open_store
from kaihoken.web import LANGUAGES, messages

from .documented import ROOT

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
FEW = 30


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "demo")


def prepared(place: Folder, clock: FixedClock, count: int = FEW) -> list[str]:
    """The steps that a start took."""
    steps = Steps(quiet=True)
    prepare(place, count, clock, steps)
    return list(steps.taken)


def test_the_first_start_makes_everything_and_the_next_one_nothing(place: Folder) -> None:
    clock = FixedClock(NOW)

    assert prepared(place, clock) == ["keys", "nation", "facility", "clinic"]
    assert prepared(place, clock) == []


def test_make_takes_another_port() -> None:
    make = ["make", "--dry-run", "--directory", str(ROOT), "demo", "PORT=8001"]

    told = subprocess.run(make, capture_output=True, text=True, check=True).stdout

    assert "kaihoken demo --port 8001" in told


def test_what_is_secret_is_readable_by_its_owner_only(place: Folder) -> None:
    prepared(place, FixedClock(NOW))

    for file in (place.facility_key, *place.keys.iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.path.stat().st_mode) == 0o700
    assert load_key(place.facility_key).demo


def test_on_another_day_the_people_are_made_anew_and_the_keys_stay(place: Folder) -> None:
    clock = FixedClock(NOW)
    prepared(place, clock)
    keys = {file.name: file.read_bytes() for file in (*place.keys.iterdir(), place.facility_key)}
    clock.at += timedelta(days=1)

    assert prepared(place, clock) == ["keys", "nation", "facility", "clinic"]
    assert {file.name: file.read_bytes() for file in (*place.keys.iterdir(), place.facility_key)} == keys
    assert prepared(place, clock) == []


def test_another_count_or_another_version_makes_it_anew(place: Folder) -> None:
    clock = FixedClock(NOW)
    prepared(place, clock)
    assert "nation" in prepared(place, clock, FEW + 1)

    text = place.marker.read_text()
    place.marker.write_text(text.replace('"version":"', '"version":"older-'))

    assert "nation" in prepared(place, clock, FEW + 1)


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b'{"count":1}'])
def test_a_start_that_was_interrupted_is_begun_again(place: Folder, left: bytes) -> None:
    clock = FixedClock(NOW)
    prepared(place, clock)
    place.marker.write_bytes(left)

    assert "nation" in prepared(place, clock)
    assert prepared(place, clock) == []


def test_a_folder_with_other_things_in_it_is_left_alone(place: Folder) -> None:
    place.path.mkdir()
    (place.path / "store").mkdir()
    (place.path / "store" / "thesis.txt").write_text("mine")

    with pytest.raises(Problem) as refused:
        prepared(place, FixedClock(NOW))

    assert refused.value.code == "hub.demo-folder"
    assert (place.path / "store" / "thesis.txt").read_text() == "mine"
    assert sorted(file.name for file in place.path.iterdir()) == ["store"]


async def test_a_store_that_a_hub_is_using_is_not_taken_away(place: Folder) -> None:
    clock = FixedClock(NOW)
    await asyncio.to_thread(prepared, place, clock)
    clock.at += timedelta(days=1)
    held = await open_store(place.store)
    try:
        with pytest.raises(Problem) as refused:
            await asyncio.to_thread(prepared, place, clock)
    finally:
        await held.close()

    assert refused.value.code == "store.locked"
    assert place.store.is_dir()


def test_a_port_in_use_is_said_before_anything_is_made(
    place: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code = cli.run(["demo", "--folder", str(place.path), "--port", str(port)])

    assert code == 2
    told = capsys.readouterr().err
    assert f"ポート {port} は、ほかのプログラムが使っています" in told
    assert str(port + 1) in told
    assert not place.path.exists()


def test_every_telling_case_has_its_words_and_its_card() -> None:
    cases = {case.name: case for case in telling_cases(FixedClock(NOW).today())}

    assert set(cases) == {name for pair in TELLING for name in pair if name}
    for case in cases.values():
        assert case.card == "" or not cases[case.card].listed
        for language in LANGUAGES:
            assert messages("hub").text(f"case.{case.name}.title", language)
            assert messages("hub").text(f"case.{case.name}.note", language)


class Ready(msgspec.Struct):
    """What a demonstration says with --json when it is ready."""

    address: str
    folder: str
    seconds: dict[str, float]


@contextmanager
def running(*arguments: str) -> Iterator[Ready]:
    """A demonstration in a process of its own, and what it said when it was ready."""
    command = [sys.executable, "-m", "kaihoken", "demo", "--port", "0", "--json", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            yield msgspec.json.decode(process.stdout.readline(), type=Ready)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0


def machines_day() -> date:
    """Today by the clock of a process of its own."""
    return datetime.now(TOKYO).date()


@pytest.mark.process
def test_it_says_where_it_is_and_answers_there_and_ends_quietly(place: Folder) -> None:
    day = machines_day()
    with running("--folder", str(place.path), "--count", str(FEW)) as ready:
        first = httpx.get(f"{ready.address}/en/", timeout=60)
        assert set(ready.seconds) == {"keys", "nation", "facility", "clinic", "hub"}

    with running("--folder", str(place.path), "--count", str(FEW)) as ready:
        again = httpx.get(f"{ready.address}/ready", timeout=60)
        assert set(ready.seconds) == {"hub"} or machines_day() != day, "the people are of one day"

    assert "Is this person covered today?" in first.text
    assert again.json() == {"ready": True}


@pytest.mark.process
def test_it_says_how_the_commands_are_called_from_here(place: Folder, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    here = tmp_path / ".venv/bin/python"
    bare = {"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    command = [here, "-m", "kaihoken", "demo", "--port", "0", "--count", str(FEW), "--folder", place.path]

    with subprocess.Popen(
        command, cwd=tmp_path, env=bare, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert any("Ctrl+C" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()

    typed = rest.strip().rsplit(": ", 1)[1]
    assert typed == ".venv/bin/kaihoken sandbox cases"
    listed = subprocess.run(typed.split(), cwd=tmp_path, env=bare, capture_output=True, check=True)
    assert listed.stdout.startswith(b"valid ")


def test_everything_that_the_sandbox_promises_holds_over_http(
    place: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["demo", "--folder", str(place.path), "--port", "0", "--count", str(FEW), "--smoke"]

    assert cli.run([*arguments, "--json"]) == 0
    asked = [Smoked(**one) for one in json.loads(capsys.readouterr().out.splitlines()[-1])]

    assert len(asked) > 40
    assert {one.json for one in asked} == {"1", "2", "3", "4", "5", "6", "-"}
    assert [one.case for one in asked if not one.holds] == []
    assert sum(one.oqs != "-" for one in asked) > 25
    assert sum(one.page != "-" for one in asked) > 25


def test_a_promise_that_does_not_hold_is_a_finding(
    place: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaihoken.demo.smoke.sandbox_cases", _with_a_lie)
    arguments = ["demo", "--folder", str(place.path), "--port", "0", "--count", str(FEW), "--smoke"]

    assert cli.run(arguments) == 1

    told = capsys.readouterr().out
    assert "✗ valid " in told
    assert "1 件が期待と違います" in told


def _with_a_lie(_: date) -> list[Case]:
    valid = next(case for case in sandbox_cases(FixedClock(NOW).today()) if case.key == "valid")
    lie = msgspec.structs.replace(valid.expect, situation="ended")
    return [msgspec.structs.replace(valid, expect=lie)]
