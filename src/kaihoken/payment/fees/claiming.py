"""Whether an add-on may be claimed on a day, by what was claimed before and what stands beside it. Pure.

Months are calendar months: 「3月に1回」 claimed in January may be claimed again in April.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kaihoken.payment.fees.law import Item, Occasion
from kaihoken.payment.fees.terms import Doubt, Term, add_on_of, terms_of


class Refusal(StrEnum):
    """Why an add-on may not be claimed."""

    NOT_IN_FORCE = "not-in-force"
    OTHER_OCCASION = "other-occasion"  # 初診 only, 再診 only
    TOO_OFTEN = "too-often"
    RIVAL = "rival"  # 併算定できない


@dataclass(frozen=True, slots=True)
class Claimable:
    """`refusal` None is yes. `term` is the item of that day (None where there is none). With TOO_OFTEN, `claimed` is
    the day of the claim that stands against it and `again` the first day of the month in which it may be claimed
    again; with RIVAL, `rival` is what stands beside it."""

    term: Term | None
    refusal: Refusal | None = None
    claimed: date | None = None
    again: date | None = None
    rival: str = ""

    def __bool__(self) -> bool:
        return self.refusal is None

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What of the item is not confirmed; a refusal is no surer than that."""
        return self.term.doubts if self.term is not None else ()


def claimable(
    add_on: str,
    on: date,
    history: Iterable[tuple[str, date]] = (),
    *,
    occasion: Occasion | None = None,
    beside: Iterable[str] = (),
) -> Claimable:
    """Whether one more of an add-on (its key or code) may be claimed on a day.

    `history` are the other add-ons claimed for the same patient at the same institution (key or code, day): those
    that do not count with this one, and later days, change nothing. `occasion` is what it is claimed at, None where it
    is not to be judged; `beside` are other codes of the same month. What the facility must have is told by `add_ons`.
    Problem `payment.add-on-unknown`.

    >>> claimable("112708970", date(2025, 3, 5), [("112708970", date(2025, 1, 10))]).refusal
    <Refusal.TOO_OFTEN: 'too-often'>
    """
    term = next((one for one in terms_of(add_on) if one.covers(on)), None)
    if term is None:
        return Claimable(None, Refusal.NOT_IN_FORCE)
    item = term.item
    if occasion is not None and occasion is not item.occasion:
        return Claimable(term, Refusal.OTHER_OCCASION)
    months = item.months.value
    before = [day for name, day in history if day <= on and _counts(item, name, day)]
    if months is not None and before and _months(max(before), on) < months:
        last = max(before)
        return Claimable(term, Refusal.TOO_OFTEN, claimed=last, again=_later(last, months))
    codes = frozenset(beside)
    for rival in item.rivals:
        if codes & set(rival.codes):
            return Claimable(term, Refusal.RIVAL, rival=rival.name)
    return Claimable(term)


def _counts(item: Item, name: str, day: date) -> bool:
    """Whether what was claimed on a day counts with the item: a code that is no add-on does not."""
    groups = {item.group, *item.counts}
    found = add_on_of(name) if name.isdigit() else terms_of(name)
    return any(term.covers(day) and term.item.group in groups for term in found)


def _months(before: date, after: date) -> int:
    return (after.year - before.year) * 12 + after.month - before.month


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
