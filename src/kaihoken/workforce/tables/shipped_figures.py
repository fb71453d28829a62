"""公表資料の数値: figures as the ministry and prefectures printed them, to reproduce and to stand beside our own."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from kaihoken import shipped
from kaihoken.problems import Problem
from kaihoken.workforce.areas import PrefectureCode, prefectures
from kaihoken.workforce.tables.source import Source, shipped_source, shipped_table

Floats = npt.NDArray[np.float64]

SLIDES: Final = date(2025, 9, 11)
"""The day of 医師偏在対策について, of which everything in `mhlw_2025/` is."""

AgeGroup: TypeAlias = Literal["under35", "all"]
ClassName: TypeAlias = Literal["national", "majority", "middle", "minority"]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A printed table as it stands: text by column, None where a cell is empty."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    source: Source


@cache
def figure_table(name: str) -> FigureTable:
    """Any table of `mhlw_2025/` or `published/` by its name ("obstetric_index_examples"). Raises Problem
    `workforce.table-unknown`."""
    for folder, day in (("mhlw_2025", SLIDES), ("published", _PUBLISHED.get(name))):
        file = f"{folder}/{name}.csv"
        if day is not None and _ships(file):
            table = shipped_table(file)
            return FigureTable(tuple(table.columns), tuple(table.iter_rows()), shipped_source(file, day))
    raise Problem("workforce.table-unknown", where=name, table=name, near="—")


_PUBLISHED: Final = {
    "outpatient_excess_candidates_2026": date(2026, 1, 16),
    "outpatient_index_chiba_2024": date(2024, 1, 1),
    "patient_survey_consultation_rates_2005": date(2005, 10, 1),
    "required_physicians_2036_kyoto_2019": date(2019, 2, 18),
}


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A printed figure. `value` is text: "51:42" is hours and minutes."""

    value: str
    unit: str
    context: str


@cache
def key_figures() -> dict[str, KeyFigure]:
    """The figures of the slides by their name ("plan7_minority_areas_achieved")."""
    rows = shipped_table("mhlw_2025/key_figures.csv").iter_rows(named=True)
    return {row["metric"]: KeyFigure(row["value"], row["unit"], row["context"]) for row in rows}


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """How many 二次医療圏 and 周産期医療圏 a prefecture has."""

    secondary: int
    perinatal: int


@cache
def perinatal_areas() -> dict[PrefectureCode, AreaCounts]:
    """By prefecture; 330 and 263 in all."""
    codes = {name: code for code, name in prefectures().items()}
    rows = shipped_table("mhlw_2025/perinatal_areas.csv").iter_rows(named=True)
    return {
        codes[row["prefecture"]]: AreaCounts(int(row["secondary_areas"]), int(row["perinatal_areas"]))
        for row in rows
        if row["prefecture"] in codes
    }


@dataclass(frozen=True, slots=True)
class ClassPhysicians:
    """医療施設従事医師 of the areas (or prefectures) of one class, at two surveys, persons."""

    ages: AgeGroup
    of: ClassName
    class_ja: str
    years: tuple[int, int]
    physicians: tuple[int, int]


@cache
def physicians_by_class(level: Literal["area", "prefecture"]) -> tuple[ClassPhysicians, ...]:
    """Doctors under 35 and of all ages by class: areas 2020 and 2022, prefectures 2012 and 2022."""
    table = shipped_table(f"mhlw_2025/physicians_by_{level}_class.csv")
    first, last = (name for name in table.columns if name.startswith("physicians_"))
    years = (int(first[-4:]), int(last[-4:]))
    return tuple(
        ClassPhysicians(
            row["age_group"], row[f"{level}_class"], row["class_ja"], years, (int(row[first]), int(row[last]))
        )
        for row in table.iter_rows(named=True)
    )


@dataclass(frozen=True, slots=True, eq=False)
class DiseaseOutpatients:
    """推計外来患者数 by disease, patients a day."""

    diseases: tuple[str, ...]
    patients: Floats
    source: Source


@cache
def outpatients_by_disease() -> DiseaseOutpatients:
    """The forty diseases of the slides."""
    file = "mhlw_2025/outpatients_by_disease.csv"
    table = shipped_table(file)
    thousands = table["est_outpatients_thousand_per_day"].cast(pl.Float64).to_numpy()
    return DiseaseOutpatients(tuple(table["disease_ja"]), thousands * 1000, shipped_source(file, SLIDES))


@dataclass(frozen=True, slots=True)
class NeedAndSupply:
    """必要医師数 and supply of an area in 2036, printed; differences are supply less need."""

    area: str
    required: int
    supply_upper: int
    supply_lower: int
    difference_upper: int
    difference_lower: int


@cache
def kyoto_2036() -> tuple[NeedAndSupply, ...]:
    """京都府 and its areas, provisional of 2019-02-18; printed differences may be off by one."""
    rows = shipped_table("published/required_physicians_2036_kyoto_2019.csv").iter_rows()
    return tuple(NeedAndSupply(row[0], *(int(number) for number in row[1:])) for row in rows)


def _ships(file: str) -> bool:
    return any(entry.path == file for entry in shipped.manifest().files)
