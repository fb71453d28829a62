"""`kaihoken workforce index|explain`: the index with its factors, and what makes it differ."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from kaihoken import shipped
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, messages
from kaihoken.workforce.areas import BoundarySet, area_set
from kaihoken.workforce.index.change import explain_printed_change
from kaihoken.workforce.index.distance import distances
from kaihoken.workforce.index.explanation import Against, Explanation, explain_raw
from kaihoken.workforce.index.explanation import explain as explain_area
from kaihoken.workforce.index.loading import load_raw_tables
from kaihoken.workforce.index.raw import RawIndex, index_at_q, index_from_tables
from kaihoken.workforce.index.rows import INDEX_COLUMNS, index_row
from kaihoken.workforce.index.shipped import (
    PUBLISHED_ON,
    non_additivity,
    rows_of,
    shipped_index,
    shipped_nation,
    shipped_prefectures,
)
from kaihoken.workforce.index.table import IndexTable, Level
from kaihoken.workforce.index.words import label, reading
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables import AREA_TABLE, PREFECTURE_TABLE

ADDITIVITY_COLUMNS: Final = ("index_of_areas", "areas_less_published")
"""What a prefecture's areas would make together, and that less the printed index (they do not add up)."""

FACTOR_COLUMNS: Final = (
    "heads",
    "counted",
    "weight",
    "inpatient_rate",
    "clinic_rate",
    "age_ratio",
    "inpatient_flow",
    "clinic_flow",
    "expected_rate",
)
"""The factors that raw tables add, see `Factors`."""

TablesAt = Annotated[
    Path | None,
    typer.Option("--tables", help="元の表のフォルダー / folder of raw tables: compute the index from them"),
]
AreasOf = Annotated[
    BoundarySet, typer.Option("--areas", help="元の表の圏域の組 / the set of areas of the raw tables")
]

EXPLAIN_COLUMNS: Final = ("step", "factor", "label", "amount", "printed", "value", "before", "after")


def index(
    area: Annotated[
        list[str] | None, typer.Option("--area", help="圏域のコードか名前 / code or name of an area")
    ] = None,
    prefecture: Annotated[
        str | None, typer.Option(help="都道府県のコードか名前 / code or name of a prefecture")
    ] = None,
    level: Annotated[Level, typer.Option(help="二次医療圏か都道府県か / areas or prefectures")] = "area",
    tables: TablesAt = None,
    areas: AreasOf = "330",
    form: FormOption = Form.TABLE,
) -> None:
    """公表された医師偏在指標とその内訳 / the published index, computed again, with its factors."""
    if tables is not None:
        _print_raw(_raw_index(tables, areas), area or [], prefecture, form)
        return
    table = shipped_index() if level == "area" else shipped_prefectures()
    positions = _chosen(table, area or [], prefecture)
    nation = shipped_nation()
    columns: tuple[str, ...] = INDEX_COLUMNS
    rows = [index_row(table, position) for position in positions]
    if level == "prefecture":
        beside = non_additivity()
        columns = (*INDEX_COLUMNS, *ADDITIVITY_COLUMNS)
        rows = [
            {
                **row,
                "index_of_areas": beside[position].of_areas,
                "areas_less_published": beside[position].difference,
            }
            for position, row in zip(positions, rows, strict=True)
        ]
    print_rows(
        columns,
        rows,
        form,
        notes=(caution(), shipped.credit(AREA_TABLE if level == "area" else PREFECTURE_TABLE)),
        facts={
            "nation": {"index": nation.index, "published_index": nation.published},
            "thresholds": {"upper": table.thresholds.upper, "lower": table.thresholds.lower},
            "counts": {"published": table.counts(), "recomputed": table.recomputed_counts()},
        },
        decimals=3,
    )


