"""`kaihoken demo`."""

import asyncio
import os
import shutil
import sys
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken.access import Issuer, load_key
from kaihoken.clock import SystemClock
from kaihoken.demo.folder import CLIENT, HOST, Folder, plan_of, prepare
from kaihoken.demo.people import wallet_in
from kaihoken.demo.planner import BESIDE, planner_beside
from kaihoken.demo.smoke import Smoked, smoked
from kaihoken.demo.steps import Steps, say
from kaihoken.demo.telling import assembled
from kaihoken.demo.visitors import DESK_BESIDE, VISITORS_BESIDE, Clinic, clinic_beside
from kaihoken.desk import move_desk
from kaihoken.hub import HubSettings, listening_at, server_of
from kaihoken.options import AsJson

app = typer.Typer(
    add_completion=False, help="架空の国とハブを、この1台で動かす / a fictional nation and its hub"
)

FINDINGS = 1


@app.command()
def demo(
    port: Annotated[int, typer.Option("--port", help="ポート。0 なら空いているもの / 0: a free one")] = 8000,
    count: Annotated[int, typer.Option("--count", help="架空の国の人数 / people in the nation")] = 20_000,
    folder: Annotated[Path, typer.Option("--folder", help="置き場所 / where all is kept")] = Path(
        "demo-store"
    ),
    smoke: Annotated[
        bool, typer.Option("--smoke", help="例を全部たずねて終わる / ask every case once and end")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """架空の国とハブを、この1台で動かす / run a fictional nation and its hub on this machine."""
    clock, steps, place = SystemClock(), Steps(as_json), Folder(folder)
    if not as_json:
        say("皆保険 Kaihoken  架空のデータ・国の公式システムではありません / fictional, not official")
    with listening_at(HOST, port) as listening:
        settings = place.settings(listening.getsockname()[1])
        made_on = prepare(place, count, clock, steps)
        key = load_key(place.facility_key)
        assemble = assembled(key, made_on, wallet_in(place.cards))
        if smoke:
            issuer = Issuer(CLIENT, key, settings.issuer, clock)
            server = server_of(settings, assemble)
            return _report(asyncio.run(smoked(server, listening, issuer, settings, made_on)), as_json)
        began = steps.begin("ハブ / the hub")

        move_desk(place.desk, settings.issuer)  # the port is another day's, or the default of the making
        ports = _ports_beside(settings.port, chosen=port != 0)
        clinic = place.clinic(plan_of(count, made_on), settings.port, *ports)
        settings = msgspec.structs.replace(settings, card_holders=clinic.holders)
        with planner_beside(settings.port + BESIDE) as planner, clinic_beside(clinic):

            def ready() -> None:
                steps.end("hub", began)
                _tell(place, settings, steps, planner, clinic)

            with suppress(KeyboardInterrupt):
                server_of(settings, assemble, ready).run([listening])
    return 0


def _ports_beside(port: int, *, chosen: bool) -> tuple[int, int]:
    """The ports of the desk and of the visitor's page: the next two where the hub's was chosen, else free ones. One
    that somebody else has is named before anything runs: Problem `hub.port-in-use`."""
    wanted = (port + DESK_BESIDE, port + VISITORS_BESIDE) if chosen else (0, 0)
    with ExitStack() as held:
        taken = [held.enter_context(listening_at(HOST, one)) for one in wanted]
        desk, visitors = (int(one.getsockname()[1]) for one in taken)
        return desk, visitors


def _tell(place: Folder, settings: HubSettings, steps: Steps, planner: str, clinic: Clinic) -> None:
    """Where everything is."""
    address = f"http://{settings.host}:{settings.port}"
    if steps.quiet:
        ready = {
            "address": address,
            "planner": planner,
            "visitors": clinic.address,
            "desk": f"http://{HOST}:{clinic.desk_port}/",
            "folder": str(place.path),
            "seconds": steps.taken,
        }
        say(msgspec.json.encode(ready).decode())
        return
    say(f"\n  {address}/      ← ブラウザーで開いてください")
    say(f"  {address}/en/   ← open it in a browser\n")
    say(f"  {clinic.address}   受付とカードリーダー / the clinic: reader and reception")
    if planner:
        say(f"  {planner}   医師偏在のページ / the planner's pages\n")
    say(f"  置き場所 / kept in: {place.path}    止める / stop: Ctrl+C")
    say(f"  別の窓で、試験用の番号 / in another window, the test numbers: {_kaihoken()} sandbox cases")


def _kaihoken() -> str:
    """What to type in this folder to call this very program."""
    own = Path(sys.executable).with_name("kaihoken")
    return "kaihoken" if shutil.which("kaihoken") or not own.is_file() else os.path.relpath(own)


def _report(asked: list[Smoked], as_json: bool) -> int:
    """The table of a smoke run; the exit code."""
    if as_json:
        say(msgspec.json.encode([asdict(one) for one in asked]).decode())
    else:
        for one in asked:
            sign = "✓" if one.holds else "✗"
            say(f"  {sign} {one.case:<30} JSON {one.json}  OQS {one.oqs}  page {one.page}  {one.situation}")
        wrong = sum(not one.holds for one in asked)
        say(f"{len(asked)} 例 / cases, {wrong} 件が期待と違います / not as expected")
    return FINDINGS if not all(one.holds for one in asked) else 0
