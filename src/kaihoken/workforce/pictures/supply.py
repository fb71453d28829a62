"""供給の見込み: bands of supply over years, and of one year beside the need of each area."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from kaihoken.workforce.pictures.ink import INK, PALE, QUIET, Picture, line, rectangle, text, wide

_WIDTH: Final = 500.0
_LEFT: Final = 58.0
_TOP: Final = 20.0
_HIGH: Final = 190.0
_ROW: Final = 52.0
_BAR: Final = 14.0
_SMALL: Final = 12.5
_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class SupplyBand:
    """Doctors by the lower and the upper assumption, and of the runs between them 5 %, median and 95 %, None where
    nothing was run."""

    lower: float
    upper: float
    p05: float | None = None
    median: float | None = None
    p95: float | None = None


@dataclass(frozen=True, slots=True)
class SupplyWords:
    """What the pictures say in one language; `numbers` has {low}, {high} and {need}."""

    need: str
    runs: str
    median: str
    assumptions: str
    numbers: str


def supply_over_years(
    years: Sequence[int],
    bands: Sequence[SupplyBand],
    need: tuple[int, float] | None,
    *,
    words: SupplyWords,
    title: str,
) -> Picture:
    """A band over years: pale from 5 to 95 %, a line for the median, dashes for the two assumptions; the need is a
    cross in its year with a line across. The axis of doctors need not begin at zero."""
    values = [one for band in bands for one in _known(band)] + ([need[1]] if need else [])
    ticks = _ticks(min(values), max(values))
    low, high = ticks[0], ticks[-1]
    right = _WIDTH - 16

    def x(year: float) -> float:
        return _LEFT + (right - _LEFT) * (year - years[0]) / max(years[-1] - years[0], 1)

    def y(value: float) -> float:
        return _TOP + _HIGH * (high - value) / (high - low)

    parts = [
        piece
        for tick in ticks
        for piece in (
            line(_LEFT, y(tick), right, y(tick), ink=PALE),
            text(_LEFT - 8, y(tick) + 4.5, f"{tick:,.0f}", size=_SMALL, end=True, ink=QUIET),
        )
    ]
    if all(band.p05 is not None and band.p95 is not None for band in bands):
        edge = [(x(year), y(band.p95 or 0.0)) for year, band in zip(years, bands, strict=True)]
        back = [(x(year), y(band.p05 or 0.0)) for year, band in zip(years, bands, strict=True)]
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in (*edge, *reversed(back)))
        parts.append(Markup('<polygon points="{}" fill="{}"/>').format(points, PALE))
    for side in ([band.lower for band in bands], [band.upper for band in bands]):
        points_of_side = [(x(year), y(value)) for year, value in zip(years, side, strict=True)]
        parts += [_path(points_of_side, dashed=True)]
    if all(band.median is not None for band in bands):
        parts.append(
            _path([(x(year), y(band.median or 0.0)) for year, band in zip(years, bands, strict=True)])
        )
    if need is not None:
        parts += [
            line(_LEFT, y(need[1]), right, y(need[1]), ink=INK, dashed=True),
            _cross(x(need[0]), y(need[1])),
            text(_LEFT + 4, y(need[1]) - 6, f"{words.need} {need[1]:,.0f}", size=_SMALL, bold=True),
        ]
    bottom = _TOP + _HIGH
    for year in years:
        if (year - years[0]) % 4 == 0 or year == years[-1]:
            half = wide(str(year), _SMALL) / 2
            parts.append(
                text(min(x(year) - half, _WIDTH - 2 * half), bottom + 20, str(year), size=_SMALL, ink=QUIET)
            )
    parts += _legend(bottom + 44, words)
    return Picture(Markup("").join(parts), (0, 0, _WIDTH, bottom + 54), title, "supply")


def supply_by_area(
    rows: Sequence[tuple[str, SupplyBand | None, float | None]], *, words: SupplyWords, title: str
) -> Picture:
    """For each area its supply with the need as 100: the dashed box is from the lower to the upper assumption, filled
    from 5 to 95 %, its stroke the median; the line through all rows is the need. A row that waits has 「－」."""
    known = [(band, need) for _, band, need in rows if band is not None and need]
    most = max([1.0, *(value / need for band, need in known for value in _known(band))]) * 1.08
    unit = (_WIDTH - 4) / most
    top = 26.0
    bottom = top + _ROW * len(rows)
    parts = [
        text(
            min(unit, _WIDTH - wide(words.need) / 2) + 2,
            15,
            f"{words.need} = 100",
            size=_SMALL,
            end=True,
            bold=True,
        )
    ]
    for at, (name, band, need) in enumerate(rows):
        head, bar = top + at * _ROW + 16, top + at * _ROW + 24
        parts.append(text(2, head, name, size=13.5))
        if band is None or not need:
            parts.append(text(_WIDTH - 2, head, "－", size=_SMALL, end=True, ink=QUIET))
            continue
        numbers = words.numbers.format(
            low=f"{band.lower:,.0f}", high=f"{band.upper:,.0f}", need=f"{need:,.0f}"
        )
        parts.append(text(_WIDTH - 2, head, numbers, size=_SMALL, end=True, ink=QUIET))
        scale = unit / need
        if band.p05 is not None and band.p95 is not None:
            parts.append(
                rectangle(2 + band.p05 * scale, bar, max((band.p95 - band.p05) * scale, 1.5), _BAR, PALE)
            )
        parts.append(
            Markup(
                '<rect x="{}" y="{}" width="{}" height="{}" fill="none" stroke="{}" stroke-width="1.2"'
                ' stroke-dasharray="5 4"/>'
            ).format(
                f"{2 + band.lower * scale:.1f}",
                f"{bar:.1f}",
                f"{max((band.upper - band.lower) * scale, 1):.1f}",
                f"{_BAR:g}",
                INK,
            )
        )
        if band.median is not None:
            middle = 2 + band.median * scale
            parts.append(rectangle(middle - 1.25, bar - 3, 2.5, _BAR + 6, INK))
    parts.append(rectangle(2 + unit - 0.75, 22, 1.5, bottom - 22, INK))
    parts += _legend(bottom + 20, words)
    return Picture(Markup("").join(parts), (0, 0, _WIDTH, bottom + 30), title, "supply-areas")


def _known(band: SupplyBand) -> list[float]:
    return [one for one in (band.lower, band.upper, band.p05, band.median, band.p95) if one is not None]


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from below the lowest to above the highest value."""
    room = max(high - low, 1.0)
    power = 10 ** math.floor(math.log10(room / _TICKS))
    step = next(power * part for part in (1, 2, 5, 10) if room / (power * part) <= _TICKS)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [step * at for at in range(first, max(last, first + 1) + 1)]


def _path(points: Sequence[tuple[float, float]], *, dashed: bool = False) -> Markup:
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = Markup(' stroke-dasharray="5 4" stroke-width="1.2"') if dashed else Markup(' stroke-width="2.2"')
    return Markup('<polyline points="{}" fill="none" stroke="{}"{}/>').format(joined, INK, dash)


def _cross(x: float, y: float) -> Markup:
    marks = ((x - 6, y - 6, x + 6, y + 6), (x - 6, y + 6, x + 6, y - 6))
    stroke = Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="2.4"/>')
    return Markup("").join(stroke.format(*mark, INK) for mark in marks)


def _legend(y: float, words: SupplyWords) -> list[Markup]:
    parts: list[Markup] = []
    x = 2.0
    for mark, said in (("box", words.runs), ("stroke", words.median), ("dashes", words.assumptions)):
        if mark == "box":
            parts.append(rectangle(x, y - 10, 18, 11, PALE))
        else:
            parts.append(_path([(x, y - 4), (x + 18, y - 4)], dashed=mark == "dashes"))
        parts.append(text(x + 24, y, said, size=_SMALL, ink=QUIET))
        x += 24 + wide(said, _SMALL) + 18
    return parts
