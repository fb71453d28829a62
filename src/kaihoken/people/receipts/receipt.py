"""A receipt as the records of a claim file: the head, who pays, what was done."""

from dataclasses import dataclass
from datetime import date
from itertools import chain

from kaihoken.coverage import PublicExpense
from kaihoken.identity import kana_full
from kaihoken.people.receipts.insured import Insured
from kaihoken.people.receipts.layout import (
    Act,
    Ho,
    Jd,
    Ko,
    Line,
    Mf,
    Re,
    Sn,
    Sy,
    blank,
    record,
    wide,
)
from kaihoken.people.receipts.treatment import Treatment, Unit

_LOCAL_FROM = 80

# 負担区分 (別表21) by who pays: whether the insurance does, and which subsidies (1 to 4).
BURDENS = {
    (True, ()): "1",
    (True, (1,)): "2",
    (True, (2,)): "3",
    (True, (1, 2)): "4",
    (True, (3,)): "E",
    (True, (1, 3)): "M",
    (True, (2, 3)): "O",
    (True, (1, 2, 3)): "V",
    (False, (1,)): "5",
}


@dataclass(slots=True)
class Receipt:
    """The records of one receipt, from RE on. Mutable: troubles are planted into it."""

    records: list[Line]

    def one(self, kind: str) -> Line:
        """The first record of a kind. Raises KeyError where there is none."""
        for line in self.records:
            if line[0] == kind:
                return line
        raise KeyError(kind)

    def every(self, kind: str) -> list[Line]:
        """All records of a kind."""
        return [line for line in self.records if line[0] == kind]

    @property
    def payers(self) -> list[Line]:
        """HO and KO: what the file's 総件数 counts."""
        return [line for line in self.records if line[0] in ("HO", "KO")]

    @property
    def main_points(self) -> int:
        """合計点数 of the main payer, as it is written; 0 where there is none."""
        return int(self.payers[0][Ho.POINTS] or 0) if self.payers else 0

    def written(self) -> str:
        """The receipt's lines."""
        return "".join(f"{','.join(line)}\r\n" for line in self.records)


@dataclass(frozen=True, slots=True)
class Paid:
    """What a patient who reached a ceiling paid in yen, and the 特記事項 that says which."""

    yen: int
    note: str


def receipt_of(who: Insured, done: Treatment, month: date, chart: str, paid: Paid | None = None) -> Receipt:
    """The receipt of a patient's month. `chart` is カルテ番号; the receipt's number is written with the file."""
    days = [day.day for day in done.days]
    records = [_head(who, month, chart, paid)]
    numbers = [] if who.on_welfare else [0]
    if who.on_welfare:
        records.append(_welfare(who, days, done.points))
        numbers = [1]
    else:
        records.append(_insurance(who, days, done.points, paid))
    for nth, subsidy in enumerate(who.subsidies, 1):
        borne = sum(unit.total for unit in done.units if _bears(subsidy, unit))
        records.append(_subsidy(subsidy, days, borne))
        numbers.append(nth)
    records += [confirmed(who, payer) for payer in numbers]
    records += [visited(payer, days) for payer in numbers]
    records.append(record("MF", {Mf.KIND: "00" if paid is None else "01"}))
    records.append(_disease(done))
    records.extend(chain.from_iterable(_unit(unit, _burden(who, unit)) for unit in done.units))
    if done.comment:
        burden = _burden(who, done.units[0])
        records.append(["CO", done.units[-1].section, burden, "810000001", done.comment])
    return Receipt(records)


def _head(who: Insured, month: date, chart: str, paid: Paid | None) -> Line:
    coverage = who.coverage
    notes = "".join(note for note in (paid.note if paid else "", who.income_note) if note)
    return record(
        "RE",
        {
            Re.TYPE: who.type_code,
            Re.MONTH: f"{month:%Y%m}",
            Re.NAME: coverage.name,
            Re.SEX: coverage.sex,
            Re.BORN: f"{coverage.birthdate:%Y%m%d}",
            Re.BENEFIT: who.benefit,
            Re.MEAL_CLASS: who.meal_class,
            Re.NOTES: notes,
            Re.CHART: chart,
            Re.KANA: kana_full(coverage.kana),
        },
    )


def _insurance(who: Insured, days: list[int], points: int, paid: Paid | None) -> Line:
    coverage = who.coverage
    return record(
        "HO",
        {
            Ho.INSURER: who.insurer_field,
            Ho.SYMBOL: wide(coverage.symbol),
            Ho.NUMBER: wide(coverage.number),
            Ho.DAYS: str(len(days)),
            Ho.POINTS: str(points),
            Ho.PAID: str(paid.yen) if paid else "",
        },
    )


def _welfare(who: Insured, days: list[int], points: int) -> Line:
    return _payer(who.coverage.insurer_number, who.coverage.number, days, points)


def _subsidy(subsidy: PublicExpense, days: list[int], points: int) -> Line:
    line = _payer(subsidy.payer_number, subsidy.recipient_number, days, points)
    if subsidy.self_pay_yen:
        line[Ko.PAID] = str(subsidy.self_pay_yen * len(days))
    return line


def _payer(number: str, recipient: str, days: list[int], points: int) -> Line:
    return record(
        "KO",
        {
            Ko.PAYER: number,
            Ko.RECIPIENT: recipient,
            Ko.DAYS: str(len(days)),
            Ko.POINTS: str(points),
        },
    )


def confirmed(who: Insured, payer: int) -> Line:
    """資格確認 of a first claim for a payer (0 the insurance): 確認区分 01, and 枝番 where the insurance has one."""
    branch = "" if payer or who.late else who.coverage.branch
    return record("SN", {Sn.PAYER: str(payer + 1), Sn.CONFIRMED: "01", Sn.BRANCH: branch})


def visited(payer: int, days: list[int]) -> Line:
    """受診日等 of a payer (0 the insurance)."""
    line = blank("JD")
    line[Jd.PAYER] = str(payer + 1)
    for day in days:
        line[Jd.DAY + day] = "1"
    return line


def _disease(done: Treatment) -> Line:
    return record(
        "SY",
        {
            Sy.CODE: done.disease,
            Sy.BEGUN: f"{done.begun:%Y%m%d}",
            Sy.OUTCOME: "1",
            Sy.TEXT: done.text,
            Sy.MAIN: "01",
        },
    )


def _unit(unit: Unit, burden: str) -> list[Line]:
    """The records of a unit: 診療識別 on the first, points on the last, days on all."""
    lines = []
    times = str(unit.times)
    for nth, part in enumerate(unit.parts):
        line = blank(part.kind)
        line[Act.BURDEN] = burden
        line[Act.CODE] = part.code
        line[Act.AMOUNT] = part.amount
        line[Act.TIMES] = times
        if nth == 0:
            line[Act.SECTION] = unit.section
        if nth == len(unit.parts) - 1:
            line[Act.POINTS] = str(unit.points)
        if part.price:
            line[Act.PRICE] = part.price
        first = Act.DAY[part.kind]
        for day, often in unit.days.items():
            line[first + day] = str(often)
        lines.append(line)
    return lines


def _bears(subsidy: PublicExpense, unit: Unit) -> bool:
    """Whether a subsidy pays for a unit: 地方単独 for everything, a national one for its own disease."""
    return unit.own or int(subsidy.payer_number[:2]) >= _LOCAL_FROM


def _burden(who: Insured, unit: Unit) -> str:
    if who.on_welfare:
        return BURDENS[False, (1,)]
    bearing = tuple(nth for nth, subsidy in enumerate(who.subsidies, 1) if _bears(subsidy, unit))
    return BURDENS[True, bearing]
