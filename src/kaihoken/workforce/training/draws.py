"""Random draws for numba: whole numbers of a distribution, many at a time, from uniform ones that are counted.

A uniform number is a mixing function (that of SplitMix64) of a state; the states follow each other by one constant, so
a row of draws depends on the state before it alone. Each function that draws more than one gives the state after it.
numba keeps what it compiled until the module of the caller changes: after a change in here, delete `__pycache__`.
"""

import itertools
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Heads: TypeAlias = npt.NDArray[np.int32]
Marks: TypeAlias = npt.NDArray[np.uint64]
Draws: TypeAlias = npt.NDArray[np.uint32]

NEXT: Final = np.uint64(0x9E3779B97F4A7C15)
"""What lies between a state and the next."""

CHUNK: Final = 128
"""The most doctors of one binomial draw from a table; more are drawn in parts."""

TOLD: Final = 15
"""How many outcomes of a draw stand in a table; a row has room for one more."""

_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_S32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_UNIT, UNIT_OF_ROW, _OF_ROW = 2.0**-53, 2.0**-32, 2.0**32
_TOLD_SURELY = 1.0 - 2.0**-12
_NEVER = 1e-20  # chances below this are left out
_LOG_FACTORIAL: Final = np.cumsum(np.log(np.maximum(np.arange(2048.0), 1.0)))


@njit(cache=True, inline="always")
def _mixed(state: np.uint64) -> np.uint64:
    mixed = (state ^ (state >> _S30)) * _FIRST
    mixed = (mixed ^ (mixed >> _S27)) * _SECOND
    return mixed ^ (mixed >> _S31)


@njit(cache=True)
def uniform(state: np.uint64) -> float:
    """From 0 up to, and without, 1."""
    return float(_mixed(state) >> _S11) * _UNIT


@njit(cache=True)
def key(seed: int, run: int) -> np.uint64:
    """The state that a run begins with."""
    return _mixed(_mixed(np.uint64(seed) + NEXT) ^ (np.uint64(run + 1) * NEXT))


@njit(cache=True)
def row_of_draws(state: np.uint64, draws: Draws) -> np.uint64:
    """Fills a row with draws of 32 bits, each of its own place: a loop that processors do several of at once."""
    for place in range(draws.shape[0]):
        draws[place] = _mixed(state + np.uint64(place + 1) * NEXT) >> _S32
    return state + np.uint64(draws.shape[0]) * NEXT


@njit(cache=True)
def _log_factorial(number: int) -> float:
    if number < _LOG_FACTORIAL.shape[0]:
        return float(_LOG_FACTORIAL[number])
    # Stirling's series.
    inverse = 1.0 / number
    found: float = 0.5 * np.log(2.0 * np.pi * number) + number * np.log(number) - number
    return found + inverse / 12.0 - inverse**3 / 360.0


@njit(cache=True)
def _out_from(mode: int, chance: float, most: int, level: float, falling: float, drawn: float) -> int:
    """The outcome that a uniform number draws, looked for from the likeliest outward; `chance` is that of the mode, and
    outcome k is `level + falling / k` times as likely as k - 1."""
    left = drawn - chance
    up, down, high, low = chance, chance, mode, mode
    while left >= 0.0 and up + down > _NEVER:
        if high < most:
            high += 1
            up *= level + falling / high
            left -= up
            if left < 0.0:
                return high
        else:
            up = 0.0
        if low > 0:
            down /= level + falling / low
            low -= 1
            left -= down
            if left < 0.0:
                return low
        else:
            down = 0.0
    return mode


@njit(cache=True)
def binomial(tries: int, share: float, drawn: float) -> int:
    """How many of any number happen; takes as long as the root of their number."""
    if tries <= 0 or share <= 0.0:
        return 0
    if share >= 1.0:
        return tries
    mode = min(int((tries + 1) * share), tries)
    ways = _log_factorial(tries) - _log_factorial(mode) - _log_factorial(tries - mode)
    chance = np.exp(ways + mode * np.log(share) + (tries - mode) * np.log1p(-share))
    odds = share / (1.0 - share)
    return _out_from(mode, chance, tries, -odds, (tries + 1) * odds, drawn)


@njit(cache=True)
def poisson(mean: float, drawn: float) -> int:
    """How many come where so many are expected; takes as long as the root of that."""
    if mean <= 0.0:
        return 0
    mode = int(mean)
    chance = np.exp(mode * np.log(mean) - mean - _log_factorial(mode))
    return _out_from(mode, chance, np.iinfo(np.int64).max, 0.0, mean, drawn)


