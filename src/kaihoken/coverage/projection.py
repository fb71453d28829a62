"""Whether what stands beside the truth follows from it: packed histories and look-up rows.

Both are written in the transaction that appends to the truth and are never read back for it, so a difference means
that something else wrote, or that a program was wrong. `kaihoken store check` runs this beside a hub: every statement
sees one moment, and no step holds more than a page of rows.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import cast

import msgspec

from kaihoken.coverage.finding import finder_for
from kaihoken.coverage.history import (
    Assertion,
    Coverage,
    pack_history,
    unpack_assertion,
    unpack_assertions,
)
from kaihoken.coverage.lookup import UNIQUE, Place, places_of
from kaihoken.coverage.registration.registering import period_of
from kaihoken.coverage.store import (
    HIGHEST_PERSON,
    PAGE,
    PEOPLE_AND_TRUTH,
    PLACES_AFTER,
    TRUTH_WITHOUT_PERSON,
    Finder,
)
from kaihoken.store import Finding, LookupKey, Store, milliseconds, register_check

CHECK = "projection"

_TruthRow = tuple[int, bytes, int, int, int, int, str, int | None, int, int | None, bytes]
_Told = tuple[str, str]

_NOTHING_SAID: _Told = ("この人について何も登録されていません", "nothing was ever said of this person")
_PACKED: _Told = ("履歴が登録の記録と合いません", "the packed history is not what was said")
_NUMBERED: _Told = ("登録の番号が続いていません", "the ordinals do not follow each other")
_UNREADABLE: _Told = ("登録を読めません", "an assertion cannot be read")
_COLUMNS: _Told = ("登録の列が中身と合いません", "the columns of an assertion do not say what its body says")
_LINK: _Told = ("最初の登録に link がありません", "the first assertion does not hold the link")
_NOBODY: _Told = ("人のいない登録があります", "something was said of nobody")
_NOT_FOUND: _Told = ("探せないところがあります", "the person is not found where it should be")
_LOST_ROW: _Told = ("人のいない検索の行があります", "a look-up row leads to nobody")
_OTHER_KEY: _Told = ("手元にない鍵の検索の行があります", "a look-up row stands under a key that is not held")
_FALSE_ROW: _Told = ("別人に行きつく検索の行があります", "a look-up row leads to somebody who is not there")


async def check_projection(store: Store, lookup_keys: Sequence[LookupKey] = ()) -> AsyncIterator[Finding]:
    """Everything that does not follow from the truth, person by person.

    With the look-up keys every look-up row is computed again; without them only the days in the rows are compared,
    because nobody can tell without the key what a hash is made of.
    """
    async for finding in _people(store, lookup_keys):
        yield finding
    async for finding in _truth_without_person(store):
        yield finding
    async for finding in _places(store, lookup_keys):
        yield finding


async def _people(store: Store, lookup_keys: Sequence[LookupKey]) -> AsyncIterator[Finding]:
    finder = finder_for(store)
    ((highest,),) = await store.fetch(HIGHEST_PERSON)
    for after in range(0, cast("int", highest or 0), PAGE):
        rows = cast("list[_TruthRow]", await store.fetch(PEOPLE_AND_TRUTH, (after, after + PAGE)))
        sound: list[tuple[int, Sequence[Assertion]]] = []
        for person_no, its_rows in groupby(rows, key=itemgetter(0)):
            wrong, assertions = _of_person(list(its_rows))
            for told in wrong:
                yield _finding(person_no, told)
            if not wrong:
                sound.append((person_no, assertions))
        for person_no in await _not_found(finder, sound, lookup_keys):
            yield _finding(person_no, _NOT_FOUND)


def _of_person(rows: Sequence[_TruthRow]) -> tuple[list[_Told], Sequence[Assertion]]:
    """What is wrong with one person, and what was said of them."""
    packed = rows[0][1]
    if rows[0][2] is None:
        return [_NOTHING_SAID], ()
    wrong: list[_Told] = []
    if [row[2] for row in rows] != list(range(len(rows))):
        wrong.append(_NUMBERED)
    if packed != pack_history([row[-1] for row in rows]):
        wrong.append(_PACKED)
    try:
        assertions = [unpack_assertion(row[-1]) for row in rows]
    except msgspec.DecodeError:
        return [*wrong, _UNREADABLE], ()
    if any(row[3:-1] != expected for row, expected in zip(rows, _columns(assertions), strict=True)):
        wrong.append(_COLUMNS)
    if not assertions[0].link:
        wrong.append(_LINK)
    return wrong, assertions


def _columns(assertions: Sequence[Assertion]) -> Iterator[tuple[object, ...]]:
    """What stands beside the bodies in the truth table."""
    latest: dict[int, int] = {}
    for ordinal, assertion in enumerate(assertions):
        start, end = period_of(assertion.fact)
        yield (
            assertion.subject,
            assertion.commit,
            milliseconds(assertion.recorded_at),
            assertion.source,
            latest.get(assertion.subject),
            start.toordinal(),
            None if end is None else end.toordinal(),
        )
        latest[assertion.subject] = ordinal


async def _not_found(
    finder: Finder, people: Sequence[tuple[int, Sequence[Assertion]]], lookup_keys: Sequence[LookupKey]
) -> list[int]:
    """Who cannot be found under any version of the key at a place where they should be."""
    if not lookup_keys:
        return []
    owners: list[int] = []
    asked: list[list[Place]] = []
    for person_no, assertions in people:
        # The same facts give each version's places in the same order, because they are made fact by fact.
        for versions in zip(*(places_of(assertions, key) for key in lookup_keys), strict=True):
            owners.append(person_no)
            asked.append(list(versions))
    found = await finder.find_each(asked)
    missing = [
        person_no
        for person_no, stored in zip(owners, found, strict=True)
        if all(one.person_no != person_no for one in stored)
    ]
    return list(dict.fromkeys(missing))


async def _truth_without_person(store: Store) -> AsyncIterator[Finding]:
    after = 0
    while rows := cast("list[tuple[int]]", await store.fetch(TRUTH_WITHOUT_PERSON, (after,))):
        for (after,) in rows:
            yield _finding(after, _NOBODY)


async def _places(store: Store, lookup_keys: Sequence[LookupKey]) -> AsyncIterator[Finding]:
    keys = {(key.version, key.normalisation): key for key in lookup_keys}
    after: tuple[bytes, int, int] = (b"", 0, 0)
    while rows := await store.fetch(PLACES_AFTER, after):
        for row in rows:
            key, birth, person_no, version, normalisation, packed = cast(
                "tuple[bytes, int, int, int, int, bytes | None]", row
            )
            after = key, birth, person_no
            if packed is None:
                yield _finding(person_no, _LOST_ROW)
            elif keys and (version, normalisation) not in keys:
                yield _finding(person_no, _OTHER_KEY)
            elif not _leads_to((key, birth), packed, keys.get((version, normalisation))):
                yield _finding(person_no, _FALSE_ROW)


def _leads_to(place: Place, packed: bytes, lookup: LookupKey | None) -> bool:
    """Whether the person with that history is found at the place; without the key, whether the day is one of theirs."""
    try:
        assertions = unpack_assertions(packed)
    except msgspec.DecodeError:
        return True  # told already, with its person
    if lookup is not None:
        return place in places_of(assertions, lookup)
    births = {a.fact.birthdate.toordinal() for a in assertions if type(a.fact) is Coverage}
    return place[1] in (births | {UNIQUE})


def _finding(person_no: int, told: _Told) -> Finding:
    return Finding(CHECK, f"person {person_no}", *told)


register_check(CHECK, check_projection)
