"""Imported tables become the concepts of the index; what is absent is refused, never made a number."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.areas import Area, AreaCode, AreaSet, PrefectureCode, area_set, own_grouping
from kaihoken.workforce.tables import (
    AGES,
    Absent,
    LongTable,
    catalogue,
    consultation_rates,
    entry,
    flows,
    heads_by_band,
    hours,
    national_demand,
    physicians,
    population,
    population_of,
    read_table,
    residents,
    zero_where_none,
)

from .official_sheets import register_rows, register_workbook

PHYSICIAN_AGES = catalogue().age_lists["physician"]
SURVEY_AGES = catalogue().age_lists["survey_to_90"]


def two_areas() -> AreaSet:
    areas = [Area(AreaCode(code), code, PrefectureCode("01"), "北海道") for code in ("0101", "0102")]
    return own_grouping("two", areas, {"01202": "0101", "01101": "0102"})


def a_table(name: str, figure: Callable[..., float | Absent], **labels: tuple[str, ...]) -> LongTable:
    """A table with `figure(place=…, measure=…, …)` in each record."""
    wanted = entry(name)
    keys = {"place": ("00",), "measure": tuple(one.id for one in wanted.measures), **labels}
    records = [dict(zip(keys, record, strict=True)) for record in product(*keys.values())]
    figures = [figure(**record) for record in records]
    values = [np.nan if isinstance(one, Absent) else float(one) for one in figures]
    absent = [one if isinstance(one, Absent) else Absent.PRESENT for one in figures]
    columns = {key: np.array([record[key] for record in records]) for key in keys}
    return LongTable(wanted, columns, np.array(values), np.array(absent, dtype=np.uint8))


def physicians_table(figure: Callable[..., float | Absent]) -> LongTable:
    return a_table(
        "physicians",
        figure,
        place=("0101", "0102"),
        kind=("sole", "primary", "secondary"),
        sex=("male", "female"),
        age=PHYSICIAN_AGES,
    )


def test_doctors_by_workplace_and_five_year_age_become_heads_sent_and_received_by_decade() -> None:
    table = physicians_table(lambda kind, **_: {"sole": 10, "primary": 2, "secondary": 2}[kind])

    found = physicians(table, two_areas())

    assert found.heads[0, 0].tolist() == [24, 24, 24, 24, 24, 48]
    assert found.sent[1, 1].tolist() == found.received[1, 1].tolist() == [4, 4, 4, 4, 4, 8]
    found.require_conserved()


def test_a_dash_is_nobody_only_where_the_caller_says_so() -> None:
    table = physicians_table(lambda age, **_: Absent.NO_COUNT if age == "-24" else 1)

    with pytest.raises(Problem, match="import-incomplete") as told:
        physicians(table, two_areas())
    assert told.value.facts["kind"] == "no-count"
    assert physicians(zero_where_none(table), two_areas()).heads[0, 0, 0] == 2


def test_what_is_suppressed_stays_absent() -> None:
    table = physicians_table(
        lambda age, place, **_: Absent.SUPPRESSED if age == "85+" and place == "0102" else 1
    )

    with pytest.raises(Problem, match="import-incomplete") as told:
        physicians(zero_where_none(table), two_areas())
    assert (told.value.where, told.value.facts["kind"]) == ("0102", "suppressed")


def test_an_area_without_a_row_is_named() -> None:
    table = a_table(
        "clinic-physicians", lambda **_: 1, place=("0101",), sex=("male", "female"), age=PHYSICIAN_AGES
    )

    assert heads_by_band(table, ["0101"]).shape == (1, 2, 6)
    with pytest.raises(Problem, match="import-incomplete") as told:
        heads_by_band(table, ["0101", "0102"])
    assert (told.value.where, told.value.facts["number"]) == ("0102", 1)


def test_hours_stand_in_the_order_of_the_bands() -> None:
    ages = ("70+", "-29", "30-39", "40-49", "50-59", "60-69")
    table = a_table("hours", lambda age, **_: 40 + ages.index(age), sex=("male", "female"), age=ages)

    found = hours(table, "R4")

    assert found.hours[0].tolist() == [41, 42, 43, 44, 45, 40]
    assert found.survey == "R4"


def test_residents_of_municipalities_are_summed_to_areas(tmp_path: Path) -> None:
    rows = [
        *register_rows("012025", "北海道", "函館市", 200),
        *register_rows("011011", "北海道", "札幌市中央区", 300),
    ]
    imported = read_table(register_workbook(tmp_path / "a.xlsx", rows), "population")
    assert imported.table is not None

    found = population(imported.table, two_areas())

    assert found.total.tolist() == [200 * 42, 300 * 42]
    assert found.classes[:2] == (("male", "0-4"), ("male", "5-9"))
    with pytest.raises(Problem, match="import-incomplete") as told:
        population(imported.table, area_set("330"))
    assert told.value.where == "0102"


def test_the_shipped_residents_leave_out_those_without_an_age() -> None:
    found = population_of(residents(area_set("330")))

    assert found.total.sum() == 60_660_593 + 63_663_376
    assert found.classes[-1] == ("female", "100+")


def test_rates_of_the_survey_reach_the_ages_of_the_register() -> None:
    table = a_table(
        "consultation-rates",
        lambda age, **_: 100 + SURVEY_AGES.index(age),
        sex=("male", "female"),
        age=SURVEY_AGES,
    )

    found = consultation_rates(table, AGES, "R5", infants=0.25)

    assert found.inpatient[0] == 0.25 * 100 + 0.75 * 101
    assert found.inpatient[AGES.index("5-9")] == 102
    assert (
        found.clinic[AGES.index("90-94") : AGES.index("100+") + 1].tolist()
        == [100 + len(SURVEY_AGES) - 1] * 3
    )
    with pytest.raises(Problem, match="import-incomplete") as told:
        consultation_rates(table, AGES, "R5")
    assert told.value.where == "0-4"


def test_flows_and_the_demand_of_the_nation() -> None:
    amounts = {"resident": 100, "inflow": 20, "outflow": 30}
    table = a_table(
        "flows", lambda measure, **_: amounts[measure], place=("0101", "0102"), kind=("inpatient", "clinic")
    )

    assert flows(table, two_areas()).clinic.coefficient().tolist() == [0.9, 0.9]

    totals = {
        "outpatient_demand": 100_000,
        "inpatient_demand": 200_000,
        "inpatients": 1_200_000,
        "outpatients": 4_000_000,
    }
    claims = {"bedded_claims": 1_000, "bedless_claims": 9_000}
    demand = national_demand(a_table("national-demand", lambda measure, **_: (totals | claims)[measure]))
    assert demand.q() == pytest.approx((100_000 / 3_600_000) / (200_000 / 1_200_000))
