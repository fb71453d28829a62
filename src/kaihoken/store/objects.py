"""Every object of a store's schema, held against what `schema` makes: what lacks, what has another shape, and what is
foreign (a trigger, a view, a table of somebody else), which may change or hide rows unseen.

A shape is what matters of an object on its engine, not the text that made it: a store that was migrated has the same
shape as one that was created. What PostgreSQL's extensions bring with them is left aside, and so are the statistics of
either engine.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from typing import Final, NamedTuple

import apsw
from sqlalchemy import Table, UniqueConstraint

from kaihoken.store.postgres import PostgresStore
from kaihoken.store.schema import creation, metadata
from kaihoken.store.sqlite import SqliteStore
from kaihoken.store.statements import POSTGRESQL
from kaihoken.store.store import Store


class Named(NamedTuple):
    """An object of a schema. Its name is unique among its kind (a trigger of PostgreSQL: with its table)."""

    kind: str
    name: str

    def __str__(self) -> str:
        return self.name if self.kind == "table" else f"{self.kind} {self.name}"


class Difference(NamedTuple):
    """An object that is `missing`, `other` (of another shape) or `foreign`."""

    what: str
    object: Named


Shapes = Mapping[Named, object]


async def differences(store: Store) -> list[Difference]:
    """Where the schema of an open store is not the one that this program makes."""
    if isinstance(store, SqliteStore):
        return list(_compared(_shapes_of_file(store.reader), _expected_of_file()))
    assert isinstance(store, PostgresStore)
    rows = await store.pool.fetch(_POSTGRESQL)
    found = {Named(row["kind"], row["name"]): row["shape"] for row in rows}
    return list(_compared(found, _expected_of_database()))


def drop_foreign(connection: apsw.Connection) -> list[str]:
    """Takes every foreign object out of a store's file of the newest revision; their names. Triggers go first, so that
    none is woken."""
    foreign = [
        difference.object
        for difference in _compared(_shapes_of_file(connection), _expected_of_file())
        if difference.what == "foreign"
    ]
    with connection:
        for kind in ("trigger", "view", "index", "table"):
            for name in (found.name for found in foreign if found.kind == kind):
                if name.startswith("sqlite_"):
                    continue  # what SQLite keeps of a table goes with the table
                quoted = name.replace('"', '""')
                # A virtual table takes tables of its own with it.
                connection.execute(f'DROP {kind} IF EXISTS "{quoted}"')
    return [str(found) for found in foreign if not found.name.startswith("sqlite_")]


def _compared(found: Shapes, expected: Shapes) -> Iterator[Difference]:
    for name in sorted(expected.keys() - found.keys()):
        yield Difference("missing", name)
    for name in sorted(expected.keys() & found.keys()):
        if expected[name] != found[name]:
            yield Difference("other", name)
    for name in sorted(found.keys() - expected.keys()):
        yield Difference("foreign", name)


# No pragma shows these, and each of them changes what a write does.
_CLAUSES: Final = re.compile(r"\b(CHECK|CONFLICT|COLLATE|REFERENCES)\b", re.IGNORECASE)


def _shapes_of_file(connection: apsw.Connection) -> Shapes:
    kinds = {
        str(name): (bool(without_rowid), bool(strict))
        for name, without_rowid, strict in connection.execute(
            "SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main'"
        )
    }
    shapes: dict[Named, object] = {}
    for kind, name, table, text in connection.execute(
        r"SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_stat%' ESCAPE '\'"
    ):
        named = Named(str(kind), str(name))
        match kind:
            case "table":
                clauses = sorted({clause.upper() for clause in _CLAUSES.findall(str(text))})
                shapes[named] = (kinds.get(str(name)), clauses, _about(connection, _COLUMNS, name))
            case "index":
                of_table = [row[2:] for row in _about(connection, _INDEXES, table) if row[1] == name]
                shapes[named] = (table, of_table, _about(connection, _INDEXED, name))
            case _:
                shapes[named] = None
    return shapes


_COLUMNS: Final = "SELECT * FROM pragma_table_xinfo(?)"
_INDEXES: Final = "SELECT * FROM pragma_index_list(?)"
_INDEXED: Final = "SELECT * FROM pragma_index_xinfo(?)"


def _about(connection: apsw.Connection, pragma: str, name: object) -> list[tuple[object, ...]]:
    return list(connection.execute(pragma, (str(name),)))


@cache
def _expected_of_file() -> Shapes:
    with closing(apsw.Connection(":memory:")) as connection:
        for text in creation("sqlite"):
            connection.execute(text)
        return _shapes_of_file(connection)


_POSTGRESQL: Final = """
WITH own AS (SELECT current_schema()::regnamespace AS schema),
relation AS (
    SELECT c.* FROM pg_class c, own WHERE c.relnamespace = own.schema AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT 'table' AS kind, c.relname::text AS name,
    concat_ws(' ', c.relpersistence, c.relrowsecurity, (
        SELECT string_agg(
            concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef),
            ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)) AS shape
FROM relation c WHERE c.relkind = 'r'
UNION ALL
SELECT 'index', c.relname::text,
    concat_ws(' ', t.relname, i.indisunique, i.indisvalid, i.indpred IS NOT NULL, m.amname, (
        SELECT replace(string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n), '"', '')
        FROM generate_series(1, i.indnatts) n))
