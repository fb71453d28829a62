"""What leaves the house on paper and in files says the same numbers as the pages, with caution and sources."""

import re
import sys
from datetime import date
from importlib.abc import MetaPathFinder
from io import BytesIO

import openpyxl
import orjson
import polars as pl
import pypdfium2
import pytest
from docx import Document as WordDocument
from typer.testing import CliRunner

from kaihoken.problems import Problem
from kaihoken.workforce.documents import (
    Document,
    Paragraph,
    Section,
    Table,
    area_sheet,
    chapter_of,
    docx_of,
    index_geojson,
    index_workbook,
    pdf_of,
    png_of,
)
from kaihoken.workforce.documents.commands import app
from kaihoken.workforce.documents.content import printed
from kaihoken.workforce.documents.print import html_of
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.pictures import Step, waterfall
from kaihoken.workforce.plan import Spread, plan_of
from kaihoken.workforce.portrait import Atlas

from ..forbidden import forbidden_in
from .conftest import CAUTION, DAY


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s+", "", text)


def test_a_workbook_computes_what_it_shows() -> None:
    body = index_workbook(shipped_index(), caution=CAUTION, sources=("出典",), made_on=DAY)

    formulas = openpyxl.load_workbook(BytesIO(body))["指標"]
    values = openpyxl.load_workbook(BytesIO(body), data_only=True)["指標"]
    line = next(row for row in range(5, 335) if values.cell(row, 1).value == "0306")
    assert formulas.cell(line, 7).value == f"=D{line}/(E{line}*F{line})"
    assert values.cell(line, 7).value == pytest.approx(107.816, abs=0.001)
    assert values.cell(line, 8).value == 107.8
    assert values.cell(line, 9).value == "少数"
    assert values.cell(line, 11).value == pytest.approx(39.1, abs=0.05)
    assert values.cell(2, 1).value == CAUTION
    assert values.max_row == 334


def test_a_workbook_counts_the_published_classes() -> None:
    body = index_workbook(shipped_index(), caution=CAUTION, sources=(), made_on=DAY)

    sheet = openpyxl.load_workbook(BytesIO(body), data_only=True)["指標"]
    classes = [sheet.cell(row, 9).value for row in range(5, 335)]
    assert [classes.count(name) for name in ("少数", "中程度", "多数")] == [108, 110, 112]


def test_a_chapter_opens_as_a_word_file_with_headings_tables_and_map(chapter: Document) -> None:
    word = WordDocument(BytesIO(docx_of(chapter)))

    headings = [one.text for one in word.paragraphs if (one.style.name if one.style else "") == "Heading 1"]
    assert headings == [*(section.title for section in chapter.sections), "出典"]
    assert any(CAUTION in one.text for one in word.paragraphs)
    assert "令和8年11月22日 作成" in word.paragraphs[1].text
    assert [cell.text for cell in word.tables[0].rows[6].cells][:4] == ["0306", "釜石", "107.8", "少数"]
    assert len(word.inline_shapes) == 1


def test_a_chapter_is_the_same_on_paper(chapter: Document) -> None:
    words = words_of(pdf_of(html_of(chapter)))

    for text in (
        "岩手県医師確保計画（数値編）",
        "令和8年11月22日作成",
        "0306釜石107.8少数",
        "入力待ち",
        CAUTION,
    ):
        assert text in words


def test_a_chapter_says_what_is_awaited_and_what_is_not_confirmed(chapter: Document) -> None:
    tables = [block for section in chapter.sections for block in section.blocks if isinstance(block, Table)]

    awaited = next(table for table in tables if table.caption == "入力待ちの表")
    doubts = next(table for table in tables if table.caption == "規則と確からしさ")
    assert "計画の区域別の医師の実人数" in {row[1] for row in awaited.rows}
    assert {row[1] for row in doubts.rows} == {"未確認"}


