"""What travels on POST /v1/registrations: the rows of one request, and what became of each."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from kaihoken.coverage.registration.rows import Row

MOST_ROWS = 1000


class RowAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one row. `state` is that of the match for a coverage: pending, visible, suspended-3 ..."""

    row: int
    status: str  # registered, unchanged, refused
    state: str | None = None
    problem: dict[str, object] | None = None


class RegistrationsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of one registration, at most 1,000."""

    rows: tuple[Row, ...]


class RegistrationsAnswer(msgspec.Struct, frozen=True):
    """What became of each row, in order, and how many of each."""

    rows: tuple[RowAnswer, ...]
    registered: int
    unchanged: int
    refused: int


def registrations_answer(answers: Sequence[RowAnswer]) -> RegistrationsAnswer:
    """The answer to a request, from those to its rows."""
    counts = Counter(answer.status for answer in answers)
    return RegistrationsAnswer(tuple(answers), counts["registered"], counts["unchanged"], counts["refused"])
