"""Keys are made once, kept for their owner alone, rotated without loss, and belong to one store."""

import hashlib
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import insert

from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, LookupKey, Write, inspection, require_own_keys, schema, statement
from kaihoken.store.keyfiles import write_private
from kaihoken.store.sealing import seal_keys, unseal_keys

from .builders import CLOCK, a_store, people

PASSPHRASE = "いくつかの合い言葉"
LATER = FixedClock(CLOCK.at + timedelta(days=90))


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_keys_come_back_as_they_were(tmp_path: Path) -> None:
    made = FileKeys.create(tmp_path / "keys", CLOCK)

    read = FileKeys(tmp_path / "keys")

    assert read.lookup_keys(1)[0](b"N", "x") == made.lookup_keys(1)[0](b"N", "x")
    assert read.log_keys()[0].public == made.log_keys()[0].public


def test_two_folders_have_different_keys(tmp_path: Path) -> None:
    one, other = FileKeys.create(tmp_path / "a", CLOCK), FileKeys.create(tmp_path / "b", CLOCK)

    assert one.lookup_keys(1)[0](b"N", "x") != other.lookup_keys(1)[0](b"N", "x")
    assert one.log_keys()[0].key_id != other.log_keys()[0].key_id


def test_a_log_key_signs_what_its_public_key_verifies(tmp_path: Path) -> None:
    key = FileKeys.create(tmp_path / "keys", CLOCK).log_keys()[0]

    signature = key.sign(b"head")

    Ed25519PublicKey.from_public_bytes(key.public).verify(signature, b"head")
    assert len(key.key_id) == 16


def test_existing_keys_are_never_replaced(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK)
    before = content(tmp_path / "keys")

    with pytest.raises(Problem, match=r"store\.keys_exist"):
        FileKeys.create(tmp_path / "keys", CLOCK)

    assert content(tmp_path / "keys") == before


def test_of_two_that_write_a_key_the_first_wins(tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"first")

    with pytest.raises(FileExistsError):
        write_private(tmp_path / "key", b"second")

    assert content(tmp_path) == {"key": b"first"}


def test_a_new_look_up_key_stands_before_the_old_one(tmp_path: Path) -> None:
    first = FileKeys.create(tmp_path / "keys", CLOCK)

    both = first.rotate_lookup(LATER)

    assert [key.version for key in both.lookup_keys(1)] == [2, 1]
    assert both.lookup_keys(1)[1](b"N", "x") == first.lookup_keys(1)[0](b"N", "x")
    assert [key.version for key in both.retire_lookup(1).lookup_keys(1)] == [2]


@pytest.mark.parametrize("version", [2, 3, 0])
def test_only_an_older_look_up_key_can_be_retired(tmp_path: Path, version: int) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK).rotate_lookup(LATER)

    with pytest.raises(Problem, match=r"store\.keys_in_use"):
        keys.retire_lookup(version)

    assert len(FileKeys(tmp_path / "keys").lookup_keys(1)) == 2


def test_an_older_look_up_key_that_cannot_be_removed_is_told_and_one_that_is_gone_is_not(
    tmp_path: Path,
) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK).rotate_lookup(LATER)
    old = tmp_path / "keys/lookup-1.json"
    old.unlink()
    assert [version for version, _ in keys.retire_lookup(1).lookup_created()] == [2]

    old.mkdir(mode=0o700)
    with pytest.raises(Problem, match=r"store\.path"):
        keys.retire_lookup(1)


def test_old_log_keys_stay_to_verify_until_their_last_moment(tmp_path: Path) -> None:
    first = FileKeys.create(tmp_path / "keys", CLOCK)

    old, new = first.rotate_log(LATER).log_keys()

    assert old.key_id == first.log_keys()[0].key_id != new.key_id
    assert (old.valid_from, old.valid_to) == (CLOCK.at, LATER.at)
    assert (new.valid_from, new.valid_to) == (LATER.at, None)


def test_no_log_key_is_begun_while_another_signs(tmp_path: Path) -> None:
    signer = FileKeys.create(tmp_path / "keys", CLOCK).log_keys()[-1]
    signer.sign(b"head")

    with pytest.raises(Problem, match=r"store\.log_key_in_use"):
        FileKeys(tmp_path / "keys").rotate_log(LATER)

    assert len(FileKeys(tmp_path / "keys").log_keys()) == 1
    del signer
    assert len(FileKeys(tmp_path / "keys").rotate_log(LATER).log_keys()) == 2


