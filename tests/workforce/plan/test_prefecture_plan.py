"""A prefecture's whole plan, from what ships alone and with everything given, and the command that prints it."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from kaihoken import rules
from kaihoken.cli import run
from kaihoken.problems import Problem
from kaihoken.workforce import PrefectureCode
from kaihoken.workforce.index import IndexClass, shipped_index
from kaihoken.workforce.plan import (
    AgeTable,
    Attainment,
    ClinicCounts,
    LastPlan,
    Moment,
    PlanInputs,
    PrefecturePlan,
    Spread,
    State,
    look_over,
    plan_of,
)
from kaihoken.workforce.tables import Absent, LongTable, entry
from kaihoken.workforce.training import DutyCohorts, DutyGiven

from .builders import DURING_THE_PLAN, a_correction_plan, numbers

TABLE = shipped_index()
NOTHING = PlanInputs()
KAMAISHI = TABLE.areas.position("0306")


def iwate(
    inputs: PlanInputs = NOTHING,
    *,
    on: date = DURING_THE_PLAN,
    population: Literal["projected", "frozen"] = "frozen",
    as_planned: bool = False,
) -> PrefecturePlan:
    return plan_of(
        "岩手",
        on=on,
        spread=Spread.PROPORTIONAL,
        population=population,
        inputs=inputs,
        as_planned=as_planned,
    )


def column(value: float) -> npt.NDArray[np.float64]:
    """The same for every area."""
    return np.full(len(TABLE), value, dtype=np.float64)


def by_code(table: str, code: str, **figures: float) -> LongTable:
    """A table of one area that has a code of its own."""
    keys = {"place": [code] * len(figures), "measure": list(figures), "second": [""] * len(figures)}
    return LongTable(
        entry(table),
        {name: np.array(labels) for name, labels in keys.items()},
        numbers(*figures.values()),
        np.full(len(figures), Absent.PRESENT, dtype=np.uint8),
    )


def a_cohort() -> DutyGiven:
    """Ten who enter in 2020 with a duty in 岩手, all of them in 少数区域."""
    years = np.zeros(9)
    cohorts = DutyCohorts(
        (2020,),
        ("全診療科",),
        ("minority",),
        numbers(10).reshape(1, 1),
        1.0,
        years,
        years,
        np.ones((1, 7, 1)),
    )
    return DutyGiven(PrefectureCode("03"), cohorts, 0.5)


class TestFromWhatShips:
    def test_with_the_population_kept_釜石_has_the_known_target(self) -> None:
        made = iwate()

        (kamaishi,) = [area for area in made.areas if area.area_code == "0306"]
        assert kamaishi.lower_third == pytest.approx(98.1, abs=0.05)
        assert (kamaishi.physicians, kamaishi.index_class) == (59, IndexClass.MINORITY)
        assert kamaishi.gap == kamaishi.increase == pytest.approx(39.1, abs=0.05)
        assert (made.population_basis, made.ratio_basis, made.spread) == ("frozen", "frozen", "proportional")

    def test_everything_that_waits_is_named_and_empty(self) -> None:
        made = iwate()

        assert [one.part for one in made.awaited] == [
            "ratio_at_end",
            "heads",
            "balance_2036",
            "duty_doctors",
            "age_structure",
            "clinics",
            "benchmark_obstetric",
            "benchmark_paediatric",
            "evaluation",
        ]
        assert made.ages == made.clinics == made.obstetric == made.evaluation == ()
        assert made.correction is made.attainment is None
        assert {area.heads_target for area in made.areas} == {None}

    def test_what_is_not_confirmed_is_told(self) -> None:
        made = iwate()

        assert made.status is rules.Status.UNCONFIRMED
        assert "workforce/plan-targets limits" in {one.rule for one in made.doubts}
        assert "workforce/priority-areas" in {one.rule for one in made.doubts}

    def test_the_projection_of_the_plan_s_last_year_is_interpolated(self) -> None:
        made = iwate(population="projected")

        assert (made.population_basis, made.population_year, made.population_interpolated) == (
            "projected",
            2026,
            True,
        )
        (kamaishi,) = [area for area in made.areas if area.area_code == "0306"]
        # 釜石市 and 大槌町: 38,904 in 2025, 35,053 in 2030
        assert kamaishi.population_end == pytest.approx((38_904 * 0.8 + 35_053 * 0.2) / 100_000)

    def test_in_the_undivided_coast_of_fukushima_the_population_waits(self) -> None:
        made = plan_of("07", on=DURING_THE_PLAN, spread=Spread.PROPORTIONAL)

        assert made.awaited[0].part == "population_at_end"
        assert [area.area_code for area in made.areas if area.target is None] == ["0706", "0707"]
        assert made.whole.lower_third is not None  # the prefecture itself is projected whole
        assert made.need.sum_of_areas is None

    def test_a_prefecture_with_relatively_few_doctors_is_not_held(self) -> None:
        assert (iwate().whole.index_class, iwate().whole.held) == (IndexClass.MINORITY, False)

    def test_any_other_is_held_to_its_doctors(self) -> None:
        made = plan_of("京都府", on=DURING_THE_PLAN, spread=Spread.MANY_FIRST)

        assert made.whole.held
        assert made.whole.sum_of_targets == pytest.approx(made.whole.physicians)
        assert made.whole.limit == made.whole.physicians

    def test_the_need_keeps_the_nation_s_doctors_and_says_so(self) -> None:
        need = iwate().need

        assert (need.year, need.national_basis, need.status) == (2036, "frozen", rules.Status.UNCONFIRMED)
        (kamaishi,) = [area for area in need.areas if area.area_code == "0306"]
        assert kamaishi.required is not None
        assert kamaishi.balance_upper is None

    def test_the_nation_s_candidates_of_the_prefecture_are_there(self) -> None:
        made = iwate()

        assert "0306" in {one.code for one in made.candidates}
        assert {one.code[:2] for one in made.candidates} == {"03"}

    def test_before_the_criteria_were_reported_there_are_no_candidates(self) -> None:
        made = iwate(on=date(2025, 4, 1))

        assert made.candidates == ()
        assert "workforce/priority-areas" not in {one.rule for one in made.doubts}

    def test_the_plan_to_come_is_made_only_as_planned(self) -> None:
        with pytest.raises(Problem):
            iwate(on=date(2027, 4, 1))

        made = iwate(on=date(2027, 4, 1), as_planned=True)
        assert (made.last_fiscal_year, made.status) == (2029, rules.Status.PLANNED)
        assert made.doubts[0].status is rules.Status.PLANNED

    def test_a_prefecture_that_is_not_there_is_told(self) -> None:
        with pytest.raises(Problem) as raised:
            plan_of("48", on=DURING_THE_PLAN, spread=Spread.PROPORTIONAL)

        assert raised.value.code == "workforce.prefecture-unknown"

    def test_it_is_written_as_json_and_read_back(self) -> None:
        made = iwate()

        assert msgspec.json.decode(msgspec.json.encode(made), type=PrefecturePlan) == made


class TestWithWhatIsGiven:
    def everything(self) -> PlanInputs:
        moment = Moment(column(100), column(1), column(1))
        bands = ((25, 35), (35, 60), (60, 75), (75, 85))
        return PlanInputs(
            heads=TABLE.physicians * 1.1,
            ratio_at_end=TABLE.ratio,
            supply_upper=TABLE.physicians * 1.2,
            supply_lower=TABLE.physicians * 0.5,
            ages=AgeTable(TABLE.areas, bands, np.tile([1.0, 2, 3, 4], (330, 1)), None),
            clinics=ClinicCounts(
                ("03211", "13101"), numbers(30, 9), numbers(24, 9), numbers(9, 9), numbers(9, 9)
            ),
            duty=(a_cohort(),),
            deliveries=by_code("plan-deliveries", "A", physicians=5, deliveries_at_end=1200),
            obstetric_threshold=7.0,
            children=by_code("plan-children", "B", physicians=20, children_at_end=20_000, ratio_at_end=1),
            paediatric_threshold=90.0,
            last_plan=LastPlan(
                column(100), moment, replace(moment, physicians=column(99)), {"0306": ("派遣",)}, {}
            ),
            own_targets={"0306": 80.0},
            correction=a_correction_plan(),
        )

    def test_nothing_waits(self) -> None:
        assert iwate(self.everything()).awaited == ()

    def test_each_part_is_computed(self) -> None:
        made = iwate(self.everything())

        (kamaishi,) = [area for area in made.areas if area.area_code == "0306"]
        assert (kamaishi.target, kamaishi.increase) == (80, 21)
        assert (kamaishi.heads_target, kamaishi.heads_increase) == (88, 24)  # 80 × 1.1; 23.1 upwards
        assert made.ratio_basis == "given"
        (need,) = [area for area in made.need.areas if area.area_code == "0306"]
        assert need.required is not None
        assert need.balance_lower == pytest.approx(59 * 0.5 - need.required)
        assert made.ages[0].young == 0.1
        assert [one.municipality_code for one in made.clinics] == ["03211"]
        assert made.clinics[0].speed == -20
        assert sum(one.municipalities for one in made.clinics_by_size) == 1
        assert (made.obstetric[0].benchmark, made.obstetric[0].gap) == pytest.approx((8.4, 3.4))
        assert (made.paediatric[0].benchmark, made.paediatric[0].gap) == pytest.approx((18, -2))
        assert made.attainment == Attainment(0, 9)
        assert made.evaluation[0].from_doctors == pytest.approx(-1)
        assert {row.area_code: row.measures for row in made.evaluation}["0306"] == ("派遣",)
        assert {year.fiscal_year: year.serving["minority"] for year in made.duty}[2028] == 10
        assert made.correction is not None
        assert (made.correction.state, made.correction.findings) == (State.DECIDED, ())
        assert look_over(made.correction.plan) == ()

    @pytest.mark.parametrize(
        ("inputs", "field"),
        [
            (PlanInputs(population_at_end=TABLE.population), "residents"),
            (PlanInputs(ratio_at_end=TABLE.ratio * 100), "ratio"),
            (PlanInputs(heads=TABLE.physicians / 100), "physicians"),
            (PlanInputs(supply_upper=TABLE.physicians * 1000), "supply_upper"),
            (PlanInputs(supply_lower=TABLE.physicians / 1000), "supply_lower"),
        ],
    )
    def test_units_that_are_wrong_are_told(self, inputs: PlanInputs, field: str) -> None:
        with pytest.raises(Problem) as raised:
            iwate(inputs)

        assert (raised.value.code, raised.value.facts["field"]) == ("workforce.plan-units", field)

    def test_an_area_that_halves_or_has_nobody_is_no_wrong_unit(self) -> None:
        given = TABLE.population * 50_000
        given[KAMAISHI] = 0

        made = iwate(PlanInputs(population_at_end=given, heads=TABLE.physicians * 1.9))

        (kamaishi,) = [area for area in made.areas if area.area_code == "0306"]
        assert (kamaishi.lower_third, kamaishi.target, kamaishi.gap) == (0, 59, -59)

    def test_with_the_nation_s_supply_the_need_is_of_it(self) -> None:
        kept, given = iwate().need, iwate(PlanInputs(national_supply=2 * 323_701.0)).need

        assert given.national_basis == "given"
        assert given.national_index == pytest.approx(2 * kept.national_index)

    def test_a_benchmark_without_its_threshold_waits(self) -> None:
        made = iwate(replace(self.everything(), obstetric_threshold=None))

        assert [one.part for one in made.awaited] == ["benchmark_obstetric"]
        assert made.obstetric == ()

    def test_a_given_population_stands_before_the_projection_where_it_is_given(self) -> None:
        given = column(np.nan)
        given[KAMAISHI] = 40_000

        made = iwate(PlanInputs(population_at_end=given), population="projected")

        ends = {area.area_code: area.population_end for area in made.areas}
        assert ends["0306"] == 0.4
        assert ends["0301"] not in (None, 0.4)
        assert made.population_basis == "given"

    def test_a_given_table_without_a_figure_changes_nothing(self) -> None:
        assert iwate(PlanInputs(population_at_end=column(np.nan))).population_basis == "frozen"


class TestTheCommand:
    ARGUMENTS = ("workforce", "plan", "岩手", "--spread", "proportional", "--on", "2026-11-21")

    def test_it_prints_areas_and_what_has_to_stand_beside_them(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run([*self.ARGUMENTS, "--population", "frozen"]) == 0

        told = capsys.readouterr()
        (kamaishi,) = [line for line in told.out.splitlines() if line.startswith("0306")]
        assert "98.1" in kamaishi
        assert "機械的に当てはめないでください" in told.err
        assert "（plan-ratio-at-end）、計画の区域別の医師の実人数（plan-heads）" in told.err
        assert "workforce/plan-targets limits" in told.err

    def test_as_json_it_carries_the_whole_plan_with_given_tables(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "plan-heads.csv").write_text("area_code,physicians\n0306,70\n9999,70\n", encoding="utf-8")
        (tmp_path / "priority-policy.json").write_text(
            '{"name": "岩手県", "any_of": [{"type": "AllBut", "prefecture": "03", "areas": ["0301"]},'
            ' {"type": "EveryMinority"}, {"type": "Districts", "names": ["架空地区"], "reason": "申し出"}]}',
            encoding="utf-8",
        )
        plan = msgspec.json.encode(a_correction_plan())
        (tmp_path / "correction-plan.json").write_bytes(plan)

        assert run([*self.ARGUMENTS, "--data", str(tmp_path), "--format", "json"]) == 0

        told = json.loads(capsys.readouterr().out)
        (kamaishi,) = [row for row in told["rows"] if row["area_code"] == "0306"]
        assert kamaishi["heads_target"] == np.ceil(kamaishi["target"] * 70 / 59)
        assert told["plan"]["correction"]["state"] == "decided"
        own = [one["code"] for one in told["plan"]["own_candidates"]]
        assert own == [*(f"030{at}" for at in range(2, 10)), "架空地区"]
        assert any("plan-heads.csv › A3" in note for note in told["notes"])
        assert any("架空" in note for note in told["notes"])
