"""A quote held against what is usual: what each line is, what is missing, what looks double, who pays. Pure.

Japanese puts the noun last, so of several usual words in a line the one that ends last says what it is (「ルータ設定」
is setting up). What is told by words alone is marked as such; a line that no word tells is left to people and counted
as not subsidised.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from kaihoken import rules
from kaihoken.adoption.doubt import once, unsure
from kaihoken.adoption.law import Asset, Covered, FacilityKind, Part, Range, Subsidies, UsualPart, UsualQuote
from kaihoken.adoption.quote import Line, Quote
from kaihoken.payment.fees import Doubt
from kaihoken.rules import Sourced

_MONTHS = 12


class QuoteFinding(StrEnum):
    """What is worth asking the seller."""

    MISSING = "missing"  # a line that is needed is not there
    DOUBLE = "double"  # two lines where one is enough, or the same line twice
    UNKNOWN = "unknown"  # no usual line
    PERIOD = "period"  # whether it is paid once or every month is not said, or cannot be
    LINE_RANGE = "line-range"  # outside what such a line usually costs
    TOTAL_RANGE = "total-range"
    MONTHLY_RANGE = "monthly-range"


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line and how it was read: `by_words` where its part was told by its words. `number` counts from 1."""

    number: int
    name: str
    yen: int
    quantity: int
    per: Literal["once", "month", "year"]
    part: Part | None
    by_words: bool
    covered: Covered

    @property
    def monthly_yen(self) -> int:
        """What it costs a month, rounded up; none of what is paid once."""
        if self.per == "once":
            return 0
        return self.yen if self.per == "month" else -(-self.yen // _MONTHS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to ask about: the lines it is about, the part, the yen in question and what is usual."""

    kind: QuoteFinding
    part: Part | None = None
    lines: tuple[int, ...] = ()
    yen: int | None = None
    usual: Range | None = None


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """A quote as read. Sums in yen: of the readers, of what is subsidised as system (事業額), of what is paid once but
    never subsidised, and a month. `assets` are the yen of the system by class of asset."""

    seller: str
    lines: tuple[ReadLine, ...]
    findings: tuple[Finding, ...]
    readers: int
    readers_yen: int
    system_yen: int
    uncovered_yen: int
    monthly_yen: int
    assets: tuple[tuple[Asset, int], ...]
    doubts: tuple[Doubt, ...]

    @property
    def once_yen(self) -> int:
        """All that is paid once."""
        return self.readers_yen + self.system_yen + self.uncovered_yen


def check_quote(quote: Quote, kind: FacilityKind, order_on: date) -> CheckedQuote:
    """A quote for a facility that orders on a day. Problem `rules.no_version` for an order before 2020-08-07."""
    usual = rules.load(UsualQuote, on=order_on)
    given = rules.load(Subsidies, on=order_on).free_readers.get(kind, 0) > 0
    lines = tuple(_read(number, line, usual) for number, line in enumerate(quote.lines, 1))
    at_once = [line for line in lines if line.per == "once"]
    readers = [line for line in at_once if line.part is Part.READER]
    system = [line for line in at_once if line.covered is Covered.SYSTEM]
    monthly = sum(line.monthly_yen for line in lines)
    checked = CheckedQuote(
        quote.seller,
        lines,
        (),
        sum(line.quantity for line in readers),
        sum(line.yen for line in readers),
        sum(line.yen for line in system),
        sum(line.yen for line in at_once if line.covered is Covered.NONE),
        monthly,
        tuple(_assets(system, usual)),
        (),
    )
    found = tuple(_findings(quote, checked, usual, reader_given=given))
    return replace(checked, findings=found, doubts=once(_doubts(found, usual)))


def part_of(name: str, usual: UsualQuote) -> Part | None:
    """What a line is for, by the usual word in it that ends last, the longer one of two; None where there is none."""
    said = name.casefold()
    ends = [
        (at + len(word), len(word), one.key)
        for one in usual.parts
        for word in one.words
        if (at := said.rfind(word.casefold())) >= 0
    ]
    return max(ends, default=(0, 0, None), key=lambda end: end[:2])[2]


def _read(number: int, line: Line, usual: UsualQuote) -> ReadLine:
    part = line.part or part_of(line.name, usual)
    runs = part is not None and usual.part(part).when == "running"
    per = line.per or ("month" if runs else "once")
    covered = usual.part(part).subsidy if part is not None and per == "once" else Covered.NONE
    return ReadLine(number, line.name, line.yen, line.quantity, per, part, line.part is None, covered)


def _assets(system: list[ReadLine], usual: UsualQuote) -> Iterator[tuple[Asset, int]]:
    for asset in Asset:
        yen = sum(
            line.yen for line in system if line.part is not None and usual.part(line.part).asset is asset
        )
        if yen:
            yield asset, yen


def _findings(
    quote: Quote, checked: CheckedQuote, usual: UsualQuote, *, reader_given: bool
) -> Iterator[Finding]:
    by_part: dict[Part, list[ReadLine]] = {}
    for line in checked.lines:
        if line.part is None:
            yield Finding(QuoteFinding.UNKNOWN, lines=(line.number,), yen=line.yen)
        else:
            by_part.setdefault(line.part, []).append(line)
    for one in usual.parts:
        there = by_part.get(one.key, [])
        if one.needed and not there and not (one.key is Part.READER and reader_given):
            yield Finding(QuoteFinding.MISSING, one.key)
        yield from _doubles(one, there)
    yield from _periods(quote, checked, usual)
    yield from _ranges(checked, usual)


def _doubles(one: UsualPart, lines: list[ReadLine]) -> Iterator[Finding]:
    if one.single and len(lines) > 1:
        yield Finding(QuoteFinding.DOUBLE, one.key, tuple(line.number for line in lines))
        return
    same: dict[tuple[str, int], list[int]] = {}
    for line in lines:
        same.setdefault((line.name.strip(), line.yen), []).append(line.number)
    for (_, yen), numbers in same.items():
        if len(numbers) > 1:
            yield Finding(QuoteFinding.DOUBLE, one.key, tuple(numbers), yen)


def _periods(quote: Quote, checked: CheckedQuote, usual: UsualQuote) -> Iterator[Finding]:
    for given, line in zip(quote.lines, checked.lines, strict=True):
        if line.part is None:
            continue
        runs = usual.part(line.part).when == "running"
        if (runs and given.per is None) or runs is (line.per == "once"):
            yield Finding(QuoteFinding.PERIOD, line.part, (line.number,), line.yen)


def _ranges(checked: CheckedQuote, usual: UsualQuote) -> Iterator[Finding]:
    for line in checked.lines:
        known = usual.part(line.part).yen.value if line.part is not None else None
        if known is not None and not _within(line.yen // line.quantity, known):
            yield Finding(
                QuoteFinding.LINE_RANGE, line.part, (line.number,), line.yen // line.quantity, known
            )
    total = checked.system_yen + checked.uncovered_yen
    if not _within(total, usual.total.value):
        yield Finding(QuoteFinding.TOTAL_RANGE, yen=total, usual=usual.total.value)
    if not _within(checked.monthly_yen, usual.monthly.value):
        yield Finding(QuoteFinding.MONTHLY_RANGE, yen=checked.monthly_yen, usual=usual.monthly.value)


def _within(yen: int, usual: Range) -> bool:
    return usual[0] <= yen <= usual[1]


def _doubts(found: tuple[Finding, ...], usual: UsualQuote) -> Iterator[Doubt]:
    ranges: dict[QuoteFinding, Sourced[Range]] = {
        QuoteFinding.TOTAL_RANGE: usual.total,
        QuoteFinding.MONTHLY_RANGE: usual.monthly,
    }
    for finding in found:
        if finding.kind in ranges:
            yield from unsure("usual-range", ranges[finding.kind])
        elif finding.kind is QuoteFinding.LINE_RANGE and finding.part is not None:
            yield from unsure("usual-range", usual.part(finding.part).yen)
