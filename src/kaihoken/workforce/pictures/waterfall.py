"""From one number to another, step by step: what makes the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from kaihoken.workforce.pictures.ink import (
    FILL,
    INK,
    PALE,
    QUIET,
    RULE,
    STEP,
    Picture,
    line,
    rectangle,
    signed,
    text,
    wide,
)

_WIDTH: Final = 500.0
_NUMBERS: Final = 70.0
_ROW: Final = 42.0
_BAR: Final = 26.0


@dataclass(frozen=True, slots=True)
class Step:
    """One factor and what it adds (in the unit of the number)."""

    label: str
    adds: float


def waterfall(
    first: tuple[str, float], steps: Sequence[Step], last: tuple[str, float], *, title: str
) -> Picture:
    """A number, what each factor adds to it, and the number that this leads to. The axis begins at zero, or below it
    where a step does. A step up is hatched light, a step down is dark: they are told apart without colour, by their
    place and sign too."""
    positions = [first[1]]
    for step in steps:
        positions.append(positions[-1] + step.adds)
    low, high = min(0.0, *positions, last[1]), max(*positions, last[1])
    labels = max(wide(label) for label in (first[0], last[0], *(step.label for step in steps))) + 16
    across = _WIDTH - labels - _NUMBERS
    unit = across / ((high - low) or 1.0)

    def x(value: float) -> float:
        return labels + (value - low) * unit

    parts = [_row(labels, 0, first[0], x(0), x(first[1]), PALE, f"{first[1]:.1f}", bold=False)]
    for row, step in enumerate(steps, start=1):
        before, after = x(positions[row - 1]), x(positions[row])
        parts.append(line(before, (row - 1) * _ROW + _BAR + 8, before, row * _ROW + 8, dashed=True, ink=RULE))
        parts.append(_step(labels, row, step, before, after))
    end = len(steps) + 1
    parts.append(
        line(x(last[1]), (end - 1) * _ROW + _BAR + 8, x(last[1]), end * _ROW + 8, dashed=True, ink=RULE)
    )
    parts.append(_row(labels, end, last[0], x(0), x(last[1]), FILL["minority"], f"{last[1]:.1f}", bold=True))
    parts.append(line(x(0), 0, x(0), (end + 1) * _ROW, ink=RULE))
    return Picture(Markup("").join(parts), (0, 0, _WIDTH, (end + 1) * _ROW), title, "waterfall")


def _row(
    labels: float, row: int, label: str, start: float, end: float, fill: str, number: str, *, bold: bool
) -> Markup:
    top = row * _ROW + 8
    return (
        text(labels - 10, top + 18, label, end=True, ink=INK, bold=bold)
        + rectangle(min(start, end), top, abs(end - start), _BAR, fill)
        + text(max(start, end) + 7, top + 18, number, ink=INK if bold else QUIET, bold=bold)
    )


def _step(labels: float, row: int, step: Step, before: float, after: float) -> Markup:
    top = row * _ROW + 8
    down = step.adds < 0
    fill, edge = (FILL["minority"], "") if down else (FILL["majority"], STEP)
    left, right = min(before, after), max(before, after)
    number = signed(step.adds)
    fits_left = left - labels > 62
    where = text(left - 7, top + 18, number, end=True) if fits_left else text(right + 7, top + 18, number)
    return (
        text(labels - 10, top + 18, step.label, end=True)
        + rectangle(left, top, max(right - left, 1), _BAR, fill, edge)
        + where
    )
