"""`kaihoken planner serve|careers`."""

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer
import uvicorn

from kaihoken import settings as edge
from kaihoken.clock import SystemClock
from kaihoken.options import KEYS, STORE, AsJson, KeysAt, StoreAt, WitnessAt
from kaihoken.planner.desk import Desk, careers_desk
from kaihoken.planner.settings import PlannerSettings
from kaihoken.planner.site import planner_site
from kaihoken.problems import Problem
from kaihoken.workforce.careers import Designations, by_the_index, opened_book, read_designations

app = typer.Typer(help="医師偏在のページ / the planner's pages", no_args_is_help=True)


@app.callback()
def _planner() -> None:
    """医師偏在のページ / the planner's pages."""


@app.command()
def serve(
    config: Annotated[
        Path | None,
        typer.Option("--config", envvar=edge.FILE_VARIABLE, help="設定ファイル (TOML) / settings file"),
    ] = None,
    port: Annotated[int | None, typer.Option("--port", help="ポート / port")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="自分の表のフォルダー / folder of your own tables")
    ] = None,
    areas: Annotated[
        str | None,
        typer.Option(
            help="その表の圏域の組（330・335・339、または CSV） / the areas of those tables, or a CSV file"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """ページを出す / serve the pages until interrupted."""
    settings = edge.load(PlannerSettings, config)
    if port is not None:
        settings = msgspec.structs.replace(settings, port=port)
    if data is not None:
        settings = msgspec.structs.replace(settings, data=str(data))
    if areas is not None:
        settings = msgspec.structs.replace(settings, areas=areas)
    site = planner_site(settings, clock=SystemClock())
    address = f"http://{settings.host}:{settings.port}/"
    typer.echo(msgspec.json.encode({"address": address}).decode() if as_json else address)
    uvicorn.run(site, host=settings.host, port=settings.port, log_level="warning", server_header=False)


@app.command()
def careers(
    url: Annotated[
        str,
        typer.Option(
            help="ブラウザーから見えるアドレス。https:// か http://localhost / the address for browsers"
        ),
    ] = "http://localhost:8012",
    port: Annotated[int, typer.Option(help="待ち受けるポート（127.0.0.1） / port on 127.0.0.1")] = 8012,
    short: Annotated[
        Path | None,
        typer.Option(
            help="少数区域・スポットの表 (CSV) / areas and spots by day", exists=True, dir_okay=False
        ),
    ] = None,
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> None:
    """キャリアの記録のページを、サインインの向こうに出す / serve the sealed book of careers behind a sign-in.

    利用者は kaihoken accounts invite --role coordinator で招待します / people are invited by kaihoken accounts invite.
    """
    designations = _designations(short)
    asyncio.run(_serve_careers(url, port, designations, store, keys, witness, as_json=as_json))


async def _serve_careers(
    url: str,
    port: int,
    designations: Designations,
    store: str,
    keys: Path,
    witness: str,
    *,
    as_json: bool,
) -> None:
    clock = SystemClock()
    async with opened_book(store, keys, clock, witness) as opened:
        site = careers_desk(Desk(opened, clock, url, designations))
        config = uvicorn.Config(
            site, host="127.0.0.1", port=port, log_level="warning", server_header=False, lifespan="off"
        )
        typer.echo(msgspec.json.encode({"address": url}).decode() if as_json else url)
        await uvicorn.Server(config).serve()


def _designations(short: Path | None) -> Designations:
    """Problem `workforce.career-file` at the first row that cannot be read: a page would count on without it."""
    if short is None:
        return by_the_index()
    found, problems = read_designations(short.read_text(encoding="utf-8"))
    if problems:
        raise Problem(problems[0].code, where=problems[0].where, **problems[0].facts)
    return found
