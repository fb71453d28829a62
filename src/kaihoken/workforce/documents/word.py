"""A document as DOCX, for officers to go on writing: real headings, tables and captions, figures as pictures.

What came and went since an earlier document stands as tracked changes, which a word processor takes over or refuses one
by one.
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import count
from typing import Final

from docx import Document as WordDocument
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run
from lxml import etree

from kaihoken.workforce.documents.changes import (
    Change,
    Line,
    MarkedDocument,
    MarkedFigure,
    MarkedParagraph,
    MarkedTable,
    marked,
)
from kaihoken.workforce.documents.content import Document
from kaihoken.workforce.documents.kept import SOURCES, Kept, keep_in
from kaihoken.workforce.documents.paper import png_of

_TYPE: Final = "Noto Sans CJK JP"
_QUIET: Final = RGBColor(0x62, 0x62, 0x64)
_WIDE: Final = Mm(160)
_DOTS: Final = 1500
_AUTHOR: Final = "Kaihoken"
_MARKS: Final = {Change.ADDED: "w:ins", Change.REMOVED: "w:del"}


@dataclass(frozen=True, slots=True)
class _Tracker:
    """The marks of one document: each has an id, its author and the day on which the document was made."""

    made_on: date
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def mark(self, change: Change) -> etree._Element:
        """A new mark of a change, to put around runs or into properties."""
        made = OxmlElement(_MARKS[change])
        made.set(qn("w:id"), str(next(self.ids)))
        made.set(qn("w:author"), _AUTHOR)
        made.set(qn("w:date"), f"{self.made_on.isoformat()}T00:00:00Z")
        return made

    def around(self, run: Run, change: Change) -> None:
        """Marks a run as one that came or went."""
        if change is Change.NONE:
            return
        element = run._r
        mark = self.mark(change)
        element.addprevious(mark)
        mark.append(element)
        if change is Change.REMOVED:
            for text in element.findall(qn("w:t")):
                text.tag = qn("w:delText")

    def paragraph(self, paragraph: WordParagraph, change: Change) -> None:
        """Marks the end of a paragraph, so that one that went leaves no empty line."""
        if change is not Change.NONE:
            properties = paragraph._p.get_or_add_pPr()
            kind = properties.find(qn("w:rPr"))
            if kind is None:
                kind = OxmlElement("w:rPr")
                properties.append(kind)
            kind.append(self.mark(change))


def docx_of(document: Document, since: Kept | None = None) -> bytes:
    """The document as a Word file, A4, with its content kept inside; with `since` what changed is tracked. Raises as
    `png_of` does where it has figures."""
    made = marked(document, since)
    word, tracker = WordDocument(), _Tracker(document.made_on)
    _page(word)
    _type(word)
    word.core_properties.title = document.title
    word.core_properties.author = ""
    word.add_heading(document.title, 0)
    _paragraph(word, tracker, MarkedParagraph(made.subtitle, note=True))
    if document.watermark:
        word.add_paragraph().add_run(document.watermark).bold = True
    _paragraph(word, tracker, MarkedParagraph(made.caution, note=True))
    _sections(word, tracker, made)
    _foot(word, document)
    keep_in(word, document)
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _sections(word: Word, tracker: _Tracker, made: MarkedDocument) -> None:
    for section in made.sections:
        _write(tracker, word.add_heading("", 1), section.title, section.change)
        for block in section.blocks:
            match block:
                case MarkedParagraph():
                    _paragraph(word, tracker, block)
                case MarkedTable():
                    _table(word, tracker, block)
                case MarkedFigure():
                    if block.picture is not None:
                        word.add_picture(BytesIO(png_of(block.picture, _DOTS)), width=_WIDE)
                    _paragraph(word, tracker, MarkedParagraph(block.caption, True, block.change))
    word.add_heading(SOURCES, 1)
    for source in made.sources:
        _paragraph(word, tracker, source)


def _page(word: Word) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(22)


def _type(word: Word) -> None:
    for name in ("Normal", "Title", "Heading 1", "Table Grid", "Caption"):
        style = word.styles[name]
        style.font.name = _TYPE
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(script), _TYPE)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    word.styles["Normal"].font.size = Pt(10.5)
    word.styles["Title"].font.size = Pt(20)
    word.styles["Heading 1"].font.size = Pt(14)
    for name in ("Title", "Heading 1"):
        word.styles[name].font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)


def _write(
    tracker: _Tracker, paragraph: WordParagraph, line: Line, change: Change = Change.NONE
) -> list[Run]:
    runs = []
    for piece in line:
        run = paragraph.add_run(piece.text)
        tracker.around(run, piece.change)
        runs.append(run)
    tracker.paragraph(paragraph, change)
    return runs


def _paragraph(word: Word, tracker: _Tracker, block: MarkedParagraph) -> None:
    for run in _write(tracker, word.add_paragraph(), block.line, block.change):
        if block.note:
            run.font.size = Pt(9)
            run.font.color.rgb = _QUIET


def _table(word: Word, tracker: _Tracker, table: MarkedTable) -> None:
    caption = word.add_paragraph(style="Caption")
    _write(tracker, caption, table.caption, table.change)
    caption.paragraph_format.keep_with_next = True
    made = word.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    for cell, name in zip(made.rows[0].cells, table.columns, strict=True):
        run = cell.paragraphs[0].add_run(name)
        run.font.size = Pt(9)
        run.bold = True
    if table.change is not Change.NONE:
        made.rows[0]._tr.get_or_add_trPr().append(tracker.mark(table.change))
    for row in table.rows:
        cells = made.add_row()
        if row.change is not Change.NONE:
            cells._tr.get_or_add_trPr().append(tracker.mark(row.change))
        for cell, line in zip(cells.cells, row.cells, strict=True):
            for run in _write(tracker, cell.paragraphs[0], line):
                run.font.size = Pt(9)
    for at, numeric in enumerate(table.numeric):
        if numeric:
            for cell in made.columns[at].cells:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _repeat_headings(made)
    word.add_paragraph()


def _repeat_headings(table: WordTable) -> None:
    """The headings stand again on each page over which a table runs."""
    properties = table.rows[0]._tr.get_or_add_trPr()
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    properties.append(header)


def _foot(word: Word, document: Document) -> None:
    foot = word.sections[0].footer.paragraphs[0]
    run = foot.add_run(f"{document.title}　{document.watermark}".strip())
    run.font.size = Pt(8)
    run.font.color.rgb = _QUIET
