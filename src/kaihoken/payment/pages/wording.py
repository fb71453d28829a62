"""The words of a bill: a line of the working, a sum, a share, in the language of who reads."""

from markupsafe import Markup

from kaihoken.payment.ceiling import Ceiling
from kaihoken.payment.counter import Bill, BillLine, ClassSum
from kaihoken.web import Language, messages

_CLASS = "ceiling.line.class"


def yen_said(yen: int, language: Language) -> Markup:
    """A sum of money."""
    return messages("payment").html("pay.yen", language, yen=f"{yen:,}")


def bill_on_page(bill: Bill, language: Language) -> Markup:
    """What is paid: a sum, from so much to so much, or that it cannot be told."""
    name, facts = _sum(bill)
    return messages("payment").html(name, language, **facts)


def bill_said(bill: Bill, language: Language) -> str:
    """The same as plain text."""
    name, facts = _sum(bill)
    return messages("payment").text(name, language, **facts)


def _sum(bill: Bill) -> tuple[str, dict[str, str]]:
    if not bill.reckonings:
        return "pay.unknown", {}
    sums = sorted(one.due_yen for one in bill.reckonings)
    if sums[0] == sums[-1]:
        return "pay.yen", {"yen": f"{sums[0]:,}"}
    return "pay.range", {"low": f"{sums[0]:,}", "high": f"{sums[-1]:,}"}


def class_on_page(one: ClassSum, language: Language) -> Markup:
    """A class by its name and by who is in it."""
    return messages("payment").html(*_class(one, language), **_class_facts(one))


def class_said(one: ClassSum, language: Language) -> str:
    """The same as plain text."""
    return messages("payment").text(*_class(one, language), **_class_facts(one))


def _class(one: ClassSum, language: Language) -> tuple[str, Language]:
    if one.remuneration_from is None:
        return "pay.class.untaxed", language
    return "pay.class.from" if one.remuneration_from else "pay.class.below", language


def _class_facts(one: ClassSum) -> dict[str, str]:
    return {"name": one.name, "yen": f"{one.remuneration_from or 0:,}"}


def line_said(line: BillLine, language: Language) -> str:
    """A line of the working as plain text."""
    return messages("payment").text(line.id, language, **_facts(line))


def line_on_page(line: BillLine, language: Language) -> Markup:
    """The same for a page."""
    return messages("payment").html(line.id, language, **_facts(line))


def ceiling_said(ceiling: Ceiling, language: Language, *, with_class: bool) -> tuple[Markup, ...]:
    """Why the limit of the month is what it is, line by line."""
    lines = (line for line in ceiling.lines if with_class or line.id != _CLASS)
    return tuple(messages("payment").html(line.id, language, **line.worded()) for line in lines)


def tenths_of(percent: int) -> dict[str, int]:
    """A share as each language counts it: 割, or per cent."""
    return {"percent": percent, "tenths": percent // 10}


def _facts(line: BillLine) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        name: f"{fact:,}" if isinstance(fact, int) else fact for name, fact in line.facts.items()
    }
    percent = line.facts.get("percent")
    return {**facts, **tenths_of(percent)} if isinstance(percent, int) else facts
