"""What every picture is drawn with: one hue from dark to light, lines that a copier keeps, text that can be read.

Colours are attributes, so that a picture is whole without a style sheet; a page may style the same classes anew.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from markupsafe import Markup

Look: TypeAlias = Literal["minority", "middle", "majority", "missing"]
"""How an area is filled: 少数 dark and hatched, 中程度 middle, 多数 light, 入力待ち white."""
Third: TypeAlias = Literal["low", "amid", "high"]
"""How an area is filled by a factor: the lowest third of the areas light, the highest dark, none hatched."""

Share: TypeAlias = Literal["share-0", "share-1", "share-2", "share-3"]
"""How an area is filled on a map of shares: from nearly white to dark and hatched."""

FILL: Final[dict[Look | Third | Share, str]] = {
    "low": "#e8f1fb",
    "amid": "#8fafd9",
    "high": "#1e3a63",
    "minority": "#1e3a63",
    "middle": "#8fafd9",
    "majority": "#e8f1fb",
    "missing": "#ffffff",
    "share-0": "#f4f8fd",
    "share-1": "#b9cfea",
    "share-2": "#6b90c4",
    "share-3": "#1e3a63",
}
HATCHED: Final[frozenset[Look | Third | Share]] = frozenset({"minority", "share-3"})
"""The looks that are hatched as well, so that the darkest is told on a photocopy."""
INK: Final = "#1a1a1a"
QUIET: Final = "#626264"
RULE: Final = "#767676"
PALE: Final = "#c8ccd4"
STEP: Final = "#5684bf"
MARK: Final = "#c74700"


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG element with its size in user units. `title` is what a screen reader says of it; what it shows stands in
    a table beside it as well. A picture that `leads` elsewhere holds links, so it is a group of them."""

    body: Markup
    view: tuple[float, float, float, float]
    title: str
    kind: str
    leads: bool = False

    @property
    def svg(self) -> Markup:
        """For a page."""
        return self._element(Markup(""))

    @property
    def file(self) -> str:
        """As a file of its own."""
        width, height = self.view[2:]
        size = Markup(' xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"').format(
            f"{width:g}", f"{height:g}"
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self._element(size)}\n'

    def _element(self, more: Markup) -> Markup:
        view = " ".join(f"{edge:g}" for edge in self.view)
        return Markup(
            '<svg{} class="picture picture-{}" viewBox="{}" role="{}" font-family="Noto Sans JP, Noto Sans CJK JP,'
            ' sans-serif"><title>{}</title>{}</svg>'
        ).format(more, self.kind, view, "group" if self.leads else "img", self.title, self.body)


def text(
    x: float, y: float, words: str, *, size: float = 14, end: bool = False, ink: str = INK, bold: bool = False
) -> Markup:
    """A line of text; `end` sets its end at x."""
    anchor = Markup(' text-anchor="end"') if end else Markup("")
    weight = Markup(' font-weight="700"') if bold else Markup("")
    return Markup('<text x="{}" y="{}" font-size="{}" fill="{}"{}{}>{}</text>').format(
        f"{x:g}", f"{y:g}", f"{size:g}", ink, anchor, weight, words
    )


def rectangle(x: float, y: float, width: float, height: float, fill: str, edge: str = "") -> Markup:
    """A filled box; `edge` is the colour of its outline, if it has one."""
    outline = Markup(' stroke="{}" stroke-width="1.2"').format(edge) if edge else Markup("")
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>').format(
        f"{x:.1f}", f"{y:.1f}", f"{max(width, 0):.1f}", f"{max(height, 0):.1f}", fill, outline
    )


def line(x1: float, y1: float, x2: float, y2: float, *, ink: str = RULE, dashed: bool = False) -> Markup:
    """A line of one unit."""
    dash = Markup(' stroke-dasharray="2 3"') if dashed else Markup("")
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="1"{}/>').format(
        f"{x1:.1f}", f"{y1:.1f}", f"{x2:.1f}", f"{y2:.1f}", ink, dash
    )


def noted(picture: Picture, notes: Sequence[str]) -> Picture:
    """The picture with lines of small text under it, for a file that leaves the page on which they stand."""
    left, top, width, height = picture.view
    size = width / 72
    lines = [line for note in notes for line in _folded(note, width - 2 * size, size)]
    parts = [
        text(left + size, top + height + size * 1.7 * (at + 1), line, size=size, ink=QUIET)
        for at, line in enumerate(lines)
    ]
    view = (left, top, width, height + size * 1.7 * (len(lines) + 1))
    return replace(picture, body=picture.body + Markup("").join(parts), view=view)


def _folded(words: str, room: float, size: float) -> Iterator[str]:
    """A text in lines of a width; it may break between any two characters, as Japanese does, but not within a word."""
    line = ""
    for piece in re.findall(r"[ -~]+ ?|.", words):
        if line and wide(line + piece.rstrip(), size) > room:
            yield line
            line = ""
        line += piece
    yield line


def wide(words: str, size: float = 14) -> float:
    """About how wide a line of text is: a Japanese character is a square, a Latin one a little over half of it."""
    return sum(size if unicodedata.east_asian_width(one) in "WF" else 0.58 * size for one in words)


def signed(value: float, decimals: int = 1) -> str:
    """A number with its sign; the minus is a minus, not a hyphen: "+1.8", "−120.0", "0.0"."""
    rounded = round(value, decimals)
    sign = "−" if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{decimals}f}"
