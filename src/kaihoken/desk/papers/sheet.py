"""The frame that every paper shares, and blocks that flow down its pages.

A4 with the clinic above, on demonstration papers the caution, below who printed it when and the page of how many. Text
wraps, then shrinks where a paper asks for it, and takes the height it needs: nothing runs out of its place, and a block
that has no room goes to the next page. Everything is black on white, so a photocopy says the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kaihoken.desk.papers.font import face
from kaihoken.desk.papers.given import Paper, Printing
from kaihoken.desk.papers.lines import RUBY, Line, Piece, wrapped
from kaihoken.desk.papers.marks import HEIGHT, WIDTH, Box, Mark, Rule, Text, Weight, pdf_of

FICTITIOUS: Final = "架空のデータ・国の公式システムではありません"
LEFT: Final = 48.0
RIGHT: Final = WIDTH - 48.0
TOP: Final = 76.0
BOTTOM: Final = HEIGHT - 62.0
ACROSS: Final = RIGHT - LEFT

BODY: Final = 10.5
SMALL: Final = 8.5
TINY: Final = 7.0
_PITCH: Final = 1.55
_HAND: Final = 27.0  # the least height of a row that is written by hand
_BOX: Final = 9.0

Words = str | tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tick."""

    text: str
    ticked: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Field:
    """A label with what belongs to it, or room to write it. `weight` is its part of the row's width."""

    label: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    weight: float = 1.0


