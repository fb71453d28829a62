"""A statement written once and asked of either engine, and a write: a statement with its rows.

Rooms describe a statement in SQLAlchemy Core at import time; `statement` compiles it to one text per dialect.
Nothing of SQLAlchemy runs when the statement is executed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.sql.compiler import SQLCompiler

SQLITE: Dialect = sqlite.dialect(paramstyle="numeric_dollar")
POSTGRESQL: Dialect = make_url("postgresql+asyncpg://").get_dialect()()
_PLACE = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text per dialect. Parameters are positional and in the same order for both: `?1 ?2 ...` for SQLite,
    `$1 $2 ...` for PostgreSQL; one that is used twice is given once. `name` stands in error messages.
    `parameters` names them in order, for the reader and for tests (empty where the text was written by hand)."""

    name: str
    sqlite: str
    postgresql: str
    parameters: tuple[str, ...] = ()


class Write(NamedTuple):
    """A statement executed once for each row. A row holds int, float, str, bytes or None, in parameter order."""

    statement: Statement
    rows: Sequence[tuple[object, ...]]


def statement(name: str, core: ClauseElement) -> Statement:
    """Compiles a SQLAlchemy Core construct for both dialects.

    Parameters are the construct's `bindparam`s without a value, in the order in which they first stand in the
    SQLite text; for a plain `insert(table)` these are the table's columns in order, for
    `insert(table).values(...)` the columns named, in the table's order. Values written into the construct
    (`.where(t.c.kind == "x")`, `.limit(1)`) become part of the text. For ON CONFLICT take
    `sqlalchemy.dialects.postgresql.insert`: it compiles for both.
    """
    lite = _compiled(core, SQLITE)
    full = _compiled(core, POSTGRESQL)
    order = [key for key in dict.fromkeys(lite.positiontup or ()) if lite.binds[key].required]
    return Statement(name, _text(lite, order, "?"), _text(full, order, "$"), tuple(order))


def _compiled(core: ClauseElement, dialect: Dialect) -> SQLCompiler:
    compiled = core.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    return compiled


def _text(compiled: SQLCompiler, order: Sequence[str], sign: str) -> str:
    """The compiled text with the parameters numbered in `order` and the values of the construct written out."""
    keys = list(dict.fromkeys(compiled.positiontup or ()))

    def place(match: re.Match[str]) -> str:
        key = keys[int(match[1]) - 1]
        if compiled.binds[key].required:
            return f"{sign}{order.index(key) + 1}"
        return _literal(compiled.binds[key].effective_value)

    text = str(compiled).replace("\n", "")
    if "POSTCOMPILE" in text:
        raise ValueError("IN over a list has no fixed text: write one bindparam per value")
    return _PLACE.sub(place, text)


def _literal(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case int():
            return str(int(value))
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _:
            raise TypeError("only None, int and str are written into a statement: use a bindparam")
