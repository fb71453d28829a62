"""幅のある推計: supply with bands, from many runs between the lower and the upper assumption."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.areas import PrefectureCode
from kaihoken.workforce.training import chance, draws
from kaihoken.workforce.training.supply import Supply, SupplyInputs, project

Floats: TypeAlias = npt.NDArray[np.float64]
Floats32: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]

_PART: Final = 64  # runs that a thread takes at a time

PROBABILITIES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Quantiles [probability, year, unit] of heads, and of standardised doctors (None where hours are 入力待ち)."""

    heads: Floats
    standardised: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class SupplyBands:
    """What many runs say. Rows are areas of the inputs, prefectures by `prefectures`, the nation (one row).

    A quantile of a prefecture is that of its runs' sums, not the sum of its areas' quantiles. `lower` and `upper` are
    the two assumptions without chance. With `inputs_digest`, `seed`, `runs` and `method` the same figures come again,
    on any number of threads.
    """

    years: tuple[int, ...]
    probabilities: tuple[float, ...]
    areas: Band
    prefectures: tuple[PrefectureCode, ...]
    by_prefecture: Band
    nation: Band
    lower: Supply
    upper: Supply
    seed: int
    runs: int
    method: str
    inputs_digest: str
    watermark: str


def supply_bands(
    inputs: SupplyInputs,
    *,
    seed: int,
    runs: int,
    probabilities: tuple[float, ...] = PROBABILITIES,
    threads: int | None = None,
) -> SupplyBands:
    """Runs the projection so many times (10,000 are usual; 8 bytes a run, area and step are held meanwhile).

    Each run draws how far it lies from lower to upper, on its own and evenly for survival, entry and migration; then
    who stays, who moves and where, and how many begin. Raises Problem `workforce.supply-table` where seed, runs or
    probabilities are none.
    """
    if seed < 0 or runs < 1 or not probabilities or min(probabilities) < 0 or max(probabilities) > 1:
        raise Problem(
            "workforce.supply-table",
            where="runs",
            table="runs",
            reason=f"seed {seed}, {runs} runs, {probabilities}",
        )
    threads = threads or os.cpu_count() or 1
    heads, weighted = _runs(inputs, seed, runs, threads)
    prefectures = tuple(sorted({area.prefecture_code for area in inputs.areas.areas}))
    positions = {code: position for position, code in enumerate(prefectures)}
    of_area = np.array([positions[area.prefecture_code] for area in inputs.areas.areas], np.int64)
    each, nation = np.arange(len(inputs.areas), dtype=np.int64), np.zeros(len(inputs.areas), np.int64)
    asked = np.array(probabilities, np.float64)

    def band(unit: Ints) -> Band:
        start = inputs.stock.astype(np.float64)
        counted = _quantiles(heads, unit, asked, start.sum(axis=(1, 2)), threads)
        if inputs.weights is None:
            return Band(counted, None)
        standard = (start * inputs.weights).sum(axis=(1, 2))
        return Band(counted, _quantiles(weighted, unit, asked, standard, threads))

    return SupplyBands(
        years=inputs.years,
        probabilities=probabilities,
        areas=band(each),
        prefectures=prefectures,
        by_prefecture=band(of_area),
        nation=band(nation),
        lower=project(inputs, inputs.lower),
        upper=project(inputs, inputs.upper),
        seed=seed,
        runs=runs,
        method=chance.METHOD,
        inputs_digest=inputs.digest(),
        watermark=inputs.watermark,
    )


def _runs(inputs: SupplyInputs, seed: int, runs: int, threads: int) -> tuple[Floats32, Floats32]:
    tables = _tables(inputs)
    heads = np.empty((runs, inputs.steps, len(inputs.areas)), np.float32)
    weighted = np.empty_like(heads)

    def part(begin: int) -> None:
        these = slice(begin, begin + _PART)
        chance.simulate(seed, begin, tables, heads[these], weighted[these])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, range(0, runs, _PART)))
    return heads, weighted


def _tables(inputs: SupplyInputs) -> chance.Tables:
    """The inputs as the runs read them: areas side by side within each kind, in the order of their class."""
    lower, upper = inputs.lower, inputs.upper
    areas, sexes, bands = inputs.stock.shape
    kinds, classes = sexes * bands, len(inputs.classes)
    order = np.argsort(inputs.area_class, kind="stable").astype(np.int64)
    first = np.searchsorted(inputs.area_class[order], np.arange(classes + 1)).astype(np.int64)
    stock = inputs.stock.reshape(areas, kinds)[order].T
    entry = np.stack([lower.entry, upper.entry]).reshape(2, inputs.steps, areas, kinds)[:, :, order]
    entry = entry.transpose(0, 1, 3, 2).reshape(2, inputs.steps, kinds * areas)
    cells = np.flatnonzero(entry.sum(axis=(0, 1)))
    entering = [[draws.alias_table(step[cells]) for step in side] for side in entry]
    weights = np.zeros(kinds) if inputs.weights is None else inputs.weights.reshape(kinds)
    survival = np.stack([lower.survival, upper.survival]).reshape(2, kinds)
    migration = np.stack([lower.migration, upper.migration]).reshape(2, classes, classes, kinds)
    # In one layout and kind each, so that one compilation serves all.
    return chance.Tables(
        stock=np.array(stock, np.int32, order="C"),
        first=first,
        members=order,
        settling=draws.alias_tables(inputs.settling[order], first),
        survival=np.array(survival, np.float64, order="C"),
        migration=np.array(migration, np.float64, order="C"),
        entrants=np.array(entry.sum(axis=2), np.float64),
        entering=np.array(entering, np.uint64).reshape(2, inputs.steps, len(cells)),
        cells=cells.astype(np.int64),
        ageing=np.array(inputs.bands.ageing(), np.float64, order="C"),
        weights=np.array(weights, np.float64, order="C"),
    )


def _quantiles(runs: Floats32, unit: Ints, probabilities: Floats, start: Floats, threads: int) -> Floats:
    """[probability, year, unit], interpolated between the two runs beside each; in the first year each is the stock."""
    order = np.argsort(unit, kind="stable")
    begins = np.searchsorted(unit[order], np.arange(int(unit.max()) + 1))
    at = probabilities * (runs.shape[0] - 1)
    below = at.astype(np.int64)
    above = np.minimum(below + 1, runs.shape[0] - 1)
    share = (at - below)[:, None]

    def of_step(step: int) -> Floats:
        sums = np.add.reduceat(runs[:, step, order].T, begins, axis=0)
        sums.sort(axis=1)
        low, high = sums[:, below].T.astype(np.float64), sums[:, above].T.astype(np.float64)
        found: Floats = low + share * (high - low)
        return found

    with ThreadPoolExecutor(threads) as pool:
        steps = list(pool.map(of_step, range(runs.shape[1])))
    begun = np.broadcast_to(np.add.reduceat(start[order], begins), (len(probabilities), len(begins)))
    return np.stack([begun, *steps], axis=1)
