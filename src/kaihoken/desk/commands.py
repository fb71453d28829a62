"""`kaihoken desk serve|…`."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from kaihoken import settings as edge
from kaihoken.clock import SystemClock
from kaihoken.desk.doctor import (
    Counts,
    Result,
    as_text,
    examine_folder,
    examined,
    is_well,
    report_of,
    said,
    this_machine,
)
from kaihoken.desk.enrolment import Enrolment, enrol_by_code, enrolment_of_key, keep_enrolment
from kaihoken.desk.file_commands import import_file, take_differences
from kaihoken.desk.running import folder_of, open_safe, running, tls_of
from kaihoken.desk.serving import serve as serve_desk
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.staff import Staff
from kaihoken.options import AsJson
from kaihoken.paper import Clinic, Printing
from kaihoken.problems import Problem
from kaihoken.store import write_private

_HUB = "http://127.0.0.1:8000"
"""Where a hub on this machine listens, unless its settings say otherwise."""

app = typer.Typer(help="受付のPC / the clinic's PC", no_args_is_help=True)

ConfigAt = Annotated[
    Path | None,
    typer.Option("--config", envvar=edge.FILE_VARIABLE, help="設定ファイル (TOML) / settings file"),
]
FolderAt = Annotated[
    Path | None, typer.Option("--folder", help="受付のものを置くフォルダー / where the desk keeps its things")
]


@app.callback()
def _desk() -> None:
    """受付のPC / the clinic's PC."""


@app.command("serve")
def serve_command(
    config: ConfigAt = None,
    folder: FolderAt = None,
    hub: Annotated[str, typer.Option("--hub", help="ハブのアドレス / address of the hub")] = "",
    port: Annotated[int | None, typer.Option("--port", help="ポート / port")] = None,
    as_json: AsJson = False,
) -> None:
    """受付の画面とカードリーダーの画面を出す / serve the reception's and the reader's screens until interrupted."""
    settings = desk_settings(config, folder, hub, port)

    def ready() -> None:
        address = f"http://{settings.host}:{settings.port}/"
        typer.echo(msgspec.json.encode({"address": address}).decode() if as_json else address)

    serve_desk(settings, ready)


@app.command()
def evening(
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="一覧の PDF を書く所 / where the list is written as PDF")
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", help="待つ秒数 / seconds to wait for it")] = 120.0,
    config: ConfigAt = None,
    folder: FolderAt = None,
    as_json: AsJson = False,
) -> None:
    """翌日の予約をまとめて確かめる（受付を止めている間） / ask about the next day's appointments while no desk runs."""
    if pdf is not None and pdf.exists():
        raise typer.BadParameter(str(pdf), param_hint="--pdf")
    settings = desk_settings(config, folder, "", None)
    try:
        told = asyncio.run(_evening(settings, pdf, seconds))
    except TimeoutError:
        raise Problem("desk.evening-unanswered") from None
    typer.echo(msgspec.json.encode(told).decode() if as_json else " ".join(map(str, told.values())))


async def _evening(settings: DeskSettings, pdf: Path | None, seconds: float) -> dict[str, str | int]:
    async with running(settings, SystemClock()) as desk:
        order = await desk.evening.finish(desk.evening.next_day(), asyncio.sleep, seconds)
        if pdf is not None:
            clinic = Clinic(desk.enrolment.facility_name, code=desk.enrolment.facility)
            printing = Printing(clinic, desk.clock.now(), demonstration=settings.demo)
            write_private(pdf, desk.evening.paper(order.day, printing).content)
        return {
            "day": order.day.isoformat(),
            "state": order.state.value,
            "asked": order.asked,
            "left_out": len(order.left_out),
        }


