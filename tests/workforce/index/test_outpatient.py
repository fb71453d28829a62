"""外来医師偏在指標, and who is a candidate of 過多区域."""

import csv
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from kaihoken import rules, shipped
from kaihoken.problems import Problem
from kaihoken.workforce import area_set
from kaihoken.workforce.index import (
    OUTPATIENT_NEEDS,
    IndexState,
    OutpatientRules,
    OutpatientTables,
    excess_candidates,
    lower_part,
    mean_and_deviation,
    outpatient_index,
    upper_part,
)
from kaihoken.workforce.tables import Population, RawTable, places

from .raw_tables import made_up

RULES = rules.load(OutpatientRules, on=date(2026, 4, 1))


def clinic_tables(seed: int = 1) -> OutpatientTables:
    raw = made_up(seed)
    random = np.random.default_rng(seed)
    return OutpatientTables(
        physicians=raw.physicians.heads,
        hours=raw.hours,
        population=raw.population,
        rates=raw.rates.clinic,
        clinic_visits=random.uniform(500, 900, 12),
        hospital_visits=random.uniform(100, 500, 12),
    )


def rows(name: str) -> list[dict[str, str]]:
    with shipped.path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_index_is_made_of_its_factors() -> None:
    tables = clinic_tables()
    found = outpatient_index(tables, RULES)
    share = tables.clinic_visits / (tables.clinic_visits + tables.hospital_visits)

    assert found.index == pytest.approx(found.physicians / (found.population * found.ratio * share))
    assert found.physicians.sum() == pytest.approx(tables.physicians.sum())
    assert (found.ratio * found.population).sum() == pytest.approx(found.population.sum())
    assert found.majority.sum() == 4
    assert "flow_factor" in found.unconfirmed
    assert RawTable.OUTPATIENT_SHARE in OUTPATIENT_NEEDS


def test_a_flow_factor_multiplies_the_demand() -> None:
    tables = clinic_tables()

    doubled = outpatient_index(tables, RULES, flow_factor=np.full(12, 2.0))

    assert doubled.index == pytest.approx(outpatient_index(tables, RULES).index / 2)


def test_areas_without_residents_or_visits_stay() -> None:
    tables = clinic_tables()
    residents, visits = tables.population.residents.copy(), tables.clinic_visits.copy()
    residents[0] = 0
    visits[1] = 0
    empty = Population(tables.population.areas, tables.population.classes, residents)

    found = outpatient_index(replace(tables, population=empty, clinic_visits=visits), RULES)

    assert found.states[:3] == (IndexState.NO_RESIDENTS, IndexState.NO_CONSULTATION, IndexState.DEFINED)
    assert not found.majority[:2].any()


def test_a_table_of_another_shape_is_refused() -> None:
    with pytest.raises(Problem, match=r"workforce\.table-shape"):
        replace(clinic_tables(), rates=np.ones(3))


def test_candidates_need_both_the_deviation_and_the_density() -> None:
    index = np.array([300.0, 300.0, *[100.0] * 18])
    density = np.array([50.0, 1.0, 60.0, *[2.0] * 17])

    found = excess_candidates(index, density, RULES)

    assert found.dense.sum() == 2
    assert found.candidate.tolist() == [True, *[False] * 19]
    assert (found.multiple[:2] > RULES.deviations).all()
    assert "mean_of" in found.unconfirmed


def test_both_readings_of_the_mean_and_of_the_deviation_are_there() -> None:
    index, density = np.arange(1.0, 21.0), np.arange(20.0)
    areas_mean = excess_candidates(index, density, RULES)
    nation = excess_candidates(index, density, RULES, mean_of="nation", national=4.0, delta_degrees=1)

    assert (areas_mean.mean, nation.mean) == (10.5, 4.0)
    assert nation.deviation / areas_mean.deviation == pytest.approx(np.sqrt(20 / 19))
    # 10.5 + 1.5 × 5.77 = 19.1 takes the last one; 4 + 1.5 × 5.92 = 12.9 all that are dense.
    assert (areas_mean.candidate.sum(), nation.candidate.sum()) == (1, 2)
    with pytest.raises(Problem, match=r"workforce\.national-value-needed"):
        excess_candidates(index, density, RULES, mean_of="nation")


def test_mean_and_deviation_follow_from_any_two_areas() -> None:
    index = np.random.default_rng(3).uniform(50, 300, 40)
    found = excess_candidates(index, index, RULES)

    one, other = ((float(index[at]), float(found.multiple[at])) for at in (4, 21))

    assert mean_and_deviation(one, other) == pytest.approx((found.mean, found.deviation))


def test_the_nine_candidates_are_beyond_the_deviation_and_among_the_densest() -> None:
    published = rows("published/outpatient_excess_candidates_2026.csv")
    found = places(area_set("330"))
    dense = upper_part(found.clinics / found.habitable_land, RULES.density_share)

    assert len(published) == 9
    assert all(float(row["sd_multiple"]) >= RULES.deviations for row in published)
    for row in published:
        area = found.rows.areas.find(row["prefecture"] + row["area"])
        at = found.rows.row(area.code)
        assert dense[at], row
        # Clinics of another year than the ministry's: its densities are up to a fifth higher.
        ours = float(found.clinics[at] / found.habitable_land[at])
        assert 0.8 < ours / float(row["clinic_density_ratio"]) < 1.05
    assert dense.sum() == 33


def test_chibas_areas_stand_in_the_order_of_their_ranks_and_none_is_in_the_upper_third() -> None:
    published = rows("published/outpatient_index_chiba_2024.csv")
    values = np.array([float(row["outpatient_index"]) for row in published])
    ranks = np.array([int(row["national_rank_of_330"]) for row in published])

    assert (np.argsort(-values) == np.argsort(ranks)).all()
    assert upper_part(np.arange(330, 0, -1.0), 1 / 3).sum() == 110
    assert ranks.min() == 150 > 110


def test_parts_take_ties_at_their_boundary_and_leave_out_the_absent() -> None:
    values = np.array([1.0, 2.0, 2.0, 3.0, np.nan, 4.0, 5.0])

    assert lower_part(values, 1 / 3).tolist() == [True, True, True, False, False, False, False]
    assert upper_part(values, 1 / 3).tolist() == [False, False, False, False, False, True, True]
    assert not upper_part(np.full(3, np.nan), 1 / 3).any()


@pytest.mark.parametrize(("areas_in_all", "third"), [(47, 16), (330, 110), (335, 112), (3, 1)])
def test_a_third_of_so_many(areas_in_all: int, third: int) -> None:
    assert lower_part(np.arange(float(areas_in_all)), 1 / 3).sum() == third
