"""目標医師数: targets, their limits, a prefecture's sum, and heads."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.index import IndexClass, IndexThresholds, shipped_index
from kaihoken.workforce.plan import (
    Outlook,
    Spread,
    TargetRules,
    Targets,
    chosen,
    hold_prefecture_sums,
    in_heads,
    prefecture_lower_third,
    targets,
)

from .builders import DURING_THE_PLAN, MAJORITY, MIDDLE, MINORITY, RULES, an_outlook, numbers

CONFIRMED = rules.Status.CONFIRMED
THRESHOLDS = rules.load(IndexThresholds, on=date(2024, 4, 1)).area


class Case(msgspec.Struct, frozen=True):
    """An area, and what its target comes to."""

    kind: Literal["minority", "middle", "majority"] = msgspec.field(name="class")
    physicians: float
    index: float
    population: float
    ratio: float
    lower_third: float
    limit: float
    increase: float


class Cases(msgspec.Struct, frozen=True):
    """Cases with where their expected values are from."""

    cases: tuple[Case, ...]


CASES = tuple(
    case
    for group in msgspec.yaml.decode(
        Path(__file__).with_name("target_cases.yaml").read_bytes(), type=tuple[Cases, ...]
    )
    for case in group.cases
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.physicians:g}")
def test_the_target_of_an_area(case: Case) -> None:
    outlook = an_outlook((case.physicians,), (case.index,), (case.population,), ratio=(case.ratio,))
    kind = {"minority": MINORITY, "middle": MIDDLE, "majority": MAJORITY}[case.kind]

    made = targets(outlook, (kind,), 179.3, RULES, CONFIRMED)

    assert made.lower_third[0] == pytest.approx(case.lower_third, abs=0.001)
    assert made.limit[0] == made.target[0] == pytest.approx(case.limit, abs=0.001)
    assert made.increase[0] == pytest.approx(case.increase, abs=0.001)


def as_published() -> Targets:
    """The 330 areas with population and ratio as they are."""
    table = shipped_index()
    outlook = Outlook(
        table.areas,
        table.physicians,
        table.published,
        table.population,
        table.ratio,
        "frozen",
        "frozen",
        2024,
    )
    return targets(outlook, table.classes, THRESHOLDS.lower, RULES, CONFIRMED)


def test_the_published_components_give_the_known_illustration() -> None:
    made = as_published()
    few = np.array([kind is MINORITY for kind in made.classes])
    kamaishi, tango = (made.outlook.areas.position(code) for code in ("0306", "2601"))

    assert made.lower_third[kamaishi] == pytest.approx(98.1, abs=0.05)
    assert made.gap[kamaishi] == pytest.approx(39, abs=0.5)
    assert made.lower_third[tango] == pytest.approx(217.3, abs=0.05)
    assert made.outlook.physicians[tango] == 189
    assert made.gap[few].sum() == pytest.approx(4373, abs=0.5)


def test_a_negative_gap_stays_a_number() -> None:
    made = as_published()
    few = np.array([kind is MINORITY for kind in made.classes])

    # 両毛 lies at the threshold by its printed index and above it by its components.
    below = np.flatnonzero(few & (made.gap < 0))

    assert [made.outlook.areas.codes[at] for at in below] == ["0906"]
    assert made.gap[below[0]] == pytest.approx(-0.41, abs=0.01)
    assert made.increase[below[0]] == 0


def test_a_result_is_no_surer_than_its_limits() -> None:
    assert rules.version(TargetRules, on=DURING_THE_PLAN).status is CONFIRMED
    assert as_published().status is rules.Status.UNCONFIRMED


def test_what_is_absent_stays_absent() -> None:
    outlook = an_outlook((10, 10), (100, 100), (np.nan, 1))

    made = targets(outlook, (MINORITY, None), 179.3, RULES, CONFIRMED)

    assert np.isnan(made.limit).all()
    assert np.isnan(made.gap[0])
    assert made.gap[1] == pytest.approx(169.3)  # without a class there is no limit, but a threshold


def test_the_plan_after_this_one_is_only_a_plan() -> None:
    with pytest.raises(Problem) as raised:
        rules.load(TargetRules, on=date(2027, 4, 1))

    assert raised.value.code == "rules.no_version"
    assert rules.load_as_planned(TargetRules, on=date(2027, 4, 1)).last_fiscal_year == 2029


class TestTheSumOfAPrefecture:
    def spread(self, spread: Spread, held: frozenset[str] = frozenset()) -> tuple[Targets, dict[str, float]]:
        # start 1,000; limits 120, 220, 800: 140 over
        outlook = an_outlook((100, 200, 700), (100, 200, 280), (120 / 179.3, 1.1, 800 / 280))
        made = targets(outlook, (MINORITY, MIDDLE, MAJORITY), 179.3, RULES, CONFIRMED)
        after = hold_prefecture_sums(made, held, spread, 217.6)
        return after.targets, dict(after.over_limit)

    def test_each_target_by_the_same_factor(self) -> None:
        made, over = self.spread(Spread.PROPORTIONAL)

        assert made.target.sum() == pytest.approx(1000)
        assert made.target / made.limit == pytest.approx(numbers(1, 1, 1) * 1000 / 1140)
        assert over == {}

    def test_only_what_is_added_shrinks(self) -> None:
        made, over = self.spread(Spread.ONLY_INCREASES)

        assert made.target == pytest.approx(numbers(100, 200, 700))
        assert over == {}

    def test_where_doctors_are_relatively_many_first(self) -> None:
        made, over = self.spread(Spread.MANY_FIRST)

        # 多数 would still be so with 217.6 × 800 / 280 = 621.7: it gives the whole 140.
        assert made.target == pytest.approx(numbers(120, 220, 660))
        assert over == {}

    def test_what_cannot_be_taken_is_told(self) -> None:
        outlook = an_outlook((10, 219), (50, 219), (1.0, 1.0))
        made = targets(outlook, (MINORITY, MAJORITY), 179.3, RULES, CONFIRMED)

        after = hold_prefecture_sums(made, frozenset(), Spread.MANY_FIRST, 217.6)

        assert after.targets.target == pytest.approx(numbers(179.3, 217.6))
        assert after.over_limit == {"10": pytest.approx(179.3 + 219 - 229 - 1.4)}

    def test_a_prefecture_with_relatively_few_doctors_is_not_held_to_it(self) -> None:
        made, _ = self.spread(Spread.PROPORTIONAL, frozenset({"10"}))

        assert made.target == pytest.approx(made.limit)

    def test_within_the_sum_nothing_changes(self) -> None:
        outlook = an_outlook((100, 200), (100, 200), (0.1, 0.1))
        made = targets(outlook, (MINORITY, MIDDLE), 179.3, RULES, CONFIRMED)

        after = hold_prefecture_sums(made, frozenset(), Spread.PROPORTIONAL, 217.6)

        assert after.targets.target == pytest.approx(made.target)

    def test_an_absent_target_leaves_the_prefecture_as_it_is_and_names_it(self) -> None:
        outlook = an_outlook((100, 200), (100, 200), (np.nan, 5))
        made = targets(outlook, (MINORITY, MIDDLE), 179.3, RULES, CONFIRMED)

        after = hold_prefecture_sums(made, frozenset(), Spread.PROPORTIONAL, 217.6)

        assert after.not_known == ("10",)
        assert after.targets.target[1] == made.limit[1]

    @given(
        rows=st.lists(
            st.tuples(st.floats(0, 5000), st.floats(0.01, 30), st.sampled_from([MINORITY, MIDDLE, MAJORITY])),
            min_size=1,
            max_size=8,
        ),
        spread=st.sampled_from(Spread),
    )
    def test_the_sum_is_held_or_what_is_left_is_told(
        self, rows: list[tuple[float, float, IndexClass]], spread: Spread
    ) -> None:
        start = tuple(doctors for doctors, _, _ in rows)
        population = tuple(people for _, people, _ in rows)
        index = tuple(doctors / people for doctors, people, _ in rows)
        outlook = an_outlook(start, index, population)
        made = targets(outlook, tuple(kind for _, _, kind in rows), 179.3, RULES, CONFIRMED)

        after = hold_prefecture_sums(made, frozenset(), spread, 217.6)

        over = sum(after.over_limit.values())
        assert after.targets.target.sum() <= sum(start) + over + 1e-6
        assert (after.targets.target <= made.limit + 1e-9).all()
        assert (after.targets.target >= -1e-9).all()


class TestAPlannersTarget:
    def made(self) -> Targets:
        return targets(an_outlook((10, 10), (50, 50), (1, np.nan)), (MINORITY,) * 2, 179.3, RULES, CONFIRMED)

    def test_it_may_lie_below_the_limit_and_at_it(self) -> None:
        assert chosen(self.made(), {"1001": 100}).target[0] == 100
        assert chosen(self.made(), {"1001": 179.3}).target[0] == 179.3

    @pytest.mark.parametrize(
        ("area", "wanted", "code"),
        [
            ("1001", 179.31, "workforce.target-above-limit"),
            ("1001", -1, "workforce.target-below-zero"),
            ("1001", np.nan, "workforce.target-below-zero"),
            ("1002", 5, "workforce.target-not-known"),
            ("1003", 5, "workforce.area-unknown"),
        ],
    )
    def test_and_nowhere_else(self, area: str, wanted: float, code: str) -> None:
        with pytest.raises(Problem) as raised:
            chosen(self.made(), {area: wanted})

        assert raised.value.code == code
        assert raised.value.where == area


def test_heads_come_of_the_area_s_own_ratio_and_are_rounded_up_once() -> None:
    standardised = numbers(10.0, 9.01, -0.41, 5.0, np.nan)
    heads, physicians = numbers(110, 110, 110, 0, 110), numbers(100, 100, 100, 0, 100)

    found = in_heads(standardised, heads, physicians)

    # 11 exactly stays 11; 9.911 is 10; −0.451 takes nobody away; without doctors there is no ratio
    np.testing.assert_equal(found, numbers(11, 10, -0.0, np.nan, np.nan))


def test_a_prefecture_s_own_number_comes_of_what_is_published_of_it() -> None:
    # 100 doctors at an index of 200 are 0.5 (100,000 people × ratio): 228.0 × 0.5
    assert prefecture_lower_third(100, 200, 228.0, 1, 1) == pytest.approx(114)
    assert prefecture_lower_third(100, 200, 228.0, 0.9, 1.1) == pytest.approx(114 * 0.99)
    assert np.isnan(prefecture_lower_third(0, 0, 228.0, 1, 1))
