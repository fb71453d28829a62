"""What somebody is shown of their own coverage: in their own words, never a reason, never another's data.

The person is known by their id, not by a number; what is shown is decided as for any question, and on record before
it is shown. Nothing here says 生活保護, arrears, or why a coverage ended: the patient's words of the situation are
all there is."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from kaihoken.audit import Committer, Entry
from kaihoken.clock import Clock, tokyo_day
from kaihoken.coverage.history import (
    CommitSequence,
    Coverage,
    History,
    PersonId,
    PublicExpense,
    believed,
)
from kaihoken.coverage.inquiry import NumberInquiry
from kaihoken.coverage.matching import SHOWN_STATES, WELFARE
from kaihoken.coverage.store import find_person
from kaihoken.coverage.verdict import Situation
from kaihoken.coverage.verification import verify
from kaihoken.identity import InsurerNumber
from kaihoken.payment import Share
from kaihoken.store import Store

OWN_VIEW = "person.own-view"

_TELLING = frozenset({Situation.VALID, Situation.SPECIAL_EXPENSE})


class OwnCoverage(msgspec.Struct, frozen=True):
    """A coverage as its holder is shown it. Without its particulars where they would tell more than that it is
    there."""

    insurer_name: str
    insurer_number: str
    symbol: str
    number: str
    branch: str
    since: date


class OwnRecord(msgspec.Struct, frozen=True):
    """What somebody is shown today. `situation` has the words; `share` is None where nothing is sure."""

    name: str
    birthdate: date | None
    situation: Situation
    coverage: OwnCoverage | None
    share: Share | None
    subsidies: tuple[str, ...]
    on: date


class _Record(msgspec.Struct, frozen=True):
    """Members in alphabetical order: that is the canonical form of a body."""

    account: str
    at: datetime
    fields: tuple[str, ...]
    person: str
    proxy: str


_NOBODY = OwnRecord("", None, Situation.NOT_FOUND, None, None, (), date.min)


class OwnRecords:
    """Shows people what is theirs."""

    def __init__(self, store: Store, committer: Committer, clock: Clock) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock

    async def show(self, person: str, account: str, proxy: str = "") -> OwnRecord:
        """The own record of a person (their id in hexadecimal) for the account that asks, by a proxy where it is
        somebody else's. On record before it is returned. Problems of the store and the log."""
        now = self._clock.now()
        shown = own_record(await self._history(person), tokyo_day(now), self._known)
        fields = (name for name in OwnRecord.__struct_fields__ if getattr(shown, name) and name != "on")
        await self._on_record(_Record(account, now, tuple(sorted(fields)), person, proxy))
        return shown

    async def name(self, person: str, account: str, proxy: str) -> str:
        """The name of whom somebody acts for, by which they tell them apart. On record as `show`."""
        now = self._clock.now()
        shown = own_record(await self._history(person), tokyo_day(now), self._known)
        await self._on_record(_Record(account, now, ("name",), person, proxy))
        return shown.name

    async def _on_record(self, record: _Record) -> None:
        await self._committer.commit([Entry(OWN_VIEW, msgspec.json.encode(record))])

    async def birthdate(self, person: str) -> date | None:
        """The birthdate of a person, for what an age decides; it is not shown."""
        return own_record(await self._history(person), self._clock.today(), self._known).birthdate

    async def insured_with(self, person: str, insurer: str) -> bool:
        """Whether a person has a coverage of that insurer today that may be shown to be theirs."""
        history, today = await self._history(person), self._clock.today()
        return history is not None and any(
            type(fact) is Coverage
            and fact.insurer_number == insurer
            and fact.match in SHOWN_STATES
            and fact.in_force(today)
            for fact in believed(history, self._known)
        )

    @property
    def _known(self) -> CommitSequence:
        return CommitSequence(self._committer.committed_seq)

    async def _history(self, person: str) -> History | None:
        found = await find_person(self._store, PersonId(bytes.fromhex(person)))
        return found.history if found is not None else None


def own_record(history: History | None, on: date, known_at: CommitSequence) -> OwnRecord:
    """What a history shows its person on a day. Pure."""
    if history is None:
        return msgspec.structs.replace(_NOBODY, on=on)
    facts = believed(history, known_at)
    coverages = sorted(
        (fact for fact in facts if type(fact) is Coverage), key=lambda one: one.acquired, reverse=True
    )
    if not coverages:
        return msgspec.structs.replace(_NOBODY, on=on)
    coverage = _first(coverages, on)
    # What another's numbers were hung on by mistake may name that other: of a suspended or pending coverage nothing.
    whose = next((one for one in (coverage, *coverages) if one.match in SHOWN_STATES), None)
    verdict = verify(_inquiry(coverage), [history], on, known_at)
    telling = verdict.situation in _TELLING and coverage.classification != WELFARE
    return OwnRecord(
        name=whose.name if whose is not None else "",
        birthdate=whose.birthdate if whose is not None else None,
        situation=verdict.situation,
        coverage=_shown(coverage) if telling else None,
        share=verdict.share if telling else None,
        subsidies=_subsidies(facts, on) if telling else (),
        on=on,
    )


def _first(coverages: Sequence[Coverage], on: date) -> Coverage:
    """The coverage that counts: one that runs and may be seen, else one that runs, else the newest."""
    running = [one for one in coverages if one.in_force(on)]
    seen = [one for one in running if one.match in SHOWN_STATES]
    return (seen or running or list(coverages))[0]


def _inquiry(coverage: Coverage) -> NumberInquiry:
    return NumberInquiry(
        InsurerNumber.as_written(coverage.insurer_number),
        coverage.symbol,
        coverage.number,
        coverage.branch,
        coverage.birthdate,
        "",
    )


def _shown(coverage: Coverage) -> OwnCoverage:
    return OwnCoverage(
        insurer_name=coverage.insurer_name,
        insurer_number=coverage.insurer_number,
        symbol=coverage.symbol,
        number=coverage.number,
        branch=coverage.branch,
        since=coverage.acquired,
    )


def _subsidies(facts: Sequence[object], on: date) -> tuple[str, ...]:
    own = (fact.scheme for fact in facts if type(fact) is PublicExpense and fact.in_force(on))
    return tuple(dict.fromkeys(own))