class Sheet:
    """A paper while it is being set. `care` stands in a frame on each page (取扱注意)."""

    def __init__(self, printing: Printing, name: str, *, care: str = "") -> None:
        self._face = face()
        self._printing = printing
        self._name = name
        self._care = care
        self._pages: list[list[Mark]] = [[]]
        self._missing: dict[str, None] = {}
        self.top = TOP

    @property
    def page(self) -> int:
        """The number of the present page."""
        return len(self._pages)

    def width(self, text: str, size: float) -> float:
        """How wide a text is set, in points."""
        return self._face.width(text, size)

    def lines(self, words: Words, width: float, size: float) -> tuple[Line, ...]:
        """The text in lines, with 〓 for what the font has not (kept for the paper's list)."""
        given = (Piece(words),) if isinstance(words, str) else words
        pieces = tuple(Piece(self._printable(one.text), self._printable(one.reading)) for one in given)
        return wrapped(tuple(one for one in pieces if one.text), width, size, self._face.width)

    def fitted(
        self, words: Words, width: float, size: float, least: float, at_most: int
    ) -> tuple[float, tuple[Line, ...]]:
        """The largest size at which the text takes `at_most` lines, in steps of half a point; at `least` it may take
        more."""
        while True:
            lines = self.lines(words, width, size)
            if len(lines) <= at_most or size <= least:
                return size, lines
            size = max(least, size - 0.5)

    def need(self, height: float) -> None:
        """Goes to the next page where this page has not so much room left."""
        if self.top + height > BOTTOM and self.top > TOP:
            self.new_page()

    def new_page(self) -> None:
        """Goes to the next page."""
        self._pages.append([])
        self.top = TOP

    def put(self, *marks: Mark) -> None:
        """Marks on the present page."""
        self._pages[-1].extend(marks)

    def space(self, height: float) -> None:
        """Goes down."""
        self.top += height

    def place(
        self,
        lines: Iterable[Line],
        left: float,
        top: float,
        size: float,
        *,
        weight: Weight = "plain",
        ink: float = 0.0,
        right: float | None = None,
        centre: float | None = None,
    ) -> float:
        """Puts lines on the present page and says how high they are. `right` sets them flush right up to there,
        `centre` in the middle of what lies between `left` and there."""
        start = top
        for line in lines:
            wide = sum(piece.width(size, self.width) for piece in line)
            at = left
            if right is not None:
                at = right - wide
            elif centre is not None:
                at = left + max(0.0, (centre - left - wide) / 2)
            height = _height(line, size)
            baseline = top + height - size * (_PITCH - 1) / 2 - size * 0.12
            for piece in line:
                self._put_piece(piece, at, baseline, size, weight, ink)
                at += piece.width(size, self.width)
            top += height
        return top - start

    def title(self, text: str, under: str = "") -> None:
        """The name of the paper, and a line below it."""
        size, lines = self.fitted(text, ACROSS, 20, 14, 1)
        self.top += self.place(lines, LEFT, self.top, size, weight="bold")
        if under:
            self.space(2)
            self.paragraph(under, SMALL, ink=0.25)
        self.space(10)

    def heading(self, words: Words, *, room: float = 60) -> None:
        """The name of a part, kept on one page with at least `room` of what follows."""
        lines = self.lines(words, ACROSS, 13)
        self.need(heights(lines, 13) + 13 + room)
        self.space(9)
        self.top += self.place(lines, LEFT, self.top, 13)
        self.space(4)

    def paragraph(
        self,
        words: Words,
        size: float = BODY,
        *,
        weight: Weight = "plain",
        ink: float = 0.0,
        indent: float = 0.0,
    ) -> None:
        """Running text; it may go on over the page line by line."""
        for line in self.lines(words, ACROSS - indent, size):
            self.need(_height(line, size))
            self.top += self.place((line,), LEFT + indent, self.top, size, weight=weight, ink=ink)

    def numbered(self, items: Sequence[Words], size: float = BODY) -> None:
        """Steps, one below the other, with their numbers."""
        for number, words in enumerate(items, 1):
            lines = self.lines(words, ACROSS - 22, size)
            self.need(heights(lines, size))
            first = _height(lines[0], size) - size * _PITCH if lines else 0.0
            self.place(((Piece(f"{number}"),),), LEFT + 2, self.top + first, size)
            self.top += self.place(lines, LEFT + 22, self.top, size)
            self.space(3)

    def fields(self, rows: Sequence[Sequence[Field]], label: float = 96.0) -> None:
        """Labels with their values, a rule below each row; what has no value is room to write."""
        self.rule()
        for row in rows:
            whole = sum(one.weight for one in row)
            set_rows = [
                (one, ACROSS * one.weight / whole, _Cell(self, one, ACROSS * one.weight / whole, label))
                for one in row
            ]
            height = max(_HAND, *(cell.height for _, _, cell in set_rows))
            self.need(height)
            left = LEFT
            for _, wide, cell in set_rows:
                cell.put(left, self.top, height)
                left += wide
            self.space(height)
            self.rule()

    def rule(self, *, dashed: bool = False, indent: float = 0.0) -> None:
        """A line across."""
        self.put(Rule(LEFT + indent, self.top, RIGHT, self.top, dashed=dashed))

    def to_write(self, count: int, gap: float = 25.0, indent: float = 0.0) -> None:
        """Empty lines."""
        for _ in range(count):
            self.need(gap)
            self.space(gap)
            self.rule(indent=indent)

    def choices(self, choices: Sequence[Choice], left: float, width: float, size: float = 9.5) -> "Ticks":
        """Boxes to tick, side by side while there is room, to be put where the caller wants them."""
        return Ticks(self, choices, left, width, size)

    def finished(self, file_name: str) -> Paper:
        """The paper, each page in its frame."""
        for number, page in enumerate(self._pages, 1):
            page[:0] = self._frame(number, len(self._pages))
        content = pdf_of(self._pages, self._name)
        return Paper(
            file_name=file_name, pages=len(self._pages), content=content, missing=tuple(self._missing)
        )

    def _printable(self, text: str) -> str:
        cleaned = self._face.cleaned(text)
        self._missing.update(dict.fromkeys(cleaned.missing))
        return cleaned.text

    def _put_piece(
        self, piece: Piece, left: float, baseline: float, size: float, weight: Weight, ink: float
    ) -> None:
        room = piece.width(size, self.width)
        indent = (room - self.width(piece.text, size)) / 2
        self.put(Text(left + indent, baseline, size, piece.text, weight, ink))
        if piece.reading:
            small = size * RUBY
            indent = (room - self.width(piece.reading, small)) / 2
            self.put(Text(left + indent, baseline - size * 0.95, small, piece.reading, "plain", ink))

    def _frame(self, number: int, of: int) -> list[Mark]:
        kept, self._pages = self._pages, [[]]
        right = RIGHT
        for words, weight in ((FICTITIOUS if self._printing.demonstration else "", 0.5), (self._care, 1.0)):
            if words:
                size = SMALL if weight < 1 else BODY
                wide = self.width(words, size) + 12
                right -= wide
                self.put(Box(right, 34, wide, 19, weight))
                self.place(((Piece(words),),), right + 6, 34 + (19 - size * _PITCH) / 2, size)
                right -= 8
        size, lines = self.fitted(self._printing.clinic.name, right - LEFT - 8, SMALL, 5, 1)
        self.place(lines, LEFT, 43.5 - heights(lines, size) / 2, size)
        below = BOTTOM + 14
        self.put(Rule(LEFT, below, RIGHT, below))
        pages = f"{number} / {of} ページ"
        size, lines = self.fitted(f"{self._name}　{self._printing.stamp}", ACROSS - 80, TINY, 4, 1)
        self.place(lines, LEFT, below + 5, size, ink=0.2)
        self.place(((Piece(pages),),), LEFT, below + 5, SMALL, right=RIGHT)
        marks, self._pages = self._pages[0], kept
        return marks


