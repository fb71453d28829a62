"""Two areas side by side, and what makes their difference."""

import numpy as np

from kaihoken.planner.asked import Asked, Shown
from kaihoken.planner.own_page import own_beside
from kaihoken.web import Language, messages
from kaihoken.workforce.index import Factor, attribute, label, rounded
from kaihoken.workforce.pictures import Step, signed, waterfall
from kaihoken.workforce.portrait import Atlas, Standing, standing_at

_FACTORS = (Factor("physicians-per-resident"), Factor("consultation-ratio"))


def compare(atlas: Atlas, asked: Asked) -> Shown:
    """The areas `a` and `b` of the query. Problem `workforce.area-unknown`."""
    first, second = (_standing(atlas, asked.query.get(name, "")) for name in ("a", "b"))
    words = messages("planner")

    def row(name: str, a: float, b: float, decimals: int) -> tuple[str, str, str, str]:
        left, right = (f"{value:,.{decimals}f}" for value in (a, b))
        return words.text(f"field.{name}", asked.language), left, right, signed(b - a, decimals)

    per_head = [one.physicians / one.population for one in (first, second)]
    return Shown(
        "compare.html",
        {
            "first": first,
            "second": second,
            "rows": [
                row("index", first.index, second.index, 1),
                row("physicians", first.physicians, second.physicians, 0),
                row("population", first.population, second.population, 3),
                row("per-head", per_head[0], per_head[1], 1),
                row("ratio", first.ratio, second.ratio, 3),
            ],
            "own_rows": _own_rows(atlas, first, second, asked.language),
            "picture": waterfall(
                (first.area.name, first.computed),
                [Step(label(name, asked.language), adds) for name, adds in between(first, second).items()],
                (second.area.name, second.computed),
                title=words.text("compare.title", asked.language),
            ),
        },
    )


def _own_rows(
    atlas: Atlas, first: Standing, second: Standing, language: Language
) -> list[tuple[str, str, str]]:
    """What somebody's own tables make of both: the index and its factors."""
    one, other = (own_beside(atlas, standing.area.code, language) for standing in (first, second))
    if one is None or other is None:
        return []
    index = (messages("planner").text("own.index", language), one.standing.shown, other.standing.shown)
    return [index, *((name, a, b) for (name, a), (_, b) in zip(one.factors, other.factors, strict=True))]


def between(first: Standing, second: Standing) -> dict[str, float]:
    """What doctors per resident and the ratio each add to the difference, as printed: they sum to it."""
    per_head = [one.physicians / one.population for one in (first, second)]
    ratios = [first.ratio, second.ratio]

    def worth(changed: frozenset[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        doctors, ratio = (
            values[factor.name in changed]
            for values, factor in zip((per_head, ratios), _FACTORS, strict=True)
        )
        return np.array([doctors / ratio])

    amounts = {share.name: float(share.amounts[0]) for share in attribute(_FACTORS, worth)}
    return rounded(amounts, round(second.computed, 1) - round(first.computed, 1))


def _standing(atlas: Atlas, text: str) -> Standing:
    return standing_at(atlas.index, atlas.index.areas.position(atlas.index.areas.find(text).code))
