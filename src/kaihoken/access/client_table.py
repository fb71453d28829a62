"""The `client` table: the rows of the registry, and the statements that read and write them."""

from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import bindparam, column, insert, select, table, update

from kaihoken.access.certificate_binding import ClientCertificate, Form
from kaihoken.access.client import Client, ClientKey, Registry, Status
from kaihoken.access.key import read_public_key
from kaihoken.access.scopes import Kind, Scope
from kaihoken.problems import Problem
from kaihoken.store import Store, Write, milliseconds, statement

_client = table(
    "client",
    *(
        column(name)
        for name in ("client_id", "kind", "code", "name", "keys", "scopes", "status", "created_at")
    ),
)
_ROWS = select(
    _client.c.client_id,
    _client.c.kind,
    _client.c.code,
    _client.c.name,
    _client.c["keys"],
    _client.c.scopes,
    _client.c.status,
)
_ALL = statement("clients", _ROWS.order_by(_client.c.client_id))
_ONE = statement("client", _ROWS.where(_client.c.client_id == bindparam("of")))
_INSERT = statement("client enrolled", insert(_client))
_UPDATE = statement(
    "client changed",
    update(_client)
    .values({"keys": bindparam("keys_now"), "status": bindparam("status_now")})
    .where(_client.c.client_id == bindparam("of")),
)


Row = tuple[object, ...]
"""client_id, kind, code, name, keys, scopes and status as the table holds them."""


class _StoredKey(msgspec.Struct, frozen=True):
    jwk: dict[str, str]
    status: Status
    demo: bool


class _StoredCode(_StoredKey, frozen=True):
    until: int


class _StoredCertificate(msgspec.Struct, frozen=True):
    form: Form
    value: str
    status: Status


class _Stored(msgspec.Struct, frozen=True):
    """Either of them, as it is read: what a client proves itself with."""

    status: Status
    jwk: dict[str, str] | None = None
    demo: bool = False
    form: Form | None = None
    value: str = ""
    until: int = 0


class _Row(msgspec.Struct, frozen=True, array_like=True):
    client_id: str
    kind: Kind
    code: str
    name: str
    keys: str
    scopes: str
    status: Status


_decode_keys = msgspec.json.Decoder(tuple[_Stored, ...]).decode


async def load_registry(store: Store) -> Registry:
    """Every client of the store. Raises Problem `access.client-table` at a row that cannot be read."""
    return Registry(store.purpose, [client_of(row) for row in (await rows_of(store)).values()])


async def settled(store: Store, client_id: str) -> Client | None:
    """A client as its row stands once it is decided whether the last write stands. Raises Problem
    `access.client-table`, and those of `Store.settle`."""
    await store.settle()
    rows = await store.fetch(_ONE, (client_id,))
    return client_of(tuple(rows[0])) if rows else None


async def rows_of(store: Store) -> dict[str, Row]:
    """Every row of the table, by client id."""
    return {str(row[0]): tuple(row) for row in await store.fetch(_ALL)}


def row_of(client: Client) -> Row:
    """The row of a client, as it is written and read."""
    scopes = " ".join(sorted(client.scopes))
    keys = _encode_keys(client)
    return client.client_id, client.kind.value, client.code, client.name, keys, scopes, client.status


def digest_of(row: Row) -> str:
    """By which a record in the log knows a row: SHA-256 of its values as JSON."""
    return sha256(msgspec.json.encode(row)).hexdigest()


def enrolled(client: Client, at: datetime) -> Write:
    """The write that puts a new client into the table."""
    return Write(_INSERT, [(*row_of(client), milliseconds(at))])


def changed(client: Client) -> Write:
    """The write that brings a client's keys, certificates and status up to date."""
    values = {"keys_now": _encode_keys(client), "status_now": client.status, "of": client.client_id}
    return Write(_UPDATE, [tuple(values[name] for name in _UPDATE.parameters)])


def client_of(row: Row) -> Client:
    """The client of a row. Raises Problem `access.client-table` where it cannot be read."""
    try:
        read = msgspec.convert(row, _Row)
        stored = _decode_keys(read.keys)
        return Client(
            client_id=read.client_id,
            kind=read.kind,
            code=read.code,
            name=read.name,
            keys=tuple(
                ClientKey(read_public_key(msgspec.json.encode(key.jwk)), key.status, key.demo, key.until)
                for key in stored
                if key.jwk is not None
            ),
            scopes=frozenset(Scope(word) for word in read.scopes.split()),
            status=read.status,
            certificates=tuple(_certificate(one) for one in stored if one.jwk is None),
        )
    except (ValueError, Problem):
        raise Problem("access.client-table", where=str(row[0])) from None


def _certificate(stored: _Stored) -> ClientCertificate:
    if stored.form is None or not stored.value:
        raise ValueError("neither a key nor a certificate")
    return ClientCertificate(stored.form, stored.value, stored.status)


def _encode_keys(client: Client) -> str:
    stored: list[_StoredKey | _StoredCertificate] = [
        _StoredCode(key.public.jwk(), key.status, key.demo, key.until)
        if key.is_code
        else _StoredKey(key.public.jwk(), key.status, key.demo)
        for key in client.keys
    ]
    stored += [_StoredCertificate(one.form, one.value, one.status) for one in client.certificates]
    return msgspec.json.encode(stored).decode()