@njit(cache=True)
def tabulate(share: float, rows: Floats, table: Draws) -> int:
    """Fills [doctors, outcome] with the chance of at most so many of so many, of 2³², `share` at most a half. Returns
    the most doctors whose outcomes the table tells but for one draw in thousands. `rows` is room for two rows.

    Of one doctor more, it is as many as of those before with the chance that this one stays, else one fewer.
    """
    before, after = rows[0], rows[1]
    before[0], before[1:] = 0.0, 1.0
    for doctors in range(CHUNK + 1):
        if before[TOLD] < _TOLD_SURELY and doctors > 1:
            return doctors - 1
        for outcome in range(TOLD):
            table[doctors, outcome] = np.uint32(min(before[outcome + 1] * _OF_ROW, _OF_ROW - 1.0))
        after[0] = 0.0
        for outcome in range(1, TOLD + 1):
            after[outcome] = before[outcome] - share * (before[outcome] - before[outcome - 1])
        before, after = after, before
    return CHUNK


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
def _looked_up(doctors: np.int32, table: Draws, draw: np.uint32) -> np.int32:
    """How many of so many happen, `TOLD` for beyond the table: a search by halves, in which nothing branches."""
    begin = np.uint64(doctors) * np.uint64(TOLD + 1)
    found = begin
    found += np.uint64(8) if draw >= table[found + np.uint64(7)] else np.uint64(0)
    found += np.uint64(4) if draw >= table[found + np.uint64(3)] else np.uint64(0)
    found += np.uint64(2) if draw >= table[found + np.uint64(1)] else np.uint64(0)
    found += np.uint64(1) if draw >= table[found] else np.uint64(0)
    return np.int32(found - begin)


@njit(cache=True)
def events(
    state: np.uint64, share: float, chunk: int, table: Draws, stock: Heads, draws: Draws, happened: Heads
) -> np.uint64:
    """How many doctors of each place something happens to."""
    state = row_of_draws(state, draws)
    told = table.reshape(table.size)
    for place in range(stock.shape[0]):
        happened[place] = _looked_up(np.int32(min(int(stock[place]), chunk)), told, draws[place])
    for place in range(stock.shape[0]):
        doctors, count = int(stock[place]), happened[place]
        if doctors <= chunk and count < TOLD:
            continue
        if count == TOLD:
            count = _beyond(min(doctors, chunk), share, draws[place] * UNIT_OF_ROW)
        while doctors > chunk:
            doctors -= chunk
            state += NEXT
            draw = np.uint32(_mixed(state) >> _S32)
            more = _looked_up(np.int32(min(doctors, chunk)), told, draw)
            count += more if more < TOLD else _beyond(min(doctors, chunk), share, draw * UNIT_OF_ROW)
        happened[place] = count
    return state


@njit(cache=True)
def spread(state: np.uint64, count: int, slots: Marks, cells: Ints, draws: Draws, table: Heads) -> np.uint64:
    """Adds so many to a table, each in a cell that an alias table draws."""
    size = np.uint64(slots.shape[0])
    while count > 0:
        some = draws[: min(count, draws.shape[0])]
        state = row_of_draws(state, some)
        for number in range(some.shape[0]):
            at = np.uint64(some[number]) * size
            slot = slots[at >> _S32]
            table[cells[at >> _S32 if (at & _LOW) < (slot >> _S32) else slot & _LOW]] += 1
        count -= some.shape[0]
    return state


def alias_table(shares: Floats) -> Marks:
    """A table to draw a position by its share with one uniform number (Walker's alias method): the number says a place
    and how far in it; below the mark in the upper 32 bits it stays, else it goes to the place in the lower ones. Shares
    that sum to 0 make a table from which nothing may be drawn."""
    size, whole = len(shares), float(shares.sum())
    keep, other = np.ones(size), np.arange(size, dtype=np.uint64)
    if whole > 0:
        scaled = shares * (size / whole)
        small = [place for place in range(size) if scaled[place] < 1]
        large = [place for place in range(size) if scaled[place] >= 1]
        while small and large:
            less, more = small.pop(), large[-1]
            keep[less], other[less] = scaled[less], more
            scaled[more] -= 1 - scaled[less]
            if scaled[more] < 1:
                small.append(large.pop())
        for place in small:  # what rounding left over; a place without a share never stays
            if shares[place] <= 0:
                keep[place], other[place] = 0.0, int(np.argmax(shares))
    marks = np.minimum(np.floor(keep * _OF_ROW), _OF_ROW - 1).astype(np.uint64)
    table: Marks = (marks << _S32) | other
    return table


def alias_tables(shares: Floats, first: Ints) -> Marks:
    """One table after another, each of the shares of one group, which has the places from `first[group]` on."""
    return np.concatenate(
        [alias_table(shares[begin:end]) for begin, end in itertools.pairwise(first.tolist())]
    )
