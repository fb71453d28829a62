"""`kaihoken workforce index`: each of the indices with its factors."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from kaihoken import rules, shipped
from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
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
    unknown_prefecture,
)
from kaihoken.workforce.index.births import DeliveryRules, delivery_index, paediatric_index
from kaihoken.workforce.index.kinds import (
    NEEDS,
    IndexKind,
    Tabled,
    delivery_table,
    outpatient_table,
    paediatric_table,
)
from kaihoken.workforce.index.loading import (
    index_from_folder,
    load_delivery_tables,
    load_outpatient_tables,
    load_paediatric_tables,
)
from kaihoken.workforce.index.outpatient import OutpatientRules, outpatient_index
from kaihoken.workforce.index.raw import Floats, RawIndex
from kaihoken.workforce.index.rows import INDEX_COLUMNS, RAW_COLUMNS, index_row, raw_rows
from kaihoken.workforce.index.shipped import (
    PUBLISHED_ON,
    non_additivity,
    shipped_index,
    shipped_nation,
    shipped_prefectures,
)
from kaihoken.workforce.index.table import Level
from kaihoken.workforce.printing import FICTITIOUS, Form, FormOption, print_rows
from kaihoken.workforce.tables import AREA_TABLE, PREFECTURE_TABLE, BadRow, lacking, read_own_table

ADDITIVITY_COLUMNS: Final = ("index_of_areas", "areas_less_published")
"""What a prefecture's areas would make together, and that less the printed index (they do not add up)."""

WAITING_COLUMNS: Final = ("table", "name", "state", "template")
FLOW_TEMPLATE: Final = "area_code,flow_factor\n"
_FINDINGS: Final = 1


def index(
    area: Annotated[
        list[str] | None, typer.Option("--area", help="圏域のコードか名前 / code or name of an area")
    ] = None,
    prefecture: Annotated[
        str | None, typer.Option(help="都道府県のコードか名前 / code or name of a prefecture")
    ] = None,
    level: LevelOf = "area",
    kind: Annotated[
        IndexKind, typer.Option(help="医師・外来・分娩取扱・小児 / which index")
    ] = IndexKind.PHYSICIANS,
    tables: TablesAt = None,
    areas: AreasOf = "330",
    infants: Infants = None,
    births: Annotated[
        float | None,
        typer.Option(help="分娩取扱: 全国の年間出生数 / delivery: births of the nation in the year"),
    ] = None,
    flow_factor: Annotated[
        str | None,
        typer.Option(
            help="外来: 需要にかける係数、または圏域別の CSV / outpatient: a factor on demand, or a CSV by area"
        ),
    ] = None,
    on: RulesOf = None,
    form: FormOption = Form.TABLE,
) -> int:
    """公表された医師偏在指標とその内訳 / the published index, computed again, with its factors."""
    if tables is None and kind is IndexKind.PHYSICIANS:
        _print_published(level, area or [], prefecture, form)
        return 0
    missing = lacking(_needs(kind), tables)
    if tables is None or missing:
        _print_waiting(missing, form)
        return _FINDINGS
    if kind is IndexKind.PHYSICIANS:
        found = index_from_folder(
            tables, raw_areas(areas, level), level=level, on=day_of(on, PUBLISHED_ON), infants=infants
        )
        _print_raw(found, area or [], prefecture, form)
        return 0
    made = _other(kind, tables, raw_areas(areas, level), day_of(on), (infants, births, flow_factor))
    _print_other(made, area or [], prefecture, form)
    return 0


def _needs(kind: IndexKind) -> Iterable[str]:
    return (*NEEDS[kind], "perinatal-members") if kind is IndexKind.DELIVERY else NEEDS[kind]


def _print_waiting(missing: Iterable[tuple[str, str]], form: Form) -> None:
    rows = [
        {
            "table": table,
            "name": name,
            "state": "入力待ち",
            "template": f"kaihoken workforce data template {table}",
        }
        for table, name in missing
    ]
    print_rows(WAITING_COLUMNS, rows, form, notes=(caution(),))


