"""`kaihoken workforce explain`: what makes an index differ, and how far its thresholds are."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from kaihoken import shipped
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES
from kaihoken.workforce.index.asked import (
    AreasOf,
    Infants,
    LevelOf,
    RulesOf,
    TablesAt,
    caution,
    day_of,
    raw_areas,
    said,
)
from kaihoken.workforce.index.change import carried, explain_printed_change, explain_raw_change
from kaihoken.workforce.index.distance import PLAN_END, distances
from kaihoken.workforce.index.explanation import Against, Explanation, explain_raw
from kaihoken.workforce.index.explanation import explain as explain_area
from kaihoken.workforce.index.loading import index_from_folder, load_raw_tables
from kaihoken.workforce.index.prefecture import explain_prefecture, prefectures_by_sums
from kaihoken.workforce.index.raw import RawIndex
from kaihoken.workforce.index.shipped import FORMER_DAY, PUBLISHED_ON, shipped_index
from kaihoken.workforce.index.table import IndexTable
from kaihoken.workforce.index.words import label, reading
from kaihoken.workforce.printing import FICTITIOUS, Form, FormOption, Row, as_text, print_rows
from kaihoken.workforce.tables import (
    AREA_TABLE,
    PREFECTURE_TABLE,
    areas_named,
    projected_population,
    projected_prefectures,
)

EXPLAIN_COLUMNS: Final = ("step", "factor", "label", "amount", "printed", "value", "before", "after")
DISTANCE_COLUMNS: Final = ("year", "threshold", "value", "physicians", "heads", "one_physician", "one_head")
"""Doctors more (negative: fewer) at which an index stands at a threshold: with today's residents (no year), and with
those of the plan's end; `heads` wait for raw tables."""


def explain(
    area: Annotated[str, typer.Argument(help="圏域のコードか名前 / code or name of an area")],
    against: Annotated[
        Against, typer.Option(help="全国との差か、前回との差か / against the nation or the last index")
    ] = "nation",
    level: LevelOf = "area",
    tables: TablesAt = None,
    before: Annotated[
        Path | None,
        typer.Option(
            help="前回の元の表のフォルダー / folder of the last round's raw tables (--against last-index)"
        ),
    ] = None,
    areas: AreasOf = "330",
    before_areas: Annotated[
        str | None,
        typer.Option(
            help="前回の表の圏域の組（なければ --areas） / the areas of the last round's tables; else --areas"
        ),
    ] = None,
    infants: Infants = None,
    on: RulesOf = None,
    before_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="前回はこの日の規則で / the last round by the rules of this day"
        ),
    ] = None,
    plan_end: Annotated[
        int, typer.Option(help="計画の最後の年度 / last fiscal year of the plan, to which distances look")
    ] = PLAN_END,
    form: FormOption = Form.TABLE,
) -> None:
    """指標の差を要因に分ける（順番によらず、足せば差になる） / what makes an index differ; the parts sum exactly."""
    if (before is not None) and (tables is None or against == "nation"):
        raise Problem("workforce.two-rounds", where="--before")
    day = day_of(on, PUBLISHED_ON)
    held = raw_areas(areas, level)
    raw = index_from_folder(tables, held, level=level, on=day, infants=infants) if tables else None
    table = raw.table if raw else prefectures_by_sums() if level == "prefecture" else shipped_index()
    position = _position(table, area)
    if against == "nation":
        told = explain_raw(raw, position) if raw else _explain_published(table, position)
    elif before is not None and raw is not None:
        drawn = areas_named(before_areas) if before_areas is not None else held
        former = load_raw_tables(before, drawn, on=day_of(before_on, FORMER_DAY), infants=infants)
        told = explain_raw_change(carried(former, held), raw.tables, position)
    elif level == "prefecture":
        raise Problem("workforce.two-rounds", where="--against")
    else:
        told = explain_printed_change(
            shipped_index(), shipped_index().areas.position(table.areas.codes[position])
        )
    rows = list(_distances(table, position, plan_end, raw))
    read = {language: reading(told, language) for language in LANGUAGES}
    if form is Form.TABLE:
        typer.echo(f"{told.area.code} {told.area.prefecture} {told.area.name}\n{read['ja']}\n{read['en']}\n")
    print_rows(
        EXPLAIN_COLUMNS,
        list(_waterfall(told)),
        form,
        notes=(
            caution(),
            *([FICTITIOUS] if told.demo else []),
            *said("unconfirmed" if told.unconfirmed else ""),
            shipped.credit(AREA_TABLE if level == "area" else PREFECTURE_TABLE),
        ),
        facts={
            "area_code": told.area.code,
            "reading": read,
            "distances": rows,
            "waiting": told.waiting,
            "unconfirmed": told.unconfirmed,
            "demo": told.demo,
        },
        decimals=3,
    )
    if form is Form.TABLE:
        typer.echo(f"\n{as_text(DISTANCE_COLUMNS, rows, 3)}", nl=False)


def _position(table: IndexTable, text: str) -> int:
    named = table.areas.within(text) if table.level == "prefecture" else ()
    return table.areas.position((named[0] if named else table.areas.find(text)).code)


def _explain_published(table: IndexTable, position: int) -> Explanation:
    return explain_prefecture(position) if table.level == "prefecture" else explain_area(table, position)


def _distances(table: IndexTable, position: int, plan_end: int, raw: RawIndex | None) -> Iterator[Row]:
    """To both thresholds with today's residents, then with those of the plan's end where the projection tells them;
    the ratio stays today's."""
    weight = float(raw.factors.weight[position]) if raw is not None else 0.0
    heads = 1 / weight if weight > 0 else None
    for one in distances(table, position, heads_per_standardised=heads):
        yield {"year": None, **asdict(one)}
    people = _residents_at(table, position, plan_end)
    if np.isnan(people):
        return
    for one in distances(table, position, heads_per_standardised=heads, population=people):
        yield {"year": plan_end, **asdict(one)}


def _residents_at(table: IndexTable, position: int, year: int) -> float:
    """In 100,000; NaN where the projection does not divide a row (いわき, 相双)."""
    if table.level == "prefecture":
        return projected_prefectures(year)[table.areas.codes[position]] / 100_000
    return float(projected_population(table.areas, year).hundred_thousands[position])


def _waterfall(told: Explanation) -> Iterator[Row]:
    printed = told.printed()
    yield {"step": "start", "factor": told.against, "value": told.start, "printed": round(told.start, 1)}
    reached = told.start
    for bar in told.bars:
        reached += bar.amount
        yield {
            "step": "bar",
            "factor": bar.factor,
            "label": label(bar.factor, "ja"),
            "amount": bar.amount,
            "printed": printed[bar.factor],
            "value": reached,
            "before": bar.before,
            "after": bar.after,
        }
        for part in bar.parts:
            yield {
                "step": "part",
                "factor": part.factor,
                "label": label(part.factor, "ja"),
                "amount": part.amount,
                "before": part.before,
                "after": part.after,
            }
    yield {"step": "end", "factor": told.area.code, "value": told.end, "printed": round(told.end, 1)}
