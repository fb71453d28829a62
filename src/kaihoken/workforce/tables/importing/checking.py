"""読んだ表の点検: ages, printed sums, units, designated cities that stand beside their wards."""

import math

import numpy as np

from kaihoken.problems import Fact
from kaihoken.workforce.areas import MunicipalityCode
from kaihoken.workforce.tables.catalogue import Measure, catalogue
from kaihoken.workforce.tables.importing.findings import Finding, Level
from kaihoken.workforce.tables.importing.headings import TOTAL
from kaihoken.workforce.tables.importing.long import LongTable
from kaihoken.workforce.tables.importing.places import is_designated_city
from kaihoken.workforce.tables.municipalities import city_of, is_ward

POWERS = tuple(sorted((power for power in range(-6, 7) if power), key=abs))
"""The powers of ten by which a unit may be wrong, nearest first."""

_ROUNDING = 1.0


def checked(table: LongTable, file: str) -> tuple[LongTable | None, list[Finding]]:
    """A table with the rows and ages that belong to it, and what is noticed of it as a whole."""
    findings: list[Finding] = []

    def find(code: str, level: Level, facts: dict[str, Fact]) -> None:
        findings.append(Finding(code, level, file, "", "", facts))

    if table.entry.place == "municipality":
        cities = sorted(
            {city_of(MunicipalityCode(code)) or "" for code in table.labels("place") if is_ward(code)} - {""}
        )
        doubled = [code for code in table.labels("place") if is_designated_city(code) and code in cities]
        if doubled:
            find("workforce.import-city-and-wards", "note", {"cities": "、".join(doubled)})
            table = _where(table, ~np.isin(table.keys["place"], doubled))
    if "age" in table.entry.dimensions and not table.entry.sparse:
        ages = _ages(table)
        if isinstance(ages, str):
            find("workforce.import-ages-missing", "error", {"ages": ages})
            return None, findings
        table = _where(table, np.isin(table.keys["age"], [*ages, TOTAL]))
        over = _over(table)
        if over:
            find(
                "workforce.import-sum-differs",
                "warning",
                {"places": "、".join(over[:5]), "number": len(over)},
            )
    for measure in table.entry.measures:
        if (factor := _factor(table, measure)) is not None:
            level: Level = "error" if abs(math.log10(factor)) > 1 else "warning"
            facts: dict[str, Fact] = {"column": measure.ja, "unit": measure.unit, "factor": _power(factor)}
            find("workforce.import-unit", level, facts)
    return table, findings


def _where(table: LongTable, kept: np.typing.NDArray[np.bool_]) -> LongTable:
    keys = {name: column[kept] for name, column in table.keys.items()}
    return LongTable(table.entry, keys, table.values[kept], table.absent[kept])


def _ages(table: LongTable) -> tuple[str, ...] | str:
    """The age list that the table has all of, or the ages that the nearest list has and the table has not."""
    present = set(table.labels("age"))
    lists = [catalogue().age_lists[name] for name in table.entry.ages]
    whole = [ages for ages in lists if present >= set(ages)]
    if whole:
        return max(whole, key=len)
    nearest = min(lists, key=lambda ages: len(set(ages) - present))
    return "、".join(age for age in nearest if age not in present)


def _rows(table: LongTable) -> np.typing.NDArray[np.intp]:
    """A number for each record, the same for those that differ only in age."""
    others = [table.keys[name] for name in table.keys if name != "age"]
    numbers = np.zeros(len(table), dtype=np.intp)
    for column in others:
        _, inverse = np.unique(column, return_inverse=True)
        _, numbers = np.unique(numbers * (inverse.max(initial=0) + 1) + inverse, return_inverse=True)
    return numbers


def _over(table: LongTable) -> list[str]:
    """Places whose ages come to more than their printed sum: columns are shifted, or the sum is of something else."""
    if not any(measure.unit == "人" for measure in table.entry.measures) or not len(table):
        return []
    rows = _rows(table)
    total = table.keys["age"] == TOTAL
    summed = np.bincount(rows[~total], np.nan_to_num(table.values[~total]), minlength=rows.max() + 1)
    printed = np.full(rows.max() + 1, np.inf)
    printed[rows[total]] = np.where(np.isnan(table.values[total]), np.inf, table.values[total])
    bad = summed > printed + _ROUNDING
    return list(dict.fromkeys(table.keys["place"][total & bad[rows]].tolist()))


def _factor(table: LongTable, measure: Measure) -> float | None:
    """The power of ten by which the figures of a measure seem too great, or None where they are plausible.

    Plausible is a median between the bounds of the catalogue: of the sums over ages where heads are counted, else of
    the figures themselves.
    """
    low, high = measure.low, measure.high
    if low is None or high is None:
        return None
    chosen = (table.keys["measure"] == measure.id) & ~np.isnan(table.values)
    if "age" in table.entry.dimensions:
        chosen &= table.keys["age"] != TOTAL
    if "age" in table.entry.dimensions and measure.unit == "人":
        rows = _rows(table)
        figures = np.bincount(rows[chosen], table.values[chosen])
    else:
        figures = table.values[chosen]
    figures = figures[figures > 0]
    if not len(figures):
        return None
    median = float(np.median(figures))
    if low <= median <= high:
        return None
    return next((10.0**power for power in POWERS if low <= median / 10.0**power <= high), None)


def _power(factor: float) -> str:
    return f"10^{round(math.log10(factor))}"
