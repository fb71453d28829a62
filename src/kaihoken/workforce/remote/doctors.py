"""Where the doctors are: heads by area and specialty, which no shipped table has (入力待ち), and their ratio to the
nation's.

The official table is 医師・歯科医師・薬剤師統計 第25表 (e-Stat 00450026); it is given here as CSV with the columns
`area_code,specialty,doctors`.
"""

import csv
import io
from dataclasses import dataclass
from typing import Final

import numpy as np

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.remote.patients import Floats
from kaihoken.workforce.remote.terms import RemoteCare
from kaihoken.workforce.tables import residents, specialty_doctors

COLUMNS: Final = ("area_code", "specialty", "doctors")
_PER: Final = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class DepartmentDoctors:
    """Doctors in heads: row i is area i of `areas`, columns are `departments`; NaN where any specialty of the
    department is not given for the area."""

    areas: AreaSet
    departments: tuple[str, ...]
    doctors: Floats


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: its line in the file, the field, and what is wrong with it."""

    line: int
    field: str
    problem: Problem


def awaited(areas: AreaSet, rule: RemoteCare) -> DepartmentDoctors:
    """What is known without a table: nothing."""
    names = tuple(one.name for one in rule.departments)
    return DepartmentDoctors(areas, names, np.full((len(areas), len(names)), np.nan))


def template(areas: AreaSet, rule: RemoteCare) -> str:
    """The CSV to fill in: a row for each area and specialty, with an empty count."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for code in areas.codes:
        for department in rule.departments:
            writer.writerows((code, specialty, "") for specialty in department.specialties)
    return text.getvalue()


def read_doctors(text: str, areas: AreaSet, rule: RemoteCare) -> tuple[DepartmentDoctors, tuple[BadRow, ...]]:
    """The table of a CSV, and the rows that were not taken. Empty and 「－」 counts are absent; 0 is a count. Rows of
    specialties that no department holds are passed over. Problem `workforce.remote-columns` where a column is
    missing."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Problem("workforce.remote-columns", where=missing[0], columns=", ".join(COLUMNS))
    place = {
        specialty: (column, depth)
        for column, one in enumerate(rule.departments)
        for depth, specialty in enumerate(one.specialties)
    }
    deepest = max(len(one.specialties) for one in rule.departments)
    heads = np.zeros((len(areas), len(rule.departments), deepest))
    for column, one in enumerate(rule.departments):
        heads[:, column, : len(one.specialties)] = np.nan
    bad: list[BadRow] = []
    for row in reader:
        if row["specialty"] not in place:
            continue
        try:
            at = (areas.position(row["area_code"] or ""), *place[row["specialty"]])
            heads[at] = _count(row["doctors"] or "", reader.line_num, taken=bool(np.isfinite(heads[at])))
        except Problem as problem:
            field = "area_code" if problem.code == "workforce.area-unknown" else str(problem.facts["field"])
            bad.append(BadRow(reader.line_num, field, problem))
    names = tuple(one.name for one in rule.departments)
    return DepartmentDoctors(areas, names, heads.sum(axis=2)), tuple(bad)


def ratio_to_nation(doctors: DepartmentDoctors, rule: RemoteCare) -> Floats:
    """Doctors per 100,000 residents over the nation's (令和6年統計, residents of 2025-01-01), by area and department;
    0 where there are none, NaN where they are not known or nobody lives."""
    settled = residents(doctors.areas).total[:, 0]
    national = specialty_doctors()
    of = dict(zip(national.specialties, national.doctors, strict=True))
    nation = np.array([sum(of[name] for name in one.specialties) for one in rule.departments])
    per = np.full(doctors.doctors.shape, np.nan)
    np.divide(doctors.doctors * _PER, settled[:, None], out=per, where=settled[:, None] > 0)
    ratio: Floats = per / (nation * _PER / settled.sum())
    return ratio


def _count(text: str, line: int, *, taken: bool) -> float:
    if taken:
        raise Problem("workforce.remote-row", where=f"line {line}", field="specialty")
    plain = text.strip()
    if plain in ("", "-", "－", "…"):
        return float("nan")
    if not plain.isdecimal():
        raise Problem("workforce.remote-row", where=f"line {line}", field="doctors")
    return float(plain)
