"""On which law a bill rests: the rule files that were used, with the day since when they hold."""

from collections.abc import Iterator
from datetime import date

import msgspec

from kaihoken import rules
from kaihoken.payment.ceiling import AgeGroup, CeilingKind, CeilingRelief, CeilingTerms, Elderly, UnderSeventy
from kaihoken.payment.counter.bill import Bill, Visit
from kaihoken.payment.counter.law import CounterTerms, LocalSubsidyPatterns, PublicExpenseTerms
from kaihoken.payment.counter.order import PublicExpenseOrder
from kaihoken.payment.meals import MealShares
from kaihoken.payment.shares import StatutoryShare
from kaihoken.rules import RuleFamily, Status, Version


class Source(msgspec.Struct, frozen=True, gc=False):
    """One rule file: its family, since when it holds, how sure it is, and what it was read from."""

    family: str
    since: date
    status: Status
    source: str
    url: str | None

    @classmethod
    def of(cls, version: Version) -> "Source":
        """What a rule file says of itself."""
        return cls(version.family, version.effective_from, version.status, version.source, version.url)


def sources_of(visit: Visit, bill: Bill) -> tuple[Source, ...]:
    """The rule files behind a bill, in the order of the working."""
    return tuple(Source.of(rules.version(family, on=visit.on)) for family in _families(visit, bill))


def _families(visit: Visit, bill: Bill) -> Iterator[type[RuleFamily]]:
    yield StatutoryShare
    yield CounterTerms
    kinds = {one.limit.kind for one in bill.reckonings if one.limit is not None}
    if visit.limit is not None and kinds:
        yield UnderSeventy if visit.limit.group is AgeGroup.UNDER_70 else Elderly
        if CeilingKind.RELIEF in kinds:
            yield CeilingRelief
        if CeilingKind.SPECIFIED_DISEASE in kinds:
            yield CeilingTerms
    if any(not one.is_local for one in visit.assistance):
        yield PublicExpenseTerms
    if any(one.is_local for one in visit.assistance):
        yield LocalSubsidyPatterns
    if len(visit.assistance) > 1:
        yield PublicExpenseOrder
    if visit.meals is not None:
        yield MealShares
