"""One prefecture: its number, its areas, and why their sum is another."""

from kaihoken.planner.asked import Asked, Shown
from kaihoken.planner.map_page import map_of_index
from kaihoken.planner.shelf import Shelf
from kaihoken.planner.standing import standing_at
from kaihoken.workforce.index import rows_of
from kaihoken.workforce.pictures import signed


def prefecture(shelf: Shelf, asked: Asked) -> Shown:
    """The page of a prefecture. Problem `workforce.area-unknown`."""
    found = shelf.prefectures.areas.find(asked.named["code"])
    rows = rows_of(shelf.index, found.prefecture_code)
    additivity = next(one for one in shelf.additivity if one.prefecture_code == found.prefecture_code)
    codes = tuple(shelf.index.areas.codes[row] for row in rows)
    return Shown(
        "prefecture.html",
        {
            "one": standing_at(shelf.prefectures, shelf.prefectures.areas.position(found.code)),
            "map": map_of_index(shelf, asked.language, codes),
            "standings": [standing_at(shelf.index, row) for row in rows],
            "additivity": additivity,
            "difference": signed(additivity.difference),
            "counts": shelf.index.counts(),
            "nation": shelf.nation,
            "thresholds": shelf.index.thresholds,
        },
    )
