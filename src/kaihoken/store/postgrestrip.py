"""Several insertions as one statement: one trip to PostgreSQL instead of BEGIN, one for each, and COMMIT.

What makes the records of questions durable is such a transaction, and it runs for every group of them.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kaihoken.store.statements import Statement, Write

_PLACE = re.compile(r"\$(\d+)")


class OneStatement(NamedTuple):
    """A statement that does what several writes would, with its values."""

    text: str
    values: list[object]


def in_one_statement(writes: Sequence[Write]) -> OneStatement | None:
    """The writes as one statement, which is a transaction of its own.

    None where they are not one row each of two or more plain insertions: parts of one statement see nothing of each
    other, which plain insertions do not mind."""
    if len(writes) < 2:
        return None
    values: list[object] = []
    for statement, rows in writes:
        if len(rows) != 1 or not _is_plain(statement):
            return None
        values += rows[0]
    parts = tuple(statement.postgresql for statement, _ in writes)
    return OneStatement(_joined(parts, tuple(len(rows[0]) for _, rows in writes)), values)


@lru_cache(maxsize=64)
def _is_plain(statement: Statement) -> bool:
    text = statement.postgresql.upper()
    return text.startswith("INSERT INTO ") and " CONFLICT " not in text and " SELECT " not in text


@lru_cache(maxsize=64)
def _joined(texts: tuple[str, ...], widths: tuple[int, ...]) -> str:
    parts: list[str] = []
    before = 0
    for number, (text, width) in enumerate(zip(texts, widths, strict=True)):
        parts.append(f"w{number} AS ({_moved(text, before)})")
        before += width
    return f"WITH {', '.join(parts)} SELECT 1"


def _moved(text: str, by: int) -> str:
    """The text with its parameters numbered from `by` + 1 on."""
    return _PLACE.sub(lambda place: f"${int(place[1]) + by}", text)
