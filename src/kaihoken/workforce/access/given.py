"""Costs that are there already, as distances: a matrix, or sparse triplets (`costs_of`)."""

from dataclasses import dataclass

import numpy as np

from kaihoken.rules import Status
from kaihoken.workforce.access.distance import Costs, Measure, Nearest
from kaihoken.workforce.access.points import Points, require_length


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Costs of the rows of exactly these origins and destinations; of the points themselves only the number counts."""

    costs: Costs
    source: str
    status: Status

    @property
    def measure(self) -> Measure:
        """That of the costs."""
        return self.costs.measure

    def within(self, origins: Points, destinations: Points, limit: float) -> Costs:
        """The pairs within the limit. Raises Problem `workforce.columns-differ` for another number of points."""
        require_length("origins", origins.lat, self.costs.origins)
        require_length("destinations", destinations.lat, self.costs.destinations)
        return self.costs.within(limit)

    def nearest(self, origins: Points, destinations: Points, limit: float = np.inf) -> Nearest:
        """As for every distance."""
        return self.within(origins, destinations, limit).nearest()
