"""表から推計へ: a folder of tables as the inputs of the supply projection, and as the cohorts of 地域枠.

The areas are those of the table `physicians`: all of them, or one prefecture's. A prefecture alone knows who comes from
or goes to another one only by its entry and survival.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet, PrefectureCode, prefectures
from kaihoken.workforce.index import IndexClass, shipped_index
from kaihoken.workforce.tables import (
    PHYSICIAN_SEXES,
    TOTAL,
    LongTable,
    entry,
    figures,
    heads_by_band,
    hours,
    lacking,
    load_sound,
    require_complete,
    zero_where_none,
)
from kaihoken.workforce.training.ages import SURVEY_STEP, AgeBands
from kaihoken.workforce.training.duty import DutyCohorts, DutyRules
from kaihoken.workforce.training.supply import SupplyAssumption, SupplyInputs

Floats: TypeAlias = npt.NDArray[np.float64]
Axes: TypeAlias = Sequence[tuple[str, Sequence[str]]]
Waiting: TypeAlias = tuple[tuple[str, str], ...]
"""Tables that are not there, by id and name."""

SUPPLY_TABLES: Final = (
    "physicians",
    "survival",
    "entrants",
    "entrants-sex-age",
    "doctor-migration",
    "doctor-arrivals",
)
"""Without one of these nobody is projected."""

DUTY_TABLES: Final = ("duty-entrants", "duty-retention", "duty-assumptions", "duty-placement")

_HOURS: Final = "hours"
_NATION: Final = "physicians-prefecture"
_CLASSES: Final = tuple(kind.value for kind in (IndexClass.MINORITY, IndexClass.MIDDLE, IndexClass.MAJORITY))
_YOUNGEST: Final = 24
_DECADES: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class DutyGiven:
    """地域枠 of one prefecture: its cohorts, and of those who end their duty the share that stays in the prefecture."""

    prefecture_code: PrefectureCode
    cohorts: DutyCohorts
    staying: float


def waiting_for_supply(folder: Path) -> Waiting:
    """The tables without which a folder gives no projection."""
    return lacking(SUPPLY_TABLES, folder)


def waiting_for_standardised(folder: Path, areas: AreaSet) -> Waiting:
    """The tables without which a projection of these areas counts heads alone: hours, and where they do not cover the
    nation the nation's doctors by sex and age."""
    part = () if len(areas) == len(shipped_index().areas) else (_NATION,)
    return lacking((_HOURS, *part), folder)


def waiting_for_duty(folder: Path) -> Waiting:
    """The tables without which duty doctors are not counted."""
    return lacking(DUTY_TABLES, folder)


def supply_in(folder: Path) -> SupplyInputs:
    """The inputs of the projection from `SUPPLY_TABLES`, with weights where hours are there as well.

    Doctors are counted at their primary workplace; a step's entrants are those of its two years. 「共通」 of a table
    stands for both assumptions. Areas have the class of the published index. Raises Problem `workforce.table-waiting`,
    `workforce.table-faulty`, `workforce.import-incomplete` for a figure that is absent, and `workforce.supply-table`
    for tables that do not fit together.
    """
    whole = shipped_index()
    doctors = _read(folder, "physicians")
    given = set(doctors.labels("place"))
    rows = [at for at, code in enumerate(whole.areas.codes) if code in given]
    areas = whole.areas if len(rows) == len(whole.areas) else _part(whole.areas, rows)
    ages = _ages(doctors)
    bands = AgeBands(tuple(_lower(age) for age in ages))
    by_place: Axes = [("place", areas.codes), ("sex", PHYSICIAN_SEXES), ("age", ages)]
    stock = figures(doctors, by_place, kind="sole") + figures(doctors, by_place, kind="primary")
    if (stock % 1 != 0).any():
        raise _unfit("physicians", "人数が整数でない")
    kinds = [whole.classes[row] for row in rows]
    classes = tuple(
        name for name in _CLASSES if any(kind is not None and kind.value == name for kind in kinds)
    )
    area_class = np.array([classes.index(kind.value) for kind in kinds if kind is not None], np.int64)
    first_year, entering = _entrants(folder, areas)
    survival = _assumed(_read(folder, "survival", ages), _by_sex(ages))
    migration = _assumed(
        _of_classes(_read(folder, "doctor-migration", ages)),
        [("place", classes), ("second", classes), *_by_sex(ages)],
    )
    begun = figures(_read(folder, "entrants-sex-age", ages), _by_sex(ages))
    if begun.sum() <= 0:
        raise _unfit("entrants-sex-age", "合計が 0")
    lower, upper = (
        SupplyAssumption(kept, total[:, :, None, None] * (begun / begun.sum()), moving)
        for kept, total, moving in zip(survival, entering, migration, strict=True)
    )
    return SupplyInputs(
        areas=areas,
        bands=bands,
        first_year=first_year,
        stock=stock.astype(np.int64),
        classes=classes,
        area_class=area_class,
        settling=_settling(folder, areas, area_class, classes),
        lower=lower,
        upper=upper,
        weights=_weights(folder, areas, bands, doctors),
    )


