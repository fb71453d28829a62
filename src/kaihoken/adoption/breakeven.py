"""採算: how many first visits, and so how many patients a day, carry what a check online costs a month. Pure.

Computed in exact parts; what is told is the least that suffices, visits to a tenth, patients to one.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from kaihoken import rules
from kaihoken.adoption.law import FEE_TABLE, FacilityKind
from kaihoken.payment.counter import CounterTerms
from kaihoken.payment.fees import Doubt, Item, Occasion, Term, add_on_items, terms_of
from kaihoken.problems import Problem


@dataclass(frozen=True, slots=True)
class BreakEven:
    """`yen` is what an add-on brings a visit. `visits_a_day` is exact; `patients_a_day` is of how many patients those
    are the first visits. None: no number of visits suffices, or the part of first visits is not known."""

    yen: int
    monthly_yen: int
    days: int
    visits_a_day: Fraction | None
    patients_a_day: int | None

    @property
    def visits_to_a_tenth(self) -> float | None:
        """The visits a day, rounded up to a tenth."""
        return None if self.visits_a_day is None else ceil(self.visits_a_day * 10) / 10


@dataclass(frozen=True, slots=True)
class AddOnBreakEven:
    """The same for an item of the fee table, and for which days and by what source it stands there (`term`)."""

    key: str
    name: str
    points: int
    even: BreakEven
    term: Term

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What of the item is not confirmed."""
        return self.term.doubts


def break_even(monthly_yen: int, yen: int, days: int, first_percent: Fraction | None = None) -> BreakEven:
    """How many visits a day, of `days` a month, bring in so many yen at `yen` each; `first_percent` of a day's patients
    are such visits.

    >>> found = break_even(9_000, 40, 24, Fraction(15))
    >>> found.visits_to_a_tenth, found.patients_a_day
    (9.4, 63)
    """
    visits = Fraction(monthly_yen, yen * days) if yen > 0 else None
    patients = ceil(visits * 100 / first_percent) if visits is not None and first_percent else None
    return BreakEven(yen, monthly_yen, days, visits, patients)


def month_balance(even: BreakEven, patients_a_day: int, first_percent: Fraction) -> int:
    """What is left of a month's add-ons after the running cost, in whole yen; below 0 what is lacking."""
    brought = patients_a_day * first_percent / 100 * even.yen * even.days
    return floor(brought) - even.monthly_yen


def break_even_by_add_on(
    kind: FacilityKind, on: date, monthly_yen: int, days: int, first_percent: Fraction | None = None
) -> tuple[AddOnBreakEven, ...]:
    """The same for every add-on that goes with a first visit (at a pharmacy: a dispensing) on a day, the fewest points
    first. What an item demands of the facility is told by `kaihoken.payment.fees.add_ons`.

    Problem `rules.no_version` for a day before 2008-04-01.
    """
    point_yen = rules.load(CounterTerms, on=on).point_yen
    found = [
        AddOnBreakEven(
            item.key,
            item.name,
            points,
            break_even(monthly_yen, points * point_yen, days, first_percent),
            _term(item, on),
        )
        for item in add_on_items(on)
        if item.kind is FEE_TABLE[kind] and item.occasion in _COUNTED
        if (points := item.points.value)
    ]
    return tuple(sorted(found, key=lambda one: one.points))


def chosen(found: tuple[AddOnBreakEven, ...], key: str) -> AddOnBreakEven | None:
    """The add-on by which a facility counts: the one it names, else the one with the fewest points; None where there
    is none that day. Problem `adoption.add-on` for a name that is not among them."""
    if not key:
        return found[0] if found else None
    named = next((one for one in found if one.key == key), None)
    if named is None:
        raise Problem("adoption.add-on", where="add_on", known=", ".join(one.key for one in found) or "-")
    return named


_COUNTED = (Occasion.FIRST, Occasion.DISPENSING)


def _term(item: Item, on: date) -> Term:
    return next(term for term in terms_of(item.key) if term.covers(on))
