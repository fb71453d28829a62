"""The frame that every paper shares, and blocks that flow down its pages.

A4 with the clinic above, on demonstration papers the caution, below who printed it when and the page of how many. Text
wraps, then shrinks where a paper asks for it, and takes the height it needs: nothing runs out of its place, and a block
that has no room goes to the next page. Everything is black on white, so a photocopy says the same.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from kaihoken.paper.font import face
from kaihoken.paper.given import Paper, Printing
from kaihoken.paper.lines import RUBY, Line, Piece, wrapped
from kaihoken.paper.marks import HEIGHT, WIDTH, Box, Mark, Rule, Text, Weight, pdf_of
from kaihoken.problems import Problem

FICTITIOUS: Final = "架空のデータ・国の公式システムではありません"
LEFT: Final = 48.0
RIGHT: Final = WIDTH - 48.0
TOP: Final = 76.0
BOTTOM: Final = HEIGHT - 62.0
ACROSS: Final = RIGHT - LEFT

BODY: Final = 10.5
SMALL: Final = 8.5
TINY: Final = 7.0
PITCH: Final = 1.55
_HEAD: Final = 48.0  # the height of the clinic's name above

Words = str | tuple[Piece, ...]


class Sheet:
    """A paper while it is being set. `care` stands in a frame on each page (取扱注意); `stamp` below it in place of who
    printed it when, for what is handed out. Raises what `font.face` raises, and Problem `paper.long` for a text
    that no page has room for."""

    def __init__(self, printing: Printing, name: str, *, care: str = "", stamp: str | None = None) -> None:
        self._face = face()
        self._printing = printing
        self._name = name
        self._care = care
        self._stamp = printing.stamp if stamp is None else stamp
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
        """Goes to the next page where this page has not so much room left. Problem `paper.long` where no page
        has."""
        if height > BOTTOM - TOP:
            raise Problem("paper.long", paper=self._name)
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
    ) -> float:
        """Puts lines on the present page and says how high they are. `right` sets them flush right up to
        there."""
        start = top
        for line in lines:
            wide = sum(piece.width(size, self.width) for piece in line)
            at = left if right is None else right - wide
            height = _height(line, size)
            baseline = top + height - size * (PITCH - 1) / 2 - size * 0.12
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
            first = _height(lines[0], size) - size * PITCH if lines else 0.0
            self.place(((Piece(f"{number}"),),), LEFT + 2, self.top + first, size)
            self.top += self.place(lines, LEFT + 22, self.top, size)
            self.space(3)

    def rule(self, *, dashed: bool = False, indent: float = 0.0) -> None:
        """A line across."""
        self.put(Rule(LEFT + indent, self.top, RIGHT, self.top, dashed=dashed))

    def to_write(self, count: int, gap: float = 25.0, indent: float = 0.0) -> None:
        """Empty lines."""
        for _ in range(count):
            self.need(gap)
            self.space(gap)
            self.rule(indent=indent)

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
                self.place(((Piece(words),),), right + 6, 34 + (19 - size * PITCH) / 2, size)
                right -= 8
        size, lines = self.fitted(self._printing.clinic.name, right - LEFT - 8, SMALL, 5, 1)
        if heights(lines, size) > _HEAD:
            raise Problem("paper.long", paper=self._name)
        self.place(lines, LEFT, 43.5 - heights(lines, size) / 2, size)
        below = BOTTOM + 14
        self.put(Rule(LEFT, below, RIGHT, below))
        pages = f"{number} / {of} ページ"
        size, lines = self.fitted(f"{self._name}　{self._stamp}", ACROSS - 80, TINY, 4, 1)
        self.place(lines, LEFT, below + 5, size, ink=0.2)
        self.place(((Piece(pages),),), LEFT, below + 5, SMALL, right=RIGHT)
        marks, self._pages = self._pages[0], kept
        return marks


def _height(line: Line, size: float) -> float:
    return size * (PITCH + (RUBY if any(piece.reading for piece in line) else 0.0))


def heights(lines: Iterable[Line], size: float) -> float:
    """How high lines are together."""
    return sum(_height(line, size) for line in lines)
