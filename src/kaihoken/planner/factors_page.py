"""要因の地図: the factors of the index beside each other as small maps, and as one table."""

from collections.abc import Iterator

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.spreadsheet import spreadsheet
from kaihoken.workforce import Row
from kaihoken.workforce.portrait import FACTORS, Atlas, factor_maps, factor_values, flow_source


def factors(atlas: Atlas, asked: Asked) -> Shown:
    """A map for each factor in thirds of the areas, and their values in the order of codes."""
    maps = factor_maps(atlas, asked.language)
    return Shown(
        "factors.html",
        {
            "maps": maps,
            "rows": [
                (area, [one.shown[row] for one in maps]) for row, area in enumerate(atlas.index.areas.areas)
            ],
            "flow_credit": flow_source().credit,
        },
    )


def factors_csv(atlas: Atlas, asked: Asked) -> File:
    """The same for a spreadsheet, not rounded, with the ministry's caution in each row."""
    return spreadsheet(asked, ("area_code", "prefecture", "area", *FACTORS), _rows(atlas), "kaihoken-factors")


def _rows(atlas: Atlas) -> Iterator[Row]:
    values = factor_values(atlas)
    for row, area in enumerate(atlas.index.areas.areas):
        figures = {name: float(found[row]) for name, found in values.items()}
        yield {"area_code": area.code, "prefecture": area.prefecture, "area": area.name, **figures}
