"""The words of a bill: a line of the working, a sum, a share, in the language of who reads."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from markupsafe import Markup

from kaihoken.payment.counter import Bill, BillLine, Bound, ClassSum, Payer, Reckoning, Visit, span_of
from kaihoken.web import Language, messages

Worded: TypeAlias = tuple[str, Mapping[str, str | int]]
"""The id of a message, and its facts."""

_CLASS = "ceiling.line.class"
_AT_SHARE = "pay.class.at-share"

Text = TypeVar("Text", str, Markup, covariant=True)


class _Says(Protocol[Text]):
    """A message with its facts, as plain text or for a page."""

    def __call__(self, name: str, language: Language, /, **facts: str | int) -> Text: ...


def yen_said(yen: int, language: Language) -> Markup:
    """A sum of money."""
    return messages("payment").html("pay.yen", language, yen=f"{yen:,}")


def bill_on_page(bill: Bill, sums: Sequence[ClassSum], language: Language) -> Markup:
    """What is paid: a sum, from so much to so much by share or class (`sums`), or that it cannot be told."""
    name, facts = _sum(bill, sums)
    return messages("payment").html(name, language, **facts)


def bill_said(bill: Bill, sums: Sequence[ClassSum], language: Language) -> str:
    """The same as plain text."""
    name, facts = _sum(bill, sums)
    return messages("payment").text(name, language, **facts)


def _sum(bill: Bill, sums: Sequence[ClassSum]) -> tuple[str, dict[str, str]]:
    span = span_of(bill, sums)
    if span is None:
        return "pay.unknown", {}
    low, high = span
    if low == high:
        return "pay.yen", {"yen": f"{low:,}"}
    return "pay.range", {"low": f"{low:,}", "high": f"{high:,}"}


def class_on_page(one: ClassSum, language: Language) -> Markup:
    """A class by its name, its share where that is open too, and by who is in it."""
    return _class(one, language, messages("payment").html)


def class_said(one: ClassSum, language: Language) -> str:
    """The same as plain text."""
    return _class(one, language, messages("payment").text)


def _class(one: ClassSum, language: Language, said: _Says[Text]) -> Text:
    bounds = (said(_bound(bound), language, yen=f"{bound.yen:,}") for bound in one.bounds)
    joined = said("pay.class.or", language).join(bounds)
    shared = {} if one.percent is None else tenths_of(one.percent)
    name = said(_AT_SHARE, language, name=one.name, **shared) if shared else one.name
    return said(f"pay.class.{one.of}", language, name=name, bounds=joined)


def _bound(bound: Bound) -> str:
    return f"pay.class.by-{bound.measure}"


def line_said(line: BillLine, language: Language) -> str:
    """A line of the working as plain text."""
    return messages("payment").text(line.id, language, **_facts(line))


def line_on_page(line: BillLine, language: Language) -> Markup:
    """The same for a page."""
    return messages("payment").html(line.id, language, **_facts(line))


def limit_lines(visit: Visit, one: Reckoning) -> Iterator[Worded]:
    """Why the limit of the month is what it is, line by line. A class that nobody showed is not named: it is the one
    that a counter takes for who shows none, and not the patient's."""
    if one.limit is None or visit.limit is None:
        return
    shown = bool(visit.limit.name)
    yield from ((line.id, line.worded()) for line in one.limit.lines if shown or line.id != _CLASS)
    if not shown and visit.limit.lowest(visit.on, one.percent) < one.limit.amount:
        yield "pay.limit.no-class", {}


def payers_title(bill: Bill) -> str:
    """The message above the payers: meals are paid beside the care and stand in no payer's part."""
    return "pay.payers.care" if bill.meals is not None and bill.meals.yen else "pay.payers.title"


def payers_of(one: Reckoning) -> Iterator[tuple[Worded, int]]:
    """Who bears how much: the patient what is paid, and the institution what rounding drops or adds."""
    sums: dict[tuple[Payer, str], int] = {}
    for part in one.borne:
        paid = one.rounding_yen if part.payer is Payer.PATIENT else 0
        sums[part.payer, part.law] = sums.get((part.payer, part.law), 0) + part.yen + paid
    for (payer, law), yen in sums.items():
        yield (f"pay.payer.{payer}", {"law": law}), yen
    if one.rounding_yen:
        yield ("pay.payer.rounding", {}), -one.rounding_yen


def tenths_of(percent: int) -> dict[str, int]:
    """A share as each language counts it: 割, or per cent."""
    return {"percent": percent, "tenths": percent // 10}


def _facts(line: BillLine) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        name: f"{fact:,}" if isinstance(fact, int) else fact for name, fact in line.facts.items()
    }
    percent = line.facts.get("percent")
    return {**facts, **tenths_of(percent)} if isinstance(percent, int) else facts
