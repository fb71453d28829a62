"""The index as a workbook whose numbers are formulas: change a component, and index and class follow.

Each formula is written with the value that it has now, so that a viewer that computes nothing shows it too.
"""

from datetime import date
from io import BytesIO

import numpy as np
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kaihoken.identity import to_wareki
from kaihoken.workforce.index import IndexClass, IndexTable

_CLASS_WORDS = {
    IndexClass.MINORITY: "少数",
    IndexClass.MIDDLE: "中程度",
    IndexClass.MAJORITY: "多数",
    None: "入力待ち",
}
_COLUMNS = (
    ("コード", 8),
    ("都道府県", 10),
    ("区域", 16),
    ("標準化医師数（人）", 14),
    ("人口（10万人）", 13),
    ("標準化受療率比", 13),
    ("指標（計算）", 12),
    ("指標（公表）", 12),
    ("区分", 9),
    ("境界", 7),
    ("下位の基準までの標準化医師数（人）", 22),
    ("医師1人（標準化）による変化", 18),
)
_FIRST = 4  # the first row of areas, counted from 0


def index_workbook(table: IndexTable, *, caution: str, sources: tuple[str, ...], made_on: date) -> bytes:
    """The areas of a table as XLSX: sheets 指標, 基準値, 出典."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "医師偏在指標", "author": ""})
    index, thresholds = book.add_worksheet("指標"), book.add_worksheet("基準値")
    _thresholds(book, thresholds, table)
    _areas(book, index, table, caution)
    _sources(book, book.add_worksheet("出典"), caution, sources, made_on)
    book.close()
    return out.getvalue()


def _thresholds(book: Workbook, sheet: Worksheet, table: IndexTable) -> None:
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 44)
    sheet.write_row(0, 0, ("基準値（両端とも区分に含む、小数第2位以下切り捨て）", "値"), bold)
    sheet.write_row(1, 0, ("上位（これ以上が多数）", table.thresholds.upper))
    sheet.write_row(2, 0, ("下位（これ以下が少数）", table.thresholds.lower))
    book.define_name("上位の基準", "=基準値!$B$2")
    book.define_name("下位の基準", "=基準値!$B$3")


def _areas(book: Workbook, sheet: Worksheet, table: IndexTable, caution: str) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    small = book.add_format({"font_size": 9, "font_color": "#626264"})
    formats = {places: book.add_format({"num_format": form}) for places, form in _FORMS.items()}
    sheet.write(0, 0, "医師偏在指標（令和6年1月公表版）", book.add_format({"bold": True, "font_size": 14}))
    sheet.write(1, 0, caution, small)
    for at, (name, width) in enumerate(_COLUMNS):
        sheet.set_column(at, at, width)
        sheet.write(_FIRST - 1, at, name, head)
    for position in range(len(table)):
        _area(sheet, table, position, formats)
    sheet.freeze_panes(_FIRST, 3)
    sheet.autofilter(_FIRST - 1, 0, _FIRST - 1 + len(table), len(_COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST - 1)


_FORMS = {0: "#,##0", 1: "0.0", 3: "0.000", 11: "+0.0;-0.0;0.0", 10: "0.00"}


def _area(sheet: Worksheet, table: IndexTable, position: int, formats: dict[int, Format]) -> None:
    row, area = _FIRST + position, table.areas.areas[position]
    line = row + 1
    sheet.write_row(row, 0, (area.code, area.prefecture, area.name))
    for at, values, places in ((3, table.physicians, 0), (4, table.population, 3), (5, table.ratio, 3)):
        if not np.isnan(values[position]):
            sheet.write_number(row, at, float(values[position]), formats[places])
    index, published = float(table.index[position]), float(table.published[position])
    if not np.isnan(published):
        sheet.write_number(row, 7, published, formats[1])
    if not np.isnan(index):
        demand = float(table.population[position] * table.ratio[position])
        sheet.write_formula(row, 6, f"=D{line}/(E{line}*F{line})", formats[1], index)
        away = table.thresholds.lower * demand - float(table.physicians[position])
        sheet.write_formula(row, 10, f"=下位の基準*E{line}*F{line}-D{line}", formats[11], away)
        sheet.write_formula(row, 11, f"=1/(E{line}*F{line})", formats[10], 1 / demand)
    decides = f'IF(H{line}="",G{line},H{line})'
    formula = f'=IF({decides}>=上位の基準,"多数",IF({decides}<=下位の基準,"少数","中程度"))'
    sheet.write_formula(row, 8, formula, None, _CLASS_WORDS[table.classes[position]])
    sheet.write(row, 9, "境界" if table.borderline[position] else "")


def _sources(book: Workbook, sheet: Worksheet, caution: str, sources: tuple[str, ...], made_on: date) -> None:
    sheet.set_column(0, 0, 110)
    wrap = book.add_format({"text_wrap": True})
    lines = (
        caution,
        "指標（計算）= 標準化医師数 ÷（人口 × 標準化受療率比）。公表値があるときは公表値が区分を決めます。",
        "境界: 内訳の丸めの幅に基準値が入り、内訳だけでは区分が決まらない区域。",
        *sources,
        f"{to_wareki(made_on)} 作成",
    )
    for row, text in enumerate(lines):
        sheet.write(row, 0, text, wrap)
