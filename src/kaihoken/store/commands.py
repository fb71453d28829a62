"""`kaihoken store backup|restore|check|migrate|rotate-lookup`."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from kaihoken.clock import SystemClock
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.options import KEYS, STORE, AsJson, KeysAt, StoreAt
from kaihoken.store.backup import Backup, back_up
from kaihoken.store.backup import restore as restore_backup
from kaihoken.store.binding import require_own_keys
from kaihoken.store.filling import FILLING, fill_places
from kaihoken.store.inspection import Finding, Note, inspect, known_places
from kaihoken.store.keys import FileKeys
from kaihoken.store.opening import open_store
from kaihoken.store.reach import reached
from kaihoken.store.rotation import AtRest, Rotated, rotate_lookup
from kaihoken.store.schema import NEWEST

app = typer.Typer(help="保管庫 / the store", no_args_is_help=True)


_FINDINGS = 1


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="書き出すファイル / file to write")],
    store: StoreAt = STORE,
    as_json: AsJson = False,
) -> None:
    """動いている保管庫の控えをとる（鍵は入らない） / back up a store, also while a hub runs; without its keys."""
    with bar("控え / backup", quiet=as_json) as progress:
        made = asyncio.run(back_up(store, target, progress))
    _tell_backup("控えをとりました / backed up", made, as_json=as_json)


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="控えのファイル / backup file")],
    store: StoreAt = STORE,
    as_json: AsJson = False,
) -> None:
    """控えから新しい保管庫を作る（上書きはしない） / make a store from a backup; nothing is overwritten."""
    with bar("復元 / restore", quiet=as_json) as progress:
        made = asyncio.run(restore_backup(source, store, progress))
    _tell_backup("復元しました / restored", made, as_json=as_json)


@app.command()
def check(
    store: StoreAt = STORE,
    keys: Annotated[
        Path | None,
        typer.Option(
            help="鍵のフォルダー。検索の行も確かめる / folder of the keys: compute the look-up rows too"
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """保管庫を点検する（動いていてもよい） / look a store over, also while a hub runs, or a backup file."""
    console = Console(stderr=True, quiet=as_json)
    told = asyncio.run(_check(store, keys, lambda step: console.print(f"… {step}")))
    found = [one for one in told if isinstance(one, Finding)]
    notes = [one for one in told if isinstance(one, Note)]
    if as_json:
        _print(
            {
                "revision": NEWEST,
                "findings": [one._asdict() for one in found],
                "notes": [one._asdict() for one in notes],
            }
        )
    else:
        for finding in found:
            typer.echo(f"✗ {finding.check} {finding.where}: {finding.japanese} / {finding.english}")
        for note in notes:
            typer.echo(f"△ {note.check}: {note.japanese} / {note.english}")
        typer.echo(f"{len(found)} findings" if found else "よい状態です / in order")
    return _FINDINGS if found else 0


@app.command()
def migrate(store: StoreAt = STORE, keys: KeysAt = KEYS, as_json: AsJson = False) -> None:
    """古い版の保管庫を新しい形にする（元には戻せない） / bring a store forward; there is no way back."""
    with bar("探す場所 / look-up places", quiet=as_json) as progress:
        waits = asyncio.run(_migrate(store, keys if keys.is_dir() else None, progress))
    if as_json:
        _print({"revision": NEWEST, "places_wait": waits})
        return
    typer.echo(f"保管庫は版 {NEWEST} です / the store is at revision {NEWEST}")
    if waits:
        typer.echo(
            "△ 鍵がないので、探す場所はハブが始まるときに作ります"
            " / without its keys: the hub adds look-up places when it starts"
        )


@app.command("rotate-lookup")
def rotate(store: StoreAt = STORE, keys: KeysAt = KEYS, as_json: AsJson = False) -> None:
    """検索鍵を取り替える / replace the look-up key: key everybody again, destroy the old key."""
    with bar("検索鍵 / look-up key", quiet=as_json) as progress:
        done = asyncio.run(rotate_at_rest(store, keys, progress))
    if as_json:
        _print(done._asdict())
    else:
        typer.echo(
            f"検索鍵は {done.version} 版です。{done.people} 人を付け直しました"
            f" / look-up key version {done.version}, {done.people} people keyed again"
        )


async def _check(location: str, folder: Path | None, on_step: Callable[[str], None]) -> list[Finding | Note]:
    keys = FileKeys(folder) if folder is not None else None
    store = await open_store(location, read_only=True)
    try:
        if keys is not None:
            await require_own_keys(store, keys)  # under another key everybody would seem to be lost
        lookup_keys = keys.lookup_keys(NORMALISATION_VERSION) if keys is not None else ()
        return [told async for told in inspect(store, on_step, lookup_keys)]
    finally:
        await store.close()


async def _migrate(location: str, folder: Path | None, progress: Callable[[int, int], None]) -> bool:
    """Whether places wait to be filled for want of the keys."""
    store = await open_store(location, migrate=True)
    try:
        if await reached(store, FILLING) is None:
            return False
        if folder is None:
            return True
        keys = FileKeys(folder)
        await require_own_keys(store, keys)
        newest = keys.lookup_keys(NORMALISATION_VERSION)[0]
        await fill_places(store, newest, known_places("migrate"), progress)
        return False
    finally:
        await store.close()


async def rotate_at_rest(location: str, folder: Path, progress: Callable[[int, int], None]) -> Rotated:
    """The rotation of the look-up key of a store that no hub holds. Problems `store.locked`, `store.not_wired`."""
    places = known_places("rotate-lookup")
    store = await open_store(location)
    try:
        return await rotate_lookup(
            AtRest(store), store, FileKeys(folder), SystemClock(), NORMALISATION_VERSION, places, progress
        )
    finally:
        await store.close()


@contextmanager
def bar(words: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr."""
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _tell_backup(words: str, made: Backup, *, as_json: bool) -> None:
    if as_json:
        _print(made)
    else:
        typer.echo(f"{words}: {made.path} ({made.bytes:,} bytes, {made.purpose}, {made.store_id})")
        for name in made.left_out:
            typer.echo(f"△ 入れませんでした / left out: {name}")
        if made.key_versions > 1:
            typer.echo(
                "△ 検索鍵の取り替えの途中です。終わったらもう一度控えをとってください"
                " / the look-up key is being replaced: take another backup once that is over"
            )


def _print(value: object) -> None:
    typer.echo(msgspec.json.encode(value, enc_hook=str).decode())
