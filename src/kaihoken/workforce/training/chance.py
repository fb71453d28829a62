"""The runs of a projection with chance: who leaves, who moves and whereto, who grows older, who begins.

A run depends on nothing but the seed and its number: it is the same whichever thread makes it, and beside however many
others.
"""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from kaihoken.workforce.training.draws import (
    CHUNK,
    NEXT,
    TOLD,
    UNIT_OF_ROW,
    Draws,
    Floats,
    Heads,
    Ints,
    Marks,
    binomial,
    events,
    key,
    poisson,
    row_of_draws,
    spread,
    tabulate,
    uniform,
)

Floats32: TypeAlias = npt.NDArray[np.float32]

METHOD: Final = "splitmix64 by run, binomial and Poisson by inversion, places by alias / 3"
"""Kept in a result: with another method the same seed gives other runs."""

_ROW = 512  # so many draws at a time


class Tables(NamedTuple):
    """What all runs of a projection share. A kind is sex and age band in one axis. A place is an area in the order of
    its class: class c has the places from `first[c]` up to `first[c + 1]`; `members` says which area each one is.

    Of two, the first is the lower assumption. `settling` and `entering` are alias tables, see `draws.alias_table`.
    """

    stock: Heads
    """[kind, place]"""
    first: Ints
    """[class + 1]"""
    members: Ints
    """[place]"""
    settling: Marks
    """[place], a table for each class"""
    survival: Floats
    """[2, kind]"""
    migration: Floats
    """[2, from, to, kind]"""
    entrants: Floats
    """[2, step], of the whole nation"""
    entering: Marks
    """[2, step, cell], a table for each step"""
    cells: Ints
    """[cell], kind · places + place"""
    ageing: Floats
    """[from band, to band]"""
    weights: Floats
    """[kind]"""


class _Chances(NamedTuple):
    """What may happen in one run, by class and kind. Leaving and moving are one event of the doctor's area; which of
    both, and whereto, is drawn for a class together."""

    rare: Floats
    """The chance of the event, or of its opposite where the event is more likely."""
    turned: npt.NDArray[np.bool_]
    """Whether it is the opposite."""
    ways: Floats
    """[…, way]: of those who went no way before it; way 0 is to stop, way c + 1 to an area of class c."""
    tables: Draws
    chunks: Ints


class _Room(NamedTuple):
    """What a run writes in."""

    now: Heads
    """[kind, place]"""
    moved: Heads
    """[kind, place]"""
    arriving: Ints
    """[class, kind]"""
    happened: Heads
    draws: Draws


@njit(cache=True)
def _chances(of: Tables, at_survival: float, at_migration: float) -> _Chances:
    classes, kinds = of.migration.shape[1], of.stock.shape[0]
    rare = np.empty((classes, kinds))
    turned = np.empty((classes, kinds), np.bool_)
    ways = np.empty((classes, kinds, classes + 1))
    tables = np.empty((classes, kinds, CHUNK + 1, TOLD + 1), np.uint32)
    chunks = np.empty((classes, kinds), np.int64)
    exact = np.empty((2, TOLD + 1))
    for origin in range(classes):
        for kind in range(kinds):
            going = ways[origin, kind]
            active = of.survival[0, kind] + at_survival * (of.survival[1, kind] - of.survival[0, kind])
            going[0] = 1.0 - active
            for to in range(classes):
                low, high = of.migration[0, origin, to, kind], of.migration[1, origin, to, kind]
                going[to + 1] = active * (low + at_migration * (high - low))
            happens = min(going.sum(), 1.0)
            turned[origin, kind] = happens > 0.5
            rare[origin, kind] = 1.0 - happens if happens > 0.5 else happens
            chunks[origin, kind] = tabulate(rare[origin, kind], exact, tables[origin, kind])
            last = 0
            for way in range(classes + 1):
                last = way if going[way] > 0.0 else last
            left = happens
            for way in range(classes + 1):  # the last takes all that are left
                share = going[way]
                going[way] = 1.0 if way >= last else min(share / left, 1.0)
                left -= share
    return _Chances(rare, turned, ways, tables, chunks)


