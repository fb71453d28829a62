"""One area as people are shown it: what makes its number, what would change it, what is known below it."""

import re

import numpy as np

from kaihoken.web import Language, messages
from kaihoken.workforce.areas import AreaCode, MunicipalityCode
from kaihoken.workforce.index import Explanation, distances, label, rounded
from kaihoken.workforce.pictures import Picture, Step, by_year, counted, histogram, pyramid, signed, waterfall
from kaihoken.workforce.portrait.atlas import Atlas
from kaihoken.workforce.portrait.standing import Standing, standing_at
from kaihoken.workforce.tables import AGES, SEXES, SURVEY_YEARS

_AGED = AGES.index("65-69")


def difference_of(explanation: Explanation, language: Language) -> Picture:
    """From the nation, or the last index, to the area, step by step; a bar that opens is shown by its parts."""
    words = messages("workforce")
    printed = explanation.printed()
    # A picture has no room above a word: its labels go without readings, the sentence beside it has them.
    steps = []
    for bar in explanation.bars:
        parts = {part.factor: part.amount for part in bar.parts} or {bar.factor: bar.amount}
        shown = rounded(parts, printed[bar.factor])
        steps += [Step(_unread(label(name, language)), amount) for name, amount in shown.items()]
    return waterfall(
        (_unread(words.text(f"portrait.from.{explanation.against}", language)), round(explanation.start, 1)),
        steps,
        (explanation.area.name, round(explanation.end, 1)),
        title=words.text(f"portrait.waterfall.{explanation.against}", language, area=explanation.area.name),
    )


def _unread(words: str) -> str:
    return re.sub(r"（[ぁ-ゖー]+）", "", words)


def reach_of(atlas: Atlas, row: int, language: Language) -> list[tuple[str, str]]:
    """How far the thresholds are, with today's residents and with those of the plan's end, and what one doctor
    changes."""
    words = messages("workforce")
    at_end = float(atlas.at_plan_end.hundred_thousands[row])
    now = distances(atlas.index, row)
    rows = [
        (
            words.text(f"portrait.reach.{one.threshold}", language, value=f"{one.value:.1f}"),
            words.text("portrait.reach.doctors", language, count=signed(one.physicians)),
        )
        for one in now
    ]
    year = atlas.at_plan_end.year
    if np.isnan(at_end):
        rows.append(
            (
                words.text("portrait.reach.end", language, year=year),
                words.text("portrait.reach.undivided", language),
            )
        )
    else:
        lower = distances(atlas.index, row, population=at_end)[0]
        rows.append(
            (
                words.text("portrait.reach.end", language, year=year),
                words.text("portrait.reach.doctors", language, count=signed(lower.physicians)),
            )
        )
    rows.append(
        (
            words.text("portrait.reach.one", language),
            f"±{now[0].one_physician:.{1 if now[0].one_physician >= 0.1 else 3}f}",
        )
    )
    return rows


def factors_of(one: Standing, language: Language) -> list[tuple[str, str, str]]:
    """The components with the survey of each, and how far rounding leaves the index open."""
    words = messages("workforce")

    def row(name: str, value: str) -> tuple[str, str, str]:
        return (
            words.text(f"portrait.factors.{name}", language),
            value,
            words.text(f"portrait.factors.{name}.source", language),
        )

    return [
        row("physicians", f"{one.physicians:,.0f}"),
        row("population", f"{one.population:.3f}"),
        row("ratio", f"{one.ratio:.3f}"),
        row("interval", f"{one.low:.1f}–{one.high:.1f}"),
    ]


def trend_of(atlas: Atlas, code: AreaCode, language: Language) -> Picture:
    """届出医師 by year: another count than the index', so never on one axis with it."""
    title = messages("workforce").text("portrait.trend.title", language)
    return by_year(SURVEY_YEARS, doctors_of(atlas, code), title=title)


_STEP = 20.0


def place_of(atlas: Atlas, row: int, language: Language) -> Picture:
    """The areas by their index in steps of 20, with this one marked."""
    words = messages("workforce")
    one = standing_at(atlas.index, row)
    thresholds = atlas.index.thresholds
    return histogram(
        _printed(atlas),
        _STEP,
        own=(one.area.name, one.index),
        bounds=(
            (words.text("portrait.place.lower", language), thresholds.lower),
            (words.text("portrait.place.upper", language), thresholds.upper),
        ),
        title=words.text("portrait.place.title", language, area=one.area.name),
    )


def places_of(atlas: Atlas) -> list[tuple[str, int]]:
    """The same as a table: from, to below, and how many areas."""
    return [(f"{start:g}–{start + _STEP:g}", count) for start, count in counted(_printed(atlas), _STEP)]


def _printed(atlas: Atlas) -> list[float]:
    return [standing_at(atlas.index, row).index for row in range(len(atlas.index))]


def doctors_of(atlas: Atlas, code: AreaCode) -> list[float | None]:
    values = atlas.doctors.doctors[atlas.doctors.rows.row(code)]
    return [None if np.isnan(value) else float(value) for value in values]


def ages_of(atlas: Atlas, row: int, language: Language) -> Picture:
    """Residents of 2025 by sex and age."""
    words = messages("workforce")
    men, women = (atlas.residents.by_age[row, SEXES.index(sex)].tolist() for sex in ("male", "female"))
    return pyramid(
        AGES,
        men,
        women,
        words=(words.text("portrait.ages.men", language), words.text("portrait.ages.women", language)),
        title=words.text("portrait.ages.title", language),
    )


def municipalities_of(atlas: Atlas, code: AreaCode) -> list[tuple[str, str, float, float]]:
    """Code, name, residents and those of 65 and above of each municipality of an area: below it there is no index."""
    held = atlas.municipalities
    members = atlas.index.areas.of_municipality
    return [
        (municipality, held.names[at], float(held.total[at]), float(held.by_age[at, 0, _AGED:].sum()))
        for at, municipality in enumerate(held.codes)
        if members.get(MunicipalityCode(municipality)) == code
    ]
