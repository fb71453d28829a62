"""One area: its number, what makes it, what would change it, and what is known below it."""

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.map_page import linked_map
from kaihoken.planner.own_page import own_beside
from kaihoken.web import messages
from kaihoken.workforce import as_json
from kaihoken.workforce.index import (
    INDEX_COLUMNS,
    explain,
    explain_printed_change,
    former_index,
    index_row,
    reading,
)
from kaihoken.workforce.portrait import (
    Atlas,
    ages_of,
    difference_of,
    doctors_of,
    factors_of,
    flow_source,
    flows_of,
    municipalities_of,
    place_of,
    places_of,
    reach_of,
    standing_at,
    trend_of,
)
from kaihoken.workforce.tables import SURVEY_YEARS


def area(atlas: Atlas, asked: Asked) -> Shown:
    """The page of an area. Problem `workforce.area-unknown`."""
    found = atlas.index.areas.find(asked.named["code"])
    row = atlas.index.areas.position(found.code)
    explanation = explain(atlas.index, row)
    change = explain_printed_change(atlas.index, row) if found.code in former_index().areas else None
    neighbours = tuple(area.code for area in atlas.index.areas.within(found.prefecture_code))
    return Shown(
        "area.html",
        {
            "one": standing_at(atlas.index, row),
            "map": linked_map(atlas, asked.language, (found.code,)),
            "picture": difference_of(explanation, asked.language),
            "change": difference_of(change, asked.language) if change else None,
            "change_reading": reading(change, asked.language) if change else "",
            "place": place_of(atlas, row, asked.language),
            "places": places_of(atlas),
            "flows": flows_of(found.code, asked.language),
            "flow_credit": flow_source().credit,
            "reading": reading(explanation, asked.language),
            "own": own_beside(atlas, found.code, asked.language),
            "reach": reach_of(atlas, row, asked.language),
            "factors": factors_of(standing_at(atlas.index, row), asked.language),
            "trend": trend_of(atlas, found.code, asked.language),
            "together": atlas.doctors.rows.name(atlas.doctors.rows.row(found.code)),
            "years": tuple(zip(SURVEY_YEARS, doctors_of(atlas, found.code), strict=True)),
            "ages": ages_of(atlas, row, asked.language),
            "municipalities": municipalities_of(atlas, found.code),
            "counts": atlas.index.counts(),
            "nation": atlas.nation,
            "thresholds": atlas.index.thresholds,
            "neighbours": [standing_at(atlas.index, atlas.index.areas.position(code)) for code in neighbours],
        },
    )


def area_json(atlas: Atlas, asked: Asked) -> File:
    """What the page of an area shows, with the ministry's caution."""
    found = atlas.index.areas.find(asked.named["code"])
    row = atlas.index.areas.position(found.code)
    explanation = explain(atlas.index, row)
    facts: dict[str, object] = {
        "explanation": {bar.factor: bar.amount for bar in explanation.bars},
        "nation": explanation.start,
        "flows": {flow.direction: dict(flow.places) for flow in flows_of(found.code, asked.language)},
        "registered_doctors": {
            str(year): count for year, count in zip(SURVEY_YEARS, doctors_of(atlas, found.code), strict=True)
        },
        "municipalities": [
            {"code": code, "name": name, "residents": total, "aged_65": aged}
            for code, name, total, aged in municipalities_of(atlas, found.code)
        ],
    }
    if beside := own_beside(atlas, found.code, asked.language):
        facts["own_index"] = beside.standing.computed
        facts["own_factors"] = dict(beside.factors)
    caution = messages("planner").text("caution", asked.language)
    text = as_json(INDEX_COLUMNS, [index_row(atlas.index, row)], notes=(caution,), facts=facts)
    return File(text.encode(), "application/json")
