"""Who lives with whom: couples, their children at home, supported parents, put together from drawn people.

The people themselves are given (area, sex, birthday), so the census counts stay as they are; only the ties are
chosen. Somebody for whom the area holds no fitting partner or parent lives alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kaihoken.people.census import YEAR, Drawn, Integers
from kaihoken.people.draws import Draws, Floats, by_year
from kaihoken.people.figures import PopulationFigures, Steps

HEAD, SPOUSE, CHILD, PARENT = range(4)

_AREA = 1000.0
"""Keys for sorting by area and then age: area x 1000 + age."""
_LATEST_MOTHER = 47.0
_EARLIEST_MOTHER = 15.0

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Households:
    """The people of a block in households. `order` lists them household by household, the head first; `sizes` is the
    number of members of each household; `role` is by person."""

    order: Integers
    sizes: Integers
    role: npt.NDArray[np.int8]
    born: Integers  # birthdays, changed for twins


def gathered(people: Drawn, as_of: int, figures: PopulationFigures, draws: Draws) -> Households:
    """Households for the people of a block, who stand in the order of their areas."""
    count = len(people.area)
    age = (as_of - people.born) / YEAR
    head = np.arange(count)
    role = np.full(count, HEAD, dtype=np.int8)

    husbands, wives = _couples(people, age, figures, draws)
    head[wives] = husbands
    role[wives] = SPOUSE

    children, mothers = _children(people, age, husbands, wives, figures, draws)
    head[children] = head[mothers]
    role[children] = CHILD

    parents, grown = _parents(people, age, role, head, figures, draws)
    head[parents] = grown
    role[parents] = PARENT

    born = _with_twins(people.born.copy(), children, head, figures, draws)
    order = np.lexsort((born, role, head))
    _, sizes = np.unique(head, return_counts=True)
    return Households(order, sizes, role, born)


def _chance(steps: Steps, age: Floats) -> Floats:
    return np.array(by_year(steps))[np.clip(age.astype(np.int64), 0, 129)]


def _couples(
    people: Drawn, age: Floats, figures: PopulationFigures, draws: Draws
) -> tuple[Integers, Integers]:
    """Husbands and wives, paired within an area in the order of their (slightly shaken) ages."""
    count = len(age)
    by_chance = draws.uniform(count)
    shaken = age + 5.0 * (draws.uniform(count) - 0.5)
    place = draws.uniform(count)
    chance = np.where(people.female, _chance(figures.married_women, age), _chance(figures.married_men, age))
    willing = (by_chance < chance) & (age >= 18)
    areas = int(people.area[-1]) + 1
    men = np.flatnonzero(willing & ~people.female)
    women = np.flatnonzero(willing & people.female)
    couples = np.minimum(
        np.bincount(people.area[men], minlength=areas), np.bincount(people.area[women], minlength=areas)
    )
    husbands = _chosen(men, couples, people.area, place)
    wives = _chosen(women, couples, people.area, place)
    husbands = husbands[np.lexsort((shaken[husbands] - figures.spouse_gap_years, people.area[husbands]))]
    wives = wives[np.lexsort((shaken[wives], people.area[wives]))]
    # In a small area the rest of the sorting can meet people a generation apart: they stay single.
    near = np.abs(age[husbands] - age[wives]) < 18
    return husbands[near], wives[near]


def _chosen(people: Integers, quota: Integers, area: Integers, place: Floats) -> Integers:
    """As many people of each area as its quota, by their place in a lottery."""
    ordered = people[np.lexsort((place[people], area[people]))]
    home = area[ordered]
    rank = np.arange(len(ordered)) - np.searchsorted(home, home)
    return ordered[rank < quota[home]]


def _children(
    people: Drawn,
    age: Floats,
    husbands: Integers,
    wives: Integers,
    figures: PopulationFigures,
    draws: Draws,
) -> tuple[Integers, Integers]:
    """Children at home and the woman (rarely the man) with whom each lives."""
    count = len(age)
    at_home = draws.uniform(count)
    lone = draws.uniform(count)
    wanted = draws.uniform(count)
    lot = draws.uniform(count)
    married = np.zeros(count, dtype=np.bool_)
    married[husbands] = True
    married[wives] = True
    student = (age >= 18) & (age < 23) & (at_home < figures.students_at_home) & ~married
    at_home_still = (age < 18) | student
    children = np.flatnonzero(at_home_still)
    grown_up = (age >= 20) & (age < 68) & people.female & ~at_home_still
    mothers = np.flatnonzero(grown_up & (married | (lone < figures.lone_mothers)))
    least, most, last = figures.mother_age
    target = age[children] + _triangular(wanted[children], least, most, last)
    found = _nearest(mothers, age, people.area, children, target, lot[children])
    gap = np.where(found >= 0, age[np.maximum(found, 0)] - age[children], 0.0)
    missing = (gap < _EARLIEST_MOTHER) | (gap > _LATEST_MOTHER)
    # No woman of fitting age in this area: a grown-up of any sex, as a guardian.
    anybody = np.flatnonzero(age >= 30)
    guardians = _nearest(
        anybody, age, people.area, children[missing], target[missing], lot[children[missing]]
    )
    found[missing] = guardians
    known = found >= 0
    return children[known], found[known]


def _parents(
    people: Drawn,
    age: Floats,
    role: npt.NDArray[np.int8],
    head: Integers,
    figures: PopulationFigures,
    draws: Draws,
) -> tuple[Integers, Integers]:
    """Supported parents of 60 to 74 who are alone, and the head of the household that took them in."""
    count = len(age)
    by_chance = draws.uniform(count)
    wanted = draws.uniform(count)
    lot = draws.uniform(count)
    alone = np.bincount(head, minlength=count)[head] == 1
    able = (role == HEAD) & (age >= 60) & (age < 75) & alone
    parents = np.flatnonzero(able & (by_chance < figures.parents_supported))
    hosts = np.flatnonzero((role == HEAD) & (age >= 25) & (age < 55))
    least, most, last = figures.mother_age
    target = age[parents] - _triangular(wanted[parents], least, most, last)
    found = _nearest(hosts, age, people.area, parents, target, lot[parents])
    gap = np.where(found >= 0, age[parents] - age[np.maximum(found, 0)], 0.0)
    known = (gap >= _EARLIEST_MOTHER) & (gap <= _LATEST_MOTHER)
    return parents[known], found[known]


def _nearest(
    candidates: Integers, age: Floats, area: Integers, seekers: Integers, target: Floats, lot: Floats
) -> Integers:
    """For each seeker a candidate of the same area whose age is about the target, -1 where there is none. In a large
    area the lot chooses among a few neighbours, so that children do not crowd at one mother."""
    if len(candidates) == 0 or len(seekers) == 0:
        return np.full(len(seekers), -1, dtype=np.int64)
    keys = area[candidates] * _AREA + age[candidates]
    by_key = np.argsort(keys, kind="stable")
    keys, candidates = keys[by_key], candidates[by_key]
    home = area[seekers] * _AREA
    first = np.searchsorted(keys, home)
    last = np.searchsorted(keys, home + _AREA - 1) - 1
    reach = np.minimum((last - first + 1) // 12, 6)
    shift = np.floor((2 * reach + 1) * lot).astype(np.int64) - reach
    wish = home + target
    after = np.minimum(np.searchsorted(keys, wish), len(keys) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(keys[before] - wish) <= np.abs(keys[after] - wish), before, after)
    chosen = np.clip(nearest + shift, first, np.maximum(last, first))
    found: Integers = np.where(last >= first, candidates[np.minimum(chosen, len(keys) - 1)], -1)
    return found


def _with_twins(
    born: Integers, children: Integers, head: Integers, figures: PopulationFigures, draws: Draws
) -> Integers:
    """Some brothers and sisters less than a year apart become twins: the younger takes the older one's birthday."""
    by_chance = draws.uniform(len(born))
    ordered = children[np.lexsort((born[children], head[children]))]
    same_home = head[ordered[1:]] == head[ordered[:-1]]
    close = born[ordered[1:]] - born[ordered[:-1]] < YEAR
    twins = np.flatnonzero(same_home & close & (by_chance[ordered[1:]] < figures.twin_share))
    for later in twins.tolist():
        born[ordered[later + 1]] = born[ordered[later]]
    return born


def _triangular(number: Floats, least: float, most: float, last: float) -> Floats:
    """Draws from a triangular distribution."""
    middle = (most - least) / (last - least)
    low = least + np.sqrt(number * (last - least) * (most - least))
    high = last - np.sqrt((1 - number) * (last - least) * (last - most))
    drawn: Floats = np.where(number < middle, low, high)
    return drawn
