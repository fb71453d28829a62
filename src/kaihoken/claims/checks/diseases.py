"""傷病名: their codes, their words, the days on which they began."""

from collections.abc import Iterator

from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt, day_written

UNCODED = "0000999"
"""未コード化傷病名: the words stand beside it."""
_MODIFIER = 4


def diseases(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """A disease without a code has words, 修飾語 have four digits each; it began on a day, by the end of the month
    of care."""
    for line in receipt.diseases:
        code, text = (receipt.text(line, key) for key in ("disease", "text"))
        if code == UNCODED and not text and receipt.position(line.kind, "text"):
            yield found("disease.no-words", receipt, line, "text")
        if len(receipt.text(line, "modifiers")) % _MODIFIER:
            yield found("disease.modifiers", receipt, line, "modifiers")
        begun = receipt.text(line, "begun")
        if not begun:
            continue
        day = day_written(begun)
        if day is None:
            yield found("disease.begun-unreadable", receipt, line, "begun")
        elif receipt.month is not None and day.replace(day=1) > receipt.month:
            yield found("disease.begun-later", receipt, line, "begun", day=day.isoformat())
