"""What is done for a patient in a month: an illness, days of visits, and the units of the bill that follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache

from kaihoken.people.draws import Urn
from kaihoken.people.receipts.bill import ClinicBill, supply_points

SUNDAY = 6
_CHRONIC_SINCE = 900
_QUARTER = 3


class Illness(StrEnum):
    """Why somebody comes; each is a group of diseases of people/clinic-bill."""

    COLD = "cold"
    STOMACH = "stomach"
    LIFESTYLE = "lifestyle"
    CHRONIC = "chronic"
    JOINT = "joint"
    WOUND = "wound"
    KIDNEY = "kidney"
    NERVE = "nerve"
    MIND = "mind"


_YOUNG: Urn[Illness] = Urn.of({Illness.COLD: 0.7, Illness.STOMACH: 0.15, Illness.WOUND: 0.15})
_GROWN: Urn[Illness] = Urn.of(
    {
        Illness.COLD: 0.3,
        Illness.STOMACH: 0.1,
        Illness.LIFESTYLE: 0.25,
        Illness.CHRONIC: 0.15,
        Illness.JOINT: 0.12,
        Illness.WOUND: 0.08,
    }
)
_OLD: Urn[Illness] = Urn.of(
    {
        Illness.COLD: 0.1,
        Illness.STOMACH: 0.05,
        Illness.LIFESTYLE: 0.45,
        Illness.CHRONIC: 0.2,
        Illness.JOINT: 0.17,
        Illness.WOUND: 0.03,
    }
)
_MOST_VISITS = {
    Illness.COLD: 2,
    Illness.STOMACH: 2,
    Illness.LIFESTYLE: 1,
    Illness.CHRONIC: 3,
    Illness.JOINT: 6,
    Illness.WOUND: 4,
    Illness.NERVE: 2,
    Illness.MIND: 2,
}
_ACUTE = frozenset((Illness.COLD, Illness.STOMACH, Illness.WOUND))


def illness_at(age: int, number: float) -> Illness:
    """The illness on which a number in [0, 1) falls for somebody of that age."""
    return (_YOUNG if age < 15 else _GROWN if age < 65 else _OLD).draw(number)


def visit_days(month: date, illness: Illness, numbers: Sequence[float]) -> list[date]:
    """Days of visits in rising order, no Sunday among them. `numbers` are seven draws in [0, 1)."""
    open_on = open_days(month)
    if illness is Illness.KIDNEY:
        pattern = (0, 2, 4) if numbers[0] < 0.5 else (1, 3, 5)
        return [day for day in open_on if day.weekday() in pattern]
    visits = 1 + int(numbers[0] * _MOST_VISITS[illness])
    edges = [nth * len(open_on) // visits for nth in range(visits + 1)]
    return [
        open_on[low + int(number * (high - low))]
        for low, high, number in zip(edges, edges[1:], numbers[1:], strict=False)
    ]


@cache
def open_days(month: date) -> tuple[date, ...]:
    """The days of a month on which the clinic sees patients: all but Sundays."""
    following = (month + timedelta(days=31)).replace(day=1)
    days = (month + timedelta(days=day) for day in range((following - month).days))
    return tuple(day for day in days if day.weekday() != SUNDAY)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a unit: a record kind, a code, an amount ("" for none)."""

    kind: str
    code: str
    amount: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """算定単位: parts with one sum of points. `days` says how often on which day of the month. `own` are units that
    belong to the disease for which a national subsidy pays."""

    section: str
    parts: tuple[Part, ...]
    points: int
    days: dict[int, int]
    own: bool = True

    @property
    def times(self) -> int:
        """回数."""
        return sum(self.days.values())

    @property
    def total(self) -> int:
        """Points of the unit in the month."""
        return self.points * self.times


@dataclass(slots=True)
class Treatment:
    """A patient's month at the clinic. `disease` is the code, `text` its name where it has no code."""

    illness: Illness
    days: list[date]
    disease: str
    begun: date
    text: str = ""
    comment: str = ""
    units: list[Unit] = field(default_factory=list)

    @property
    def points(self) -> int:
        """All points of the month."""
        return sum(unit.total for unit in self.units)


