"""The index from raw tables: the worked toy, workplaces, zero rows, tables that do not fit."""

from dataclasses import replace

import numpy as np
import pytest

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce import BoundarySet, area_set
from kaihoken.workforce.index import (
    PUBLISHED_ON,
    IndexClass,
    IndexState,
    NationalClasses,
    RawTables,
    Thresholds,
    factors_of,
    index_at_q,
    index_from_tables,
    shipped_index,
)
from kaihoken.workforce.tables import (
    ConsultationRates,
    Flows,
    Hours,
    NationalDemand,
    PatientFlow,
    Physicians,
    Population,
    Workplaces,
    WorkplaceShares,
    population_of,
    residents,
)

from .raw_tables import AREA_CLASSES, areas, by_class, made_up, toy

OLD = Thresholds(upper=217.6, lower=179.3)
SHARES = rules.load(WorkplaceShares, on=PUBLISHED_ON)


def test_the_worked_toy_exactly() -> None:
    found = index_from_tables(toy(), OLD)
    factors = found.factors

    assert toy().hours.mean(toy().national().physicians) == pytest.approx(51.4285714, abs=5e-8)
    assert factors.counted[0] == 130
    assert factors.physicians[0] == pytest.approx(121.5277778, abs=5e-8)
    assert factors.national_rate == pytest.approx(1758.5, abs=1e-9)
    assert factors.expected_rate[0] == pytest.approx(1925.85, abs=1e-9)
    assert factors.ratio[0] == pytest.approx(1.0951663, abs=5e-8)
    assert found.table.index[0] == pytest.approx(110.9674155, abs=5e-8)


def test_nationally_standardised_physicians_are_as_many_as_heads() -> None:
    tables = made_up(seed=1)
    factors = factors_of(tables)

    assert factors.physicians.sum() == pytest.approx(factors.heads.sum(), rel=1e-12)
    assert factors.counted.sum() == pytest.approx(factors.heads.sum(), rel=1e-12)
    assert not np.allclose(factors.physicians, factors.heads)


def test_without_flows_the_nation_has_the_ratio_one() -> None:
    tables = made_up(seed=2)
    still = PatientFlow(tables.areas, np.ones(12), np.zeros(12), np.zeros(12))
    factors = factors_of(replace(tables, flows=Flows(still, still)))

    assert (factors.ratio * factors.population).sum() / factors.population.sum() == pytest.approx(1)
    assert factors.ratio == pytest.approx(factors.age_ratio)


def test_a_secondary_workplace_takes_a_fifth_along_and_loses_nobody() -> None:
    places = Workplaces(
        areas(3),
        primary=np.array([0, 0, 0, 1]),
        sex=np.zeros(4, dtype=int),
        band=np.zeros(4, dtype=int),
        # 0: to area 1. 1: within its own area. 2: to areas 1 and 2. 3: a place that is no medical institution.
        secondary_physician=np.array([0, 1, 2, 2, 3]),
        secondary_area=np.array([1, 0, 1, 2, -1]),
    )
    table = places.table()
    counted = table.counted(SHARES).sum(axis=(1, 2))

    assert counted == pytest.approx([2.6, 1.3, 0.1])
    assert counted.sum() == 4
    table.require_conserved()


def test_the_former_rule_counts_the_primary_workplace_alone() -> None:
    former = rules.load(WorkplaceShares, on=PUBLISHED_ON.replace(year=2021))
    table = made_up(seed=3).physicians

    assert (table.counted(former) == table.heads).all()


def test_workplaces_that_get_lost_are_told() -> None:
    one = Physicians(areas(2), by_class(2, 10), by_class(2, 1), by_class(2, 0))

    with pytest.raises(Problem, match=r"workforce\.workplaces-not-conserved"):
        one.require_conserved()


def test_rows_without_residents_patients_or_doctors_stay() -> None:
    tables = made_up(seed=4)
    residents, heads = tables.population.residents.copy(), tables.physicians.heads.copy()
    residents[0] = 0
    heads[2] = 0
    nobody = np.zeros_like(heads)
    flow = tables.flows.inpatient
    resident, outflow = flow.resident.copy(), flow.outflow.copy()
    resident[1] = outflow[1] = 0
    empty = replace(
        tables,
        population=replace(tables.population, residents=residents),
        physicians=Physicians(tables.areas, heads, nobody, nobody),
        flows=Flows(replace(flow, resident=resident, outflow=outflow), tables.flows.clinic),
    )

    table = index_from_tables(empty, OLD).table

    assert table.states[:4] == (
        IndexState.NO_RESIDENTS,
        IndexState.NO_CONSULTATION,
        IndexState.DEFINED,
        IndexState.DEFINED,
    )
    assert np.isnan(table.index[:2]).all()
    assert table.index[2] == 0
    assert table.classes[:2] == (None, None)


