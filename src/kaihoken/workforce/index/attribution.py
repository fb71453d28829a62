"""Whose share of a difference: the Shapley value, and inside a group of factors Owen's, so that bars open into bars.

Why Shapley and not the log mean (LMDI): both are exact and ask for no order, but a log has no answer for an area
without doctors, and the expected consultation is a sum (inpatients and clinics) as well as a product. The share of a
factor is its effect averaged over every order in which factors could be exchanged; inside a group the orders are those
that keep the group together, so the parts of a bar sum to the bar.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Changed: TypeAlias = frozenset[str]
"""Names of the factors that have their second value; the others have their first."""

Worth: TypeAlias = Callable[[Changed], Floats]
"""What the whole is worth with these factors exchanged, one number for each row."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor, or a group of factors that opens."""

    name: str
    parts: tuple["Factor", ...] = ()

    @property
    def leaves(self) -> Changed:
        """The factors that are exchanged one by one."""
        if not self.parts:
            return frozenset({self.name})
        return frozenset().union(*(part.leaves for part in self.parts))


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A factor's part in the difference, one number for each row; its parts sum to it."""

    name: str
    amounts: Floats
    parts: tuple["Share", ...] = ()


def attribute(factors: Sequence[Factor], worth: Worth) -> tuple[Share, ...]:
    """The shares of `factors` in worth(all) − worth(none). They sum to it, do not depend on the order in which factors
    are named, and a factor that changes nothing has none. `worth` is asked once for each set of factors."""
    return _attribute(factors, cache(worth))


def _attribute(factors: Sequence[Factor], worth: Worth) -> tuple[Share, ...]:
    found = []
    for factor in factors:
        others = [other.leaves for other in factors if other is not factor]
        parts: tuple[Share, ...] = ()
        if factor.parts:
            parts = _attribute(factor.parts, cache(_inside(others, worth)))
        found.append(Share(factor.name, _average_effect(factor.leaves, others, worth), parts))
    return tuple(found)


def _inside(others: Sequence[Changed], worth: Worth) -> Worth:
    return lambda changed: _average_effect(changed, others, worth)


def _average_effect(changed: Changed, others: Sequence[Changed], worth: Worth) -> Floats:
    count = len(others)
    total: Floats = np.zeros_like(worth(frozenset()))
    for size in range(count + 1):
        weight = 1 / ((count + 1) * comb(count, size))
        for chosen in combinations(others, size):
            before = frozenset().union(*chosen)
            total = total + weight * (worth(before | changed) - worth(before))
    return total


def rounded(amounts: Mapping[str, float], total: float, decimals: int = 1) -> dict[str, float]:
    """Amounts as they are printed, so that they sum to the printed `total`: each is rounded down, and what is missing
    goes to those that lost most."""
    unit = 10**decimals
    floors = {name: int(np.floor(amount * unit)) for name, amount in amounts.items()}
    missing = round(round(total, decimals) * unit) - sum(floors.values())  # at a tie as the total is printed
    lost = sorted(amounts, key=lambda name: (floors[name] - amounts[name] * unit, name))
    for name in lost[: max(missing, 0)]:
        floors[name] += 1
    for name in reversed(lost[missing:] if missing < 0 else []):
        floors[name] -= 1
    return {name: floors[name] / unit for name in amounts}
