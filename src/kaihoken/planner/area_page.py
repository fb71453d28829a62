"""One area: its number, what makes it, what would change it, and what is known below it."""

import numpy as np

from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.map_page import map_of_index
from kaihoken.planner.shelf import Shelf
from kaihoken.planner.standing import Standing, standing_at
from kaihoken.web import Language, messages
from kaihoken.workforce import AreaCode, MunicipalityCode, as_json
from kaihoken.workforce.index import INDEX_COLUMNS, Explanation, distances, explain, index_row, label, reading
from kaihoken.workforce.pictures import Picture, Step, by_year, pyramid, signed, waterfall
from kaihoken.workforce.tables import AGES, SEXES, SURVEY_YEARS

_AGED = AGES.index("65-69")


def area(shelf: Shelf, asked: Asked) -> Shown:
    """The page of an area. Problem `workforce.area-unknown`."""
    found = shelf.index.areas.find(asked.named["code"])
    row = shelf.index.areas.position(found.code)
    explanation = explain(shelf.index, row)
    neighbours = tuple(area.code for area in shelf.index.areas.within(found.prefecture_code))
    return Shown(
        "area.html",
        {
            "one": standing_at(shelf.index, row),
            "map": map_of_index(shelf, asked.language, (found.code,)),
            "picture": difference_of(explanation, asked.language),
            "reading": reading(explanation, asked.language),
            "reach": reach_of(shelf, row, asked.language),
            "factors": factors_of(standing_at(shelf.index, row), asked.language),
            "trend": trend_of(shelf, found.code, asked.language),
            "together": shelf.doctors.rows.name(shelf.doctors.rows.row(found.code)),
            "years": tuple(zip(SURVEY_YEARS, _doctors(shelf, found.code), strict=True)),
            "ages": ages_of(shelf, row, asked.language),
            "municipalities": municipalities_of(shelf, found.code),
            "counts": shelf.index.counts(),
            "nation": shelf.nation,
            "thresholds": shelf.index.thresholds,
            "neighbours": [standing_at(shelf.index, shelf.index.areas.position(code)) for code in neighbours],
        },
    )


def difference_of(explanation: Explanation, language: Language) -> Picture:
    """From the nation to the area, step by step."""
    words = messages("planner")
    printed = explanation.printed()
    steps = [Step(label(bar.factor, language), printed[bar.factor]) for bar in explanation.bars]
    return waterfall(
        (words.text("nation", language), round(explanation.start, 1)),
        steps,
        (explanation.area.name, round(explanation.end, 1)),
        title=words.text("waterfall.title", language, area=explanation.area.name),
    )


def reach_of(shelf: Shelf, row: int, language: Language) -> list[tuple[str, str]]:
    """How far the thresholds are, with today's residents and with those of the plan's end, and what one doctor
    changes."""
    words = messages("planner")
    at_end = float(shelf.at_plan_end.hundred_thousands[row])
    now = distances(shelf.index, row)
    rows = [
        (
            words.text(f"reach.{one.threshold}", language, value=f"{one.value:.1f}"),
            words.text("reach.doctors", language, count=signed(one.physicians)),
        )
        for one in now
    ]
    year = shelf.at_plan_end.year
    if np.isnan(at_end):
        rows.append((words.text("reach.end", language, year=year), words.text("reach.undivided", language)))
    else:
        lower = distances(shelf.index, row, population=at_end)[0]
        rows.append(
            (
                words.text("reach.end", language, year=year),
                words.text("reach.doctors", language, count=signed(lower.physicians)),
            )
        )
    rows.append((words.text("reach.one", language), f"±{now[0].one_physician:.1f}"))
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


def trend_of(shelf: Shelf, code: AreaCode, language: Language) -> Picture:
    """届出医師 by year: another count than the index', so never on one axis with it."""
    title = messages("planner").text("trend.title", language)
    return by_year(SURVEY_YEARS, _doctors(shelf, code), title=title)


def _doctors(shelf: Shelf, code: AreaCode) -> list[float | None]:
    values = shelf.doctors.doctors[shelf.doctors.rows.row(code)]
    return [None if np.isnan(value) else float(value) for value in values]


def ages_of(shelf: Shelf, row: int, language: Language) -> Picture:
    """Residents of 2025 by sex and age."""
    words = messages("planner")
    men, women = (shelf.residents.by_age[row, SEXES.index(sex)].tolist() for sex in ("male", "female"))
    return pyramid(
        AGES,
        men,
        women,
        words=(words.text("ages.men", language), words.text("ages.women", language)),
        title=words.text("ages.title", language),
    )


def municipalities_of(shelf: Shelf, code: AreaCode) -> list[tuple[str, str, float, float]]:
    """Code, name, residents and those of 65 and above of each municipality of an area: below it there is no index."""
    held = shelf.municipalities
    members = shelf.index.areas.of_municipality
    return [
        (municipality, held.names[at], float(held.total[at]), float(held.by_age[at, 0, _AGED:].sum()))
        for at, municipality in enumerate(held.codes)
        if members.get(MunicipalityCode(municipality)) == code
    ]


def area_json(shelf: Shelf, asked: Asked) -> File:
    """What the page of an area shows, with the ministry's caution."""
    found = shelf.index.areas.find(asked.named["code"])
    row = shelf.index.areas.position(found.code)
    explanation = explain(shelf.index, row)
    facts = {
        "explanation": {bar.factor: bar.amount for bar in explanation.bars},
        "nation": explanation.start,
        "registered_doctors": {
            str(year): count for year, count in zip(SURVEY_YEARS, _doctors(shelf, found.code), strict=True)
        },
        "municipalities": [
            {"code": code, "name": name, "residents": total, "aged_65": aged}
            for code, name, total, aged in municipalities_of(shelf, found.code)
        ],
    }
    caution = messages("planner").text("caution", asked.language)
    text = as_json(INDEX_COLUMNS, [index_row(shelf.index, row)], notes=(caution,), facts=facts)
    return File(text.encode(), "application/json")
