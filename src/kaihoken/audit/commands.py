"""`kaihoken audit verify|head|show|destroy` and `kaihoken receipt verify`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import httpx
import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from kaihoken.audit.api import KEYS_PATH
from kaihoken.audit.batch import entry_of
from kaihoken.audit.committer import Committer
from kaihoken.audit.extension import check_extends
from kaihoken.audit.head import Head, Key, head_json, public_keys
from kaihoken.audit.log import Log
from kaihoken.audit.receipt import checked_receipt
from kaihoken.audit.retention import Destroyed, destroy_bodies
from kaihoken.audit.verification import Finding, Verification
from kaihoken.audit.verifier import Receipt, RefusedError, keys_from_json, verify_standing
from kaihoken.audit.witness import FileWitness, witness_at
from kaihoken.clock import SystemClock
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, instant, open_store

app = typer.Typer(help="改ざん検知ログ / the tamper-evident log", no_args_is_help=True)
receipt_app = typer.Typer(help="受領証 / receipts of answers", no_args_is_help=True)

StoreAt = Annotated[
    str,
    typer.Option("--store", envvar="KAIHOKEN_STORE", help="保管庫の場所 / folder or postgresql:// address"),
]
KeysAt = Annotated[
    Path,
    typer.Option(
        "--keys",
        envvar="KAIHOKEN_KEYS",
        help="鍵のフォルダー、または公開鍵の JSON / keys, or the public keys as JSON",
    ),
]
WitnessAt = Annotated[
    str,
    typer.Option(
        "--witness", envvar="KAIHOKEN_WITNESS", help="証人のファイルか URL / file or URL of the witness"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON で出す / print JSON")]

# Where a hub keeps them, unless its settings say otherwise.
_STORE = "kaihoken-store"
_KEYS = Path("kaihoken-keys")

FINDINGS = 1
_SHOWN = 20
_PATIENCE_SECONDS = 10.0

T = TypeVar("T")


@app.command()
def verify(
    store: StoreAt = _STORE, keys: KeysAt = _KEYS, witness: WitnessAt = "", as_json: AsJson = False
) -> int:
    """ログ全体を検証する / hash the whole log again and compare it with its heads and the witness."""
    checked, found = asyncio.run(_verify(store, _public_keys(keys), witness, quiet=as_json))
    if as_json:
        _say_json(
            {
                "batches": checked,
                "findings": [{"fault": one.fault, "batch": one.batch, "detail": one.detail} for one in found],
            }
        )
    else:
        for one in found[:_SHOWN]:
            _say(f"✗ {one.fault:<16} batch {one.batch}  {one.detail}")
        if len(found) > _SHOWN:
            _say(f"… {len(found) - _SHOWN} more (--json)")
        verdict = (
            "改ざんは見つかりません / holds" if not found else "正しくないところがあります / does not hold"
        )
        _say(f"{checked} batches, {len(found)} findings: {verdict}")
    return FINDINGS if found else 0


@app.command()
def head(store: StoreAt = _STORE, as_json: AsJson = False) -> int:
    """いちばん新しい署名つきヘッド / the newest signed head in the store."""

    async def ask(log: Log) -> Head:
        return (await log.batch(await log.size() - 1)).head

    newest = asyncio.run(_reading(store, ask))
    if as_json:
        _say(head_json(newest))
    else:
        _say_head(newest)
    return 0


@app.command()
def show(
    batch: Annotated[int, typer.Argument(help="バッチの番号（コミット番号） / commit sequence", min=0)],
    record: Annotated[
        int | None, typer.Argument(help="記録の番号。なければ全部 / all if left out", min=0)
    ] = None,
    store: StoreAt = _STORE,
    as_json: AsJson = False,
) -> int:
    """バッチの記録を見る / the records of a batch (destroyed ones as null)."""
    found, chunks = asyncio.run(_reading(store, lambda log: _chunks(log, batch)))
    if record is not None and record >= len(chunks):
        raise Problem("audit.no_record", batch=batch, index=record)
    wanted = range(len(chunks)) if record is None else [record]
    entries = {index: entry_of(chunks[index]) if chunks[index] else None for index in wanted}
    if as_json:
        _say_json(
            {
                "head": orjson.loads(head_json(found)),
                "records": [
                    {
                        "index": index,
                        "kind": entry.kind if entry else None,
                        "body": entry.body.decode("utf-8", "backslashreplace") if entry else None,
                    }
                    for index, entry in entries.items()
                ],
            }
        )
        return 0
    _say_head(found)
    for index, entry in entries.items():
        text = entry.body.decode("utf-8", "backslashreplace") if entry else "廃棄済み / destroyed"
        _say(f"{index:>5}  {entry.kind if entry else '—'}  {text}")
    return 0


@app.command()
def destroy(
    before: Annotated[
        str, typer.Option(help="この日（日本時間）より前 / records before this day: YYYY-MM-DD")
    ],
    store: StoreAt = _STORE,
    keys: KeysAt = _KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> int:
    """保存期間の過ぎた記録を廃棄する（ハブは止めておく） / destroy old records; the hub must be stopped."""
    try:
        day = date.fromisoformat(before)
    except ValueError as error:
        raise Problem("audit.unreadable", where="--before", reason=before) from error

    gone = asyncio.run(_destroy(store, keys, day, witness))
    if as_json:
        _say_json({"batches": gone.batches, "records": gone.records})
    else:
        _say(f"{gone.records} records in {gone.batches} batches: 廃棄しました / destroyed")
    return 0


@receipt_app.command("verify")
def verify_receipt(
    file: Annotated[
        Path, typer.Argument(help="受領証（JSON またはヘッダー形式） / the receipt, in either form")
    ],
    keys: Annotated[
        Path | None, typer.Option("--keys", help="ログの公開鍵（JSON）か鍵のフォルダー / the log's keys")
    ] = None,
    hub: Annotated[str, typer.Option(help="ハブの URL。今のログにあるかも確かめる / also ask this hub")] = "",
    as_json: AsJson = False,
) -> int:
    """受領証を検証する。--hub がなければオフライン / verify a receipt, offline unless --hub is given."""
    if keys is None and not hub:
        raise Problem("audit.unreadable", where="--keys", reason="--keys / --hub")
    text = _read(file)
    public = _public_keys(keys) if keys else _keys_of_json(_ask(hub, KEYS_PATH))
    receipt = checked_receipt(text, public)
    standing = _standing(receipt, public, hub) if hub else None
    if as_json:
        _say_json(
            {
                "holds": True,
                "log_id": receipt.head.log_id,
                "batch": receipt.head.size - 1,
                "record": receipt.index,
                "time": instant(receipt.head.time_ms).isoformat(),
                "kind": receipt.kind,
                "body": receipt.body.decode("utf-8", "backslashreplace"),
                "stands_in_log_of": standing.size if standing else None,
            }
        )
        return 0
    _say("✓ 受領証は正しい / the receipt holds")
    _say_head(receipt.head)
    _say(f"{receipt.index:>5}  {receipt.kind}  {receipt.body.decode('utf-8', 'backslashreplace')}")
    if standing:
        _say(f"✓ {standing.size} バッチのログに今もある / stands in the log of {standing.size} batches")
    return 0


async def _verify(
    location: str, keys: Mapping[str, Key], witness: str, *, quiet: bool
) -> tuple[int, list[Finding]]:
    async def read(log: Log) -> tuple[int, list[Finding]]:
        heads: Iterable[Head] = ()
        if witness:
            seen = witness_at(witness)
            last = await seen.last()
            await seen.close()
            if last is None:
                raise Problem("audit.witness_empty")
            await check_extends(log, last, keys)
            if isinstance(seen, FileWitness):
                heads = seen.heads()
        size = await log.size()
        with Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
            task = progress.add_task("検証 / verifying", total=size)
            verification = Verification(log, size, keys, heads)
            found = [
                finding
                async for finding in verification.findings(
                    lambda checked: progress.update(task, completed=checked)
                )
            ]
        return size, found

    return await _reading(location, read)


async def _destroy(location: str, keys: Path, before: date, witness: str) -> Destroyed:
    clock = SystemClock()
    store = await open_store(location)
    seen = witness_at(witness) if witness else None
    try:
        committer = await Committer.open(store, FileKeys(keys), clock, seen)
        try:
            return await destroy_bodies(committer, before, clock.today())
        finally:
            await committer.close()
    finally:
        if seen:
            await seen.close()
        await store.close()


async def _chunks(log: Log, seq: int) -> tuple[Head, list[bytes]]:
    batch = await log.batch(seq)
    return batch.head, await log.chunks(batch)


async def _reading(location: str, ask: Callable[[Log], Awaitable[T]]) -> T:
    store = await open_store(location, read_only=True)
    try:
        return await ask(await Log.open(store))
    finally:
        await store.close()


def _standing(receipt: Receipt, keys: Mapping[str, Key], hub: str) -> Head:
    proof = _ask(hub, f"/v1/log/inclusion?batch={receipt.head.size - 1}")
    try:
        return verify_standing(receipt, proof, keys)
    except RefusedError as refused:
        raise Problem("audit.receipt_refused", reason=refused.detail) from refused


def _ask(hub: str, path: str) -> str:
    try:
        response = httpx.get(hub.rstrip("/") + path, timeout=_PATIENCE_SECONDS)
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Problem("audit.hub_refused", where=path, reason=type(error).__name__) from error
    return response.text


def _public_keys(path: Path) -> Mapping[str, Key]:
    """The public keys in a published key set, or of a folder of keys."""
    if path.is_dir():
        return public_keys(FileKeys(path))
    return _keys_of_json(_read(path))


def _keys_of_json(text: str) -> Mapping[str, Key]:
    try:
        return keys_from_json(text)
    except RefusedError as refused:
        raise Problem("audit.unreadable", where="keys", reason=refused.detail) from refused


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("audit.unreadable", where=path.name, reason=type(error).__name__) from error


def _say_head(head: Head) -> None:
    _say(f"log {head.log_id}  size {head.size}  {instant(head.time_ms).isoformat()}  key {head.key_id}")
    _say(f"batch root {head.batch_root.hex()} ({head.batch_size} records)\ntree root  {head.tree_root.hex()}")


def _say_json(value: object) -> None:
    _say(orjson.dumps(value).decode())


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
