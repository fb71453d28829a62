"""Who comes to the clinic in a month: people of the medical area around its place, as the nation has them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kaihoken.coverage import Coverage, PublicExpense
from kaihoken.identity import age_on
from kaihoken.people.draws import Draws, at_age
from kaihoken.people.nation import Nation, Person
from kaihoken.people.places import Municipality, Places
from kaihoken.people.plan import Plan
from kaihoken.people.receipts.bill import ClinicBill, bill_of
from kaihoken.people.receipts.insured import Insured, believed, insured, insured_by
from kaihoken.people.receipts.receipt import Paid, Receipt, receipt_of
from kaihoken.people.receipts.treatment import Doctor, Illness, Treatment, illness_at, visit_days
from kaihoken.problems import Problem

NATION = 123_000_000
"""The nation is as large as the real one, so that an area holds as many people as it does."""

KINDS = ("medical", "dental", "pharmacy", "visiting", "dpc")

_NEAR = 5
_STREAM = 100_000
"""Streams of draws of months begin here: above those of the nation itself."""

_LOTS = 20
_COMES, _ILLNESS, _DAYS, _TREATMENT, _SUBSIDY, _COSTLY, _PAPER, _MARK = 0, 1, 2, 9, 13, 14, 15, 16

_VISITORS = ((0, 0.55), (7, 0.4), (15, 0.25), (40, 0.4), (65, 0.65), (75, 0.75))
_OWN_DISEASE = 0.6
_COSTLY_CHANCE = 0.03
_BELOW_70 = {"A01": "26", "A02": "27", "A03": "28", "A04": "29", "A05": "30"}
_DIALYSIS = "1"
_DIALYSIS_NOTES = {10_000: "02", 20_000: "16"}
_LOCAL = "8"
_OWN_ILLNESSES = {"54": Illness.NERVE, "52": Illness.NERVE, "21": Illness.MIND}


@dataclass(frozen=True, slots=True)
class Order:
    """The month of one fictional clinic: where it is, which month, how many receipts, and the day on which it is all
    known. `troubles` is the share of receipts into which something is planted; `kind`
    is medical, or dental, pharmacy, visiting or dpc, into which nothing can be.

    Raises Problem `people.claims-count`, `people.claims-month`, `people.claims-troubles` and
    `people.claims-kind`.
    """

    place: Municipality
    month: date
    count: int
    seed: int
    as_of: date
    troubles: float = 0.0
    kind: str = "medical"

    MOST = 1_000_000

    def __post_init__(self) -> None:
        if not 1 <= self.count <= Order.MOST:
            raise Problem("people.claims-count", most=Order.MOST)
        if self.month.day != 1 or self.as_of < self.month:
            raise Problem("people.claims-month")
        if not 0 <= self.troubles <= 1:
            raise Problem("people.claims-troubles")
        if self.kind not in KINDS or (self.troubles and self.kind != KINDS[0]):
            raise Problem("people.claims-kind")

    @property
    def claimed(self) -> date:
        """請求年月: the month in which the file is sent."""
        return following(self.month)


@dataclass(slots=True)
class Patient:
    """Somebody with a receipt in the month. `lot` is a number in [0, 1) that nothing before it used."""

    person: Person
    who: Insured
    done: Treatment
    receipt: Receipt
    lot: float


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def place_named(text: str, where: Places) -> Municipality:
    """The municipality by its code or its name (with its prefecture in front where several share it). Problem
    `people.claims-place`."""
    named = [
        place
        for place in where.municipalities
        if text in (place.code, place.prefix)
        or (text == place.prefix[len(where.prefectures[place.prefecture]) :])
    ]
    if len(named) != 1:
        near = [place.prefix for place in where.municipalities if text in place.prefix][:_NEAR]
        raise Problem("people.claims-place", found=len(named), near=" ".join(near) or "-")
    return named[0]


class Month:
    """Makes the patients of an order, one after another, the same for equal orders. `nation` is whose people they are,
    where it is not one of the order's own."""

    def __init__(self, order: Order, nation: Nation | None = None) -> None:
        self.order = order
        self.bill: ClinicBill = bill_of(order.month)
        self._nation = nation or Nation(Plan(NATION, order.seed, order.as_of))
        self._doctor = Doctor(self.bill, order.month)
        self._stream = _STREAM + order.month.year * 12 + order.month.month

    def patients(self) -> Iterator[Patient]:
        """Patients without end: of the clinic's area first, then of those behind it."""
        blocks = self._nation.plan.blocks
        first = self._nation.first_block(self.order.place)
        while True:
            for nth in range(blocks):
                yield from self.of_block((first + nth) % blocks)

    def of_block(self, block: int) -> Iterator[Patient]:
        """Those of a block of the nation who come. Who cannot be told by numbers from another of the family stays
        away: whose claim that would be, no register says."""
        people = self._nation.block(block)
        having = Counter(key for person in people for key in {_numbers(one) for one in _coverages(person)})
        lots = Draws(self.order.seed, block, self._stream).table(len(people), _LOTS)
        for person, own in zip(people, lots, strict=True):
            patient = self._patient(person, own)
            if patient is None:
                continue
            if any(not one.branch and having[_numbers(one)] > 1 for one in _coverages(person)):
                continue
            yield patient

    def seen(
        self, person: Person, coverage: Coverage, illness: Illness, days: list[date], chart: str
    ) -> Patient:
        """Somebody who came on these days, by a coverage that the clinic has in its file and 公費 that ran then."""
        facts = believed(person).values()
        subsidies = [one for one in facts if isinstance(one, PublicExpense) and one.in_force(days[0])]
        who = insured_by(coverage, subsidies, self.order.month)
        done = self._doctor.treat(
            illness, days, person.place, coverage.birthdate, (0.5,) * (_SUBSIDY - _TREATMENT)
        )
        return Patient(person, who, done, receipt_of(who, done, self.order.month, chart), 1.0)

    def _patient(self, person: Person, own: Sequence[float]) -> Patient | None:
        month = self.order.month
        coverage = _coverages(person)[0]
        if coverage.birthdate > month:
            return None
        age = age_on(coverage.birthdate, month)
        if own[_COMES] >= at_age(_VISITORS, age):
            return None
        illness = illness_at(age, own[_ILLNESS])
        days = visit_days(month, illness, own[_DAYS:_TREATMENT])
        who = insured(person, month, days, own[_PAPER])
        if who is None:
            return None
        who, illness = _reason(who, illness, own)
        if illness is Illness.KIDNEY:
            days = visit_days(month, illness, own[_DAYS:_TREATMENT])
            if insured(person, month, days, own[_PAPER]) is None:
                return None
        done = self._doctor.treat(illness, days, person.place, coverage.birthdate, own[_TREATMENT:_SUBSIDY])
        paid = self._ceiling(who, done, own)
        if len(who.subsidies) and illness in (Illness.NERVE, Illness.MIND):
            self._doctor.apart(done)
        chart = str(1 + person.place % 9_999_999)
        return Patient(person, who, done, receipt_of(who, done, month, chart, paid), own[_MARK])

    def _ceiling(self, who: Insured, done: Treatment, own: Sequence[float]) -> Paid | None:
        """What a patient pays who reaches a ceiling: with dialysis, or with a costly drug and a known class."""
        if done.illness is Illness.KIDNEY:
            limit = who.coverage.diseases[0].monthly_limit_yen
            return Paid(limit, _DIALYSIS_NOTES[limit])
        known = not who.elderly and who.category in _BELOW_70 and not who.subsidies and not who.on_welfare
        if not known or who.preschool or own[_COSTLY] >= _COSTLY_CHANCE:
            return None
        self._doctor.inject(done)
        expense = done.points * 10
        return Paid(self.bill.ceiling_yen(who.category, expense, self.order.month), _BELOW_70[who.category])


def _coverages(person: Person) -> list[Coverage]:
    return [said.fact for said in person.stated if isinstance(said.fact, Coverage)]


def _numbers(coverage: Coverage) -> tuple[str, str, date]:
    """What a claim and the register are compared by, without 枝番: twins share it, and a couple of one birthday."""
    return coverage.insurer_number, coverage.number, coverage.birthdate


def _reason(who: Insured, illness: Illness, own: Sequence[float]) -> tuple[Insured, Illness]:
    """Why the patient comes: for dialysis, for the disease of a national subsidy, or for neither; subsidies that do
    not pay for it are left out."""
    diseases = who.coverage.diseases
    if diseases and diseases[0].category == _DIALYSIS and not who.subsidies:
        return who, Illness.KIDNEY
    local = tuple(one for one in who.subsidies if one.payer_number.startswith(_LOCAL))
    for subsidy in who.subsidies:
        own_illness = _OWN_ILLNESSES.get(subsidy.payer_number[:2])
        if own_illness is not None and own[_SUBSIDY] < _OWN_DISEASE:
            return replace(who, subsidies=(subsidy, *local)), own_illness
    return (who if local == who.subsidies else replace(who, subsidies=local)), illness
