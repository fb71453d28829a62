"""What a desk keeps: sealed, whole, and told where it cannot be opened or written."""

from pathlib import Path

import msgspec
import pytest

from kaihoken.desk.safe import KEY_BYTES, Drop, Put, Safe
from kaihoken.problems import Problem

KEY = bytes(range(KEY_BYTES))
CANARY = "架空　花子 01130012"


class Note(msgspec.Struct, frozen=True):
    text: str


def a_safe(folder: Path, key: bytes = KEY) -> Safe:
    return Safe(folder / "desk", key)


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((folder / "desk").iterdir()))


def test_what_is_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    safe = a_safe(tmp_path)
    safe.write([Put("note", "a", Note("one")), Put("note", "b", Note("two")), Put("other", "a", Note("x"))])
    safe.write([Put("note", "a", Note("one more")), Drop("note", "b"), Drop("note", "never was")])
    safe.close()

    again = a_safe(tmp_path)

    assert again.all("note", Note) == [Note("one more")]
    assert again.get("other", "a", Note) == Note("x")
    assert again.get("note", "b", Note) is None
    again.close()


def test_nothing_that_is_kept_can_be_read_in_the_files(tmp_path: Path) -> None:
    safe = a_safe(tmp_path)
    safe.write([Put("note", "a", Note(CANARY))])
    while_open = files(tmp_path)
    safe.close()

    assert CANARY.encode() not in while_open + files(tmp_path)


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    a_safe(tmp_path).close()

    with pytest.raises(Problem) as refused:
        a_safe(tmp_path, bytes(KEY_BYTES))

    assert refused.value.code == "desk.safe-key"
    a_safe(tmp_path).close()  # and the folder is free again


def test_two_desks_do_not_share_a_folder(tmp_path: Path) -> None:
    safe = a_safe(tmp_path)

    with pytest.raises(Problem) as refused:
        a_safe(tmp_path)

    assert refused.value.code == "desk.in-use"
    safe.close()


def test_a_document_of_which_too_little_is_left_is_told_as_broken(tmp_path: Path) -> None:
    safe = a_safe(tmp_path)
    safe.write([Put("note", "a", Note("of a"))])
    safe._connection.execute("UPDATE document SET sealed = x'00' WHERE name = 'a'")

    with pytest.raises(Problem) as refused:
        safe.all("note", Note)

    assert refused.value.code == "desk.safe-broken"
    safe.close()


def test_a_document_in_the_place_of_another_is_not_taken_for_it(tmp_path: Path) -> None:
    safe = a_safe(tmp_path)
    safe.write([Put("note", "a", Note("of a")), Put("note", "b", Note("of b"))])
    connection = safe._connection
    connection.execute(
        "UPDATE document SET sealed = (SELECT sealed FROM document WHERE name = 'b') WHERE name = 'a'"
    )

    with pytest.raises(Problem) as refused:
        safe.get("note", "a", Note)

    assert refused.value.code == "desk.safe-broken"
    safe.close()


def test_a_file_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    safe = a_safe(tmp_path)
    safe._connection.execute("PRAGMA user_version = 99")
    safe.close()

    with pytest.raises(Problem) as refused:
        a_safe(tmp_path)

    assert refused.value.code == "desk.safe-newer"


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    safe = a_safe(tmp_path)
    safe.write([Put("note", "a", Note("before"))])
    (pages,) = safe._connection.execute("PRAGMA page_count").fetchone() or (0,)
    safe._connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(Problem) as refused:
        safe.write([Put("note", "a", Note("after")), Put("note", "b", Note("x" * 100_000))])

    assert refused.value.code == "store.full"
    assert safe.all("note", Note) == [Note("before")]
    safe.close()