def explain(
    area: Annotated[str, typer.Argument(help="圏域のコードか名前 / code or name of an area")],
    against: Annotated[
        Against, typer.Option(help="全国との差か、前回との差か / against the nation or the last index")
    ] = "nation",
    tables: TablesAt = None,
    areas: AreasOf = "330",
    form: FormOption = Form.TABLE,
) -> None:
    """指標の差を要因に分ける（順番によらず、足せば差になる） / what makes an index differ; the parts sum exactly."""
    raw = _raw_index(tables, areas) if tables is not None else None
    table = raw.table if raw is not None else shipped_index()
    position = table.areas.position(table.areas.find(area).code)
    heads_per_standardised = None
    if against == "last-index":
        told = explain_printed_change(
            shipped_index(), shipped_index().areas.position(table.areas.codes[position])
        )
    elif raw is None:
        told = explain_area(table, position)
    else:
        told = explain_raw(raw, position)
        weight = float(raw.factors.weight[position])
        heads_per_standardised = 1 / weight if weight > 0 else None
    read = {language: reading(told, language) for language in LANGUAGES}
    if form is Form.TABLE:
        typer.echo(f"{told.area.code} {told.area.prefecture} {told.area.name}\n{read['ja']}\n{read['en']}\n")
    print_rows(
        EXPLAIN_COLUMNS,
        list(_waterfall(told)),
        form,
        notes=(caution(), *_doubts(told), shipped.credit(AREA_TABLE)),
        facts={
            "area_code": told.area.code,
            "reading": read,
            "distances": [
                asdict(one)
                for one in distances(table, position, heads_per_standardised=heads_per_standardised)
            ],
            "waiting": told.waiting,
            "unconfirmed": told.unconfirmed,
            "demo": told.demo,
        },
        decimals=3,
    )


def caution() -> str:
    """What stands beside every index, in Japanese and English."""
    words = messages("workforce")
    return f"{words.text('caution', 'ja')} / {words.text('caution', 'en')}"


def _raw_index(folder: Path, areas: BoundarySet) -> RawIndex:
    # An area drawn anew is held against the thresholds as they were published.
    loaded = load_raw_tables(folder, area_set(areas), on=PUBLISHED_ON)
    return index_from_tables(loaded, shipped_index().thresholds)


def _print_raw(index: RawIndex, wanted: list[str], prefecture: str | None, form: Form) -> None:
    less, more = index_at_q(index.tables, 0.8), index_at_q(index.tables, 1.2)
    rows = [
        {
            **index_row(index.table, position),
            **{name: float(getattr(index.factors, name)[position]) for name in FACTOR_COLUMNS},
            "index_q_less_20": float(less[position]),
            "index_q_more_20": float(more[position]),
        }
        for position in _chosen(index.table, wanted, prefecture)
    ]
    print_rows(
        (*INDEX_COLUMNS, *FACTOR_COLUMNS, "index_q_less_20", "index_q_more_20"),
        rows,
        form,
        notes=(caution(), *_said("demo" if index.tables.demo else "", "unconfirmed")),
        facts={
            "q": index.tables.q,
            "unconfirmed": index.tables.unconfirmed,
            "counts": {"recomputed": index.table.recomputed_counts()},
        },
        decimals=3,
    )


def _said(*names: str) -> list[str]:
    words = messages("workforce")
    return [words.text(f"index.{name}", language) for name in names if name for language in ("ja", "en")]


def _doubts(told: Explanation) -> list[str]:
    return _said("demo" if told.demo else "", "unconfirmed" if told.unconfirmed else "")


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


def _chosen(table: IndexTable, wanted: list[str], prefecture: str | None) -> list[int]:
    chosen = {table.areas.position(table.areas.find(text).code) for text in wanted}
    if prefecture is not None:
        found = rows_of(table, prefecture)
        if not found:
            raise Problem(
                "workforce.area-unknown",
                where=prefecture,
                area=prefecture,
                set=table.areas.name,
                near="01–47",
            )
        chosen |= set(found)
    return sorted(chosen) if wanted or prefecture else list(range(len(table)))
