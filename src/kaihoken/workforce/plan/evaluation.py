"""計画の評価: what the last plan aimed at, what came, why the index changed, and what is carried over."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken import shipped
from kaihoken.problems import Problem
from kaihoken.workforce import AreaCode, AreaSet
from kaihoken.workforce.plan.absence import present, quotient

Floats = npt.NDArray[np.float64]

KEY_FIGURES: str = "mhlw_2025/key_figures.csv"
_NEAR = 0.5


class Attainment(msgspec.Struct, frozen=True):
    """How many of how many reached their target."""

    reached: int
    of: int

    @property
    def rate(self) -> float:
        """The part that reached it, 0 to 1; NaN of none."""
        return self.reached / self.of if self.of else float("nan")

    @property
    def percent(self) -> int | None:
        """Whole percent, a half upwards, as the ministry prints it; None of none."""
        return int((200 * self.reached + self.of) // (2 * self.of)) if self.of else None


class PublishedAttainment(msgspec.Struct, frozen=True):
    """What the ministry counted for the plans of 2020: 医師少数県, and 医師少数区域 without 秋田県. Only the counts
    were published, not which."""

    prefectures: Attainment
    areas: Attainment


def published_attainment() -> PublishedAttainment:
    """6 of 16 and 43 of 105. Source: 厚生労働省 2025-09-11, see `data/manifest.toml`."""
    with shipped.path(KEY_FIGURES).open(encoding="utf-8", newline="") as file:
        figures = {row["metric"]: row["value"] for row in csv.DictReader(file)}

    def counted(kind: str) -> Attainment:
        whole = f"plan7_minority_{kind}"
        return Attainment(int(figures[f"{whole}_achieved"]), int(figures[whole]))

    return PublishedAttainment(counted("prefectures"), counted("areas"))


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The components of the index at one end of a plan; row i is area i. `physicians` standardised, `population` in
    100,000 residents, `ratio` 標準化受療率比. NaN is absent."""

    physicians: Floats
    population: Floats
    ratio: Floats

    @property
    def index(self) -> Floats:
        """S / (N · U); absent where nobody lives or nobody is expected to consult."""
        adjusted = self.population * self.ratio
        return quotient(self.physicians, adjusted)


@dataclass(frozen=True, slots=True, eq=False)
class Causes:
    """The change of an index and the part of it that each factor made: doctors + population + ratio = change, exactly
    and in no order (LMDI-I: Ang, Energy Policy 2005). Absent where an index is absent at either end."""

    change: Floats
    doctors: Floats
    population: Floats
    ratio: Floats


def causes(start: Moment, end: Moment) -> Causes:
    """Why the index of each area changed between two moments.

    Each factor weighs the logarithm of its growth by the logarithmic mean of the two indices. An area that begins or
    ends without doctors has the whole change from its doctors, the limit of the formula.
    """
    before, after = start.index, end.index
    change = after - before
    mean = _logarithmic_mean(before, after)
    population = -mean * _log_growth(start.population, end.population)
    ratio = -mean * _log_growth(start.ratio, end.ratio)
    absent = np.isnan(change)
    population[absent] = np.nan
    ratio[absent] = np.nan
    return Causes(change, change - population - ratio, population, ratio)


class AreaEvaluation(msgspec.Struct, frozen=True):
    """One area at the end of a plan, in standardised doctors. `reached` is None while target or result is absent, and
    `difference` (result − target) keeps its sign. The three parts of `index_change` sum to it."""

    area_code: AreaCode
    target: float | None
    result: float | None
    difference: float | None
    reached: bool | None
    index_change: float | None
    from_doctors: float | None
    from_population: float | None
    from_ratio: float | None
    measures: tuple[str, ...]
    carried_over: tuple[str, ...]


class Evaluation(msgspec.Struct, frozen=True):
    """Every area of an evaluation, in the order of its set. `attainment` counts the areas that have both a target and a
    result; `absent` names the others."""

    areas: tuple[AreaEvaluation, ...]
    attainment: Attainment
    absent: tuple[AreaCode, ...]


def evaluate(
    areas: AreaSet,
    target: Floats,
    start: Moment,
    end: Moment,
    measures: Mapping[str, Sequence[str]] | None = None,
    carried_over: Mapping[str, Sequence[str]] | None = None,
) -> Evaluation:
    """Hold a plan's targets against what came; a target is reached by as many doctors or more.

    `target` in standardised doctors, row i area i; `measures` and `carried_over` by area code, as the planner writes
    them. Raises Problem `workforce.plan-rows` for a column of another length, `workforce.area-unknown`.
    """
    columns = [target]
    for moment in (start, end):
        columns += [moment.physicians, moment.population, moment.ratio]
    for column in columns:
        if len(column) != len(areas):
            raise Problem("workforce.plan-rows", where=areas.name, rows=len(areas), found=len(column))
    done, onward = _known(areas, measures), _known(areas, carried_over)
    why = causes(start, end)
    rows = tuple(
        _area(code, target[at], end.physicians[at], why, at, done.get(code, ()), onward.get(code, ()))
        for at, code in enumerate(areas.codes)
    )
    judged = [row for row in rows if row.reached is not None]
    return Evaluation(
        rows,
        Attainment(sum(row.reached is True for row in judged), len(judged)),
        tuple(row.area_code for row in rows if row.reached is None),
    )


def _area(
    code: AreaCode,
    target: float,
    result: float,
    why: Causes,
    at: int,
    measures: tuple[str, ...],
    carried_over: tuple[str, ...],
) -> AreaEvaluation:
    difference = result - target
    return AreaEvaluation(
        code,
        present(target),
        present(result),
        present(difference),
        None if np.isnan(difference) else bool(difference >= 0),
        present(why.change[at]),
        present(why.doctors[at]),
        present(why.population[at]),
        present(why.ratio[at]),
        measures,
        carried_over,
    )


def _known(areas: AreaSet, told: Mapping[str, Sequence[str]] | None) -> dict[str, tuple[str, ...]]:
    texts = {code: tuple(lines) for code, lines in (told or {}).items()}
    for code in texts:
        areas.position(code)
    return texts


def _logarithmic_mean(one: Floats, other: Floats) -> Floats:
    """L(a, b) = (a − b) / (ln a − ln b), L(a, a) = a, and 0 where either is 0."""
    mean = np.where(np.isnan(one) | np.isnan(other), np.nan, 0.0)
    both = (one > 0) & (other > 0)
    a, b = one[both], other[both]
    # With x = (a − b) / (a + b), ln a − ln b is 2 artanh x, which stays exact where the two are close.
    x = (a - b) / (a + b)
    near = np.abs(x) < _NEAR
    logs = np.where(near, 2 * np.arctanh(np.where(near, x, 0)), np.log(a) - np.log(b))
    mean[both] = np.divide(a - b, logs, out=a.astype(np.float64), where=logs != 0)
    return mean


def _log_growth(before: Floats, after: Floats) -> Floats:
    """ln(after / before), 0 where either is not above zero: such rows have no index and are absent."""
    both = (before > 0) & (after > 0)
    growth = np.divide(after, before, out=np.ones(before.shape), where=both)
    return np.log(growth)
