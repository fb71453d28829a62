"""The one writer of what was said of people: the rows of truth, projection and look-up that follow from new assertions,
in one transaction with the record of them.

Whoever gives numbers to people or to assertions holds `Truth.alone` from reading them to the commit: insurers who
register and facilities that link their own numbers write through the same `Truth`.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import cast

from kaihoken.audit import Committed, Committer, Entry
from kaihoken.clock import Clock
from kaihoken.coverage.history import Assertion, CommitSequence, PersonId, pack_assertion, pack_history
from kaihoken.coverage.lookup import place_of_link, places_of_fact
from kaihoken.coverage.recorded import said_of
from kaihoken.coverage.registration.registering import Appended, Said, period_of
from kaihoken.coverage.store import ADD_ASSERTION, ADD_PLACE, ASSERTIONS, PUT_PERSON, Finder, Stored
from kaihoken.store import LookupKey, Store, Write, milliseconds

_NOT_COMMITTED = CommitSequence(0)

MakeRecord = Callable[[datetime, str], Entry]
"""The record of a commit, from its instant and the digest of what it appends."""


@dataclass(slots=True, eq=False)
class Member:
    """One person while a commit is put together. `said` is everything by ordinal; `link` only counts for somebody new:
    it is that under which insurers register them."""

    person_no: int
    person: PersonId
    link: str
    said: list[Said]
    is_new: bool
    appended: list[Appended] = field(default_factory=list)
    stored: list[bytes] = field(default_factory=list)  # the packed assertions that stand already

    @staticmethod
    def of(stored: Stored, link: str = "") -> "Member":
        """Somebody who was found. Problem `store.corrupt` where the history is damaged."""
        said = [(assertion.subject, assertion.fact) for assertion in stored.history.assertions]
        return Member(stored.person_no, stored.person, link, said, is_new=False)

    def append(self, appended: Appended) -> None:
        """Say one more thing of this person, beginning with this commit."""
        self.said.append((appended.subject, appended.fact))
        self.appended.append(appended)


class Truth:
    """Appends to what was said of people. One per hub."""

    def __init__(
        self,
        store: Store,
        finder: Finder,
        committer: Committer,
        lookup_keys: Sequence[LookupKey],
        clock: Clock,
    ) -> None:
        self.store = store
        self.finder = finder
        self.lookup_keys = lookup_keys  # a ring: a rotation puts another key into it
        self.clock = clock
        self.alone = asyncio.Lock()
        self._committer = committer

    async def commit(
        self, changed: Sequence[Member], source: str, record: MakeRecord, more: Sequence[Write] = ()
    ) -> Committed:
        """Make durable what was appended to these people, its record, and `more` writes. `source` is who said it.

        Raises the Problems of the store and the log; then nothing of it stands.
        """
        entry, writes = await self.prepared(changed, source, record)
        return await self._committer.commit_slice((entry,), lambda commit: (*writes(commit), *more))

    async def prepared(
        self, changed: Sequence[Member], source: str, record: MakeRecord
    ) -> tuple[Entry, Callable[[int], Sequence[Write]]]:
        """The record of what was appended to these people, and the writes that belong into one transaction with it.
        Who commits them holds `alone` until that has ended."""
        for member in changed:
            if not member.is_new:
                # The bytes that stand, not the same facts packed again: nothing that was said is rewritten.
                rows = await self.store.fetch(ASSERTIONS, (member.person_no,))
                member.stored = [cast("bytes", body) for _, body in rows]
        recorded_at = self.clock.now()

        def writes(commit: int) -> Sequence[Write]:
            sequence = CommitSequence(commit)
            return _writes(changed, sequence, recorded_at, source, self.lookup_keys[0])

        return record(recorded_at, _digest(changed, recorded_at, source)), writes


def _writes(
    changed: Sequence[Member], commit: CommitSequence, recorded_at: datetime, source: str, newest: LookupKey
) -> Sequence[Write]:
    """The rows of truth, projection and look-up for what was appended. New look-up rows stand under the newest key."""
    at = milliseconds(recorded_at)
    truth: list[tuple[object, ...]] = []
    people: list[tuple[object, ...]] = []
    places: dict[tuple[bytes, int, int], None] = {}
    for member in changed:
        packed = list(member.stored)
        if member.is_new:
            places[(*place_of_link(member.link, newest), member.person_no)] = None
        for appended in member.appended:
            body = pack_assertion(_said(member, appended, commit, recorded_at, source))
            packed.append(body)
            start, end = period_of(appended.fact)
            truth.append(
                (
                    member.person_no,
                    appended.ordinal,
                    appended.subject,
                    commit,
                    at,
                    source,
                    appended.supersedes,
                    start.toordinal(),
                    end.toordinal() if end is not None else None,
                    body,
                )
            )
            for place in places_of_fact(appended.fact, newest):
                places[(*place, member.person_no)] = None
        people.append((member.person_no, member.person, pack_history(packed)))
    return (
        Write(ADD_ASSERTION, truth),
        Write(PUT_PERSON, people),
        Write(ADD_PLACE, [(*place, newest.version, newest.normalisation) for place in places]),
    )


def _digest(changed: Sequence[Member], at: datetime, source: str) -> str:
    digest = sha256()
    for member in changed:
        said = (_said(member, appended, _NOT_COMMITTED, at, source) for appended in member.appended)
        digest.update(said_of(member.person, [pack_assertion(one) for one in said]))
    return digest.hexdigest()


def _said(
    member: Member, appended: Appended, commit: CommitSequence, recorded_at: datetime, source: str
) -> Assertion:
    link = member.link if appended.ordinal == 0 else ""
    return Assertion(appended.subject, commit, recorded_at, source, appended.fact, link)
