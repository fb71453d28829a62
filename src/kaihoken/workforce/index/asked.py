"""What `kaihoken workforce index` and `explain` are asked alike: whose tables, of which areas; and what stands beside
every answer."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kaihoken.clock import SystemClock
from kaihoken.problems import Problem
from kaihoken.web import messages
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index.shipped import prefecture_set
from kaihoken.workforce.index.table import Level
from kaihoken.workforce.tables import areas_named

TablesAt = Annotated[
    Path | None,
    typer.Option("--tables", help="元の表のフォルダー / folder of raw tables: compute the index from them"),
]
AreasOf = Annotated[
    str,
    typer.Option(
        "--areas",
        help="元の表の圏域の組（330・335・339、または CSV） / the areas of the raw tables, or a CSV file",
    ),
]
LevelOf = Annotated[Level, typer.Option(help="二次医療圏か都道府県か / areas or prefectures")]
Infants = Annotated[
    float | None,
    typer.Option(
        help="0–4歳のうち0歳の割合（なければ 1/5 と仮定） / share of age 0 in 0–4; else a fifth is assumed"
    ),
]
RulesOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="この日の規則で / by the rules of this day")
]


def raw_areas(areas: str, level: Level) -> AreaSet:
    """The areas that raw tables are of. Prefectures are a level of their own: never sums of areas."""
    return areas_named(areas) if level == "area" else prefecture_set()


def day_of(asked: datetime | None, otherwise: date | None = None) -> date:
    """The day that was asked for, else the other one, else today."""
    return asked.date() if asked is not None else otherwise or SystemClock().today()


def caution() -> str:
    """What stands beside every index, in Japanese and English."""
    words = messages("workforce")
    return f"{words.text('caution', 'ja')} / {words.text('caution', 'en')}"


def said(*names: str) -> list[str]:
    """Sentences of the catalogue in Japanese and English; a name that is empty says nothing."""
    words = messages("workforce")
    return [words.text(f"index.{name}", language) for name in names if name for language in ("ja", "en")]


def unknown_prefecture(text: str, areas: AreaSet) -> Problem:
    """That no area of a set lies there."""
    return Problem("workforce.area-unknown", where=text, area=text, set=areas.name, near="01–47")
