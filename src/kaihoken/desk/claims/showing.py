"""What the pages of claims show of a file: piles for the bar, rows of the work, the same as data."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from urllib.parse import urlencode

from kaihoken.claims.checks import GRAVEST_FIRST, Check, Finding, Level, remedy, said
from kaihoken.claims.month import Item, Late, Month, Pile, claimable_until
from kaihoken.desk.claimfiles import Held
from kaihoken.web import Language, State, messages

STATES: Final[Mapping[Level | None, State]] = {
    None: "valid",
    Level.NOTICE: "pending",
    Level.RETURN: "clarify",
    Level.RECEIPT: "failed",
    Level.FILE: "failed",
}
_BAR: Final = 1000
_LEAST: Final = 6
"""A pile that is there is seen, however small."""
ROWS_ON_A_PAGE: Final = 50
FINDINGS_ON_A_PAGE: Final = 20
"""Of the file as a whole."""
LATE_ON_A_PAGE: Final = 200
"""What is beyond these stands in the table that the page offers."""
_COLUMNS: Final = (
    "receipt",
    "chart",
    "name",
    "month",
    "yen",
    "level",
    "what",
    "mend",
    "place",
    "done",
    "until",
)
SHOWN: Final = ("open", "done", "file", "receipt", "return", "notice")


@dataclass(frozen=True, slots=True)
class Segment:
    """A pile and its place in the bar, of a thousand."""

    word: str
    state: State
    pile: Pile
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words."""

    what: str
    where: str
    place: str
    source: str
    sure: bool
    state: State
    level: Level


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A receipt of the work."""

    item: Item
    state: State
    done: bool
    findings: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted: by pile or tick ("" all), by where they are mended, of which of several files that came
    joined (from 1, 0 all), from which on."""

    show: str = ""
    mend: str = ""
    part: int = 0
    first: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """As the address says it; what it cannot mean is left out."""
        show = query.get("show", "")
        part, first = number_in(query, "part"), number_in(query, "from")
        return cls(show if show in SHOWN else "", query.get("mend", ""), part, first)

    def address(self, **other: str | int) -> str:
        """The same as part of an address, with something otherwise; the first page of it unless that is said."""
        asked = {"show": self.show, "mend": self.mend, "part": self.part, **other}
        return urlencode({key: value for key, value in asked.items() if value})


