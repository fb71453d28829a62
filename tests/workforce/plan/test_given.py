"""The short tables of a plan: what is read, what is left out and told, and reading a folder of them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce import area_set
from kaihoken.workforce.plan import TABLES, Awaited, inputs_in, read_given, written_correction_plan

from .builders import a_correction_plan, areas_of

HEADS = next(table for table in TABLES if table.table == "plan-heads")
SUPPLY = next(table for table in TABLES if table.table == "plan-supply-2036")
TWO = areas_of("03", "0301", "0306")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table)
def test_a_template_reads_as_an_empty_table(table: Awaited) -> None:
    found = read_given(table, table.template())

    assert (found.keys, found.faults) == ((), ())
    assert found.numbers.shape == (0, len(table.numbers))


def test_figures_are_read_as_sheets_write_them_and_absent_ones_stay_absent() -> None:
    text = '\ufeffarea_code,氏名ではない列,physicians\n０３０１,a,"１,234.5"\n\n0306,b,－\n'

    found = read_given(HEADS, text, TWO)

    np.testing.assert_equal(found.by_area(TWO, "physicians"), np.array([1234.5, np.nan]))
    assert found.lines == (2, 4)


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("0306,many", "physicians", "many"),
        ("0306,-5", "physicians", "-5"),
        ("0306,▲5", "physicians", "▲5"),
        ("0306,nan", "physicians", "nan"),
        ("0306,1e3", "physicians", "1e3"),
        (",5", "area_code", "empty"),
        ("306,5", "area_code", "306: not in test, near 0306"),
        ("9999,5", "area_code", "9999: not in test, near —"),
        ("0301,5", "area_code", "0301: twice"),
    ],
)
def test_a_row_that_does_not_read_is_told_and_the_others_are_kept(row: str, field: str, reason: str) -> None:
    found = read_given(HEADS, f"area_code,physicians\n0301,1\n{row}\n", TWO)

    (fault,) = found.faults
    assert (fault.code, fault.where) == ("workforce.plan-row-unreadable", "plan-heads line 3")
    assert (fault.facts["field"], fault.facts["reason"]) == (field, reason)
    assert found.keys == (("0301",),)


def test_a_short_row_has_absent_figures() -> None:
    found = read_given(SUPPLY, "area_code,supply_upper,supply_lower\n0301,5\n", TWO)

    np.testing.assert_equal(found.numbers, [[5, np.nan]])


@pytest.mark.parametrize("text", ["", "area_code\n", "physicians,code\n"])
def test_missing_columns_are_told_with_the_template(text: str) -> None:
    with pytest.raises(Problem) as raised:
        read_given(HEADS, text)

    assert raised.value.code == "workforce.plan-columns"
    assert raised.value.facts["template"] == "area_code,physicians"


def test_a_field_without_end_is_told() -> None:
    with pytest.raises(Problem) as raised:
        read_given(HEADS, 'area_code,physicians\n0301,"' + "1" * 200_000)

    assert (raised.value.code, raised.value.facts["field"]) == ("workforce.plan-row-unreadable", "CSV")


@given(st.text(max_size=200))
def test_any_text_is_read_or_told(text: str) -> None:
    found = read_given(HEADS, f"area_code,physicians\n{text}")

    assert len(found.keys) == len(found.numbers) == len(set(found.keys))


class TestAFolder:
    def test_an_empty_one_gives_nothing(self, tmp_path: Path) -> None:
        found = inputs_in(tmp_path, area_set("330"))

        assert found.heads is None
        assert found.last_plan is None
        assert found.correction is None

    def test_one_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(Problem) as raised:
            inputs_in(tmp_path / "nowhere", area_set("330"))

        assert raised.value.code == "workforce.plan-folder"

    def test_every_table_of_it_is_read(self, tmp_path: Path) -> None:
        areas = area_set("330")
        kamaishi = areas.position("0306")
        for name, text in {
            "plan-heads": "area_code,physicians\n0306,70\n",
            "plan-supply-2036": "area_code,supply_upper,supply_lower\n0306,60,50\n306,1,1\n",
            "plan-clinics": "municipality_code,clinics_then,clinics_now,population_then,population_now\n"
            "03211,30,24,35000,30000\n",
            "plan-targets": "area_code,target\n0306,80\n0301,\n",
            "plan-last": "area_code,target,physicians_start,population_start,ratio_start,physicians_end,"
            "population_end,ratio_end\n0306,60,55,0.5,1.2,59,0.435,1.258\n",
            "plan-measures": "area_code,kind,text\n0306,measure,派遣\n0306,measure,承継\n"
            "0306,carried_over,承継\n0306,other,不明\n",
        }.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        (tmp_path / "correction-plan.json").write_bytes(written_correction_plan(a_correction_plan()))

        found = inputs_in(tmp_path, areas)

        assert found.heads is not None
        assert found.heads[kamaishi] == 70
        assert np.isnan(found.heads[kamaishi + 1])
        assert found.supply_lower is not None
        assert found.supply_lower[kamaishi] == 50
        assert found.clinics is not None
        assert found.clinics.codes == ("03211",)
        assert found.own_targets == {"0306": 80}
        assert found.last_plan is not None
        assert found.last_plan.end.index[kamaishi] == pytest.approx(107.8, abs=0.1)
        assert found.last_plan.measures == {"0306": ("派遣", "承継")}
        assert found.last_plan.carried_over == {"0306": ("承継",)}
        assert found.correction == a_correction_plan()
        assert [fault.where for fault in found.faults] == ["plan-supply-2036 line 3", "plan-measures line 5"]

    def test_a_policy_that_does_not_read_is_told_with_its_place(self, tmp_path: Path) -> None:
        (tmp_path / "priority-policy.json").write_text('{"name": "", "any_of": [{"type": "Best"}]}')

        with pytest.raises(Problem) as raised:
            inputs_in(tmp_path, area_set("330"))

        assert (raised.value.code, raised.value.where) == (
            "workforce.policy-unreadable",
            "$.any_of[0].type",
        )

    def test_ages_become_bands_and_a_suppressed_one_stays_absent(self, tmp_path: Path) -> None:
        areas = area_set("330")
        (tmp_path / "plan-ages.csv").write_bytes(
            "area_code,workplace,age_from,age_to,physicians\n"
            "0306,all,25,35,4\n0306,all,35,75,50\n0306,clinic,35,75,10\n"
            "0301,all,25,35,－\n0301,all,35,75,300\n"
            "0306,病院,25,35,1\n0306,all,75,35,1\n".encode("cp932")
        )

        found = inputs_in(tmp_path, areas)

        assert found.ages is not None
        assert found.ages.bands == ((25, 35), (35, 75))
        assert found.ages.heads[areas.position("0306")].tolist() == [4, 50]
        assert np.isnan(found.ages.heads[areas.position("0301"), 0])
        assert np.isnan(found.ages.heads[areas.position("0101")]).all()
        assert found.ages.clinic is not None
        assert found.ages.clinic[areas.position("0306")].tolist() == [0, 10]
        assert [fault.facts["field"] for fault in found.faults] == ["workplace", "age_from"]

    def test_without_a_row_of_clinics_they_are_not_known(self, tmp_path: Path) -> None:
        text = "area_code,workplace,age_from,age_to,physicians\n0306,all,25,35,4\n"
        (tmp_path / "plan-ages.csv").write_text(text, encoding="utf-8")

        found = inputs_in(tmp_path, area_set("330"))

        assert found.ages is not None
        assert found.ages.clinic is None
