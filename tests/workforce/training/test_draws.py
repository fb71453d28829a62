"""Draws by inversion and by alias give the distribution that they say, to the last chance, and not only its mean."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from kaihoken.workforce.training import draws

Floats = npt.NDArray[np.float64]
EVENLY = (np.arange(20_000) + 0.5) / 20_000
"""Uniform numbers without chance: of so many, each outcome has to come as often as its chance says, within rounding."""


def often(outcomes: npt.NDArray[np.int64], most: int) -> Floats:
    return np.bincount(outcomes, minlength=most + 1) / len(outcomes)


@pytest.mark.parametrize(("tries", "share"), [(1, 0.3), (40, 0.02), (300, 0.45), (300, 0.997), (9000, 0.5)])
def test_a_binomial_draw_has_the_chance_of_each_outcome(tries: int, share: float) -> None:
    found = np.array([draws.binomial(tries, share, drawn) for drawn in EVENLY])

    assert often(found, tries) == pytest.approx(binom.pmf(np.arange(tries + 1), tries, share), abs=1.01e-4)


@pytest.mark.parametrize("mean", [0.4, 13.6, 18_000.0])
def test_a_poisson_draw_has_the_chance_of_each_outcome(mean: float) -> None:
    found = np.array([draws.poisson(mean, drawn) for drawn in EVENLY])

    most = int(found.max())
    assert often(found, most) == pytest.approx(poisson.pmf(np.arange(most + 1), mean), abs=1.01e-4)


@pytest.mark.parametrize(("share", "sure"), [(0.0, draws.CHUNK), (0.02, draws.CHUNK), (0.12, 46), (0.5, 15)])
def test_a_table_has_the_chance_of_at_most_so_many(share: float, sure: int) -> None:
    table = np.zeros((draws.CHUNK + 1, draws.TOLD + 1), np.uint32)

    chunk = draws.tabulate(share, np.empty((2, draws.TOLD + 1)), table)

    assert chunk == sure
    expected = binom.cdf(np.arange(draws.TOLD), np.arange(chunk + 1)[:, None], share)
    assert table[: chunk + 1, : draws.TOLD] / 2.0**32 == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_events_of_small_and_large_places_have_the_mean_and_the_variance_of_their_doctors(
    share: float,
) -> None:
    """Those of one draw, of many parts, and beyond the table."""
    table = np.zeros((draws.CHUNK + 1, draws.TOLD + 1), np.uint32)
    chunk = draws.tabulate(share, np.empty((2, draws.TOLD + 1)), table)
    for doctors in (0, 1, chunk, chunk + 1, 500):
        stock, happened = np.full(30_000, doctors, np.int32), np.zeros(30_000, np.int32)

        draws.events(np.uint64(doctors), share, chunk, table, stock, np.zeros(30_000, np.uint32), happened)

        deviation = np.sqrt(doctors * share * (1 - share))
        assert happened.mean() == pytest.approx(doctors * share, abs=5 * deviation / np.sqrt(30_000))
        assert happened.std() == pytest.approx(deviation, rel=0.03)


def told(table: npt.NDArray[np.uint64]) -> Floats:
    """The shares that an alias table draws by."""
    keep = (table >> np.uint64(32)) / 2.0**32
    away = np.bincount((table & np.uint64(2**32 - 1)).astype(np.int64), 1 - keep, len(table))
    shares: Floats = (keep + away) / len(table)
    return shares


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda given: sum(given) > 1e-3))
@settings(max_examples=60, deadline=None)
def test_an_alias_table_draws_by_the_shares(given: list[float]) -> None:
    shares = np.array(given)

    found = told(draws.alias_table(shares))

    assert found == pytest.approx(shares / shares.sum(), abs=1e-8)
    assert (found[shares == 0] == 0).all()


def test_who_is_spread_is_in_a_cell_by_its_share() -> None:
    table, cells = np.zeros(9, np.int32), np.array([8, 0, 4])
    slots = draws.alias_table(np.array([0.7, 0.0, 0.3]))

    draws.spread(np.uint64(3), 100_000, slots, cells, np.zeros(512, np.uint32), table)

    assert table.sum() == 100_000
    assert table[8] == pytest.approx(70_000, abs=700)
    assert table[4] == 100_000 - table[8]
