"""`kaihoken workforce scenario geography`: who enters 少数 if rurality or access counts beside the index."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.web import messages
from kaihoken.workforce.access import (
    DemoOption,
    EstimateOption,
    FolderOption,
    LinksOption,
    LoadingOption,
    Measured,
    Measuring,
    RuralGroups,
    TimeOption,
    by_area,
    loadings_of,
    measure,
    of_areas,
    published_facilities,
    reach_emergency,
    rural_groups,
    rural_places,
    rurality_facts,
    rurality_notes,
    settlements,
    travel_rule,
)
from kaihoken.workforce.index import IndexClass, shipped_index
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.scenario.files import write
from kaihoken.workforce.scenario.geography import GeographyAsked, geography_scenario
from kaihoken.workforce.scenario.outcome import Outcome, run
from kaihoken.workforce.tables import AREA_TABLE

COLUMNS: Final = (
    "area_code",
    "prefecture",
    "area",
    "index",
    "class_before",
    "class_after",
    "rank",
    "share_beyond",
)


def geography(
    wider: Annotated[float, typer.Option(help="この指標まで広げる（L2） / up to this index")],
    rank: Annotated[
        float | None,
        typer.Option(help="へき地尺度がこの順位以上（1–100） / from this rank on", min=1, max=100),
    ] = None,
    beyond: Annotated[
        float | None,
        typer.Option(
            help="救急病院まで --minutes をこえる住民の割合がこれ以上（0–1） / share of residents beyond",
            min=0,
            max=1,
        ),
    ] = None,
    both: Annotated[bool, typer.Option("--both", help="両方をみたすとき / only where both are met")] = False,
    minutes: Annotated[float, typer.Option(help="分 / minutes")] = 60.0,
    loading: LoadingOption = None,
    estimate: EstimateOption = False,
    demo: DemoOption = False,
    links: LinksOption = None,
    data: FolderOption = None,
    season: TimeOption = None,
    out: Annotated[
        Path | None, typer.Option(help="シナリオのファイルに書く / write it as a scenario file")
    ] = None,
    form: FormOption = Form.TABLE,
) -> None:
    """地理を加えたら、どの圏域が少数区域に入るか（シナリオ） / who enters if geography counts: a scenario."""
    table, today = shipped_index(), SystemClock().today()
    asked = GeographyAsked(wider, rank, beyond, both)
    groups = (
        None
        if rank is None
        else rural_groups(
            rural_places(data),
            *of_areas(table.areas),
            loadings=loadings_of(loading),
            estimate=estimate,
            demo=demo,
        )
    )
    measured = measure(
        Measuring(links=links, folder=data, season=season, by_times=False), travel_rule(today), today
    )
    found = reach_emergency(settlements(), published_facilities(), measured.distances)
    far = 1.0 - by_area(found, table.areas, (minutes,)).shares()[0, :, -1]
    shares = _known(dict(zip(table.areas.codes, far.tolist(), strict=True)))
    ranks = {} if groups is None else _known(dict(zip(groups.codes, groups.rank.tolist(), strict=True)))
    scenario = geography_scenario(
        asked, ranks, shares, notes="" if groups is None else groups.scale.watermark
    )
    outcome = run(scenario, table)
    if out is not None:
        write(scenario, out, table)
    print_rows(
        COLUMNS,
        list(_rows(outcome, ranks, shares)),
        form,
        notes=_notes(outcome, groups, measured, data, wider),
        facts={
            "asked": {"wider": wider, "rank": rank, "beyond": beyond, "both": both, "minutes": minutes},
            "entering": len(outcome.entering(IndexClass.MINORITY)),
            "leaving": len(outcome.leaving(IndexClass.MINORITY)),
            "counts": outcome.counts(),
            "rurality": None if groups is None else rurality_facts(groups),
            "distance": measured.facts(),
            "status": "scenario",
        },
        decimals=3,
    )


def _known(values: dict[str, float]) -> dict[str, float]:
    """Without areas whose rank or share is absent: that lets no area in."""
    return {code: value for code, value in values.items() if not np.isnan(value)}


def _rows(outcome: Outcome, ranks: Mapping[str, float], shares: Mapping[str, float]) -> Iterator[Row]:
    for one in outcome.moved:
        yield {
            "area_code": one.area.code,
            "prefecture": one.area.prefecture,
            "area": one.area.name,
            "index": one.value_after,
            "class_before": one.before,
            "class_after": one.after,
            "rank": ranks.get(one.area.code),
            "share_beyond": shares.get(one.area.code),
        }


def _notes(
    outcome: Outcome, groups: RuralGroups | None, measured: Measured, data: Path | None, wider: float
) -> tuple[str, ...]:
    words = messages("workforce")
    upper = outcome.before.thresholds.upper
    return (
        "シナリオです。地理をどう加えるかは決まっていません（未確認） / a scenario: how geography counts is not fixed",
        *(
            [f"L2 が多数の線（{upper:g}）以上なので、多数の圏域も入りえます / L2 lets areas of the many in"]
            if wider >= upper
            else []
        ),
        *(() if groups is None else rurality_notes(groups, rural_places(data))),
        *measured.notes(),
        f"{words.text('caution', 'ja')} / {words.text('caution', 'en')}",
        shipped.credit(AREA_TABLE),
    )
