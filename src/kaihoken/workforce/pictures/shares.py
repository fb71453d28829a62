"""Parts of a whole as bars, and many values as a histogram with one of them marked."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from markupsafe import Markup

from kaihoken.workforce.pictures.ink import FILL, INK, MARK, QUIET, RULE, Picture, line, rectangle, text, wide

_WIDTH: Final = 560.0
_ROW: Final = 26.0


def shares(parts: Sequence[tuple[str, float]], *, title: str) -> Picture:
    """A bar for each part (0 to 1) on an axis from 0 to 100 %, its percentage beside it; the first one is darker."""
    labels = max((wide(name, 13) for name, _ in parts), default=0.0) + 14
    unit = _WIDTH - labels - 58
    drawn = [line(labels, 0, labels, _ROW * len(parts), ink=RULE)]
    for row, (name, share) in enumerate(parts):
        y = row * _ROW
        drawn += [
            text(labels - 8, y + 17, name, size=13, end=True),
            rectangle(labels, y + 4, share * unit, _ROW - 8, FILL["minority" if row == 0 else "middle"]),
            text(labels + share * unit + 6, y + 17, f"{100 * share:.1f}%", size=12.5, ink=QUIET),
        ]
    return Picture(Markup("").join(drawn), (0, 0, _WIDTH, _ROW * len(parts) + 4), title, "shares")


def counted(values: Sequence[float], width: float) -> list[tuple[float, int]]:
    """How many values lie in each step of a width: its lower end (belongs to it) and the count, from the first step
    with a value to the last. NaN is left out."""
    known = np.array([value for value in values if value == value])
    if not len(known):
        return []
    steps = np.floor(known / width).astype(int)
    first = int(steps.min())
    return [((first + at) * width, int(count)) for at, count in enumerate(np.bincount(steps - first))]


def histogram(
    values: Sequence[float],
    width: float,
    *,
    own: tuple[str, float],
    bounds: Sequence[tuple[str, float]],
    title: str,
) -> Picture:
    """Bars from zero of how many values lie in each step, `own` with its name above its place, `bounds` as dashed
    lines with their names."""
    bars = counted(values, width)
    height, bottom, top = 190.0, 158.0, 44.0
    low, high = bars[0][0], bars[-1][0] + width
    most = max(count for _, count in bars)
    unit, tall = _WIDTH / (high - low), (bottom - top) / most

    def x(value: float) -> float:
        return (value - low) * unit

    drawn = [
        rectangle(x(start) + 0.5, bottom - count * tall, width * unit - 1, count * tall, FILL["middle"])
        for start, count in bars
    ]
    drawn.append(line(0, bottom, _WIDTH, bottom, ink=RULE))
    for at, (name, value) in enumerate(bounds):
        drawn.append(line(x(value), top - 8, x(value), bottom + 4, ink=INK, dashed=True))
        # The first name stands before its line and the second behind it: they may be close to each other.
        words = f"{name} {value:g}"
        side = -wide(words, 12) / 2 if at == 0 else wide(words, 12) / 2
        drawn.append(_at(x(value) + side, height - 8, words, QUIET, 12))
    drawn.append(
        Markup(
            '<path d="M{0} {1}l-6 -11h12z" fill="{2}"/><path d="M{0} {1}V{3}" stroke="{2}" stroke-width="2"/>'
        ).format(f"{x(own[1]):.1f}", "30", MARK, f"{bottom:g}")
    )
    drawn.append(_at(x(own[1]), 14, f"{own[0]} {own[1]:.1f}", INK, 14))
    return Picture(Markup("").join(drawn), (0, 0, _WIDTH, height), title, "histogram")


def _at(x: float, y: float, words: str, ink: str, size: float) -> Markup:
    """A line of text with its middle at x, moved inside the picture where it would stand out of it."""
    half = wide(words, size) / 2
    middle = min(max(x, half), _WIDTH - half)
    return Markup('<text x="{}" y="{}" font-size="{}" fill="{}" text-anchor="middle">{}</text>').format(
        f"{middle:.1f}", f"{y:g}", f"{size:g}", ink, words
    )
