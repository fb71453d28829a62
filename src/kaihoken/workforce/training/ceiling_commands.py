"""`kaihoken workforce ceilings`: 専攻医シーリング, the seats of one ceiling in parts, or which cells are under it."""

import math
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final

import typer

from kaihoken.problems import Problem
from kaihoken.workforce.areas import prefectures
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables import LongTable, load_sound
from kaihoken.workforce.training.asking import OnOption, TablesOption, day_of, standing_of
from kaihoken.workforce.training.ceiling_amounts import CeilingAmounts, legacy_amounts, published_amounts
from kaihoken.workforce.training.ceilings import CeilingRules, CellFigures, under_ceiling

AMOUNT_COLUMNS: Final = ("part", "part_ja", "seats", "how")
CELL_COLUMNS: Final = ("prefecture_code", "prefecture", "specialty", "held", "conditions", "waiting")


def ceilings(
    tables: TablesOption = None,
    normal: Annotated[float | None, typer.Option(help="通常の数（公表） / normal seats as published")] = None,
    partner: Annotated[
        float | None, typer.Option(help="連携の数（公表） / partner seats as published")
    ] = None,
    limited: Annotated[
        float, typer.Option(help="連携のうち都道府県限定 / of them limited to prefectures")
    ] = 0.0,
    special: Annotated[float, typer.Option(help="特別地域連携（公表） / special seats as published")] = 0.0,
    mean_hires: Annotated[
        float | None, typer.Option(help="3年の平均採用数 A / mean hires of three years, A")
    ] = None,
    needed: Annotated[
        float | None, typer.Option(help="年間の養成が要る数 B / training needed a year, B")
    ] = None,
    partner_share: Annotated[float, typer.Option(help="連携の割合 0.10–0.20 / the share of 連携")] = 0.20,
    contribution: Annotated[
        float | None, typer.Option(help="地域貢献率 / share of months outside the ceiling")
    ] = None,
    on: OnOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """専攻医シーリング: 数の内訳か、対象の判定 / the seats of a ceiling in parts, or the cells under it."""
    day = day_of(on)
    notes, facts = standing_of(CeilingRules, on=day)
    if tables is not None:
        table = load_sound("ceiling-cells", tables)
        print_rows(CELL_COLUMNS, list(_cells(table, day)), form, notes=notes, facts=facts)
        return
    if mean_hires is not None and needed is not None:
        if contribution is None:
            raise Problem(
                "workforce.training-input",
                where="--contribution",
                input="--contribution",
                reason="地域貢献率",
            )
        found = legacy_amounts(
            mean_hires, needed, partner_share=partner_share, contribution=contribution, on=day
        )
    elif partner is not None:
        found = published_amounts(normal, partner, limited, special, on=day)
    else:
        raise typer.BadParameter("--tables FOLDER | --partner N | --mean-hires A --needed B")
    print_rows(AMOUNT_COLUMNS, _amounts(found), form, notes=notes, facts=facts, decimals=2)


def _amounts(found: CeilingAmounts) -> list[Row]:
    within = None if found.normal is None else found.normal + found.partner
    return [
        {"part": part, "part_ja": name, "seats": seats, "how": how}
        for part, name, seats, how in (
            ("normal", "通常", found.normal, ""),
            ("partner", "連携", found.partner, ""),
            ("limited", "うち都道府県限定", found.prefecture_limited, "連携の内数。足さない"),
            ("within", "シーリング内の計", within, "通常 + 連携"),
            ("special", "特別地域連携", found.special, "シーリングの外"),
            ("total", "合計", found.total, "通常 + 連携 + 特別地域連携"),
        )
    ]


def _cells(table: LongTable, day: date) -> Iterator[Row]:
    """Each prefecture and specialty of the table; a figure that the rule asks for and that is not there is named."""
    names = {str(code): name for code, name in prefectures().items()}
    cells: dict[tuple[str, str], dict[str, dict[int, float]]] = {}
    for place, specialty, measure, year, value in zip(
        *(table.keys[key].tolist() for key in ("place", "second", "measure", "year")),
        table.values.tolist(),
        strict=True,
    ):
        if not math.isnan(value):
            cells.setdefault((place, specialty), {}).setdefault(measure, {})[int(year)] = value
    for (place, specialty), figures in cells.items():
        row = {"prefecture_code": place, "prefecture": names[place], "specialty": specialty}
        cell = CellFigures(*(figures.get(name, {}) for name in ("doctors", "required", "hires")))
        try:
            found = under_ceiling(specialty, cell, on=day)
        except Problem as problem:
            if problem.code != "workforce.training-input":
                raise
            yield {**row, "held": None, "waiting": str(problem.facts["input"])}
            continue
        conditions = "; ".join(
            f"{one.name}: {one.left:g} / {one.right:g} {'○' if one.holds else '×'}"
            for one in found.conditions
        )
        yield {**row, "held": found.held, "conditions": conditions or None}
