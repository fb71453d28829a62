"""`kaihoken keys create|list|rotate|backup|restore`."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken.clock import SystemClock
from kaihoken.options import KEYS, STORE, AsJson, KeysAt
from kaihoken.problems import Problem
from kaihoken.store.asking import ask_hub
from kaihoken.store.commands import bar, rotate_at_rest
from kaihoken.store.keyfiles import is_held, path_problems, write_private
from kaihoken.store.keys import FileKeys
from kaihoken.store.passphrase import read_passphrase
from kaihoken.store.sealing import seal_keys, unseal_keys
from kaihoken.store.tls_keys import certificates_of, requested
from kaihoken.store.wish import Sort

app = typer.Typer(help="鍵 / keys", no_args_is_help=True)

PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="合い言葉のファイル（無ければ尋ねる） / file with the passphrase"),
]


class Listed(msgspec.Struct, frozen=True):
    """One key as it may be shown."""

    sort: str
    name: str
    valid_from: datetime
    valid_to: datetime | None


@app.command()
def create(keys: KeysAt = KEYS, as_json: AsJson = False) -> None:
    """はじめの鍵を作る（上書きはしない） / make the first keys; nothing is overwritten."""
    _show(FileKeys.create(keys, SystemClock()), as_json=as_json)


@app.command("list")
def show(
    keys: KeysAt = KEYS,
    tls_certificate: Annotated[
        Path | None, typer.Option(help="ハブの TLS 証明書も見る / the hub's TLS certificate, too")
    ] = None,
    tls_client_ca: Annotated[
        Path | None, typer.Option(help="クライアントの認証局も見る / the CAs of clients, too")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """鍵の一覧（中身は見せない） / the keys, without their content; certificates too, where the settings name them."""
    certificates = [("tls", tls_certificate), ("client-ca", tls_client_ca)]
    told = [Listed(*one) for sort, file in certificates if file for one in certificates_of(sort, file)]
    _show(FileKeys(keys), told, as_json=as_json)


@app.command("request-tls")
def request_tls(
    file: Annotated[Path, typer.Argument(help="秘密鍵を書くファイル / where the private key goes (0600)")],
    name: Annotated[list[str], typer.Option(help="ハブの名前か IP アドレス / the hub's name or IP address")],
    as_json: AsJson = False,
) -> None:
    """TLS の鍵を作り、証明書の申請（CSR）を出す / make a TLS key and print the request for its certificate."""
    key, request = requested(name)
    try:
        write_private(file, key)
    except FileExistsError:
        raise Problem("store.exists", where=file.name) from None
    if as_json:
        typer.echo(msgspec.json.encode({"key": str(file), "request": request}).decode())
    else:
        typer.echo(request, nl=False)


@app.command()
def rotate(
    sort: Annotated[Sort, typer.Argument(help="どの鍵か / which key")],
    keys: KeysAt = KEYS,
    store: Annotated[
        str | None,
        typer.Option(
            "--store", envvar="KAIHOKEN_STORE", help="保管庫の場所 / folder or postgresql:// address"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """鍵を新しくする。動いているハブがあれば、止めずにそのハブがする / replace a key; a hub that runs does it itself.

    lookup: 全員を新しい鍵で付け直し、古い鍵を捨てる。質問はそのあいだも答えられる / everybody is keyed again and the
    old key destroyed; questions are answered meanwhile.

    log: 次の頭から新しい鍵で署名する。古い鍵は検証のために残る / the next head is signed with it; the old one stays to
    verify.
    """
    with bar("鍵 / keys", quiet=as_json) as progress:
        _replace(sort, keys, store, progress)
    _show(FileKeys(keys), as_json=as_json)
    if sort is Sort.lookup and len(FileKeys(keys).lookup_created()) > 1 and not as_json:
        typer.echo(
            "この鍵の保管庫を --store で渡すと、付け直しまで済みます"
            " / give the store of these keys with --store, and it is keyed again"
        )


def _replace(sort: Sort, keys: Path, store: str | None, progress: Callable[[int, int], None]) -> None:
    """Replaces the key, or has the hub that signs with these keys do so. Without a store a look-up key is only
    added."""
    held, clock = FileKeys(keys), SystemClock()
    if is_held(keys) and asyncio.run(ask_hub(keys, sort, store or STORE, progress)):
        return
    if sort is Sort.log:
        held.rotate_log(clock)
    elif store is None and not Path(STORE).exists():
        held.rotate_lookup(clock)
    else:
        asyncio.run(rotate_at_rest(store or STORE, keys, progress))


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="書き出すファイル / file to write")],
    keys: KeysAt = KEYS,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """合い言葉で封じた控えを書く / write a copy sealed with a passphrase; keep it apart from the data."""
    copy = seal_keys(keys, read_passphrase(passphrase_file, confirm=True))
    try:
        write_private(target, copy)
    except FileExistsError:
        raise Problem("store.exists", where=target.name) from None
    _show(FileKeys(keys), as_json=as_json)


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="控えのファイル / sealed copy")],
    keys: KeysAt = KEYS,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """封じた控えから鍵を戻す（上書きはしない） / bring keys back from a sealed copy; nothing is overwritten."""
    with path_problems(source):
        if not source.is_file():
            raise Problem("store.keys_missing", where=source.name)
        copy = source.read_bytes()
    _show(unseal_keys(copy, read_passphrase(passphrase_file), keys), as_json=as_json)


def _show(keys: FileKeys, certificates: Sequence[Listed] = (), *, as_json: bool) -> None:
    listed = [
        *(Listed("lookup", str(version), since, None) for version, since in keys.lookup_created()),
        *(Listed("log", key.key_id, key.valid_from, key.valid_to) for key in keys.log_keys()),
        *(Listed(sort, str(version), since, None) for sort, version, since in keys.other_created()),
        *certificates,
    ]
    if as_json:
        typer.echo(msgspec.json.encode({"folder": str(keys.folder), "keys": listed}).decode())
        return
    typer.echo(f"{keys.folder}")
    for key in listed:
        until = f" – {key.valid_to:%Y-%m-%d %H:%M}" if key.valid_to else ""
        typer.echo(f"  {key.sort:<9} {key.name:<17} {key.valid_from:%Y-%m-%d %H:%M} UTC{until}")
