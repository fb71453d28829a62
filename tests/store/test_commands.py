"""What an operator types, what comes back, and the exit codes."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path

import apsw
import pytest
from sqlalchemy import insert

from kaihoken import cli
from kaihoken.store import (
    FileKeys,
    Finding,
    LookupKey,
    Note,
    Store,
    Write,
    binding,
    inspection,
    open_store,
    register_check,
    register_places,
    require_own_keys,
    schema,
    statement,
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
    assert checked == {"revision": migrated["revision"], "findings": [], "notes": []}
    assert read(tmp_path / "restored") == [1, 2, 3]


@pytest.mark.parametrize("name", ["b1", "b1.bak", "2026-11-20", "b1.lock"])
def test_a_backup_may_have_any_name(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    backup, again = tmp_path / name, str(tmp_path / "again")
    cli.run(["store", "backup", str(backup), "--store", str(folder)])
    before = backup.read_bytes()

    codes = [
        cli.run(["store", "check", "--store", str(backup)]),
        cli.run(["store", "migrate", "--store", str(backup)]),  # would write
        cli.run(["store", "backup", again, "--store", str(backup)]),
    ]

    assert codes == [0, 2, 0]
    said = capsys.readouterr().err
    assert "store.is_backup" in said
    assert "First restore it with kaihoken store restore" in said
    assert backup.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"store", name, "again"}, "nothing beside it"


def test_a_store_that_is_one_file_is_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "nation.sqlite3"
    asyncio.run(_made_at(file))

    assert cli.run(["store", "migrate", "--store", str(file)]) == 0


async def _made_at(location: Path) -> None:
    await (await a_store(location)).close()


@pytest.mark.parametrize("content", [b"", b"dear diary " * 50])
def test_a_file_of_another_sort_is_told_from_a_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    file = tmp_path / "notes.lock"
    file.write_bytes(content)

    for verb in ("check", "migrate", "backup"):
        target = [str(tmp_path / "target")] if verb == "backup" else []
        code = cli.run(["store", verb, *target, "--store", str(file), "--json"])
        told = json.loads(capsys.readouterr().out)
        assert (code, told["code"], told["where"]) == (1, "store.not_a_store", str(file))

    assert file.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["notes.lock"]


def test_a_database_of_something_else_is_told_from_a_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "music.db"
    with closing(apsw.Connection(str(file))) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")

    code = cli.run(["store", "check", "--store", str(file), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (code, told["code"], told["where"]) == (1, "store.not_a_store", str(file))


def test_a_store_that_is_not_there_is_told_with_its_whole_path_and_what_makes_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    code = cli.run(["store", "check", "--store", "no-such"])

    said = capsys.readouterr().err
    assert code == 1
    assert f"[{tmp_path / 'no-such'}]" in said
    assert "kaihoken people make --store … --keys …" in said


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


def test_what_could_not_be_compared_is_told_and_is_no_finding(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def unseen(_: Store, __: Sequence[LookupKey]) -> AsyncIterator[Finding | Note]:
        yield Note("clients", "2 件は確かめられません", "2 cannot be compared")

    register_check("clients", unseen)

    codes = [cli.run(["store", "check", "--store", str(folder), *more]) for more in ([], ["--json"])]

    plain, as_json = capsys.readouterr().out.split("\n{")
    assert codes == [0, 0]
    assert "△ clients: 2 件は確かめられません / 2 cannot be compared" in plain
    assert json.loads("{" + as_json)["notes"] == [
        {"check": "clients", "japanese": "2 件は確かめられません", "english": "2 cannot be compared"}
    ]


@pytest.mark.parametrize("noted", [False, True])
def test_the_keys_of_another_store_are_refused_before_anybody_seems_to_be_lost(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], noted: bool
) -> None:
    own, others = (str(tmp_path / name) for name in ("own", "others"))
    for keys in (own, others):
        cli.run(["keys", "create", "--keys", keys])
    register_places(lambda packed, key: [(key(b"N", packed[:1]), 0)])
    stand_under(folder, FileKeys(tmp_path / "own"), noted=noted)
    capsys.readouterr()

    assert cli.run(["store", "check", "--store", str(folder), "--keys", own]) == 0
    capsys.readouterr()
    assert cli.run(["store", "check", "--store", str(folder), "--keys", others, "--json"]) == 1

    told = json.loads(capsys.readouterr().out)
    assert (told["code"], told["facts"]) == ("store.keys_wrong", {"version": "1"})


def test_a_look_up_key_that_the_store_has_forgotten_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = str(tmp_path / "keys")
    cli.run(["keys", "create", "--keys", keys])
    register_places(lambda packed, key: [(key(b"N", packed[:1]), 0)])
    register_check("keys", binding.check_notes)
    stand_under(folder, FileKeys(tmp_path / "keys"), noted=False)
    check = ["store", "check", "--store", str(folder)]
    capsys.readouterr()

    without_any = [cli.run(check), cli.run([*check, "--keys", keys])]
    told = capsys.readouterr().out
    with closing(apsw.Connection(str(folder / "store.sqlite3"))) as connection:
        connection.execute("INSERT INTO store_meta VALUES ('lookup_key_2', '00')")
    of_one = cli.run(check)

    assert (without_any, of_one) == ([0, 0], 1)
    assert told.count("△ keys: 検索鍵の指紋がまだありません") == 1
    assert "✗ keys store_meta lookup_key_1" in capsys.readouterr().out


def stand_under(folder: Path, keys: FileKeys, *, noted: bool) -> None:
    """Gives everybody a look-up row under these keys, as a bulk load does; a hub also notes whose keys they are."""
    add = statement("add a look-up row", insert(schema.lookup))

    async def write() -> None:
        store = await open_store(folder)
        (key,) = keys.lookup_keys(1)
        rows = [(key(b"N", bytes([number])), 0, number, key.version, 1) for number in (1, 2, 3)]
        await store.transaction([Write(add, rows), *(await require_own_keys(store, keys) if noted else ())])
        await store.close()

    asyncio.run(write())


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
        *(cli.run(["keys", "rotate", sort, "--keys", keys]) for sort in ("lookup", "log")),
        cli.run(["keys", "list", "--keys", keys, "--json"]),
    ]

    said = capsys.readouterr().out
    listed = json.loads(said.splitlines()[-1])["keys"]
    held = FileKeys(tmp_path / "keys")
    assert codes == [0] * 4
    assert "--store" in said  # what to do next
    assert [key["sort"] for key in listed] == ["lookup", "lookup", "log", "log"]
    assert held.log_keys()[-1].key_id in said
    for path in (tmp_path / "keys").iterdir():
        stored = json.loads(path.read_bytes())
        assert not any(value in said for name, value in stored.items() if name in ("key", "seed", "secret"))


def test_keys_are_put_away_and_come_back(tmp_path: Path) -> None:
    keys, back, copy = (str(tmp_path / name) for name in ("keys", "back", "keys.sealed"))
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("いくつかの長い合い言葉\n", encoding="utf-8")
    options = ["--passphrase-file", str(passphrase)]
    cli.run(["keys", "create", "--keys", keys])

    codes = [
        cli.run(["keys", "backup", copy, "--keys", keys, *options]),
        cli.run(["keys", "backup", copy, "--keys", keys, *options]),
        cli.run(["keys", "restore", copy, "--keys", back, *options]),
        cli.run(["keys", "restore", copy, "--keys", back, *options]),
    ]

    assert codes == [0, 2, 0, 2]
    back_keys, own_keys = FileKeys(tmp_path / "back"), FileKeys(tmp_path / "keys")
    assert back_keys.log_keys()[0].key_id == own_keys.log_keys()[0].key_id


@pytest.mark.parametrize("content", [b"", b"\n", b"short\n", b"\xff\xfe\xfd not UTF-8"])
def test_keys_are_not_put_away_under_a_passphrase_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    keys, copy = str(tmp_path / "keys"), tmp_path / "keys.sealed"
    (tmp_path / "passphrase").write_bytes(content)
    cli.run(["keys", "create", "--keys", keys])

    code = cli.run(
        ["keys", "backup", str(copy), "--keys", keys, "--passphrase-file", str(tmp_path / "passphrase")]
    )

    assert code == 2
    assert "store.passphrase" in capsys.readouterr().err
    assert not copy.exists()


def test_a_backup_in_the_middle_of_a_rotation_says_so(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = ["store", "backup", "--store", str(folder)]
    cli.run([*backup, str(tmp_path / "before.sqlite3")])
    plain = capsys.readouterr().out
    with closing(apsw.Connection(str(folder / "store.sqlite3"))) as connection:
        connection.execute("INSERT INTO store_meta VALUES ('lookup_key_1', '00'), ('lookup_key_2', '01')")

    codes = [cli.run([*backup, str(tmp_path / "a.sqlite3")])]
    told = capsys.readouterr().out
    codes += [cli.run([*backup, str(tmp_path / "b.sqlite3"), "--json"])]

    assert codes == [0, 0]
    assert "△" not in plain
    assert "△ 検索鍵の取り替えの途中です" in told
    assert json.loads(capsys.readouterr().out)["key_versions"] == 2
