"""`kaihoken workforce index|explain`; rooms add their own verbs with one line at the end."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Final

import typer

from kaihoken import shipped
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, messages
from kaihoken.workforce.access.commands import access
from kaihoken.workforce.index import (
    INDEX_COLUMNS,
    Against,
    Explanation,
    IndexTable,
    Level,
    distances,
    explain_printed_change,
    index_row,
    label,
    non_additivity,
    reading,
    rows_of,
    shipped_index,
    shipped_nation,
    shipped_prefectures,
)
from kaihoken.workforce.index import explain as explain_area
from kaihoken.workforce.openings.commands import openings
from kaihoken.workforce.plan.commands import plan, plan_template
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.remote.commands import remote
from kaihoken.workforce.tables import AREA_TABLE, PREFECTURE_TABLE
from kaihoken.workforce.tables.commands import app as data

app = typer.Typer(help="医師偏在: 指標と計画 / where doctors are relatively few", no_args_is_help=True)
app.add_typer(data, name="data")

ADDITIVITY_COLUMNS: Final = ("index_of_areas", "areas_less_published")
"""What a prefecture's areas would make together, and that less the printed index (they do not add up)."""

EXPLAIN_COLUMNS: Final = ("step", "factor", "label", "amount", "printed", "value", "before", "after")


@app.callback()
def _workforce() -> None:
    """医師偏在: 指標と計画 / where doctors are relatively few."""


@app.command()
def index(
    area: Annotated[
        list[str] | None, typer.Option("--area", help="圏域のコードか名前 / code or name of an area")
    ] = None,
    prefecture: Annotated[
        str | None, typer.Option(help="都道府県のコードか名前 / code or name of a prefecture")
    ] = None,
    level: Annotated[Level, typer.Option(help="二次医療圏か都道府県か / areas or prefectures")] = "area",
    form: FormOption = Form.TABLE,
) -> None:
    """公表された医師偏在指標とその内訳 / the published index, computed again, with its factors."""
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


@app.command()
def explain(
    area: Annotated[str, typer.Argument(help="圏域のコードか名前 / code or name of an area")],
    against: Annotated[
        Against, typer.Option(help="全国との差か、前回との差か / against the nation or the last index")
    ] = "nation",
    form: FormOption = Form.TABLE,
) -> None:
    """指標の差を要因に分ける（順番によらず、足せば差になる） / what makes an index differ; the parts sum exactly."""
    table = shipped_index()
    position = table.areas.position(table.areas.find(area).code)
    told = explain_area(table, position) if against == "nation" else explain_printed_change(table, position)
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
            "distances": [asdict(one) for one in distances(table, position)],
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


def _doubts(told: Explanation) -> list[str]:
    words = messages("workforce")
    said = [name for name, stands in (("demo", told.demo), ("unconfirmed", told.unconfirmed)) if stands]
    return [words.text(f"index.{name}", language) for name in said for language in ("ja", "en")]


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


app.command("plan")(plan)
app.command("plan-template")(plan_template)
app.command()(access)
app.command()(openings)


app.command()(remote)
