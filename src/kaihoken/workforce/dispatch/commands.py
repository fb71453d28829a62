"""`kaihoken workforce dispatch`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
import typer

from kaihoken.web import messages
from kaihoken.workforce.dispatch.case import Case
from kaihoken.workforce.dispatch.effects import IndexBasis, basis_of, hours_effects, index_effects
from kaihoken.workforce.dispatch.plan import Infeasible, Proposal, marginal_values, propose
from kaihoken.workforce.dispatch.reading import ReadCase, read_case
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows

Shown = Literal["moves", "areas", "hours", "worth"]

COLUMNS: Final = {
    "moves": ("sender", "receiver", "department", "unit", "units", "physicians", "minutes"),
    "areas": ("area_code", "prefecture", "area", "change", "index", "index_after", "class", "class_after"),
    "hours": ("department", "year_before", "year_after", "month_before", "month_after", "breaks"),
    "worth": ("department", "one_more"),
    "conflict": ("conflict", "rule", "subject", "bound", "yields", "held", "words"),
}


def dispatch(
    folder: Annotated[
        Path,
        typer.Argument(
            help="case.toml・departments.csv・needs.csv・moves.csv のフォルダー / folder of the case"
        ),
    ],
    show: Annotated[
        Shown, typer.Option(help="候補・圏域・時間・もう1人の価値 / moves, areas, hours, worth of one more")
    ] = "moves",
    form: FormOption = Form.TABLE,
) -> None:
    """派遣調整案・候補 / who could go where; where nothing can, which rules bind."""
    basis = basis_of(shipped_index())
    read = read_case(folder, basis)
    if read.faults:
        for fault in read.faults:
            typer.echo(f"{fault.title('ja')} / {fault.title('en')}", err=True)
        raise typer.Exit(1)
    found = propose(read.case, read.terms)
    if isinstance(found, Infeasible):
        print_rows(
            COLUMNS["conflict"], _conflicts(found), form, notes=_notes(read, (), "dispatch.infeasible")
        )
        raise typer.Exit(1)
    rows = {
        "moves": lambda: _moves(read.case, found),
        "areas": lambda: _areas(read.case, found, basis),
        "hours": lambda: _hours(read, found),
        "worth": lambda: _worth(read),
    }[show]()
    facts = {
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "certified": found.certified,
        "covered": dict(zip(read.case.needs.name, found.covered.tolist(), strict=True)),
        "needs": dict(zip(read.case.needs.name, read.case.needs.amount.tolist(), strict=True)),
        "seed": found.seed,
        "unknown_hours": list(found.unknown_hours),
        "unconfirmed": list(found.unconfirmed),
    }
    print_rows(
        COLUMNS[show],
        rows,
        form,
        notes=_notes(read, found.unknown_hours, "dispatch.found", found),
        facts=facts,
        decimals=2,
    )


def _moves(case: Case, found: Proposal) -> Iterator[Row]:
    moves, staff = case.moves, case.departments
    for move in np.flatnonzero(found.units):
        sender = moves.sender[move]
        yield {
            "sender": staff.code[sender],
            "receiver": staff.code[moves.receiver[move]],
            "department": staff.department[sender],
            "unit": "doctor" if moves.whole[move] else "day",
            "units": int(found.units[move]),
            "physicians": float(found.units[move] * moves.share[move] * staff.standardised[sender]),
            "minutes": float(moves.minutes[move]),
        }


def _areas(case: Case, found: Proposal, basis: IndexBasis) -> Iterator[Row]:
    effects = index_effects(case, found.units, basis)
    for at in np.flatnonzero(effects.change):
        area, before, after = case.areas.areas[at], effects.class_before[at], effects.class_after[at]
        yield {
            "area_code": area.code,
            "prefecture": area.prefecture,
            "area": area.name,
            "change": float(effects.change[at]),
            "index": float(effects.before[at]),
            "index_after": float(effects.after[at]),
            "class": before and before.value,
            "class_after": after and after.value,
        }


def _hours(read: ReadCase, found: Proposal) -> Iterator[Row]:
    for code, change in hours_effects(read.case, found.units, read.terms.hours).items():
        yield {
            "department": code,
            "year_before": change.before.together,
            "year_after": change.after.together,
            "month_before": change.before.month,
            "month_after": change.after.month,
            "breaks": "+".join(breach.rule.value for breach in change.after.breaches),
        }


def _worth(read: ReadCase) -> Iterator[Row]:
    values = marginal_values(read.case, read.terms)
    for code, value in zip(read.case.departments.code, values, strict=True):
        yield {"department": code, "one_more": float(value)}


def _conflicts(found: Infeasible) -> Iterator[Row]:
    return ({**row, "words": _both(f"dispatch.rule.{row['rule']}")} for row in found.rows())


def _notes(read: ReadCase, unknown: tuple[str, ...], name: str, found: Proposal | None = None) -> list[str]:
    notes = [read.case.watermark] if read.case.watermark else []
    if found is None:
        notes.append(_both(name))
    else:
        certified = "✓" if found.certified else "—"
        notes.append(_both(name, value=f"{found.value:.2f}", bound=f"{found.bound:.2f}", certified=certified))
        notes.append(_both("dispatch.unconfirmed", rules=", ".join(found.unconfirmed)))
    if unknown:
        notes.append(_both("dispatch.unknown-hours", departments=", ".join(unknown)))
    return [*notes, _both("caution")]


def _both(name: str, **facts: str | int) -> str:
    words = messages("workforce")
    return f"{words.text(name, 'ja', **facts)} / {words.text(name, 'en', **facts)}"
