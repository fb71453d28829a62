"""Numbers of an insurance as a clinic's file holds them, beside those of an answer: the same however they were written.
Pure."""

from kaihoken.identity import InsurerNumber, canonical_branch
from kaihoken.problems import Problem

_DIGITS = 8


def same_insurer(file: str, answer: str) -> bool:
    """Whether two 保険者番号 are the same, also where a spreadsheet took the noughts at the front; what is none is
    compared as it stands."""
    return _insurer(file) == _insurer(answer)


def _insurer(text: str) -> str:
    try:
        return InsurerNumber.as_written(text.strip().rjust(_DIGITS, "0")).canonical
    except Problem:
        return text.strip()


def plain_branch(text: str) -> str:
    """枝番 as it is compared; what is none stands as it was written."""
    try:
        return canonical_branch(text)
    except Problem:
        return text
