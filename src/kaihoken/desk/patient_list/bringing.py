"""The pages on which a list of the レセコン is brought in: the file, its columns once, what became of it."""

from typing import Final

from starlette.responses import Response

from kaihoken.desk.files import (
    FIELDS_OF,
    LARGEST_FILE,
    Columns,
    Field,
    Intake,
    Kind,
    Table,
    Way,
    faults_in_words,
    kind_of,
)
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.slices import in_slices
from kaihoken.desk.uploading import uploaded
from kaihoken.problems import Problem

IMPORT: Final = "/patients/import"
ONE: Final = "/patients/import/{intake}"
_AROUND_A_FILE: Final = 64 * 1024
_FIRST_ROWS: Final = 5
_MOST_SHOWN: Final = 200


async def bringing(frame: Frame, visitor: Visitor) -> Response:
    """GET /patients/import: choose a file; those that wait, and what became of others."""
    return frame.page("patients_import.html", visitor, _listed(frame, None))


async def upload(frame: Frame, visitor: Visitor) -> Response:
    """POST /patients/import: a file. One whose columns are known is imported at once."""
    files = frame.desk.files
    try:
        content, visitor.body = uploaded(visitor.content_type, visitor.body), b""
        intake = await in_slices(files.taking(content, Way.UPLOAD, visitor.sign))
        if intake.table is not None and files.known(intake.table) is not None:
            await files.bring_in_beside(intake)
            frame.desk.events.bump("day")
    except Problem as problem:
        visitor.here = IMPORT
        return frame.page("patients_import.html", visitor, _listed(frame, problem), problem.entry.status)
    return frame.see(visitor, f"{IMPORT}/{intake.intake}")


async def one(frame: Frame, visitor: Visitor) -> Response:
    """GET /patients/import/{intake}: which column is what, or what became of the file."""
    intake = frame.desk.files.get(visitor.named["intake"])
    if intake.table is not None:
        guesses = frame.desk.files.guesses(intake.table)
        asked = visitor.query.get("kind")
        kind: Kind = "patients" if asked == "patients" else kind_of(guesses)
        if asked == "appointments":
            kind = "appointments"
        chosen = {field: guess.column for field, guess in guesses.items()}
        return _mapping(frame, visitor, intake, intake.table, kind, chosen, None)
    return _result(frame, visitor, intake)


async def confirm(frame: Frame, visitor: Visitor) -> Response:
    """POST /patients/import/{intake}: somebody says what the columns are."""
    desk = frame.desk
    intake = desk.files.get(visitor.named["intake"])
    if intake.table is None:
        raise Problem("desk.no-such-file")
    kind: Kind = "appointments" if visitor.form.get("kind") == "appointments" else "patients"
    chosen = {
        field: int(column)
        for field in FIELDS_OF[kind]
        if (column := visitor.form.get(field, "")).isdecimal() and int(column) < intake.table.width
    }
    try:
        desk.files.confirm(intake, Columns(kind, chosen), visitor.sign)
        await desk.files.bring_in_beside(intake)
    except Problem as problem:
        return _mapping(frame, visitor, intake, intake.table, kind, chosen, problem)
    desk.events.bump("day")
    return frame.see(visitor, f"{IMPORT}/{intake.intake}")


async def bad_rows(frame: Frame, visitor: Visitor) -> Response:
    """POST /patients/import/{intake}/rows: the rows that were refused, as CSV."""
    intake = frame.desk.files.get(visitor.named["intake"])
    body = frame.desk.files.bad_rows_csv(intake, visitor.language, visitor.sign, Way.UPLOAD)
    return frame.file(body, "text/csv; charset=utf-8", "rows.csv")


def _listed(frame: Frame, problem: Problem | None) -> dict[str, object]:
    return {"intakes": frame.desk.files.intakes()[:_MOST_SHOWN], "problem": problem}


def _mapping(
    frame: Frame,
    visitor: Visitor,
    intake: Intake,
    table: Table,
    kind: Kind,
    chosen: dict[Field, int],
    problem: Problem | None,
) -> Response:
    columns = [table.header[at] if at < len(table.header) else "" for at in range(table.width)]
    values = {
        "intake": intake,
        "columns": columns,
        "rows": table.samples(_FIRST_ROWS),
        "count": table.count,
        "kind": kind,
        "fields": FIELDS_OF[kind],
        "chosen": chosen,
        "guesses": frame.desk.files.guesses(table),
        "problem": problem,
    }
    status = problem.entry.status if problem is not None else 200
    return frame.page("patients_columns.html", visitor, values, status)


def _result(frame: Frame, visitor: Visitor, intake: Intake) -> Response:
    outcome = intake.outcome
    bad = outcome.bad if outcome is not None else ()
    absent = (frame.desk.patients.get(key) for key in (outcome.absent if outcome is not None else ()))
    values = {
        "intake": intake,
        "outcome": outcome,
        "refused": Problem(intake.refused, most=LARGEST_FILE // 2**20) if intake.refused else None,
        "bad": [faults_in_words(row, visitor.language) for row in bad[:_MOST_SHOWN]],
        "absent": [found for found in absent if found is not None],
    }
    return frame.page("patients_result.html", visitor, values)


ROWS = (
    Row("GET", IMPORT, bringing),
    Row("POST", IMPORT, upload, raw=True, largest=LARGEST_FILE + _AROUND_A_FILE),
    Row("GET", ONE, one),
    Row("POST", ONE, confirm),
    Row("POST", f"{ONE}/rows", bad_rows),
)
"""The pages on which files are brought in."""