def test_q_from_the_national_figures_and_its_sensitivity() -> None:
    demand = NationalDemand(50_000, 200_000, 1_200_000, 4_200_000, 1, 9)
    tables = made_up(seed=5)

    assert demand.no_bed_outpatients() == pytest.approx(3_780_000)
    assert demand.q() == pytest.approx(50_000 / 3_780_000 / (200_000 / 1_200_000))
    assert index_at_q(tables, 1) == pytest.approx(index_from_tables(tables, OLD).table.index)
    assert np.abs(index_at_q(tables, 1.2) - index_at_q(tables, 0.8)).max() > 0.1


def test_doubling_q_moves_weight_to_clinics() -> None:
    # The toy's clinic visits are younger than the nation's inpatients: more weight on clinics lowers its ratio.
    assert index_at_q(toy(), 2)[0] == pytest.approx(
        121.5277778 / ((0.26 * 0.95 * 5100 + 0.9 * 1440) / (0.26 * 4450 + 1180))
    )


@pytest.mark.parametrize(
    ("code", "build"),
    [
        ("table-shape", lambda: Hours(np.ones((2, 5)), "x")),
        ("table-unit", lambda: Hours(np.full((2, 6), 169.0), "x")),
        ("table-unit", lambda: Hours(np.zeros((2, 6)), "x")),
        ("table-not-a-count", lambda: Population(areas(1), AREA_CLASSES, np.array([[np.nan, 1.0]]))),
        ("table-not-a-count", lambda: Population(areas(1), AREA_CLASSES, np.array([[-1.0, 1.0]]))),
        ("table-unit", lambda: Population(areas(1), AREA_CLASSES, np.array([[0.12, 3.4]]))),
        ("table-unit", lambda: ConsultationRates(AREA_CLASSES, np.array([0.01, 0.02]), np.ones(2) * 9, "x")),
        (
            "table-unit",
            lambda: ConsultationRates(AREA_CLASSES, np.ones(2) * 9, np.array([1e5 + 1, 2.0]), "x"),
        ),
        ("table-more-sent", lambda: Physicians(areas(1), by_class(1, 1), by_class(1, 2), by_class(1, 0))),
        ("table-more-outflow", lambda: PatientFlow(areas(1), np.ones(1), np.ones(1), np.array([1.1]))),
        (
            "classes-differ",
            lambda: replace(toy(), population=Population(areas(1), (("both", "x"),), np.ones((1, 1)))),
        ),
        ("areas-differ", lambda: replace(toy(), physicians=made_up(seed=6).physicians)),
        ("table-unit", lambda: replace(toy(), q=0.0)),
    ],
)
def test_tables_that_do_not_fit(code: str, build: object) -> None:
    assert callable(build)
    with pytest.raises(Problem) as refused:
        build()
    assert refused.value.code == f"workforce.{code}"


def test_what_is_just_within_its_unit_is_taken() -> None:
    assert Hours(np.full((2, 6), 168.0), "x").demo is False
    assert Population(areas(1), AREA_CLASSES, np.array([[12.0, 3.0]])).total[0] == 15
    assert Population(areas(1), AREA_CLASSES, np.array([[900.5, 100.0]])).total[0] == 1000.5
    assert PatientFlow(areas(1), np.ones(1), np.zeros(1), np.ones(1)).coefficient()[0] == 0


def test_fictitious_hours_are_known_to_be_so() -> None:
    tables = toy()

    assert not tables.demo
    assert replace(tables, hours=replace(tables.hours, demo=True)).demo


def test_given_national_classes_are_used_and_else_the_sum() -> None:
    tables = made_up(seed=7)
    nation = tables.national()
    given = replace(tables, nation=NationalClasses(nation.physicians * 2, nation.residents * 2))

    assert nation.physicians.sum() == pytest.approx(tables.physicians.heads.sum())
    assert factors_of(given).ratio == pytest.approx(factors_of(tables).ratio)


def test_the_shipped_register_is_a_population() -> None:
    people = population_of(residents(area_set("330")))

    assert people.residents.shape == (330, 42)
    # 124,330,690 registered less those whose age the register leaves out.
    assert 124_000_000 < people.total.sum() <= 124_330_690


@pytest.mark.parametrize("name", ["330", "335", "339"])
def test_every_set_of_areas_is_held_against_the_thresholds_as_published(name: BoundarySet) -> None:
    drawn = area_set(name)
    people = population_of(residents(drawn))
    heads = np.broadcast_to(people.total[:, None, None] / 5000, (len(drawn), 2, 6)).copy()
    none = np.zeros_like(heads)
    still = PatientFlow(drawn, people.total / 20, np.zeros(len(drawn)), np.zeros(len(drawn)))
    rates = np.linspace(500, 5000, len(people.classes))
    tables = RawTables(
        Physicians(drawn, heads, none, none),
        Hours(np.full((2, 6), 50.0), "toy", demo=True),
        people,
        ConsultationRates(people.classes, rates, rates, "toy", demo=True),
        Flows(still, still),
        q=0.1,
        workplaces=SHARES,
    )

    table = index_from_tables(tables, shipped_index().thresholds).table

    assert len(table) == int(name)
    assert sum(table.counts().values()) == int(name)
    assert table.counts()[IndexClass.MAJORITY] == sum(table.index >= 217.6)
    assert (table.index * table.population * table.ratio).sum() == pytest.approx(heads.sum())