@app.command()
def enrol(
    hub: Annotated[str, typer.Option("--hub", help="ハブのアドレス / address of the hub")] = "",
    terminal: Annotated[
        str, typer.Option("--terminal", help="この端末の名前 / name of this desk")
    ] = "desk-1",
    config: ConfigAt = None,
    folder: FolderAt = None,
    as_json: AsJson = False,
) -> None:
    """1回限りのコードでハブに登録する / enrol at a hub by the one-time code of its operator."""
    settings = desk_settings(config, folder, hub, None)
    typed = typer.prompt("コード / code", hide_input=True)
    safe = open_safe(folder_of(settings))
    try:
        enrolment = asyncio.run(
            enrol_by_code(settings.hub or _HUB, typed, terminal, SystemClock(), tls_of(settings))
        )
        keep_enrolment(safe, enrolment)
    finally:
        safe.close()
    _tell(enrolment, as_json=as_json)


@app.command()
def adopt(
    client: Annotated[str, typer.Option("--client", help="ハブでの名前 / its client id at the hub")],
    facility: Annotated[str, typer.Option("--facility", help="医療機関コード / the facility's code")],
    name: Annotated[str, typer.Option("--name", help="医療機関の名前 / the facility's name")],
    key: Annotated[Path, typer.Option("--key", help="その鍵のファイル / file with its key", exists=True)],
    terminal: Annotated[
        str, typer.Option("--terminal", help="この端末の名前 / name of this desk")
    ] = "desk-1",
    hub: Annotated[str, typer.Option("--hub", help="ハブのアドレス / address of the hub")] = "",
    config: ConfigAt = None,
    folder: FolderAt = None,
    as_json: AsJson = False,
) -> None:
    """もう登録されている鍵で受付を始める / begin with a key that an operator enrolled already."""
    settings = desk_settings(config, folder, hub, None)
    safe = open_safe(folder_of(settings))
    try:
        enrolment = enrolment_of_key(settings.hub or _HUB, client, facility, name, terminal, key)
        keep_enrolment(safe, enrolment)
    finally:
        safe.close()
    _tell(enrolment, as_json=as_json)


@app.command()
def staff(
    sign: Annotated[str, typer.Argument(help="呼び名（受付A など。本名でなくてよい） / their sign, no name")],
    remove: Annotated[bool, typer.Option("--remove", help="もう入れない / let in no more")] = False,
    config: ConfigAt = None,
    folder: FolderAt = None,
    as_json: AsJson = False,
) -> None:
    """受付の人を加える・はずす / let somebody of the staff in, or no more. The password is asked for."""
    safe = open_safe(folder_of(desk_settings(config, folder, "", None)))
    try:
        people = Staff(safe, lambda: 0)
        if remove:
            people.drop(sign)
        else:
            people.put(sign, typer.prompt("パスワード / password", hide_input=True, confirmation_prompt=True))
    finally:
        safe.close()
    typer.echo(msgspec.json.encode({"sign": sign, "removed": remove}).decode() if as_json else sign)


def _tell(enrolment: Enrolment, *, as_json: bool) -> None:
    """By what the desk is known now; its key stays where it is."""
    if as_json:
        said = {name: getattr(enrolment, name) for name in ("hub", "client", "facility", "terminal")}
        typer.echo(msgspec.json.encode(said).decode())
        return
    typer.echo(f"{enrolment.client}　{enrolment.facility_name}（{enrolment.facility}） @ {enrolment.hub}")


StaffAt = Annotated[
    str, typer.Option("--staff", help="だれがするか（呼び名） / sign of who does it, for the record")
]


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV のファイル / a CSV file", exists=True, dir_okay=False)],
    staff: StaffAt,
    rejected: Annotated[
        Path | None,
        typer.Option("--rejected", help="受け取れなかった行の CSV / CSV of the rows that were not taken"),
    ] = None,
    config: ConfigAt = None,
    folder: FolderAt = None,
    as_json: AsJson = False,
) -> None:
    """患者・予約のファイルを読み込む / bring in a list of patients or appointments, while the desk is stopped."""
    settings = desk_settings(config, folder, "", None)
    if not import_file(settings, file, staff, rejected, as_json=as_json):
        raise typer.Exit(1)


