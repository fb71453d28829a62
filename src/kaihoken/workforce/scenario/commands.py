"""`kaihoken workforce scenario run|example`: scenario files on the shipped index."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import typer

from kaihoken import shipped
from kaihoken.options import AsJson
from kaihoken.web import messages
from kaihoken.workforce.index import IndexClass, shipped_index
from kaihoken.workforce.printing import Cell, Form, FormOption, Row, print_rows
from kaihoken.workforce.scenario.comparison import compare
from kaihoken.workforce.scenario.files import encoded, read
from kaihoken.workforce.scenario.geography_command import geography
from kaihoken.workforce.scenario.levers import DoctorsMoved, HoursChanged, PopulationOfYear, Scenario
from kaihoken.workforce.scenario.outcome import Outcome, run
from kaihoken.workforce.tables import AREA_TABLE

COLUMNS = (
    "scenario",
    "area_code",
    "prefecture",
    "area",
    "class_before",
    "class_after",
    "value_before",
    "value_after",
    "difference",
    "by_lever",
)
"""A row for each scenario and each area whose class it changes; `by_lever` are the parts of the difference in order."""

EXAMPLE = Scenario(
    "例: 労働時間 5% 減、2036 年の人口、1 圏域への 5 人 / example",
    (
        HoursChanged(-5.0, label="労働時間の短縮 / shorter hours"),
        PopulationOfYear(2036),
        DoctorsMoved("0301", "0306", 5.0, label="盛岡から釜石へ / from Morioka to Kamaishi"),
    ),
    notes="仮定の数です / the numbers are assumed",
)

app = typer.Typer(help="シナリオ（仮定） / what-if scenarios on a copy of the tables", no_args_is_help=True)


@app.callback()
def _scenario() -> None:
    """シナリオ（仮定） / what-if scenarios on a copy of the tables."""


@app.command("run")
def run_files(
    files: Annotated[list[Path], typer.Argument(help="シナリオのファイル (JSON) / scenario files")],
    form: FormOption = Form.TABLE,
) -> None:
    """シナリオを計算し、区分が変わる圏域を並べる / work scenarios out, side by side: areas that change class."""
    table = shipped_index()
    outcomes = [run(read(path), table) for path in files]
    beside = compare(outcomes)
    print_rows(
        COLUMNS,
        [row for one in outcomes for row in _rows(one)],
        form,
        notes=_notes(outcomes),
        facts={
            "scenarios": [
                {
                    "name": one.scenario.name,
                    "levers": msgspec.to_builtins(one.scenario.levers),
                    "counts": counts,
                    "stale": one.stale,
                    "absent": [
                        area.code
                        for area, found in zip(one.before.areas.areas, one.classes, strict=True)
                        if found is None
                    ],
                }
                for one, counts in zip(outcomes, beside.counts, strict=True)
            ],
            "before": beside.before,
        },
        decimals=2,
    )


@app.command()
def example(as_json: AsJson = False) -> None:
    """はじめのためのファイルを出す / print a file to begin with; it is JSON, with --json and without."""
    typer.echo(encoded(EXAMPLE, shipped_index()).decode(), nl=False)


app.command()(geography)


def _rows(outcome: Outcome) -> Iterator[Row]:
    for one in outcome.moved:
        row = outcome.before.areas.position(one.area.code)
        parts = [float(share.amounts[row]) for share in outcome.shares]
        cells: dict[str, Cell] = {
            "scenario": outcome.scenario.name,
            "area_code": one.area.code,
            "prefecture": one.area.prefecture,
            "area": one.area.name,
            "class_before": one.before,
            "class_after": one.after,
            "value_before": one.value_before,
            "value_after": one.value_after,
            "difference": float(outcome.difference[row]),
            "by_lever": " ".join("－" if np.isnan(part) else f"{part:+.3f}" for part in parts),
        }
        yield cells


def _notes(outcomes: list[Outcome]) -> tuple[str, ...]:
    words = messages("workforce")
    notes = ["シナリオ（仮定）の計算で、公表された値ではありません / a what-if: nothing here is published"]
    for one in outcomes:
        counts = one.counts()
        told = ", ".join(f"{kind.value} {one.before.counts()[kind]}→{counts[kind]}" for kind in IndexClass)
        notes.append(f"{one.scenario.name}: {told}")
        if one.stale:
            names = ", ".join(one.stale)
            notes.append(
                f"{one.scenario.name}: 作られたあとで入力が変わりました ({names}) / inputs have changed since"
            )
    return (
        *notes,
        f"{words.text('caution', 'ja')} / {words.text('caution', 'en')}",
        shipped.credit(AREA_TABLE),
    )
