"""Scenarios: what levers do to a table, what of it each did, and the file that keeps them."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from typer.testing import CliRunner

from kaihoken.problems import Problem
from kaihoken.workforce import Area, AreaCode, PrefectureCode, own_grouping
from kaihoken.workforce.commands import app
from kaihoken.workforce.index import (
    ClassSource,
    IndexClass,
    IndexTable,
    Thresholds,
    index_table,
    shipped_index,
)
from kaihoken.workforce.scenario import (
    MOST_LEVERS,
    AnyLever,
    AreasMerged,
    DoctorsChanged,
    DoctorsMoved,
    GeographyAsked,
    HoursChanged,
    Outcome,
    OwnThresholds,
    PopulationOfYear,
    RatioChanged,
    ReachCounted,
    RuralityCounted,
    Scenario,
    compare,
    decoded,
    encoded,
    geography_scenario,
    read,
    run,
    write,
)

NATION = shipped_index()
LAST_OF_FEW = (
    next(  # its printed value is the lower threshold itself, what is computed from its components is above
        code
        for code, printed, computed in zip(NATION.areas.codes, NATION.published, NATION.index, strict=True)
        if printed == NATION.thresholds.lower < computed
    )
)


def three_areas(published: tuple[float, ...] | None = None) -> IndexTable:
    areas = own_grouping(
        "three",
        [Area(AreaCode(code), code, PrefectureCode("01"), "北海道") for code in "abc"],
        {"01100": "b"},
    )
    return index_table(
        areas,
        np.array([100.0, 200.0, 300.0]),
        np.array([1.0, 1.0, 1.0]),
        np.array([1.0, 1.0, 1.5]),
        Thresholds(upper=210.0, lower=150.0),
        published=np.array(published) if published else None,
    )


def with_levers(*levers: AnyLever, table: IndexTable = NATION) -> Outcome:
    return run(Scenario("trial", levers), table)


amounts = some.floats(0, 40).map(lambda value: round(value, 3))
percents = some.floats(-30, 30).map(lambda value: round(value, 2))
codes = some.sampled_from(NATION.areas.codes[:40])
any_lever = some.one_of(
    some.builds(DoctorsChanged, codes, amounts),
    some.builds(HoursChanged, percents),
    some.builds(HoursChanged, percents, some.tuples(codes)),
    some.builds(PopulationOfYear, some.integers(2020, 2050)),
    some.builds(RatioChanged, codes, percents),
    some.just(OwnThresholds(240.0, 170.0)),
    some.just(AreasMerged(("0101", "0102"), "01XX", "合併")),
)
several = some.lists(any_lever, max_size=4).filter(
    lambda made: sum(isinstance(one, AreasMerged) for one in made) < 2
)


def test_without_levers_nothing_changes() -> None:
    same = with_levers()

    assert same.moved == ()
    assert same.shares == ()
    assert same.after.classes == NATION.classes
    assert same.after.class_source == NATION.class_source
    assert same.counts() == NATION.counts()
    for name in ("physicians", "population", "ratio", "index", "low", "high", "published", "borderline"):
        np.testing.assert_array_equal(getattr(same.after, name), getattr(NATION, name))


@given(codes, codes, amounts.filter(lambda count: count < 20))
@settings(max_examples=20, deadline=None)
def test_who_moves_is_neither_lost_nor_made(origin: str, to: str, count: float) -> None:
    after = with_levers(DoctorsMoved(origin, to, count)).after

    assert after.physicians.sum() == pytest.approx(NATION.physicians.sum(), abs=1e-6)


@given(several)
@settings(max_examples=30, deadline=None)
def test_what_levers_did_sums_to_the_difference(levers: list[AnyLever]) -> None:
    outcome = with_levers(*levers)

    total = sum((share.amounts for share in outcome.shares), np.zeros(len(NATION)))
    np.testing.assert_allclose(total, outcome.difference, atol=1e-9)


@given(some.permutations([DoctorsChanged("0306", 4.0), RatioChanged("0306", 5.0), PopulationOfYear(2035)]))
@settings(max_examples=6, deadline=None)
def test_the_share_of_a_lever_does_not_hang_on_its_place(levers: list[AnyLever]) -> None:
    row = NATION.areas.position("0306")
    outcome = with_levers(*levers)
    share = {type(lever): part.amounts[row] for lever, part in zip(levers, outcome.shares, strict=True)}
    first = with_levers(DoctorsChanged("0306", 4.0), RatioChanged("0306", 5.0), PopulationOfYear(2035))

    assert list(share.values()) != [0, 0, 0]
    expected = [part.amounts[row] for part in first.shares]
    assert [share[kind] for kind in (DoctorsChanged, RatioChanged, PopulationOfYear)] == pytest.approx(
        expected
    )


@given(several)
@settings(max_examples=20, deadline=None)
def test_what_is_written_and_read_comes_out_the_same(levers: list[AnyLever]) -> None:
    made = Scenario("kept", tuple(levers), notes="覚え書き")

    again = run(decoded(encoded(made, NATION)), NATION)

    assert again.stale == ()
    assert again.scenario.levers == made.levers
    assert again.classes == run(made, NATION).classes
    np.testing.assert_array_equal(again.value_after, run(made, NATION).value_after)


def test_doctors_enter_a_class_of_more() -> None:
    outcome = with_levers(DoctorsChanged("a", 51.0), table=three_areas())

    assert [one.area.code for one in outcome.leaving(IndexClass.MINORITY)] == ["a"]
    assert [one.area.code for one in outcome.entering(IndexClass.MIDDLE)] == ["a"]
    assert outcome.counts()[IndexClass.MINORITY] == 0
    assert with_levers(DoctorsChanged("a", 49.0), table=three_areas()).moved == ()


def test_a_threshold_belongs_to_its_class_after_a_scenario_too() -> None:
    assert with_levers(DoctorsChanged("a", 50.0), table=three_areas()).moved == ()


def test_the_slightest_lever_moves_no_area_that_only_rounding_parts_from_its_class() -> None:
    outcome = with_levers(DoctorsChanged(LAST_OF_FEW, 0.001))

    assert outcome.difference[NATION.areas.position(LAST_OF_FEW)] > 0
    assert outcome.moved == ()
    row = outcome.after.areas.position(LAST_OF_FEW)
    assert outcome.after.class_source[row] is ClassSource.RECOMPUTED


def test_what_is_printed_is_carried_along() -> None:
    outcome = with_levers(HoursChanged(10.0), table=three_areas((100.4, 199.6, 200.2)))

    assert outcome.value_before.tolist() == [100.4, 199.6, 200.2]
    assert outcome.value_after.tolist() == [110.4, 219.6, 220.2]


def test_hours_of_named_areas_leave_the_others() -> None:
    outcome = with_levers(HoursChanged(-10.0, ("a",)), table=three_areas())

    assert outcome.after.physicians.tolist() == [90.0, 200.0, 300.0]


def test_areas_that_become_one_add_doctors_and_adjusted_residents() -> None:
    outcome = with_levers(AreasMerged(("b", "a"), "z", "新圏域"), table=three_areas())

    assert outcome.after.areas.codes == ("c", "z")
    assert outcome.after.areas.of_municipality == {"01100": "z"}
    assert outcome.after.physicians.tolist() == [300.0, 300.0]
    assert outcome.after.index.tolist() == [200.0, 150.0]
    assert outcome.after.classes == (IndexClass.MIDDLE, IndexClass.MINORITY)
    assert [(one.area.code, one.after) for one in outcome.moved] == [("b", IndexClass.MINORITY)]
    assert outcome.difference.tolist() == [50.0, -50.0, 0.0]


def test_areas_are_merged_by_adjusted_residents_not_by_a_plain_mean() -> None:
    outcome = with_levers(AreasMerged(("b", "c"), "b", "新圏域"), table=three_areas())

    assert outcome.after.ratio.tolist() == [1.0, 1.25]
    assert outcome.after.index[1] == 200.0


def test_where_no_projection_is_the_area_is_absent_and_not_nothing() -> None:
    outcome = with_levers(PopulationOfYear(2040))

    absent = [code for code, found in zip(NATION.areas.codes, outcome.classes, strict=True) if found is None]
    assert absent
    assert all(code.startswith("07") for code in absent)
    assert sum(outcome.counts().values()) == len(NATION) - len(absent)


def test_own_thresholds_change_classes_and_no_index() -> None:
    outcome = with_levers(OwnThresholds(upper=200.0, lower=100.0), table=three_areas())

    assert [one.area.code for one in outcome.moved] == ["b", "c"]
    assert outcome.difference.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("rank", "entering"), [(80.0, ["b"]), (79.0, [])])
def test_geography_adds_areas_to_the_few(rank: float, entering: list[str]) -> None:
    policy = RuralityCounted(wider=200.0, rank=80.0, ranks={"b": rank, "c": 70.0})

    outcome = with_levers(policy, table=three_areas())

    assert [one.area.code for one in outcome.entering(IndexClass.MINORITY)] == entering


@pytest.mark.parametrize(("share", "entering"), [(0.2, ["b"]), (0.19, [])])
def test_access_adds_areas_to_the_few(share: float, entering: list[str]) -> None:
    policy = ReachCounted(wider=200.0, share=0.2, shares={"b": share, "c": 0.1})

    outcome = with_levers(policy, table=three_areas())

    assert [one.area.code for one in outcome.entering(IndexClass.MINORITY)] == entering


@pytest.mark.parametrize(
    ("asked", "entering"),
    [
        (GeographyAsked(200.0, rank=80.0), ["b"]),
        (GeographyAsked(200.0, beyond=0.5), []),
        (GeographyAsked(200.0, rank=80.0, beyond=0.5), ["b"]),
        (GeographyAsked(200.0, rank=80.0, beyond=0.5, both=True), []),
        (GeographyAsked(200.0, rank=80.0, beyond=0.3, both=True), ["b"]),
    ],
)
def test_rurality_and_access_let_in_either_or_both(asked: GeographyAsked, entering: list[str]) -> None:
    scenario = geography_scenario(asked, {"b": 90.0}, {"b": 0.3})

    outcome = run(scenario, three_areas())

    assert [one.area.code for one in outcome.entering(IndexClass.MINORITY)] == entering


@pytest.mark.parametrize("asked", [GeographyAsked(200.0), GeographyAsked(200.0, rank=80.0, both=True)])
def test_geography_without_a_criterion_is_refused(asked: GeographyAsked) -> None:
    with pytest.raises(Problem) as raised:
        geography_scenario(asked, {}, {})
    assert raised.value.code == "workforce.scenario-geography"


def test_the_command_says_who_enters_and_writes_a_scenario_that_does_the_same(tmp_path: Path) -> None:
    file = tmp_path / "geography.json"
    arguments = ["scenario", "geography", "--wider", "200", "--rank", "90", "--demo", "--out", str(file)]
    done = CliRunner().invoke(app, [*arguments, "--format", "json"])
    made = json.loads(done.stdout)

    assert done.exception is None
    assert [row["area_code"] for row in made["rows"]] == ["4209"]
    assert (made["entering"], made["leaving"], made["status"]) == (1, 0, "scenario")
    assert any("重み 1,1,1,1" in note for note in made["notes"])
    assert [one.area.code for one in run(read(file), shipped_index()).moved] == ["4209"]


def test_scenarios_stand_side_by_side() -> None:
    table = three_areas()
    both = compare(
        [
            run(Scenario("more", (DoctorsChanged("a", 60.0),)), table),
            run(Scenario("fewer", (HoursChanged(-26.0),)), table),
        ]
    )

    assert both.names == ("more", "fewer")
    assert [(one.area.code, one.classes) for one in both.areas] == [
        ("a", (IndexClass.MIDDLE, IndexClass.MINORITY)),
        ("b", (IndexClass.MIDDLE, IndexClass.MINORITY)),
        ("c", (IndexClass.MIDDLE, IndexClass.MINORITY)),
    ]
    assert [counts[IndexClass.MINORITY] for counts in (both.before, *both.counts)] == [1, 0, 3]


def test_scenarios_on_two_tables_do_not() -> None:
    with pytest.raises(Problem) as refused:
        compare([with_levers(), with_levers(table=three_areas())])

    assert refused.value.code == "workforce.scenario-bases-differ"


@pytest.mark.parametrize(
    ("lever", "code", "where"),
    [
        (DoctorsChanged("306", 1.0), "scenario-area-unknown", "levers[1].area"),
        (DoctorsMoved("0306", "9999", 1.0), "scenario-area-unknown", "levers[1].to"),
        (DoctorsChanged("0306", -100_000.0), "scenario-below-zero", "levers[1]"),
        (DoctorsMoved("0306", "0301", 100_000.0), "scenario-below-zero", "levers[1]"),
        (DoctorsMoved("0306", "0301", -1.0), "scenario-value", "levers[1].doctors"),
        (DoctorsChanged("0306", float("nan")), "scenario-value", "levers[1].doctors"),
        (HoursChanged(-100.5), "scenario-value", "levers[1].percent"),
        (OwnThresholds(100.0, 200.0), "scenario-value", "levers[1].lower"),
        (RuralityCounted(200.0, 50.0, {"0306": 101.0}), "scenario-value", "levers[1].ranks"),
        (ReachCounted(200.0, 0.5, {"0306": 1.1}), "scenario-value", "levers[1].shares"),
        (ReachCounted(200.0, 0.5, {"9999": 0.1}), "scenario-area-unknown", "levers[1].shares"),
        (AreasMerged(("0306",), "03XX", "x"), "scenario-merge", "levers[1].areas"),
        (AreasMerged(("0306", "0305"), "0301", "x"), "scenario-merge", "levers[1].code"),
        (PopulationOfYear(2051), "projection-year", "2051"),
    ],
)
def test_a_lever_that_cannot_be_is_named_with_its_place(lever: AnyLever, code: str, where: str) -> None:
    with pytest.raises(Problem) as refused:
        with_levers(HoursChanged(1.0), lever)

    assert refused.value.code == f"workforce.{code}"
    assert refused.value.where == where


def test_all_doctors_of_an_area_may_leave_it() -> None:
    outcome = with_levers(DoctorsMoved("a", "b", 100.0), table=three_areas())

    assert outcome.after.physicians.tolist() == [0.0, 300.0, 300.0]
    assert outcome.value_after[0] == 0.0


def test_more_levers_than_can_be_explained_are_refused() -> None:
    with pytest.raises(Problem) as refused:
        with_levers(*[HoursChanged(1.0)] * (MOST_LEVERS + 1))

    assert refused.value.code == "workforce.scenario-too-long"


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        ("{", "scenario-unreadable", "$"),
        ("[]", "scenario-unreadable", "$"),
        ('{"schema": 2, "scenario": {"name": "x"}}', "scenario-schema", "$.schema"),
        (
            '{"schema": 1, "scenario": {"name": "x", "levers": [{"kind": "wish"}]}}',
            "scenario-lever-unknown",
            "$.scenario.levers[0].kind",
        ),
        (
            '{"schema": 1, "scenario": {"name": "x", "levers": [{"kind": "hours", "percent": "5"}]}}',
            "scenario-unreadable",
            "$.scenario.levers[0].percent",
        ),
        ('{"schema": 1, "scenario": {"name": "x", "doctor": "y"}}', "scenario-unreadable", "$.scenario"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, content: str, code: str, where: str) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(Problem) as refused:
        read(path)

    assert (refused.value.code, refused.value.where) == (f"workforce.{code}", where)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        read(tmp_path / "none.json")

    assert refused.value.code == "workforce.scenario-unreadable"


def test_a_file_tells_that_its_inputs_have_changed(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    write(Scenario("kept", (HoursChanged(1.0),)), path, three_areas())

    kept = read(path)

    assert run(kept, three_areas()).stale == ()
    assert run(kept, three_areas((100.0, 200.0, 200.1))).stale == ("table",)
    assert kept.base is not None
    older = msgspec.structs.replace(kept, base=msgspec.structs.replace(kept.base, rules="other"))
    assert run(older, three_areas()).stale == ("rules",)


def test_the_command_prints_an_example_and_runs_it(tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(CliRunner().invoke(app, ["scenario", "example"]).stdout, encoding="utf-8")

    answer = json.loads(
        CliRunner().invoke(app, ["scenario", "run", str(path), str(path), "--format", "json"]).stdout
    )

    assert [one["counts"] for one in answer["scenarios"]] == [dict(run(read(path), NATION).counts())] * 2
    assert answer["before"] == {"minority": 108, "middle": 110, "majority": 112}
    assert len(answer["rows"]) == 2 * len(run(read(path), NATION).moved) > 0
    assert "シナリオ（仮定）" in answer["notes"][0]