@njit(cache=True)
def _leave(state: np.uint64, of: Tables, chances: _Chances, room: _Room) -> np.uint64:
    """From `now` to those of `moved` who stay; who arrives where."""
    room.arriving[:] = 0
    for origin in range(of.first.shape[0] - 1):
        begin, end = of.first[origin], of.first[origin + 1]
        happened = room.happened[: end - begin]
        for kind in range(of.stock.shape[0]):
            before, after = room.now[kind, begin:end], room.moved[kind, begin:end]
            state = events(
                state,
                chances.rare[origin, kind],
                chances.chunks[origin, kind],
                chances.tables[origin, kind],
                before,
                room.draws[: end - begin],
                happened,
            )
            left = 0
            for place in range(end - begin):
                gone = before[place] - happened[place] if chances.turned[origin, kind] else happened[place]
                after[place] = before[place] - gone
                left += gone
            for way in range(chances.ways.shape[2]):
                state += NEXT
                went = binomial(left, chances.ways[origin, kind, way], uniform(state))
                if way > 0:
                    room.arriving[way - 1, kind] += went
                left -= went
    return state


@njit(cache=True)
def _settle(state: np.uint64, of: Tables, themselves: Ints, room: _Room) -> np.uint64:
    for to in range(of.first.shape[0] - 1):
        begin, end = of.first[to], of.first[to + 1]
        for kind in range(of.stock.shape[0]):
            moved = room.moved[kind, begin:end]
            settling = of.settling[begin:end]
            state = spread(state, room.arriving[to, kind], settling, themselves, room.draws, moved)
    return state


@njit(cache=True)
def _grow_older(state: np.uint64, of: Tables, room: _Room) -> np.uint64:
    """From `moved` to `now`; how many of a place go on to each band is whole, and on average exact."""
    kinds, places = of.stock.shape
    bands = of.ageing.shape[0]
    room.now[:] = 0
    for kind in range(kinds):
        shares = of.ageing[kind % bands]
        youngest = kind - kind % bands
        reached = np.nonzero(shares > 0.0)[0]
        remaining = 1.0
        staying = room.moved[kind]
        for target in range(reached[0], reached[-1]):
            onward = min(shares[target] / remaining, 1.0) if remaining > 1e-12 else 0.0
            remaining -= shares[target]
            older = room.now[youngest + target]
            state = row_of_draws(state, room.draws[:places])
            for place in range(places):
                aged = np.int32(staying[place] * onward + room.draws[place] * UNIT_OF_ROW)
                older[place] += aged
                staying[place] -= aged
        room.now[youngest + reached[-1]] += staying
    return state


@njit(cache=True)
def _enter(state: np.uint64, of: Tables, step: int, at_entry: float, room: _Room) -> np.uint64:
    """Those of the lower assumption and those of the upper, each of its share."""
    now = room.now.reshape(room.now.size)
    for side in range(2):
        state += NEXT
        share = at_entry if side == 1 else 1.0 - at_entry
        begun = poisson(share * of.entrants[side, step], uniform(state))
        state = spread(state, begun, of.entering[side, step], of.cells, room.draws, now)
    return state


@njit(cache=True)
def _count(of: Tables, now: Heads, heads: Floats32, weighted: Floats32) -> None:
    kinds, places = now.shape
    total, standard = np.zeros(places), np.zeros(places)
    for kind in range(kinds):
        for place in range(places):
            total[place] += now[kind, place]
            standard[place] += now[kind, place] * of.weights[kind]
    for place in range(places):
        heads[of.members[place]] = total[place]
        weighted[of.members[place]] = standard[place]


@njit(cache=True, nogil=True)
def simulate(seed: int, first_run: int, of: Tables, heads: Floats32, weighted: Floats32) -> None:
    """Fills heads and weighted heads [run, step, area] with the runs from `first_run` on. Threads may share the work.

    Each run lies somewhere between the lower and the upper assumption, on its own for survival, entry and migration;
    whether each doctor stays, leaves or moves, whereto, and each area's new doctors are drawn.
    """
    kinds, places = of.stock.shape
    themselves = np.arange(places)
    room = _Room(
        np.empty((kinds, places), np.int32),
        np.empty((kinds, places), np.int32),
        np.empty((of.first.shape[0] - 1, kinds), np.int64),
        np.empty(places, np.int32),
        np.empty(max(places, _ROW), np.uint32),
    )
    for run in range(heads.shape[0]):
        state = key(seed, first_run + run)
        at_survival, at_entry = uniform(state + NEXT), uniform(state + NEXT + NEXT)
        state += NEXT + NEXT + NEXT
        chances = _chances(of, at_survival, uniform(state))
        room.now[:] = of.stock
        for step in range(heads.shape[1]):
            state = _leave(state, of, chances, room)
            state = _settle(state, of, themselves, room)
            state = _grow_older(state, of, room)
            state = _enter(state, of, step, at_entry, room)
            _count(of, room.now, heads[run, step], weighted[run, step])
