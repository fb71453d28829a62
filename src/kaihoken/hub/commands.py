"""`kaihoken hub serve|create` and `kaihoken config show`."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken import settings as edge
from kaihoken.clock import SystemClock
from kaihoken.hub.assembly import without_pages
from kaihoken.hub.failure_commands import app as failure_app
from kaihoken.hub.pages.site import with_people
from kaihoken.hub.serving.server import serve as serve_hub
from kaihoken.hub.settings import HubSettings
from kaihoken.hub.upkeep.drill import Drill, Plan, Step
from kaihoken.options import AsJson
from kaihoken.store import FileKeys, create_store, read_passphrase

app = typer.Typer(help="ハブ（中央のシステム） / the hub", no_args_is_help=True)
app.add_typer(failure_app, name="failure-mode")
config_app = typer.Typer(help="設定 / settings", no_args_is_help=True)

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", envvar=edge.FILE_VARIABLE, help="設定ファイル (TOML) / settings file"),
]


@app.callback()
def _hub() -> None:
    """ハブ（中央のシステム） / the hub."""


@config_app.callback()
def _config() -> None:
    """設定 / settings."""


@app.command("create")
def create(config: ConfigOption = None, as_json: AsJson = False) -> None:
    """保管庫と鍵を作る / create the store and its keys (nothing that exists is touched)."""
    settings = edge.load(HubSettings, config)
    keys = Path(settings.keys)
    if keys.is_dir():
        FileKeys(keys)  # keys that cannot be read are told before anything is made
    store_id = asyncio.run(_create(settings.store))
    if not keys.is_dir():
        FileKeys.create(keys, SystemClock())
    place = edge.shown(settings)["store"]
    if as_json:
        typer.echo(
            msgspec.json.encode({"store": place, "keys": settings.keys, "store_id": store_id}).decode()
        )
    else:
        typer.echo(f"保管庫を作りました / store created: {place} ({store_id})")
        typer.echo(f"鍵 / keys: {settings.keys}")


async def _create(location: str) -> str:
    store = await create_store(location, purpose="production", clock=SystemClock())
    try:
        return store.store_id
    finally:
        await store.close()


@app.command("serve")
def serve(
    config: ConfigOption = None,
    new_witness: Annotated[
        bool,
        typer.Option(
            "--new-witness", help="新しい証人をここから始める（一度だけ） / a new witness begins here (once)"
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """ハブを動かす / run the hub until interrupted."""
    settings = edge.load(HubSettings, config)
    address = settings.address

    def ready() -> None:
        if as_json:
            place = edge.shown(settings)["store"]
            typer.echo(msgspec.json.encode({"address": address, "store": place}).decode())
        else:
            typer.echo(f"{address}: 動いています / ready (Ctrl+C)", err=True)

    assemble = with_people if settings.people else without_pages
    serve_hub(settings, assemble, ready, new_witness=new_witness)


@app.command("drill")
def drill(
    config: ConfigOption = None,
    sealed: Annotated[
        Path | None, typer.Option(help="封じた鍵の控え / the sealed copy of the keys, to be opened")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="合い言葉のファイル / file with its passphrase")
    ] = None,
    to: Annotated[
        str, typer.Option("--to", help="復元する先の空のデータベース / an empty database to restore to")
    ] = "",
    work: Annotated[
        Path, typer.Option(help="作業の場所。訓練のあとは空 / where it works; empty again afterwards")
    ] = Path(),
    as_json: AsJson = False,
) -> int:
    """控えから戻せるかを、動いているハブのそばで確かめる / back up, restore elsewhere, check, compare: with times."""
    settings = edge.load(HubSettings, config)
    plan = Plan(
        store=settings.store,
        keys=Path(settings.keys),
        witness=settings.witness,
        work=work,
        target=to,
        sealed=(sealed, read_passphrase(passphrase_file)) if sealed is not None else None,
    )

    def tell(step: Step) -> None:
        if as_json:
            return
        mark = "✗" if step.findings else "✓"
        typer.echo(f"{mark} {step.japanese} / {step.english:<14} {step.seconds:8.2f} s  {step.shown}")
        for finding in step.findings:
            typer.echo(f"    {finding}")

    report = asyncio.run(Drill(plan, SystemClock(), time.perf_counter, tell).run())
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
    else:
        typer.echo(
            f"RTO {report.rto_seconds:.1f} s: 控えから点検ずみの保管庫まで / from the backup to a checked store\n"
            f"RPO {report.rpo_batches} batches, {report.rpo_seconds:.1f} s: "
            "控えのあとに進んだぶん / done since the backup\n"
            "作ったものは何も残していません / nothing of it is left"
        )
    return 1 if report.findings else 0


@config_app.command("show")
def show(config: ConfigOption = None, as_json: AsJson = False) -> None:
    """今の設定を見る（秘密は隠す） / show the settings in force, secrets masked."""
    values = edge.shown(edge.load(HubSettings, config))
    if as_json:
        typer.echo(msgspec.json.encode(values).decode())
        return
    for name, value in _flat(values):
        typer.echo(f"{name} = {value}")


def _flat(values: dict[str, object], table: str = "") -> Iterator[tuple[str, object]]:
    """The settings line by line, a table's as `table.name`."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{table}{name}.")
        else:
            yield f"{table}{name}", value
