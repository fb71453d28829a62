"""The files of the page of dispatch: its result as JSON and CSV, and templates to fill in."""

import io
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kaihoken.planner.asked import Asked, File
from kaihoken.planner.dispatch_page import ceilings_of, chosen
from kaihoken.planner.dispatching import Moved, Plan, case_of, case_place, moved, plan_of
from kaihoken.planner.spreadsheet import spreadsheet
from kaihoken.problems import Problem
from kaihoken.rules import Version
from kaihoken.web import messages
from kaihoken.workforce import Row, as_json
from kaihoken.workforce.dispatch import (
    CASE_FILES,
    EXAMPLE_CASE,
    LOCUM_TEMPLATE,
    Aim,
    Change,
    Infeasible,
    ReadCase,
)
from kaihoken.workforce.matching import EXAMPLE_ROUND, ROUND_FILES
from kaihoken.workforce.portrait import Atlas

COLUMNS: Final = (*(field.name for field in fields(Moved)), "watermark")
CONFLICT_COLUMNS: Final = ("conflict", "rule", "subject", "bound", "yields", "held", "watermark")
"""Where no plan keeps all rules: those that do not go together."""


def dispatch_json(atlas: Atlas, asked: Asked) -> File:
    """The proposal with what stands beside it, or the rules that bind. Problems as `case_of`, and the first row that
    cannot be read."""
    read, aim, found = _found(atlas, asked)
    words = messages("planner")
    notes = [note for note in (read.case.watermark, words.text("caution", asked.language)) if note]
    version = ceilings_of(read)["version"]
    assert isinstance(version, Version)
    facts: dict[str, object] = {
        "watermark": read.case.watermark,
        "aim": aim.value,
        "feasible": isinstance(found, Plan),
        "ceilings": {
            "file": version.file,
            "from": version.effective_from,
            "status": version.status.value,
            "source": version.source,
            "unconfirmed": list(read.terms.hours.unconfirmed()),
        },
    }
    if isinstance(found, Infeasible):
        return _json(as_json(CONFLICT_COLUMNS, found.rows(), notes=notes, facts=facts))
    return _json(as_json(COLUMNS, _moves(read, found), notes=notes, facts=facts | _beside(read, found)))


def dispatch_csv(atlas: Atlas, asked: Asked) -> File:
    """The rows of the same for a spreadsheet; each carries the watermark where the figures are made up."""
    read, aim, found = _found(atlas, asked)
    name = f"kaihoken-dispatch-{aim.value}{'-fictitious' if read.case.watermark else ''}"
    if isinstance(found, Infeasible):
        return spreadsheet(asked, CONFLICT_COLUMNS, found.rows(), name)
    return spreadsheet(asked, COLUMNS, _moves(read, found), name)


def dispatch_template(atlas: Atlas, asked: Asked) -> File:
    """A template: the fictitious case or round as a ZIP of its files, or the header of the requests of 代診医. Problem
    `planner.dispatch-query`."""
    templates = {
        "dispatch.zip": (_zipped, EXAMPLE_CASE, CASE_FILES),
        "matching.zip": (_zipped, EXAMPLE_ROUND, ROUND_FILES),
    }
    name = asked.named["name"]
    if name == "locum.csv":
        return File(LOCUM_TEMPLATE.encode(), "text/csv; charset=utf-8", name)
    if name not in templates:
        known = ", ".join((*templates, "locum.csv"))
        raise Problem("planner.dispatch-query", where=name, name="template", value=name, known=known)
    made, folder, names = templates[name]
    return File(made(folder, names), "application/zip", name)


def _found(atlas: Atlas, asked: Asked) -> tuple[ReadCase, Aim, Plan | Infeasible]:
    aim, place = chosen(asked), case_place(atlas)
    read = case_of(atlas, place)
    if read.faults:
        raise read.faults[0]
    aim = aim or read.terms.aim
    return read, aim, plan_of(atlas, place, aim)


def _moves(read: ReadCase, found: Plan) -> Iterator[Row]:
    return ({**asdict(one), "watermark": read.case.watermark} for one in moved(read, found))


def _beside(read: ReadCase, found: Plan) -> dict[str, object]:
    proposal, needs, codes = found.proposal, read.case.needs, read.case.departments.code
    return {
        "value": proposal.value,
        "bound": proposal.bound,
        "gap": proposal.gap,
        "certified": proposal.certified,
        "seed": proposal.seed,
        "needs": [
            {"name": name, "amount": amount, "covered": covered}
            for name, amount, covered in zip(
                needs.name, needs.amount.tolist(), proposal.covered.tolist(), strict=True
            )
        ],
        "hours": [{"department": code, **_hours(change)} for code, change in found.hours.items()],
        "unknown_hours": list(proposal.unknown_hours),
        "rules": [
            {
                "rule": one.kind.value,
                "subject": one.subject,
                "bound": one.bound,
                "found": one.found,
                "tight": one.tight,
            }
            for one in found.kept
        ],
        "wishes": {
            "wished": found.wished.wished,
            "neither": found.wished.neither,
            "unwished": found.wished.unwished,
        },
        "one_more": [
            {"department": code, "value": value} for code, value in zip(codes, found.worth, strict=True)
        ],
    }


def _hours(change: Change) -> dict[str, object]:
    return {
        "year_before": change.before.together,
        "year_after": change.after.together,
        "month_before": change.before.month,
        "month_after": change.after.month,
        "breaks": [breach.rule.value for breach in change.after.breaches],
    }


def _zipped(folder: Path, names: tuple[str, ...]) -> bytes:
    """The files in one archive whose bytes depend on nothing but theirs."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(ZipInfo(name), (folder / name).read_bytes(), ZIP_DEFLATED)
    return made.getvalue()


def _json(text: str) -> File:
    return File(text.encode(), "application/json")
