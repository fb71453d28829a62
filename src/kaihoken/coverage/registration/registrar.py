"""The journey of a registration: each row checked, matched, appended, put on record, answered.

Rows of a request are kept in short slices, so that questions are answered in between; each slice commits its facts
and its record in one transaction. A bad row is reported with its field and reason and the others are kept. Repeating
a request is safe: what is known already is answered as unchanged.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from kaihoken.audit import Committer, Entry
from kaihoken.clock import Clock
from kaihoken.coverage.history import Coverage, Fact, PersonId
from kaihoken.coverage.lookup import place_of_link
from kaihoken.coverage.question import Asker
from kaihoken.coverage.recorded import REGISTRATION, RegistrationRecord
from kaihoken.coverage.registration.messages import RowAnswer
from kaihoken.coverage.registration.registering import append, matched, with_match
from kaihoken.coverage.registration.row_checks import check_born
from kaihoken.coverage.registration.rows import CoverageRow, Row, insurer_field, read_row
from kaihoken.coverage.store import HIGHEST_PERSON, Finder
from kaihoken.coverage.truth import MakeRecord, Member, Truth
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Store, Write

SLICE = 10
"""Rows per commit: short enough that a question waits a few milliseconds at most."""

_LONGEST_PAUSE = 0.05  # seconds: a disk that stalls once does not stall the registration twice


@dataclass(frozen=True, slots=True)
class Registering:
    """Who registers and what they may: `speaks_for` says whether they speak for the insurer of a fact, `may_match`
    whether their rows may state the result of the match with J-LIS."""

    asker: Asker
    speaks_for: Callable[[Fact], bool]
    may_match: bool


@dataclass(frozen=True, slots=True)
class _Checked:
    index: int
    row: Row
    fact: Fact


class Registrar:
    """Takes registrations. One per hub: it is the only one that numbers people. `truth` is what it writes through."""

    def __init__(
        self,
        store: Store,
        finder: Finder,
        committer: Committer,
        lookup_keys: Sequence[LookupKey],
        clock: Clock,
        new_person: Callable[[], bytes] = lambda: secrets.token_bytes(16),
    ) -> None:
        self.truth = Truth(store, finder, committer, lookup_keys, clock)
        self._new_person = new_person

    async def register(
        self,
        rows: Sequence[msgspec.Raw],
        registering: Registering,
        last_writes: Callable[[Sequence[RowAnswer]], Sequence[Write]] = lambda _: (),
    ) -> list[RowAnswer]:
        """Register rows and answer each of them, in order.

        `last_writes` joins the last slice's transaction (the stored answer of an idempotent request). Raises the
        Problems of the store and the log; slices before the one that failed then stand, and repeating is safe.
        """
        answers: list[RowAnswer] = []
        loop = asyncio.get_running_loop()
        async with self.truth.alone:
            for start in range(0, max(len(rows), 1), SLICE):
                started = loop.time()
                part = rows[start : start + SLICE]
                checked, refused = _check(part, start, registering, self.truth.clock.today())
                members, nobody = await self._members(checked)
                placed = _place(checked, members, nobody)
                answers.extend(sorted((*refused, *placed), key=lambda answer: answer.row))
                is_last = start + SLICE >= len(rows)
                last = last_writes(answers) if is_last else ()
                if await self._commit(members, registering.asker, last) and not is_last:
                    # Half of the time belongs to those who ask.
                    await asyncio.sleep(min(loop.time() - started, _LONGEST_PAUSE))
        return answers

    async def _members(self, checked: Sequence[_Checked]) -> tuple[dict[str, Member], dict[str, str]]:
        """Who stands under each link of a slice; somebody new gets the next number. And under which links nobody can
        be registered, with the code of the problem: several people stand there, or a damaged history."""
        links = list(dict.fromkeys(item.row.link for item in checked))
        found = await self.truth.finder.find_each(
            [[place_of_link(link, key) for key in self.truth.lookup_keys] for link in links]
        )
        members: dict[str, Member] = {}
        nobody: dict[str, str] = {}
        next_number = await self._highest_person() + 1
        for link, people in zip(links, found, strict=True):
            match people:
                case []:
                    members[link] = Member(next_number, PersonId(self._new_person()), link, [], is_new=True)
                    next_number += 1
                case [stored]:
                    try:
                        members[link] = Member.of(stored, link)
                    except Problem as problem:
                        nobody[link] = problem.code
                case _:
                    nobody[link] = "coverage.link-shared"
        return members, nobody

    async def _highest_person(self) -> int:
        ((highest,),) = await self.truth.store.fetch(HIGHEST_PERSON)
        return int(str(highest or 0))

    async def _commit(self, members: dict[str, Member], asker: Asker, more: Sequence[Write]) -> bool:
        """Commit a slice. Whether somebody asks meanwhile."""
        changed = [member for member in members.values() if member.appended]
        if not changed and not more:
            return False
        committed = await self.truth.commit(changed, asker.client, _record(changed, asker), more)
        return not committed.alone


def _check(
    rows: Sequence[msgspec.Raw], first: int, registering: Registering, today: date
) -> tuple[list[_Checked], list[RowAnswer]]:
    checked: list[_Checked] = []
    refused: list[RowAnswer] = []
    for index, raw in enumerate(rows, start=first):
        try:
            checked.append(_checked(raw, index, registering, today))
        except Problem as problem:
            refused.append(_refused(index, problem))
    return checked, refused


def _refused(index: int, problem: Problem) -> RowAnswer:
    return RowAnswer(index, "refused", problem=dict(problem.as_rfc9457()))


def _checked(raw: msgspec.Raw, index: int, registering: Registering, today: date) -> _Checked:
    where = f"rows[{index}]"
    row, fact = read_row(raw, where)
    if isinstance(fact, Coverage):
        check_born(fact.birthdate, today, f"{where}.birthdate")
    if not registering.speaks_for(fact):
        raise Problem("coverage.row-other-insurer", where=f"{where}.{insurer_field(row)}")
    if isinstance(row, CoverageRow) and row.match is not None and not registering.may_match:
        raise Problem("coverage.row-match", where=f"{where}.match")
    return _Checked(index, row, fact)


def _place(
    checked: Sequence[_Checked], members: dict[str, Member], nobody: dict[str, str]
) -> Iterator[RowAnswer]:
    """Append each fact to its member, in the order of the rows, and answer the row."""
    for item in checked:
        link, fact = item.row.link, item.fact
        if link in nobody:
            yield _refused(item.index, Problem(nobody[link], where=f"rows[{item.index}].link"))
            continue
        member = members[link]
        if isinstance(fact, Coverage) and isinstance(item.row, CoverageRow) and item.row.match is None:
            fact = with_match(fact, matched(fact, member.said))
        appended = append(member.said, fact)
        state = fact.match if isinstance(fact, Coverage) else None
        if appended is None:
            yield RowAnswer(item.index, "unchanged", state)
            continue
        member.append(appended)
        yield RowAnswer(item.index, "registered", state)


def _record(changed: Sequence[Member], asker: Asker) -> MakeRecord:
    def record(at: datetime, digest: str) -> Entry:
        body = RegistrationRecord(
            at=at,
            client=asker.client,
            digest=digest,
            key=asker.key,
            people=tuple(member.person.hex() for member in changed),
            rows=sum(len(member.appended) for member in changed),
        )
        return Entry(REGISTRATION, msgspec.json.encode(body))

    return record
