"""Official files as downloaded become tables; what cannot be read is named with its cell, and nothing is made up."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.tables import (
    TOTAL,
    Absent,
    Finding,
    Imported,
    LongTable,
    municipal_residents,
    read_table,
)
from kaihoken.workforce.tables.importing.places import check_digit

from .official_sheets import (
    PHYSICIAN_AGES,
    PROJECTION_AGES,
    RESIDENT_AGES,
    SURVEY_AGES,
    csv_file,
    index_row,
    index_workbook,
    physicians_by_prefecture,
    projection_workbook,
    rates_workbook,
    register_rows,
    register_workbook,
    xlsx,
)

AGES = len(PHYSICIAN_AGES)


def codes(imported: Imported[LongTable]) -> list[str]:
    return [finding.code.removeprefix("workforce.import-") for finding in imported.findings]


def only(imported: Imported[LongTable], code: str) -> Finding:
    (found,) = [finding for finding in imported.findings if finding.code == f"workforce.import-{code}"]
    return found


def read(imported: Imported[LongTable]) -> LongTable:
    assert imported.table is not None
    return imported.table


def figure(imported: Imported[LongTable], **keys: str) -> float:
    table = read(imported)
    chosen = np.ones(len(table), dtype=bool)
    for key, value in keys.items():
        chosen &= table.keys[key] == value
    (value,) = table.values[chosen]
    return float(value)


# Layouts


def test_the_index_workbook_of_the_ministry(tmp_path: Path) -> None:
    path = index_workbook(
        tmp_path / "001424491.xlsx",
        [
            index_row("0101南渡島", 205.48, 883.2, 3.6301, 1.1842),
            index_row("0102南檜山", 139.01, 25.6, 0.2153, 0.8554),
        ],
    )

    imported = read_table(path, "index-components")

    assert (imported.kept, imported.left_out, imported.totals) == (2, 0, 2)
    assert codes(imported) == []
    assert figure(imported, place="0101", measure="standardized_physicians") == 883.2
    assert figure(imported, place="0102", measure="population_100k") == 0.2153
    assert len(imported.digest) == 64


def test_the_register_of_residents_as_downloaded(tmp_path: Path) -> None:
    path = register_workbook(
        tmp_path / "2504.xlsx",
        [
            *register_rows("-", "合計", "-", 900),
            *register_rows("010006", "北海道", "-", 900),
            *register_rows("011002", "北海道", "札幌市", 700),
            *register_rows("011011", "北海道", "札幌市中央区", 400),
            *register_rows("011029", "北海道", "札幌市北区", 300),
            *register_rows("012025", "北海道", "函館市", 200),
            *register_rows("013005", "北海道", "石狩郡", 10),
            *register_rows("013048", "北海道", "石狩郡新篠津村", 10),
        ],
    )

    imported = read_table(path, "population")

    assert codes(imported) == ["city-and-wards"]
    assert read(imported).labels("place") == ("01101", "01102", "01202", "01304")
    assert imported.totals == 9
    assert figure(imported, place="01202", sex="male", age="100+") == 200
    assert figure(imported, place="01202", sex="both", age=TOTAL) == 400 * 21
    grid, _ = read(imported).grid([("place", ["01101", "01304"]), ("age", ["0-4", "95-99"])], sex="female")
    assert grid.tolist() == [[400, 400], [10, 10]]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_physicians_by_prefecture_in_csv(tmp_path: Path, encoding: str) -> None:
    line = ["1,400", *["100"] * AGES]
    rows = physicians_by_prefecture(
        {
            "全国": [line, line, line],
            "０１　北海道": [line, ["－", *["－"] * AGES], line],
            "青 森": [line, line, line],
        }
    )

    imported = read_table(csv_file(tmp_path / "isi.csv", rows, encoding=encoding), "physicians-prefecture")

    assert read(imported).labels("place") == ("01", "02")
    assert figure(imported, place="02", sex="female", age="25-29") == 100
    assert np.isnan(figure(imported, place="01", sex="male", age="25-29"))
    assert only(imported, "absent").facts == {"kind": "no-count", "cells": AGES + 1}
    assert imported.totals == 3


def test_sections_of_sexes_over_the_rows(tmp_path: Path) -> None:
    rows = [
        ["医療施設従事医師数"],
        ["都道府県", "総数", *PHYSICIAN_AGES],
        ["男"],
        ["北海道", 1400, *[100] * AGES],
        ["女"],
        ["北海道", 700, *[50] * AGES],
    ]

    imported = read_table(xlsx(tmp_path / "isi.xlsx", rows), "physicians-prefecture", given={"sex": "both"})

    assert figure(imported, place="01", sex="male", age="85+") == 100
    assert figure(imported, place="01", sex="female", age="-24") == 50


def test_one_sheet_for_each_sex(tmp_path: Path) -> None:
    def sheet(each: int) -> list[list[object]]:
        return [["都道府県", *PHYSICIAN_AGES], ["北海道", *[each] * AGES]]

    path = xlsx(tmp_path / "isi.xlsx", sheet(100), sheet="男", more={"女": sheet(60)})

    imported = read_table(path, "physicians-prefecture")

    assert figure(imported, place="01", sex="male", age="25-29") == 100
    assert figure(imported, place="01", sex="female", age="25-29") == 60


def test_rates_of_the_patient_survey(tmp_path: Path) -> None:
    rows = [["総数", 945, 893, 995, 5850, 5300, 6370]]
    rows += [[age, 100 + at, 90, 110, "6,000", 5000, 7000] for at, age in enumerate(SURVEY_AGES)]
    rows += [["65歳以上（再掲）", 2449, 2400, 2500, 10000, 9000, 11000]]

    imported = read_table(rates_workbook(tmp_path / "kanja.xlsx", rows), "consultation-rates")

    assert imported.errors == ()
    assert figure(imported, measure="inpatient", sex="both", age="0") == 100
    assert figure(imported, measure="outpatient", sex="female", age="90+") == 7000
    assert "65+" not in read(imported).labels("age")


def test_projections_by_sex_and_age(tmp_path: Path) -> None:
    bands = len(PROJECTION_AGES)
    rows = [
        [
            code,
            kind,
            "北海道",
            name,
            f"{year}年",
            *[2000 * bands] + [2000] * bands,
            *([1000 * bands] + [1000] * bands) * 2,
        ]
        for code, kind, name in (("01000", "a", None), ("1202", "2", "函館市"))
        for year in (2025, 2030)
    ]

    imported = read_table(projection_workbook(tmp_path / "01.xlsx", rows), "projection-sex-age")

    assert imported.errors == ()
    assert imported.totals == 2
    assert figure(imported, place="01202", year="2030", sex="male", age="95+") == 1000
    assert figure(imported, place="01202", year="2025", sex="both", age=TOTAL) == 2000 * bands


# Findings, each with its near miss


def area_csv(path: Path, rows: list[list[object]], heading: list[object] | None = None) -> Path:
    head = heading or [
        "二次医療圏コード",
        "都道府県名",
        "二次医療圏名",
        "患者数（住所地）",
        "流入患者数",
        "流出患者数",
    ]
    return csv_file(path, [head, *rows])


def flows(path: Path, rows: list[list[object]], heading: list[object] | None = None) -> Imported[LongTable]:
    return read_table(area_csv(path / "flows.csv", rows, heading), "flows", given={"kind": "inpatient"})


GOOD: list[object] = ["0101", "北海道", "南渡島", "1,234", "１２", "－"]


def test_full_width_digits_separators_and_dashes(tmp_path: Path) -> None:
    imported = flows(tmp_path, [GOOD])

    assert figure(imported, place="0101", measure="resident") == 1234
    assert figure(imported, place="0101", measure="inflow") == 12
    assert read(imported).absent.tolist() == [Absent.PRESENT, Absent.PRESENT, Absent.NO_COUNT]
    assert codes(imported) == ["absent"]


@pytest.mark.parametrize(
    ("written", "kind"),
    [("－", Absent.NO_COUNT), ("-", Absent.NO_COUNT), ("…", Absent.UNKNOWN), ("・", Absent.NOT_APPLICABLE),
     ("ｘ", Absent.SUPPRESSED), ("*", Absent.SUPPRESSED), ("", Absent.BLANK)],
)  # fmt: skip
def test_kinds_of_absence_are_kept_apart(tmp_path: Path, written: str, kind: Absent) -> None:
    imported = flows(tmp_path, [["0101", "", "", 10, 5, written]])

    assert read(imported).absent[-1] == kind
    assert np.isnan(read(imported).values[-1])


@pytest.mark.parametrize(
    ("written", "readable"), [("1,234", True), ("12,34", False), ("12人", False), ("△5", False)]
)
def test_what_is_no_number_is_named_with_its_cell(tmp_path: Path, written: str, readable: bool) -> None:
    imported = flows(tmp_path, [GOOD, ["0102", "", "", 10, written, 3]])

    found = [finding for finding in imported.errors if finding.cell == "E3"]
    assert len(found) == (0 if readable else 1)
    assert figure(imported, place="0102", measure="outflow") == 3
    if not readable:
        assert written.lstrip("△") in found[0].problem.title("ja")
        assert found[0].where == "flows.csv › E3"


def test_a_code_that_lost_its_zero_is_mended_and_told(tmp_path: Path) -> None:
    imported = flows(tmp_path, [["101", "", "", 10, 5, 3], ["1301", "", "", 10, 5, 3]])

    assert read(imported).labels("place") == ("0101", "1301")
    assert only(imported, "code-mended").cell == "A2"


def register(path: Path, *rows: list[list[object]]) -> Imported[LongTable]:
    lines = [line for several in rows for line in several]
    return read_table(register_workbook(path / "register.xlsx", lines), "population")


def test_a_six_digit_code_without_its_zero_is_told_by_its_check_digit(tmp_path: Path) -> None:
    imported = register(tmp_path, register_rows("12025", "北海道", "函館市", 200))
    wrong = register(tmp_path, register_rows("12026", "北海道", "函館市", 200))

    assert read(imported).labels("place") == ("01202",)
    assert codes(imported) == ["code-mended"] * 3
    assert wrong.table is None
    assert "place-unknown" in codes(wrong)


def two_readings() -> tuple[str, str, str]:
    """A code that is a municipality's and also another's of six digits without its zero; the other's code and name."""
    table = municipal_residents()
    for code, name in zip(table.codes, table.names, strict=True):
        if code.startswith("0") and (lost := f"{code}{check_digit(code)}"[1:]) in table.codes:
            return lost, code, name
    raise AssertionError


