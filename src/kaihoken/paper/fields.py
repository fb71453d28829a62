"""Labels with their values or room to write them, and boxes to tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kaihoken.paper.lines import Line
from kaihoken.paper.marks import Box
from kaihoken.paper.sheet import ACROSS, BODY, LEFT, PITCH, SMALL, Sheet, heights

_HAND: Final = 27.0  # the least height of a row that is written by hand
_BOX: Final = 9.0


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


def put_fields(sheet: Sheet, rows: Sequence[Sequence[Field]], label: float = 96.0) -> None:
    """Labels with their values, a rule below each row; what has no value is room to write."""
    sheet.rule()
    for row in rows:
        whole = sum(one.weight for one in row)
        set_rows = [
            (one, ACROSS * one.weight / whole, _Cell(sheet, one, ACROSS * one.weight / whole, label))
            for one in row
        ]
        height = max(_HAND, *(cell.height for _, _, cell in set_rows))
        page = sheet.page
        sheet.need(height)
        if sheet.page != page:
            sheet.rule()
        left = LEFT
        for _, wide, cell in set_rows:
            cell.put(left, sheet.top, height)
            left += wide
        sheet.space(height)
        sheet.rule()


class Ticks:
    """Boxes to tick, side by side while there is room, measured before they are put."""

    def __init__(
        self, sheet: Sheet, choices: Sequence[Choice], left: float, width: float, size: float = 9.5
    ) -> None:
        self._sheet = sheet
        self._size = size
        self._set: list[tuple[float, float, Choice, tuple[Line, ...]]] = []
        along, down, deep = 0.0, 0.0, size * PITCH
        for choice in choices:
            lines = sheet.lines(choice.text, width - _BOX - 4, size)
            wide = (
                _BOX
                + 4
                + max((sum(one.width(size, sheet.width) for one in line) for line in lines), default=0)
            )
            if along and along + wide > width:
                along, down, deep = 0.0, down + deep + 3, size * PITCH
            self._set.append((left + along, down, choice, lines))
            along += wide + 14
            deep = max(deep, heights(lines, size))
        self.height = down + deep if choices else 0.0

    def put(self, top: float) -> None:
        """Puts them, the first row at `top`."""
        for left, down, choice, lines in self._set:
            box = top + down + (self._size * PITCH - _BOX) / 2
            self._sheet.put(Box(left, box, _BOX, _BOX, ticked=choice.ticked))
            self._sheet.place(lines, left + _BOX + 4, top + down, self._size)


class _Cell:
    """A field measured for its place in a row: its label, then its boxes, then its value."""

    def __init__(self, sheet: Sheet, field: Field, width: float, label: float) -> None:
        self._sheet = sheet
        self._label = label
        inner = width - label - 14
        self._label_lines = sheet.lines(field.label, label - 8, SMALL)
        ticks = Ticks(sheet, field.choices, 0.0, inner)
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
        ticks = Ticks(sheet, self._choices, beside, self._inner)
        ticks.put(down)
        sheet.place(self._lines, beside, down + ticks.height, self._size)
