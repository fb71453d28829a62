"""Numbers of an insurance as a clinic's file holds them, beside those of an answer: the same however they were written.
Pure."""

from kaihoken.identity import InsurerNumber, canonical_branch
from kaihoken.problems import Problem


def same_insurer(file: str, answer: str) -> bool:
    """Whether two 保険者番号 are the same; what is none is compared as it stands."""
    try:
        return InsurerNumber.as_written(file) == InsurerNumber.as_written(answer)
    except Problem:
        return file == answer


def plain_branch(text: str) -> str:
    """枝番 as it is compared; what is none stands as it was written."""
    try:
        return canonical_branch(text)
    except Problem:
        return text