def test_of_two_readings_the_name_decides_and_without_it_the_row_is_left_out(tmp_path: Path) -> None:
    lost, other, name = two_readings()
    surely_six = register_rows("12025", "北海道", "函館市", 200)

    named = register(tmp_path, surely_six, register_rows(lost, "", name, 200))
    nameless = register(tmp_path, surely_six, register_rows(lost, "", "", 200))
    plain = register(tmp_path, register_rows(lost, "", "", 200))

    assert read(named).labels("place") == ("01202", other)
    assert read(nameless).labels("place") == ("01202",)
    assert codes(nameless).count("code-ambiguous") == 3
    assert read(plain).labels("place") == (lost,)


def test_names_that_repeat_are_joined_with_their_prefecture_only(tmp_path: Path) -> None:
    heading: list[object] = ["都道府県名", "二次医療圏名", "患者数（住所地）", "流入患者数", "流出患者数"]
    imported = flows(
        tmp_path, [["山形県", "村山", 1, 1, 1], ["長崎", "県央", 2, 2, 2], ["", "県北", 3, 3, 3]], heading
    )

    assert read(imported).labels("place") == (
        area_set("330").find("山形県村山").code,
        area_set("330").find("長崎県県央").code,
    )
    found = only(imported, "name-alone")
    assert (found.cell, imported.left_out) == ("B4", 1)
    assert "県北" in found.problem.title("en")


