"""The journey of 照会番号 registrations: who is meant is looked up, the link appended, put on record, answered.

Links never make people: they are said of somebody whom an insurer registered. Repeating is safe: what stands already is
answered as unchanged. What is refused goes on record too, because a refusal tells whether a number exists.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast

import msgspec

from kaihoken.audit import Entry
from kaihoken.coverage.history import PersonId
from kaihoken.coverage.lookup import Place, key_of_number, place_of_reference
from kaihoken.coverage.question import Asker
from kaihoken.coverage.recorded import REFERENCE, ReferenceRecord
from kaihoken.coverage.reference.referencing import Linking, LinkStatus, link, unlink
from kaihoken.coverage.store import BIRTHS_AT, Stored
from kaihoken.coverage.truth import MakeRecord, Member, Truth
from kaihoken.identity import canonical_reference
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Write

LINKS_AT_ONCE = 10
"""Links per commit: short enough that a question waits a few milliseconds at most."""

Linked = LinkStatus | Problem
"""What became of one link: its state, or why it was refused."""

LastWrites = Callable[[Sequence[Linked]], Sequence[Write]]


class HeldLinks(NamedTuple):
    """Links that are ready to be committed: what became of each, whose it is, and what commits and ends it."""

    linked: Sequence[Linked]
    people: Sequence[PersonId | None]
    entry: Entry
    writes: Callable[[int], Sequence[Write]]
    release: Callable[[], None]


class ReferenceNumbers:
    """Takes registrations of 照会番号. One per hub, over the truth that insurers' registrations go to."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    async def register(
        self, linkings: Sequence[Linking], asker: Asker, last_writes: LastWrites = lambda _: ()
    ) -> list[Linked]:
        """Register at most `LINKS_AT_ONCE` links of the asker's facility in one commit, and say what became of each.

        `last_writes` joins the transaction (the stored answer of an idempotent request). Raises the Problems of the
        store and the log; nothing of it stands then, and repeating is safe.
        """
        async with self._truth.alone:
            changed, linked, _ = await self._linked(linkings, asker.facility)
            await self._commit(changed, asker, linked, last_writes(linked))
        return linked

    async def held(self, linkings: Sequence[Linking], asker: Asker) -> HeldLinks:
        """As `register`, but for a transaction of the caller's: they commit `entry` and `writes` together with their
        own and call `release` when that has ended, however it did. Meanwhile nobody else appends to the truth."""
        truth = self._truth
        await truth.alone.acquire()
        try:
            changed, linked, people = await self._linked(linkings, asker.facility)
            entry, writes = await truth.prepared(changed, asker.client, _record(changed, asker, linked))
        except BaseException:
            truth.alone.release()
            raise
        return HeldLinks(linked, people, entry, writes, truth.alone.release)

    async def _linked(
        self, linkings: Sequence[Linking], facility: str
    ) -> tuple[list[Member], list[Linked], list[PersonId | None]]:
        """Append each link to the person who is meant: who was changed, what became of each link, and whose it is."""
        truth = self._truth
        keys = tuple(truth.lookup_keys)
        found = await truth.finder.find_each(
            [await self._places(linking, facility, keys) for linking in linkings]
        )
        members = _members(found)
        by_person = {member.person: member for member in members.values() if member is not None}
        today = truth.clock.today()
        linked: list[Linked] = []
        people: list[PersonId | None] = []
        # Who has come to a reference number in this commit is not found under it yet.
        newly: dict[str, list[Member]] = {}
        for linking, stored in zip(linkings, found, strict=True):
            canonical = canonical_reference(linking.reference_number)
            status: Linked = Problem("store.corrupt", where="person")
            person: PersonId | None = None
            candidates = [members[one.person_no] for one in stored]
            sound = [member for member in candidates if member is not None]
            if len(sound) == len(candidates):
                others = [member for member in newly.get(canonical, ()) if member not in sound]
                try:
                    status, person = link(linking, facility, [*sound, *others], today)
                except Problem as problem:
                    status = problem
                else:
                    newly.setdefault(canonical, []).append(by_person[person])
            linked.append(status)
            people.append(person)
        return [member for member in by_person.values() if member.appended], linked, people

    async def withdraw(
        self, reference_number: str, asker: Asker, last_writes: LastWrites = lambda _: ()
    ) -> Linked:
        """Take back what stands under a 照会番号 of the asker's facility. As `register`."""
        truth = self._truth
        async with truth.alone:
            places = [place_of_reference(asker.facility, reference_number, key) for key in truth.lookup_keys]
            ((*stored,),) = await truth.finder.find_each([places])
            people = [Member.of(one) for one in stored]
            unlinked: Linked
            try:
                unlinked = unlink(reference_number, asker.facility, people)
            except Problem as problem:
                unlinked = problem
            changed = [member for member in people if member.appended]
            await self._commit(changed, asker, [unlinked], last_writes([unlinked]))
        return unlinked

    async def _places(self, linking: Linking, facility: str, keys: Sequence[LookupKey]) -> list[Place]:
        """Where everybody stands of whom a link may speak: whoever has the number, with the birthdate that was given or
        with any, and whoever has the reference number."""
        places: list[Place] = []
        for lookup in keys:
            places.append(place_of_reference(facility, linking.reference_number, lookup))
            number = key_of_number(linking.insurer.canonical, linking.number, lookup)
            if linking.birthdate is not None:
                places.append((number, linking.birthdate.toordinal()))
            else:
                rows = cast("list[tuple[int]]", await self._truth.store.fetch(BIRTHS_AT, (number,)))
                places += [(number, birth) for (birth,) in rows]
        return places

    async def _commit(
        self, changed: Sequence[Member], asker: Asker, linked: Sequence[Linked], more: Sequence[Write]
    ) -> None:
        await self._truth.commit(changed, asker.client, _record(changed, asker, linked), more)


def _members(found: Iterable[Sequence[Stored]]) -> dict[int, Member | None]:
    """Everybody who was found, once, by the number of their row; None where the history is damaged."""
    members: dict[int, Member | None] = {}
    for one in {stored.person_no: stored for these in found for stored in these}.values():
        try:
            members[one.person_no] = Member.of(one)
        except Problem:
            members[one.person_no] = None
    return members


def _record(changed: Sequence[Member], asker: Asker, linked: Sequence[Linked]) -> MakeRecord:
    def record(at: datetime, digest: str) -> Entry:
        body = ReferenceRecord(
            at=at,
            by=asker.facility,
            client=asker.client,
            digest=digest,
            key=asker.key,
            people=tuple(member.person.hex() for member in changed),
            refused=sum(isinstance(one, Problem) for one in linked),
            rows=sum(len(member.appended) for member in changed),
        )
        return Entry(REFERENCE, msgspec.json.encode(body))

    return record
