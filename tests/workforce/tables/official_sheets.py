"""Workbooks and CSVs that imitate the layouts of official files; the files themselves are not at hand here.

Layouts: 医師偏在指標 001424491.xlsx sheet 2 (区分, 都道府県, 「0101南渡島」), 住民基本台帳 表25-04 (団体コード of six
digits, sums of prefectures and counties, rows 計/男/女), 三師統計 (ages across, rows or sections 総数/男/女), 患者調査
(sex below the kind of care), 社人研 (市などの別, 「2025年」).
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]

PHYSICIAN_AGES = ("24歳以下", *(f"{age}～{age + 4}" for age in range(25, 85, 5)), "85歳以上")
RESIDENT_AGES = (*(f"{age}歳～{age + 4}歳" for age in range(0, 100, 5)), "100歳以上")
SURVEY_AGES = ("0歳", "1～4", *(f"{age}～{age + 4}" for age in range(5, 90, 5)), "90歳以上")
PROJECTION_AGES = (*(f"{age}～{age + 4}歳" for age in range(0, 95, 5)), "95歳以上")


def xlsx(
    path: Path,
    rows: Rows,
    *,
    sheet: str = "Sheet1",
    merged: Sequence[str] = (),
    more: dict[str, Rows] | None = None,
) -> Path:
    """A workbook of one sheet (and `more`), with merged ranges."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = sheet
    for row in rows:
        first.append(list(row))
    for cells in merged:
        first.merge_cells(cells)
    for name, lines in (more or {}).items():
        other = book.create_sheet(name)
        for row in lines:
            other.append(list(row))
    book.save(path)
    return path


def csv_file(path: Path, rows: Rows, *, encoding: str = "cp932") -> Path:
    """A CSV in the encoding of e-Stat's older files."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [["" if cell is None else cell for cell in row] for row in rows]
    )
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def index_workbook(path: Path, areas: Rows, *, national: float = 255.58) -> Path:
    """Sheet 2医師偏在指標: a title, a heading of two rows, the nation, the prefectures, then the areas."""
    rows: list[Sequence[object]] = [
        ["医師偏在指標（令和６年１月公表版）"],
        ["区分", "都道府県名", "二次医療圏名", "医師偏在指標", "標準化医師数", "人口", "標準化受療率比"],
        [None, None, None, None, "（人）", "（10万人）", None],
        ["全国", None, None, national, 323700.3, 1266.549, 1.0],
        ["都道府県", "01 北海道", None, 233.8, 12000.1, 52.3, 0.98],
        *areas,
        ["注：人口は令和3年1月1日現在の住民基本台帳による。"],
    ]
    merged = ["A2:A3", "B2:B3", "C2:C3", "D2:D3", "G2:G3"]
    return xlsx(
        path, rows, sheet="2医師偏在指標", merged=merged, more={"1目次": [["目次"], ["2医師偏在指標"]]}
    )


def index_row(
    area: str, index: object, physicians: object, population: object, ratio: object
) -> list[object]:
    return ["二次医療圏", "01 北海道", area, index, physicians, population, ratio]


def register_workbook(path: Path, rows: Rows) -> Path:
    """表25-04: a heading of two rows with 年齢階級 merged over the ages."""
    head: list[Sequence[object]] = [
        ["【総計】令和７年住民基本台帳年齢階級別人口（市区町村別）"],
        ["団体コード", "都道府県名", "市区町村名", "性別", "人口", *[None] * 21],
        [None, None, None, None, "総数", *RESIDENT_AGES],
    ]
    return xlsx(
        path,
        [*head, *rows],
        sheet="年齢別人口(市区町村別)【総計】",
        merged=["A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:Z2"],
    )


def register_rows(code: str, prefecture: str, name: str, each: int) -> list[list[object]]:
    """計, 男, 女 of one municipality, `each` in every band of each sex."""
    both = [each * 2] * len(RESIDENT_AGES)
    one = [each] * len(RESIDENT_AGES)
    return [
        [code, prefecture, name, "計", sum(both), *both],
        [code, prefecture, name, "男", sum(one), *one],
        [code, prefecture, name, "女", sum(one), *one],
    ]


def physicians_by_prefecture(figures: dict[str, Sequence[Sequence[object]]]) -> list[Sequence[object]]:
    """三師統計: prefecture, then rows 総数/男/女 with ages across; notes below."""
    rows: list[Sequence[object]] = [
        ["第5表　医療施設従事医師数，年齢階級、従業地による都道府県、性別"],
        [None, None, "年齢階級", *[None] * len(PHYSICIAN_AGES)],
        ["都道府県", "性", "総数", *PHYSICIAN_AGES],
    ]
    for prefecture, lines in figures.items():
        for position, (sex, line) in enumerate(zip(("総数", "男", "女"), lines, strict=True)):
            rows.append([prefecture if position == 0 else None, sex, *line])
    return [*rows, ["注：「－」は計数のない場合である。"], ["資料：厚生労働省"]]


def rates_workbook(path: Path, rows: Rows) -> Path:
    """患者調査: 入院/外来 merged over 総数/男/女, ages down."""
    head: list[Sequence[object]] = [
        ["受療率（人口10万対），入院－外来・性・年齢階級別"],
        ["年齢階級", "入院", None, None, "外来", None, None],
        [None, "総数", "男", "女", "総数", "男", "女"],
    ]
    return xlsx(path, [*head, *rows], merged=["A2:A3", "B2:D2", "E2:G2"])


def projection_workbook(path: Path, rows: Rows) -> Path:
    """社人研: 男女計, 男 and 女 side by side, years down."""
    bands = ["総数", *PROJECTION_AGES]
    head: list[Sequence[object]] = [
        ["男女・年齢（5歳）階級別の推計結果"],
        [
            "コード",
            "市などの別",
            "都道府県",
            "市区町村",
            "年",
            *(["男女計"] + [None] * 20),
            *(["男"] + [None] * 20),
            *(["女"] + [None] * 20),
        ],
        [None, None, None, None, None, *bands, *bands, *bands],
    ]
    merged = [*(f"{column}2:{column}3" for column in "ABCDE"), "F2:Z2", "AA2:AU2", "AV2:BP2"]
    return xlsx(path, [*head, *rows], merged=merged)
