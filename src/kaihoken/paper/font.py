"""The one typeface of the papers: Noto Sans JP as TrueType, embedded and subset by ReportLab.

The file comes from npm when the program is built (scripts/build_assets.py). ReportLab is imported when the first paper
is made: a process that prints nothing does not load it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Protocol

from kaihoken.problems import Problem

FACE = "KaihokenPaper"
"""The name under which ReportLab knows the font."""
FILE = "vendor/NotoSansJP-Regular.ttf"
GETA = "〓"
"""下駄: what printers set for a character that they have not."""

_TABLE = "toUnicodeCMap:"
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class Stream(Protocol):
    """A stream of ReportLab before it is written."""

    content: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that the font can print wholly, and the characters of the original that it could not."""

    text: str
    missing: tuple[str, ...] = field(repr=False)


class Face:
    """Widths and characters of the font. Made by `face`."""

    def __init__(self, widths: dict[int, float], glyphs: frozenset[int], default: float) -> None:
        self._widths = widths
        self._glyphs = glyphs
        self._default = default

    def width(self, text: str, size: float) -> float:
        """How wide a text is set, in points."""
        widths, default = self._widths, self._default
        return sum(widths.get(ord(char), default) for char in text) * size / 1000

    def cleaned(self, text: str) -> Cleaned:
        """The text composed (NFC), each white space one blank, and 〓 for each character that the font has not. A
        selector of a character's shape goes with its character into `missing`; the plain shape is printed."""
        composed = unicodedata.normalize("NFC", text)
        out: list[str] = []
        missing: list[str] = []
        for at, char in enumerate(composed):
            code = ord(char)
            if char.isspace() and char != "\u3000":
                out.append(" ")
            elif any(code in selectors for selectors in _SELECTORS):
                missing.append(composed[max(at - 1, 0) : at + 1])
            elif code in self._glyphs:
                out.append(char)
            else:
                out.append(GETA)
                missing.append(char)
        return Cleaned("".join(out), tuple(missing))


@cache
def face() -> Face:
    """The font, read once. Problem `paper.library` where ReportLab is not installed, `paper.font` where the
    file is not there or is no TrueType font."""
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.pdfdoc import PDFDocument
        from reportlab.pdfbase.ttfonts import TTFError, TTFont
    except ImportError as missing:
        raise Problem("paper.library") from missing

    try:
        font = TTFont(FACE, BytesIO(files("kaihoken.paper").joinpath(FILE).read_bytes()))
    except (OSError, TTFError) as fault:
        raise Problem("paper.font", where=FILE, file=FILE) from fault
    add = font.addObjects

    def add_and_mend(document: PDFDocument) -> None:
        add(document)
        _mend_high_characters(document.idToObject)

    font.addObjects = add_and_mend
    pdfmetrics.registerFont(font)
    return Face(dict(font.face.charWidths), frozenset(font.face.charToGlyph), font.face.defaultWidth)


def _mend_high_characters(objects: Mapping[str, Stream]) -> None:
    """ReportLab 5.1 writes a character above U+FFFF (𠮷) into the table for copying and searching with five digits;
    the table wants UTF-16."""
    for name, written in objects.items():
        if name.startswith(_TABLE):
            written.content = re.sub("<([0-9A-F]{5,6})>", _in_utf16, written.content)


def _in_utf16(code: re.Match[str]) -> str:
    return f"<{chr(int(code[1], 16)).encode('utf-16-be').hex().upper()}>"
