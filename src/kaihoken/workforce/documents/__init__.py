"""文書: what leaves the house on paper and in files: workbooks, the plan's chapter, A3 sheets, maps, data.

Documents are written in Japanese, as councils read them; each bears the ministry's caution, its sources, and the day on
which it was made.
"""

from kaihoken.workforce.documents.area_workbook import area_workbook, compare_workbook, plan_workbook
from kaihoken.workforce.documents.chapter import chapter_of
from kaihoken.workforce.documents.content import Document, Figure, Paragraph, Section, Table
from kaihoken.workforce.documents.correction import correction_document
from kaihoken.workforce.documents.data import cautioned_csv, index_csv, index_parquet
from kaihoken.workforce.documents.geography import index_geojson
from kaihoken.workforce.documents.kept import Kept, content_json, hand_edits, read_kept
from kaihoken.workforce.documents.paper import pdf_of, png_of
from kaihoken.workforce.documents.print import html_of
from kaihoken.workforce.documents.sheet import area_sheet
from kaihoken.workforce.documents.spreadsheet import Book, Column, Formula, Sheet, SheetCell, workbook
from kaihoken.workforce.documents.word import docx_of
from kaihoken.workforce.documents.workbook import index_workbook

__all__ = [
    "Book",
    "Column",
    "Document",
    "Figure",
    "Formula",
    "Kept",
    "Paragraph",
    "Section",
    "Sheet",
    "SheetCell",
    "Table",
    "area_sheet",
    "area_workbook",
    "cautioned_csv",
    "chapter_of",
    "compare_workbook",
    "content_json",
    "correction_document",
    "docx_of",
    "hand_edits",
    "html_of",
    "index_csv",
    "index_geojson",
    "index_parquet",
    "index_workbook",
    "pdf_of",
    "plan_workbook",
    "png_of",
    "read_kept",
    "workbook",
]
