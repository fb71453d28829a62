"""`kaihoken workforce openings`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from kaihoken import rules
from kaihoken.clock import SystemClock
from kaihoken.web import messages
from kaihoken.workforce.areas import AreaSet, area_set
from kaihoken.workforce.openings.criteria import Candidates, Floats, OutpatientOpenings, all_readings
from kaihoken.workforce.openings.density import PRINTED_COLUMNS, clinic_densities, printed_candidates
from kaihoken.workforce.openings.index_file import read_outpatient_index
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows

COLUMNS: Final = (
    "area_code",
    "prefecture",
    "area",
    "outpatient_index",
    "sd_multiple",
    "density_ratio",
    "density_share",
    "candidate",
    "awaiting",
    "mean",
    "ddof",
)


def openings(
    index: Annotated[
        Path | None,
        typer.Option(
            help="外来医師偏在指標の CSV（area_code,outpatient_index） / the outpatient index as CSV",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    national_index: Annotated[
        float | None, typer.Option(help="全国の外来医師偏在指標 / the nation's outpatient index")
    ] = None,
    form: FormOption = Form.TABLE,
) -> None:
    """外来医師過多区域の候補（指標がなければ公表された9区域） / candidate areas; without an index the nine
    published."""
    rule = rules.load(OutpatientOpenings, on=SystemClock().today())
    areas = area_set("330")
    credit = clinic_densities(areas).source.credit
    if index is None:
        print_rows(
            PRINTED_COLUMNS,
            [one.row() for one in printed_candidates(rule)],
            form,
            notes=(_caution(), credit),
            decimals=3,
        )
        return
    values, bad = read_outpatient_index(index.read_text(encoding="utf-8"), areas)
    wrong = [f"{one.where}: {one.title('ja')} / {one.title('en')}" for one in bad]
    rows = list(_rows(areas, values, rule, national_index))
    print_rows(COLUMNS, rows, form, notes=(_caution(), credit, *wrong), decimals=3)


def _rows(areas: AreaSet, index: Floats, rule: OutpatientOpenings, national: float | None) -> Iterator[Row]:
    """The areas that are candidates by a reading, or cannot be told, reading by reading."""
    dense = clinic_densities(areas)
    for reading in all_readings(index, dense.by_area(dense.density), rule, national):
        for at, area in enumerate(areas.areas):
            if reading.candidate[at] or reading.awaiting[at]:
                yield {
                    "area_code": area.code,
                    "prefecture": area.prefecture,
                    "area": area.name,
                    "outpatient_index": float(index[at]),
                    "density_ratio": float(dense.by_area(dense.to_nation)[at]),
                    **_of(reading, at),
                }


def _of(reading: Candidates, at: int) -> Row:
    return {
        "sd_multiple": float(reading.multiple[at]),
        "density_share": float(reading.density_share[at]),
        "candidate": bool(reading.candidate[at]),
        "awaiting": bool(reading.awaiting[at]),
        "mean": reading.mean_reading,
        "ddof": reading.ddof,
    }


def _caution() -> str:
    words = messages("workforce")
    return f"{words.text('caution', 'ja')} / {words.text('caution', 'en')}"