def duty_in(folder: Path, *, on: date) -> tuple[DutyGiven, ...]:
    """The cohorts of every prefecture of the table `duty-entrants`, in code order, by the rules of a day.

    A department and year of entrance without entrants is written as 0. Raises as `supply_in`.
    """
    rule = rules.load(DutyRules, on=on)
    entered, kept, assumed, placed = (_read(folder, name) for name in DUTY_TABLES)
    done = [str(year) for year in range(1, rule.duty_years + 1)]
    posts = [f"year_{year}" for year in range(rule.residency_years + 1, rule.duty_years + 1)]
    made = []
    for code in sorted(entered.labels("place")):
        here = entered.keys["place"] == code
        years = sorted(set(entered.keys["year"][here].tolist()))
        departments = tuple(dict.fromkeys(entered.keys["second"][here].tolist()))
        retention = figures(kept, [("measure", ("suspension", "leaving")), ("second", done)], place=code)
        licensed, staying = figures(assumed, [("measure", ("licensed", "staying"))], place=code)
        cohorts = DutyCohorts(
            entrance_years=tuple(int(year) for year in years),
            departments=departments,
            area_classes=_CLASSES,
            entrants=figures(entered, [("year", years), ("second", departments)], place=code),
            licensed=float(licensed),
            suspension=retention[0],
            leaving=retention[1],
            placement=figures(
                placed, [("second", departments), ("measure", posts), ("kind", _CLASSES)], place=code
            ),
        )
        made.append(DutyGiven(PrefectureCode(code), cohorts, float(staying)))
    return tuple(made)


def _read(folder: Path, name: str, ages: Sequence[str] | None = None) -> LongTable:
    """A table without errors, 「－」 read as nobody; with `ages` it has to have these."""
    table = zero_where_none(load_sound(name, folder, areas=shipped_index().areas))
    if ages is not None and tuple(ages) != _ages(table):
        raise Problem("workforce.classes-differ", where=name, one="physicians", other=name)
    return table


def _ages(table: LongTable) -> tuple[str, ...]:
    return tuple(sorted((age for age in table.labels("age") if age != TOTAL), key=_lower))


def _lower(age: str) -> int:
    """The youngest of a band; doctors below 25 are 24."""
    first = 0 if age.startswith("-") else int(age.rstrip("+").split("-")[0])
    return max(first, _YOUNGEST)


def _by_sex(ages: Sequence[str]) -> Axes:
    return [("sex", PHYSICIAN_SEXES), ("age", ages)]


def _part(areas: AreaSet, rows: Sequence[int]) -> AreaSet:
    return AreaSet(areas.name, tuple(areas.areas[row] for row in rows), {})


def _assumed(table: LongTable, by: Axes) -> tuple[Floats, Floats]:
    """The figures of the lower and of the upper assumption; where one has none, those of both."""
    both, absent = table.grid(by, kind="both")
    sides = []
    for kind in ("lower", "upper"):
        own, _ = table.grid(by, kind=kind)
        side = np.where(np.isnan(own), both, own)
        require_complete(table, side, absent, by[0][1])
        sides.append(side)
    return sides[0], sides[1]


def _entrants(folder: Path, areas: AreaSet) -> tuple[int, tuple[Floats, Floats]]:
    """The year of the survey, and by assumption the entrants of each step [step, area]."""
    table = _read(folder, "entrants")
    years = sorted(table.labels("year"))
    numbers = [int(year) for year in years]
    if len(years) % SURVEY_STEP or any(after != before + 1 for before, after in pairwise(numbers)):
        raise _unfit("entrants", f"年が続いた偶数年分でない: {'、'.join(years)}")
    lower, upper = (
        side.reshape(-1, SURVEY_STEP, len(areas)).sum(axis=1)
        for side in _assumed(table, [("year", years), ("place", areas.codes)])
    )
    return numbers[0] - 1, (lower, upper)


def _settling(
    folder: Path, areas: AreaSet, area_class: npt.NDArray[np.int64], classes: Sequence[str]
) -> Floats:
    came = figures(_read(folder, "doctor-arrivals"), [("place", areas.codes)], measure="arrivals")
    sums = np.bincount(area_class, came, len(classes))
    if (sums <= 0).any():
        raise _unfit("doctor-arrivals", f"{classes[int(sums.argmin())]}: 0")
    return np.asarray(came / sums[area_class])


def _of_classes(table: LongTable) -> LongTable:
    """The table with 「少数」 and the like as the names of the classes."""
    known = {word: name for name, words in entry("duty-placement").kinds.items() for word in (name, *words)}
    keys = dict(table.keys)
    for key in ("place", "second"):
        unknown = set(table.labels(key)) - set(known)
        if unknown:
            raise _unfit("doctor-migration", f"{'、'.join(sorted(unknown))}: 少数・中程度・多数 のどれかで")
        keys[key] = np.array([known[text] for text in table.keys[key].tolist()], dtype=np.str_)
    return LongTable(table.entry, keys, table.values, table.absent)


def _weights(folder: Path, areas: AreaSet, bands: AgeBands, doctors: LongTable) -> Floats | None:
    """Hours of a class ÷ the mean hours of the nation's doctors; None while a table of them waits."""
    if waiting_for_standardised(folder, areas):
        return None
    if len(areas) == len(shipped_index().areas):
        nation = heads_by_band(doctors, areas.codes, "sole") + heads_by_band(doctors, areas.codes, "primary")
    else:
        nation = heads_by_band(_read(folder, _NATION), tuple(prefectures()))
    week = _read(folder, _HOURS)
    by_decade = hours(week, week.entry.ja).weights(nation.sum(axis=0))
    decades = [min(max(lower // 10 - 2, 0), _DECADES - 1) for lower in bands.lower]
    return np.asarray(by_decade[:, decades])


def _unfit(table: str, reason: str) -> Problem:
    return Problem("workforce.supply-table", where=table, table=table, reason=reason)
