"""指標: the map of the areas with its table, and the same as data."""

from collections.abc import Mapping

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.spreadsheet import spreadsheet
from kaihoken.web import Language, messages, path_in
from kaihoken.workforce import Row, as_json
from kaihoken.workforce.index import INDEX_COLUMNS, index_row, without_minority_areas
from kaihoken.workforce.pictures import OUTLINES_CREDIT, Picture, noted
from kaihoken.workforce.portrait import Atlas, Standing, map_of_index, standing_at

ORDERS: Mapping[str, str] = {
    "code": "area_code",
    "index": "index",
    "population": "population_100k",
    "ratio": "ratio",
}
"""By what the table can be ordered: by code unless somebody asks for a factor."""


def nation(atlas: Atlas, asked: Asked) -> Shown:
    """The map of the nation, the counts of each class, and every area in the order of codes."""
    order = asked.query.get("order", "code")
    standings = [standing_at(atlas.index, row) for row in range(len(atlas.index))]
    return Shown(
        "nation.html",
        {
            "map": linked_map(atlas, asked.language),
            "standings": ordered(standings, order),
            "own": atlas.own,
            "own_counts": atlas.own.index.table.recomputed_counts()
            if atlas.own and atlas.own.index
            else None,
            "order": order if order in ORDERS else "code",
            "orders": tuple(ORDERS),
            "counts": atlas.index.counts(),
            "recomputed": atlas.index.recomputed_counts(),
            "prefecture_counts": atlas.prefectures.counts(),
            "without": [
                area.name
                for area in atlas.prefectures.areas.areas
                if area.prefecture_code in without_minority_areas(atlas.index)
            ],
            "nation": atlas.nation,
            "thresholds": atlas.index.thresholds,
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


def linked_map(atlas: Atlas, language: Language, selected: tuple[str, ...] = ()) -> Picture:
    """The map whose areas lead to their pages."""
    return map_of_index(atlas, language, selected, href=lambda code: path_in(language, f"/area/{code}"))


def map_svg(atlas: Atlas, asked: Asked) -> File:
    """The map of the nation as a file."""
    caution = messages("planner").text("caution", asked.language)
    picture = noted(map_of_index(atlas, asked.language), (caution, OUTLINES_CREDIT))
    return File(picture.file.encode(), "image/svg+xml", "kaihoken-index-map.svg")


def index_json(atlas: Atlas, asked: Asked) -> File:
    """The table of the index with the ministry's caution."""
    caution = messages("planner").text("caution", asked.language)
    return File(as_json(INDEX_COLUMNS, _rows(atlas), notes=(caution,)).encode(), "application/json")


def index_csv(atlas: Atlas, asked: Asked) -> File:
    """The same for a spreadsheet: UTF-8 with its mark, so that it opens as it is."""
    return spreadsheet(asked, INDEX_COLUMNS, _rows(atlas), "kaihoken-index")


def _rows(atlas: Atlas) -> list[Row]:
    return [index_row(atlas.index, row) for row in range(len(atlas.index))]
