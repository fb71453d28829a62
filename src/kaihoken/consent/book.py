"""The book of consents: given, seen, withdrawn, each with its record in the same transaction."""

import asyncio
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import partial

from kaihoken.audit import Committer, Entry
from kaihoken.clock import TOKYO, Clock
from kaihoken.consent.giving import Giving, granted, whole_milliseconds
from kaihoken.consent.grant import End, Grant, Held, Standing, ends_of, is_alive, standing
from kaihoken.consent.item import Care, ConsentId, EndReason, Item, PersonId
from kaihoken.consent.period import Period
from kaihoken.consent.recorded import Actor, ended_entry, given_entry, refused_entry, seen_entry
from kaihoken.consent.store import (
    BY_EXAMINATION,
    BY_GIVING,
    OF_PERSON,
    OF_PERSON_TO,
    ONE,
    added,
    each_held,
    ended,
    held_in,
)
from kaihoken.problems import Problem
from kaihoken.store import Store, Write, milliseconds

AT_ONCE = 500
"""Consents that are read before others have their turn: some milliseconds."""

_DAY_MS = 24 * 3600 * 1000  # Japan has no summer time


class ConsentBook:
    """The consents of a store. One per hub."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        clock: Clock,
        new_id: Callable[[], bytes] = lambda: secrets.token_bytes(16),
    ) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._new_id = new_id

    def drafted(self, person: PersonId, giving: Giving, at: datetime) -> tuple[Grant, ...]:
        """The consents that a giving makes, not yet written. Problems of `granted`."""
        return granted(person, giving, at, self._new_id)

    async def give(self, person: PersonId, giving: Giving, actor: Actor) -> tuple[Grant, ...]:
        """Keep what a person agreed to. Problems of `granted`, of the store and the log."""
        grants = self.drafted(person, giving, self._clock.now())
        if grants:
            await self._committer.commit(*kept(grants, actor))
        return grants

    async def of_person(self, person: PersonId) -> list[Held]:
        """Everything that a person ever consented to, oldest first. Who shows it leaves a record: `shown`."""
        return held_in(await self._store.fetch(OF_PERSON, (person,)))

    async def shown(self, held: Collection[Held], actor: Actor) -> None:
        """Put on record that somebody sees these consents, before they do."""
        people = {one.grant.person for one in held}
        await self._committer.commit([seen_entry(self._clock.now(), people, len(held), actor)])

    async def held(self, consent: ConsentId, facility: str) -> Held:
        """One consent to a facility. Problem `consent.unknown` for one that is not its, or is not there. Who shows it
        leaves a record: `shown`."""
        return await self._one(consent, facility, None)

    async def to_facility(
        self, facility: str, period: Period, cares: Collection[Care] = tuple(Care)
    ) -> list[Held]:
        """The consents given to a facility in a period, oldest first."""
        held: list[Held] = []
        for care in cares:
            held += await self._in(facility, care, period)
        return sorted(held, key=lambda one: (one.grant.given_at, one.grant.consent))

    async def of_person_to(self, person: PersonId, facility: str) -> list[Held]:
        """What a person consented to at one facility, oldest first."""
        return held_in(await self._store.fetch(OF_PERSON_TO, (person, facility)))

    async def standing(self, person: PersonId, facility: str, care: Care) -> Standing:
        """What stands now for a person at a facility in a form of care. Sees every commit that has returned."""
        return standing(await self.of_person_to(person, facility), facility, care, self._clock.now())

    async def people_standing(self, facility: str, care: Care, period: Period) -> Mapping[PersonId, Standing]:
        """Everybody with a consent to a facility that lives now, of those given (or examined) in a period, in the order
        of their first consent, with what stands. One read by index, whatever other facilities hold."""
        at = self._clock.now()
        by_person: dict[PersonId, list[Held]] = {}
        for one in await self._in(facility, care, period):
            if any(is_alive(one, item, at) for item in one.grant.items):
                by_person.setdefault(one.grant.person, []).append(one)
        return {person: standing(held, facility, care, at) for person, held in by_person.items()}

    async def withdraw(
        self,
        consent: ConsentId,
        actor: Actor,
        reason: EndReason,
        items: Collection[Item] = (),
        *,
        facility: str | None = None,
        person: PersonId | None = None,
    ) -> Held:
        """End items of a consent (none named: all of them), and give the consent as it is then. Items that have ended
        stay as they are, so repeating is safe.

        `facility` or `person` is whose consent it must be. Problem `consent.unknown` for a consent that is not theirs,
        or is not there; `consent.item-not-given` for an item that it never held.
        """
        while True:
            held = await self._one(consent, facility, person)
            if strange := sorted(set(items) - held.grant.items):
                raise Problem("consent.item-not-given", where="items", item=strange[0].value)
            at = whole_milliseconds(self._clock.now())
            ends = ends_of(held, items or held.grant.items, reason, at)
            if not ends:
                return held
            try:
                entry = ended_entry(held.grant, ends, actor)
                await self._committer.commit([entry], partial(_ended, ends))
            except Problem as problem:
                if problem.code != "store.conflict":
                    raise
                continue  # somebody else ended one of them meanwhile
            return Held(held.grant, {**held.ends, **{end.item: end for end in ends}})

    async def refused(self, care: Care, person: PersonId | None, problem: Problem, actor: Actor) -> None:
        """Put on record that a question was refused for want of a consent or of somebody to consent."""
        entry = refused_entry(self._clock.now(), care.value, person, problem.code, actor)
        await self._committer.commit([entry])

    async def _one(self, consent: ConsentId, facility: str | None, person: PersonId | None) -> Held:
        for one in held_in(await self._store.fetch(ONE, (consent,))):
            if facility in (None, one.grant.facility) and person in (None, one.grant.person):
                return one
        raise Problem("consent.unknown", where="consent")

    async def _in(self, facility: str, care: Care, period: Period) -> list[Held]:
        if period.by_examination:
            days = period.first.toordinal(), period.last.toordinal()
            return await by_turns(await self._store.fetch(BY_EXAMINATION, (facility, care.value, *days)))
        begin, end = (
            _midnight(period.first),
            _midnight(period.last) + _DAY_MS,
        )  # also behind the last day there is
        return await by_turns(await self._store.fetch(BY_GIVING, (facility, care.value, begin, end)))


async def by_turns(rows: Iterable[Sequence[object]]) -> list[Held]:
    """The consents in rows, of which a hospital has tens of thousands in a month: others have their turn meanwhile."""
    held: list[Held] = []
    for one in each_held(rows):
        held.append(one)
        if len(held) % AT_ONCE == 0:
            await asyncio.sleep(0)
    return held


def kept(grants: Sequence[Grant], actor: Actor) -> tuple[list[Entry], Callable[[int], Sequence[Write]]]:
    """The records and the writes that keep consents, for a transaction of one's own."""

    def writes(commit: int) -> Sequence[Write]:
        return (added(grants, commit),)

    return [given_entry(grant, actor) for grant in grants], writes


def _ended(ends: Sequence[End], commit: int) -> Sequence[Write]:
    return (ended(ends, commit),)


def _midnight(day: date) -> int:
    return milliseconds(datetime.combine(day, time(), TOKYO))
