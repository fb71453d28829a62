"""Japanese text broken into lines: 禁則処理, Latin words kept whole, readings above their words. Pure."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Measure = Callable[[str, float], float]
"""How wide a text is at a size, in points."""

RUBY = 0.5
"""The size of a reading beside that of its word."""

_NOT_FIRST = frozenset(
    "、。，．,.:;：；?!？！・)]}）］｝〕〉》」』】’”ー々ゝゞヽヾぁぃぅぇぉっゃゅょァィゥェォッャュョ％%…"
)
_NOT_LAST = frozenset("([{（［｛〔〈《「『【‘“￥¥＃#")
_WORD = re.compile(r"[!-~À-ɏ]+|.", re.DOTALL)
_READ = re.compile(r"<ruby>(.*?)<rp>（</rp><rt>(.*?)</rt><rp>）</rp></ruby>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stands on one line, with the reading above it if it has one."""

    text: str
    reading: str = ""

    def width(self, size: float, measure: Measure) -> float:
        """The wider of the word and its reading."""
        return max(measure(self.text, size), measure(self.reading, size * RUBY) if self.reading else 0)


Line = tuple[Piece, ...]


def read_markup(markup: str) -> tuple[Piece, ...]:
    """The pieces of a message as a page has it (`kaihoken.web.Messages.html`): readings in ruby, the rest escaped."""
    pieces: list[Piece] = []
    end = 0
    for found in _READ.finditer(markup):
        pieces.append(Piece(html.unescape(markup[end : found.start()])))
        pieces.append(Piece(html.unescape(found[1]), html.unescape(found[2])))
        end = found.end()
    pieces.append(Piece(html.unescape(markup[end:])))
    return tuple(piece for piece in pieces if piece.text)


def wrapped(pieces: tuple[Piece, ...], width: float, size: float, measure: Measure) -> tuple[Line, ...]:
    """The lines of a text, none wider than `width` but for a single character that is wider by itself. No line is
    returned for no text."""
    lines: list[Line] = []
    line: list[Piece] = []
    used = 0.0
    for unit in _units(pieces, width, size, measure):
        wide = sum(piece.width(size, measure) for piece in unit)
        if line and used + wide > width + 0.01:
            lines.append(_joined(line))
            line, used = [], 0.0
            unit = [piece for piece in unit if piece.text != " "]
            wide = sum(piece.width(size, measure) for piece in unit)
        line += unit
        used += wide
    if line:
        lines.append(_joined(line))
    return tuple(lines)


def _units(pieces: tuple[Piece, ...], width: float, size: float, measure: Measure) -> Iterator[list[Piece]]:
    """What must not be parted: words, and what 禁則 binds to its neighbour. One that is wider than a line is parted
    all the same."""
    unit: list[Piece] = []
    for piece in _words(pieces):
        if unit and piece.text[0] not in _NOT_FIRST and unit[-1].text[-1] not in _NOT_LAST:
            yield from _parted(unit, width, size, measure)
            unit = []
        unit.append(piece)
    if unit:
        yield from _parted(unit, width, size, measure)


def _words(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    for piece in pieces:
        if piece.reading:
            yield piece
        else:
            yield from (Piece(word) for word in _WORD.findall(piece.text))


def _parted(unit: list[Piece], width: float, size: float, measure: Measure) -> Iterator[list[Piece]]:
    if sum(piece.width(size, measure) for piece in unit) <= width:
        yield unit
        return
    for piece in unit:
        if piece.reading:
            yield [piece]
        else:
            yield from ([Piece(char)] for char in piece.text)


def _joined(line: list[Piece]) -> Line:
    """The pieces of a line with neighbours that have no reading made one, and no blanks at its ends."""
    joined: list[Piece] = []
    for piece in line:
        if joined and not piece.reading and not joined[-1].reading:
            joined[-1] = Piece(joined[-1].text + piece.text)
        else:
            joined.append(piece)
    if not joined[-1].reading:
        joined[-1] = Piece(joined[-1].text.rstrip(" "))
    return tuple(piece for piece in joined if piece.text)
