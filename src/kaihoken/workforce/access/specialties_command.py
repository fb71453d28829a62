"""`kaihoken workforce specialties`: doctors of each specialty where they are relatively few, against the nation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from kaihoken.web import messages
from kaihoken.workforce.access.measuring import FolderOption
from kaihoken.workforce.access.own_file import usable
from kaihoken.workforce.access.points import Floats
from kaihoken.workforce.access.specialty_ratios import SpecialtyRatios, specialty_ratios
from kaihoken.workforce.index import IndexClass, shipped_index
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables import LongTable, entry, file_of, residents, waiting

TABLE: Final = "specialties"
COLUMNS: Final = (
    "specialty",
    "doctors",
    "per_100k",
    "nation_per_100k",
    "ratio",
    "suppressed_areas",
    "state",
)


def specialties(
    table: Annotated[
        Path | None,
        typer.Option(help="診療科別の医師数の表 (specialties) / the table of doctors", exists=True),
    ] = None,
    kind: Annotated[
        IndexClass, typer.Option("--class", help="圏域の区分 / class of the areas")
    ] = IndexClass.MINORITY,
    data: FolderOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """診療科ごとの人口10万対の医師数（少数区域と全国） / doctors per 100,000 by specialty, in few areas and all."""
    file = table or (file_of(TABLE, data) if data is not None else None)
    if file is None:
        raise waiting(entry(TABLE))
    read, left_out = usable(file, TABLE)
    index = shipped_index()
    chosen = np.array([one is kind for one in index.classes])
    people = residents(index.areas)
    codes = index.areas.codes
    found = specialty_ratios(codes, _by_specialty(read, codes), people.total.sum(axis=1), chosen)
    words = messages("workforce")
    print_rows(
        COLUMNS,
        list(_rows(found)),
        form,
        notes=(
            f"{int(chosen.sum())} 圏域、住民 {found.residents:,.0f} 人（2025-01-01） / areas, residents",
            *([f"使わなかった行 {left_out} / rows left out"] if left_out else []),
            f"{words.text('caution', 'ja')} / {words.text('caution', 'en')}",
            people.source.credit,
        ),
        facts={"class": kind.value, "areas": int(chosen.sum()), "file": file.name},
        decimals=2,
    )


def _by_specialty(table: LongTable, codes: tuple[str, ...]) -> dict[str, Floats]:
    kinds = table.labels("kind")
    values, _ = table.grid((("kind", kinds), ("place", codes)), measure="physicians")
    names = table.entry.kinds
    return {names[kind][0] if kind in names else kind: values[row] for row, kind in enumerate(kinds)}


def _rows(found: SpecialtyRatios) -> Iterator[Row]:
    for row, name in enumerate(found.specialties):
        known = not np.isnan(found.ratio[row])
        yield {
            "specialty": name,
            "doctors": float(found.doctors[row]),
            "per_100k": float(found.chosen[row]),
            "nation_per_100k": float(found.nation[row]),
            "ratio": float(found.ratio[row]),
            "suppressed_areas": int(found.suppressed[row]),
            "state": "computed" if known else "suppressed" if found.suppressed[row] else "absent",
        }
