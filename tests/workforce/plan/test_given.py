"""The tables of a plan in a folder: what is read, what is left out and told."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce import area_set
from kaihoken.workforce.plan import TABLES, Awaited, PlanInputs, inputs_in, written_correction_plan
from kaihoken.workforce.tables import template

from .builders import DURING_THE_PLAN, a_correction_plan

AREAS = area_set("330")
MORIOKA, KAMAISHI = AREAS.position("0301"), AREAS.position("0306")


def read(folder: Path, on: date = DURING_THE_PLAN, **tables: str) -> PlanInputs:
    """What a plan reads of a folder with these tables, `plan_heads` written as plan-heads.csv."""
    for name, text in tables.items():
        (folder / f"{name.replace('_', '-')}.csv").write_text(text, encoding="utf-8")
    return inputs_in(folder, AREAS, on=on)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table)
def test_a_template_that_nobody_filled_in_is_no_table(table: Awaited, tmp_path: Path) -> None:
    sheet, _ = template(table.table, tmp_path)
    sheet.rename(tmp_path / f"{table.table}.xlsx")

    if table.table.startswith("plan-"):
        with pytest.raises(Problem) as raised:
            read(tmp_path)
        assert (raised.value.code, raised.value.facts["table"]) == ("workforce.table-faulty", table.table)
    else:
        assert read(tmp_path).duty == ()  # the other three of 地域枠 wait


def test_figures_are_read_as_sheets_write_them_and_absent_ones_stay_absent(tmp_path: Path) -> None:
    text = '\ufeff二次医療圏コード,氏名ではない列,医療施設従事医師数\n０３０１,a,"１,234"\n\n0306,b,－\n'

    found = read(tmp_path, plan_heads=text)

    assert found.heads is not None
    assert found.heads[MORIOKA] == 1234
    assert np.isnan(found.heads[KAMAISHI])
    assert found.faults == ()


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("0306,many", "workforce.import-cell-unreadable", "B3"),
        ("0306,-5", "workforce.import-cell-range", "B3"),
        ("0306,▲5", "workforce.import-cell-range", "B3"),
        ("9999,5", "workforce.import-place-unknown", "A3"),
    ],
)
def test_a_row_that_does_not_read_is_told_and_the_others_are_kept(
    tmp_path: Path, row: str, code: str, cell: str
) -> None:
    found = read(tmp_path, plan_heads=f"area_code,physicians\n0301,1\n{row}\n")

    (fault,) = found.faults
    assert (fault.code, fault.where.split(" › ")[-1]) == (code, cell)
    assert fault.where.startswith("plan-heads.csv")
    assert found.heads is not None
    assert found.heads[MORIOKA] == 1


def test_two_rows_that_differ_are_both_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, plan_heads="area_code,physicians\n0301,1\n0301,2\n0306,3\n")

    assert [fault.code for fault in found.faults] == ["workforce.import-rows-differ"]
    assert found.heads is not None
    assert np.isnan(found.heads[MORIOKA])


def test_a_folder_without_tables_gives_nothing(tmp_path: Path) -> None:
    found = read(tmp_path)

    assert found.heads is found.last_plan is found.correction is found.supply is None


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        read(tmp_path / "nowhere")

    assert raised.value.code == "workforce.data-folder"


def test_every_table_of_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "correction-plan.json").write_bytes(written_correction_plan(a_correction_plan()))

    found = read(
        tmp_path,
        plan_heads="area_code,physicians\n0306,70\n",
        plan_supply_2036="area_code,supply_upper,supply_lower\n0306,60,50\n",
        plan_clinics="市区町村コード,前の一般診療所数,今の一般診療所数,前の人口,今の人口\n03211,30,24,35000,30000\n",
        plan_targets="area_code,target\n0306,80\n0301,\n",
        plan_last="area_code,target,physicians_start,population_start,ratio_start,physicians_end,"
        "population_end,ratio_end\n0306,60,55,0.5,1.2,59,0.435,1.258\n",
        plan_measures="二次医療圏コード,種類,内容,順\n0306,取組,承継,2\n0306,取組,派遣,1\n0306,引き継ぎ,承継,1\n",
    )

    assert found.heads is not None
    assert found.heads[KAMAISHI] == 70
    assert found.supply_lower is not None
    assert found.supply_lower[KAMAISHI] == 50
    assert found.clinics is not None
    assert (found.clinics.codes, found.clinics.clinics_now.tolist()) == (("03211",), [24])
    assert found.own_targets == {"0306": 80}
    assert found.last_plan is not None
    assert found.last_plan.end.index[KAMAISHI] == pytest.approx(107.8, abs=0.1)
    assert found.last_plan.measures == {"0306": ("派遣", "承継")}
    assert found.last_plan.carried_over == {"0306": ("承継",)}
    assert found.correction == a_correction_plan()
    assert found.faults == ()


def test_a_policy_that_does_not_read_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "priority-policy.json").write_text('{"name": "", "any_of": [{"type": "Best"}]}')

    with pytest.raises(Problem) as raised:
        read(tmp_path)

    assert (raised.value.code, raised.value.where) == ("workforce.policy-unreadable", "$.any_of[0].type")


def ages(*rows: str) -> str:
    names = ["24歳以下", *(f"{first}～{first + 4}歳" for first in range(25, 85, 5)), "85歳以上"]
    return "\n".join(["二次医療圏コード,従事先," + ",".join(names), *rows])


def test_ages_become_bands_and_a_suppressed_one_stays_absent(tmp_path: Path) -> None:
    each, hidden = ",".join(["4"] * 13), ",".join(["x"] * 13)
    text = ages(f"0306,すべて,－,{each}", f"0306,診療所,0,{each}", f"0301,すべて,1,{hidden}")

    found = read(tmp_path, plan_ages=text).ages

    assert found is not None
    assert (found.bands[0], found.bands[1], found.bands[-1]) == ((24, 25), (25, 30), (85, 95))
    assert found.heads[KAMAISHI].tolist() == [0, *[4] * 13]
    assert np.isnan(found.heads[MORIOKA, 1:]).all()
    assert np.isnan(found.heads[0]).all()
    assert found.clinic is not None
    assert found.clinic[KAMAISHI].sum() == 52


def test_without_a_row_of_clinics_they_are_not_known(tmp_path: Path) -> None:
    found = read(tmp_path, plan_ages=ages("0306,すべて," + ",".join(["4"] * 14))).ages

    assert found is not None
    assert found.clinic is None
