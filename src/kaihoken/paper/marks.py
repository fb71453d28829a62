"""What is put on a page, as values, and the PDF made from them. Points, counted from the upper left corner of A4."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Literal

from kaihoken.paper.font import FACE, face

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.28, 841.89
"""A4."""
Weight = Literal["plain", "bold"]

_ONE_AT_A_TIME = Lock()  # ReportLab reads glyphs at one position that it keeps in the font
_BOLD = 0.032  # how much of its size is added round a letter: the package carries one weight
_TICK = ((0.2, 0.5), (0.42, 0.74), (0.82, 0.22))


@dataclass(frozen=True, slots=True)
class Text:
    """Text from `left` on, `baseline` from the top. `ink` 0 is black, 1 white."""

    left: float
    baseline: float
    size: float
    text: str = field(repr=False)
    weight: Weight = "plain"
    ink: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of one pixel, or another width; dashed where a paper is to be cut."""

    left: float
    top: float
    right: float
    bottom: float
    width: float = 0.5
    dashed: bool = False
    ink: float = 0.35


@dataclass(frozen=True, slots=True)
class Box:
    """A frame, or with `fill` a grey ground; `ticked` puts a tick into it."""

    left: float
    top: float
    width: float
    height: float
    stroke: float = 0.6
    fill: float | None = None
    ticked: bool = False


Mark = Text | Rule | Box


def pdf_of(pages: Sequence[Sequence[Mark]], title: str) -> bytes:
    """The pages as PDF with the font's used characters embedded. The same marks give the same bytes: nothing in the
    file says when it was made. Raises what `font.face` raises."""
    face()
    out = BytesIO()
    with _ONE_AT_A_TIME:
        _set(out, pages, title)
    return out.getvalue()


def _set(out: BytesIO, pages: Sequence[Sequence[Mark]], title: str) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(
        out, pagesize=(WIDTH, HEIGHT), invariant=True, pageCompression=1, lang="ja", initialFontName=FACE
    )
    canvas.setTitle(title)
    canvas.setCreator("kaihoken")
    for page in pages:
        for mark in page:
            _draw(canvas, mark)
        canvas.showPage()
    canvas.save()


def _draw(canvas: "Canvas", mark: Mark) -> None:
    if isinstance(mark, Text):
        _write(canvas, mark)
    elif isinstance(mark, Rule):
        canvas.setStrokeGray(mark.ink)
        canvas.setLineWidth(mark.width)
        canvas.setDash(*((3, 3) if mark.dashed else ()))
        canvas.line(mark.left, HEIGHT - mark.top, mark.right, HEIGHT - mark.bottom)
        canvas.setDash()
    else:
        _frame(canvas, mark)


def _write(canvas: "Canvas", mark: Text) -> None:
    line = canvas.beginText(mark.left, HEIGHT - mark.baseline)
    line.setFont(FACE, mark.size)
    line.setFillGray(mark.ink)
    if mark.weight == "bold":
        canvas.setStrokeGray(mark.ink)
        canvas.setLineWidth(mark.size * _BOLD)
        line.setTextRenderMode(2)
    line.textOut(mark.text)
    line.setTextRenderMode(0)
    canvas.drawText(line)


def _frame(canvas: "Canvas", mark: Box) -> None:
    if mark.fill is not None:
        canvas.setFillGray(mark.fill)
    if mark.stroke:
        canvas.setStrokeGray(0.2)
        canvas.setLineWidth(mark.stroke)
    bottom = HEIGHT - mark.top - mark.height
    canvas.rect(
        mark.left,
        bottom,
        mark.width,
        mark.height,
        stroke=int(mark.stroke > 0),
        fill=int(mark.fill is not None),
    )
    if mark.ticked:
        canvas.setStrokeGray(0)
        canvas.setLineWidth(1.2)
        points = [(mark.left + x * mark.width, HEIGHT - mark.top - y * mark.height) for x, y in _TICK]
        for (x1, y1), (x2, y2) in pairwise(points):
            canvas.line(x1, y1, x2, y2)