@app.command()
def differences(
    out: Annotated[Path, typer.Argument(help="書き出す CSV / CSV file to write")],
    staff: StaffAt,
    charset: Annotated[
        Literal["utf-8", "cp932"], typer.Option("--charset", help="文字コード / how it is written")
    ] = "utf-8",
    config: ConfigAt = None,
    folder: FolderAt = None,
    as_json: AsJson = False,
) -> None:
    """ハブとの違いを CSV で書き出す / write what the hub answered otherwise than the file says; who did is recorded."""
    rows = take_differences(desk_settings(config, folder, "", None), out, staff, charset)
    typer.echo(
        msgspec.json.encode({"file": str(out), "rows": rows}).decode() if as_json else f"{out}: {rows}"
    )


@app.command()
def doctor(config: ConfigAt = None, folder: FolderAt = None, as_json: AsJson = False) -> None:
    """どこが悪いかを調べ、次にすることを言う / find the part that fails, and the next step. Exit 1 at a fault."""
    results, _ = _examined(desk_settings(config, folder, "", None))
    if as_json:
        typer.echo(msgspec.json.encode({lang: said(results, lang) for lang in ("ja", "en")}).decode())
    else:
        typer.echo("\n".join(_told(results)))
    if not is_well(results):
        raise typer.Exit(1)


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="書き出すファイル / file to write", dir_okay=False)],
    yes: Annotated[bool, typer.Option("--yes", help="聞かずに保存する / save without asking")] = False,
    config: ConfigAt = None,
    folder: FolderAt = None,
    as_json: AsJson = False,
) -> None:
    """故障の報告書を作る。見てから保存する / make a fault report: it is shown before it is saved."""
    settings = desk_settings(config, folder, "", None)
    results, counts = _examined(settings)
    made = report_of(SystemClock().now(), settings, this_machine(), results, counts)
    text = as_text(made)
    typer.echo(msgspec.json.encode(made).decode() if as_json else text)
    if not yes and not typer.confirm("この内容を保存しますか / save this?"):
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem("desk.report-unwritable", where=str(out), reason=type(error).__name__) from None
    typer.echo(str(out), err=True)


@app.command("drill")
def drill_command(
    staff: Annotated[str, typer.Option("--staff", help="だれがするか（呼び名） / sign of who does it")] = "",
    records: Annotated[bool, typer.Option("--list", help="これまでの訓練 / the drills so far")] = False,
    port: Annotated[int | None, typer.Option("--port", help="ポート / port")] = None,
    config: ConfigAt = None,
    folder: FolderAt = None,
    as_json: AsJson = False,
) -> int:
    """回線が切れた朝の訓練（受付を止めている間） / practise a morning without line, while no desk runs."""
    from kaihoken.desk.drill_commands import (  # what only a drill needs: not for each start
        hold_drill,
        list_drills,
    )

    settings = desk_settings(config, folder, "", port)
    if records:
        return list_drills(settings, as_json=as_json)
    if not staff:
        raise typer.BadParameter("--staff", param_hint="--staff")
    return hold_drill(settings, staff, as_json=as_json)


def _examined(settings: DeskSettings) -> tuple[tuple[Result, ...], Counts]:
    facts, counts = asyncio.run(examine_folder(settings, SystemClock()))
    return examined(facts), counts


def _told(results: tuple[Result, ...]) -> list[str]:
    """Every part in a line, a finding in both languages with its next step."""
    lines = []
    for ja, en in zip(said(results, "ja"), said(results, "en"), strict=True):
        lines.append(f"[{ja.word} / {en.word}] {ja.name} / {en.name}")
        lines += [f"    {one.what}" for one in (ja, en) if one.what]
        lines += [f"    → {one.next}" for one in (ja, en) if one.next]
    return lines


def desk_settings(config: Path | None, folder: Path | None, hub: str, port: int | None) -> DeskSettings:
    """The settings, with what was typed."""
    settings = edge.load(DeskSettings, config)
    typed: dict[str, object] = {}
    if folder is not None:
        typed["folder"] = str(folder)
    if hub:
        typed["hub"] = hub
    if port is not None:
        typed["port"] = port
    return msgspec.convert({**msgspec.to_builtins(settings), **typed}, DeskSettings)
