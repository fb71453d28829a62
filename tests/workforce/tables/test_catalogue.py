"""The catalogue of tables, its templates, and what is there and what waits."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kaihoken import shipped
from kaihoken.problems import Problem
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.commands import app
from kaihoken.workforce.tables import (
    TOTAL,
    Absent,
    Entry,
    LongTable,
    RawTable,
    State,
    catalogue,
    check,
    entry,
    load,
    needed,
    read_table,
    template,
    write_table,
)

ENTRIES = catalogue().tables
PLACES = {
    "area": ("0101", "1301", "4705"),
    "prefecture": ("01", "13", "47"),
    "municipality": ("01202", "13101", "47201"),
    "code": ("0001", "A-7"),
    "nation": ("00",),
}


def ran(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments), standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value or 0, done.stdout


KINDS = (Absent.PRESENT, Absent.PRESENT, Absent.PRESENT, Absent.NO_COUNT, Absent.UNKNOWN, Absent.SUPPRESSED)


def filled(wanted: Entry, places: list[str], seed: int) -> LongTable:
    """A table of an entry: these places, every label of its dimensions, any plausible figure or kind of absence."""
    labels = {
        "sex": ("male", "female"),
        "age": catalogue().age_lists[wanted.ages[0]] if wanted.ages else (),
        "year": ("2025", "2030"),
        "kind": tuple(wanted.kinds),
    }
    told_apart = [labels[dimension] for dimension in wanted.dimensions]
    measures = [measure.id for measure in wanted.measures]
    keys = list(product(places, measures, *told_apart, ["0002" if wanted.second_ja else ""]))
    names = ("place", "measure", *wanted.dimensions, "second")
    random = np.random.default_rng(seed)
    kinds = random.choice(np.array(KINDS, dtype=np.uint8), len(keys))
    kinds[0] = Absent.PRESENT
    low = np.array([next(one.low or 0.0 for one in wanted.measures if one.id == key[1]) for key in keys])
    high = np.array([next(one.high or 1.0 for one in wanted.measures if one.id == key[1]) for key in keys])
    values = np.round(low + random.random(len(keys)) * (high - low) * 0.01, 6)
    columns = {name: np.array(column) for name, column in zip(names, zip(*keys, strict=True), strict=True)}
    return LongTable(wanted, columns, np.where(kinds == Absent.PRESENT, values, np.nan), kinds)


def content(table: LongTable) -> dict[tuple[str, ...], tuple[float | None, int]]:
    names = sorted(table.keys)
    return {
        tuple(str(table.keys[name][at]) for name in names): (
            None if np.isnan(table.values[at]) else float(table.values[at]),
            int(table.absent[at]),
        )
        for at in range(len(table))
    }


@pytest.mark.parametrize("wanted", ENTRIES, ids=lambda wanted: wanted.id)
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_a_filled_template_is_the_table_that_was_filled_in(
    wanted: Entry, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    places = data.draw(st.lists(st.sampled_from(PLACES[wanted.place]), min_size=1, unique=True))
    table = filled(wanted, places, data.draw(st.integers(0, 2**32)))
    stem = tmp_path_factory.mktemp("filled") / wanted.id

    for path in write_table(table, stem):
        imported = read_table(path, wanted.id)
        assert imported.table is not None
        assert content(imported.table) == content(table)
        assert imported.left_out == 0


@pytest.mark.parametrize("wanted", ENTRIES, ids=lambda wanted: wanted.id)
def test_a_template_has_every_column_and_an_example_that_is_not_read(wanted: Entry, tmp_path: Path) -> None:
    for path in template(wanted.id, tmp_path):
        found = [finding.code for finding in read_table(path, wanted.id).findings]
        assert found == ["workforce.import-example-row", "workforce.import-empty"]


@pytest.mark.parametrize("wanted", ENTRIES, ids=lambda wanted: wanted.id)
def test_an_entry_is_complete(wanted: Entry) -> None:
    files = {file.path for file in shipped.manifest().files}

    assert set(wanted.ships) <= files
    assert set(wanted.needed_by) <= set(catalogue().analyses)
    assert set(wanted.ages) <= set(catalogue().age_lists)
    assert wanted.origins
    assert ("age" in wanted.dimensions) == bool(wanted.ages)
    assert ("kind" in wanted.dimensions) == bool(wanted.kinds)


def test_every_raw_table_of_the_index_is_in_the_catalogue() -> None:
    assert {table.value for table in RawTable} <= {one.id for one in ENTRIES}
    assert {analysis for one in ENTRIES for analysis in one.needed_by} == set(catalogue().analyses)
    assert {one.id for one in needed("index-raw")} >= {"physicians", "hours", "population", "flows"}


def test_a_name_that_is_not_there_gets_the_nearest() -> None:
    with pytest.raises(Problem, match="table-unknown") as told:
        entry("physician")
    assert "physicians" in str(told.value.facts["near"])


def test_what_ships_is_there_and_the_rest_waits() -> None:
    states = {one.entry.id: one.state for one in check()}

    assert states["population"] is State.SHIPS
    assert states["hours"] is State.WAITING
    assert State.WAITING.ja == "入力待ち"


def hours(folder: Path, each: float) -> Path:
    ages = ["20歳代", "30歳代", "40歳代", "50歳代", "60歳代", "70歳代以上"]
    lines = [["性別", *ages], *[[sex, *[str(each)] * 6] for sex in ("男", "女")]]
    path = folder / "hours.csv"
    path.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    return path


def test_a_folder_makes_a_waiting_table_loaded_or_faulty(tmp_path: Path) -> None:
    hours(tmp_path, 50)
    loaded = {one.entry.id: one.state for one in check(tmp_path)}
    hours(tmp_path, 500)
    faulty = {one.entry.id: one.state for one in check(tmp_path)}

    assert (loaded["hours"], faulty["hours"]) == (State.LOADED, State.FAULTY)
    assert load("hours", tmp_path).kept == 2


def test_a_table_that_is_not_in_the_folder_says_where_it_is_published(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="table-waiting") as told:
        load("physicians-prefecture", tmp_path)
    assert "000040383757" in told.value.mend("ja")
    for folder in (tmp_path / "none",):
        with pytest.raises(Problem, match="data-folder"):
            load("hours", folder)
        with pytest.raises(Problem, match="data-folder"):
            check(folder)


def test_the_commands_check_write_and_import(tmp_path: Path) -> None:
    code, out = ran("data", "check", "--for", "index-raw", "--format", "json")
    rows = {row["table"]: row for row in json.loads(out)["rows"]}
    assert (code, rows["physicians"]["state_ja"], rows["population"]["state"]) == (0, "入力待ち", "ships")
    assert rows["physicians-prefecture"]["number"] == "000040383757"

    _, out = ran("data", "template", "hours", "--out", str(tmp_path), "--format", "csv")
    assert [Path(line).name for line in out.split()[1:]] == ["hours.template.xlsx", "hours.template.csv"]

    data = tmp_path / "data"
    code, out = ran(
        "data",
        "import",
        str(hours(tmp_path, 50)),
        "--table",
        "hours",
        "--data",
        str(data),
        "--format",
        "json",
    )
    assert (code, json.loads(out)["kept"], json.loads(out)["rows"]) == (0, 2, [])
    assert {path.name for path in data.iterdir()} == {"hours.xlsx", "hours.csv", "hours.original.csv"}
    assert load("hours", data).errors == ()

    _, out = ran("data", "check", "--data", str(data), "--format", "csv")
    assert "hours,性・年齢階級別の週当たり勤務時間,loaded,読み込み済み" in out


def test_a_file_with_errors_is_not_kept_and_the_exit_code_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    code, out = ran("data", "import", str(hours(tmp_path, 500)), "--table", "hours", "--data", str(data))

    assert code == 1
    assert "hours.csv › B2" in out
    assert not data.exists()


@pytest.mark.parametrize("written", ["year", "colour=red", "=2025"])
def test_what_is_given_has_to_be_a_dimension(tmp_path: Path, written: str) -> None:
    with pytest.raises(Problem, match="import-given"):
        ran("data", "import", str(hours(tmp_path, 50)), "--table", "hours", "--given", written)
    with pytest.raises(Problem, match="data-folder"):
        ran("data", "template", "hours", "--out", str(tmp_path / "none"))


def test_only_so_many_findings_of_one_kind_are_shown_to_people(tmp_path: Path) -> None:
    lines = [
        "二次医療圏コード,患者数（住所地）,流入患者数,流出患者数",
        *[f"99{at:02},1,1,1" for at in range(30)],
        "0101,1,1,1",
    ]
    path = tmp_path / "flows.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    wanted = ("data", "import", str(path), "--table", "flows", "--given", "kind=入院")

    assert ran(*wanted)[1].count("import-place-unknown") == 20
    assert ran(*wanted, "--format", "csv")[1].count("import-place-unknown") == 30


def test_a_grid_has_an_empty_cell_where_the_table_has_no_record() -> None:
    table = LongTable(
        entry("index-prefectures"),
        {"place": np.array(["01"]), "measure": np.array(["index"]), "second": np.array([""])},
        np.array([233.8]),
        np.array([Absent.PRESENT], dtype=np.uint8),
    )

    values, absent = table.grid([("place", ["02", "01"])], measure="index")

    assert absent.tolist() == [Absent.BLANK, Absent.PRESENT]
    assert np.isnan(values[0])
    assert values[1] == 233.8
    assert TOTAL not in table.keys
    assert len(area_set("330")) == 330
