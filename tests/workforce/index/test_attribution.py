"""Shares of a difference: exact, free of order, zero where nothing differs; parts sum to their bar."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kaihoken.workforce.index import Factor, Share, attribute, rounded
from kaihoken.workforce.index.attribution import Changed, Worth

NAMES = ("a", "b", "c", "d")
FLAT = tuple(Factor(name) for name in NAMES)
GROUPED = (Factor("ab", (Factor("a"), Factor("b"))), Factor("cd", (Factor("c"), Factor("d"))))
numbers = st.floats(0, 100, allow_nan=False)
pairs = st.fixed_dictionaries({name: st.tuples(numbers, numbers) for name in NAMES})


def mixture(values: Mapping[str, tuple[float, float]]) -> Worth:
    """(a·b + c) / (1 + d): a sum, a product and a quotient."""

    def worth(changed: Changed) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        a, b, c, d = (values[name][name in changed] for name in NAMES)
        return np.array([(a * b + c) / (1 + d)])

    return worth


def amounts(shares: tuple[Share, ...]) -> dict[str, float]:
    return {share.name: float(share.amounts[0]) for share in shares}


@given(pairs)
def test_shares_sum_to_the_difference_with_and_without_groups(values: dict[str, tuple[float, float]]) -> None:
    worth = mixture(values)
    difference = float(worth(frozenset(NAMES))[0] - worth(frozenset())[0])

    for factors in (FLAT, GROUPED):
        assert sum(amounts(attribute(factors, worth)).values()) == pytest.approx(difference, abs=1e-7)
    for group in attribute(GROUPED, worth):
        assert sum(amounts(group.parts).values()) == pytest.approx(float(group.amounts[0]), abs=1e-7)


@given(pairs, st.permutations(FLAT))
def test_the_order_of_factors_changes_nothing(
    values: dict[str, tuple[float, float]], order: list[Factor]
) -> None:
    worth = mixture(values)

    assert amounts(attribute(order, worth)) == pytest.approx(amounts(attribute(FLAT, worth)), abs=1e-7)


@given(pairs, st.sampled_from(NAMES))
def test_a_factor_that_is_equal_has_no_share(values: dict[str, tuple[float, float]], same: str) -> None:
    values[same] = values[same][0], values[same][0]

    assert amounts(attribute(FLAT, mixture(values)))[same] == pytest.approx(0, abs=1e-9)


def test_exchanging_both_ends_turns_every_share_round() -> None:
    there = {"a": (1.0, 4.0), "b": (2.0, 3.0), "c": (5.0, 1.0), "d": (0.0, 2.0)}
    back = {name: (second, first) for name, (first, second) in there.items()}

    forward, backward = amounts(attribute(FLAT, mixture(there))), amounts(attribute(FLAT, mixture(back)))

    assert forward == pytest.approx({name: -amount for name, amount in backward.items()})


def test_two_factors_share_their_interaction_evenly() -> None:
    values = {"a": (2.0, 3.0), "b": (10.0, 20.0), "c": (0.0, 0.0), "d": (0.0, 0.0)}

    found = amounts(attribute(FLAT, mixture(values)))

    assert found == pytest.approx({"a": 15.0, "b": 25.0, "c": 0.0, "d": 0.0})


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=8))
@example([0.125, 0.025])
def test_printed_shares_sum_to_the_printed_total(values: list[float]) -> None:
    named = {str(at): value for at, value in enumerate(values)}
    total = sum(values)

    shown = rounded(named, total)

    assert round(sum(shown.values()), 1) == pytest.approx(round(total, 1), abs=0.05)
    assert all(abs(shown[name] - named[name]) < 0.2 for name in named)
