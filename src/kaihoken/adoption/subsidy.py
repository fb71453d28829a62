"""補助金: what 医療情報化支援基金 pays for taking up オンライン資格確認, by the day of the order. Pure.

What is missed is not paid: a deadline that has been missed makes the sum 0, one that lies ahead is listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kaihoken import rules
from kaihoken.adoption.doubt import once, unsure, unsure_file
from kaihoken.adoption.law import Deadlines, FacilityKind, Postponed, Subsidies, Terms
from kaihoken.payment.fees import Doubt


class Step(StrEnum):
    """What must be done by a day."""

    CONTRACT = "contract"
    LIVE = "live"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a facility orders and when. `order_on` is the day on which the card reader is ordered; a day that is not
    known yet is None. `applied_on` is when the money was asked for, `paid_before` that it was paid before 2022-08-10,
    `postponed_by` the number of the 猶予類型 that was accepted."""

    kind: FacilityKind
    order_on: date
    readers: int = 1
    contract_on: date | None = None
    live_on: date | None = None
    applied_on: date | None = None
    paid_before: bool = False
    postponed_by: int | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day. `met` is None while it is not done."""

    step: Step
    by: date
    met: bool | None


@dataclass(frozen=True, slots=True)
class Subsidy:
    """What is paid in yen: `base` by the terms of the order, and the `difference` to later terms. `open_difference` is
    what going live by `difference_until` would add. `free_readers` come in kind. `terms` None is: no subsidy is
    known."""

    terms: Terms | None
    base: int
    difference: int
    open_difference: int
    difference_until: date | None
    free_readers: int
    reader_yen: int
    deadlines: tuple[Deadline, ...]
    doubts: tuple[Doubt, ...]

    @property
    def yen(self) -> int:
        """The sum that is paid."""
        return self.base + self.difference

    @property
    def missed(self) -> tuple[Deadline, ...]:
        """The last days that have passed undone, for which nothing is paid."""
        return tuple(one for one in self.deadlines if one.met is False)


def subsidy(purchase: Purchase, system_yen: int) -> Subsidy:
    """What is paid for a cost of so many yen (事業額: all that is subsidised, without the readers).

    Problem `rules.no_version` for an order before 2020-08-07.
    """
    law = rules.load(Subsidies, on=purchase.order_on)
    terms = law.terms_for(purchase.kind, purchase.readers)
    free = min(max(purchase.readers, 0), law.free_readers.get(purchase.kind, 0))
    deadlines = tuple(_deadlines(law, purchase))
    missed = any(one.met is False for one in deadlines)
    base = 0 if terms is None or missed else _paid(law, terms, system_yen)
    more, doubts = _more(law, purchase, system_yen, base) if terms is not None and not missed else (0, ())
    window = law.difference
    live = purchase.live_on
    in_time = window is not None and live is not None and window.live_from <= live <= window.live_to
    still = window is not None and live is None
    return Subsidy(
        terms,
        base,
        difference=more if in_time else 0,
        open_difference=more if still else 0,
        difference_until=window.live_to if window is not None else None,
        free_readers=free,
        reader_yen=law.reader_yen.value,
        deadlines=deadlines,
        doubts=once(
            (
                *unsure_file("subsidy", Subsidies, purchase.order_on),
                *_doubts(law, terms, system_yen),
                *(doubts if in_time or still else ()),
                *_unsure_days(law, purchase),
            )
        ),
    )


def _paid(law: Subsidies, terms: Terms, system_yen: int) -> int:
    yen = min(_exact(terms, system_yen), terms.ceiling.value)
    return yen - yen % law.round_down_to.value


def _exact(terms: Terms, system_yen: int) -> int:
    part, whole = terms.share.value
    return min(system_yen, terms.cost_ceiling.value) * part // whole


def _more(law: Subsidies, purchase: Purchase, system_yen: int, base: int) -> tuple[int, tuple[Doubt, ...]]:
    """What later terms pay beyond the base to whom they are open, and what of them is not confirmed."""
    if law.difference is None or purchase.paid_before:
        return 0, ()
    later = rules.load(Subsidies, on=law.difference.terms_of)
    terms = later.terms_for(purchase.kind, purchase.readers)
    assert terms is not None, "whoever had terms before 2022-06-07 has terms after it"
    return max(_paid(later, terms, system_yen) - base, 0), tuple(_doubts(later, terms, system_yen))


def _doubts(law: Subsidies, terms: Terms | None, system_yen: int) -> Iterator[Doubt]:
    if terms is None:
        return
    yield from unsure("ceiling", terms.cost_ceiling, terms.share, terms.ceiling)
    exact = _exact(terms, system_yen)
    if exact < terms.ceiling.value and exact % law.round_down_to.value:
        yield from unsure("rounding", law.round_down_to)


def _deadlines(law: Subsidies, purchase: Purchase) -> Iterator[Deadline]:
    days = _days(law, purchase)
    if days is None:
        return
    if isinstance(days, Deadlines) and days.contract is not None:
        yield _deadline(Step.CONTRACT, days.contract.value, purchase.contract_on)
    yield _deadline(Step.LIVE, days.live.value, purchase.live_on)
    yield _deadline(Step.APPLY, days.apply.value, purchase.applied_on)


def _days(law: Subsidies, purchase: Purchase) -> Deadlines | Postponed | None:
    later = (one for one in law.postponed if purchase.postponed_by in one.reasons)
    return next(later, law.deadlines)


def _unsure_days(law: Subsidies, purchase: Purchase) -> Iterator[Doubt]:
    days = _days(law, purchase)
    if days is not None:
        yield from unsure("deadline", days.live, days.apply)


def _deadline(step: Step, by: date, done: date | None) -> Deadline:
    return Deadline(step, by, None if done is None else done <= by)
