"""`kaihoken statistics month|visits`."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken import rules
from kaihoken.audit import log_of
from kaihoken.coverage.statistics.facilities import Hospitals
from kaihoken.coverage.statistics.month import Month
from kaihoken.coverage.statistics.publishing import draft_month, published_month
from kaihoken.coverage.statistics.table import SuppressionRule, Table, as_csv
from kaihoken.coverage.statistics.visits import FICTIONAL, Visits, as_table, count_visits, read_places
from kaihoken.options import STORE, AsJson, StoreAt
from kaihoken.problems import Problem
from kaihoken.settings import FILE_VARIABLE, in_file
from kaihoken.store import open_store

app = typer.Typer(help="月ごとの統計 / monthly statistics", no_args_is_help=True)


@app.callback()
def _statistics() -> None:
    """月ごとの統計 / monthly statistics."""


@app.command("month")
def month(
    of: Annotated[str, typer.Argument(metavar="YYYY-MM", help="どの月か / which month")],
    store: StoreAt = STORE,
    hospitals: Annotated[
        Path | None,
        typer.Option(help="病院の医療機関コードの一覧（1行に1つ） / codes of the hospitals, one a line"),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="CSV で出す / print CSV")] = False,
    as_json: AsJson = False,
) -> None:
    """その月の資格確認の件数。公表ずみならその表、まだなら今かぞえる / a month's counts, published or as of now."""
    known = Hospitals.read(hospitals) if hospitals is not None else Hospitals()
    table, published = asyncio.run(_month(store, Month.parse(of), known))
    if as_json:
        typer.echo(msgspec.json.encode({"published": published, **msgspec.to_builtins(table)}).decode())
    elif csv:
        typer.echo(as_csv(table), nl=False)
    else:
        _tell(table, published=published)


@app.command("visits")
def visits(
    of: Annotated[str, typer.Argument(metavar="YYYY-MM", help="どの月か / which month")],
    out: Annotated[Path, typer.Option(help="書き出す CSV / the CSV file to write")],
    store: StoreAt = STORE,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", envvar=FILE_VARIABLE, help="visit_places を書いた設定 / settings with visit_places"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """住所地×受診地×性×年齢の受診件数（少数は出さない） / visits by home, place, sex and age, no small numbers."""
    said = in_file(config) if config is not None else {}
    if not said.get("visit_places"):
        raise Problem("statistics.visits-off")
    counted = asyncio.run(_visits(store, Month.parse(of), read_places(Path(said["visit_places"]))))
    out.write_text(as_table(counted), encoding="utf-8")
    facts = {
        "file": str(out),
        "rows": len(counted.cells),
        "hidden": counted.hidden,
        "fictional": counted.fictional,
    }
    if as_json:
        typer.echo(msgspec.json.encode(facts).decode())
        return
    typer.echo(
        f"{out}: {len(counted.cells)} 行 / rows（{counted.least} 件に満たない {counted.hidden} 行は出しません）"
    )
    if counted.fictional:
        typer.echo(FICTIONAL)


async def _visits(location: str, month: Month, places: Mapping[str, str]) -> Visits:
    store = await open_store(location, read_only=True)
    try:
        log = await log_of(store)
        if log is None:
            raise Problem("statistics.not-published", month=str(month))
        rule = rules.load(SuppressionRule, on=month.next.first - timedelta(days=1))
        return await count_visits(store, log, month, places, rule.least.value)
    finally:
        await store.close()


async def _month(location: str, month: Month, hospitals: Hospitals) -> tuple[Table, bool]:
    store = await open_store(location, read_only=True)
    try:
        try:
            return await published_month(store, month), True
        except Problem as problem:
            if problem.code != "statistics.not-published":
                raise
        log = await log_of(store)
        if log is None:
            raise Problem("statistics.not-published", month=str(month))
        return await draft_month(store, log, month, hospitals), False
    finally:
        await store.close()


def _tell(table: Table, *, published: bool) -> None:
    state = "公表ずみ / published" if published else "まだ公表していません / not published yet"
    typer.echo(f"{table.month}  {state}")
    typer.echo(
        f"{'':<14}{'総数':>12}{'カード':>12}{'‰':>6}{'番号':>12}{'照会番号':>10}{'一括':>12}{'障害時':>9}{'他':>8}"
    )
    for line in table.lines:
        values = (
            line.total,
            line.card,
            line.card_permille,
            line.number,
            line.reference,
            line.bulk,
            line.failure,
            line.other,
        )
        shown = [f"{value:,}" if isinstance(value, int) else "-" for value in values]
        widths = (14, 14, 7, 14, 14, 14, 12, 9)
        cells = "".join(f"{cell:>{width}}" for cell, width in zip(shown, widths, strict=True))
        typer.echo(f"{line.name_ja:<10}{cells}")
    typer.echo(table.method_ja)
    typer.echo(table.method_en)
