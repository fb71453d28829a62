"""What any text of a question may be: its length, and the characters that every carrier can bring."""

import re
from collections.abc import Iterable

from kaihoken.problems import Problem

LONGEST_TEXT = 200
"""Characters."""

_not_allowed = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]").search


def can_be_brought(text: str) -> bool:
    """Whether a text holds nothing that XML forbids."""
    return _not_allowed(text) is None


def check_lengths(texts: Iterable[tuple[str, str]]) -> None:
    """Problem `coverage.request-length` of the first text, with its place, that is too long. A body that is no longer
    than a text may be holds none."""
    for where, text in texts:
        if len(text) > LONGEST_TEXT:
            raise Problem("coverage.request-length", where=where, most=LONGEST_TEXT)


def check_characters(texts: Iterable[tuple[str, str]]) -> None:
    """Problem `coverage.request-character` of the first text, with its place, that holds what no text may."""
    for where, text in texts:
        if _not_allowed(text) is not None:
            raise Problem("coverage.request-character", where=where)
