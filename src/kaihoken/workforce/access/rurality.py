"""へき地尺度: a scale of rurality in the manner of the RIJ, from four factors, as a rank of 1 to 100.

    raw  = w1·(−z(log density)) + w2·z(distance) + w3·island + w4·heavy snow
    rank = ceil(100 · rank(raw) / n)

The published loadings w were not found: they are a parameter, or re-estimated here, or the marked 1, 1, 1, 1 of a
demonstration. A factor whose table is absent (入力待ち) is left out, and the scale names it. Source: Kaneko et al., BMJ
Open 2023;13(6):e068800 (abstract: four factors, loadings as weights, mean 50.5); the form is inferred.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from kaihoken.problems import Problem
from kaihoken.workforce.printing import FICTITIOUS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

Factor: TypeAlias = Literal["density", "distance", "island", "snow"]
FACTORS: Final[tuple[Factor, ...]] = ("density", "distance", "island", "snow")

DEMO_LOADINGS: Final[Mapping[Factor, float]] = dict.fromkeys(FACTORS, 1.0)
DEMO_WATERMARK: Final = f"{FICTITIOUS}（重み 1,1,1,1）"

_GROUPS = 100
_ROUNDS = 500
_SETTLED = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class RuralityFactors:
    """The factors of n places (settlements, postal codes, municipalities).

    `density` people per km² (above 0); `distance` kilometres straight to the nearest secondary emergency hospital;
    `island`: on an island without a secondary or tertiary emergency hospital; `snow`: in a special heavy-snow area
    (特別豪雪地帯) without one. None: the table is not loaded.
    """

    density: Floats
    distance: Floats
    island: Bools | None = None
    snow: Bools | None = None

    def absent(self) -> tuple[Factor, ...]:
        """The factors whose table is not loaded, 入力待ち."""
        return tuple(name for name in FACTORS if getattr(self, name) is None)

    def signals(self) -> tuple[tuple[Factor, ...], Floats]:
        """The factors that are there and their signals, shape (n, k): larger is more rural; density and distance are
        standard scores, the others 0 or 1.

        Raises Problem `workforce.rurality-not-numbers` for a density of 0 or less, a distance below 0 or infinite, or a
        column of another length, with the first row.
        """
        good = np.isfinite(self.density) & (self.density > 0)
        _refuse("density", good, len(self.density))
        _refuse("distance", np.isfinite(self.distance) & (self.distance >= 0), len(self.density))
        names: list[Factor] = ["density", "distance"]
        columns = [-_standard(np.log(self.density)), _standard(self.distance)]
        for name, column in (("island", self.island), ("snow", self.snow)):
            if column is not None:
                _refuse(name, np.ones(len(column), dtype=np.bool_), len(self.density))
                names.append("island" if name == "island" else "snow")
                columns.append(column.astype(np.float64))
        return tuple(names), np.column_stack(columns)


@dataclass(frozen=True, slots=True, eq=False)
class Rurality:
    """The scale of n places: `rank` 1 (least rural) to 100, `raw` the weighted sum, `loadings` those used, `absent` the
    factors left out (入力待ち) and `watermark` of a result made with fictitious weights ("" otherwise)."""

    rank: npt.NDArray[np.int64]
    raw: Floats
    loadings: Mapping[Factor, float]
    absent: tuple[Factor, ...]
    watermark: str

    @property
    def complete(self) -> bool:
        """Whether all four factors are in it: without one it is not the scale of the paper."""
        return not self.absent

    def of_groups(self, group: npt.NDArray[np.int64], people: Floats, groups: int) -> Floats:
        """Mean rank of each group weighted by its people; NaN where nobody lives. `group[i]` is the group of place i,
        -1 none. Weighting by people is inferred."""
        inside = group >= 0
        weight = np.bincount(group[inside], weights=people[inside], minlength=groups)
        total = np.bincount(group[inside], weights=(people * self.rank)[inside], minlength=groups)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(total / weight, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class FactorAnalysis:
    """One common factor: `loadings` by factor (the first positive), `communalities`, `explained` (their mean) and
    whether the iteration settled in `rounds`."""

    loadings: Mapping[Factor, float]
    communalities: Mapping[Factor, float]
    explained: float
    rounds: int


def rurality_scale(
    factors: RuralityFactors, loadings: Mapping[Factor, float] | None = None, *, demo: bool = False
) -> Rurality:
    """The scale. `loadings` must hold each factor that is there; with `demo` alone they are 1 each and the result bears
    a watermark.

    Raises Problem `workforce.rurality-no-loadings` where there are none, naming the factors that lack one.
    """
    names, signals = factors.signals()
    chosen: Mapping[Factor, float] = DEMO_LOADINGS if demo and loadings is None else (loadings or {})
    missing = [name for name in names if name not in chosen]
    if missing:
        raise Problem("workforce.rurality-no-loadings", where="loadings", missing=", ".join(missing))
    raw = signals @ np.array([chosen[name] for name in names])
    return Rurality(
        rank=hundredths(raw),
        raw=raw,
        loadings={name: chosen[name] for name in names},
        absent=factors.absent(),
        watermark=DEMO_WATERMARK if demo and loadings is None else "",
    )


def hundredths(raw: Floats) -> npt.NDArray[np.int64]:
    """ceil(100 · rank / n): a hundred groups of one size, 50.5 in the mean where n is a multiple of 100 and no two are
    equal. Equal values share a group, that of their mean rank."""
    if not len(raw):
        return np.zeros(0, dtype=np.int64)
    # Ranks are halves at the finest, so that doubling makes the division one of whole numbers.
    doubled = np.asarray(2 * rankdata(raw), dtype=np.int64)
    return -(-_GROUPS * doubled // (2 * len(raw)))


def estimated_loadings(factors: RuralityFactors) -> FactorAnalysis:
    """Loadings of one common factor by iterated principal axes, from the correlations of the factors that are there.

    Raises Problem `workforce.rurality-no-factor` where a factor is the same everywhere, where fewer than three are
    there (one common factor is not determined by two), or where the iteration finds none (a communality reaches 1).
    """
    names, signals = factors.signals()
    if len(names) < 3:
        raise Problem("workforce.rurality-no-factor", where="factors", reason=f"{len(names)} < 3")
    flat = [name for name, column in zip(names, signals.T, strict=True) if np.ptp(column) == 0]
    if flat:
        raise Problem("workforce.rurality-no-factor", where=flat[0], reason=f"{flat[0]}: constant")
    loadings, rounds = principal_axis(np.asarray(np.corrcoef(signals, rowvar=False), dtype=np.float64))
    communalities = loadings**2
    return FactorAnalysis(
        dict(zip(names, (float(one) for one in loadings), strict=True)),
        dict(zip(names, (float(one) for one in communalities), strict=True)),
        float(communalities.mean()),
        rounds,
    )


def principal_axis(correlation: Floats) -> tuple[Floats, int]:
    """One factor by iterated principal axes: loadings (their sum positive) and rounds taken. Communalities begin with
    the squared multiple correlations. Raises Problem `workforce.rurality-no-factor` (a Heywood case, or no end)."""
    reduced = correlation.copy()
    communalities = 1.0 - 1.0 / np.diag(np.linalg.pinv(correlation))
    for turn in range(1, _ROUNDS + 1):
        np.fill_diagonal(reduced, communalities)
        values, vectors = np.linalg.eigh(reduced)
        if values[-1] <= 0:
            break
        loadings = vectors[:, -1] * np.sqrt(values[-1])
        found = loadings**2
        if (found >= 1.0).any():
            break
        if np.abs(found - communalities).max() < _SETTLED:
            return loadings * (1.0 if loadings.sum() >= 0 else -1.0), turn
        communalities = found
    raise Problem("workforce.rurality-no-factor", where="correlation", reason="no common factor was found")


def without_emergency(marked: npt.NDArray[np.str_], has_hospital: npt.NDArray[np.str_]) -> Bools:
    """Which places lie in a marked area (the name of an island, the code of a heavy-snow municipality; "" elsewhere)
    that has no emergency hospital: `has_hospital` names the areas of all such hospitals."""
    return np.logical_and(np.not_equal(marked, ""), ~np.isin(marked, has_hospital))


def _standard(values: Floats) -> Floats:
    spread = float(values.std())
    return np.zeros_like(values) if spread == 0 else np.asarray((values - values.mean()) / spread)


def _refuse(name: str, good: Bools, wanted: int) -> None:
    if len(good) != wanted:
        raise Problem("workforce.columns-differ", where=name, column=name, rows=len(good), wanted=wanted)
    bad = np.flatnonzero(~good)
    if len(bad):
        raise Problem(
            "workforce.rurality-not-numbers",
            where=f"{name}[{bad[0]}]",
            factor=name,
            row=int(bad[0]),
            count=len(bad),
        )
