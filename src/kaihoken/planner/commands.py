"""`kaihoken planner serve`."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
import uvicorn

from kaihoken import settings as edge
from kaihoken.clock import SystemClock
from kaihoken.options import AsJson
from kaihoken.planner.settings import PlannerSettings
from kaihoken.planner.site import planner_site

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
    as_json: AsJson = False,
) -> None:
    """ページを出す / serve the pages until interrupted."""
    settings = edge.load(PlannerSettings, config)
    if port is not None:
        settings = msgspec.structs.replace(settings, port=port)
    if data is not None:
        settings = msgspec.structs.replace(settings, data=str(data))
    site = planner_site(settings, clock=SystemClock())
    address = f"http://{settings.host}:{settings.port}/"
    typer.echo(msgspec.json.encode({"address": address}).decode() if as_json else address)
    uvicorn.run(site, host=settings.host, port=settings.port, log_level="warning", server_header=False)