def test_who_read_the_keys_before_a_rotation_signs_nothing(tmp_path: Path) -> None:
    early = FileKeys.create(tmp_path / "keys", CLOCK).log_keys()[-1]
    late = FileKeys(tmp_path / "keys").rotate_log(LATER).log_keys()[-1]

    with pytest.raises(Problem, match=r"store\.keys_rotated"):
        early.sign(b"head")

    late.sign(b"head")


def test_many_may_sign_with_the_same_keys(tmp_path: Path) -> None:
    one = FileKeys.create(tmp_path / "keys", CLOCK).log_keys()[-1]
    other = FileKeys(tmp_path / "keys").log_keys()[-1]

    assert one.sign(b"head") == other.sign(b"head")


def test_a_folder_of_an_earlier_program_still_opens(tmp_path: Path) -> None:
    made = FileKeys.create(tmp_path / "keys", CLOCK)
    write_private(tmp_path / "keys" / "token.json", b'{"created":"2026-11-20T03:00:00Z","secret":"AAAA"}')

    assert FileKeys(tmp_path / "keys").log_keys()[0].key_id == made.log_keys()[0].key_id
    back = unseal_keys(seal_keys(tmp_path / "keys", PASSPHRASE), PASSPHRASE, tmp_path / "back")
    assert content(back.folder) == content(tmp_path / "keys")


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK).rotate_lookup(LATER).rotate_log(LATER)

    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize("name", [".", "log-1.json"])
def test_keys_that_others_can_read_are_refused(tmp_path: Path, name: str) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK)
    path = tmp_path / "keys" / name
    path.chmod(path.stat().st_mode | 0o040)

    with pytest.raises(Problem, match=r"store\.keys_open"):
        FileKeys(tmp_path / "keys")


@pytest.mark.parametrize("name", ["log-1.json", "lookup-1.json"])
def test_a_key_that_is_gone_is_missed(tmp_path: Path, name: str) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK)
    (tmp_path / "keys" / name).unlink()

    with pytest.raises(Problem, match=r"store\.keys_missing"):
        FileKeys(tmp_path / "keys")


def test_a_folder_that_is_not_there_is_missed(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"store\.keys_missing"):
        FileKeys(tmp_path / "none")


def test_a_file_that_cannot_be_read_is_named_and_not_quoted(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK)
    (tmp_path / "keys" / "log-1.json").write_bytes(b'{"seed": "half of a secr')

    with pytest.raises(Problem) as caught:
        FileKeys(tmp_path / "keys")

    assert caught.value.code == "store.keys_unreadable"
    assert caught.value.where == "log-1.json"
    assert "secr" not in str(caught.value.as_rfc9457())


def test_a_sealed_copy_brings_every_key_back(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK).rotate_lookup(LATER).rotate_log(LATER)

    copy = seal_keys(tmp_path / "keys", PASSPHRASE)
    unseal_keys(copy, PASSPHRASE, tmp_path / "back")

    assert content(tmp_path / "back") == content(tmp_path / "keys")
    assert not any(secret in copy for secret in content(tmp_path / "keys").values())


def test_a_sealed_copy_opens_to_its_passphrase_only(tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK)
    copy = seal_keys(tmp_path / "keys", "the right words")
    changed = copy[:-1] + bytes([copy[-1] ^ 1])

    for attempt, passphrase in (
        (copy, "wrong"),
        (changed, "the right words"),
        (b"", "the right words"),
        (copy[:40], "the right words"),
    ):
        with pytest.raises(Problem, match=r"store\.keys_unreadable"):
            unseal_keys(attempt, passphrase, tmp_path / "back")
    with pytest.raises(Problem, match=r"store\.keys_exist"):
        unseal_keys(copy, "the right words", tmp_path / "keys")

    assert not (tmp_path / "back").exists()


def test_a_sealed_copy_is_what_its_documents_say(tmp_path: Path) -> None:
    """scrypt with 64 MB for each guess, then ChaCha20-Poly1305 under the header."""
    FileKeys.create(tmp_path / "keys", CLOCK)
    copy = seal_keys(tmp_path / "keys", PASSPHRASE)
    header, salt, nonce, sealed = copy[:16], copy[16:32], copy[32:44], copy[44:]

    key = hashlib.scrypt(PASSPHRASE.encode(), salt=salt, n=2**16, r=8, p=1, maxmem=2**27, dklen=32)

    assert ChaCha20Poly1305(key).decrypt(nonce, sealed, header).count(b'"key":') == 1
    assert header == b"kaihoken keys 1\n"


