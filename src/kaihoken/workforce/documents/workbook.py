"""The index as a workbook whose numbers are formulas: change a component, and index and class follow."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from kaihoken.workforce.documents.chapter_words import CLASSES
from kaihoken.workforce.documents.spreadsheet import Book, Column, Formula, Sheet, SheetCell, workbook
from kaihoken.workforce.index import IndexTable

TITLE: Final = "医師偏在指標（令和6年1月公表版）"
METHOD: Final = (
    "指標（計算）= 標準化医師数 ÷（人口 × 標準化受療率比）。公表値があるときは公表値が区分を決めます。",
    "境界: 内訳の丸めの幅に基準値が入り、内訳だけでは区分が決まらない区域。",
)
_COLUMNS: Final = (
    Column("コード", 8),
    Column("都道府県", 10),
    Column("区域", 16),
    Column("標準化医師数（人）", 14),
    Column("人口（10万人）", 13, "0.000"),
    Column("標準化受療率比", 13, "0.000"),
    Column("指標（計算）", 12, "0.0"),
    Column("指標（公表）", 12, "0.0"),
    Column("区分", 9),
    Column("境界", 7),
    Column("下位の基準までの標準化医師数（人）", 22, "+0.0;-0.0;0.0"),
    Column("医師1人（標準化）による変化", 18, "0.00"),
)


def index_workbook(
    table: IndexTable,
    *,
    caution: str,
    sources: tuple[str, ...],
    made_on: date,
    rows: Sequence[int] | None = None,
    more: Sequence[Sheet] = (),
) -> bytes:
    """The areas of a table as XLSX: sheets 指標, 基準値, 出典; only some `rows`, and `more` sheets, where asked for."""
    book = index_book(table, caution=caution, sources=sources, made_on=made_on)
    return workbook(book, (index_sheet(table, range(len(table)) if rows is None else rows), *more))


def index_book(table: IndexTable, *, caution: str, sources: tuple[str, ...], made_on: date) -> Book:
    """What a workbook about the index says, with the two thresholds by name."""
    names = {
        "上位の基準": ("上位（これ以上が多数）", table.thresholds.upper),
        "下位の基準": ("下位（これ以下が少数）", table.thresholds.lower),
    }
    return Book("医師偏在指標", caution, sources, made_on, METHOD, names)


def index_sheet(table: IndexTable, rows: Sequence[int]) -> Sheet:
    """Areas by code with what makes their index."""
    return Sheet("指標", TITLE, _COLUMNS, tuple(_area(table, row) for row in rows), frozen=3)


def _area(table: IndexTable, row: int) -> tuple[SheetCell, ...]:
    area = table.areas.areas[row]
    physicians, population, ratio, index, published = (
        None if np.isnan(values[row]) else float(values[row])
        for values in (table.physicians, table.population, table.ratio, table.index, table.published)
    )
    decides = 'IF(H{line}="",G{line},H{line})'
    made: tuple[Formula | None, ...] = (None, None, None)
    if physicians is not None and population is not None and ratio is not None and index is not None:
        demand = population * ratio
        made = (
            Formula("D{line}/(E{line}*F{line})", index),
            Formula("下位の基準*E{line}*F{line}-D{line}", table.thresholds.lower * demand - physicians),
            Formula("1/(E{line}*F{line})", 1 / demand),
        )
    return (
        area.code,
        area.prefecture,
        area.name,
        physicians,
        population,
        ratio,
        made[0],
        published,
        Formula(
            f'IF({decides}>=上位の基準,"多数",IF({decides}<=下位の基準,"少数","中程度"))',
            CLASSES[table.classes[row]],
        ),
        "境界" if table.borderline[row] else "",
        made[1],
        made[2],
    )
