"""What the kinds of claim files have in common: a head of the file, and receipts of the same people and payers whose
fields stand elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kaihoken.identity import kana_full
from kaihoken.people.receipts.files import Clinic
from kaihoken.people.receipts.insured import Insured
from kaihoken.people.receipts.layout import Line, record, wide
from kaihoken.people.receipts.patients import Patient
from kaihoken.people.receipts.receipt import BURDENS, Receipt, confirmed, visited


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the records behind the payers' ones, the sum of points, the days, and the meals of a stay with
    what they cost in yen."""

    records: list[Line]
    points: int
    days: list[date]
    meals: int = 0
    meal_yen: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """Where the fields of RE, HO and KO stand, which differ between kinds; a width counts the record's id."""

    head: int
    benefit: int
    meal_class: int
    notes: int
    chart: int
    kana: int
    name: int = 4
    sex: int = 5
    born: int = 6
    insurance: int = 15
    meals: int = 0
    subsidy: int = 12


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of claim file. `digit` is 点数表 and opens レセプト種別; `first` makes the head of the file, `each` what
    stands before RE on every receipt, `beside` what of
    another facility stands in RE behind 特記事項, `treat` what was done."""

    name: str
    digit: str
    file_name: str
    facility: str
    places: Places
    first: Callable[[Clinic, str, str], Line]
    treat: Callable[[Patient, date, Clinic], Done]
    each: Callable[[Clinic, str, str], list[Line]] = lambda _clinic, _house, _claimed: []
    beside: Callable[[Clinic], list[str]] = lambda _clinic: []
    stay: bool = False

    def receipt(self, patient: Patient, month: date, clinic: Clinic, claimed: str) -> Receipt:
        """A patient's receipt of this kind. The patient's days become those on which it says that they came."""
        who = patient.who
        done = self.treat(patient, month, clinic)
        patient.done.days = done.days
        days = [day.day for day in done.days]
        numbers = [1] if who.on_welfare else list(range(1 + len(who.subsidies)))
        head = self._head(who, month, patient, done)
        other = self.beside(clinic)
        head[self.places.notes + 1 : self.places.notes + 1 + len(other)] = other
        records = [*self.each(clinic, who.house, claimed), head]
        records += [self._payer(who, number, days, done) for number in numbers]
        records += [confirmed(who, number) for number in numbers]
        records += [visited(number, days) for number in numbers]
        records.append(record("MF", {1: "00"}))
        return Receipt(records + done.records)

    def _head(self, who: Insured, month: date, patient: Patient, done: Done) -> Line:
        coverage, places = who.coverage, self.places
        line = ["RE"] + [""] * (places.head - 1)
        line[2] = self.digit + who.type_code[1:3] + self._patient(who)
        line[3] = f"{month:%Y%m}"
        line[places.name] = coverage.name
        line[places.sex] = coverage.sex
        line[places.born] = f"{coverage.birthdate:%Y%m%d}"
        line[places.benefit] = who.benefit
        line[places.meal_class] = who.meal_class
        line[places.notes] = who.income_note
        line[places.chart] = str(1 + patient.person.place % 9_999_999)
        line[places.kana] = kana_full(coverage.kana)
        if self.stay:
            line[_ADMITTED] = f"{done.days[0]:%Y%m%d}"
        return line

    def _patient(self, who: Insured) -> str:
        """The last digit of 種別: in hospital one less than outside."""
        outside = who.type_code[3]
        return str((int(outside) - 1) % 10) if self.stay else outside

    def _payer(self, who: Insured, number: int, days: list[int], done: Done) -> Line:
        places = self.places
        if number == 0:
            coverage = who.coverage
            line = ["HO"] + [""] * (places.insurance - 1)
            line[1:4] = [who.insurer_field, wide(coverage.symbol), wide(coverage.number)]
            if places.meals:
                line[places.meals], line[places.meals + 1] = str(done.meals), str(done.meal_yen)
        else:
            line = ["KO"] + [""] * (places.subsidy - 1)
            line[1:3] = _subsidy(who, number)
        line[4:6] = [str(len(days)), str(done.points)]
        return line


def _subsidy(who: Insured, number: int) -> list[str]:
    if who.on_welfare:
        return [who.coverage.insurer_number, who.coverage.number]
    subsidy = who.subsidies[number - 1]
    return [subsidy.payer_number, subsidy.recipient_number]


_ADMITTED = 8


def burden_of(who: Insured) -> str:
    """負担区分 of a line that everybody bears."""
    return BURDENS[not who.on_welfare, (1,) if who.on_welfare else tuple(range(1, 1 + len(who.subsidies)))]


def on_days(first: int, days: list[date], line: Line) -> Line:
    """Marks days of the month in a line whose day 1 stands at `first`."""
    for day in days:
        line[first + day.day - 1] = "1"
    return line
