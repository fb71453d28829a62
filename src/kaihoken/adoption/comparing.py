"""Several quotes beside each other: what each asks for a usual line, and what each lacks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kaihoken import rules
from kaihoken.adoption.checking import CheckedQuote, QuoteFinding
from kaihoken.adoption.law import Part, UsualQuote


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """What each quote asks for a part, in the order of the quotes; None where it has no such line. `part` None is what
    no usual word told. `monthly`: by the month, else once. `missing`: which of them lack a line that is needed."""

    part: Part | None
    monthly: bool
    yen: tuple[int | None, ...]
    missing: tuple[bool, ...]


def compared(quotes: Sequence[CheckedQuote], order_on: date) -> tuple[ComparedLine, ...]:
    """The quotes line by line in the usual order, what is paid once before what is paid by the month. A part that none
    of them has and none of them lacks is left out."""
    usual = rules.load(UsualQuote, on=order_on)
    running = {one.key for one in usual.parts if one.when == "running"}
    lines = (
        ComparedLine(
            part,
            monthly,
            tuple(_asked(quote, part, monthly=monthly) for quote in quotes),
            tuple((part in running) is monthly and _lacks(quote, part) for quote in quotes),
        )
        for monthly in (False, True)
        for part in (*Part, None)
    )
    return tuple(one for one in lines if any(one.missing) or any(yen is not None for yen in one.yen))


def _asked(quote: CheckedQuote, part: Part | None, *, monthly: bool) -> int | None:
    lines = [line for line in quote.lines if line.part is part and (line.per != "once") is monthly]
    return sum(line.monthly_yen if monthly else line.yen for line in lines) if lines else None


def _lacks(quote: CheckedQuote, part: Part | None) -> bool:
    return any(one.kind is QuoteFinding.MISSING and one.part is part for one in quote.findings)
