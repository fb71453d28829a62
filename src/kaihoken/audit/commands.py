"""`kaihoken audit verify|head|show|find|follow|destroy`."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from kaihoken.audit.batch import entry_of
from kaihoken.audit.committer import Committer
from kaihoken.audit.extension import check_extends, witness_of
from kaihoken.audit.following import START, FollowedFile, Following, Place, line_of, place_in
from kaihoken.audit.head import Head, Key, head_json
from kaihoken.audit.key_files import public_keys_at
from kaihoken.audit.log import Log
from kaihoken.audit.retention import Destroyed, destroy_bodies
from kaihoken.audit.search import Match, Search, Wanted, wanted
from kaihoken.audit.terminal import FINDINGS, KeysAt, reading, say, say_head, say_json
from kaihoken.audit.verification import Finding, Verification
from kaihoken.audit.witness import FileWitness, witness_at
from kaihoken.clock import TOKYO, SystemClock
from kaihoken.options import KEYS, STORE, AsJson, StoreAt, WitnessAt
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, instant, milliseconds, open_store

app = typer.Typer(help="改ざん検知ログ / the tamper-evident log", no_args_is_help=True)

_SHOWN = 20
_LOOKS_EVERY = 1.0  # seconds
_NO_WITNESS = (
    "証人なし: 末尾が切りとられていても、ここではわかりません。--witness で証人を渡してください",
    "no witness: an end that was cut off cannot be seen here; give the witness with --witness",
)


@app.command()
def verify(
    store: StoreAt = STORE, keys: KeysAt = KEYS, witness: WitnessAt = "", as_json: AsJson = False
) -> int:
    """ログ全体を検証する / hash the whole log again and compare it with its heads and the witness."""
    if not keys.exists():
        raise Problem("store.keys_missing", where=str(keys.absolute()))
    checked, found = asyncio.run(_verify(store, public_keys_at(keys), witness, quiet=as_json))
    if as_json:
        say_json(
            {
                "batches": checked,
                "findings": [{"fault": one.fault, "batch": one.batch, "detail": one.detail} for one in found],
                "witnessed": bool(witness),
            }
        )
    else:
        for one in found[:_SHOWN]:
            say(f"✗ {one.fault:<16} batch {one.batch}  {one.detail}")
        if len(found) > _SHOWN:
            say(f"… {len(found) - _SHOWN} more (--json)")
        verdict = (
            "改ざんは見つかりません / holds" if not found else "正しくないところがあります / does not hold"
        )
        say(f"{checked} batches, {len(found)} findings: {verdict}")
        if not witness:
            say("△ " + " / ".join(_NO_WITNESS))
    return FINDINGS if found else 0


@app.command()
def head(store: StoreAt = STORE, as_json: AsJson = False) -> int:
    """いちばん新しい署名つきヘッド / the newest signed head in the store."""

    async def ask(log: Log) -> Head:
        return (await log.batch(await log.size() - 1)).head

    newest = asyncio.run(reading(store, ask))
    if as_json:
        say(head_json(newest))
    else:
        say_head(newest)
    return 0


@app.command()
def show(
    batch: Annotated[int, typer.Argument(help="バッチの番号（コミット番号） / commit sequence", min=0)],
    record: Annotated[
        int | None, typer.Argument(help="記録の番号。なければ全部 / all if left out", min=0)
    ] = None,
    store: StoreAt = STORE,
    as_json: AsJson = False,
) -> int:
    """バッチの記録を見る / the records of a batch (destroyed ones as null)."""
    found, chunks = asyncio.run(reading(store, lambda log: _chunks(log, batch)))
    if record is not None and record >= len(chunks):
        raise Problem("audit.no_record", batch=batch, index=record)
    asked = range(len(chunks)) if record is None else [record]
    entries = {index: entry_of(chunks[index]) if chunks[index] else None for index in asked}
    if as_json:
        say_json(
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
    say_head(found)
    for index, entry in entries.items():
        text = entry.body.decode("utf-8", "backslashreplace") if entry else "廃棄済み / destroyed"
        say(f"{index:>5}  {entry.kind if entry else '—'}  {text}")
    return 0


@app.command()
def find(
    person: Annotated[str, typer.Option(help="人の識別子（16進） / the random id of a person")] = "",
    client: Annotated[str, typer.Option(help="クライアント / who asked or registered")] = "",
    facility: Annotated[str, typer.Option(help="医療機関コード / the facility that asked")] = "",
    kind: Annotated[str, typer.Option(help="記録の種類 / kind, such as eligibility.answer")] = "",
    since: Annotated[str, typer.Option("--from", help="この日（日本時間）から / from this day on")] = "",
    until: Annotated[str, typer.Option("--to", help="この日まで / up to this day")] = "",
    first: Annotated[int, typer.Option(help="このバッチから / from this batch on", min=0)] = 0,
    last: Annotated[int | None, typer.Option(help="このバッチまで / up to this batch", min=0)] = None,
    store: StoreAt = STORE,
    as_json: AsJson = False,
) -> int:
    """記録をさがす: だれを、だれが、いつ / find records: of whom, by whom, when. Oldest first.

    Each record found is hashed again and compared with its leaf; one that differs is marked ✗ (exit code 1). A line of
    JSON holds the record whole. `kaihoken eligibility whose` leads from a number to the id of a person.
    """
    looked_for = wanted(person, client, facility, kind)
    begins, ends = _at("--from", since, 0), _at("--to", until, 1)
    if begins is not None and ends is not None and ends <= begins:
        raise Problem("audit.backwards", begins="--from", ends="--to")
    if last is not None and last < first:
        raise Problem("audit.backwards", begins="--first", ends="--last")
    search = asyncio.run(
        reading(store, lambda log: _find(log, looked_for, (begins, ends), (first, last), as_json=as_json))
    )
    sys.stderr.write(
        f"{search.found} / {search.read} 件 records"
        + (f", {search.destroyed} 件は廃棄ずみ destroyed" if search.destroyed else "")
        + "\n"
    )
    return FINDINGS if search.damaged else 0


@app.command()
def follow(
    into: Annotated[
        Path | None,
        typer.Option(help="このファイルにつづける / the file to go on with; none: standard output"),
    ] = None,
    after: Annotated[
        str, typer.Option(help="この記録の次から / behind this record: BATCH/RECORD, where the file has none")
    ] = "",
    once: Annotated[
        bool, typer.Option("--once", help="いまある記録まで / as far as the log is, then end")
    ] = False,
    store: StoreAt = STORE,
    as_json: AsJson = False,
) -> int:
    """記録を、できるたびに 1 行ずつ書き出す / write records as they are committed, for another system.

    Into a file as lines of JSON: stopped or killed, it goes on behind the last one. Nothing is lost or repeated.
    """
    begin = place_in(after) if after else START
    if into is not None:
        asyncio.run(reading(store, lambda log: _follow_into(log, into, begin, once=once)))
        return 0

    def show(match: Match) -> None:
        say(line_of(match).decode().removesuffix("\n") if as_json else _as_line(match))

    asyncio.run(reading(store, lambda log: _follow(Following(log, begin), show, sys.stdout.flush, once=once)))
    return 0


@app.command()
def destroy(
    before: Annotated[
        str, typer.Option(help="この日（日本時間）より前 / records before this day: YYYY-MM-DD")
    ],
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
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
        say_json({"batches": gone.batches, "records": gone.records})
    else:
        say(f"{gone.records} records in {gone.batches} batches: 廃棄しました / destroyed")
    return 0


async def _verify(
    location: str, keys: Mapping[str, Key], witness: str, *, quiet: bool
) -> tuple[int, list[Finding]]:
    async def read(log: Log) -> tuple[int, list[Finding]]:
        heads: Iterable[Head | None] = ()
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

    return await reading(location, read)


async def _destroy(location: str, keys: Path, before: date, witness: str) -> Destroyed:
    clock = SystemClock()
    store = await open_store(location)
    try:
        async with witness_of(store, witness) as seen:
            committer = await Committer.open(store, FileKeys(keys), clock, seen)
            try:
                return await destroy_bodies(committer, before, clock.today())
            finally:
                await committer.close()
    finally:
        await store.close()


async def _follow_into(log: Log, path: Path, begin: Place, *, once: bool) -> None:
    followed = FollowedFile(path)
    with followed.file as file:
        following = Following(log, await followed.place(log) or begin)
        await _follow(following, lambda match: file.write(line_of(match)), file.flush, once=once)


async def _follow(
    following: Following, write: Callable[[Match], object], flush: Callable[[], None], *, once: bool
) -> None:
    while True:
        async for match in following.new():
            write(match)
        flush()
        if once:
            return
        await asyncio.sleep(_LOOKS_EVERY)


async def _chunks(log: Log, seq: int) -> tuple[Head, list[bytes]]:
    batch = await log.batch(seq)
    return batch.head, await log.chunks(batch)


async def _find(
    log: Log,
    looked_for: Wanted,
    period: tuple[datetime | None, datetime | None],
    batches: tuple[int, int | None],
    *,
    as_json: bool,
) -> Search:
    since, until = period
    first, last = batches
    stop = await log.size() if last is None else min(last + 1, await log.size())
    if since is not None:
        first = max(first, await log.resolve(milliseconds(since) - 1) + 1)
    if until is not None:
        stop = min(stop, await log.resolve(milliseconds(until) - 1) + 1)
    search = Search(log, looked_for)
    async for match in search.matches(first, stop):
        say(_as_line(match) if not as_json else orjson.dumps(match.as_json()).decode())
    return search


def _as_line(match: Match) -> str:
    told = match.body
    at = instant(match.at_ms).astimezone(TOKYO)
    parts = (
        told.get("client") or told.get("client_id"),
        told.get("by") or told.get("code"),
        told.get("person"),
        told.get("situation"),
        ",".join(match.fields) or None,
    )
    said = "  ".join(str(part) for part in parts if part is not None)
    mark = " " if match.sound else "✗"
    return f"{mark} {at:%Y-%m-%d %H:%M:%S}  {match.batch}/{match.index}  {match.kind}  {said}"


def _at(option: str, day: str, later: int) -> datetime | None:
    """Midnight in Japan at which a day, or the next one, begins."""
    if not day:
        return None
    try:
        begins = date.fromisoformat(day) + timedelta(days=later)
    except (ValueError, OverflowError) as error:
        raise Problem("audit.unreadable", where=option, reason=day) from error
    return datetime.combine(begins, time(), TOKYO)
