"""Ages of doctors, clinics against people, and the benchmarks of deliveries and children."""

from datetime import date

import numpy as np
import pytest

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.plan import (
    AgeRules,
    AgeTable,
    BenchmarkRules,
    ClinicCounts,
    age_structure,
    by_size,
    clinic_speed,
    obstetric_benchmark,
    paediatric_benchmark,
)

from .builders import areas_of, numbers

TODAY = date(2026, 11, 21)
AGES = rules.load(AgeRules, on=TODAY)
UNITS = rules.load(BenchmarkRules, on=TODAY)
BANDS = ((25, 35), (35, 60), (60, 75), (75, 85))


def an_age_table(*heads: tuple[float, ...], clinic: tuple[tuple[float, ...], ...] | None = None) -> AgeTable:
    codes = [f"10{at:02d}" for at in range(1, len(heads) + 1)]
    return AgeTable(
        areas_of("10", *codes), BANDS, np.array(heads), None if clinic is None else np.array(clinic)
    )


class TestAges:
    def test_shares_and_the_mean_of_the_middles_of_bands(self) -> None:
        found = age_structure(an_age_table((10, 20, 8, 2), clinic=((0, 1, 1, 2),)), AGES)

        assert (found.young[0], found.old[0], found.clinic_old[0]) == (0.25, 0.05, 0.75)
        assert found.mean_age[0] == pytest.approx((10 * 30 + 20 * 47.5 + 8 * 67.5 + 2 * 80) / 40)

    def test_the_half_with_fewer_young_and_more_old_doctors_is_told(self) -> None:
        found = age_structure(an_age_table((4, 4, 1, 1), (3, 4, 1, 2), (2, 4, 1, 3), (1, 4, 1, 4)), AGES)

        assert found.young_few.tolist() == [False, False, True, True]
        assert found.old_many.tolist() == [False, False, True, True]
        assert np.isnan(found.clinic_old).all()
        assert not found.clinic_old_many.any()

    def test_without_doctors_there_is_no_share_and_no_warning(self) -> None:
        found = age_structure(an_age_table((0, 0, 0, 0), (1, 1, 1, 1)), AGES)

        assert np.isnan([found.young[0], found.mean_age[0]]).all()
        assert not found.young_few[0]

    def test_bands_that_cut_an_age_give_no_share_of_it(self) -> None:
        coarse = AgeTable(areas_of("10", "1001"), ((20, 40), (40, 75), (75, 85)), np.ones((1, 3)), None)

        found = age_structure(coarse, AGES)

        assert np.isnan(found.young[0])
        assert found.old[0] == pytest.approx(1 / 3)

    def test_the_warnings_are_our_reading(self) -> None:
        assert rules.version(AgeRules, on=TODAY).status is rules.Status.UNCONFIRMED


def counts(*rows: tuple[str, float, float, float, float]) -> ClinicCounts:
    return ClinicCounts(
        tuple(row[0] for row in rows), *(numbers(*(row[at] for row in rows)) for at in range(1, 5))
    )


class TestClinics:
    def test_clinics_that_go_faster_than_people(self) -> None:
        found = clinic_speed(
            counts(
                ("10201", 100, 80, 50_000, 45_000),
                ("10202", 10, 9, 50_000, 45_000),
                ("10203", 2, 3, 900, 800),
            )
        )

        assert found.speed == pytest.approx(numbers(-10, 0, 50 + 100 / 9))
        assert found.faster.tolist() == [True, False, False]

    def test_from_nothing_there_is_no_percent(self) -> None:
        found = clinic_speed(counts(("10201", 0, 1, 900, 800), ("10202", 1, 0, 900, 900)))

        assert np.isnan(found.speed[0])
        assert found.from_zero.tolist() == [True, False]
        assert found.speed[1] == -100
        assert found.faster.tolist() == [False, True]

    def test_by_size_of_sums_with_every_class(self) -> None:
        found = by_size(
            counts(
                ("10201", 100, 90, 50_000, 50_000),
                ("10202", 60, 50, 40_000, 36_000),
                ("10203", 40, 40, 49_999, 49_999),
                ("10204", np.nan, 40, 30_000, 30_000),
                ("10205", 1, 1, np.nan, 30_000),
            ),
            bounds=(30_000, 50_000),
        )

        small, middle, large = found
        assert (small.municipalities, small.below) == (0, 30_000)
        assert np.isnan(small.speed)
        assert (middle.municipalities, middle.absent, middle.clinics_then, middle.clinics_now) == (
            3,
            1,
            100,
            90,
        )
        assert middle.speed == pytest.approx(-10 + 100 * 4_000 / 89_999)
        assert (large.least, large.below, large.speed) == (50_000, None, -10)

    def test_a_count_below_zero_is_told(self) -> None:
        with pytest.raises(Problem) as raised:
            counts(("10201", 1, 1, 1, 1), ("10202", 5, -1, 900, 800))

        assert (raised.value.code, raised.value.where) == ("workforce.plan-below-zero", "10202")

    def test_and_so_is_a_column_of_another_length(self) -> None:
        with pytest.raises(Problem) as raised:
            ClinicCounts(("10201",), numbers(1), numbers(1, 2), numbers(1), numbers(1))

        assert raised.value.code == "workforce.plan-rows"


class TestBenchmarks:
    def test_deliveries_by_the_thousand(self) -> None:
        # 1,200 deliveries at a threshold of 7.0 ask for 8.4 doctors.
        found = obstetric_benchmark(7.0, numbers(1200, 0, np.nan), UNITS)

        np.testing.assert_allclose(found, numbers(8.4, 0, np.nan))

    def test_children_by_the_hundred_thousand_with_their_ratio(self) -> None:
        found = paediatric_benchmark(90.0, numbers(20_000, 20_000), numbers(1.0, 1.1), UNITS)

        np.testing.assert_allclose(found, numbers(18, 19.8))
