"""One area: its number, what makes it, what would change it."""

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.map_page import map_of_index
from kaihoken.planner.shelf import Shelf
from kaihoken.planner.standing import Standing, standing_at
from kaihoken.web import Language, messages
from kaihoken.workforce import as_json
from kaihoken.workforce.index import INDEX_COLUMNS, index_row
from kaihoken.workforce.pictures import Picture, Step, signed, waterfall


def area(shelf: Shelf, asked: Asked) -> Shown:
    """The page of an area. Problem `workforce.area-unknown`."""
    found = shelf.index.areas.find(asked.named["code"])
    one = standing_at(shelf.index, shelf.index.areas.position(found.code))
    neighbours = tuple(area.code for area in shelf.index.areas.within(found.prefecture_code))
    return Shown(
        "area.html",
        {
            "one": one,
            "map": map_of_index(shelf, asked.language, selected=found.code, around=neighbours),
            "picture": difference_of(shelf, one, asked.language),
            "reading": "",
            "reach": reach_of(shelf, one, asked.language),
            "factors": factors_of(one, asked.language),
            "counts": shelf.index.counts(),
            "nation": shelf.nation,
            "thresholds": shelf.index.thresholds,
            "neighbours": [standing_at(shelf.index, shelf.index.areas.position(code)) for code in neighbours],
        },
    )


def reach_of(shelf: Shelf, one: Standing, language: Language) -> list[tuple[str, str]]:
    """How far the thresholds are, with today's residents, and what one doctor changes."""
    words = messages("planner")
    rows = []
    for name, threshold in (("lower", shelf.index.thresholds.lower), ("upper", shelf.index.thresholds.upper)):
        away = one.to_reach(threshold)
        label = words.text(f"reach.{name}", language, value=f"{threshold:.1f}")
        rows.append((label, words.text("reach.doctors", language, count=signed(away))))
    rows.append((words.text("reach.one", language), f"±{one.per_doctor:.1f}"))
    return rows


def factors_of(one: Standing, language: Language) -> list[tuple[str, str, str]]:
    """The components with the survey of each, and how far rounding leaves the index open."""
    words = messages("planner")

    def row(name: str, value: str) -> tuple[str, str, str]:
        return words.text(f"factors.{name}", language), value, words.text(f"factors.{name}.source", language)

    return [
        row("physicians", f"{one.physicians:,.0f}"),
        row("population", f"{one.population:.3f}"),
        row("ratio", f"{one.ratio:.3f}"),
        row("interval", f"{one.low:.1f}–{one.high:.1f}"),
    ]


def difference_of(shelf: Shelf, one: Standing, language: Language) -> Picture:
    """From the nation to the area, step by step."""
    words = messages("planner")
    nation = shelf.nation.index
    per_head = one.physicians / one.population
    fewer = (per_head - nation) * (1 + 1 / one.ratio) / 2
    more = (1 / one.ratio - 1) * (per_head + nation) / 2
    steps = [
        Step(words.text("factors.physicians", language), fewer),
        Step(words.text("waterfall.ratio", language, value=f"{one.ratio:.3f}"), more),
    ]
    title = words.text("waterfall.title", language, area=one.area.name)
    return waterfall(
        (words.text("nation", language), nation), steps, (one.area.name, one.computed), title=title
    )


def area_json(shelf: Shelf, asked: Asked) -> File:
    """The row of an area with the ministry's caution."""
    row = shelf.index.areas.position(shelf.index.areas.find(asked.named["code"]).code)
    caution = messages("planner").text("caution", asked.language)
    text = as_json(INDEX_COLUMNS, [index_row(shelf.index, row)], notes=(caution,))
    return File(text.encode(), "application/json")
