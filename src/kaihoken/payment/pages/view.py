"""A bill as a patient reads it: the sum, the limit of the month and why, what to do, who bears the rest, the law."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kaihoken.payment.counter import Bill, ClassSum, Payer, Reckoning, Source, Visit, sums_by_class
from kaihoken.payment.pages.wording import (
    bill_on_page,
    class_on_page,
    limit_lines,
    line_on_page,
    payers_of,
    payers_title,
    tenths_of,
    yen_said,
)
from kaihoken.payment.shares import ShareKind
from kaihoken.rules import Status
from kaihoken.web import Language, State, messages

_WHOLE = 100
_BAR = 1000


@dataclass(frozen=True, slots=True)
class LimitView:
    """The limit of the month: the sum, and why, line by line."""

    amount: Markup
    lines: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the bar that shows who bears how much: of a thousand, where it begins and how long it is."""

    payer: Payer
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class ReckoningView:
    """The working at one share: its caption, its lines with their sums, who bears how much (as sums and as a bar), what
    comes back later."""

    caption: Markup
    lines: tuple[tuple[Markup, str], ...]
    payers_title: Markup
    payers: tuple[tuple[Markup, str], ...]
    refunds: tuple[tuple[Markup, str], ...]
    bar: tuple[Part, ...]
    limit: LimitView | None


@dataclass(frozen=True, slots=True)
class SourceView:
    """One rule behind the sum, since when it holds, whether it is confirmed, where it was read."""

    name: Markup
    since: date
    confirmed: bool
    source: str
    url: str | None


@dataclass(frozen=True, slots=True)
class BillView:
    """What the page shows, from the largest to the smallest."""

    state: State
    title: Markup
    why: Markup
    with_meals: Markup
    steps: tuple[Markup, ...]
    reckonings: tuple[ReckoningView, ...]
    open: tuple[Markup, ...]
    by_class: tuple[tuple[Markup, str], ...]
    unconfirmed: tuple[Markup, ...]
    sources: tuple[SourceView, ...]


def view_of(visit: Visit, bill: Bill, sources: Sequence[Source], language: Language) -> BillView:
    """The bill, ready for the template."""
    said = messages("payment").html
    sums = sums_by_class(visit, bill)
    return BillView(
        state=_state(bill, sums),
        title=bill_on_page(bill, sums, language),
        why=_why(bill, sums, language),
        with_meals=said("pay.with-meals", language, yen=f"{bill.meals.yen:,}")
        if bill.meals is not None and bill.meals.yen
        else Markup(),
        steps=tuple(said(f"pay.step.{step}", language) for step in _steps(visit, bill)),
        reckonings=tuple(_reckoning(visit, bill, one, language) for one in bill.reckonings),
        open=tuple(said(f"pay.{name}", language) for name in bill.open),
        by_class=tuple((class_on_page(one, language), f"{one.due_yen:,}") for one in sums),
        unconfirmed=tuple(said(f"pay.{name}", language) for name in bill.unconfirmed),
        sources=tuple(_source(source, language) for source in sources),
    )


def _state(bill: Bill, sums: Sequence[ClassSum]) -> State:
    if bill.share.kind is ShareKind.WHOLE_THEN_CLAIM:
        return "special"
    return "clarify" if bill.due_yen is None or sums else "valid"


def _why(bill: Bill, sums: Sequence[ClassSum], language: Language) -> Markup:
    """One sentence: what made the sum."""
    said = messages("payment").html
    if bill.due_yen is None:
        return said("pay.why.open-class" if sums else "pay.why.open", language)
    one = bill.reckonings[0]
    if bill.share.kind is ShareKind.WHOLE_THEN_CLAIM:
        return said("pay.why.whole", language)
    if sums:
        return said("pay.why.class", language, yen=f"{one.due_yen:,}")
    helped = any(part.payer in (Payer.PUBLIC, Payer.LOCAL) for part in one.borne)
    if helped:
        return said("pay.why.helped", language)
    if one.capped:
        return said("pay.why.limit", language)
    return said("pay.why.share", language, points=f"{bill.points:,}", **tenths_of(one.percent))


def _steps(visit: Visit, bill: Bill) -> Iterator[str]:
    yield "card"
    if bill.question is not None:
        yield "ask-share"
    if visit.assistance:
        yield "certificate"
    limited = any(one.limit is not None and one.limit.amount <= one.patient_yen for one in bill.reckonings)
    if limited or "open.limit-class" in bill.open:
        yield "limit"
    if bill.share.kind is ShareKind.WHOLE_THEN_CLAIM:
        yield "claim-back"
    elif any(one.refunds for one in bill.reckonings):
        yield "refund"
    yield "receipt"


def _reckoning(visit: Visit, bill: Bill, one: Reckoning, language: Language) -> ReckoningView:
    said = messages("payment").html
    return ReckoningView(
        caption=said("pay.whole", language)
        if one.percent == _WHOLE
        else said("pay.at-share", language, **tenths_of(one.percent)),
        lines=(
            *((line_on_page(line, language), _signed(line.yen)) for line in one.lines),
            (said("pay.due", language), f"{one.due_yen:,}"),
        ),
        payers_title=said(payers_title(bill), language),
        payers=tuple((said(name, language, **facts), _signed(yen)) for (name, facts), yen in payers_of(one)),
        refunds=tuple(
            (said(f"pay.payer.{part.payer}", language, law=part.law), f"{part.yen:,}") for part in one.refunds
        ),
        bar=tuple(_bar(one)),
        limit=None
        if one.limit is None
        else LimitView(
            yen_said(one.limit.amount, language),
            tuple(said(name, language, **facts) for name, facts in limit_lines(visit, one)),
        ),
    )


def _bar(one: Reckoning) -> Iterator[Part]:
    """Payer beside payer, the patient last. Nothing where nothing was done."""
    whole = sum(part.yen for part in one.borne)
    before = 0
    for payer in (Payer.INSURER, Payer.PUBLIC, Payer.LOCAL, Payer.PATIENT):
        until = before + sum(part.yen for part in one.borne if part.payer is payer)
        if until > before:
            start = before * _BAR // whole
            yield Part(payer, start, until * _BAR // whole - start)
        before = until


def _signed(yen: int) -> str:
    return f"{yen:,}".replace("-", "−")


def _source(source: Source, language: Language) -> SourceView:
    return SourceView(
        messages("payment").html(f"pay.source.{source.family}", language),
        source.since,
        source.status is Status.CONFIRMED,
        source.source,
        source.url,
    )
