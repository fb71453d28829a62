"""A table of states and steps as a picture: a box for each state, an arrow for each step, with what happened on it."""

from collections.abc import Mapping
from enum import StrEnum
from math import hypot
from typing import Final, TypeVar

from markupsafe import Markup

from kaihoken.transitions import Transitions
from kaihoken.workforce.pictures.ink import INK, QUIET, Picture

_BOX: Final = (156.0, 46.0)
_GAP: Final = (270.0, 130.0)
_EDGE: Final = 8.0
_APART: Final = 9.0
"""So far beside the line between two boxes an arrow runs, so that there and back are two."""

_ARROW: Final = 8.0
_AT: Final = 0.36
"""Where on its arrow a word stands: nearer to where it begins, so that there and back do not cover each other."""

Point = tuple[float, float]
State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


def steps_of(
    life: Transitions[State, Event],
    places: Mapping[str, tuple[int, int]],
    words: Mapping[str, str],
    title: str,
) -> Picture:
    """The table `life`. `places` says in which column and row each state stands, `words` what states and events are
    called. ValueError where a state has no place or two have one."""
    if set(places) != {str(state) for state in life.steps} or len(set(places.values())) < len(places):
        raise ValueError("every state needs a place of its own")
    centres = {state: _centre(place) for state, place in places.items()}
    arrows = [_arrow(centres[start], centres[end]) for start, _, end in life.edges()]
    named = [_label(centres[start], centres[end], words[event]) for start, event, end in life.edges()]
    boxes = [_box(centres[state], words[state]) for state in life.steps]
    width = max(x for x, _ in centres.values()) + _BOX[0] / 2 + _EDGE
    height = max(y for _, y in centres.values()) + _BOX[1] / 2 + _EDGE
    return Picture(Markup("").join((*arrows, *boxes, *named)), (0, 0, width, height), title, "steps")


def _centre(place: tuple[int, int]) -> Point:
    return (_EDGE + _BOX[0] / 2 + place[0] * _GAP[0], _EDGE + _BOX[1] / 2 + place[1] * _GAP[1])


def _between(start: Point, end: Point) -> tuple[Point, Point]:
    """From the border of one box to that of the other, to the right of the line between their middles."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = hypot(across, down)
    aside = (-down / length * _APART, across / length * _APART)
    begin, stop = _border(aside, (across, down)), _border(aside, (-across, -down))
    return (start[0] + begin[0], start[1] + begin[1]), (end[0] + stop[0], end[1] + stop[1])


def _border(inside: Point, way: Point) -> Point:
    """Where a line that goes from a point inside a box leaves it, all from its middle."""
    reaches = [
        (size / 2 - at * (1 if goes > 0 else -1)) / abs(goes)
        for at, goes, size in zip(inside, way, _BOX, strict=True)
        if goes
    ]
    return inside[0] + way[0] * min(reaches), inside[1] + way[1] * min(reaches)


def _arrow(start: Point, end: Point) -> Markup:
    (x, y), (to_x, to_y) = _between(start, end)
    length = hypot(to_x - x, to_y - y)
    along = ((to_x - x) / length, (to_y - y) / length)
    back = (to_x - along[0] * _ARROW, to_y - along[1] * _ARROW)
    wing = (-along[1] * _ARROW / 2, along[0] * _ARROW / 2)
    return Markup(
        '<path d="M{:.1f} {:.1f}L{:.1f} {:.1f}" stroke="{}" fill="none"/>'
        '<path d="M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z" fill="{}"/>'
    ).format(
        x,
        y,
        *back,
        QUIET,
        to_x,
        to_y,
        back[0] + wing[0],
        back[1] + wing[1],
        back[0] - wing[0],
        back[1] - wing[1],
        QUIET,
    )


def _label(start: Point, end: Point, word: str) -> Markup:
    (x, y), (to_x, to_y) = _between(start, end)
    return Markup(
        '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" font-size="13" fill="{}" stroke="#ffffff" stroke-width="4"'
        ' paint-order="stroke">{}</text>'
    ).format(x + (to_x - x) * _AT, y + (to_y - y) * _AT + 4, INK, word)


def _box(centre: Point, word: str) -> Markup:
    return Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:g}" height="{:g}" rx="4" fill="#ffffff" stroke="{}"/>'
        '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" font-size="15" fill="{}">{}</text>'
    ).format(
        centre[0] - _BOX[0] / 2,
        centre[1] - _BOX[1] / 2,
        *_BOX,
        INK,
        centre[0],
        centre[1] + 5,
        INK,
        word,
    )
