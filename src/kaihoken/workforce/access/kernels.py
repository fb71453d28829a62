"""Kernels (減衰関数): how much a supplier counts the farther it is: a weight from 1 at no cost to 0 beyond the reach.

A constant factor of a kernel falls out of every ratio of supply to demand, so all are written with their largest
weight 1 where that can be. Costs are in the measure of the distances they are used with.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from kaihoken.problems import Problem
from kaihoken.workforce.access.points import Floats


class Form(IntEnum):
    """The shape of a kernel."""

    ZONES = 0
    GAUSSIAN = 1
    EXPONENTIAL = 2
    POWER = 3
    EPANECHNIKOV = 4


@dataclass(frozen=True, slots=True)
class Kernel:
    """A weight for each cost up to `reach` (inclusive), 0 beyond; made by the functions below.

    `scale` is the standard deviation, the length of decay, the least cost, or the reach of the parabola; `exponent` the
    power of decay, or of the parabola; `zones` pairs of an inclusive edge and the weight up to it, edges rising.
    """

    form: Form
    reach: float
    scale: float = 1.0
    exponent: float = 1.0
    zones: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if not self.reach > 0.0:
            raise _refused("reach", self.reach)
        if not 0.0 < self.scale < math.inf:
            raise _refused("scale", self.scale)
        if not 0.0 < self.exponent < math.inf:
            raise _refused("exponent", self.exponent)
        weights = [weight for _, weight in self.zones]
        if self.form is Form.ZONES and not (weights and all(0.0 <= each < math.inf for each in weights)):
            raise _refused("zones", str(dict(self.zones)))

    def __call__(self, cost: Floats) -> Floats:
        """The weight of each cost. Costs of pairs that cannot be travelled (`inf`) weigh 0."""
        near = cost <= self.reach
        within = np.where(near, cost, 0.0)
        return np.where(near, self._weight(within), 0.0)

    def squared(self) -> "Kernel":
        """The kernel whose weights are the squares of these."""
        match self.form:
            case Form.ZONES:
                return replace(self, zones=tuple((edge, weight**2) for edge, weight in self.zones))
            case Form.GAUSSIAN:
                return replace(self, scale=self.scale / math.sqrt(2.0))
            case Form.EXPONENTIAL:
                return replace(self, scale=self.scale / 2.0)
            case _:
                return replace(self, exponent=self.exponent * 2.0)

    def __str__(self) -> str:
        shape = (
            " ".join(f"{edge:g}:{weight:g}" for edge, weight in self.zones)
            if self.zones
            else f"scale {self.scale:g}, exponent {self.exponent:g}, reach {self.reach:g}"
        )
        return f"{self.form.name.lower()} {shape}"

    def _weight(self, cost: Floats) -> Floats:
        match self.form:
            case Form.ZONES:
                edges = np.array([edge for edge, _ in self.zones])
                weights = np.array([weight for _, weight in self.zones])
                return np.asarray(weights[np.searchsorted(edges, cost)])
            case Form.GAUSSIAN:
                return np.asarray(np.exp(-((cost / self.scale) ** 2) / 2.0))
            case Form.EXPONENTIAL:
                return np.asarray(np.exp(-cost / self.scale))
            case Form.POWER:
                return np.asarray((self.scale / np.maximum(cost, self.scale)) ** self.exponent)
            case Form.EPANECHNIKOV:
                return np.asarray((1.0 - (cost / self.scale) ** 2) ** self.exponent)


def binary(reach: float) -> Kernel:
    """All within the reach alike: with it the two-step method is the plain 2SFCA (Luo & Wang 2003)."""
    return Kernel(Form.ZONES, reach, zones=((reach, 1.0),))


def zones(weights: Mapping[float, float]) -> Kernel:
    """A weight for each zone by its outer edge (inclusive), `{10: 1, 20: 0.68, 30: 0.22}`: with it the two-step method
    is the E2SFCA (Luo & Qi 2009). Raises Problem `workforce.kernel-refused` as all kernels do."""
    ordered = tuple(sorted((float(edge), float(weight)) for edge, weight in weights.items()))
    return Kernel(Form.ZONES, ordered[-1][0] if ordered else 0.0, zones=ordered)


def equal_zones(reach: float, weights: Sequence[float]) -> Kernel:
    """Zones of equal width up to the reach, with these weights from the inside out."""
    return zones({reach * (at + 1) / len(weights): weight for at, weight in enumerate(weights)})


def gaussian(deviation: float, reach: float) -> Kernel:
    """exp(-c² / 2σ²)."""
    return Kernel(Form.GAUSSIAN, reach, scale=deviation)


def exponential(length: float, reach: float) -> Kernel:
    """exp(-c / length)."""
    return Kernel(Form.EXPONENTIAL, reach, scale=length)


def inverse_power(exponent: float, reach: float, least: float = 1.0) -> Kernel:
    """(least / max(c, least)) ^ exponent: costs below the least count as it."""
    return Kernel(Form.POWER, reach, scale=least, exponent=exponent)


def epanechnikov(reach: float) -> Kernel:
    """1 - (c / reach)², the parabola that ends at the reach."""
    return Kernel(Form.EPANECHNIKOV, reach, scale=reach)


def _refused(field: str, value: float | str) -> Problem:
    return Problem("workforce.kernel-refused", where=field, field=field, value=str(value))
