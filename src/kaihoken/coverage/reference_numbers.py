"""The journey of 照会番号 registrations: who is meant is looked up, the link appended, put on record, answered.

Links never make people: they are said of somebody whom an insurer registered. Repeating is safe: what stands already is
answered as unchanged. What is refused goes on record too, because a refusal tells whether a number exists.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import cast

import msgspec

from kaihoken.audit import Entry
from kaihoken.coverage.lookup import Place, key_of_number, place_of_reference
from kaihoken.coverage.question import Asker
from kaihoken.coverage.recorded import REFERENCE, ReferenceRecord
from kaihoken.coverage.referencing import Linking, LinkStatus, link, unlink
from kaihoken.coverage.store import BIRTHS_AT, Stored
from kaihoken.coverage.truth import MakeRecord, Member, Truth
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Write

LINKS_AT_ONCE = 10
"""Links per commit: short enough that a question waits a few milliseconds at most."""

Linked = LinkStatus | Problem
"""What became of one link: its state, or why it was refused."""

LastWrites = Callable[[Sequence[Linked]], Sequence[Write]]


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
        truth = self._truth
        async with truth.alone:
            keys = tuple(truth.lookup_keys)
            asked = [await self._places(linking, asker.facility, keys) for linking in linkings]
            found = await truth.finder.find_each(asked)
            members, damaged = _members(found)
            today = truth.clock.today()
            linked: list[Linked] = []
            for linking, stored in zip(linkings, found, strict=True):
                if any(one.person_no in damaged for one in stored):
                    linked.append(Problem("store.corrupt", where="person"))
                    continue
                try:
                    linked.append(link(linking, asker.facility, members, today))
                except Problem as problem:
                    linked.append(problem)
            await self._commit(members, asker, linked, last_writes(linked))
        return linked

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
            await self._commit(people, asker, [unlinked], last_writes([unlinked]))
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
        self, people: Iterable[Member], asker: Asker, linked: Sequence[Linked], more: Sequence[Write]
    ) -> None:
        changed = [member for member in people if member.appended]
        refused = sum(isinstance(one, Problem) for one in linked)
        await self._truth.commit(changed, asker.client, _record(changed, asker, refused), more)


def _members(found: Iterable[Sequence[Stored]]) -> tuple[list[Member], frozenset[int]]:
    """Everybody who was found, once, and the numbers of those whose history is damaged."""
    members: list[Member] = []
    damaged: set[int] = set()
    for one in {stored.person_no: stored for these in found for stored in these}.values():
        try:
            members.append(Member.of(one))
        except Problem:
            damaged.add(one.person_no)
    return members, frozenset(damaged)


def _record(changed: Sequence[Member], asker: Asker, refused: int) -> MakeRecord:
    def record(at: datetime, digest: str) -> Entry:
        body = ReferenceRecord(
            at=at,
            by=asker.facility,
            client=asker.client,
            digest=digest,
            key=asker.key,
            people=tuple(member.person.hex() for member in changed),
            refused=refused,
            rows=sum(len(member.appended) for member in changed),
        )
        return Entry(REFERENCE, msgspec.json.encode(body))

    return record
