"""`kaihoken people make`, `kaihoken people claims` and `kaihoken sandbox cases`."""

import asyncio
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kaihoken.audit import witness_at
from kaihoken.clock import SystemClock
from kaihoken.options import KEYS, STORE, AsJson, WitnessAt
from kaihoken.people.making import make_store
from kaihoken.people.places import places
from kaihoken.people.plan import Plan
from kaihoken.people.receipts import TABLE_FILE, Order, as_parquet, following, place_named, spoil, write_month
from kaihoken.people.sandbox import Case, NumberAsk, ReferenceAsk, sandbox_cases
from kaihoken.settings import masked
from kaihoken.store import FileKeys

app = typer.Typer(help="架空の国民を作る / make a fictional nation", no_args_is_help=True)
sandbox_app = typer.Typer(help="試験用の決まった番号 / the fixed test numbers", no_args_is_help=True)

AsOf = Annotated[str, typer.Option("--as-of", help="YYYY-MM-DD。なければ今日 / today if left out")]


@app.command()
def make(
    count: Annotated[int, typer.Option("--count", help="人数 / number of people")] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", help="同じ数からは同じ国 / the same seed, the same nation")
    ] = 1,
    as_of: AsOf = "",
    store: Annotated[
        str,
        typer.Option(
            "--store", envvar="KAIHOKEN_STORE", help="新しい保管庫 / new folder or postgresql:// address"
        ),
    ] = STORE,
    keys: Annotated[
        Path,
        typer.Option("--keys", envvar="KAIHOKEN_KEYS", help="鍵のフォルダー、なければ作る / made if missing"),
    ] = KEYS,
    witness: WitnessAt = "",
    processes: Annotated[
        int | None, typer.Option("--processes", help="働くプロセスの数 / helper processes, one per processor")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """架空の国を新しい demo の保管庫に入れる / put a fictional nation and the sandbox into a new demo store."""
    clock = SystemClock()
    plan = Plan(count, seed, _day(as_of))
    holder = FileKeys(keys) if keys.is_dir() and any(keys.iterdir()) else FileKeys.create(keys, clock)
    with _progress() as bar:
        task = bar.add_task("people", total=2 * plan.count)
        loaded = asyncio.run(
            make_store(
                store,
                holder,
                plan,
                clock,
                witness=witness_at(witness) if witness else None,
                told=lambda done, total: bar.update(task, completed=done, total=total),
                processes=processes,
            )
        )
    if as_json:
        _say(
            msgspec.json.encode(
                {**asdict(loaded), "store": masked(store), "as_of": plan.as_of, "seed": seed}
            ).decode()
        )
        return 0
    _say(
        f"{masked(store)}: {loaded.people:,} 人 people, {loaded.assertions:,} 件 assertions, {loaded.seconds:.1f} s\n"
        "架空のデータです / all of it is fictional"
    )
    return 0


@app.command()
def claims(
    place: Annotated[
        str, typer.Option("--place", help="市区町村の名か5けたの番号 / a municipality's name or code")
    ],
    month: Annotated[str, typer.Option("--month", help="診療年月 YYYY-MM / month of treatment")],
    out: Annotated[Path, typer.Option("--out", help="新しいフォルダー / a new folder")],
    count: Annotated[int, typer.Option("--count", help="レセプトの件数 / number of receipts")] = 1_000,
    seed: Annotated[
        int, typer.Option("--seed", help="同じ数からは同じ月 / the same seed, the same month")
    ] = 1,
    as_of: Annotated[
        str,
        typer.Option("--as-of", help="YYYY-MM-DD。なければ翌月8日 / the 8th of the next month if left out"),
    ] = "",
    kind: Annotated[str, typer.Option("--kind", help="medical, dental, pharmacy, visiting, dpc")] = "medical",
    troubles: Annotated[
        float, typer.Option("--troubles", help="困りごとを入れる割合 0〜1 / share of receipts to plant into")
    ] = 0.0,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="資格の表を Parquet でも書く / the coverages as Parquet too")
    ] = False,
    spoiled: Annotated[
        str,
        typer.Option("--spoil", help="支払基金のファイル全体の困りごと / a trouble of the whole shaho file"),
    ] = "",
    as_json: AsJson = False,
) -> int:
    """架空の診療所の1か月分のレセプトを書く / write a month of claims of a fictional clinic, and the truth about it."""
    first = _month(month)
    known = _day(as_of) if as_of else following(first).replace(day=8)
    order = Order(place_named(place, places()), first, count, seed, known, troubles, kind)
    written = write_month(order, out)
    if spoiled:
        spoil(out, spoiled)
    if parquet:
        as_parquet(out / TABLE_FILE)
    if as_json:
        _say(msgspec.json.encode({**asdict(written), "seed": seed}, enc_hook=str).decode())
        return 0
    files = "".join(f"{path}\n" for path in written.files)
    _say(
        f"{files}{written.receipts:,} 件 receipts, {written.seconds:.1f} s\n架空のデータです / all of it is fictional"
    )
    return 0


@app.callback()
def _people() -> None:
    """架空の国民 / a fictional nation."""


@sandbox_app.command("cases")
def list_cases(as_of: AsOf = "", as_json: AsJson = False) -> int:
    """試験用の質問と期待される回答の一覧 / every test question with the answer to expect."""
    cases = sandbox_cases(_day(as_of))
    if as_json:
        _say(msgspec.json.encode(cases).decode())
        return 0
    for case in cases:
        _say(f"{case.key:<32} {case.ja} / {case.en}\n    {_asked(case)}\n    → {_expected(case)}")
    return 0


@sandbox_app.callback()
def _sandbox() -> None:
    """試験用の決まった番号 / the fixed test numbers."""


def _asked(case: Case) -> str:
    ask = case.ask
    consents = f"  consents {','.join(ask.consents)}" if ask.consents else ""
    if isinstance(ask, NumberAsk):
        numbers = f"{ask.insurer_number} 記号 {ask.symbol or '-'} 番号 {ask.number} 枝番 {ask.branch or '-'}"
        return f"{numbers} {ask.birthdate.isoformat()}{consents}"
    if isinstance(ask, ReferenceAsk):
        return f"照会番号 {ask.reference_number} {ask.birthdate.isoformat()}{consents}"
    return f"{ask.presented} 発行者 {ask.issuer} シリアル番号 {ask.serial}{consents}"


def _expected(case: Case) -> str:
    if case.rehearsal is not None and case.rehearsal.play != "delay":
        return case.rehearsal.play
    late = f"  (after {case.rehearsal.seconds:g} s)" if case.rehearsal is not None else ""
    more = f"  {', '.join(case.expect.advisories)}" if case.expect.advisories else ""
    return f"{case.expect.validity or '-'} {case.expect.situation}{more}{late}"


def _day(text: str) -> date:
    if not text:
        return SystemClock().today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("a day is written YYYY-MM-DD", param_hint="--as-of") from error


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise typer.BadParameter("a month is written YYYY-MM", param_hint="--month") from error


def _progress() -> Progress:
    """A bar on stderr, and only where somebody watches."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
