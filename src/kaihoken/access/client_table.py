"""The `client` table: the rows of the registry, and the statements that read and write them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, column, insert, select, table, update

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
_ALL = statement(
    "clients",
    select(
        _client.c.client_id,
        _client.c.kind,
        _client.c.code,
        _client.c.name,
        _client.c["keys"],
        _client.c.scopes,
        _client.c.status,
    ).order_by(_client.c.client_id),
)
_INSERT = statement("client enrolled", insert(_client))
_UPDATE = statement(
    "client changed",
    update(_client)
    .values({"keys": bindparam("keys_now"), "status": bindparam("status_now")})
    .where(_client.c.client_id == bindparam("of")),
)


class _StoredKey(msgspec.Struct, frozen=True):
    jwk: dict[str, str]
    status: Status
    demo: bool


class _Row(msgspec.Struct, frozen=True, array_like=True):
    client_id: str
    kind: Kind
    code: str
    name: str
    keys: str
    scopes: str
    status: Status


_decode_keys = msgspec.json.Decoder(tuple[_StoredKey, ...]).decode


async def load_registry(store: Store) -> Registry:
    """Every client of the store. Raises Problem `access.client-table` at a row that cannot be read."""
    return Registry(store.purpose, [_client_of(row) for row in await store.fetch(_ALL)])


def enrolled(client: Client, at: datetime) -> Write:
    """The write that puts a new client into the table."""
    scopes = " ".join(sorted(client.scopes))
    return Write(
        _INSERT,
        [
            (
                client.client_id,
                client.kind.value,
                client.code,
                client.name,
                _encode_keys(client.keys),
                scopes,
                client.status,
                milliseconds(at),
            )
        ],
    )


def changed(client: Client) -> Write:
    """The write that brings a client's keys and status up to date."""
    values = {"keys_now": _encode_keys(client.keys), "status_now": client.status, "of": client.client_id}
    return Write(_UPDATE, [tuple(values[name] for name in _UPDATE.parameters)])


def _client_of(row: Sequence[object]) -> Client:
    try:
        read = msgspec.convert(tuple(row), _Row)
        return Client(
            client_id=read.client_id,
            kind=read.kind,
            code=read.code,
            name=read.name,
            keys=tuple(
                ClientKey(read_public_key(msgspec.json.encode(key.jwk)), key.status, key.demo)
                for key in _decode_keys(read.keys)
            ),
            scopes=frozenset(Scope(word) for word in read.scopes.split()),
            status=read.status,
        )
    except (ValueError, Problem):
        raise Problem("access.client-table", where=str(row[0])) from None


def _encode_keys(keys: Sequence[ClientKey]) -> str:
    stored = [_StoredKey(key.public.jwk(), key.status, key.demo) for key in keys]
    return msgspec.json.encode(stored).decode()
