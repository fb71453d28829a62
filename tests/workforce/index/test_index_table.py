"""The index from components: drawn-anew areas, and what has no index."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.workforce import Area, AreaCode, AreaSet, PrefectureCode
from kaihoken.workforce.index import (
    ClassSource,
    IndexClass,
    IndexState,
    IndexTable,
    Rounding,
    Thresholds,
    index_table,
)

OLD = Thresholds(upper=217.6, lower=179.3)


def areas(count: int) -> AreaSet:
    made = (Area(AreaCode(f"99{at:02}"), f"圏{at}", PrefectureCode("99"), "架空県") for at in range(count))
    return AreaSet("own", tuple(made), {})


def table(
    *rows: tuple[float, float, float],
    rounding: Rounding | None = None,
    published: Sequence[float] | None = None,
) -> IndexTable:
    physicians, population, ratio = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    printed = None if published is None else np.array(published, dtype=float)
    return index_table(
        areas(len(rows)),
        physicians,
        population,
        ratio,
        OLD,
        rounding=rounding or Rounding(),
        published=printed,
    )


def test_areas_drawn_anew_are_held_against_the_old_thresholds() -> None:
    made = table((100, 1, 1), (200, 1, 1), (300, 1, 1))

    assert made.classes == (IndexClass.MINORITY, IndexClass.MIDDLE, IndexClass.MAJORITY)
    assert set(made.class_source) == {ClassSource.RECOMPUTED}
    assert made.low.tolist() == made.index.tolist() == made.high.tolist()


def test_a_tie_belongs_to_its_class_and_what_lies_just_beside_it_does_not() -> None:
    made = table((179.3, 1, 1), (179.300001, 1, 1), (217.6, 1, 1), (217.599999, 1, 1))

    assert [found.value for found in made.classes if found] == ["minority", "middle", "majority", "middle"]


def test_a_rounded_value_at_the_threshold_is_borderline_and_one_well_off_is_not() -> None:
    made = table((179, 1, 1), (170, 1, 1), rounding=Rounding(physicians=1))

    assert made.borderline.tolist() == [True, False]


def test_rows_without_an_index_stay_with_their_state() -> None:
    made = table((5, 0, 1), (5, 0.1, 0), (np.nan, 0.1, 1), (0, 0.1, 1))

    assert made.states == (
        IndexState.NO_RESIDENTS,
        IndexState.NO_CONSULTATION,
        IndexState.WAITING,
        IndexState.DEFINED,
    )
    assert np.isnan(made.index[:3]).all()
    assert np.isnan(made.high[:3]).all()
    assert made.classes == (None, None, None, IndexClass.MINORITY)
    assert made.class_source[:3] == (ClassSource.NONE,) * 3
    assert made.index[3] == 0


def test_a_population_within_half_a_step_of_nothing_bounds_nothing_from_above() -> None:
    made = table((1, 0.0005, 1), rounding=Rounding(population=0.001))

    assert made.high[0] == np.inf
    assert made.low[0] == pytest.approx(1000)


def test_a_printed_value_gives_a_class_where_no_component_is_there() -> None:
    made = table((np.nan, np.nan, np.nan), published=[179.3])

    assert made.classes == (IndexClass.MINORITY,)
    assert made.class_source == (ClassSource.PUBLISHED,)


@given(
    st.floats(1, 1e5), st.floats(0.01, 100), st.floats(0.3, 3), st.floats(-0.49, 0.49), st.floats(-0.49, 0.49)
)
def test_the_interval_holds_whatever_was_rounded(
    physicians: float, population: float, ratio: float, more: float, less: float
) -> None:
    steps = Rounding(1, 0.001, 0.001)

    made = table((physicians, population, ratio), rounding=steps)
    real = (physicians + more) / ((population + less * 0.001) * (ratio - more * 0.001))

    assert made.low[0] <= real <= made.high[0]