class Doctor:
    """Treats patients of one month by what the clinic charges."""

    def __init__(self, bill: ClinicBill, month: date) -> None:
        self._bill = bill
        self._turn = (month.year * 12 + month.month) % _QUARTER
        self._services = {
            name: (service.section, (Part("SI", service.code),), points)
            for name, service in bill.services.items()
            if (points := service.on(month))
        }

    def treat(
        self, illness: Illness, days: list[date], patient: int, born: date, numbers: Sequence[float]
    ) -> Treatment:
        """The treatment of a patient (by place in the nation). `numbers` are four draws in [0, 1)."""
        codes = self._bill.diseases[illness.value]
        first_visit = illness in _ACUTE
        begun = days[0] if first_visit else days[0] - timedelta(days=31 + int(numbers[0] * _CHRONIC_SINCE))
        done = Treatment(illness, days, codes[int(numbers[1] * len(codes))], max(begun, born))
        if illness is Illness.WOUND:
            done.text = "架空の擦過傷"
        self._visits(done, patient, first=first_visit)
        match illness:
            case Illness.COLD | Illness.STOMACH:
                self._given(done, ("fever", "allergy"), 4 + int(numbers[2] * 4))
            case Illness.LIFESTYLE:
                self._lifestyle(done, numbers)
            case Illness.JOINT:
                self._external(done)
            case Illness.WOUND:
                self._dressed(done)
            case Illness.KIDNEY:
                self._dialysed(done)
            case _:
                self._service(done, "prescription", days[:1])
        done.units.sort(key=lambda unit: unit.section)
        return done

    def inject(self, done: Treatment) -> None:
        """Adds the drug that brings a patient to the ceiling, with the comment that says why."""
        self._supplies(done, ("costly",), 1, done.days[0])
        done.comment = "架空の高額薬剤を医師の判断により投与"
        done.units.sort(key=lambda unit: unit.section)

    def apart(self, done: Treatment) -> None:
        """Adds a cold to the illness for which a national subsidy pays: 医保 and 地方単独 alone bear it."""
        self._supplies(done, ("fever",), 5, done.days[0], own=False)
        done.units.sort(key=lambda unit: unit.section)

    def _visits(self, done: Treatment, patient: int, *, first: bool) -> None:
        days = done.days
        again = days[1:] if first else days
        if first:
            for item in ("first", "viewed_first", "linked_first", "prices_first", "wages_first"):
                self._service(done, item, days[:1])
        for item in ("return", "statement", "prices_return", "wages_return"):
            self._service(done, item, again)
        if not first:
            self._service(done, "linked_return", days[:1])
            if patient % _QUARTER == self._turn:
                self._service(done, "viewed_return", days[:1])
        if done.illness is Illness.CHRONIC:
            self._service(done, "management", again)
            self._service(done, "chronic", days[:1])

    def _lifestyle(self, done: Treatment, numbers: Sequence[float]) -> None:
        day = done.days[:1]
        self._service(done, "lifestyle", day)
        if numbers[2] < 0.4:
            for item in ("urine", "blood", "sugar", "blood_read", "vein"):
                self._service(done, item, day)
        if numbers[2] < 0.1:
            self._service(done, "heart", day)
        if numbers[3] < 0.7:
            self._service(done, "prescription", day)
        else:
            self._given(done, ("pressure", "sugar_tablet"), 28)

    def _given(self, done: Treatment, drugs: tuple[str, ...], for_days: int) -> None:
        self._supplies(done, drugs, for_days, done.days[0])
        self._service(done, "dispensing", done.days[:1])
        self._service(done, "prescribing", done.days[:1])

    def _external(self, done: Treatment) -> None:
        self._supplies(done, ("tape",), 1, done.days[0])
        self._service(done, "prescribing", done.days[:1])

    def _dressed(self, done: Treatment) -> None:
        self._service(done, "wound", done.days)
        for day in done.days[:2]:
            self._supplies(done, ("dressing",), 1, day)

    def _dialysed(self, done: Treatment) -> None:
        self._service(done, "dialysis_care", done.days[:1])
        self._service(done, "dialysis", done.days)
        supply = self._bill.supplies["filter"]
        part = Part(supply.kind, supply.code, format(supply.amount), format(supply.price))
        points = supply_points(supply.price)
        done.units.append(Unit(supply.section, (part,), points, {day.day: 1 for day in done.days}))
        done.comment = "架空の透析の経過は安定"

    def _service(self, done: Treatment, item: str, days: Sequence[date]) -> None:
        service = self._services.get(item)
        if service is not None and days:
            section, parts, points = service
            done.units.append(Unit(section, parts, points, {day.day: 1 for day in days}))

    def _supplies(
        self, done: Treatment, names: tuple[str, ...], times: int, day: date, *, own: bool = True
    ) -> None:
        supplies = [self._bill.supplies[name] for name in names]
        yen = sum((supply.price * supply.amount for supply in supplies), Decimal())
        parts = tuple(
            Part(
                supply.kind,
                supply.code,
                format(supply.amount),
                format(supply.price) if supply.kind == "TO" else "",
            )
            for supply in supplies
        )
        done.units.append(Unit(supplies[0].section, parts, supply_points(yen), {day.day: times}, own))
