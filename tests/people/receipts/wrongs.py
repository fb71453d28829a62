"""What each planted trouble looks like to somebody who only reads the file and the coverage table. Written apart from
the makers: a receipt is wrong in this way, or it is not."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from kaihoken.people.receipts import Truth

from .reading import Read, number_fits

MONTH = date(2026, 9, 1)
LAST = 30
SCHOOL = date(2020, 4, 2)
"""The first birthday of those who are not yet at school in the month."""
CEILINGS = {
    "26": (270_300, 901_000),
    "27": (179_100, 597_000),
    "28": (85_800, 286_000),
    "29": (61_500, None),
    "30": (36_900, None),
}
ONE_A_MONTH = ("111704170", "112709570")
Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Held:
    """A receipt beside its truth, its person's rows that stand at the end, and the number of the receipt before."""

    read: Read
    truth: Truth
    rows: list[dict[str, str]]
    before: int

    @property
    def head(self) -> list[str]:
        return self.read.head

    @cached_property
    def ho(self) -> list[str]:
        found = self.read.of("HO")
        return found[0] if found else [""] * 15

    @cached_property
    def kos(self) -> list[list[str]]:
        return self.read.of("KO")

    @property
    def law(self) -> str:
        insurer = self.ho[1]
        return "国保" if insurer.startswith(" ") else insurer[:2]

    @property
    def patient(self) -> str:
        return self.head[2][3]

    @cached_property
    def born(self) -> date | None:
        try:
            return date.fromisoformat(self.head[6])
        except ValueError:
            return None

    @property
    def branch(self) -> str:
        return self.read.of("SN")[0][6]

    @cached_property
    def notes(self) -> list[str]:
        return re.findall("..?", self.head[11])

    @property
    def days(self) -> list[date]:
        first = date.fromisoformat(f"{self.truth.month}-01")
        return [first.replace(day=day) for day in self.truth.days]

    @cached_property
    def codes(self) -> list[str]:
        return [act[3] for act in self.read.acts]

    def aged(self, years: int, months: int = 0) -> bool:
        """Whether the patient has reached an age by the first day of the month (or of one so many later)."""
        born = self.born or date(2000, 1, 1)
        month = date(MONTH.year, MONTH.month + months, 1)
        return (month.year - born.year, month.month, month.day) >= (years, born.month, born.day)

    def old(self, first: date) -> bool:
        return (self.born or date(2000, 1, 1)) >= first

    @cached_property
    def written(self) -> list[dict[str, str]]:
        """Rows of the number that is written on the receipt."""
        insurer = self.ho[1].replace(" ", "0") if self.law else self.kos[0][1] if self.kos else ""
        number = self.ho[3] if self.law else self.kos[0][2] if self.kos else ""
        return [
            row
            for row in self.rows
            if row["insurer_number"] == insurer
            and wide(row["number"]) == wide(number)
            and wide(row["symbol"]) == wide(self.ho[2].replace("　", ""))
        ]

    def covered(self, day: date) -> bool:
        return any(runs(row, day) for row in self.written)

    def others(self, day: date) -> list[dict[str, str]]:
        return [row for row in self.rows if row not in self.written and runs(row, day)]

    @cached_property
    def lapsed(self) -> list[date]:
        """Days of visits on which the written coverage does not run, though the number is known."""
        return [day for day in self.days if self.written and not self.covered(day)]


def runs(row: dict[str, str], day: date) -> bool:
    return row["from_day"] <= day.isoformat() and (not row["until_day"] or day.isoformat() < row["until_day"])


