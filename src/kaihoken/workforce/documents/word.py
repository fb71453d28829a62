"""A document as DOCX, for officers to go on writing: real headings, tables and captions, figures as pictures."""

from io import BytesIO

from docx import Document as WordDocument
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable

from kaihoken.workforce.documents.content import Document, Figure, Paragraph, Table
from kaihoken.workforce.documents.paper import png_of

_TYPE = "Noto Sans CJK JP"
_QUIET = RGBColor(0x62, 0x62, 0x64)
_WIDE = Mm(160)
_DOTS = 1500


def docx_of(document: Document) -> bytes:
    """The document as a Word file, A4. Raises as `png_of` does where it has figures."""
    word = WordDocument()
    _page(word)
    _type(word)
    word.core_properties.title = document.title
    word.core_properties.author = ""
    word.add_heading(document.title, 0)
    _paragraph(word, f"{document.subtitle}　{document.made} 作成", quiet=True)
    if document.watermark:
        _paragraph(word, document.watermark, bold=True)
    _paragraph(word, document.caution, quiet=True)
    for section in document.sections:
        word.add_heading(section.title, 1)
        for block in section.blocks:
            match block:
                case Paragraph():
                    _paragraph(word, block.text, quiet=block.note)
                case Table():
                    _table(word, block)
                case Figure():
                    word.add_picture(BytesIO(png_of(block.picture, _DOTS)), width=_WIDE)
                    _paragraph(word, block.caption, quiet=True)
    word.add_heading("出典", 1)
    for source in document.sources:
        _paragraph(word, source, quiet=True)
    _foot(word, document)
    out = BytesIO()
    word.save(out)
    return out.getvalue()


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


def _paragraph(word: Word, text: str, *, quiet: bool = False, bold: bool = False) -> None:
    run = word.add_paragraph().add_run(text)
    run.bold = bold
    if quiet:
        run.font.size = Pt(9)
        run.font.color.rgb = _QUIET


def _table(word: Word, table: Table) -> None:
    caption = word.add_paragraph(table.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    made = word.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    numeric = table.numeric()
    lines = [table.columns, *table.shown()]
    for row, line in enumerate(lines):
        cells = made.rows[0].cells if row == 0 else made.add_row().cells
        for at, text in enumerate(line):
            paragraph = cells[at].paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size = Pt(9)
            run.bold = row == 0 or row - 1 in table.changed
            if numeric[at]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
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
