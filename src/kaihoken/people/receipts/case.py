"""One receipt with everything that is known of it, while troubles may be planted into it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import msgspec

from kaihoken.people.receipts.insured import Insured
from kaihoken.people.receipts.layout import Act, Ho, Jd, Line, Re
from kaihoken.people.receipts.patients import Patient
from kaihoken.people.receipts.receipt import Receipt
from kaihoken.people.receipts.register import Row, rows_of
from kaihoken.people.receipts.truth import Stay, Verdict


@dataclass(slots=True)
class Case:
    """A patient's receipt, the rows of the coverage table about the person, and what is true of the two.

    `current` is the place in `register` of the coverage that is written on the receipt. `skipped` is how many numbers
    were left out before the receipt's. `at_claim` is the verdict on the 10th where it was another. `belongs` says who
    pays for which days where that is not simply who is written.
    """

    patient: Patient
    month: date
    register: list[Row]
    current: int
    house: str
    skipped: int = 0
    eligibility: Verdict = "as-written"
    at_claim: Verdict | None = None
    belongs: tuple[Stay, ...] = ()

    @classmethod
    def of(cls, patient: Patient, month: date) -> "Case":
        """The case of a patient without troubles."""
        register = rows_of(patient.person)
        coverage = patient.who.coverage
        current = next(
            place
            for place, row in enumerate(register)
            if row.insurer_number == coverage.insurer_number
            and row.from_day == coverage.acquired
            and row.number == coverage.number
        )
        return cls(patient, month, register, current, patient.who.house)

    @property
    def who(self) -> Insured:
        """Who pays."""
        return self.patient.who

    @property
    def receipt(self) -> Receipt:
        """The receipt's records."""
        return self.patient.receipt

    @property
    def head(self) -> Line:
        """RE."""
        return self.receipt.records[0]

    @property
    def ho(self) -> Line:
        """The insurance: HO. Only where there is one."""
        return self.receipt.one("HO")

    @property
    def insured(self) -> bool:
        """Whether an insurance pays: HO stands on the receipt."""
        return not self.who.on_welfare

    @property
    def law(self) -> str:
        """法別番号 of the insurance; "" for 国保, "12" for 医療扶助."""
        law = self.who.coverage.insurer_number[:2]
        return "" if law == "00" else law

    @property
    def days(self) -> list[date]:
        """Days of visits in rising order."""
        return self.patient.done.days

    @property
    def row(self) -> Row:
        """The coverage that is written on the receipt, as the register has it."""
        return self.register[self.current]

    @property
    def patient_digit(self) -> str:
        """The last digit of レセプト種別."""
        return self.head[Re.TYPE][3]

    def retype(self, digit: str) -> None:
        """Writes another last digit of レセプト種別."""
        self.head[Re.TYPE] = self.head[Re.TYPE][:3] + digit

    def born_truly(self, born: date) -> None:
        """Gives the patient another birthday, on the receipt and in the register."""
        self.head[Re.BORN] = f"{born:%Y%m%d}"
        current = self.row
        rows = [
            row for row in self.register if row is current or row.until_day is None or row.until_day > born
        ]
        self.current = next(place for place, row in enumerate(rows) if row is current)
        self.register = [
            msgspec.structs.replace(row, birthdate=born, from_day=max(row.from_day, born)) for row in rows
        ]

    def named_truly(self, name: str) -> None:
        """Gives the patient another name, likewise."""
        self.head[Re.NAME] = name
        self.register = [msgspec.structs.replace(row, name=name) for row in self.register]

    def symbol_truly(self, symbol: str) -> None:
        """Gives the coverage another 記号, likewise."""
        self.ho[Ho.SYMBOL] = symbol
        self.register[self.current] = msgspec.structs.replace(self.row, symbol=symbol)

    def number_truly(self, number: str) -> None:
        """Gives the coverage another 番号, likewise."""
        self.ho[Ho.NUMBER] = number
        self.register[self.current] = msgspec.structs.replace(self.row, number=number)

    def acts(self) -> list[Line]:
        """SI, IY and TO."""
        return [line for line in self.receipt.records if line[0] in Act.DAY]

    def add_points(self, points: int) -> None:
        """Adds to 合計点数 of every payer."""
        for payer in self.receipt.payers:
            payer[Ho.POINTS] = str(int(payer[Ho.POINTS]) + points)

    def visit_twice(self) -> bool:
        """Whether the patient came on two days at least."""
        return len(self.days) > 1

    def jd(self, day: int, mark: str) -> None:
        """Writes a mark for a day of the month for every payer."""
        for line in self.receipt.every("JD"):
            line[Jd.DAY + day] = mark


Change = Callable[[Case], bool]
"""Changes a case. False where it does not fit: then nothing was changed."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that goes wrong on a receipt, and its twin: what looks like it and is lawful.

    `key` names the trouble in words of its own. `plant` makes a correct case wrong; `allow` makes the twin. `notice`
    marks what is no mistake and yet wants a word.
    """

    key: str
    wrong: str
    plant: Change
    lawful: str
    allow: Change
    notice: bool = False


def writing(kind: str, place: int, text: str, when: Callable[[Case], bool]) -> Change:
    """Writes a text into a field of the first record of a kind, where `when` holds."""

    def change(case: Case) -> bool:
        if not when(case):
            return False
        case.receipt.one(kind)[place] = text
        return True

    return change


def without(*kinds: str) -> Change:
    """Leaves records of these kinds out."""

    def change(case: Case) -> bool:
        records = case.receipt.records
        kept = [line for line in records if line[0] not in kinds]
        if len(kept) == len(records):
            return False
        records[:] = kept
        return True

    return change


def as_it_is(when: Callable[[Case], bool]) -> Change:
    """Changes nothing; fits where `when` holds."""
    return when
