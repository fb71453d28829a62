"""ひな形と書き出し: a table of the catalogue as XLSX and CSV, empty with an example, or filled."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from kaihoken.workforce.areas import AreaSet, area_set, prefectures
from kaihoken.workforce.tables.catalogue import Entry, catalogue, entry
from kaihoken.workforce.tables.importing import TOTAL, Absent, LongTable
from kaihoken.workforce.tables.importing.places import PlaceBook, place_book

EXAMPLE: Final = "例"
_PLACE_COLUMNS = {
    "area": ("二次医療圏コード", "都道府県名", "二次医療圏名"),
    "prefecture": ("都道府県コード", "都道府県名"),
    "municipality": ("市区町村コード", "都道府県名", "市区町村名"),
    "code": ("コード", "名称"),
    "nation": (),
}
_PLACE_EXAMPLE = {
    "area": ("0101", "北海道", "南渡島"),
    "prefecture": ("01", "北海道"),
    "municipality": ("01202", "北海道", "函館市"),
    "code": ("0001", "（名称）"),
    "nation": (),
}
_SEX_JA = {"both": "計", "male": "男", "female": "女"}
_MARK_OF = {
    Absent.NO_COUNT: "－",
    Absent.UNKNOWN: "…",
    Absent.NOT_APPLICABLE: "・",
    Absent.SUPPRESSED: "x",
    Absent.BLANK: "",
    Absent.UNREADABLE: "",
}
_TOTAL_JA = "総数"
_EXAMPLE_FIGURE = 123
_WIDEST = 60
_UTF8_BOM = "\ufeff"


def age_ja(age: str) -> str:
    """「25～29歳」, as official sheets write an age of the catalogue."""
    if age == TOTAL:
        return _TOTAL_JA
    if age.startswith("-"):
        return f"{age[1:]}歳以下"
    if age.endswith("+"):
        return f"{age[:-1]}歳以上"
    return f"{age.replace('-', '～')}歳"


def headings(wanted: Entry, ages: Sequence[str]) -> tuple[str, ...]:
    """The headings of a table: the example mark, the place, what rows are told apart by, then the figures."""
    figures = (
        [age_ja(age) for age in ages] if wanted.age_columns else [measure.ja for measure in wanted.measures]
    )
    return (EXAMPLE, *_PLACE_COLUMNS[wanted.place], *_row_headings(wanted), *figures)


def template(table: str, folder: Path) -> tuple[Path, Path]:
    """Writes `<table>.template.xlsx` and `<table>.template.csv`: headings, one row that is marked as an example, and
    the notes. Raises Problem `workforce.table-unknown`."""
    wanted = entry(table)
    ages = catalogue().age_lists[wanted.ages[0]] if wanted.ages else ()
    rows = [headings(wanted, ages), _example(wanted, ages)]
    notes = list(_notes(wanted))
    stem = folder / f"{wanted.id}.template"
    return _written(stem, wanted, rows, notes)


def write_table(table: LongTable, stem: Path, areas: AreaSet | None = None) -> tuple[Path, Path]:
    """Writes what was read in the shape of the template, as `<stem>.xlsx` and `<stem>.csv`; each kind of absence keeps
    its mark."""
    ages = table.labels("age") if "age" in table.keys else ()
    book = place_book(table.entry.place, areas or area_set("330"))
    rows = [headings(table.entry, ages), *_filled(table, ages, book)]
    return _written(stem, table.entry, rows, list(_notes(table.entry)))


def _row_headings(wanted: Entry) -> Iterator[str]:
    if wanted.second_ja:
        yield wanted.second_ja
    for dimension, heading in (("kind", wanted.kind_ja), ("year", "年"), ("sex", "性別")):
        if dimension in wanted.dimensions:
            yield heading
    if "age" in wanted.dimensions and not wanted.age_columns:
        yield "年齢階級"


def _example(wanted: Entry, ages: Sequence[str]) -> tuple[str, ...]:
    said = []
    if wanted.second_ja:
        said.append("0002")
    examples = {"kind": next(iter(wanted.kinds.values()), ("",))[0], "year": "2025", "sex": "男"}
    said.extend(said_of for dimension, said_of in examples.items() if dimension in wanted.dimensions)
    if "age" in wanted.dimensions and not wanted.age_columns:
        said.append(age_ja(ages[0]))
    figures = len(ages) if wanted.age_columns else len(wanted.measures)
    return (EXAMPLE, *_PLACE_EXAMPLE[wanted.place], *said, *[str(_EXAMPLE_FIGURE)] * figures)


def _notes(wanted: Entry) -> Iterator[str]:
    yield f"※ {wanted.ja}（{wanted.id}）: {wanted.about}"
    yield f"※ 単位: {'、'.join(f'{measure.ja}＝{measure.unit}' for measure in wanted.measures)}"
    for origin in wanted.origins:
        number = " ".join(
            part
            for part in (origin.statistics and f"政府統計コード {origin.statistics}", origin.table)
            if part
        )
        yield f"※ 出典: {origin.title} {number} {origin.page}".rstrip()
    yield "※ 「－」は計数なし、「…」は不明、「・」はありえない項目、「x」は秘匿です。0 とは別のものとして読みます。"
    yield "※ コードは先頭の 0 を含む文字です。「例」の行は読み込みません。"
    if wanted.note:
        yield f"※ {wanted.note}"


def _filled(table: LongTable, ages: Sequence[str], book: PlaceBook | None) -> Iterator[tuple[str, ...]]:
    wanted = table.entry
    column_key = "age" if wanted.age_columns else "measure"
    columns = list(ages) if wanted.age_columns else [measure.id for measure in wanted.measures]
    row_keys = [
        "place",
        *(key for key in ("second", "kind", "year", "sex", "age") if key in _told_apart(wanted)),
    ]
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    texts = [table.keys[key].tolist() for key in row_keys]
    for at, (column, value, absent) in enumerate(
        zip(table.keys[column_key].tolist(), table.values.tolist(), table.absent.tolist(), strict=True)
    ):
        key = tuple(text[at] for text in texts)
        figure = repr(value).removesuffix(".0") if absent == Absent.PRESENT else _MARK_OF[Absent(absent)]
        lines.setdefault(key, {})[column] = figure
    for key, figures in lines.items():
        said = dict(zip(row_keys, key, strict=True))
        words = [_word(wanted, name, said[name]) for name in row_keys[1:]]
        yield (
            "",
            *_place(wanted, said["place"], book),
            *words,
            *(figures.get(column, "") for column in columns),
        )


def _told_apart(wanted: Entry) -> set[str]:
    rows = {str(dimension) for dimension in wanted.dimensions} - ({"age"} if wanted.age_columns else set())
    return rows | ({"second"} if wanted.second_ja else set())


def _word(wanted: Entry, key: str, said: str) -> str:
    if key == "sex":
        return _SEX_JA[said]
    if key == "kind":
        return wanted.kinds[said][0]
    return age_ja(said) if key == "age" else said


def _place(wanted: Entry, code: str, book: PlaceBook | None) -> tuple[str, ...]:
    if wanted.place == "nation":
        return ()
    name = book.names.get(code, "") if book is not None else ""
    if wanted.place in ("prefecture", "code"):
        return code, name
    return code, {str(one): called for one, called in prefectures().items()}.get(code[:2], ""), name


def _written(stem: Path, wanted: Entry, rows: Sequence[Sequence[str]], notes: list[str]) -> tuple[Path, Path]:
    workbook, text = stem.with_name(f"{stem.name}.xlsx"), stem.with_name(f"{stem.name}.csv")
    text.write_bytes(_csv(rows, notes).encode())
    _book(wanted, rows, notes).save(workbook)
    return workbook, text


def _csv(rows: Iterable[Sequence[str]], notes: Iterable[str]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows(rows)
    writer.writerows([note] for note in notes)
    return _UTF8_BOM + written.getvalue()


def _book(wanted: Entry, rows: Sequence[Sequence[str]], notes: Iterable[str]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "入力"
    first_figure = len(_PLACE_COLUMNS[wanted.place]) + len(list(_row_headings(wanted))) + 1
    for line in rows:
        sheet.append([_typed(text, column >= first_figure) for column, text in enumerate(line)])
    for heading in sheet[1]:
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="D9E2EC")
        heading.alignment = Alignment(wrap_text=True, vertical="center")
    for row in sheet.iter_rows(min_row=2, max_col=first_figure):
        for key in row:
            _as_text(key)
    if len(rows) > 1 and rows[1][0] == EXAMPLE:
        for example in sheet[2]:
            example.font = Font(italic=True, color="808080")
    sheet.freeze_panes = f"{get_column_letter(first_figure + 1)}2"
    about = book.create_sheet("説明")
    for note in notes:
        about.append([note])
    about.column_dimensions[get_column_letter(1)].width = _WIDEST
    return book


def _as_text(cell: object) -> None:
    if isinstance(cell, Cell):
        cell.number_format = "@"


def _typed(text: str, figure: bool) -> str | float | int | None:
    if not figure or not text:
        return text or None
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
