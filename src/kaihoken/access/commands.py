"""`kaihoken clients make-key|add|add-key|code|add-certificate|list|disable|token`.

A running hub is the only writer of its store. With `--hub`, `--as` and `--operator-key` the verbs ask the hub itself,
as an operator; without them they open the store, and say `store.locked` while a hub runs on it (`list` reads beside
it).
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from kaihoken.access.client_messages import (
    CertificateNamed,
    Change,
    ClientSaid,
    Disabling,
    Jwk,
    NewCertificate,
    NewClient,
    NewKey,
)
from kaihoken.access.code import key_of_code, new_code
from kaihoken.access.hub_place import CaFile, HubPlace, TlsFile, at_a_hub
from kaihoken.access.issuer import load_key, make_key
from kaihoken.access.key import LONGEST_JWK, Algorithm, read_public_key
from kaihoken.access.scopes import Kind
from kaihoken.clock import SystemClock
from kaihoken.identity import FacilityCode
from kaihoken.options import AsJson
from kaihoken.problems import Problem

if TYPE_CHECKING:
    from kaihoken.access.client_doors import Door

app = typer.Typer(help="施設・保険者の鍵と権限 / facilities, insurers: keys and scopes", no_args_is_help=True)

Id = Annotated[
    str, typer.Argument(metavar="CLIENT_ID", help="a-z 0-9 . _ -、3 から 64 文字 / 3 to 64 of these")
]
KeyFile = Annotated[Path, typer.Option("--key", help="公開鍵の JWK のファイル / the public key, a JWK file")]
CertificateFile = Annotated[
    Path | None, typer.Option(help="証明書のファイル（PEM） / exactly this certificate, a PEM file")
]
Thumbprint = Annotated[str, typer.Option(help="その SHA-256（x5t#S256） / or its thumbprint")]
Subject = Annotated[
    str, typer.Option(help="名前（RFC 4514）。更新しても同じ / or whatever the CA issues under this name")
]


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
@at_a_hub
def add(
    place: HubPlace,
    client_id: Id,
    kind: Annotated[Kind, typer.Option(help="施設・保険者・運営者 / who it is")],
    name: Annotated[str, typer.Option(help="名称 / its name")],
    key: KeyFile,
    code: Annotated[str, typer.Option(help="医療機関コード 10 桁、保険者番号 / code or insurer number")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="権限。なければ種別の全部 / all of the kind")
    ] = None,
    certificate: CertificateFile = None,
    thumbprint: Thumbprint = "",
    subject: Subject = "",
    as_json: AsJson = False,
) -> int:
    """クライアントを登録する / enrol a facility, insurer or operator with its public key, and its TLS certificate."""
    pem = "" if certificate is None else _text(certificate)
    bound = CertificateNamed(pem=pem, thumbprint=thumbprint, subject=subject)
    message = NewClient(
        client_id,
        kind,
        name,
        _read_key(key),
        code,
        scope or None,
        bound if bound != CertificateNamed() else None,
    )
    client = _made(message, _door(place))
    _doubt_code(client)
    return _show([client], as_json)


@app.command("add-key")
@at_a_hub
def add_key(
    place: HubPlace,
    client_id: Id,
    key: KeyFile,
    as_json: AsJson = False,
) -> int:
    """鍵を足す（鍵を替えるとき） / give a client another key, before the old one is disabled."""
    message = NewKey(client_id, _read_key(key))
    return _show([_made(message, _door(place))], as_json)


@app.command("code")
@at_a_hub
def code_for(
    place: HubPlace,
    client_id: Id,
    kind: Annotated[
        Kind | None, typer.Option(help="新しいクライアントなら、その種別 / of a new client: who it is")
    ] = None,
    name: Annotated[str, typer.Option(help="その名称 / and its name")] = "",
    code: Annotated[str, typer.Option(help="医療機関コード 10 桁、保険者番号 / code or insurer number")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="権限。なければ種別の全部 / all of the kind")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=14, help="何日使えるか / for how many days it is good")] = 3,
    as_json: AsJson = False,
) -> int:
    """受付のPCを登録する1回限りのコードを作る / make a one-time code with which a clinic's PC enrols itself.

    --kind があれば新しいクライアントとして、なければ今あるクライアントの鍵として。コードはここでしか見られません /
    With --kind for a new client, without it for one that is there. The code is shown here and nowhere else.
    """
    secret = new_code()
    key: Jwk = dict(key_of_code(secret).public.jwk())
    until = SystemClock().now() + timedelta(days=days)
    change: NewClient | NewKey = (
        NewKey(client_id, key, until)
        if kind is None
        else NewClient(client_id, kind, name, key, code, scope or None, code_until=until)
    )
    _doubt_code(_made(change, _door(place)))
    if as_json:
        return _print_json({"client_id": client_id, "code": secret, "until": until})
    sys.stdout.write(f"{client_id}/{secret}\n")
    return 0


@app.command("add-certificate")
@at_a_hub
def add_certificate(
    place: HubPlace,
    client_id: Id,
    certificate: CertificateFile = None,
    thumbprint: Thumbprint = "",
    subject: Subject = "",
    as_json: AsJson = False,
) -> int:
    """TLS 証明書を登録する / let a client use a TLS certificate; from its first one on it needs one."""
    pem = "" if certificate is None else _text(certificate)
    message = NewCertificate(client_id=client_id, pem=pem, thumbprint=thumbprint, subject=subject)
    return _show([_made(message, _door(place))], as_json)


@app.command()
@at_a_hub
def disable(
    place: HubPlace,
    client_id: Id,
    key_id: Annotated[str, typer.Option(help="この鍵だけ / only the key of this id")] = "",
    certificate: Annotated[
        str, typer.Option(help="この証明書だけ（一覧の名前） / only the certificate listed so")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """クライアント、または鍵・証明書ひとつを止める / shut out a client, a key, a certificate. There is no way back."""
    message = Disabling(client_id, key_id, certificate)
    return _show([_made(message, _door(place))], as_json)


@app.command("list")
@at_a_hub
def list_clients(
    place: HubPlace,
    as_json: AsJson = False,
) -> int:
    """クライアントの一覧 / every client with its rights, keys and certificates."""
    door = _door(place)
    return _show(asyncio.run(door.clients()), as_json, everything=True)


@app.command()
def token(
    client_id: Id,
    key: Annotated[Path, typer.Option("--key", help="秘密鍵の JWK のファイル / the private key, a JWK file")],
    hub: Annotated[str, typer.Option("--hub", help="ハブの URL / the hub's URL")],
    scope: Annotated[
        list[str] | None, typer.Option(help="権限。なければ持つもの全部 / all that it holds")
    ] = None,
    ca: CaFile = None,
    tls: TlsFile = None,
    as_json: AsJson = False,
) -> int:
    """ハブから5分の通行証を受け取って出す / fetch a fresh token of five minutes from a hub and print it."""
    from kaihoken.access.hub_trust import trusting
    from kaihoken.access.token_request import fetch_token

    granted = fetch_token(hub, client_id, load_key(key), SystemClock(), scope or (), trusting(ca, tls))
    if as_json:
        return _print_json(granted)
    sys.stdout.write(granted.access_token + "\n")
    return 0


def _door(place: HubPlace) -> "Door":
    """The hub where one is named, else the store. Problem `cli.misuse` where the hub is named by half."""
    from kaihoken.access.client_doors import AtHub, AtRest
    from kaihoken.access.hub_trust import trusting

    if not place.hub:
        return AtRest(place.store, place.keys, place.witness)
    operator, key = place.operator("kaihoken clients")
    return AtHub(place.hub, operator, load_key(key), trusting(place.ca, place.tls))


def _made(change: Change, door: "Door") -> ClientSaid:
    return asyncio.run(door.make(change))


def _doubt_code(client: ClientSaid) -> None:
    """Warn of a facility's code that may be mistyped."""
    if client.kind == Kind.FACILITY and not FacilityCode.parse(client.code).check_digit_ok:
        sys.stderr.write(f"{client.code}: 検証番号が合いません / the check digit does not fit\n")