def test_sections_of_what_waits_and_what_is_unsure_are_in_japanese() -> None:
    """Whatever the plan's period and prefecture: no id and no English sentence."""
    for code, on in (("07", DAY), ("26", date(2027, 4, 1))):
        made = plan_of(code, on=on, spread=Spread.PROPORTIONAL, as_planned=True)
        sections = chapter_of(made, Atlas.shipped(), caution=CAUTION).sections
        rows = [
            row
            for section in (sections[4], sections[6])
            for block in section.blocks
            if isinstance(block, Table)
            for row in block.rows
        ]
        assert len(rows) == len(made.awaited) + len(made.doubts)
        assert not [
            cell
            for row in rows
            for cell in row
            if re.search(r"[a-z]{3}", str(cell)) and "--" not in str(cell)
        ]


def test_no_document_says_a_forbidden_word(chapter: Document) -> None:
    sheet = area_sheet(Atlas.shipped(), "釜石", caution=CAUTION, made_on=DAY)

    for html in (html_of(chapter), sheet):
        assert forbidden_in(re.sub(r"<[^>]+>", "", html)) == []


@pytest.mark.parametrize(("area", "index"), [("札幌", "282.4"), ("釜石", "107.8"), ("1404", "285.3")])
def test_a_sheet_is_one_page_of_a3(area: str, index: str) -> None:
    pdf = pdf_of(area_sheet(Atlas.shipped(), area, caution=CAUTION, made_on=DAY))

    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [420, 297]
    document.close()
    words = words_of(pdf)
    assert index in words
    assert CAUTION in words


def test_a_watermark_stands_on_every_page() -> None:
    many = tuple(Paragraph("あ" * 2000) for _ in range(6))
    made = Document("題", "副題", DAY, CAUTION, (Section("節", many),), (), watermark="架空のデータ")

    document = pypdfium2.PdfDocument(pdf_of(html_of(made)))
    assert len(document) > 1
    assert all("架空のデータ" in page.get_textpage().get_text_range() for page in document)
    document.close()


def test_a_document_reads_nothing_from_elsewhere() -> None:
    with_picture = pdf_of('<img src="file:///etc/hostname"><p>あ</p>')

    assert words_of(with_picture) == "あ"


def test_a_picture_becomes_pixels_of_the_width_asked_for() -> None:
    picture = waterfall(("a", 2.0), [Step("b", -1.0)], ("c", 1.0), title="t")

    body = png_of(picture, 800)

    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(body[16:20], "big") == 800


def test_every_area_is_a_feature_with_closed_rings() -> None:
    collection = orjson.loads(index_geojson(shipped_index(), [CAUTION]))

    assert collection["notes"] == [CAUTION]
    assert len(collection["features"]) == 330
    assert collection["features"][0]["properties"]["area_code"] == "0101"
    for feature in collection["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4


@pytest.mark.parametrize(
    ("cell", "shown"), [(None, "－"), (float("nan"), "－"), (-1234.56, "−1,234.6"), ("0306", "0306")]
)
def test_a_cell_is_printed_as_people_write_it(cell: str | float | None, shown: str) -> None:
    assert printed(cell, 1) == shown


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".json", ".parquet", ".geojson"])
def test_the_index_is_exported_in_each_form(ending: str, tmp_path: object) -> None:
    file = f"{tmp_path}/index{ending}"

    assert CliRunner().invoke(app, ["index", file]).exit_code == 0
    if ending == ".parquet":
        assert pl.read_parquet(file)["area_code"][0] == "0101"


def test_a_form_that_is_not_known_is_named(tmp_path: object) -> None:
    ran = CliRunner().invoke(app, ["index", f"{tmp_path}/index.odt"])

    assert isinstance(ran.exception, Problem)
    assert ran.exception.code == "workforce.export-form"
    assert ".xlsx" in str(ran.exception.facts["forms"])


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: object) -> None:
    ran = CliRunner().invoke(app, ["index", f"{tmp_path}/nowhere/index.csv"])

    assert isinstance(ran.exception, Problem)
    assert ran.exception.code == "workforce.export-write"


def test_a_machine_without_pango_says_which_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent(MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            if name.partition(".")[0] == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Absent(), *sys.meta_path])

    with pytest.raises(Problem) as raised:
        pdf_of("<p>a</p>")
    assert raised.value.code == "workforce.pango-missing"
