"""From a number to the people whom the log knows by an id: the way in for who asks "who saw this person?".

Answers name people by their id alone, so nobody can look for a person in the log without this. It tells nothing of a
coverage, but it does tell that somebody is known: so it goes on record itself before it is told.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Literal, cast

import msgspec

from kaihoken.audit import Committed, Entry
from kaihoken.coverage.history import History
from kaihoken.coverage.inquiry import NumberInquiry, insurer_asked
from kaihoken.coverage.local import Local
from kaihoken.coverage.lookup import place_of_question
from kaihoken.coverage.matching import match_number
from kaihoken.coverage.question import Asker
from kaihoken.coverage.shape import read_message
from kaihoken.coverage.store import BIRTHS_AT
from kaihoken.identity import canonical_branch, canonical_number
from kaihoken.problems import Problem

RECORD_KIND = "person.looked-up"


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose id is wanted: a number as in a question. 記号, 枝番 and 生年月日 narrow it where they are known."""

    by: Literal["number"] = "number"
    insurer_number: str
    number: str
    symbol: str = ""
    branch: str = ""
    birthdate: date | None = None


class Known(msgspec.Struct, frozen=True):
    """Somebody who has or had the number. `now` tells the two apart."""

    person: str
    now: bool


class _Record(msgspec.Struct, frozen=True):
    """The record of a look-up: who made it and whom it told of. Members in alphabetical order."""

    at: datetime
    by: str
    client: str
    key: str
    people: tuple[str, ...]


_NAMES = frozenset(Wanted.__struct_fields__)
_decoder = msgspec.json.Decoder(Wanted)


def read_wanted(body: bytes) -> Wanted:
    """What is wanted. Problems of `read_message`."""
    return read_message(body, _decoder, _NAMES)


async def whose(local: Local, asker: Asker, wanted: Wanted) -> tuple[list[Known], Committed]:
    """Everybody to whom the number leads and of whom it was ever said, compared in full, and the record of that.

    Problems `coverage.request-number`, those of the insurer's number and of 枝番, and those of store and log.
    """
    known: dict[str, bool] = {}
    inquiries = await _inquiries(local, _inquiry(wanted, asker.facility))
    places = [[place_of_question(one, key) for key in local.lookup_keys] for one in inquiries]
    for inquiry, stored in zip(inquiries, await local.finder.find_each(places), strict=True):
        for person, now in _matched(inquiry, [one.history for one in stored]):
            known[person] = now or known.get(person, False)
    people = [Known(person, now) for person, now in sorted(known.items())]
    record = _Record(local.clock.now(), asker.facility, asker.client, asker.key, tuple(sorted(known)))
    committed = await local.committer.commit([Entry(RECORD_KIND, msgspec.json.encode(record))])
    return people, committed


def _inquiry(wanted: Wanted, facility: str) -> NumberInquiry:
    if not canonical_number(wanted.number):
        raise Problem("coverage.request-number", where="number")
    canonical_branch(wanted.branch, "branch")
    return NumberInquiry(
        insurer_asked(wanted.insurer_number, facility, "insurer_number"),
        wanted.symbol,
        wanted.number,
        wanted.branch,
        wanted.birthdate or date.min,
        facility,
    )


async def _inquiries(local: Local, inquiry: NumberInquiry) -> Sequence[NumberInquiry]:
    """The question for each birthdate at which the number stands, where none was given."""
    if inquiry.birthdate != date.min:
        return [inquiry]
    births: set[int] = set()
    for key in local.lookup_keys:
        place, _ = place_of_question(inquiry, key)
        rows = cast("list[tuple[int]]", await local.store.fetch(BIRTHS_AT, (place,)))
        births.update(birth for (birth,) in rows)
    return [msgspec.structs.replace(inquiry, birthdate=date.fromordinal(birth)) for birth in sorted(births)]


def _matched(inquiry: NumberInquiry, candidates: Sequence[History]) -> Iterator[tuple[str, bool]]:
    """Who fits by what was believed after any commit, in its order: the last word on each says whether they still
    do."""
    commits = sorted({assertion.commit for one in candidates for assertion in one.assertions})
    ever: dict[str, bool] = {}
    for commit in commits:
        fit = {match.person.hex() for match in match_number(inquiry, candidates, commit)}
        ever = {person: person in fit for person in (*ever, *fit)}
    yield from ever.items()