def number_in(query: Mapping[str, str], name: str) -> int:
    """A whole number of an address, 0 where there is none."""
    written = query.get(name, "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 7 else 0


def segments(month: Month) -> list[Segment]:
    """The piles side by side: fine first, then the graver the further right."""
    order: tuple[Level | None, ...] = (None, *reversed(GRAVEST_FIRST))
    whole = max(month.received.receipts, 1)
    shown: list[Segment] = []
    left = 0
    for level in order:
        pile = month.piles.get(level)
        if pile is None or not pile.receipts:
            continue
        width = max(pile.receipts * _BAR // whole, _LEAST)
        shown.append(Segment(level or "fine", STATES[level], pile, left, width))
        left += width
    return shown


def wanted(held: Held, ticked: frozenset[int], asked: Asked) -> list[Item]:
    """The receipts of the work that are asked for."""
    joined = held.joined[asked.part - 1] if 0 < asked.part <= len(held.joined) else None
    return [
        item
        for item in held.month.work
        if (joined is None or joined.first <= item.place <= joined.last)
        and _is_asked(held.month, item, ticked, asked)
    ]


def _is_asked(month: Month, item: Item, ticked: frozenset[int], asked: Asked) -> bool:
    if asked.mend and all(month.checks[one.check].remedy != asked.mend for one in item.findings):
        return False
    if asked.show in ("open", "done"):
        return (item.place in ticked) is (asked.show == "done")
    return not asked.show or item.level == asked.show


def rows(held: Held, items: Iterable[Item], ticked: frozenset[int], language: Language) -> list[Row]:
    """Receipts with their findings in words, the gravest first."""
    return [
        Row(item, STATES[item.level], item.place in ticked, in_words(held.month, item.findings, language))
        for item in items
    ]


def in_words(month: Month, findings: Iterable[Finding], language: Language) -> tuple[Said, ...]:
    """Findings in words, the gravest first."""
    told = [_said(finding, month.checks[finding.check], language) for finding in findings]
    return tuple(sorted(told, key=lambda one: GRAVEST_FIRST.index(one.level)))


def _said(finding: Finding, check: Check, language: Language) -> Said:
    at = f"{finding.record}({finding.position})" if finding.position else finding.record
    return Said(
        what=said(finding, language),
        where=remedy(check, language),
        place=f"{finding.line or ''} {at}".strip(),
        source=check.source,
        sure=check.sure,
        state=STATES[check.level],
        level=check.level,
    )


def mends(month: Month, language: Language) -> list[tuple[str, str, int]]:
    """Where in the レセコン there is something to mend, and how many receipts it is."""
    counts: Counter[str] = Counter()
    checks = {check.remedy: check for check in month.checks.values()}
    for item in month.work:
        counts.update({month.checks[one.check].remedy for one in item.findings})
    return [(name, remedy(checks[name], language), count) for name, count in counts.most_common()]


def first_step(held: Held, undone: int) -> Literal["work", "ask", "remake", ""]:
    """What to do first: the receipts that nobody corrected yet, `undone` of them; the days that a broken line left
    out; the file again, once they are corrected; the days of care. "" where nothing is left."""
    if undone:
        return "work"
    if held.asking is not None and held.asking.broke:
        return "ask"
    if held.month.work or held.month.file_findings:
        return "remake"
    return "ask" if held.asking is None else ""


def late_until(month: Month) -> list[tuple[Late, date]]:
    """Late claims, and until when each can be made."""
    return [(one, claimable_until(one.month)) for one in month.late]


def as_data(held: Held, ticked: frozenset[int]) -> dict[str, object]:
    """The page as data, for who is signed in."""
    month = held.month
    return {
        "sha256": held.digest,
        "facility": month.facility_name,
        "claimed": month.claimed.isoformat() if month.claimed else None,
        "received": _pile(month.received),
        "at_stake": _pile(month.at_stake),
        "piles": {str(level or "fine"): _pile(pile) for level, pile in month.piles.items()},
        "file_findings": [_finding(month, one) for one in month.file_findings],
        "work": [
            {
                "place": item.place,
                "receipt": item.number,
                "chart": item.chart,
                "yen": item.yen,
                "level": item.level.value,
                "done": item.place in ticked,
                "findings": [_finding(month, one) for one in item.findings],
            }
            for item in month.work
        ],
        "late": [
            {
                "receipt": one.number,
                "month": one.month.isoformat(),
                "yen": one.yen,
                "until": claimable_until(one.month).isoformat(),
            }
            for one in month.late
        ],
    }


def as_table(held: Held, ticked: frozenset[int], language: Language) -> Iterator[tuple[str, ...]]:
    """Everything that the page lists, for a spreadsheet: findings of the file, each finding of each receipt of the
    work, then the late claims with the last day on which they can be made."""
    words = messages("desk")
    month = held.month
    yield tuple(words.text(f"claims.column.{column}", language) for column in _COLUMNS)
    for one in in_words(month, month.file_findings, language):
        yield ("", "", "", "", "", *_told(one, language), "", "")
    for item in month.work:
        done = words.text("claims.done", language) if item.place in ticked else ""
        who = (item.number, item.chart, item.name, _written(item.month), str(item.yen))
        for one in in_words(month, item.findings, language):
            yield (*who, *_told(one, language), done, "")
    for late, until in late_until(month):
        who = (late.number, late.chart, late.name, _written(late.month), str(late.yen))
        yield (*who, words.text("claims.late.one", language), "", "", "", "", until.isoformat())


def _told(one: Said, language: Language) -> tuple[str, str, str, str]:
    level = messages("desk").text(f"claims.level.{one.level}", language)
    return level, one.what, one.where, one.place


def _written(month: date | None) -> str:
    return f"{month:%Y-%m}" if month is not None else ""


def _pile(pile: Pile) -> dict[str, int]:
    return {"receipts": pile.receipts, "yen": pile.yen}


def _finding(month: Month, finding: Finding) -> dict[str, object]:
    check = month.checks[finding.check]
    return {
        "id": finding.check,
        "level": check.level.value,
        "line": finding.line,
        "record": finding.record,
        "field": finding.field,
        "message_ja": said(finding, "ja"),
        "message_en": said(finding, "en"),
        "remedy": remedy(check, "ja"),
        "source": check.source,
        "sure": check.sure,
    }
