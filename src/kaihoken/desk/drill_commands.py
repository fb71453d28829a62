"""`kaihoken desk drill`: a drill at a desk that is stopped, and the record of those that were."""

import time

import msgspec
import typer

from kaihoken.clock import TOKYO, SystemClock
from kaihoken.desk.drill import STEPS, DrillRecord, Drills, Event, Taken, as_data
from kaihoken.desk.drilling import drill
from kaihoken.desk.running import folder_of, open_safe
from kaihoken.desk.settings import DeskSettings
from kaihoken.web import messages


def hold_drill(settings: DeskSettings, staff: str, *, as_json: bool) -> int:
    """Serve a drill until it ends; 1 where something was not found, or it was broken off. Problem `desk.in-use` where
    the desk runs."""
    address = f"http://{settings.host}:{settings.port}/drill"

    def ready() -> None:
        typer.echo(msgspec.json.encode({"address": address}).decode() if as_json else address)

    def tell(taken: Taken) -> None:
        if not as_json:
            mark = "✓" if taken.event is Event.DONE else "✗"
            typer.echo(f"{mark} {_named(taken.step)}  {taken.seconds} s")

    record = drill(settings, staff, SystemClock(), time.monotonic_ns, ready, tell)
    if as_json:
        typer.echo(msgspec.json.encode(as_data(record)).decode())
    return 0 if record.is_whole and not record.not_found else 1


def list_drills(settings: DeskSettings, *, as_json: bool) -> int:
    """The record, the newest first. Problem `desk.in-use` where the desk runs: its page /drills shows it."""
    safe = open_safe(folder_of(settings))
    try:
        found = Drills(safe).all()
    finally:
        safe.close()
    if as_json:
        typer.echo(msgspec.json.encode([as_data(one) for one in found]).decode())
        return 0
    for one in found:
        typer.echo(_line(one))
    return 0


def _line(record: DrillRecord) -> str:
    began = record.began.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
    said = f"{began}  {record.staff}  {len(record.done)}/{len(STEPS)}  {record.minutes} min"
    return "  ".join([said, *(f"✗ {_named(one)}" for one in record.not_found)])


def _named(step: str) -> str:
    words = messages("desk")
    return " / ".join(words.text(f"drill.{step}", language) for language in ("ja", "en"))
