"""Draws that depend on nothing but the seed, the run and their place in it, and the runs of a projection made of them.

Draw number i of a run is a mixing function (that of SplitMix64) of the run's key and i; the key is mixed from the seed
and the run's number. So a run is the same whichever thread makes it, and beside however many others.
"""

import itertools
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

Floats: TypeAlias = npt.NDArray[np.float64]
Floats32: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]
Marks: TypeAlias = npt.NDArray[np.uint64]

METHOD: Final = "splitmix64 by run, binomial and Poisson by inversion / 2"
"""Kept in a result: with another method the same seed gives other runs."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_S32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_UNIT, _HALF_UNIT = 2.0**-53, 2.0**-32
_CHUNK = 64  # the most doctors of one binomial draw; more are drawn in parts
_TOLD = 16  # how many outcomes of a draw stand in a table
_PART = 32.0  # the most of one Poisson draw's mean
_MOST = 128  # no draw of that mean goes so far


@njit(cache=True)
def _mixed(state: np.uint64) -> np.uint64:
    mixed = (state ^ (state >> _S30)) * _FIRST
    mixed = (mixed ^ (mixed >> _S27)) * _SECOND
    return mixed ^ (mixed >> _S31)


@njit(cache=True)
def _uniform(state: np.uint64) -> float:
    return float(_mixed(state) >> _S11) * _UNIT


@njit(cache=True)
def _key(seed: int, run: int) -> np.uint64:
    return _mixed(_mixed(np.uint64(seed) + _GOLDEN) ^ (np.uint64(run + 1) * _GOLDEN))


@njit(cache=True)
def _poisson(mean: float, inverse: Floats, state: np.uint64) -> tuple[int, np.uint64]:
    drawn = 0
    while mean > 0.0:
        part = min(mean, _PART)
        mean -= part
        state += _GOLDEN
        left = _uniform(state)
        chance = np.exp(-part)
        count = 0
        while left >= chance and count < _MOST:
            left -= chance
            count += 1
            chance *= part * inverse[count]
        drawn += count
    return drawn, state


@njit(cache=True)
def _bernoullis(tries: int, share: float, state: np.uint64) -> tuple[int, np.uint64]:
    """How many of so many happen, each with the chance `share`."""
    happened = 0
    for number in range(tries):
        happened += _uniform(state + np.uint64(number + 1) * _GOLDEN) < share
    return happened, state + np.uint64(tries) * _GOLDEN


@njit(cache=True)
def _tabulate(share: float, table: Floats32) -> None:
    """Fills [doctors, outcome] with the chance of at most so many of so many, `share` at most a half."""
    odds = share / (1.0 - share)
    nobody = 1.0
    for doctors in range(_CHUNK + 1):
        chance, below = nobody, 0.0
        for outcome in range(_TOLD):
            below += chance
            table[doctors, outcome] = below
            chance *= odds * max(doctors - outcome, 0) / (outcome + 1)
        nobody *= 1.0 - share


@njit(cache=True)
def _beyond(doctors: int, share: float, drawn: float) -> int:
    """The outcome of a draw that lies beyond the table."""
    chance, count = (1.0 - share) ** doctors, 0
    odds = share / (1.0 - share)
    while drawn >= chance and count < doctors:
        drawn -= chance
        chance *= odds * (doctors - count) / (count + 1)
        count += 1
    return count


@njit(cache=True)
def _one_run(
    state: np.uint64,
    stock: Ints,
    area_class: Ints,
    survival: Floats,
    migration: Floats,
    entry_cells: Ints,
    entry: Floats,
    ageing: Floats,
    first_member: Ints,
    members: Marks,
    keep: Floats,
    other: Marks,
    weights: Floats,
    heads: Floats32,
    weighted: Floats32,
) -> None:
    steps, areas = heads.shape
    kinds = stock.shape[1]  # sex and age band
    bands = ageing.shape[0]
    classes = migration.shape[1]
    state += _GOLDEN
    at_survival = _uniform(state)
    state += _GOLDEN
    at_entry = _uniform(state)
    state += _GOLDEN
    at_migration = _uniform(state)

    # Leaving and moving are one event of the doctor's area; which of both, and whereto, is drawn for a class together.
    rare = np.empty((classes, kinds))
    turned = np.empty((classes, kinds), np.bool_)
    stops = np.empty((classes, kinds))
    moves = np.empty((classes, kinds, classes))
    tables = np.empty((classes, kinds, _CHUNK + 1, _TOLD), np.float32)
    for origin in range(classes):
        for kind in range(kinds):
            active = survival[0, kind] + at_survival * (survival[1, kind] - survival[0, kind])
            happens = 1.0 - active
            for to in range(classes):
                low, high = migration[0, origin, to, kind], migration[1, origin, to, kind]
                moves[origin, kind, to] = active * (low + at_migration * (high - low))
                happens += moves[origin, kind, to]
            left = happens
            stops[origin, kind] = 0.0 if left <= 0.0 else (1.0 - active) / left
            left -= 1.0 - active
            last = 0
            for to in range(classes):
                last = to if moves[origin, kind, to] > 0.0 else last
            for to in range(
                classes
            ):  # of those who move to no class before it; the last takes all that are left
                share = moves[origin, kind, to]
                moves[origin, kind, to] = 1.0 if to >= last else min(share / left, 1.0)
                left -= share
            turned[origin, kind] = happens > 0.5
            rare[origin, kind] = max(1.0 - happens, 0.0) if happens > 0.5 else happens
            _tabulate(rare[origin, kind], tables[origin, kind])

    first_target = np.zeros(bands, np.int64)
    last_target = np.zeros(bands, np.int64)
    onward = np.zeros((bands, bands))  # of those who have not stayed in a band before it
    for band in range(bands):
        reached = np.nonzero(ageing[band] > 0.0)[0]
        first_target[band], last_target[band] = reached[0], reached[-1]

        left_share = 1.0
        for target in range(bands):
            share = ageing[band, target]
            onward[band, target] = min(share / left_share, 1.0) if left_share > 1e-12 else 0.0
            left_share -= share
    inverse = np.empty(_MOST + 1)
    inverse[0] = 0.0
    for count in range(1, _MOST + 1):
        inverse[count] = 1.0 / count

    now = stock.astype(np.int32)
    moved = np.empty_like(now)
    events = np.empty((classes, kinds), np.int64)
    arriving = np.empty((classes, kinds), np.int64)
    for step in range(steps):
        events[:] = 0
        for area in range(areas):
            origin = area_class[area]
            for kind in range(kinds):
                doctors = now[area, kind]
                happened = 0
                todo = doctors
                while todo > 0:
                    part = min(todo, _CHUNK)
                    todo -= part
                    state += _GOLDEN
                    drawn = np.float32(_mixed(state) >> np.uint64(40)) * np.float32(2.0**-24)
                    count = 0
                    for outcome in range(_TOLD):
                        count += drawn >= tables[origin, kind, part, outcome]
                    if count == _TOLD:
                        count = _beyond(part, rare[origin, kind], float(drawn))
                    happened += count
                if turned[origin, kind]:
                    happened = doctors - happened
                moved[area, kind] = doctors - happened
                events[origin, kind] += happened
        arriving[:] = 0
        for origin in range(classes):
            for kind in range(kinds):
                stopped, state = _bernoullis(events[origin, kind], stops[origin, kind], state)
                left = events[origin, kind] - stopped
                for to in range(classes):
                    if moves[origin, kind, to] >= 1.0:
                        went = left
                    else:
                        went, state = _bernoullis(left, moves[origin, kind, to], state)
                    arriving[to, kind] += went
                    left -= went
        for to in range(classes):
            first = np.uint64(first_member[to])
            size = float(first_member[to + 1] - first_member[to])
            for kind in range(kinds):
                going = arriving[to, kind]
                for _ in range((going + 1) // 2):  # a draw has room for two
                    state += _GOLDEN
                    pair = _mixed(state)
                    place = float(pair >> _S32) * _HALF_UNIT * size
                    slot = np.uint64(place)
                    slot = first + slot if place - slot < keep[first + slot] else other[first + slot]
                    moved[members[slot], kind] += 1
                    if going > 1:
                        place = float(pair & _LOW) * _HALF_UNIT * size
                        slot = np.uint64(place)
                        slot = first + slot if place - slot < keep[first + slot] else other[first + slot]
                        moved[members[slot], kind] += 1
                    going -= 2
        now[:] = 0
        for area in range(areas):
            for kind in range(kinds):
                doctors = moved[area, kind]
                band = kind % bands
                sex = kind - band
                for target in range(first_target[band], last_target[band]):
                    state += _GOLDEN
                    aged = int(
                        doctors * onward[band, target] + _uniform(state)
                    )  # whole, and on average exact
                    now[area, sex + target] += aged
                    doctors -= aged
                now[area, sex + last_target[band]] += doctors
        for cell in range(entry_cells.shape[0]):
            low, high = entry[0, step, cell], entry[1, step, cell]
            begun, state = _poisson(low + at_entry * (high - low), inverse, state)
            now[entry_cells[cell, 0], entry_cells[cell, 1]] += begun
        for area in range(areas):
            total, standard = 0, 0.0
            for kind in range(kinds):
                total += now[area, kind]
                standard += now[area, kind] * weights[kind]
            heads[step, area] = total
            weighted[step, area] = standard


@njit(cache=True, nogil=True)
def simulate(
    seed: int,
    first_run: int,
    stock: Ints,
    area_class: Ints,
    survival: Floats,
    migration: Floats,
    entry_cells: Ints,
    entry: Floats,
    ageing: Floats,
    first_member: Ints,
    members: Marks,
    keep: Floats,
    other: Marks,
    weights: Floats,
    heads: Floats32,
    weighted: Floats32,
) -> None:
    """Fills heads and weighted heads [run, step, area] with the runs from `first_run` on. Threads may share the work.

    Each run lies somewhere between the lower and the upper assumption, on its own for survival, entry and migration;
    whether each doctor stays, leaves or moves, whereto, and each area's new doctors are drawn. A kind is sex and age
    band in one axis: `stock` [area, kind], `survival` [2, kind], `migration` [2, from, to, kind], `entry_cells`
    [cell, 2] the area and kind of `entry` [2, step, cell], `weights` [kind]; first of the 2 is lower. `first_member`,
    `members`, `keep`, `other`: see `alias_tables`.
    """
    for place in range(heads.shape[0]):
        _one_run(
            _key(seed, first_run + place),
            stock,
            area_class,
            survival,
            migration,
            entry_cells,
            entry,
            ageing,
            first_member,
            members,
            keep,
            other,
            weights,
            heads[place],
            weighted[place],
        )


def alias_tables(shares: Floats, group: Ints, groups: int) -> tuple[Ints, Marks, Floats, Marks]:
    """Tables to draw a member of a group by its share with one uniform number (Walker's alias method): where each
    group's members begin, the members, and by place the share that keeps it and the place
    to go to else."""
    order = np.argsort(group, kind="stable").astype(np.int64)
    first = np.searchsorted(group[order], np.arange(groups + 1)).astype(np.int64)
    keep = np.ones(len(shares))
    other = np.zeros(len(shares), np.uint64)
    for begin, end in itertools.pairwise(first.tolist()):
        size = end - begin
        scaled = shares[order[begin:end]] * size
        small = [place for place in range(size) if scaled[place] < 1]
        large = [place for place in range(size) if scaled[place] >= 1]
        while small and large:
            less, more = small.pop(), large[-1]
            keep[begin + less], other[begin + less] = scaled[less], begin + more
            scaled[more] -= 1 - scaled[less]
            if scaled[more] < 1:
                small.append(large.pop())
        for place in small:  # what rounding left over; a place without a share never stays
            if shares[order[begin + place]] <= 0:
                keep[begin + place] = 0.0
                other[begin + place] = begin + int(np.argmax(shares[order[begin:end]]))
    return first, order.astype(np.uint64), keep, other
