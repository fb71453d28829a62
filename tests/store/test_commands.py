"""What an operator types, what comes back, and the exit codes."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from importlib import import_module
from pathlib import Path

import pytest

from kaihoken import cli
from kaihoken.store import (
    FileKeys,
    Finding,
    LookupKey,
    Store,
    inspection,
    open_store,
    register_check,
    register_places,
)

from .builders import a_store, numbers, people


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is registered but what a test registers, whatever the rooms add when they are imported."""
    for room in (room for noun in cli.NOUNS for room in noun.rooms):
        import_module(room)
    monkeypatch.setattr(inspection, "_checks", {})
    monkeypatch.setattr(inspection, "_places", [])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed store of three people."""

    async def make() -> None:
        store = await a_store(tmp_path / "store")
        await store.transaction([people(1, 2, 3)])
        await store.close()

    asyncio.run(make())
    return tmp_path / "store"


def read(folder: Path) -> list[object]:
    async def ask() -> list[object]:
        store = await open_store(folder)
        found = await numbers(store)
        await store.close()
        return found

    return asyncio.run(ask())


def test_a_backup_is_made_checked_and_restored(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup, restored = str(tmp_path / "b.sqlite3"), str(tmp_path / "restored")

    codes = [
        cli.run(["store", "backup", backup, "--store", str(folder), "--json"]),
        cli.run(["store", "check", "--store", backup, "--json"]),
        cli.run(["store", "restore", backup, "--store", restored, "--json"]),
        cli.run(["store", "migrate", "--store", restored, "--json"]),
    ]

    made, checked, came_back, migrated = map(json.loads, capsys.readouterr().out.splitlines())
    assert codes == [0, 0, 0, 0]
    assert made["path"] == backup
    assert made["store_id"] == came_back["store_id"]
    assert checked == {"revision": migrated["revision"], "findings": []}
    assert read(tmp_path / "restored") == [1, 2, 3]


def test_restoring_over_a_store_is_misuse(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = str(tmp_path / "b.sqlite3")
    cli.run(["store", "backup", backup, "--store", str(folder)])

    code = cli.run(["store", "restore", backup, "--store", str(folder)])

    assert code == 2
    assert "store.exists" in capsys.readouterr().err
    assert read(folder) == [1, 2, 3]


def test_findings_are_told_and_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def always(_: Store, __: Sequence[LookupKey]) -> AsyncIterator[Finding]:
        yield Finding("projection", "person 2", "合いません", "does not follow")

    register_check("projection", always)

    code = cli.run(["store", "check", "--store", str(folder)])

    said = capsys.readouterr()
    assert code == 1
    assert "✗ projection person 2: 合いません / does not follow" in said.out
    assert "1 findings" in said.out
    assert "… projection" in said.err


def test_who_gives_the_keys_has_more_looked_at(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def held(_: Store, keys: Sequence[LookupKey]) -> AsyncIterator[Finding]:
        for key in keys:
            yield Finding("projection", f"key {key.version}", "あります", "is held")

    register_check("projection", held)
    keys = str(tmp_path / "keys")
    cli.run(["keys", "create", "--keys", keys])

    assert cli.run(["store", "check", "--store", str(folder)]) == 0
    assert cli.run(["store", "check", "--store", str(folder), "--keys", keys]) == 1
    assert "key 1" in capsys.readouterr().out


def test_the_look_up_key_is_rotated(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = str(tmp_path / "keys")
    register_places(lambda packed, key: [(key(b"N", packed[:1]), 0)])
    cli.run(["keys", "create", "--keys", keys, "--json"])
    capsys.readouterr()

    code = cli.run(["store", "rotate-lookup", "--store", str(folder), "--keys", keys, "--json"])

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {"version": 2, "people": 3, "retired": [1]}
    assert [version for version, _ in FileKeys(tmp_path / "keys").lookup_created()] == [2]


def test_a_rotation_needs_the_room_that_knows_the_people(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.run(["store", "rotate-lookup", "--store", str(folder)])

    assert code == 1
    assert "store.not_wired" in capsys.readouterr().err


def test_keys_are_listed_without_their_content(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = str(tmp_path / "keys")

    codes = [
        cli.run(["keys", "create", "--keys", keys]),
        *(cli.run(["keys", "rotate", sort, "--keys", keys]) for sort in ("lookup", "log", "token")),
        cli.run(["keys", "list", "--keys", keys, "--json"]),
    ]

    said = capsys.readouterr().out
    listed = json.loads(said.splitlines()[-1])["keys"]
    held = FileKeys(tmp_path / "keys")
    assert codes == [0] * 5
    assert [key["sort"] for key in listed] == ["lookup", "lookup", "log", "log", "token"]
    assert held.log_keys()[-1].key_id in said
    for path in (tmp_path / "keys").iterdir():
        stored = json.loads(path.read_bytes())
        assert not any(value in said for name, value in stored.items() if name in ("key", "seed", "secret"))


def test_keys_are_put_away_and_come_back(tmp_path: Path) -> None:
    keys, back, copy = (str(tmp_path / name) for name in ("keys", "back", "keys.sealed"))
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("長い合い言葉\n", encoding="utf-8")
    options = ["--passphrase-file", str(passphrase)]
    cli.run(["keys", "create", "--keys", keys])

    codes = [
        cli.run(["keys", "backup", copy, "--keys", keys, *options]),
        cli.run(["keys", "backup", copy, "--keys", keys, *options]),
        cli.run(["keys", "restore", copy, "--keys", back, *options]),
        cli.run(["keys", "restore", copy, "--keys", back, *options]),
    ]

    assert codes == [0, 2, 0, 2]
    assert FileKeys(tmp_path / "back").token_secret() == FileKeys(tmp_path / "keys").token_secret()
