"""診療科別の医師数 in chosen areas against the nation, only from a table of doctors."""

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.access.specialty_ratios import specialty_ratios

CODES = ("0101", "0102", "0103")
RESIDENTS = np.array([100_000.0, 50_000.0, 50_000.0])
FEW = np.array([False, True, True])


def test_doctors_per_100000_where_few_against_the_nation() -> None:
    found = specialty_ratios(CODES, {"内科": np.array([100.0, 20.0, 10.0])}, RESIDENTS, FEW)
    assert (found.chosen[0], found.nation[0], found.ratio[0]) == pytest.approx((30, 65, 30 / 65))


def test_without_the_table_it_is_awaited_and_named() -> None:
    with pytest.raises(Problem) as raised:
        specialty_ratios(CODES, None, RESIDENTS, FEW)
    assert raised.value.code == "workforce.awaiting-table"
    assert "000040155795" in str(raised.value.facts["table"])


def test_a_suppressed_count_makes_no_too_small_figure() -> None:
    found = specialty_ratios(CODES, {"眼科": np.array([9.0, np.nan, 3.0])}, RESIDENTS, FEW, {"眼科": 14.0})
    assert np.isnan(found.ratio[0])
    assert found.suppressed.tolist() == [1]
    assert found.nation[0] == 7


def test_a_specialty_that_the_nation_lacks_has_no_ratio() -> None:
    assert np.isnan(specialty_ratios(CODES, {"新科": np.zeros(3)}, RESIDENTS, FEW).ratio[0])


def test_no_residents_chosen_and_columns_of_other_lengths_are_problems() -> None:
    with pytest.raises(Problem) as raised:
        specialty_ratios(CODES, {"内科": np.ones(3)}, RESIDENTS, np.zeros(3, dtype=bool))
    assert raised.value.code == "workforce.nobody-chosen"
    with pytest.raises(Problem) as raised:
        specialty_ratios(CODES, {"内科": np.ones(2)}, RESIDENTS, FEW)
    assert raised.value.code == "workforce.columns-differ"