FROM relation c
JOIN pg_index i ON i.indexrelid = c.oid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_am m ON m.oid = c.relam
UNION ALL
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'relation ' || c.relkind::text END,
    c.relname::text, NULL
FROM relation c WHERE c.relkind NOT IN ('r', 'i')
UNION ALL
SELECT 'constraint', n.conname::text, NULL FROM pg_constraint n JOIN relation c ON c.oid = n.conrelid
WHERE n.contype NOT IN ('p', 'u', 'n')
UNION ALL
SELECT 'trigger', concat(t.tgname, ' on ', c.relname), NULL FROM pg_trigger t JOIN relation c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal
UNION ALL
SELECT 'rule', concat(r.rulename, ' on ', c.relname), NULL FROM pg_rewrite r JOIN relation c ON c.oid = r.ev_class
WHERE c.relkind = 'r'
UNION ALL
SELECT 'policy', concat(p.polname, ' on ', c.relname), NULL FROM pg_policy p JOIN relation c ON c.oid = p.polrelid
UNION ALL
SELECT 'function', p.oid::regprocedure::text, NULL FROM pg_proc p, own
WHERE p.pronamespace = own.schema AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""


@cache
def _expected_of_database() -> Shapes:
    shapes: dict[Named, object] = {
        Named("table", "alembic_version"): "p f version_num character varying(32) t f",
        Named("index", "alembic_version_pkc"): "alembic_version t t f btree version_num",
    }
    for table in metadata.sorted_tables:
        columns = ", ".join(
            f"{column.name} {column.type.compile(dialect=POSTGRESQL).lower()} {'f' if column.nullable else 't'} f"
            for column in table.columns
        )
        shapes[Named("table", table.name)] = f"p f {columns}"
        for name, unique, partial, names in _indexes(table):
            shapes[Named("index", name)] = f"{table.name} {unique} t {partial} btree {', '.join(names)}"
    return shapes


def _indexes(table: Table) -> Iterator[tuple[str, str, str, list[str]]]:
    """The name, whether it is unique, whether it leaves rows out, and the columns of each index of a table in
    PostgreSQL."""
    yield f"{table.name}_pkey", "t", "f", [column.name for column in table.primary_key]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            names = [column.name for column in constraint.columns]
            yield "_".join((table.name, *names, "key")), "t", "f", names
    for index in table.indexes:
        partial = "f" if index.dialect_options["postgresql"]["where"] is None else "t"
        yield (
            str(index.name),
            "t" if index.unique else "f",
            partial,
            [column.name for column in index.columns],
        )
