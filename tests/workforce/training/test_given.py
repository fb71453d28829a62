"""From a folder of tables to the projection and to the cohorts of 地域枠: what is read, and what is refused."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.training import (
    FIVE_YEARS,
    duty_doctors,
    duty_in,
    project,
    supply_in,
    waiting_for_duty,
    waiting_for_standardised,
    waiting_for_supply,
)

from .supply_folder import AGES, IWATE, duty_in_folder, hours_in, supply_folder, written

DAY = date(2026, 11, 22)


def test_a_prefecture_s_tables_are_its_projection(tmp_path: Path) -> None:
    found = supply_in(supply_folder(tmp_path))

    assert found.areas.codes == IWATE
    assert found.bands == FIVE_YEARS
    assert found.years == (2022, 2024, 2026, 2028, 2030, 2032, 2034, 2036)
    assert (found.stock == 6).all()
    assert found.weights is None
    assert found.upper.entry[0, 0].sum() == pytest.approx(6)  # of two years
    assert found.upper.entry[0, 0, 0, :3] == pytest.approx([2.25, 0.75, 0])


def test_what_both_assumptions_share_stands_where_one_has_no_row_of_its_own(tmp_path: Path) -> None:
    found = supply_in(supply_folder(tmp_path))

    assert (found.upper.survival == 0.9).all()
    assert found.lower.survival[0] == pytest.approx([0.8] * 14)
    assert found.lower.survival[1] == pytest.approx([0.9] * 14)


def test_the_projection_of_a_step_is_who_stays_and_who_begins(tmp_path: Path) -> None:
    found = supply_in(supply_folder(tmp_path))

    heads = project(found, found.upper).by_area()
    assert heads[0] == pytest.approx([168] * 9)
    assert heads[1] == pytest.approx([168 * 0.9 + 6] * 9)


def test_hours_weigh_against_the_mean_of_the_nation(tmp_path: Path) -> None:
    hours_in(supply_folder(tmp_path))
    areas = supply_in(tmp_path).areas

    weights = supply_in(tmp_path).weights

    assert waiting_for_standardised(tmp_path, areas) == ()
    assert weights is not None
    # two men of 60 hours to a woman of 45: 55
    assert weights == pytest.approx(np.array([[60 / 55] * 14, [45 / 55] * 14]))


def test_every_table_that_waits_is_named(tmp_path: Path) -> None:
    assert [table for table, _ in waiting_for_supply(tmp_path)] == [
        "physicians",
        "survival",
        "entrants",
        "entrants-sex-age",
        "doctor-migration",
        "doctor-arrivals",
    ]
    whole = shipped_index().areas
    assert [table for table, _ in waiting_for_standardised(tmp_path, whole)] == ["hours"]
    supply_folder(tmp_path)
    assert waiting_for_supply(tmp_path) == ()
    assert [table for table, _ in waiting_for_standardised(tmp_path, supply_in(tmp_path).areas)] == [
        "hours",
        "physicians-prefecture",
    ]
    assert len(waiting_for_duty(tmp_path)) == 4


@pytest.mark.parametrize(
    ("table", "header", "rows", "code", "said"),
    [
        (
            "entrants",
            ("二次医療圏コード", "仮定", "年", "新たに従事する医師数"),
            [(area, "共通", year, 1) for area in IWATE for year in (2023, 2025)],
            "workforce.supply-table",
            "2023、2025",
        ),
        (
            "doctor-arrivals",
            ("二次医療圏コード", "移ってきた医師数"),
            [(area, 0) for area in IWATE],
            "workforce.supply-table",
            "0",
        ),
        (
            "doctor-arrivals",
            ("二次医療圏コード", "移ってきた医師数"),
            [(area, 1) for area in IWATE[1:]],
            "workforce.import-incomplete",
            "0301",
        ),
        (
            "doctor-migration",
            ("コード", "移動先の種類", "仮定", "性別", *AGES),
            [("田舎", "少数", "共通", "男", *[0] * 14)],
            "workforce.supply-table",
            "田舎",
        ),
        (
            "survival",
            ("仮定", "性別", *AGES[:10], "70歳以上"),
            [("共通", sex, *[1] * 11) for sex in ("男", "女")],
            "workforce.classes-differ",
            "survival",
        ),
        (
            "entrants-sex-age",
            ("性別", *AGES),
            [(sex, *[0] * 14) for sex in ("男", "女")],
            "workforce.supply-table",
            "0",
        ),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    tmp_path: Path,
    table: str,
    header: tuple[str, ...],
    rows: list[tuple[object, ...]],
    code: str,
    said: str,
) -> None:
    written(supply_folder(tmp_path), table, header, rows)

    with pytest.raises(Problem) as raised:
        supply_in(tmp_path)

    assert raised.value.code == code
    assert said in str(raised.value.facts)


def test_half_a_doctor_is_refused(tmp_path: Path) -> None:
    supply_folder(tmp_path)
    path = tmp_path / "physicians.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",4,", ",4.5,", 1), encoding="utf-8")

    with pytest.raises(Problem) as raised:
        supply_in(tmp_path)

    assert raised.value.facts["table"] == "physicians"


def test_the_cohorts_of_a_prefecture(tmp_path: Path) -> None:
    (found,) = duty_in(duty_in_folder(tmp_path), on=DAY)

    assert (found.prefecture_code, found.staying) == ("03", 0.5)
    assert found.cohorts.entrance_years == (2022, 2023, 2024, 2025, 2026)
    made = duty_doctors(found.cohorts, until=2036, on=DAY)
    # docs/workforce/training.md: of ten who entered in 2022, one pauses in the third year of duty
    assert made.residents[0, 0, made.years.index(2028)] == 10
    assert made.serving[0, 0, :, made.years.index(2030)] == pytest.approx([4.5, 4.5, 0])
    assert made.serving[0, 0, :, made.years.index(2031)].sum() == pytest.approx(9.9)


def test_a_year_of_entrance_that_is_left_out_is_refused(tmp_path: Path) -> None:
    duty_in_folder(tmp_path)
    rows = [("03", 2022, "内科", 1), ("03", 2022, "外科", 1), ("03", 2023, "内科", 1)]
    written(tmp_path, "duty-entrants", ("都道府県コード", "年", "診療科", "入学者数"), rows)

    with pytest.raises(Problem) as raised:
        duty_in(tmp_path, on=DAY)

    assert raised.value.code == "workforce.import-incomplete"
