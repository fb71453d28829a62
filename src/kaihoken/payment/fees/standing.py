"""Which add-ons a facility may claim on a day, and what the next tier needs. Pure.

What is not said is not taken for done: an item counts as met when each of its demands was said to be so.
"""

from dataclasses import dataclass
from datetime import date

from kaihoken import rules
from kaihoken.payment.fees.facility import Facility
from kaihoken.payment.fees.law import (
    Fact,
    InformationItems,
    Item,
    Kind,
    Occasion,
    Record,
    Rival,
    StructureItems,
    UsageRate,
)
from kaihoken.payment.fees.terms import ADD_ONS, TELEHEALTH, Doubt, Term, terms_on
from kaihoken.rules import Status


@dataclass(frozen=True, slots=True)
class Usage:
    """マイナ保険証利用率 that is asked: `needed` percent, the `months` whose rates count, the best of those that are
    known (None: none is)."""

    needed: float
    months: tuple[str, ...]
    best: float | None

    @property
    def met(self) -> bool:
        return self.best is not None and self.best >= self.needed


@dataclass(frozen=True, slots=True)
class Lack:
    """What stands in the way: `still` of these facts (of one fact, that one), or the usage rate. `unsaid` are those of
    which nothing was said."""

    facts: tuple[Fact, ...] = ()
    still: int = 1
    unsaid: tuple[Fact, ...] = ()
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An item and what it lacks; with no lack it may be claimed. `doubts` are the values that are not confirmed."""

    term: Term
    lacks: tuple[Lack, ...]
    doubts: tuple[Doubt, ...]

    @property
    def item(self) -> Item:
        return self.term.item

    @property
    def met(self) -> bool:
        return not self.lacks

    @property
    def points(self) -> int:
        """The points, -1 where they are not known."""
        return -1 if (points := self.item.points.value) is None else points


@dataclass(frozen=True, slots=True)
class Ladder:
    """Items of which one is claimed, by `group` and whether records were had. `best` is the met one with the most
    points, `next` the nearest with more points: what lacks the least, and the lowest usage rate."""

    group: str
    record: Record
    standings: tuple[Standing, ...]
    best: Standing | None
    next: Standing | None


@dataclass(frozen=True, slots=True)
class AddOns:
    """The answer for a day. `forbidden` is what may not be claimed at all by who has filed a met item. `digest` names
    the rule files."""

    on: date
    kind: Kind
    ladders: tuple[Ladder, ...]
    forbidden: tuple[Rival, ...]
    digest: str


def add_ons(on: date, facility: Facility) -> AddOns:
    """The add-ons of eligibility and DX for a facility on a day. Problem `rules.no_version` for a day before
    2008-04-01."""
    terms = terms_on(ADD_ONS, on)
    return _answer(on, facility, terms, rules.digest(InformationItems, StructureItems, on=on))


def telehealth(on: date, facility: Facility) -> AddOns:
    """The items of オンライン診療 in the same form. Problem `rules.no_version` before 2022-04-01."""
    return _answer(on, facility, terms_on(TELEHEALTH, on), rules.digest(*TELEHEALTH, on=on))


def _answer(on: date, facility: Facility, terms: tuple[Term, ...], digest: str) -> AddOns:
    rungs: dict[tuple[str, Record], list[Standing]] = {}
    for term in terms:
        if term.item.kind is facility.kind and (
            facility.beds or term.item.occasion is not Occasion.ADMISSION
        ):
            rungs.setdefault((term.item.group, term.item.record), []).append(_standing(on, facility, term))
    ladders = tuple(_ladder(group, record, found) for (group, record), found in rungs.items())
    met = [one for ladder in ladders for one in ladder.standings if one.met]
    forbidden = dict.fromkeys(rival for one in met for rival in one.item.rivals if rival.filed)
    return AddOns(on, facility.kind, ladders, tuple(forbidden), digest)


def _ladder(group: str, record: Record, standings: list[Standing]) -> Ladder:
    best = max((one for one in standings if one.met), key=lambda one: one.points, default=None)
    reached = -1 if best is None else best.points
    above = [one for one in standings if not one.met and (best is None or one.points > reached)]
    return Ladder(group, record, tuple(standings), best, min(above, key=_distance, default=None))


def _distance(standing: Standing) -> tuple[int, float, int]:
    """How far off an item is: by how many things are missing, then by the usage rate that is, then the worth of it."""
    lacks = standing.lacks
    rate = max((lack.usage.needed for lack in lacks if lack.usage), default=0.0)
    return sum(lack.still for lack in lacks), rate, -standing.points


def _standing(on: date, facility: Facility, term: Term) -> Standing:
    item = term.item
    lacks = [lack for fact in item.demands if (lack := _lack(on, facility, fact, item)) is not None]
    if item.some is not None:
        has = [fact for fact in item.some.of if facility.said(fact, on)]
        if len(has) < item.some.at_least:
            others = tuple(fact for fact in item.some.of if fact not in has)
            unsaid = tuple(fact for fact in others if facility.said(fact, on) is None)
            lacks.append(Lack(others, item.some.at_least - len(has), unsaid))
    doubts = term.doubts
    if item.usage is not None:
        law = rules.load(UsageRate, on=on)
        usage = _usage(on, facility, law, item.usage)
        if not usage.met:
            lacks.append(Lack(usage=usage))
        asked = (law.levels, law.months_before)
        doubts += tuple(
            Doubt("usage-rate", one.source) for one in asked if one.status is not Status.CONFIRMED
        )
    return Standing(term, tuple(lacks), doubts)


def _lack(on: date, facility: Facility, fact: Fact, item: Item) -> Lack | None:
    instead = item.instead.get(fact)
    if facility.said(fact, on) or (instead is not None and facility.said(instead, on)):
        return None
    return Lack((fact,), unsaid=(fact,) if facility.said(fact, on) is None else ())


def _usage(on: date, facility: Facility, law: UsageRate, level: int) -> Usage:
    months = tuple(_month(on, before) for before in law.months_before.value)
    known = [facility.usage_rates[month] for month in months if month in facility.usage_rates]
    return Usage(law.needed(level, children=facility.children), months, max(known, default=None))


def _month(on: date, before: int) -> str:
    year, month = divmod(on.year * 12 + on.month - 1 - before, 12)
    return f"{year:04d}-{month + 1:02d}"
