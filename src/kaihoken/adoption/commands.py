"""`kaihoken adoption sheet|quote|rollout`: what a clinic asks before it buys."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kaihoken.adoption.checking import check_quote
from kaihoken.adoption.comparing import compared
from kaihoken.adoption.counts import read_counts
from kaihoken.adoption.facts import read_facts
from kaihoken.adoption.law import FacilityKind
from kaihoken.adoption.quote import read_quote
from kaihoken.adoption.reading import content_of
from kaihoken.adoption.rollout import rollout
from kaihoken.adoption.sheet import adoption_sheet
from kaihoken.adoption.template import FACTS_TEMPLATE
from kaihoken.adoption.terminal import quote_lines, quotes_lines, rollout_lines, sheet_lines
from kaihoken.adoption.told import Data, as_json, quote_data, quotes_data, rollout_data, sheet_data
from kaihoken.clock import SystemClock
from kaihoken.options import AsJson

app = typer.Typer(help="導入の前に確かめる / what a clinic asks before it buys", no_args_is_help=True)

_FINDINGS = 1

OnDay = Annotated[
    datetime | None,
    typer.Option(
        "--order-on", formats=["%Y-%m-%d"], help="カードリーダーを申し込む日 / the day of the order (today)"
    ),
]


@app.callback()
def _adoption() -> None:
    """導入の判断 / before buying."""


@app.command("sheet")
def show_sheet(
    facts: Annotated[
        Path | None, typer.Argument(help="FACTS.yaml（docs/adoption.md）", show_default=False)
    ] = None,
    empty: Annotated[
        bool, typer.Option("--template", help="FACTS.yaml のひな型を出す / print an empty form of the file")
    ] = False,
    as_json_: AsJson = False,
) -> int:
    """補助・自己負担・採算・返納・義務をまとめる / subsidy, own cost, break-even, what goes back, duties."""
    if empty:
        sys.stdout.write(FACTS_TEMPLATE)
        return 0
    if facts is None:
        raise typer.BadParameter("FACTS.yaml", param_hint="FACTS")
    sheet = adoption_sheet(read_facts(content_of(facts), facts.name), SystemClock().today())
    return _say(sheet_data(sheet), sheet_lines(sheet), as_json_)


@app.command("quote")
def show_quote(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="見積書 YAML / CSV、いくつかなら比べる", show_default=False),
    ],
    facility: Annotated[
        FacilityKind, typer.Option("--facility", help="施設の種類 / kind of facility")
    ] = FacilityKind.CLINIC,
    order_on: OnDay = None,
    as_json_: AsJson = False,
) -> int:
    """見積書を読み、ない行・重なり・補助の対象を示し、いくつかなら並べる / what of quotes is usual, missing, double."""
    on = order_on.date() if order_on is not None else SystemClock().today()
    quotes = [check_quote(read_quote(content_of(file), file.name), facility, on) for file in files]
    if len(quotes) == 1:
        _say(quote_data(quotes[0]), quote_lines(quotes[0]), as_json_)
    else:
        quotes = [
            replace(quote, seller=quote.seller or file.name)
            for quote, file in zip(quotes, files, strict=True)
        ]
        lines = compared(quotes, on)
        _say(quotes_data(quotes, lines), quotes_lines(quotes, lines), as_json_)
    return _FINDINGS if any(quote.findings for quote in quotes) else 0


@app.command("rollout")
def show_rollout(
    file: Annotated[Path, typer.Argument(help="月ごとの数 CSV: month,ready,total", show_default=False)],
    months: Annotated[int, typer.Option("--months", min=1, max=120, help="先の月数 / months ahead")] = 12,
    aim: Annotated[float, typer.Option("--aim", min=1, max=100, help="めざす割合 / percent to reach")] = 95,
    as_json_: AsJson = False,
) -> int:
    """月ごとの準備完了の数から先を見通す / project readiness from monthly counts, with a range and its error."""
    found = rollout(read_counts(content_of(file), file.name), months, aim / 100)
    return _say(rollout_data(found), rollout_lines(found), as_json_)


def _say(data: Data, lines: Iterable[str], json: bool) -> int:
    sys.stdout.write(as_json(data).decode() + "\n" if json else "".join(f"{line}\n" for line in lines))
    return 0
