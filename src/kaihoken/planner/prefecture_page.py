"""One prefecture: its number, its areas, and why their sum is another."""

from kaihoken.planner.asked import Asked, Shown
from kaihoken.planner.map_page import linked_map
from kaihoken.planner.own_page import own_within
from kaihoken.workforce.index import rows_of
from kaihoken.workforce.pictures import signed
from kaihoken.workforce.portrait import Atlas, standing_at


def prefecture(atlas: Atlas, asked: Asked) -> Shown:
    """The page of a prefecture. Problem `workforce.area-unknown`."""
    found = atlas.prefectures.areas.find(asked.named["code"])
    rows = rows_of(atlas.index, found.prefecture_code)
    additivity = next(one for one in atlas.additivity if one.prefecture_code == found.prefecture_code)
    codes = tuple(atlas.index.areas.codes[row] for row in rows)
    return Shown(
        "prefecture.html",
        {
            "one": standing_at(atlas.prefectures, atlas.prefectures.areas.position(found.code)),
            "map": linked_map(atlas, asked.language, codes),
            "standings": [standing_at(atlas.index, row) for row in rows],
            "own_rows": own_within(atlas, found.prefecture_code),
            "additivity": additivity,
            "difference": signed(additivity.difference),
            "counts": atlas.index.counts(),
            "nation": atlas.nation,
            "thresholds": atlas.index.thresholds,
        },
    )
