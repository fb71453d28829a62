"""The month as one picture: what was received, what is fine, what would come back and how many yen hang on it; the work
to be done, the largest amount first; what is claimed late."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from kaihoken.claims.checks import GRAVEST_FIRST, Begun, Check, Ended, Examined, Level, Step, Terms, checks_of
from kaihoken.claims.claiming import month_after
from kaihoken.claims.finding import Finding
from kaihoken.claims.month.yen import asked_yen
from kaihoken.claims.receipt import Receipt

_ORDER: Mapping[Level | None, int] = {**{level: at for at, level in enumerate(GRAVEST_FIRST)}, None: 99}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that needs a hand: its findings and what hangs on it."""

    place: int
    number: str
    chart: str
    name: str
    month: date | None
    yen: int
    level: Level
    findings: tuple[Finding, ...]


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt of an earlier month than the one that this file is for (月遅れ)."""

    place: int
    number: str
    chart: str
    name: str
    month: date
    yen: int


class Pile(msgspec.Struct, frozen=True):
    """How many receipts, and what is asked for them in yen."""

    receipts: int
    yen: int


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was checked. `piles` by the gravest finding of a receipt, None where nothing was found; `work` and
    `late` in the order in which one works; `file_name` as the specification has it."""

    file_name: str
    facility_name: str
    house: str
    claimed: date | None
    piles: Mapping[Level | None, Pile]
    file_findings: tuple[Finding, ...]
    work: tuple[Item, ...]
    late: tuple[Late, ...]
    kinds: Mapping[str, int]  # findings by check, most frequent first
    checks: Mapping[str, Check]

    @property
    def received(self) -> Pile:
        """The whole file."""
        piles = self.piles.values()
        return Pile(sum(pile.receipts for pile in piles), sum(pile.yen for pile in piles))

    @property
    def at_stake(self) -> Pile:
        """What would not be paid if the file went as it is: what would come back or be refused, all of it where the
        file as a whole would be refused."""
        if any(self.checks[finding.check].level is Level.FILE for finding in self.file_findings):
            return self.received
        return self.coming_back

    @property
    def coming_back(self) -> Pile:
        """What would come back or be refused for its own sake, whatever becomes of the file."""
        lost = [pile for level, pile in self.piles.items() if level not in (None, Level.NOTICE)]
        return Pile(sum(pile.receipts for pile in lost), sum(pile.yen for pile in lost))


def pictures(steps: Iterable[Step]) -> tuple[Month, ...]:
    """Every file among the steps, each as its month."""
    return tuple(month for month in drawn(steps) if month is not None)


def drawn(steps: Iterable[Step]) -> Iterator[Month | None]:
    """The same step by step, for who has others to answer in between: a month where a file ends, else None."""
    drawing: _Drawing | None = None
    for step in steps:
        if isinstance(step, Begun):
            drawing = _Drawing(step.terms)
        if drawing is None:
            raise ValueError("a file begins with its head")
        drawing.see(step)
        yield drawing.month() if isinstance(step, Ended) else None


def together(months: Sequence[Month]) -> Month:
    """Files that came joined in one as one month, so that nothing of them is left out: the head is that of the first,
    everything else of all. At least one."""
    if len(months) == 1:
        return months[0]
    kinds: Counter[str] = Counter()
    for month in months:
        kinds.update(month.kinds)
    return msgspec.structs.replace(
        months[0],
        piles={
            level: Pile(sum(pile.receipts for pile in piles), sum(pile.yen for pile in piles))
            for level in _ORDER
            if (piles := [month.piles[level] for month in months if level in month.piles])
        },
        file_findings=tuple(finding for month in months for finding in month.file_findings),
        work=_by_yen(item for month in months for item in month.work),
        late=_by_month(one for month in months for one in month.late),
        kinds=dict(kinds.most_common()),
        checks={key: check for month in reversed(months) for key, check in month.checks.items()},
    )


def _by_yen(work: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(work, key=lambda item: (item.level is Level.NOTICE, -item.yen, item.place)))


def _by_month(late: Iterable[Late]) -> tuple[Late, ...]:
    return tuple(sorted(late, key=lambda one: (one.month, one.place)))


class _Drawing:
    """A month while its receipts pass."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._checks = checks_of(terms.claimed)
        self._receipts: Counter[Level | None] = Counter()
        self._yen: Counter[Level | None] = Counter()
        self._file: list[Finding] = []
        self._work: list[Item] = []
        self._late: list[Late] = []
        self._kinds: Counter[str] = Counter()

    def see(self, step: Step) -> None:
        """One part of the file."""
        self._kinds.update(finding.check for finding in step.findings)
        if not isinstance(step, Examined):
            self._file += step.findings
            return
        receipt = step.receipt
        level = self._gravest(step)
        yen = asked_yen(receipt)
        self._receipts[level] += 1
        self._yen[level] += yen
        if level is not None:
            self._work.append(_item(receipt, yen, level, tuple(step.findings)))
        if self._is_late(receipt.month):
            self._late.append(_late(receipt, receipt.month or date.min, yen))

    def _gravest(self, step: Examined) -> Level | None:
        levels = {self._checks[finding.check].level for finding in step.findings}
        return min(levels, key=_ORDER.__getitem__, default=None)

    def _is_late(self, month: date | None) -> bool:
        claimed = self._terms.claimed
        return month is not None and claimed is not None and month_after(month) < claimed

    def month(self) -> Month:
        """What was seen."""
        return Month(
            file_name=self._terms.layout.file_name,
            facility_name=self._terms.facility_name,
            house=self._terms.house,
            claimed=self._terms.claimed,
            piles={level: Pile(count, self._yen[level]) for level, count in self._receipts.items()},
            file_findings=tuple(self._file),
            work=_by_yen(self._work),
            late=_by_month(self._late),
            kinds=dict(self._kinds.most_common()),
            checks=self._checks,
        )


def _item(receipt: Receipt, yen: int, level: Level, findings: tuple[Finding, ...]) -> Item:
    return Item(
        place=receipt.place,
        number=receipt.number,
        chart=receipt.chart,
        name=receipt.name,
        month=receipt.month,
        yen=yen,
        level=level,
        findings=findings,
    )


def _late(receipt: Receipt, month: date, yen: int) -> Late:
    return Late(
        place=receipt.place,
        number=receipt.number,
        chart=receipt.chart,
        name=receipt.name,
        month=month,
        yen=yen,
    )