def _read_key(file: Path) -> Jwk:
    """The public key of a file, held against what a key must be before anything is opened or asked."""
    try:
        with file.open("rb") as opened:
            public = read_public_key(opened.read(LONGEST_JWK + 1))
    except OSError as error:
        raise Problem("access.key-file", where=str(file), reason=error.strerror or "not read") from None
    return dict(public.jwk())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Problem("access.key-file", where=str(file), reason=error.strerror or "not read") from None
    except UnicodeDecodeError:
        raise Problem("access.certificate-malformed", reason="not PEM") from None


def _show(clients: Sequence[ClientSaid], as_json: bool, *, everything: bool = False) -> int:
    if as_json:
        return _print_json(clients if everything else clients[0])
    for client in clients:
        sys.stdout.write(f"{client.client_id}  {client.kind} {client.code}  {client.status}  {client.name}\n")
        sys.stdout.write(f"    {' '.join(client.scopes)}\n")
        for key in client.keys:
            demo = "  demo" if key.demo else ""
            sys.stdout.write(f"    {key.key_id}  {key.algorithm}  {key.status}{demo}\n")
        for one in client.certificates:
            subject = f"  {one.value}" if one.form == "subject" else ""
            sys.stdout.write(f"    {one.name}  certificate  {one.status}{subject}\n")
    return 0


def _print_json(value: object) -> int:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    return 0
