"""The map of the index: every area by its class, whole or the part around some."""

from collections.abc import Callable, Iterator

from kaihoken.web import Language, messages
from kaihoken.workforce.pictures import Outlines, Picture, Shade, map_of, outlines
from kaihoken.workforce.portrait.atlas import Atlas
from kaihoken.workforce.portrait.standing import standing_at

Href = Callable[[str], str]


def map_of_index(
    atlas: Atlas, language: Language, selected: tuple[str, ...] = (), href: Href | None = None
) -> Picture:
    """The areas by class; with some `selected` the part of the map that holds them, and their edges."""
    drawn = outlines("area330", 0.6) if selected else outlines("area330")
    return map_of(
        drawn,
        dict(_shades(atlas, language, href)),
        title=messages("workforce").text("portrait.map.title", language),
        view=_part(drawn, selected) if selected else None,
        selected=selected,
    )


def _part(drawn: Outlines, selected: tuple[str, ...]) -> tuple[int, int, int, int]:
    """A square around what is selected with as much of its surroundings. An area of far islands that alone would
    double the square is left out of the picture, not of the table (東京都の島しょ, 奄美)."""
    near = selected
    for code in selected:
        rest = tuple(other for other in near if other != code)
        if rest and _side(drawn, rest) * 2 < _side(drawn, near):
            near = rest
    left, top, width, height = drawn.around(near, 0.7 if len(near) == 1 else 0.35)
    side = max(width, height)
    return left - (side - width) // 2, top - (side - height) // 2, side, side


def _side(drawn: Outlines, codes: tuple[str, ...]) -> int:
    return max(drawn.around(codes, 0)[2:])


def _shades(atlas: Atlas, language: Language, href: Href | None) -> Iterator[tuple[str, Shade]]:
    words = messages("workforce")
    for row, area in enumerate(atlas.index.areas.areas):
        one = standing_at(atlas.index, row)
        named = words.text(f"portrait.class.{one.look}", language)
        yield (
            area.code,
            Shade(
                one.look,
                f"{area.prefecture} {area.name} {one.shown} {named}",
                one.borderline,
                href(area.code) if href else "",
            ),
        )
