"""地理を加えた少数区域の試算: what if geography enters the class of an area. A scenario, never the class itself."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RuralityScenario:
    """What if geography enters the class: minority = index ≤ lower or (index ≤ `wider` and rurality ≥ `rank`).

    The ministry showed the direction (2025-11-14) and not the combination: both numbers are the caller's, and what is
    made with them is a scenario (`label`).
    """

    lower: float
    wider: float
    rank: float
    label: str = "scenario"


@dataclass(frozen=True, slots=True, eq=False)
class ClassesMoved:
    """Areas that would be 医師少数区域 under a scenario, those that enter, and those whose rurality is absent though it
    would decide. Nobody leaves: the index alone still suffices."""

    scenario: RuralityScenario
    minority: npt.NDArray[np.bool_]
    entering: npt.NDArray[np.bool_]
    not_known: npt.NDArray[np.bool_]


def with_rurality(index: Floats, rurality: Floats, scenario: RuralityScenario) -> ClassesMoved:
    """Apply a scenario; row i is area i, `rurality` the rank of 1 to 100 of the area. An absent rank adds no area."""
    now = index <= scenario.lower
    near = ~now & (index <= scenario.wider)
    entering = near & (rurality >= scenario.rank)
    return ClassesMoved(scenario, now | entering, entering, near & np.isnan(rurality))
