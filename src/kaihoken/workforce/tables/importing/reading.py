"""公式の表を読む: from the rows of a sheet to figures with their keys; what cannot be read is left out and named."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kaihoken.problems import Fact, Problem
from kaihoken.workforce.areas import NATION, AreaSet, area_set
from kaihoken.workforce.tables.catalogue import Dimension, Entry, entry
from kaihoken.workforce.tables.importing.cells import (
    Absent,
    Raw,
    age_of,
    label,
    read_number,
    text_of,
    year_of,
)
from kaihoken.workforce.tables.importing.checking import checked
from kaihoken.workforce.tables.importing.findings import Finding, Imported, Level
from kaihoken.workforce.tables.importing.headings import (
    TOTAL,
    Figures,
    Layout,
    kind_of,
    layout_of,
    near,
    sex_of,
    title_of,
    words,
)
from kaihoken.workforce.tables.importing.long import LongTable, Texts
from kaihoken.workforce.tables.importing.places import PlaceBook, Row, place_book
from kaihoken.workforce.tables.importing.sheets import Opened, Sheet, address, open_file

_HUB_VISITS = "hub-visits"
_HUB_TITLE = "ハブの受診件数"
_NATION = ("全国", "全国計")
_NOTES = ("注", "(注", "※", "*", "資料", "出典", "(資料", "備考", "単位")
_CODE_KEYS = {
    "area": ("area_code", "area"),
    "prefecture": ("prefecture_code", "prefecture"),
    "municipality": ("municipality_code", "municipality"),
    "code": ("code", "name"),
}
_HEADING_OF: Mapping[str, str] = {"sex": "性別", "age": "年齢階級", "year": "年"}


@dataclass(slots=True)
class _Records:
    """Records as they are read, and what is noticed on the way."""

    entry: Entry
    file: str
    rows: dict[tuple[str, ...], tuple[Sheet, int, list[tuple[tuple[str, ...], float, Absent]]]] = field(
        default_factory=dict
    )
    findings: list[Finding] = field(default_factory=list)
    marks: Counter[Absent] = field(default_factory=Counter)
    left_out: int = 0
    totals: int = 0
    differing: set[tuple[str, ...]] = field(default_factory=set)

    def find(
        self, code: str, level: Level, sheet: Sheet | None, cell: str, facts: Mapping[str, Fact]
    ) -> None:
        self.findings.append(Finding(code, level, self.file, sheet.name if sheet else "", cell, facts))


def read_table(
    path: Path, table: str, *, areas: AreaSet | None = None, given: Mapping[Dimension, str] | None = None
) -> Imported[LongTable]:
    """Reads an official file, or a filled template, as one table of the catalogue.

    `areas` is the set whose codes the rows have (the 330 of the shipped set by default); `given` says what the sheet
    does not: {"year": "2025"}. Units are never rescaled, codes are mended only where one reading is possible.
    Raises Problem `workforce.table-unknown`, `workforce.import-unreadable`, `workforce.import-too-large`, and
    `workforce.visits-apart` where a hub's counts are given for another table.
    """
    wanted = entry(table)
    opened = open_file(path)
    if table != _HUB_VISITS and any(_of_hub(sheet) for sheet in opened.sheets):
        raise Problem("workforce.visits-apart", where=opened.file, file=opened.file, table=table)
    records = _Records(wanted, opened.file)
    book = place_book(wanted.place, areas or area_set("330"))
    layouts = [(sheet, layout) for sheet in opened.sheets if (layout := layout_of(sheet, wanted)) is not None]
    if not layouts:
        measure = wanted.measures[0].ja
        headings = [text_of(cell) for sheet in opened.sheets for row in sheet.rows[:10] for cell in row]
        records.find("workforce.import-column-missing", "error", None, "", _missing(measure, headings))
        return _finished(records, opened, None)
    best = max(layout.score for _, layout in layouts)
    chosen = [pair for pair in layouts if pair[1].score == best]
    if not any(title_of(sheet, wanted, 0) for sheet, _ in chosen):
        chosen = chosen[:1]
    for sheet, layout in chosen:
        title = title_of(sheet, wanted, layout.first_row - 1) | dict(given or {})
        if _complete(records, sheet, layout, title, book):
            _read_sheet(records, sheet, layout, title, book)
    usable = any(finding.code == "workforce.import-column-missing" for finding in records.findings)
    return _finished(records, opened, None if usable else _table(records))


def _of_hub(sheet: Sheet) -> bool:
    return bool(sheet.rows) and any(text_of(cell).startswith(_HUB_TITLE) for cell in sheet.rows[0][:1])


def _missing(column: str, headings: list[str]) -> dict[str, Fact]:
    return {"column": column, "near": near(column, headings)}


def _complete(
    records: _Records, sheet: Sheet, layout: Layout, title: Mapping[Dimension, str], book: PlaceBook | None
) -> bool:
    """Whether the sheet says everything that the table needs; each thing that it does not say is a finding."""
    wanted = records.entry
    lacking = [
        _HEADING_OF.get(dimension, wanted.kind_ja)
        for dimension in wanted.dimensions
        if dimension not in layout.keys
        and dimension not in title
        and not any(dimension in figures.of for figures in layout.figures)
        and not (dimension == "sex" and _stub(layout))
    ]
    if wanted.place != "nation" and not any(key in layout.keys for key in _CODE_KEYS[wanted.place]):
        lacking.append(
            {"area": "二次医療圏コード", "prefecture": "都道府県名", "municipality": "市区町村コード"}.get(
                wanted.place, "コード"
            )
        )
    if wanted.second_ja and "second" not in layout.keys:
        lacking.append(wanted.second_ja)
    read = {figures.measure for figures in layout.figures}
    lacking += [measure.ja for measure in wanted.measures if measure.id not in read and not measure.optional]
    where = address(layout.first_row - 1, 0)
    for column in lacking:
        records.find(
            "workforce.import-column-missing", "error", sheet, where, _missing(column, list(layout.headings))
        )
    return not lacking


def _stub(layout: Layout) -> bool:
    """Whether columns without a heading we know stand left of the figures: 「総数・男・女」 may stand there."""
    first = min(figures.column for figures in layout.figures)
    return first > 0


def _read_sheet(
    records: _Records, sheet: Sheet, layout: Layout, title: Mapping[Dimension, str], book: PlaceBook | None
) -> None:
    context: dict[str, str] = {}
    context.update(title.items())
    place = Row("found", NATION) if records.entry.place == "nation" else Row("blank")
    zeros_lost = _zeros_lost(sheet, layout, records.entry, book)
    for at in range(_first_figures(sheet, layout), len(sheet.rows)):
        cells = sheet.rows[at]
        texts = {key: text_of(sheet.cell(at, column)) for key, column in layout.keys.items()}
        figures = [(one, *read_number(sheet.cell(at, one.column))) for one in layout.figures]
        if label(texts.get("example", "")) in words("example"):
            records.find(
                "workforce.import-example-row", "note", sheet, address(at, layout.keys["example"]), {}
            )
            continue
        facts: dict[str, Fact]
        pair_of_a_kind = bool(records.entry.second_ja and texts.get("kind"))
        if pair_of_a_kind and kind_of(records.entry, texts["kind"]) is None:
            records.left_out += 1
            facts = {"column": records.entry.kind_ja, "written": texts["kind"][:40]}
            cell = address(at, layout.keys["kind"])
            records.find("workforce.import-kind-unknown", "error", sheet, cell, facts)
            continue
        if all(kind is Absent.BLANK for _, _, kind in figures) and not pair_of_a_kind:
            context |= _section(records.entry, cells, layout)
            continue
        _follow(records.entry, texts, cells, layout, context)
        if records.entry.place != "nation":
            found = _place_of(records.entry, texts, book, zeros_lost)
            if found.outcome == "blank" and any(label(text) in _NATION for text in _unnamed(cells, layout)):
                found = Row("total")
            place = place if found.outcome == "blank" else found
        if place.outcome == "found":
            _told(records, sheet, layout, at, place)
            _keep(records, sheet, at, place.code, texts, context, figures)
        elif place.outcome == "total":
            records.totals += 1
        elif not _is_note(cells):
            records.left_out += 1
            cell = address(at, _place_column(records.entry, layout))
            facts = dict(place.facts or {"written": "", "near": "—"})
            records.find(place.problem or "workforce.import-place-unknown", "error", sheet, cell, facts)


def _first_figures(sheet: Sheet, layout: Layout) -> int:
    """The first row with a figure, or the row after the heading: a line of units （人） may stand between."""
    for at in range(layout.first_row, len(sheet.rows)):
        kinds = {read_number(sheet.cell(at, one.column))[1] for one in layout.figures}
        if kinds - {Absent.UNREADABLE, Absent.BLANK}:
            return at
        if Absent.UNREADABLE not in kinds:
            break
    return layout.first_row


def _place_of(wanted: Entry, texts: Mapping[str, str], book: PlaceBook | None, zeros_lost: bool) -> Row:
    code_key, name_key = _CODE_KEYS[wanted.place]
    code, name = texts.get(code_key, ""), texts.get(name_key, "")
    if book is None:
        found = code or name
        return Row("found", found) if found else Row("blank")
    prefecture = (
        ""
        if wanted.place == "prefecture"
        else texts.get("prefecture", "") or texts.get("prefecture_code", "")
    )
    return book.resolve(code, name, prefecture, zeros_lost=zeros_lost)


def _place_column(wanted: Entry, layout: Layout) -> int:
    return min(layout.keys[key] for key in _CODE_KEYS[wanted.place] if key in layout.keys)


def _zeros_lost(sheet: Sheet, layout: Layout, wanted: Entry, book: PlaceBook | None) -> bool:
    column = layout.keys.get("municipality_code") if wanted.place == "municipality" else None
    if column is None or book is None:
        return False
    return any(
        book.certainly_six(text_of(sheet.cell(at, column))) for at in range(layout.first_row, len(sheet.rows))
    )


def _told(records: _Records, sheet: Sheet, layout: Layout, at: int, place: Row) -> None:
    cell = address(at, _place_column(records.entry, layout)) if records.entry.place != "nation" else ""
    if place.mended:
        records.find("workforce.import-code-mended", "note", sheet, cell, {"code": place.code})
    if place.differs:
        records.find(
            "workforce.import-name-differs",
            "warning",
            sheet,
            cell,
            {"code": place.code, "written": place.differs},
        )


def _follow(
    wanted: Entry, texts: Mapping[str, str], cells: list[Raw], layout: Layout, context: dict[str, str]
) -> None:
    """What the row says of sex, age, year and kind, over what stood above it."""
    said: dict[str, str | None] = {
        "sex": sex_of(texts.get("sex", "")),
        "age": age_of(texts.get("age", ""))
        or (TOTAL if label(texts.get("age", "")) in words("total") else None),
        "year": year_of(texts.get("year", "")),
        "kind": kind_of(wanted, texts["kind"]) if texts.get("kind") else None,
    }
    if "sex" in wanted.dimensions and "sex" not in layout.keys:
        said["sex"] = next((sex for text in _unnamed(cells, layout) if (sex := sex_of(text))), None)
    context |= {key: value for key, value in said.items() if value}
    if "second" in texts:
        context["second"] = texts["second"]


def _unnamed(cells: list[Raw], layout: Layout) -> list[str]:
    """Texts left of the figures in columns that no key claims."""
    first = min(figures.column for figures in layout.figures)
    claimed = set(layout.keys.values())
    return [
        text_of(cell)
        for column, cell in enumerate(cells[:first])
        if column not in claimed and cell is not None
    ]


def _section(wanted: Entry, cells: list[Raw], layout: Layout) -> dict[str, str]:
    """A row of one word alone, such as 「男」, that speaks of the rows below."""
    texts = [text for cell in cells if (text := text_of(cell))]
    if len(set(texts)) != 1:
        return {}
    if "sex" in wanted.dimensions and (sex := sex_of(texts[0])):
        return {"sex": sex}
    if "year" in wanted.dimensions and (year := year_of(texts[0])):
        return {"year": year}
    if "kind" in wanted.dimensions and (kind := kind_of(wanted, texts[0])):
        return {"kind": kind}
    return {}


def _is_note(cells: list[Raw]) -> bool:
    texts = [text for cell in cells if (text := text_of(cell))]
    return not texts or texts[0].startswith(_NOTES)


def _keep(
    records: _Records,
    sheet: Sheet,
    at: int,
    place: str,
    texts: Mapping[str, str],
    context: Mapping[str, str],
    figures: list[tuple[Figures, float, Absent]],
) -> None:
    """Keeps the figures of a row, and names every cell that is none."""
    wanted = records.entry
    read: list[tuple[tuple[str, ...], float, Absent]] = []
    for one, value, absent in figures:
        number, kind = _accepted(records, sheet, at, one, value, absent)
        of: dict[str, str] = dict(context)
        of.update(one.of.items())
        key = tuple(of.get(dimension, "") for dimension in wanted.dimensions)
        read.append(((place, one.measure or "", *key, of.get("second", "")), number, kind))
        if kind is not Absent.PRESENT:
            records.marks[kind] += 1
    row_key = (
        place,
        *(context.get(dimension, "") for dimension in wanted.dimensions if _in_rows(dimension, figures)),
        context.get("second", ""),
    )
    before = records.rows.get(row_key)
    if before is None:
        records.rows[row_key] = (sheet, at, read)
        return
    same = [(number, kind) for _, number, kind in before[2]] == [
        (number, kind) for _, number, kind in read
    ] or np.array_equal(
        [number for _, number, _ in before[2]], [number for _, number, _ in read], equal_nan=True
    )
    facts: dict[str, Fact] = {"place": place, "first": before[1] + 1}
    records.left_out += 1
    if same:
        records.find("workforce.import-row-twice", "note", sheet, address(at, 0), facts)
    else:
        records.differing.add(row_key)
        records.find("workforce.import-rows-differ", "error", sheet, address(at, 0), facts)


def _in_rows(dimension: str, figures: list[tuple[Figures, float, Absent]]) -> bool:
    return not any(dimension in one.of for one, _, _ in figures)


def _accepted(
    records: _Records, sheet: Sheet, at: int, one: Figures, value: float, absent: Absent
) -> tuple[float, Absent]:
    if absent is Absent.UNREADABLE:
        written = text_of(sheet.cell(at, one.column))[:40]
        facts: dict[str, Fact] = {"column": one.heading, "written": written}
        records.find("workforce.import-cell-unreadable", "error", sheet, address(at, one.column), facts)
        return value, absent
    measure = next(measure for measure in records.entry.measures if measure.id == one.measure)
    low, high = measure.floor, measure.ceiling
    if absent is Absent.PRESENT and (
        (low is not None and value < low) or (high is not None and value > high)
    ):
        facts = {"column": one.heading, "written": f"{value:g}", "range": f"{_end(low)}–{_end(high)}"}
        records.find("workforce.import-cell-range", "error", sheet, address(at, one.column), facts)
        return float("nan"), Absent.UNREADABLE
    return value, absent


def _end(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"


def _table(records: _Records) -> LongTable | None:
    for key in records.differing:
        del records.rows[key]
        records.left_out += 1
    lines = [line for _, _, lines in records.rows.values() for line in lines]
    if not lines:
        records.find("workforce.import-empty", "error", None, "", {"table": records.entry.id})
        return None
    names = ("place", "measure", *records.entry.dimensions, "second")
    columns = list(zip(*(key for key, _, _ in lines), strict=True))
    keys: dict[str, Texts] = {
        name: np.array(column, dtype=np.str_) for name, column in zip(names, columns, strict=True)
    }
    values = np.array([number for _, number, _ in lines])
    return LongTable(records.entry, keys, values, np.array([kind for _, _, kind in lines], dtype=np.uint8))


def _finished(records: _Records, opened: Opened, table: LongTable | None) -> Imported[LongTable]:
    if table is not None:
        table, more = checked(table, opened.file)
        records.findings += more
        for mark in (Absent.NO_COUNT, Absent.UNKNOWN, Absent.NOT_APPLICABLE, Absent.SUPPRESSED):
            if records.marks[mark]:
                facts: dict[str, Fact] = {
                    "kind": mark.name.lower().replace("_", "-"),
                    "cells": records.marks[mark],
                }
                records.find("workforce.import-absent", "note", None, "", facts)
    return Imported(
        table,
        len(records.rows) if table is not None else 0,
        records.left_out,
        records.totals,
        tuple(records.findings),
        opened.file,
        opened.digest,
    )
