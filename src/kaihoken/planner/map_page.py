"""指標: the map of the areas with its table, and the same as data."""

from collections.abc import Iterator, Mapping

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.shelf import Shelf
from kaihoken.planner.standing import Standing, standing_at
from kaihoken.web import Language, messages, path_in
from kaihoken.workforce import Row, as_csv, as_json
from kaihoken.workforce.index import INDEX_COLUMNS, index_row, without_minority_areas
from kaihoken.workforce.pictures import Outlines, Picture, Shade, map_of, outlines

ORDERS: Mapping[str, str] = {
    "code": "area_code",
    "index": "index",
    "population": "population_100k",
    "ratio": "ratio",
}
"""By what the table can be ordered: by code unless somebody asks for a factor."""


def nation(shelf: Shelf, asked: Asked) -> Shown:
    """The map of the nation, the counts of each class, and every area in the order of codes."""
    order = asked.query.get("order", "code")
    standings = [standing_at(shelf.index, row) for row in range(len(shelf.index))]
    return Shown(
        "nation.html",
        {
            "map": map_of_index(shelf, asked.language),
            "standings": ordered(standings, order),
            "order": order if order in ORDERS else "code",
            "orders": tuple(ORDERS),
            "counts": shelf.index.counts(),
            "recomputed": shelf.index.recomputed_counts(),
            "prefecture_counts": shelf.prefectures.counts(),
            "without": [
                area.name
                for area in shelf.prefectures.areas.areas
                if area.prefecture_code in without_minority_areas(shelf.index)
            ],
            "nation": shelf.nation,
            "thresholds": shelf.index.thresholds,
        },
    )


def ordered(standings: list[Standing], order: str) -> list[Standing]:
    """By a factor where one is asked for, else as they stand: in the order of codes."""
    keys = {
        "index": lambda one: one.index,
        "population": lambda one: one.population,
        "ratio": lambda one: one.ratio,
    }
    key = keys.get(order)
    return sorted(standings, key=key) if key else standings


def map_of_index(shelf: Shelf, language: Language, selected: tuple[str, ...] = ()) -> Picture:
    """The areas by class; with some `selected` the part of the map that holds them, and their edges."""
    drawn = outlines("area330", 0.6) if selected else outlines("area330")
    return map_of(
        drawn,
        dict(_shades(shelf, language)),
        title=messages("planner").text("map.title", language),
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


def _shades(shelf: Shelf, language: Language) -> Iterator[tuple[str, Shade]]:
    words = messages("planner")
    for row, area in enumerate(shelf.index.areas.areas):
        one = standing_at(shelf.index, row)
        named = words.text(f"class.{one.look}", language)
        yield (
            area.code,
            Shade(
                one.look,
                f"{area.prefecture} {area.name} {one.shown} {named}",
                one.borderline,
                path_in(language, f"/area/{area.code}"),
            ),
        )


def map_svg(shelf: Shelf, asked: Asked) -> File:
    """The map of the nation as a file."""
    picture = map_of_index(shelf, asked.language)
    return File(picture.file.encode(), "image/svg+xml", "kaihoken-index-map.svg")


def index_json(shelf: Shelf, asked: Asked) -> File:
    """The table of the index with the ministry's caution."""
    caution = messages("planner").text("caution", asked.language)
    return File(as_json(INDEX_COLUMNS, _rows(shelf), notes=(caution,)).encode(), "application/json")


def index_csv(shelf: Shelf, asked: Asked) -> File:
    """The same for a spreadsheet: UTF-8 with its mark, so that it opens as it is."""
    text = as_csv(INDEX_COLUMNS, _rows(shelf))
    return File(b"\xef\xbb\xbf" + text.encode(), "text/csv; charset=utf-8", "kaihoken-index.csv")


def _rows(shelf: Shelf) -> list[Row]:
    return [index_row(shelf.index, row) for row in range(len(shelf.index))]
