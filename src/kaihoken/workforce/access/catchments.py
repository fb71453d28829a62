"""浮動集水域 (floating catchment areas): how much supply each place can reach, shared with all who reach it too.

Two steps (2SFCA with a binary kernel, E2SFCA with zones): R_j = S_j / Σ_i w_ij P_i, A_i = Σ_j w_ij R_j. Three steps
(3SFCA) first let people choose among their suppliers, g_ij = w_ij / Σ_j w_ij, and put g_ij w_ij in the place of w_ij.
Every supplier with demand in reach is given out in full: Σ_i A_i P_i = Σ_j S_j over those.

Sources: Luo & Wang 2003; Luo & Qi 2009; Wan, Zou & Sternberg 2012.
"""

from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from kaihoken.rules import Status
from kaihoken.workforce.access.distance import Costs, Distances, GreatCircle, Measure
from kaihoken.workforce.access.kernels import Kernel
from kaihoken.workforce.access.points import Floats, Points, refuse_rows, require_length
from kaihoken.workforce.access.search import Bands, bands
from kaihoken.workforce.access.sums import sums_around

Steps: TypeAlias = Literal["two", "three"]
Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Catchments:
    """What each of n places and each of m suppliers has.

    `access` [supply per person] is 0 where nothing is in reach, which `reached` tells; a place without people has the
    access that somebody there would have. `ratio` [supply per weighted person] is NaN where nobody is in reach, which
    `demanded` tells: that supply is given to nobody and counted in `supply_without_demand`.
    """

    steps: Steps
    kernel: Kernel
    measure: Measure
    source: str
    status: Status
    people: Floats
    supply: Floats
    access: Floats
    ratio: Floats
    reached: Flags
    demanded: Flags

    @property
    def places_without_supply(self) -> int:
        """How many places with people reach no supply."""
        return int(np.count_nonzero(~self.reached & (self.people > 0)))

    @property
    def people_without_supply(self) -> float:
        """The people of these places."""
        return float(self.people[~self.reached].sum())

    @property
    def suppliers_without_demand(self) -> int:
        """How many suppliers have nobody in reach."""
        return int(np.count_nonzero(~self.demanded))

    @property
    def supply_without_demand(self) -> float:
        """What they would supply."""
        return float(self.supply[~self.demanded].sum())

    def mean(self, rows: npt.NDArray[np.int64] | Flags | slice = slice(None)) -> float:
        """The access of the average person of some places (all): Σ A P / Σ P, NaN where there is nobody."""
        people = float(self.people[rows].sum())
        return float(self.access[rows] @ self.people[rows]) / people if people else float("nan")


class _Weights(Protocol):
    """The weights between n places and m suppliers, known by their sums."""

    def at_suppliers(self, of_places: Floats) -> Floats:
        """Σ_i w_ij v_i."""

    def at_places(self, of_suppliers: Floats) -> Floats:
        """Σ_j w_ij v_j."""

    def squared(self) -> "_Weights":
        """The same with w²."""


def two_step(
    places: Points, people: Floats, suppliers: Points, supply: Floats, distances: Distances, kernel: Kernel
) -> Catchments:
    """2SFCA (binary kernel) or E2SFCA of people at places and supply (doctors, beds, 1 each) at suppliers.

    Great circles are searched without a list of pairs; other distances give theirs. Raises Problem
    `workforce.amounts-refused` for people or supply that are no numbers or negative, with their rows.
    """
    weights = _between(places, people, suppliers, supply, distances, kernel)
    return _shared("two", weights, people, supply, distances, kernel, np.ones(len(people)))


def three_step(
    places: Points, people: Floats, suppliers: Points, supply: Floats, distances: Distances, kernel: Kernel
) -> Catchments:
    """3SFCA: as `two_step`, but people prefer the nearer of their suppliers, by the weights themselves."""
    weights = _between(places, people, suppliers, supply, distances, kernel)
    choices = weights.at_places(np.ones(len(supply)))
    chosen = np.divide(1.0, choices, out=np.zeros(len(people)), where=choices > 0)
    return _shared("three", weights.squared(), people, supply, distances, kernel, chosen)


def _between(
    places: Points, people: Floats, suppliers: Points, supply: Floats, distances: Distances, kernel: Kernel
) -> _Weights:
    _require_amounts("people", people, len(places))
    _require_amounts("supply", supply, len(suppliers))
    if isinstance(distances, GreatCircle):
        radius = kernel.reach / distances.per_km
        return _Searched(bands(places, radius), bands(suppliers, radius), distances.per_km, kernel)
    return _Listed(distances.within(places, suppliers, kernel.reach), kernel)


def _require_amounts(name: str, amounts: Floats, wanted: int) -> None:
    require_length(name, amounts, wanted)
    refuse_rows("workforce.amounts-refused", ~((amounts >= 0.0) & (amounts < np.inf)), column=name)


def _shared(
    steps: Steps,
    weights: _Weights,
    people: Floats,
    supply: Floats,
    distances: Distances,
    kernel: Kernel,
    chosen: Floats,
) -> Catchments:
    """Supply shared out over the demand around it, and what each place gathers of it."""
    demand = weights.at_suppliers(people * chosen)
    demanded = demand > 0.0
    ratio = np.divide(supply, demand, out=np.full(len(supply), np.nan), where=demanded)
    access = weights.at_places(np.where(demanded, ratio, 0.0)) * chosen
    return Catchments(
        steps,
        kernel,
        distances.measure,
        distances.source,
        distances.status,
        people,
        supply,
        access,
        ratio,
        access > 0.0,
        demanded,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Searched:
    """Along great circles, which are as long in both directions."""

    places: Bands
    suppliers: Bands
    per_km: float
    kernel: Kernel

    def at_suppliers(self, of_places: Floats) -> Floats:
        return sums_around(self.suppliers, self.places, of_places, self.kernel, self.per_km)

    def at_places(self, of_suppliers: Floats) -> Floats:
        return sums_around(self.places, self.suppliers, of_suppliers, self.kernel, self.per_km)

    def squared(self) -> _Weights:
        return replace(self, kernel=self.kernel.squared())


class _Listed:
    """Along pairs: a row for each place, a column for each supplier."""

    def __init__(self, costs: Costs, kernel: Kernel) -> None:
        self._costs, self._kernel = costs, kernel
        shape = (costs.origins, costs.destinations)
        self._matrix = csr_matrix((kernel(costs.cost), costs.destination, costs.starts), shape=shape)

    def at_suppliers(self, of_places: Floats) -> Floats:
        return np.asarray(self._matrix.T @ of_places, dtype=np.float64)

    def at_places(self, of_suppliers: Floats) -> Floats:
        return np.asarray(self._matrix @ of_suppliers, dtype=np.float64)

    def squared(self) -> _Weights:
        return _Listed(self._costs, self._kernel.squared())
