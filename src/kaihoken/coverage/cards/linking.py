"""Whose a card is: a certificate is linked to one person of the register, at its holder's own wish (利用登録), or
because the authority says that it came in the place of one that is linked already (新旧シリアル番号の紐付け).

Nothing is guessed: four items have to fit exactly one person, and a link is never moved from one person to another.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

import msgspec

from kaihoken.audit import Committer, Entry
from kaihoken.card.certificate import UserCertificate
from kaihoken.card.holders import FourItems, HolderRequest, Renewal
from kaihoken.card.presence import Proved
from kaihoken.clock import tokyo_day
from kaihoken.coverage.failure import FailureCheck, is_meant
from kaihoken.coverage.history import Certificate, Coverage, PersonId, believed_now
from kaihoken.coverage.lookup import places_of_fact
from kaihoken.coverage.matching import SHOWN_STATES
from kaihoken.coverage.question import Asker
from kaihoken.coverage.recorded import CARD_LINK, CardLinkRecord, CardLinkWhy
from kaihoken.coverage.registration.registering import append
from kaihoken.coverage.store import Stored, born_on, find_person
from kaihoken.coverage.truth import MakeRecord, Member, Truth
from kaihoken.problems import Problem
from kaihoken.store import Write

_log = logging.getLogger("kaihoken.hub")

LinkStatus = Literal["linked", "unchanged"]

Keep = Callable[[LinkStatus], Sequence[Write]]


class Holders(Protocol):
    """Who knows whose a certificate is, and which it came in the place of."""

    async def four_items(self, request: HolderRequest) -> FourItems:
        """Problems `card.holder-refused`, `card.holders-silent`."""
        ...

    async def replaced_by(self, certificate: bytes) -> Renewal:
        """The same."""
        ...


@dataclass(frozen=True, slots=True)
class LinkFor:
    """For whom a link is made: who asks, at which terminal, by which challenge."""

    asker: Asker
    terminal: str
    challenge: str


class CardLinks:
    """Links cards. One per hub, over the truth that registrations go to. `issuers` are the pinned roots by the names
    under which coverage knows their certificates."""

    def __init__(self, truth: Truth, committer: Committer, holders: Holders, issuers: frozenset[str]) -> None:
        self._truth = truth
        self._committer = committer
        self._holders = holders
        self._issuers = issuers

    async def register(
        self, request: HolderRequest, proved: Proved, wanted: LinkFor, entry: Entry, keep: Keep
    ) -> LinkStatus:
        """Link a card that was proved, at its holder's signed wish; one that stands for somebody already is left as it
        is. `entry` is the record of the proof, and joins the transaction with what `keep` writes.

        Problems of the holder service; `card.link-nobody`, `card.link-several` (nothing is linked then); those of the
        store and the log.
        """
        fact = _fact(proved, request.certificate)
        if not await self._stands(fact):
            person = await self._meant(await self._holders.four_items(request))
            async with self._truth.alone:
                if not await self._stands(fact):  # nor was it linked while its holder was asked for
                    member = await self._member(person)
                    _say(member, fact)
                    await self._commit(member, wanted, "wish", [entry], lambda: keep("linked"))
                    return "linked"
        await self._committer.commit([entry], lambda _: keep("unchanged"))
        return "unchanged"

    async def follow(self, certificate: bytes, proved: Proved, wanted: LinkFor) -> None:
        """Where nobody is linked to a card that was proved, and one before it is linked: the same person. A service
        that does not answer changes nothing: its holder is asked then, as of any card that is not registered. Raises
        the Problems of the store and the log."""
        fact = _fact(proved, certificate)
        if await self._holders_of(fact):
            return
        try:
            before = (await self._holders.replaced_by(certificate)).before
        except Problem as problem:
            _log.warning("renewed cards: %s", problem.code)
            return
        async with self._truth.alone:
            if await self._holders_of(fact):  # linked while the service was asked
                return
            for one in before:
                if one.known_as not in self._issuers:
                    continue
                old = msgspec.structs.replace(fact, issuer=one.known_as, serial=one.serial)
                holders = await self._holders_of(old)
                if len(holders) == 1:
                    member = await self._member(holders.pop())
                    _say(member, fact)
                    _end(member, old, tokyo_day(self._truth.clock.now()))
                    await self._commit(member, wanted, "renewal", [], lambda: ())
                    return

    async def _stands(self, fact: Certificate) -> bool:
        """Whether a certificate stands for somebody. Problem `card.link-several` where for more than one person."""
        holders = await self._holders_of(fact)
        if len(holders) > 1:
            raise Problem("card.link-several")
        return bool(holders)

    async def _holders_of(self, fact: Certificate) -> set[PersonId]:
        """For whom a certificate stands now: one person, unless somebody was linked wrongly."""
        places = [place for key in self._truth.lookup_keys for place in places_of_fact(fact, key)]
        ((*found,),) = await self._truth.finder.find_each([places])
        return {one.person for one in found if _is_held(one, fact)}

    async def _meant(self, items: FourItems) -> PersonId:
        """The one person whom the four items fit. Problems `card.link-nobody`, `card.link-several`."""
        if not items.address.strip() or not items.name.strip():
            raise Problem("card.link-nobody")
        asked = FailureCheck(name=items.name, birthdate=items.birthdate, sex=items.sex, address=items.address)
        candidates = await born_on(self._truth.store, items.birthdate)
        # Away from the loop: at a nation's size some thousand people were born on one day.
        found = await asyncio.to_thread(_fitting, asked, candidates)
        if not found:
            raise Problem("card.link-nobody")
        if len(found) > 1:
            raise Problem("card.link-several")
        return found[0].person

    async def _member(self, person: PersonId) -> Member:
        stored = await find_person(self._truth.store, person)
        assert stored is not None  # nobody is ever taken out of the register
        return Member.of(stored)

    async def _commit(
        self,
        member: Member,
        wanted: LinkFor,
        why: CardLinkWhy,
        beside: Sequence[Entry],
        keep: Callable[[], Sequence[Write]],
    ) -> None:
        record = _record(member, wanted, why)
        entry, writes = await self._truth.prepared([member], wanted.asker.client, record)
        await self._committer.commit([*beside, entry], lambda commit: (*writes(commit), *keep()))


def _fact(proved: Proved, der: bytes) -> Certificate:
    """What is linked: the certificate by the name of its root, with its days in Japan."""
    certificate = UserCertificate.read(der)
    return Certificate(
        issuer=proved.issuer.known_as,
        serial=str(proved.serial),
        not_before=tokyo_day(certificate.not_before),
        not_after=tokyo_day(certificate.not_after),
    )


def _is_held(stored: Stored, fact: Certificate) -> bool:
    return any(
        type(one) is Certificate and (one.issuer, one.serial) == (fact.issuer, fact.serial)
        for one in believed_now(stored.history)
    )


def _fitting(asked: FailureCheck, candidates: Sequence[Stored]) -> list[Stored]:
    """Whom the items fit by a coverage that may be shown. Whose address is not disclosed is among them: nobody is
    told of it."""
    return [
        stored
        for stored in candidates
        if any(
            type(fact) is Coverage and fact.match in SHOWN_STATES and is_meant(asked, fact)
            for fact in believed_now(stored.history)
        )
    ]


def _say(member: Member, fact: Certificate) -> None:
    """Say of that person what is not said of them yet."""
    appended = append(member.said, fact)
    assert appended is not None
    member.append(appended)


def _end(member: Member, old: Certificate, day: date) -> None:
    """The certificate before it stands for them no more from that day on, unless it had ended before."""
    for said in dict(member.said).values():
        if (
            type(said) is Certificate
            and (said.issuer, said.serial) == (old.issuer, old.serial)
            and (said.revoked is None or said.revoked > day)
        ):
            _say(member, msgspec.structs.replace(said, revoked=day))


def _record(member: Member, wanted: LinkFor, why: CardLinkWhy) -> MakeRecord:
    def record(at: datetime, digest: str) -> Entry:
        body = CardLinkRecord(
            at=at,
            by=wanted.asker.facility,
            challenge=wanted.challenge,
            client=wanted.asker.client,
            digest=digest,
            key=wanted.asker.key,
            people=(member.person.hex(),),
            rows=len(member.appended),
            terminal=wanted.terminal,
            why=why,
        )
        return Entry(CARD_LINK, msgspec.json.encode(body))

    return record
