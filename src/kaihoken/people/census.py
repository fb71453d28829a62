"""Who lives where: the census of 2020 by area, sex and age, carried forward to a later day.

Single years within the five-year groups come from a monotone curve through the cumulative counts, so that every group
keeps its census count. From 2020-10-01 each year of birth is thinned by a mortality curve of its sex, and children
born since are added by the births of each year, spread over the areas as the 0 to 4 year olds of the census. Nobody
moves between areas (no statistics of moves by age are shipped).
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from kaihoken import shipped
from kaihoken.people.draws import Draws, Floats
from kaihoken.people.figures import Mortality, PopulationFigures

CENSUS_DAY = date(2020, 10, 1)
YEAR = 365.2425

_GROUPS = ("0_4", *(f"{age}_{age + 4}" for age in range(5, 100, 5)), "100plus")
_AGES = 5 * len(_GROUPS)

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """People of a block, in the order of their areas. Days are ordinals; `died` is 0 for the living."""

    area: Integers
    female: npt.NDArray[np.bool_]
    born: Integers
    died: Integers


class Census:
    """The people of every area by sex and year of birth on a day, ready to be drawn from.

    `areas` are the codes of the 339 areas. A cell is a stretch of birthdays of one sex; `weights[area, cell]` is how
    many people it holds who were alive `years_of_dead_kept` before the day or were born after that.
    """

    def __init__(self, as_of: date, figures: PopulationFigures) -> None:
        self.areas, counts = _census()
        self._day = as_of.toordinal()
        self._kept = figures.years_of_dead_kept
        self._mortality = (figures.male_mortality, figures.female_mortality)
        since = (self._day - CENSUS_DAY.toordinal()) / YEAR
        pieces = _births(as_of, figures)
        starts: list[float] = [CENSUS_DAY.toordinal() - YEAR * (age + 1) for age in range(_AGES)]
        lengths = [YEAR] * _AGES + [length for _, length, _ in pieces]
        starts += [start for start, _, _ in pieces]
        ages: Floats = np.arange(_AGES, dtype=np.float64) + 0.5
        newborn = counts[:, :, 0:5].sum(axis=(1, 2))
        newborn_share = newborn / newborn.sum()
        sexes = []
        for sex, mortality in enumerate(self._mortality):
            alive = _survival(mortality, ages, max(since - self._kept, 0.0))
            share = figures.male_births if sex == 0 else 1 - figures.male_births
            born = np.array([births for _, _, births in pieces]) * share
            sexes.append(np.concatenate([counts[:, sex] * alive, newborn_share[:, None] * born], axis=1))
        self.weights: Floats = np.concatenate(sexes, axis=1)
        self._start = np.array(starts * 2)
        self._length = np.array(lengths * 2)
        self._female = np.repeat([False, True], len(starts))
        cumulative = np.cumsum(self.weights, axis=1)
        self._cells = cumulative / cumulative[:, -1:]
        edges = np.cumsum(self.weights.sum(axis=1))
        self._area_edges = edges / edges[-1]

    def areas_of(self, first: int, last: int, total: int) -> Integers:
        """The areas of people number `first` to `last` - 1 of a nation of `total`: in the order of the areas, each
        as often as its share of the people."""
        positions = (np.arange(first, last) + 0.5) / total
        return np.minimum(np.searchsorted(self._area_edges, positions, side="right"), len(self.areas) - 1)

    def first_of(self, area: str, total: int) -> int:
        """The number of the first person of an area (by its code) in a nation of `total`."""
        place = self.areas.index(area)
        return int(self._area_edges[place - 1] * total) + 1 if place else 0

    def draw(self, area: Integers, draws: Draws) -> Drawn:
        """People for these areas (in rising order). Within an area the draws are spread evenly over its people by
        sex and age, so that a few already stand for the whole."""
        count = len(area)
        _, begins, sizes = np.unique(area, return_index=True, return_counts=True)
        rank = np.arange(count) - np.repeat(begins, sizes)
        position = (rank + draws.uniform(count)) / np.repeat(sizes, sizes)
        cell = np.empty(count, dtype=np.int64)
        for begin, size in zip(begins.tolist(), sizes.tolist(), strict=True):
            part = slice(begin, begin + size)
            cell[part] = np.searchsorted(self._cells[area[begin]], position[part], side="right")
        cell = np.minimum(cell, self._cells.shape[1] - 1)
        born = np.floor(self._start[cell] + self._length[cell] * draws.uniform(count)).astype(np.int64) + 1
        born = np.minimum(born, self._day)
        female = self._female[cell]
        return Drawn(area, female, born, self._deaths(female, born, draws))

    def _deaths(self, female: npt.NDArray[np.bool_], born: Integers, draws: Draws) -> Integers:
        count = len(born)
        by_chance = draws.uniform(count)
        within = draws.uniform(count)
        start = np.maximum(born, self._day - self._kept * YEAR)
        age = (start - born) / YEAR
        years = (self._day - start) / YEAR
        survival = np.where(
            female,
            _survival(self._mortality[1], age, years),
            _survival(self._mortality[0], age, years),
        )
        day = np.floor(start + (self._day - start) * within).astype(np.int64)
        return np.where(by_chance >= survival, np.maximum(day, born), 0)


def single_years(groups: Floats) -> Floats:
    """Counts by single year of age from counts by five-year groups (last axis), by a monotone cubic through the
    cumulative counts (Fritsch and Carlson 1980): every group keeps its sum and no year is negative."""
    zero = np.zeros((*groups.shape[:-1], 1))
    reached = np.concatenate([zero, np.cumsum(groups, axis=-1)], axis=-1)
    slope = groups / 5.0
    before, after = slope[..., :-1], slope[..., 1:]
    total = before + after
    safe = np.where(total > 0, total, 1.0)
    inner = np.where((before > 0) & (after > 0), 2 * before * after / safe, 0.0)
    tangent = np.concatenate([slope[..., :1], inner, zero], axis=-1)
    step = np.arange(0, 6) / 5.0
    h00 = 2 * step**3 - 3 * step**2 + 1
    h10 = step**3 - 2 * step**2 + step
    h01 = -2 * step**3 + 3 * step**2
    h11 = step**3 - step**2
    curve = (
        reached[..., :-1, None] * h00
        + 5 * tangent[..., :-1, None] * h10
        + reached[..., 1:, None] * h01
        + 5 * tangent[..., 1:, None] * h11
    )
    single: Floats = np.maximum(np.diff(curve, axis=-1), 0.0)
    return single.reshape(*groups.shape[:-1], 5 * groups.shape[-1])


def _survival(mortality: Mortality, age: Floats, years: Floats | float) -> Floats:
    """The share that is alive `years` later."""
    growth = mortality.growth
    before = np.exp(growth * (age - mortality.mode_age))
    lived: Floats = np.exp(-before * np.expm1(growth * np.asarray(years)))
    return lived


def _births(as_of: date, figures: PopulationFigures) -> list[tuple[float, float, float]]:
    """Stretches of birthdays since the census: first day (exclusive), length in days, births in it."""
    births = dict(figures.births.value)
    known = max(births)
    pieces = []
    for year in range(CENSUS_DAY.year, as_of.year + 1):
        if year > known:
            births[year] = round(births[year - 1] * figures.later_births_factor)
        start = max(date(year, 1, 1), CENSUS_DAY).toordinal() - 1
        end = min(date(year, 12, 31), as_of).toordinal()
        pieces.append((float(start), float(end - start), births[year] * (end - start) / YEAR))
    return pieces


@cache
def _census() -> tuple[tuple[str, ...], Floats]:
    """Area codes and counts by area, sex (men first) and single year of age. People of unknown age are spread over
    the ages of their area and sex."""
    groups: dict[str, dict[str, list[float]]] = {}
    with shipped.path("population/census2020_area339_sex_age5.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            known = [float(row[f"pop_{group}"]) for group in _GROUPS]
            factor = float(row["pop_total_census"]) / sum(known)
            groups.setdefault(row["area_code"], {})[row["sex"]] = [count * factor for count in known]
    areas = tuple(sorted(groups))
    counts = np.array([[groups[area]["male"], groups[area]["female"]] for area in areas])
    return areas, single_years(counts)