def test_a_name_of_another_prefecture_is_unknown(tmp_path: Path) -> None:
    heading: list[object] = ["都道府県名", "二次医療圏名", "患者数（住所地）", "流入患者数", "流出患者数"]
    imported = flows(tmp_path, [["山形県", "南渡島", 1, 1, 1], ["北海道", "南渡島", 1, 1, 1]], heading)

    assert only(imported, "place-unknown").cell == "B2"
    assert imported.kept == 1


def test_a_code_of_no_area_is_left_out_with_what_is_near(tmp_path: Path) -> None:
    imported = flows(tmp_path, [GOOD, ["0199", "", "", 1, 1, 1]])

    found = only(imported, "place-unknown")
    assert (found.cell, found.facts["written"], imported.left_out) == ("A3", "0199", 1)


def test_a_name_that_does_not_fit_its_code_is_a_warning(tmp_path: Path) -> None:
    imported = flows(tmp_path, [["0101", "", "南渡島医療圏", 1, 1, 1], ["0102", "", "札幌", 1, 1, 1]])

    assert only(imported, "name-differs").cell == "A3"
    assert imported.kept == 2


def test_rows_that_stand_twice(tmp_path: Path) -> None:
    same = flows(tmp_path, [GOOD, GOOD])
    different = flows(tmp_path, [GOOD, [*GOOD[:-1], 7], ["0102", "", "", 1, 1, 1]])

    assert (same.kept, codes(same)) == (1, ["row-twice", "absent"])
    assert read(different).labels("place") == ("0102",)
    assert only(different, "rows-differ").cell == "A3"
    assert different.left_out == 2


