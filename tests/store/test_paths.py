"""What the operating system refuses is told as a problem with its place and its reason, not as a traceback."""

import asyncio
import errno
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import apsw
import pytest

from kaihoken import cli
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, create_store, open_store
from kaihoken.store.lock import FolderLock
from kaihoken.store.sqlitefile import problem_of_opening

from .builders import CLOCK, a_store

Told = tuple[str, str, object]


@pytest.fixture
def below_a_file(tmp_path: Path) -> Path:
    """A place where nothing can be made."""
    (tmp_path / "file").write_text("in the way")
    return tmp_path / "file" / "store"


def refused(run: Callable[[], object]) -> Told:
    with pytest.raises(Problem) as caught:
        run()
    return caught.value.code, caught.value.where, caught.value.facts.get("reason")


def failing(number: int) -> Callable[..., int]:
    def fail(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_store_below_a_file_is_told(below_a_file: Path) -> None:
    told = refused(lambda: asyncio.run(create_store(below_a_file / "s", purpose="demo", clock=CLOCK)))

    assert told == ("store.path", str(below_a_file / "s"), "Not a directory")


def test_keys_below_a_file_are_told(below_a_file: Path) -> None:
    assert refused(lambda: FileKeys.create(below_a_file, CLOCK))[0] == "store.path"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EACCES, "store.path"), (errno.EROFS, "store.path"), (errno.ENOSPC, "store.full")],
)
def test_a_lock_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    monkeypatch.setattr(os, "open", failing(number))

    assert refused(lambda: FolderLock(tmp_path / "store.lock"))[:2] == (code, str(tmp_path / "store.lock"))


def test_a_lock_on_a_full_disk_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(os, "write", failing(errno.ENOSPC))
        assert refused(lambda: FolderLock(tmp_path / "store.lock"))[0] == "store.full"

    FolderLock(tmp_path / "store.lock").release()


def test_only_a_lock_that_is_held_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = FolderLock(tmp_path / "store.lock")
    assert refused(lambda: FolderLock(tmp_path / "store.lock"))[0] == "store.locked"
    held.release()

    monkeypatch.setattr("kaihoken.store.lock._lock", failing(errno.ENOLCK))

    told = refused(lambda: FolderLock(tmp_path / "store.lock"))
    assert told == ("store.path", str(tmp_path / "store.lock"), os.strerror(errno.ENOLCK))


def test_keys_on_a_full_disk_are_told_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))

    assert refused(lambda: FileKeys.create(tmp_path / "keys", CLOCK))[0] == "store.full"
    assert list((tmp_path / "keys").iterdir()) == []


@pytest.mark.parametrize(
    ("command", "where"),
    [
        (("store", "backup", "{none}/b", "--store", "{store}"), "{none}/b"),
        (("store", "restore", "{backup}", "--store", "{file}/restored"), "{file}/restored"),
        (("keys", "create", "--keys", "{file}/keys"), "{file}/keys"),
        (
            ("keys", "backup", "{none}/sealed", "--keys", "{keys}", "--passphrase-file", "{words}"),
            "{none}/sealed",
        ),
        (("keys", "backup", "{sealed}", "--keys", "{keys}", "--passphrase-file", "{none}"), "{none}"),
    ],
)
def test_no_command_ends_in_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], where: str
) -> None:
    places = {
        name: str(tmp_path / name) for name in ("store", "keys", "file", "none", "backup", "words", "sealed")
    }
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "words").write_text("some words together")
    asyncio.run(_closed(tmp_path / "store"))
    assert cli.run(["keys", "create", "--keys", places["keys"]]) == 0
    assert cli.run(["store", "backup", places["backup"], "--store", places["store"]]) == 0
    capsys.readouterr()

    code = cli.run([part.format(**places) for part in command])

    said = capsys.readouterr().err
    assert code == 1
    assert "(store.path · KHK0318)" in said
    assert f"[{where.format(**places)}]" in said


async def _closed(location: Path) -> None:
    await (await a_store(location)).close()


class _ShmSizeError(apsw.IOError):
    extendedresult = apsw.SQLITE_IOERR_SHMSIZE


@pytest.mark.parametrize(("free", "code"), [(0, "store.full"), (1 << 30, "store.failed")])
def test_an_opening_for_which_there_is_no_room_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, code: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))

    assert problem_of_opening(_ShmSizeError(), tmp_path / "store.sqlite3").code == code


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(apsw.Connection(str(tmp_path / "b"))) as file:
        file.execute("CREATE TABLE song (title TEXT)")
    monkeypatch.setattr(Path, "open", failing(errno.EACCES))

    told = refused(lambda: asyncio.run(open_store(tmp_path / "b")))
    assert told == ("store.path", str(tmp_path / "b"), "Permission denied")


@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_a_new_store_is_for_its_owner_alone_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        asyncio.run(_closed(tmp_path / "store"))
    finally:
        os.umask(before)

    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "store").iterdir()} == {0o600}


def test_store_check_tells_of_files_that_others_can_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_closed(tmp_path / "store"))
    check = ["store", "check", "--store", str(tmp_path / "store")]
    assert cli.run(check) == 0
    (tmp_path / "store").chmod(0o755)
    (tmp_path / "store" / "store.sqlite3").chmod(0o644)

    assert cli.run(check) == 1
    assert "✗ files store.sqlite3: 他の利用者が読めます" in capsys.readouterr().out