class Ticks:
    """Boxes to tick, measured before they are put."""

    def __init__(
        self, sheet: Sheet, choices: Sequence[Choice], left: float, width: float, size: float
    ) -> None:
        self._sheet = sheet
        self._size = size
        self._set: list[tuple[float, float, Choice, tuple[Line, ...]]] = []
        along, down, deep = 0.0, 0.0, size * _PITCH
        for choice in choices:
            lines = sheet.lines(choice.text, width - _BOX - 4, size)
            wide = (
                _BOX
                + 4
                + max((sum(one.width(size, sheet.width) for one in line) for line in lines), default=0)
            )
            if along and along + wide > width:
                along, down, deep = 0.0, down + deep + 3, size * _PITCH
            self._set.append((left + along, down, choice, lines))
            along += wide + 14
            deep = max(deep, heights(lines, size))
        self.height = down + deep if choices else 0.0

    def put(self, top: float) -> None:
        """Puts them, the first row at `top`."""
        for left, down, choice, lines in self._set:
            box = top + down + (self._size * _PITCH - _BOX) / 2
            self._sheet.put(Box(left, box, _BOX, _BOX, ticked=choice.ticked))
            self._sheet.place(lines, left + _BOX + 4, top + down, self._size)


class _Cell:
    """A field measured for its place in a row: its label, then its boxes, then its value."""

    def __init__(self, sheet: Sheet, field: Field, width: float, label: float) -> None:
        self._sheet = sheet
        self._label = label
        inner = width - label - 14
        self._label_lines = sheet.lines(field.label, label - 8, SMALL)
        ticks = sheet.choices(field.choices, 0.0, inner)
        self._choices = field.choices
        self._inner = inner
        self._size, self._lines = sheet.fitted(field.value, inner, BODY + 0.5, 8, 2)
        self._high = ticks.height + heights(self._lines, self._size)
        self.height = max(self._high, heights(self._label_lines, SMALL)) + 9

    def put(self, left: float, top: float, height: float) -> None:
        sheet = self._sheet
        label = heights(self._label_lines, SMALL)
        sheet.place(self._label_lines, left + 2, top + (height - label) / 2, SMALL, ink=0.25)
        beside = left + self._label
        down = top + (height - self._high) / 2
        ticks = sheet.choices(self._choices, beside, self._inner)
        ticks.put(down)
        sheet.place(self._lines, beside, down + ticks.height, self._size)


def _height(line: Line, size: float) -> float:
    return size * (_PITCH + (RUBY if any(piece.reading for piece in line) else 0.0))


def heights(lines: Iterable[Line], size: float) -> float:
    """How high lines are together."""
    return sum(_height(line, size) for line in lines)