def test_a_renamed_column_is_found_by_its_synonym(tmp_path: Path) -> None:
    heading: list[object] = ["圏域番号", "県", "圏域", "住所地の患者数", "流入", "流出患者数（人）"]
    heading[0] = "医療圏コード"

    assert codes(flows(tmp_path, [GOOD], heading)) == ["absent"]


def test_a_column_that_is_not_found_is_named_with_what_is_like_it(tmp_path: Path) -> None:
    heading: list[object] = ["二次医療圏コード", "", "", "患者数（住所地）", "流入した患者の数", "流出患者数"]
    imported = flows(tmp_path, [GOOD], heading)

    assert imported.table is None
    facts = only(imported, "column-missing").facts
    assert facts["column"] == "流入患者数"
    assert "流入した患者の数" in str(facts["near"])


def test_a_sheet_of_something_else(tmp_path: Path) -> None:
    imported = read_table(xlsx(tmp_path / "a.xlsx", [["会議の次第"], ["1 開会"]]), "flows")

    assert (imported.table, codes(imported)) == (None, ["column-missing"])


def test_ages_that_are_missing_are_named(tmp_path: Path) -> None:
    line = ["北海道", "男", *[100] * (AGES - 1)]
    rows = [["都道府県", "性別", *PHYSICIAN_AGES[:-1]], line]
    imported = read_table(xlsx(tmp_path / "a.xlsx", rows), "physicians-prefecture")

    assert imported.table is None
    assert only(imported, "ages-missing").facts == {"ages": "85+"}


def test_wide_last_bands_are_another_list_of_ages(tmp_path: Path) -> None:
    ages = [*PHYSICIAN_AGES[:10], "70歳以上"]
    rows = [["都道府県", "性別", *ages], ["北海道", "男", *[100] * len(ages)]]

    assert (
        read(read_table(xlsx(tmp_path / "a.xlsx", rows), "physicians-prefecture")).labels("age")[-1] == "70+"
    )


