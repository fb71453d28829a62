"""Why an area differs from the nation, and from its last index: bars that sum exactly."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce.index import (
    RAW_TABLES,
    Bar,
    Explanation,
    IndexTable,
    Rounds,
    Thresholds,
    explain,
    explain_change,
    explain_printed_change,
    explain_raw,
    explain_raw_change,
    index_from_tables,
    index_table,
    shipped_index,
    shipped_prefectures,
)

from .raw_tables import areas, made_up, toy

TABLE = shipped_index()
OLD = Thresholds(upper=217.6, lower=179.3)


def sums(explanation: Explanation) -> None:
    difference = explanation.end - explanation.start
    assert sum(bar.amount for bar in explanation.bars) == pytest.approx(difference, abs=1e-8)
    for bar in explanation.bars:
        if bar.parts:
            assert sum(part.amount for part in bar.parts) == pytest.approx(bar.amount, abs=1e-8)


def amounts(bars: tuple[Bar, ...]) -> dict[str, float]:
    return {bar.factor: bar.amount for bar in bars}


def test_kamaishi_against_the_nation() -> None:
    found = explain(TABLE, TABLE.areas.position("0306"))
    doctors, ratio = found.bars

    sums(found)
    assert (found.start, found.end) == pytest.approx((255.577, 107.816), abs=0.001)
    # Half of what each does first and half of what it does last: (−119.9 − 95.3) / 2 and (−52.4 − 27.8) / 2.
    assert (doctors.amount, ratio.amount) == pytest.approx((-107.64, -40.12), abs=0.01)
    assert (doctors.before, doctors.after) == pytest.approx((255.577, 135.632), abs=0.001)
    assert (ratio.before, ratio.after) == (1.0, 1.258)
    assert found.waiting == RAW_TABLES
    assert found.printed() == {"physicians-per-resident": -107.7, "consultation-ratio": -40.1}


def test_every_area_sums_and_prints_sums() -> None:
    for position in range(len(TABLE)):
        found = explain(TABLE, position)
        sums(found)
        printed = round(found.end, 1) - round(found.start, 1)
        assert sum(found.printed().values()) == pytest.approx(printed, abs=1e-9)


def test_an_area_like_the_nation_has_no_bars_and_one_without_doctors_has_them() -> None:
    made = index_table(areas(3), np.array([100.0, 100, 0]), np.ones(3), np.array([1.0, 1, 2]), OLD)
    like, without = index_table(areas(1), np.array([50.0]), np.ones(1), np.ones(1), OLD), explain(made, 2)

    assert amounts(explain(like, 0).bars) == {"physicians-per-resident": 0, "consultation-ratio": 0}
    sums(without)
    assert without.end == 0


def test_without_components_there_is_nothing_to_explain() -> None:
    with pytest.raises(Problem) as refused:
        explain(shipped_prefectures(), 9)

    assert refused.value.code == "workforce.index-undefined"
    assert "physicians" in refused.value.facts["tables"]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 11))
def test_raw_tables_open_the_bars_and_agree_with_the_components(seed: int, position: int) -> None:
    found = index_from_tables(made_up(seed), OLD)

    opened, closed = explain_raw(found, position), explain(found.table, position)

    sums(opened)
    assert opened.end == pytest.approx(float(found.table.index[position]))
    assert opened.start == pytest.approx(closed.start)
    assert amounts(opened.bars) == pytest.approx(amounts(closed.bars), abs=1e-8)
    assert opened.waiting == ()


def test_the_toy_opens_into_doctors_and_flows() -> None:
    found = explain_raw(index_from_tables(toy(), OLD), 0)
    doctors, ratio = (amounts(bar.parts) for bar in found.bars)

    sums(found)
    assert found.start == pytest.approx(70.0)
    assert doctors["workplaces"] == 0
    assert doctors["heads"] > 0 > doctors["ages-and-hours"]  # 130 heads to 100,000, more of them over 70
    assert ratio["ages-of-residents"] < 0 < ratio["clinic-flow"] < ratio["inpatient-flow"]


def test_an_area_without_doctors_of_its_own_is_opened_too() -> None:
    tables = made_up(seed=8)
    heads, sent = tables.physicians.heads.copy(), tables.physicians.sent.copy()
    heads[0] = sent[0] = 0
    empty = replace(tables, physicians=replace(tables.physicians, heads=heads, sent=sent))

    found = explain_raw(index_from_tables(empty, OLD), 0)

    sums(found)
    assert amounts(found.bars[0].parts)["ages-and-hours"] == 0


def test_the_printed_change_holds_the_nations_movement_apart() -> None:
    found = explain_printed_change(TABLE, TABLE.areas.position("0104"))

    sums(found)
    assert (found.start, found.end) == (276.4, 282.4)
    assert found.bars[0].amount == pytest.approx((255.6 - 239.8) * (276.4 / 239.8 + 282.4 / 255.6) / 2)
    assert amounts(found.bars)["nation"] > 0 > amounts(found.bars)["relative-position"]


def test_an_area_whose_former_value_is_not_known() -> None:
    with pytest.raises(Problem, match=r"workforce\.no-former-index"):
        explain_printed_change(TABLE, TABLE.areas.position("0306"))


def one_area(physicians: float, population: float, ratio: float) -> IndexTable:
    return index_table(areas(1), np.array([physicians]), np.array([population]), np.array([ratio]), OLD)


def test_method_is_its_own_bar_where_the_old_data_were_counted_again() -> None:
    before, again, after = one_area(100, 1, 1), one_area(90, 1, 1), one_area(120, 1.2, 1.1)

    told = explain_change(Rounds(before, after, again), 0)
    inside = explain_change(Rounds(before, after), 0)

    sums(told)
    sums(inside)
    assert amounts(told.bars)["method"] == -10
    assert told.waiting == ()
    assert "method" not in amounts(inside.bars)
    assert inside.waiting == RAW_TABLES


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_two_rounds_of_raw_tables_sum_with_method_as_a_bar(seed: int) -> None:
    before, after = made_up(seed), made_up(seed + 1)

    found = explain_raw_change(before, after, 3)

    sums(found)
    assert found.start == pytest.approx(float(index_from_tables(before, OLD).table.index[3]))
    assert found.end == pytest.approx(float(index_from_tables(after, OLD).table.index[3]))
    assert {"method", "national-reference"} < set(amounts(found.bars))


def test_only_method_changes_when_only_the_rule_of_workplaces_does() -> None:
    tables = made_up(seed=9)
    former = msgspec.structs.replace(tables.workplaces, primary=1.0, secondary=0.0)

    found = explain_raw_change(replace(tables, workplaces=former), tables, 2)

    sums(found)
    changed = {name for name, amount in amounts(found.bars).items() if abs(amount) > 1e-9}
    assert changed == {"method"}
    (method,) = [bar for bar in found.bars if bar.factor == "method"]
    assert amounts(method.parts)["workplaces-rule"] == pytest.approx(method.amount)


def test_rounds_of_other_areas_or_classes_are_refused() -> None:
    with pytest.raises(Problem, match=r"workforce\.areas-differ"):
        explain_raw_change(toy(), made_up(seed=1), 0)
    with pytest.raises(Problem, match=r"workforce\.classes-differ"):
        explain_raw_change(made_up(seed=1, classes=7), made_up(seed=1), 0)
