"""Who pays for a patient in a month: the coverage, the subsidies, and what follows from them for the receipt's head."""

from dataclasses import dataclass
from datetime import date

from kaihoken.coverage import Coverage, Fact, PublicExpense
from kaihoken.identity import elderly_from, is_preschool
from kaihoken.people.nation import Person
from kaihoken.people.policies import SPECIAL_EXPENSE, WELFARE
from kaihoken.people.receipts.unregistered import unregistered

_LATE_ELDERLY = "39"
_RESIDENCE = "00"
_ELDERLY_NOTES = {"B01": "26", "B02": "27", "B03": "28", "B04": "29", "B09": "41", "B10": "42"}
_LOW_INCOMES = {"B05": "1", "B06": "3", "B07": "4", "B08": "3"}
_LOW_NOTE = "30"

# 公費 stand on a receipt in the order in which they pay (those of the nation; 地方単独 come last).
_ORDER = ("21", "15", "19", "54", "52")


@dataclass(frozen=True, slots=True)
class Insured:
    """Who pays. `share` is 負担割合 in percent, `elderly` 高齢受給者 or 後期高齢者, `category` 適用区分 if known.

    `house` is the 審査支払機関: 1 支払基金, 2 国保連.
    """

    coverage: Coverage
    house: str
    share: int
    elderly: bool
    late: bool
    preschool: bool
    category: str
    subsidies: tuple[PublicExpense, ...]

    @property
    def on_welfare(self) -> bool:
        """医療扶助 alone: the office pays everything."""
        return self.coverage.classification == WELFARE

    @property
    def insurer_field(self) -> str:
        """保険者番号 in eight columns: six digits of 国保 with two spaces in front."""
        number = self.coverage.insurer_number
        return f"  {number[2:]}" if number.startswith(_RESIDENCE) else number

    @property
    def type_code(self) -> str:
        """レセプト種別 of an outpatient of 医科: kind of payer, number of payers, who the patient is."""
        if self.on_welfare:
            return f"12{len(self.subsidies) + 1}2"
        system = "3" if self.late else "1"
        return f"1{system}{1 + len(self.subsidies)}{self._patient}"

    @property
    def _patient(self) -> str:
        if self.elderly:
            return "0" if self.share == 30 else "8"
        if self.preschool:
            return "4"
        return "2" if self.coverage.relation != "2" else "6"

    @property
    def benefit(self) -> str:
        """給付割合, which 国保 alone states."""
        return str(100 - self.share) if self.coverage.insurer_number.startswith(_RESIDENCE) else ""

    @property
    def income_note(self) -> str:
        """特記事項 of the income class that every receipt of one of 70 and over carries; "" for the younger."""
        if not self.elderly:
            return ""
        if self.share == 30:
            return _ELDERLY_NOTES[self.category] if self.category in ("B01", "B02", "B03") else "26"
        if self.category in _LOW_INCOMES:
            return _LOW_NOTE
        return ("41" if self.share == 20 else "42") if self.late else "29"

    @property
    def meal_class(self) -> str:
        """一部負担金等の区分: 1 低所得Ⅱ, 3 低所得Ⅰ, 4 老齢福祉年金."""
        return _LOW_INCOMES.get(self.category, "") if self.income_note == _LOW_NOTE else ""


def insured(person: Person, month: date, days: list[date], lot: float) -> Insured | None:
    """Who pays for somebody seen on these days of a month. None for who has no single coverage through all of them,
    or one that pays no bills (特別療養費), or insurance beside 医療扶助. `lot`, a number in [0, 1), decides who has a
    subsidy of which the register knows nothing."""
    first, last = days[0], days[-1]
    facts = [fact for fact in believed(person).values() if not fact.withdrawn]
    running = [
        fact for fact in facts if isinstance(fact, Coverage) and fact.in_force(first) and fact.in_force(last)
    ]
    welfare = {coverage.classification == WELFARE for coverage in running}
    if not running or len(welfare) == 2:
        return None
    coverage = max(running, key=lambda one: one.acquired)
    if coverage.classification == SPECIAL_EXPENSE or coverage.acquired < coverage.birthdate:
        return None
    subsidies = [
        fact
        for fact in facts
        if isinstance(fact, PublicExpense) and fact.in_force(first) and fact.in_force(last)
    ]
    return insured_by(coverage, subsidies or unregistered(person.place, coverage, month, lot), month)


def believed(person: Person) -> dict[int, Fact]:
    """The last word on each subject of a person."""
    return {stated.subject: stated.fact for stated in person.stated}


def insured_by(coverage: Coverage, subsidies: list[PublicExpense], month: date) -> Insured:
    """Who pays by a coverage that a clinic has in its file, whether it still runs or not."""
    number = coverage.insurer_number
    late = number.startswith(_LATE_ELDERLY)
    on_welfare = coverage.classification == WELFARE
    elderly = late or (not on_welfare and elderly_from(coverage.birthdate) <= month)
    preschool = not elderly and is_preschool(coverage.birthdate, month)
    return Insured(
        coverage=coverage,
        house="2" if late or number.startswith(_RESIDENCE) else "1",
        share=_share(coverage, elderly=elderly, late=late, preschool=preschool),
        elderly=elderly,
        late=late,
        preschool=preschool,
        category=next((limit.category for limit in coverage.limits if limit.valid_from <= month), ""),
        subsidies=() if on_welfare else tuple(sorted(subsidies, key=_place)),
    )


def _share(coverage: Coverage, *, elderly: bool, late: bool, preschool: bool) -> int:
    if late:
        return coverage.share_percent or 10
    if elderly:
        return coverage.elderly.share_percent if coverage.elderly is not None else 20
    return 20 if preschool else 30


def _place(subsidy: PublicExpense) -> tuple[int, str]:
    law = subsidy.payer_number[:2]
    return (_ORDER.index(law) if law in _ORDER else len(_ORDER), law)