def _print_published(level: Level, wanted: list[str], prefecture: str | None, form: Form) -> None:
    table = shipped_index() if level == "area" else shipped_prefectures()
    positions = _chosen(table.areas, wanted, prefecture)
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


def _print_raw(found: RawIndex, wanted: list[str], prefecture: str | None, form: Form) -> None:
    rows = raw_rows(found)
    print_rows(
        RAW_COLUMNS,
        [rows[position] for position in _chosen(found.table.areas, wanted, prefecture)],
        form,
        notes=(caution(), *([FICTITIOUS] if found.tables.demo else []), *said("unconfirmed")),
        facts={
            "q": found.tables.q,
            "unconfirmed": found.tables.unconfirmed,
            "counts": {"recomputed": found.table.recomputed_counts()},
        },
        decimals=3,
    )


def _other(
    kind: IndexKind,
    folder: Path,
    areas: AreaSet,
    on: date,
    given: tuple[float | None, float | None, str | None],
) -> Tabled:
    infants, births, flow_factor = given
    if kind is IndexKind.OUTPATIENT:
        rule = rules.load(OutpatientRules, on=on)
        tables = load_outpatient_tables(folder, areas, infants=infants)
        flows = _flow_factors(flow_factor, areas, rule.flow_factor.value) if flow_factor else None
        return outpatient_table(outpatient_index(tables, rule, flow_factor=flows))
    if kind is IndexKind.PAEDIATRIC:
        children = load_paediatric_tables(folder, areas, on=PUBLISHED_ON, infants=infants)
        return paediatric_table(paediatric_index(children, rules.load(DeliveryRules, on=on)))
    if births is None:
        raise Problem("workforce.births-needed", where="--births")
    held = load_delivery_tables(folder, births=births)
    rule_of_births = rules.load(DeliveryRules, on=on)
    found = delivery_index(held.areas, held.physicians, held.hours, held.deliveries, rule_of_births)
    return delivery_table(replace(found, unconfirmed=(*found.unconfirmed, *held.assumed)))


def _flow_factors(text: str, areas: AreaSet, otherwise: float) -> Floats:
    """One factor for every area, or those of a CSV file (`FLOW_TEMPLATE`); an area that it lacks keeps the rules'."""
    if (every := _positive(text)) is not None:
        return np.full(len(areas), every)
    path = Path(text)
    if not path.is_file():
        raise _bad_flow(text, BadRow(0, "file", "not there"))

    def read(row: Mapping[str, str]) -> Mapping[str, str] | tuple[str, str]:
        sound = _positive(row["flow_factor"]) is not None
        return row if sound else ("flow_factor", row["flow_factor"] or "(empty)")

    rows, bad = read_own_table(path.read_text(encoding="utf-8"), FLOW_TEMPLATE, read)
    if bad:
        raise _bad_flow(text, bad[0])
    factors = np.full(len(areas), otherwise)
    for row in rows:
        factors[areas.position(row["area_code"])] = float(row["flow_factor"])
    return factors


def _positive(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _bad_flow(text: str, row: BadRow) -> Problem:
    return Problem(
        "workforce.flow-factor", where=text, given=text, line=row.line, field=row.field, reason=row.reason
    )


def _print_other(made: Tabled, wanted: list[str], prefecture: str | None, form: Form) -> None:
    print_rows(
        made.columns,
        [made.rows[position] for position in _chosen(made.areas, wanted, prefecture)],
        form,
        notes=(caution(), *said("unconfirmed" if made.unconfirmed else "")),
        facts={"classes": [kind.value for kind in made.classes], "unconfirmed": made.unconfirmed},
        decimals=3,
    )


def _chosen(areas: AreaSet, wanted: list[str], prefecture: str | None) -> list[int]:
    chosen = {areas.position(areas.find(text).code) for text in wanted}
    if prefecture is not None:
        found = [areas.position(area.code) for area in areas.within(prefecture)]
        if not found:
            raise unknown_prefecture(prefecture, areas)
        chosen |= set(found)
    return sorted(chosen) if wanted or prefecture else list(range(len(areas)))