@pytest.mark.parametrize("passphrase", ["", " " * 20, "\n", "7 chars"])
def test_nothing_is_sealed_without_a_passphrase(tmp_path: Path, passphrase: str) -> None:
    FileKeys.create(tmp_path / "keys", CLOCK)

    with pytest.raises(Problem, match=r"store\.passphrase"):
        seal_keys(tmp_path / "keys", passphrase)


async def test_a_store_knows_its_keys(location: str | Path, tmp_path: Path) -> None:
    store = await a_store(location)
    keys = FileKeys.create(tmp_path / "keys", CLOCK)
    await store.transaction(await require_own_keys(store, keys))

    again = await require_own_keys(store, FileKeys(tmp_path / "keys"))

    assert again == []
    with pytest.raises(Problem) as caught:
        await require_own_keys(store, FileKeys.create(tmp_path / "others", CLOCK))
    assert (caught.value.code, caught.value.facts) == ("store.keys_wrong", {"version": "1"})
    await store.close()


async def test_a_key_that_rows_stand_under_may_not_be_missing(tmp_path: Path) -> None:
    store = await a_store(tmp_path / "store")
    both = FileKeys.create(tmp_path / "keys", CLOCK).rotate_lookup(LATER)
    await store.transaction(await require_own_keys(store, both))

    with pytest.raises(Problem, match=r"store\.keys_wrong"):
        await require_own_keys(store, both.retire_lookup(1))
    await store.close()


async def test_before_a_store_has_noted_its_keys_its_rows_tell(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_places", [places_by_first_byte])
    own, others = (FileKeys.create(tmp_path / name, CLOCK) for name in ("own", "others"))
    store = await a_store(location)
    await store.transaction([people(1, 2, 3), rows_under(own, 1, 2)])

    with pytest.raises(Problem) as caught:
        await require_own_keys(store, others)

    assert (caught.value.code, caught.value.facts) == ("store.keys_wrong", {"version": "1"})
    (noting,) = await require_own_keys(store, own)
    assert [name for name, _ in noting.rows] == ["lookup_key_1"]
    await store.close()


async def test_a_version_that_rows_stand_under_may_not_be_missing_before_it_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_places", [places_by_first_byte])
    first = FileKeys.create(tmp_path / "keys", CLOCK)
    store = await a_store(tmp_path / "store")
    await store.transaction([people(1, 2, 3), rows_under(first, 1, 2)])
    both = first.rotate_lookup(LATER)

    assert len((await require_own_keys(store, both))[0].rows) == 2
    with pytest.raises(Problem, match=r"store\.keys_wrong"):
        await require_own_keys(store, both.retire_lookup(1))
    await store.close()


async def test_rows_that_were_damaged_do_not_condemn_the_right_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_places", [places_by_first_byte])
    own = FileKeys.create(tmp_path / "keys", CLOCK)
    store = await a_store(tmp_path / "store")
    lead_astray = Write(ADD_ROW, [(bytes([number]) * 16, 0, 2, 1, 0) for number in range(5)])
    await store.transaction([people(1, 2, UNREADABLE), rows_under(own, 1, UNREADABLE), lead_astray])

    assert await require_own_keys(store, own) != []
    await store.close()


async def test_rows_of_which_nobody_can_tell_prove_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_places", [places_by_first_byte])
    own, others = (FileKeys.create(tmp_path / name, CLOCK) for name in ("own", "others"))
    store = await a_store(tmp_path / "store")
    await store.transaction([people(UNREADABLE), rows_under(own, UNREADABLE)])

    assert await require_own_keys(store, others) != []
    await store.close()


UNREADABLE = 9
ADD_ROW = statement("add a look-up row", insert(schema.lookup))


def places_by_first_byte(packed: bytes, key: LookupKey) -> list[tuple[bytes, int]]:
    if packed[0] == UNREADABLE:
        raise msgspec.DecodeError
    return [(key(b"N", packed[:1]), 0)]


def rows_under(keys: FileKeys, *numbers: int) -> Write:
    """The look-up rows of some people, under the first version of the keys."""
    key = keys.lookup_keys(0)[-1]
    return Write(ADD_ROW, [(key(b"N", bytes([number])), 0, number, key.version, 0) for number in numbers])
