"""The index of every area of a set beside what is published: value, rounding, class, and what decides the class."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index.classes import IndexClass, Thresholds, classify, straddles

Floats = npt.NDArray[np.float64]
Level: TypeAlias = Literal["area", "prefecture"]


class ClassSource(StrEnum):
    """What decided a class."""

    PUBLISHED = "published"  # the printed value, one decimal, both thresholds inclusive
    RECOMPUTED = "recomputed"  # no printed value: the unrounded index
    NONE = "none"  # neither: there is no class


class IndexState(StrEnum):
    """Whether an index stands, and if not, why not."""

    DEFINED = "defined"
    NO_RESIDENTS = "no-residents"
    NO_CONSULTATION = "no-consultation"  # no patient lives there, or none is expected: the ratio is undefined
    WAITING = "waiting"  # 入力待ち: a component is not there


@dataclass(frozen=True, slots=True)
class Rounding:
    """Steps to which components were rounded before they were published; 0 is not rounded."""

    physicians: float = 0.0
    population: float = 0.0
    ratio: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class IndexTable:
    """医師偏在指標 of the areas of a set; row i is area i. What is absent is NaN.

    `physicians` 標準化医師数 S in persons; `population` N in 100,000 residents; `ratio` 標準化受療率比 U (nation 1);
    `index` = S / (N·U), standardised doctors per 100,000 adjusted residents; `low` and `high` bound it by the rounding
    of the components; `published` is the printed value. `borderline` areas have values of two classes in [low, high].
    """

    areas: AreaSet
    level: Level
    physicians: Floats
    population: Floats
    ratio: Floats
    index: Floats
    low: Floats
    high: Floats
    published: Floats
    classes: tuple[IndexClass | None, ...]
    class_source: tuple[ClassSource, ...]
    borderline: npt.NDArray[np.bool_]
    states: tuple[IndexState, ...]
    thresholds: Thresholds

    def __len__(self) -> int:
        return len(self.areas)

    def counts(self) -> Mapping[IndexClass, int]:
        """How many areas each class has; what a printed value decides counts as printed."""
        return _counted(self.classes)

    def recomputed_counts(self) -> Mapping[IndexClass, int]:
        """The same by the unrounded index alone, whatever is printed."""
        return _counted(classify(value, self.thresholds) for value in self.index if not np.isnan(value))

    def settled_by_print(self, step: float = 0.1) -> npt.NDArray[np.bool_]:
        """Which borderline areas the printed value, itself rounded to `step`, puts into one class after all."""
        low = np.fmax(self.low, self.published - step / 2)
        high = np.fmin(self.high, self.published + step / 2)
        settled: npt.NDArray[np.bool_] = (
            self.borderline & ~np.isnan(self.published) & ~straddles(low, high, self.thresholds)
        )
        return settled


def index_table(
    areas: AreaSet,
    physicians: Floats,
    population: Floats,
    ratio: Floats,
    thresholds: Thresholds,
    *,
    level: Level = "area",
    rounding: Rounding = Rounding(),
    published: Floats | None = None,
    states: Sequence[IndexState] | None = None,
) -> IndexTable:
    """The index from its three components: S / (N·U), with interval and class.

    Arrays have one row for each area of `areas`; see `IndexTable` for units. `rounding` says how far the components
    are known. `thresholds` stay those fixed at publication, also for areas that are drawn anew. `states` tells why a
    component is not there, where the caller knows better than "waiting". Source: 厚生労働省 2025-09-11.
    """
    absent = np.isnan(physicians) | np.isnan(population) | np.isnan(ratio)
    empty = population == 0
    silent = ~absent & ~empty & (ratio == 0)
    index = _quotient(physicians, population, ratio)
    printed = np.full(len(areas), np.nan) if published is None else published
    low = _quotient(
        np.maximum(physicians - rounding.physicians / 2, 0),
        population + rounding.population / 2,
        ratio + rounding.ratio / 2,
    )
    high = _quotient(
        physicians + rounding.physicians / 2,
        population - rounding.population / 2,
        ratio - rounding.ratio / 2,
    )
    undefined = np.isnan(index)
    low = np.where(undefined, np.nan, low)
    # A component within half a step of nothing bounds nothing from above.
    high = np.where(undefined, np.nan, np.where(np.isnan(high), np.inf, high))
    decided = [_decide(value, shown, thresholds) for value, shown in zip(index, printed, strict=True)]
    return IndexTable(
        areas=areas,
        level=level,
        physicians=physicians,
        population=population,
        ratio=ratio,
        index=index,
        low=low,
        high=high,
        published=printed,
        classes=tuple(found for found, _ in decided),
        class_source=tuple(source for _, source in decided),
        borderline=straddles(low, high, thresholds),
        states=tuple(states) if states is not None else _states(absent, empty, silent),
        thresholds=thresholds,
    )


def _quotient(physicians: Floats, population: Floats, ratio: Floats) -> Floats:
    sound = (population > 0) & (ratio > 0) & ~np.isnan(physicians)
    value: Floats = np.full(len(physicians), np.nan)
    np.divide(physicians, population * ratio, out=value, where=sound)
    return value


def _decide(index: float, printed: float, thresholds: Thresholds) -> tuple[IndexClass | None, ClassSource]:
    if not np.isnan(printed):
        return classify(printed, thresholds), ClassSource.PUBLISHED
    if not np.isnan(index):
        return classify(index, thresholds), ClassSource.RECOMPUTED
    return None, ClassSource.NONE


def _states(
    absent: npt.NDArray[np.bool_], empty: npt.NDArray[np.bool_], silent: npt.NDArray[np.bool_]
) -> tuple[IndexState, ...]:
    chosen = np.select(
        [empty, absent, silent],
        [IndexState.NO_RESIDENTS.value, IndexState.WAITING.value, IndexState.NO_CONSULTATION.value],
        IndexState.DEFINED.value,
    )
    return tuple(IndexState(str(state)) for state in chosen)


def _counted(classes: Iterable[IndexClass | None]) -> Mapping[IndexClass, int]:
    counted = Counter(classes)
    return {one: counted[one] for one in (IndexClass.MAJORITY, IndexClass.MIDDLE, IndexClass.MINORITY)}
