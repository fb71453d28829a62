"""Counts as pictures: years of an area beside each other, and people by sex and age."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from kaihoken.workforce.pictures.ink import FILL, INK, PALE, QUIET, RULE, STEP, Picture, line, rectangle, text

_WIDTH: Final = 560.0


def by_year(years: Sequence[int], values: Sequence[float | None], *, title: str) -> Picture:
    """A bar for each year from zero, its number above it; a year without a number has 「－」."""
    height, bottom = 150.0, 124.0
    known = [value for value in values if value is not None]
    unit = (bottom - 26) / (max(known, default=0.0) or 1.0)
    wide = _WIDTH / max(len(years), 1)
    parts = [line(0, bottom, _WIDTH, bottom, ink=RULE)]
    for place, (year, value) in enumerate(zip(years, values, strict=True)):
        left = place * wide + wide * 0.2
        if value is None:
            parts.append(text(left + wide * 0.3 - 7, bottom - 8, "－", ink=QUIET))
        else:
            tall = value * unit
            parts.append(rectangle(left, bottom - tall, wide * 0.6, tall, FILL["middle"]))
            parts.append(_centred(left + wide * 0.3, bottom - tall - 7, f"{value:,.0f}", INK))
        parts.append(_centred(left + wide * 0.3, height - 6, str(year), QUIET))
    return Picture(Markup("").join(parts), (0, 0, _WIDTH, height), title, "years")


def pyramid(
    ages: Sequence[str], men: Sequence[float], women: Sequence[float], *, words: tuple[str, str], title: str
) -> Picture:
    """Residents by age from young (below) to old, men to the left, women to the right, both from the middle."""
    row, middle, gap = 15.0, _WIDTH / 2, 34.0
    unit = (middle - gap - 8) / (max([*men, *women], default=0.0) or 1.0)
    top = 24.0
    parts = [
        text(middle - gap, 14, words[0], end=True, ink=QUIET),
        text(middle + gap, 14, words[1], ink=QUIET),
    ]
    for place, (age, man, woman) in enumerate(
        zip(reversed(ages), reversed(men), reversed(women), strict=True)
    ):
        y = top + place * row
        parts += [
            rectangle(middle - gap - man * unit, y, man * unit, row - 2, FILL["middle"]),
            rectangle(middle + gap, y, woman * unit, row - 2, PALE, STEP),
            _centred(middle, y + 10.5, age, INK, 10.5),
        ]
    return Picture(Markup("").join(parts), (0, 0, _WIDTH, top + row * len(ages) + 4), title, "pyramid")


def _centred(x: float, y: float, words: str, ink: str, size: float = 12.5) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}" fill="{}" text-anchor="middle">{}</text>').format(
        f"{x:.1f}", f"{y:.1f}", f"{size:g}", ink, words
    )
