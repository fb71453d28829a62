"""The tables of people: accounts, authenticators, invitations, proxies, and the statements that read and write them.

A row is one of the frozen dataclasses, field by field in the order of the columns; its digest is what the log keeps of
it (`recorded`).
"""

from collections.abc import Mapping
from dataclasses import astuple, fields
from enum import Enum
from hashlib import sha256
from typing import TypeVar

import msgspec
from sqlalchemy import Table, bindparam, insert, select, update

from kaihoken.access.people.account import Account, Authenticator, Invitation
from kaihoken.access.people.proxy import Proxy
from kaihoken.access.people.role import Role
from kaihoken.problems import Problem
from kaihoken.store import Statement, Store, Write, schema, statement

Row = Account | Authenticator | Invitation | Proxy
R = TypeVar("R", bound=Row)

_TABLES: Mapping[type, Table] = {
    Account: schema.account,
    Authenticator: schema.authenticator,
    Invitation: schema.invitation,
    Proxy: schema.proxy,
}


def _key(table: Table) -> str:
    (column,) = table.primary_key.columns
    return column.name


_INSERT: Mapping[type, Statement] = {
    kind: statement(f"{table.name} added", insert(table)) for kind, table in _TABLES.items()
}
_UPDATE: Mapping[type, Statement] = {
    kind: statement(
        f"{table.name} changed",
        update(table)
        .values({column.name: bindparam(f"{column.name}_now") for column in table.columns})
        .where(table.c[_key(table)] == bindparam("of")),
    )
    for kind, table in _TABLES.items()
}


def _select(kind: type[Row], by: str) -> Statement:
    table = _TABLES[kind]
    return statement(
        f"{table.name} by {by}",
        select(table).where(table.c[by] == bindparam("wanted")).order_by(table.c[_key(table)]),
    )


_BY_KEY: Mapping[type, Statement] = {kind: _select(kind, _key(table)) for kind, table in _TABLES.items()}
_ALL: Mapping[type, Statement] = {
    kind: statement(f"every {table.name}", select(table).order_by(table.c[_key(table)]))
    for kind, table in _TABLES.items()
}
_ACCOUNTS_OF = statement(
    "accounts of an organisation",
    select(schema.account)
    .where(schema.account.c.organisation == bindparam("wanted"), schema.account.c.person == "")
    .order_by(schema.account.c.account_id),
)
_ACCOUNT_OF_PERSON = _select(Account, "person")
_AUTHENTICATORS_OF = _select(Authenticator, "account_id")
_INVITATIONS_OF = _select(Invitation, "account_id")
_PROXIES_FOR = _select(Proxy, "person")
_PROXIES_OF = _select(Proxy, "agent")


def added(row: Row) -> Write:
    """The write that puts a new row into its table."""
    return Write(_INSERT[type(row)], [_values(row)])


def changed(row: Row) -> Write:
    """The write that brings a row up to date."""
    names = [field.name for field in fields(row)]
    values = dict(zip((f"{name}_now" for name in names), _values(row), strict=True))
    values["of"] = key_of(row)
    update_row = _UPDATE[type(row)]
    return Write(update_row, [tuple(values[name] for name in update_row.parameters)])


def key_of(row: Row) -> object:
    """The primary key of a row: its first field."""
    return getattr(row, fields(row)[0].name)


def place_of(row: Row) -> str:
    """How a record names a row: table and key."""
    key = key_of(row)
    return f"{_TABLES[type(row)].name} {key.hex() if isinstance(key, bytes) else key}"


def digest_of(row: Row) -> str:
    """By which a record in the log knows a row: SHA-256 of its values as JSON."""
    return sha256(msgspec.json.encode(_values(row))).hexdigest()


async def find(store: Store, kind: type[R], key: object) -> R | None:
    """The row of that key. Problem `access.account-table` where it cannot be read."""
    rows = await _rows(store, kind, _BY_KEY[kind], key)
    return rows[0] if rows else None


async def every(store: Store, kind: type[R]) -> list[R]:
    """Every row of a table."""
    return await _rows(store, kind, _ALL[kind])


async def accounts_of(store: Store, organisation: str) -> list[Account]:
    """The accounts of those who work for an organisation; of "" those of operators and auditors."""
    return await _rows(store, Account, _ACCOUNTS_OF, organisation)


async def accounts_of_person(store: Store, person: str) -> list[Account]:
    """The accounts that stand for a person: one at most that is not disabled."""
    return await _rows(store, Account, _ACCOUNT_OF_PERSON, person)


async def authenticators_of(store: Store, account_id: str) -> list[Authenticator]:
    """The authenticators of an account that are not removed, oldest first."""
    rows = await _rows(store, Authenticator, _AUTHENTICATORS_OF, account_id)
    return sorted((row for row in rows if row.status == "active"), key=lambda row: row.created_ms)


async def invitations_of(store: Store, account_id: str) -> list[Invitation]:
    """The open invitations of an account."""
    rows = await _rows(store, Invitation, _INVITATIONS_OF, account_id)
    return [row for row in rows if row.status == "open"]


async def proxies_for(store: Store, person: str) -> list[Proxy]:
    """Who may act, or might, for a person."""
    return await _rows(store, Proxy, _PROXIES_FOR, person)


async def proxies_of(store: Store, account_id: str) -> list[Proxy]:
    """For whom an account may act, or might."""
    return await _rows(store, Proxy, _PROXIES_OF, account_id)


async def _rows(store: Store, kind: type[R], asked: Statement, *values: object) -> list[R]:
    return [row_of(kind, row) for row in await store.fetch(asked, values)]


def row_of(kind: type[R], stored: tuple[object, ...]) -> R:
    """A row as it was stored. Problem `access.account-table`."""
    values = dict(zip((field.name for field in fields(kind)), stored, strict=True))
    try:
        if kind is Account:
            values["role"] = Role(str(values["role"]))
        return msgspec.convert(values, kind)
    except (ValueError, msgspec.ValidationError):
        raise Problem("access.account-table", where=_TABLES[kind].name) from None


def _values(row: Row) -> tuple[object, ...]:
    return tuple(value.value if isinstance(value, Enum) else value for value in astuple(row))
