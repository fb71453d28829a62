"""Two areas side by side, and what makes their difference."""

import numpy as np

from kaihoken.planner.asked import Asked, Shown
from kaihoken.planner.shelf import Shelf
from kaihoken.planner.standing import Standing, standing_at
from kaihoken.web import messages
from kaihoken.workforce.pictures import Step, signed, waterfall


def compare(shelf: Shelf, asked: Asked) -> Shown:
    """The areas `a` and `b` of the query. Problem `workforce.area-unknown`."""
    first, second = (_standing(shelf, asked.query.get(name, "")) for name in ("a", "b"))
    words = messages("planner")

    def row(name: str, a: float, b: float, decimals: int) -> tuple[str, str, str, str]:
        left, right = (f"{value:,.{decimals}f}" for value in (a, b))
        return words.text(f"field.{name}", asked.language), left, right, signed(b - a, decimals)

    per_head = [one.physicians / one.population for one in (first, second)]
    over = [1 / one.ratio for one in (first, second)]
    steps = [
        Step(
            words.text("factors.physicians", asked.language),
            (per_head[1] - per_head[0]) * float(np.mean(over)),
        ),
        Step(words.text("field.ratio", asked.language), (over[1] - over[0]) * float(np.mean(per_head))),
    ]
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
            "reading": "",
            "picture": waterfall(
                (first.area.name, first.computed),
                steps,
                (second.area.name, second.computed),
                title=words.text("compare.title", asked.language),
            ),
        },
    )


def _standing(shelf: Shelf, text: str) -> Standing:
    return standing_at(shelf.index, shelf.index.areas.position(shelf.index.areas.find(text).code))