@pytest.mark.parametrize(("scale", "level"), [(1, None), (100_000, "error"), (1e-5, "error")])
def test_units_wrong_by_a_power_of_ten_are_told_and_not_rescaled(
    tmp_path: Path, scale: float, level: str | None
) -> None:
    rows = [index_row(f"010{at}", 200, 883, 3.63 * scale, 1.1) for at in (1, 2, 3)]
    heading = [
        ["区分", "都道府県名", "二次医療圏コード", "医師偏在指標", "標準化医師数", "人口", "標準化受療率比"]
    ]
    imported = read_table(csv_file(tmp_path / "a.csv", [*heading, *rows]), "index-components")

    found = [
        (one.level, one.facts["column"]) for one in imported.findings if one.code == "workforce.import-unit"
    ]
    assert found == ([(level, "人口")] if level else [])
    assert figure(imported, place="0101", measure="population_100k") == 3.63 * scale


def test_residents_in_hundred_thousands_are_told_with_the_factor(tmp_path: Path) -> None:
    def rows(each: float) -> list[list[object]]:
        return [["0101", "", "", sex, *[each] * 21] for sex in ("男", "女")]

    heading: list[list[object]] = [["二次医療圏コード", "都道府県名", "二次医療圏名", "性別", *RESIDENT_AGES]]
    wrong = read_table(csv_file(tmp_path / "a.csv", [*heading, *rows(0.1)]), "population-area")
    right = read_table(csv_file(tmp_path / "b.csv", [*heading, *rows(10_000)]), "population-area")

    assert only(wrong, "unit").facts == {"column": "人口", "unit": "人", "factor": "10^-4"}
    assert figure(wrong, place="0101", sex="male", age="0-4") == 0.1
    assert codes(right) == []


def test_a_share_beyond_its_range_is_absent(tmp_path: Path) -> None:
    imported = flows(tmp_path, [["0101", "", "", 10, -5, 0]])

    assert only(imported, "cell-range").cell == "E2"
    assert figure(imported, place="0101", measure="outflow") == 0


def test_ages_that_come_to_more_than_the_sum_are_a_warning(tmp_path: Path) -> None:
    rows = [
        ["都道府県", "性別", "総数", *PHYSICIAN_AGES],
        ["北海道", "男", 1300, *[100] * AGES],
        ["青森県", "男", 1400, *[100] * AGES],
    ]
    imported = read_table(xlsx(tmp_path / "a.xlsx", rows), "physicians-prefecture")

    assert only(imported, "sum-differs").facts == {"places": "01", "number": 1}


def test_files_that_are_no_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, other = tmp_path / "a.xlsx", tmp_path / "b.csv"
    broken.write_bytes(b"PK\x03\x04nothing")
    other.write_bytes(b"\xd0\xcf\x11\xe0\x00\x00")
    for path in (broken, other, tmp_path / "missing.csv"):
        with pytest.raises(Problem, match="import-unreadable"):
            read_table(path, "population")
    monkeypatch.setattr("kaihoken.workforce.tables.importing.sheets.LARGEST", 3)
    with pytest.raises(Problem, match="import-too-large"):
        read_table(other, "population")
    with pytest.raises(Problem, match="table-unknown"):
        read_table(other, "residence")


def test_ages_that_a_spreadsheet_made_into_days(tmp_path: Path) -> None:
    """「5-9」 and 「10-14」 typed into a sheet become the 9th of May and the 14th of October."""
    ages: list[object] = ["0-4", date(2026, 5, 9), date(2026, 10, 14)]
    rows = [["性別", "年齢", "入院", "外来"], *[["男", age, 100, 1000] for age in ages]]

    imported = read_table(xlsx(tmp_path / "a.xlsx", rows), "children")

    assert read(imported).labels("age") == ("0-4", "5-9", "10-14")
