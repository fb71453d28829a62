"""`kaihoken desk import|differences`: lists of the レセコン by the command line, while the desk itself is stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec
import typer

from kaihoken.clock import SystemClock
from kaihoken.desk.day import Day
from kaihoken.desk.files import Columns, Files, Intake, Table, Way, kind_of
from kaihoken.desk.patients import Patients
from kaihoken.desk.running import folder_of, open_safe
from kaihoken.desk.settings import DeskSettings
from kaihoken.web import messages


@contextmanager
def files_of(settings: DeskSettings) -> Iterator[Files]:
    """The files of a desk that does not run. Problem `desk.in-use` where it does: use its page, or its folder."""
    safe = open_safe(folder_of(settings))
    try:
        clock = SystemClock()
        patients = Patients(safe)
        yield Files(safe, patients, Day(safe, patients, clock), clock)
    finally:
        safe.close()


def import_file(
    settings: DeskSettings, file: Path, staff: str, rejected: Path | None, *, as_json: bool
) -> bool:
    """Bring a file in; whether every row was taken. Columns that nobody confirmed are shown, and confirmed here."""
    with files_of(settings) as files:
        intake = files.take(file.read_bytes(), Way.COMMAND, staff)
        if intake.table is not None and files.known(intake.table) is None:
            _confirm(files, intake, intake.table, staff)
        outcome = files.bring_in(intake)
        if rejected is not None and outcome.bad:
            _write(rejected, files.bad_rows_csv(files.get(intake.intake), "ja", staff, Way.COMMAND))
    if as_json:
        said = {
            "kind": outcome.kind,
            "new": outcome.new,
            "changed": outcome.changed,
            "same": outcome.same,
            "off": outcome.off,
            "outside": outcome.outside,
            "absent": outcome.absent_count,
            "bad": len(outcome.bad),
        }
        typer.echo(msgspec.json.encode(said).decode())
    else:
        _tell(outcome.kind, outcome.new, outcome.changed, outcome.same, len(outcome.bad))
    return not outcome.bad


def take_differences(
    settings: DeskSettings, out: Path, staff: str, charset: Literal["utf-8", "cp932"]
) -> int:
    """Write what differs to a file that its owner alone may read; how many lines there are."""
    with files_of(settings) as files:
        _write(out, files.differences_csv("ja", charset, staff, Way.COMMAND))
        return files.exports()[0].rows


def _confirm(files: Files, intake: Intake, table: Table, staff: str) -> None:
    guesses = files.guesses(table)
    words = messages("desk")
    for field, guess in guesses.items():
        heading = table.header[guess.column] if table.header else str(guess.column + 1)
        typer.echo(f"{heading}  →  {words.text(f'file.field.{field}', 'ja')}", err=True)
    typer.confirm("この列でよいですか / are these columns right", abort=True, err=True)
    columns = {field: guess.column for field, guess in guesses.items()}
    files.confirm(intake, Columns(kind_of(guesses), columns), staff)


def _tell(kind: str, new: int, changed: int, same: int, bad: int) -> None:
    words = messages("desk")
    typer.echo(words.text(f"result.{kind}", "ja", new=new, changed=changed, same=same))
    if bad:
        typer.echo(words.text("result.bad", "ja", count=bad), err=True)


def _write(file: Path, content: bytes) -> None:
    """A file that its owner alone may read, where it was not there before."""
    file.touch(mode=0o600)
    file.write_bytes(content)
