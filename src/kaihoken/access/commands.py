"""`kaihoken clients make-key|add|add-key|list|disable`: clients of a store whose hub does not run; `token` asks a hub.

A running hub is the only writer of its store, so the writing verbs find the store locked then and say so; `list` reads
beside it.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from kaihoken.access.client import Client, ClientKey, Registry
from kaihoken.access.client_table import load_registry
from kaihoken.access.enrolment import Enrolment
from kaihoken.access.issuer import load_key, make_key
from kaihoken.access.key import LONGEST_JWK, Algorithm, PublicKey, read_public_key
from kaihoken.access.scopes import HELD_BY, Kind, parse_scopes
from kaihoken.audit import Committer, require_own_store, witness_of
from kaihoken.clock import SystemClock
from kaihoken.identity import FacilityCode
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, open_store

app = typer.Typer(help="施設・保険者の鍵と権限 / facilities, insurers: keys and scopes", no_args_is_help=True)

Id = Annotated[
    str, typer.Argument(metavar="CLIENT_ID", help="a-z 0-9 . _ -、3 から 64 文字 / 3 to 64 of these")
]
StoreAt = Annotated[
    str, typer.Option("--store", envvar="KAIHOKEN_STORE", help="保管庫 / folder or postgresql://")
]
KeysAt = Annotated[
    Path, typer.Option("--keys", envvar="KAIHOKEN_KEYS", help="ハブの鍵のフォルダー / the hub's keys")
]
WitnessAt = Annotated[str, typer.Option("--witness", envvar="KAIHOKEN_WITNESS", help="証人 / path or URL")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON で出す / print JSON")]
KeyFile = Annotated[Path, typer.Option("--key", help="公開鍵の JWK のファイル / the public key, a JWK file")]

_STORE, _KEYS = "kaihoken-store", Path("kaihoken-keys")
_BY = "command"

T = TypeVar("T")


@app.command("make-key")
def make_key_file(
    file: Annotated[Path, typer.Argument(help="秘密鍵を書くファイル / where the private key goes (0600)")],
    p256: Annotated[bool, typer.Option("--p256", help="Ed25519 でなく P-256 / P-256, not Ed25519")] = False,
    as_json: AsJson = False,
) -> int:
    """鍵を作り、公開鍵を出す / make a key pair: the private half into a file, the public half on stdout."""
    algorithm: Algorithm = "ES256" if p256 else "EdDSA"
    key = make_key(algorithm)
    key.save(file)
    if not as_json:
        sys.stderr.write(f"{file}: 秘密鍵です。ここから動かさないでください / private: keep it here\n")
    return _print_json(key.public.jwk())


@app.command()
def add(
    client_id: Id,
    kind: Annotated[Kind, typer.Option(help="施設・保険者・運営者 / who it is")],
    name: Annotated[str, typer.Option(help="名称 / its name")],
    key: KeyFile,
    code: Annotated[str, typer.Option(help="医療機関コード 10 桁、保険者番号 / code or insurer number")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="権限。なければ種別の全部 / all of the kind")
    ] = None,
    store: StoreAt = _STORE,
    keys: KeysAt = _KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> int:
    """クライアントを登録する / enrol a facility, insurer or operator with its public key."""
    public = _read_key(key)
    scopes = HELD_BY[kind] if scope is None else parse_scopes(scope)

    async def enrol(enrolment: Enrolment, registry: Registry) -> Client:
        first = ClientKey(public, demo=registry.purpose == "demo")
        return await enrolment.enrol(Client(client_id, kind, code, name, (first,), scopes), by=_BY)

    client = asyncio.run(_changed(store, keys, witness, enrol))
    if kind is Kind.FACILITY and not FacilityCode.parse(client.code).check_digit_ok:
        sys.stderr.write(f"{client.code}: 検証番号が合いません / the check digit does not fit\n")
    return _show([client], as_json)


@app.command("add-key")
def add_key(
    client_id: Id,
    key: KeyFile,
    store: StoreAt = _STORE,
    keys: KeysAt = _KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> int:
    """鍵を足す（鍵を替えるとき） / give a client another key, before the old one is disabled."""
    public = _read_key(key)

    async def added(enrolment: Enrolment, registry: Registry) -> Client:
        another = ClientKey(public, demo=registry.purpose == "demo")
        return await enrolment.add_key(client_id, another, by=_BY)

    return _show([asyncio.run(_changed(store, keys, witness, added))], as_json)


@app.command()
def disable(
    client_id: Id,
    key_id: Annotated[str, typer.Option(help="この鍵だけ / only the key of this id")] = "",
    store: StoreAt = _STORE,
    keys: KeysAt = _KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> int:
    """クライアント、または鍵ひとつを止める / shut out a client, or one key. There is no way back."""

    async def disabled(enrolment: Enrolment, _: Registry) -> Client:
        if key_id:
            return await enrolment.disable_key(client_id, key_id, by=_BY)
        return await enrolment.disable(client_id, by=_BY)

    return _show([asyncio.run(_changed(store, keys, witness, disabled))], as_json)


@app.command("list")
def list_clients(store: StoreAt = _STORE, as_json: AsJson = False) -> int:
    """クライアントの一覧 / every client with its rights and keys."""
    return _show(asyncio.run(_listed(store)), as_json, everything=True)


@app.command()
def token(
    client_id: Id,
    key: Annotated[Path, typer.Option("--key", help="秘密鍵の JWK のファイル / the private key, a JWK file")],
    hub: Annotated[str, typer.Option("--hub", help="ハブの URL / the hub's URL")],
    scope: Annotated[
        list[str] | None, typer.Option(help="権限。なければ持つもの全部 / all that it holds")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """ハブから5分の通行証を受け取って出す / fetch a fresh token of five minutes from a hub and print it."""
    from kaihoken.access.token_request import fetch_token

    granted = fetch_token(hub, client_id, load_key(key), SystemClock(), scope or ())
    if as_json:
        return _print_json(granted)
    sys.stdout.write(granted.access_token + "\n")
    return 0


async def _listed(location: str) -> list[Client]:
    store = await open_store(location, read_only=True)
    try:
        return list(await load_registry(store))
    finally:
        await store.close()


async def _changed(
    location: str,
    keys: Path,
    witness: str,
    change: Callable[[Enrolment, Registry], Awaitable[T]],
) -> T:
    """The change, made as the one writer of the store. Problem `store.locked` when a hub runs on it."""
    clock = SystemClock()
    store = await open_store(location)
    try:
        async with witness_of(store, witness) as seen:
            holder = FileKeys(keys)
            committer = await Committer.open(store, holder, clock, seen)
            try:
                await require_own_store(store, committer.log, holder)
                registry = await load_registry(store)
                return await change(Enrolment(registry, committer, clock), registry)
            finally:
                await committer.close()
    finally:
        await store.close()


def _read_key(file: Path) -> PublicKey:
    try:
        with file.open("rb") as opened:
            return read_public_key(opened.read(LONGEST_JWK + 1))
    except OSError as error:
        raise Problem("access.key-file", where=str(file), reason=error.strerror or "not read") from None


def _show(clients: Sequence[Client], as_json: bool, *, everything: bool = False) -> int:
    if as_json:
        rows = [_row(client) for client in clients]
        return _print_json(rows if everything else rows[0])
    for client in clients:
        sys.stdout.write(f"{client.client_id}  {client.kind} {client.code}  {client.status}  {client.name}\n")
        sys.stdout.write(f"    {' '.join(sorted(client.scopes))}\n")
        for key in client.keys:
            demo = "  demo" if key.demo else ""
            sys.stdout.write(f"    {key.public.key_id}  {key.public.algorithm}  {key.status}{demo}\n")
    return 0


def _row(client: Client) -> dict[str, object]:
    return {
        "client_id": client.client_id,
        "kind": client.kind,
        "code": client.code,
        "name": client.name,
        "status": client.status,
        "scopes": sorted(client.scopes),
        "keys": [
            {
                "key_id": key.public.key_id,
                "algorithm": key.public.algorithm,
                "status": key.status,
                "demo": key.demo,
            }
            for key in client.keys
        ],
    }


def _print_json(value: object) -> int:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    return 0
