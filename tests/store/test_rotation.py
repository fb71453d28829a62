"""The look-up key is replaced while everybody stays findable."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select

from kaihoken.problems import Problem
from kaihoken.store import FileKeys, LookupKey, Store, Write, rekeying, rotation, statement
from kaihoken.store.rotation import AtRest, rotate_lookup
from kaihoken.store.schema import lookup

from .builders import CLOCK, a_store, people

ADD_PLACE = statement("add a place", insert(lookup))
FIND = statement(
    "find",
    select(lookup.c.person_no).where(lookup.c.key == bindparam("key"), lookup.c.birth == bindparam("birth")),
)
VERSIONS = statement("versions", select(lookup.c.key_version, lookup.c.normalisation_version).distinct())

LAST = 40


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "PEOPLE_PER_SLICE", 7)
    monkeypatch.setattr(rekeying, "ROWS_PER_SLICE", 9)


def places_of(packed: bytes, key: LookupKey) -> Iterable[tuple[bytes, int]]:
    """As a room would say it: each of these people is found by a number and by a certificate."""
    return [(key(b"N", "06123456", str(packed[0])), packed[0]), (key(b"C", "issuer", str(packed[0])), 0)]


async def a_nation(location: str | Path, keys: FileKeys) -> Store:
    store = await a_store(location)
    key = keys.lookup_keys(1)[0]
    rows = [(*place, n, key.version, 1) for n in range(1, LAST + 1) for place in places_of(bytes([n]), key)]
    await store.transaction([people(*range(1, LAST + 1)), Write(ADD_PLACE, rows)])
    return store


async def found(store: Store, keys: FileKeys, normalisation: int = 1) -> set[int]:
    """Who is found, asking under every version, as questions do."""
    return {
        n
        for n in range(1, LAST + 1)
        for key in keys.lookup_keys(normalisation)
        for place in places_of(bytes([n]), key)
        if (n,) in await store.fetch(FIND, place)
    }


EVERYBODY = set(range(1, LAST + 1))


async def test_everybody_is_found_at_every_moment(location: str | Path, tmp_path: Path) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK)
    store = await a_nation(location, keys)
    keys = keys.rotate_lookup(CLOCK)
    newest = keys.lookup_keys(1)[0]
    moments = [await found(store, keys)]

    async for piece in rekeying.rekey(store, newest, places_of, people_per_slice=7):
        await store.transaction(piece.writes)
        moments.append(await found(store, keys))
    async for writes in rekeying.drop_old_rows(store, newest):
        await store.transaction(writes)
        moments.append(await found(store, keys))

    assert len(moments) > 10
    assert all(moment == EVERYBODY for moment in moments)
    assert await found(store, keys.retire_lookup(1)) == EVERYBODY
    assert await store.fetch(VERSIONS) == [(2, 1)]
    await store.close()


async def test_a_rotation_ends_with_one_key_and_one_row_for_each_place(
    location: str | Path, tmp_path: Path
) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK)
    store = await a_nation(location, keys)
    steps: list[tuple[int, int]] = []

    done = await rotate_lookup(
        AtRest(store), store, keys, CLOCK, 1, places_of, lambda so_far, of: steps.append((so_far, of))
    )

    left = FileKeys(tmp_path / "keys")
    assert done == (2, LAST, [1])
    assert steps[-1] == (LAST, LAST)
    assert [key.version for key in left.lookup_keys(1)] == [2]
    assert await found(store, left) == EVERYBODY
    assert await found(store, keys) == set()
    again = await rotate_lookup(AtRest(store), store, left, CLOCK, 1, places_of)
    assert again.version == 3
    await store.close()


async def test_an_interrupted_rotation_goes_on(tmp_path: Path) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK)
    store = await a_nation(tmp_path / "store", keys)

    def interrupted(so_far: int, _of: int) -> None:
        if so_far >= 21:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate_lookup(AtRest(store), store, keys, CLOCK, 1, places_of, interrupted)
    between = FileKeys(tmp_path / "keys")
    found_between = await found(store, between)
    done = await rotate_lookup(AtRest(store), store, between, CLOCK, 1, places_of)

    assert found_between == EVERYBODY
    assert done.version == 2
    assert await found(store, FileKeys(tmp_path / "keys")) == EVERYBODY
    await store.close()


async def test_a_new_normalisation_is_keyed_like_a_new_key(tmp_path: Path) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK)
    store = await a_nation(tmp_path / "store", keys)

    await rotate_lookup(AtRest(store), store, keys, CLOCK, 2, places_of)

    assert await store.fetch(VERSIONS) == [(2, 2)]
    assert await found(store, FileKeys(tmp_path / "keys"), normalisation=2) == EVERYBODY
    await store.close()


async def test_a_walk_that_forgets_somebody_drops_nothing(tmp_path: Path) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK)
    store = await a_nation(tmp_path / "store", keys)

    def forgetful(packed: bytes, key: LookupKey) -> Iterable[tuple[bytes, int]]:
        return [] if packed[0] == 17 else places_of(packed, key)

    with pytest.raises(Problem) as caught:
        await rotate_lookup(AtRest(store), store, keys, CLOCK, 1, forgetful)

    assert (caught.value.code, caught.value.facts) == ("store.rekey_incomplete", {"missing": 2})
    assert await found(store, FileKeys(tmp_path / "keys")) == EVERYBODY
    await store.close()


async def test_the_keys_of_another_store_key_nothing_again(tmp_path: Path) -> None:
    keys = FileKeys.create(tmp_path / "keys", CLOCK)
    store = await a_nation(tmp_path / "store", keys)
    await rotate_lookup(AtRest(store), store, keys, CLOCK, 1, places_of)

    with pytest.raises(Problem, match=r"store\.keys_wrong"):
        await rotate_lookup(
            AtRest(store), store, FileKeys.create(tmp_path / "others", CLOCK), CLOCK, 1, places_of
        )
    await store.close()