def wide(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def held(folder: Path, reads: dict[str, list[Read]], truths: Iterable[Truth]) -> list[Held]:
    """All receipts of a month with what belongs to each."""
    rows: Rows = defaultdict(list)
    with (folder / "coverages.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["superseded_at"]:
                rows[row["person"]].append(row)
    found = []
    for truth in truths:
        reading = reads[truth.file]
        before = int(reading[truth.receipt - 2].head[1]) if truth.receipt > 1 else 0
        found.append(Held(reading[truth.receipt - 1], truth, rows[truth.person], before))
    return found


def late(held: Held) -> bool:
    return held.law == "39"


def under_70(held: Held) -> bool:
    return bool(held.law) and held.patient in "26" and not held.aged(70)


def elderly(held: Held, digit: str) -> bool:
    return bool(held.law) and not late(held) and held.patient == digit


def units(held: Held) -> int:
    return held.read.points


def ceiling(held: Held) -> int | None:
    if len(held.notes) != 1 or held.notes[0] not in CEILINGS or not under_70(held):
        return None
    base, above = CEILINGS[held.notes[0]]
    expense = held.read.points * 10
    return base if above is None else base + (max(expense - above, 0) + 50) // 100


def longest_without_section(held: Held) -> int:
    longest = running = 0
    for line in held.read.lines:
        if line[0] in ("SI", "IY", "TO", "CO"):
            running = 0 if line[1] else running + 1
            longest = max(longest, running)
    return longest


def lines_on(held: Held, day: int) -> bool:
    return any(day in held.read.days_of(act) for act in held.read.acts)


def differs(held: Held, place: int, column: str) -> bool:
    value = held.head[place].replace("-", "")
    return any(row[column].replace("-", "") != value for row in held.written)


def digits(text: str) -> bool:
    return text.translate(str.maketrans("０１２３４５６７８９", "0123456789")).isdigit()


def counted(held: Held) -> int:
    return sum(mark == "1" for mark in held.read.of("JD")[0][2:])


def raw(text: str) -> bool:
    return any("\udc80" <= one <= "\udcff" for one in text)


def readable(text: str) -> bool:
    """Whether every character is in JIS X 0208 (and none a byte that cp932 does not know)."""
    try:
        text.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


Wrong = Callable[[Held], bool]

WRONGS: dict[str, Wrong] = {
    "unknown-without-a-word": lambda h: (
        h.ho[1] == "7" * 8 and not any("不詳" in field for line in h.read.of("CO") for field in line)
    ),
    "insurer-digit-mistyped": lambda h: len(h.ho[1]) == 8 and h.ho[1] != "7" * 8 and not number_fits(h.ho[1]),
    "insurer-digit-dropped": lambda h: bool(h.ho[0]) and len(h.ho[1]) != 8,
    "symbol-and-number-swapped": lambda h: h.law == "01" and len(h.ho[2]) < 7,
    "space-in-symbol": lambda h: "　" in h.ho[2],
    "space-in-number": lambda h: "　" in h.ho[3],
    "number-left-out": lambda h: bool(h.ho[0]) and not h.ho[3],
    "symbol-left-out": lambda h: h.law in ("01", "02", "06", "63", "33") and not h.ho[2],
    "number-without-any-digit": lambda h: bool(h.ho[3]) and not any(digits(one) for one in h.ho[3]),
    "letters-in-symbol-of-digits": lambda h: (
        h.law == "06" and bool(h.ho[2]) and not digits(h.ho[2].replace("　", ""))
    ),
    "symbol-too-long": lambda h: len(h.ho[2].encode("cp932")) > 38,
    "branch-of-one-digit": lambda h: len(h.branch) == 1,
    "subsidy-payer-mistyped": lambda h: any(not number_fits(ko[1]) for ko in h.kos),
    "recipient-left-out": lambda h: any(not ko[2] for ko in h.kos),
    "recipient-mistyped": lambda h: any(ko[2] and not number_fits(ko[2]) for ko in h.kos),
    "name-left-out": lambda h: not h.head[4],
    "name-beyond-the-set": lambda h: not readable(h.head[4]) and not raw(h.head[4]),
    "name-in-another-encoding": lambda h: raw(h.head[4]),
    "name-too-long": lambda h: len(h.head[4].encode("cp932", "surrogateescape")) > 40,
    "reading-in-half-width": lambda h: any("ｦ" <= one <= "ﾟ" for one in h.head[36]),
    "reading-with-a-dash": lambda h: "―" in h.head[36],
    "sex-unheard-of": lambda h: h.head[5] not in ("1", "2"),
    "sex-of-the-other": lambda h: h.head[5] in ("1", "2") and differs(h, 5, "sex"),
    "born-on-no-day": lambda h: h.born is None,
    "born-after-the-visit": lambda h: h.old(date(2026, 10, 1)),
    "birthday-mistyped": lambda h: (
        h.born is not None and not h.old(date(2026, 10, 1)) and differs(h, 6, "birthdate")
    ),
    "pupil-as-infant": lambda h: h.patient == "4" and not h.old(SCHOOL) and h.old(date(2010, 1, 1)),
    "infant-as-family": lambda h: h.patient == "6" and h.old(SCHOOL) and not h.old(date(2026, 10, 1)),
    "grown-as-infant": lambda h: h.patient == "4" and not h.old(date(2010, 1, 1)),
    "seventy-too-early": lambda h: (
        (elderly(h, "8") and not h.aged(70) and h.aged(70, 1)) or (elderly(h, "0") and not h.aged(70))
    ),
    "seventy-too-late": lambda h: bool(h.law) and not late(h) and h.patient in "26" and h.aged(70),
    "young-as-elderly": lambda h: elderly(h, "8") and not h.aged(70, 1),
    "child-as-employee": lambda h: (
        h.law in ("01", "06") and h.patient == "2" and not h.aged(15) and not h.old(date(2026, 10, 1))
    ),
    "employee-beyond-75": lambda h: bool(h.law) and not late(h) and h.aged(75),
    "late-elderly-too-young": lambda h: late(h) and not h.aged(65),
    "family-of-a-soldier": lambda h: h.law == "07" and h.patient == "6",
    "two-income-classes": lambda h: sum("26" <= note <= "35" for note in h.notes) > 1,
    "long-disease-twice": lambda h: {"02", "16"} <= set(h.notes),
    "elderly-without-class": lambda h: (elderly(h, "8") or elderly(h, "0")) and h.aged(70) and not h.notes,
    "high-income-at-low-share": lambda h: h.aged(70) and elderly(h, "8") and "26" in h.notes,
    "ordinary-income-at-high-share": lambda h: h.aged(70) and elderly(h, "0") and "29" in h.notes,
    "late-class-on-the-young": lambda h: not late(h) and bool({"41", "42"} & set(h.notes)),
    "note-of-one-digit": lambda h: len(h.head[11]) % 2 == 1,
    "twenty-percent-note-on-the-young": lambda h: under_70(h) and "20" in h.notes,
    "half-ceiling-on-an-employee": lambda h: h.law != "国保" and h.patient == "2" and "21" in h.notes,
    "third-party-accident": lambda h: "10" in h.notes,
    "duty-accident": lambda h: h.law != "02" and h.ho[9] in ("1", "2", "3"),
    "duty-unheard-of": lambda h: h.ho[9] not in ("", "1", "2", "3"),
    "low-income-mark-on-the-young": lambda h: under_70(h) and h.head[10] not in ("", "1"),
    "low-income-mark-at-high-share": lambda h: elderly(h, "0") and bool(h.head[10]),
    "benefit-of-others": lambda h: h.law == "国保" and h.patient == "4" and h.head[7] != "80",
    "paid-beyond-the-ceiling": lambda h: bool(h.ho[11]) and ceiling(h) not in (None, int(h.ho[11])),
    "paid-beyond-the-long-ceiling": lambda h: (
        bool(h.ho[11])
        and (int(h.ho[11]) > (20_000 if "16" in h.notes else 10_000) and bool({"02", "16"} & set(h.notes)))
    ),
    "in-kind-without-an-amount": lambda h: not h.ho[11] and [mf[1] for mf in h.read.of("MF")] == ["01"],
    "relief-beyond-all": lambda h: h.ho[13].isdecimal() and int(h.ho[13]) > 100,
    "paid-without-saying-so": lambda h: bool(h.ho[11]) and h.read.of("MF")[0][1] == "00",
    "meals-of-an-outpatient": lambda h: bool(h.ho[7] or h.ho[8]),
    "total-ten-more": lambda h: bool(h.read.payers) and h.read.payers[0][5] == str(h.read.points + 10),
    "total-without-the-last": lambda h: h.ho[5].isdigit() and 0 < int(h.ho[5]) < h.read.points,
    "times-not-those-of-the-days": lambda h: any(
        int(act[6]) > sum(h.read.days_of(act).values()) for act in h.read.acts
    ),
    "done-no-times": lambda h: any(act[6] == "0" for act in h.read.acts),
    "done-on-a-day-that-is-not": lambda h: lines_on(h, LAST + 1),
    "done-on-a-day-unseen": lambda h: any(
        lines_on(h, day) and day not in h.truth.days for day in range(1, LAST + 1)
    ),
    "days-one-more": lambda h: any(ko[4] == str(counted(h) + 1) for ko in h.read.payers),
    "days-more-than-the-month": lambda h: any(ko[4] == "31" for ko in h.read.payers),
    "days-left-out": lambda h: any(not payer[4] for payer in h.read.payers[:1]) and bool(h.ho[0]),
    "treated-in-the-month-of-claiming": lambda h: h.head[3] == "202610",
    "treated-in-no-month": lambda h: h.head[3].endswith("13"),
    "no-disease": lambda h: not h.read.of("SY"),
    "modifier-cut-short": lambda h: any(len(sy[4]) % 4 for sy in h.read.of("SY")),
    "disease-without-code-or-name": lambda h: any(
        line[1] == "0000999" and not line[5] for line in h.read.of("SY")
    ),
    "nothing-done": lambda h: not h.read.acts,
    "no-payer": lambda h: not h.read.payers,
    "two-insurances": lambda h: len(h.read.of("HO")) > 1,
    "subsidy-told-not-there": lambda h: bool(h.ho[0]) and int(h.head[2][2]) > 1 + len(h.kos),
    "subsidy-there-not-told": lambda h: bool(h.ho[0]) and int(h.head[2][2]) < 1 + len(h.kos),
    "subsidy-twice": lambda h: len({tuple(ko[1:3]) for ko in h.kos}) < len(h.kos),
    "local-before-national": lambda h: len(h.kos) == 2 and h.kos[0][1] >= "8" > h.kos[1][1],
    "borne-by-nobody": lambda h: any(act[2] == "2" and not h.kos for act in h.read.acts),
    "disease-before-payers": lambda h: h.read.lines[1][0] == "SY" and bool(h.read.payers),
    "section-left-out-too-long": lambda h: longest_without_section(h) > 98,
    "diseases-too-many": lambda h: len(h.read.of("SY")) > 99,
    "record-unheard-of": lambda h: bool(h.read.of("ZZ")),
    "fields-too-many": lambda h: any(len(line) > 33 for line in h.read.of("MF")),
    "letter-in-points": lambda h: any(act[5] and not act[5].isdigit() for act in h.read.acts),
    "code-too-short": lambda h: any(len(code) != 9 for code in h.codes),
    "number-runs-ahead": lambda h: int(h.head[1]) != h.before + 1,
    "in-the-other-file": lambda h: (
        bool(h.law)
        and (h.truth.file.startswith("kokuho") != (h.law in ("国保", "39")) and h.ho[1][:1] != "7")
    ),
    "days-of-a-payer-missing": lambda h: len(h.read.of("JD")) < len(h.kos) + bool(h.ho[0]),
    "empty-record": lambda h: any(not any(line[1:]) for line in h.read.of("CO")),
    "days-of-the-office-left-out": lambda h: not h.ho[0] and any(not ko[4] for ko in h.kos),
    "insurance-points-left-out": lambda h: bool(h.ho[0]) and not h.ho[5],
    "add-on-twice-a-month": lambda h: any(act[3] in ONE_A_MONTH and int(act[6]) > 1 for act in h.read.acts),
    "add-on-out-of-its-time": lambda h: bool({"111703270", "112708970"} & set(h.codes)),
    "add-on-of-the-other-visit": lambda h: "111704170" in h.codes and "111000110" not in h.codes,
    "add-on-beside-the-excluded": lambda h: {"112015770", "112709570"} <= set(h.codes),
    "add-on-in-two-grades": lambda h: {"111704170", "111704270"} <= set(h.codes),
    "insurer-changed-before": lambda h: (
        h.lapsed == h.days and bool(h.others(h.days[0])) and not h.kos and began_before(h)
    ),
    "insurer-changed-on-the-day": lambda h: (
        h.lapsed == h.days and any(row["from_day"] == h.days[0].isoformat() for row in h.others(h.days[0]))
    ),
    "insurer-changed-between": lambda h: 0 < len(h.lapsed) < len(h.days) and bool(h.others(h.days[-1])),
    "insurer-changed-with-subsidy": lambda h: (
        h.lapsed == h.days and bool(h.others(h.days[0])) and bool(h.kos)
    ),
    "change-told-late": lambda h: (
        h.lapsed == h.days
        and any(row["recorded_at"] > "2026-10-11" for row in h.others(h.days[0]))
        and not h.kos
    ),
    "left-without-another": lambda h: h.lapsed == h.days and ended(h, "99") and len(after(h)) == 0,
    "seen-in-the-gap": lambda h: h.lapsed == h.days and ended(h, "03") and not h.others(h.days[0]),
    "seen-after-death": lambda h: h.lapsed == h.days and ended(h, "01"),
    "number-of-nobody": lambda h: bool(h.law) and not h.written and plausible(h),
    "branch-of-another": lambda h: len(h.branch) == 2 and branch_differs(h),
    "branch-left-out": lambda h: not h.branch and branch_differs(h) and not late(h) and bool(h.law),
}


def began_before(held: Held) -> bool:
    others = held.others(held.days[0])
    return any(
        row["from_day"] < held.days[0].isoformat() and row["recorded_at"] < "2026-10-11" for row in others
    )


def ended(held: Held, reason: str) -> bool:
    return any(row["loss_reason"] == reason and row["until_day"] for row in held.written)


def after(held: Held) -> list[dict[str, str]]:
    last = held.days[-1] + timedelta(days=1)
    return [row for row in held.rows if row not in held.written and row["from_day"] >= last.isoformat()]


def branch_differs(held: Held) -> bool:
    return bool(held.written) and all(row["branch"] != held.branch for row in held.written)


def plausible(held: Held) -> bool:
    """Whether insurer and symbol are those of a row and only the number is not."""
    insurer, symbol = held.ho[1].replace(" ", "0"), held.ho[2]
    return any(
        row["insurer_number"] == insurer
        and wide(row["symbol"]) == symbol
        and held.ho[3]
        and any(digits(one) for one in held.ho[3])
        for row in held.rows
    )
