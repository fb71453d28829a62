"""The working in words, from the catalogue `payment`."""

from collections.abc import Iterable

from kaihoken.payment.ceiling.working import Line
from kaihoken.web import Language, messages


def worded(lines: Iterable[Line], language: Language) -> list[str]:
    """Each line as a sentence of plain text."""
    said = messages("payment")
    return [said.text(line.id, language, **line.worded()) for line in lines]
