"""A map of places: dots as large as their people and as dark as their way is long, and where it leads to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from kaihoken.workforce.pictures.ink import INK, PALE, RULE, Picture
from kaihoken.workforce.pictures.outlines import Outlines

Floats = npt.NDArray[np.float64]

Dot: TypeAlias = Literal["near", "middle", "far", "unreachable"]

_INKS: Final[Mapping[Dot, str]] = {
    "near": "#a9c4e6",
    "middle": "#4f7ab5",
    "far": "#14284a",
    "unreachable": "#14284a",
}
_SMALLEST, _LARGEST, _SIZES = 5.0, 18.0, 6
"""Widths in thousandths of the picture, and how many of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places on the map (n, 2) with their people and how each is drawn."""

    at: Floats
    people: Floats
    dots: npt.NDArray[np.str_]


def dots_of(
    drawn: Outlines, inside: Collection[str], places: Places, marks: Floats, *, title: str
) -> Picture:
    """The outlines of municipalities, those `inside` white and the others grey; dots of the places from the lightest
    to the darkest, a ring where nothing is reached; `marks` (n, 2) are facilities, as triangles.

    Dots of one look and width are one path of points with round ends, so that thousands of them stay small.
    """
    view = _view(drawn, inside, places)
    unit = max(view[2:]) / 1000
    parts = [_land(drawn, inside, view, unit)]
    width = _widths(places.people) * unit
    for dot in _INKS:
        for size in sorted(set(width.tolist())):
            at = places.at[(places.dots == dot) & (width == size) & (places.people > 0)]
            if len(at):
                parts.append(_points(at, _INKS[dot], size, dot))
                if dot == "unreachable":
                    parts.append(_points(at, "#ffffff", size * 0.55, "ring"))
    parts += [_triangle(x, y, unit) for x, y in marks.tolist() if _seen(x, y, view)]
    return Picture(Markup("").join(parts), view, title, "dots")


def _view(drawn: Outlines, inside: Collection[str], places: Places) -> tuple[int, int, int, int]:
    """A box that holds the municipalities and the places, with a margin."""
    boxes = [area.box for area in drawn.areas if area.code in inside]
    corners = [*places.at.tolist(), *((box[side], box[side + 1]) for box in boxes for side in (0, 2))]
    if not corners:
        return 0, 0, drawn.width, drawn.height
    left, top = np.floor(np.min(corners, axis=0)).astype(int).tolist()
    right, bottom = np.ceil(np.max(corners, axis=0)).astype(int).tolist()
    pad = max(4, int(0.06 * max(right - left, bottom - top)))
    return left - pad, top - pad, right - left + 2 * pad, bottom - top + 2 * pad


def _land(drawn: Outlines, inside: Collection[str], view: tuple[int, int, int, int], unit: float) -> Markup:
    left, top, width, height = view
    shapes: Sequence[Markup] = [
        Markup('<path class="ground" d="{}" fill="{}" stroke="{}" stroke-width="{}"/>').format(
            area.path,
            "#ffffff" if area.code in inside else "#f1f1f4",
            RULE if area.code in inside else PALE,
            f"{(1.2 if area.code in inside else 0.8) * unit:.2f}",
        )
        for area in sorted(drawn.areas, key=lambda one: one.code in inside)
        if area.box[2] > left
        and area.box[0] < left + width
        and area.box[3] > top
        and area.box[1] < top + height
    ]
    return Markup("").join(shapes)


def _widths(people: Floats) -> Floats:
    """A width for each place, by the root of its people, in a few steps."""
    most = float(people.max(initial=0.0))
    if not most:
        return np.full(len(people), _SMALLEST)
    step = np.round(np.sqrt(people / most) * (_SIZES - 1)) / (_SIZES - 1)
    return np.asarray(_SMALLEST + step * (_LARGEST - _SMALLEST), dtype=np.float64)


def _points(at: Floats, ink: str, width: float, name: str) -> Markup:
    path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in at.tolist())
    return Markup(
        '<path class="dot {}" d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round"/>'
    ).format(name, path, ink, f"{width:.2f}")


def _triangle(x: float, y: float, unit: float) -> Markup:
    side = 11 * unit
    return Markup(
        '<path class="mark" d="M{} {}l{} {}h{}z" fill="#ffffff" stroke="{}" stroke-width="{}" stroke-linejoin="round"/>'
    ).format(
        f"{x:.2f}",
        f"{y - side:.2f}",
        f"{side:.2f}",
        f"{1.8 * side:.2f}",
        f"{-2 * side:.2f}",
        INK,
        f"{3 * unit:.2f}",
    )


def _seen(x: float, y: float, view: tuple[int, int, int, int]) -> bool:
    left, top, width, height = view
    return left <= x <= left + width and top <= y <= top + height
