"""`kaihoken workforce successors`: clinics whose doctors reach an age without a successor, and where none is left."""

from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.problems import Problem
from kaihoken.workforce.access import HOSPITALS, Facilities, published_facilities
from kaihoken.workforce.closure.succession import TEMPLATE, Outlook, outlook, read_clinic_doctors
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables import BadRow, municipal_residents

COLUMNS: Final = ("retire_at", "year", "clinics", "closing", "left_with_none", "municipalities")
MUNICIPALITY_COLUMNS: Final = (
    "retire_at",
    "year",
    "municipality_code",
    "municipality",
    "clinics_at_start",
    "clinics",
    "rounds",
)
_AGES: Final = (75, 80)
_SPAN: Final = 15
_MOST_YEARS: Final = 50


def successors(
    ages: Annotated[
        Path | None,
        typer.Argument(help=f"年齢の表（CSV: {TEMPLATE.strip()}） / the table of ages", exists=True),
    ] = None,
    retire_at: Annotated[
        list[int] | None,
        typer.Option(help="この年齢の年末まで働く（75 と 80） / works to the end of that year"),
    ] = None,
    first: Annotated[int | None, typer.Option("--from", help="最初の年 / the first year")] = None,
    last: Annotated[int | None, typer.Option("--to", help="最後の年 / the last year")] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help="承継のきまった施設の ID / a facility that somebody takes over")
    ] = None,
    rounds: Annotated[
        list[str] | None,
        typer.Option(help="巡回のある市区町村のコード / a municipality to which rounds come"),
    ] = None,
    unknown_stays: Annotated[
        bool,
        typer.Option("--unknown-stays", help="後継者が不明なら続くとみなす / unknown counts as a successor"),
    ] = False,
    by_municipality: Annotated[
        bool, typer.Option("--by-municipality", help="市区町村ごとの行 / a row for each that loses a clinic")
    ] = False,
    edits: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="最後の年までの閉院を closure --edits の形で書く / the closures as edits"
        ),
    ] = None,
    empty: Annotated[
        bool, typer.Option("--template", help="書きこむ CSV を出す / print the CSV to fill in")
    ] = False,
    form: FormOption = Form.TABLE,
) -> None:
    """後継者のいない診療所と、診療所がなくなる市区町村 / clinics without a successor, and who is left with none."""
    if empty:
        typer.echo(TEMPLATE, nl=False)
        return
    if ages is None:
        raise Problem("workforce.awaiting-table", where="AGES", table=TEMPLATE.strip())
    facilities = published_facilities()
    doctors, bad = read_clinic_doctors(ages.read_text(encoding="utf-8"), facilities)
    years = _years(first, last)
    found = [
        outlook(
            facilities,
            doctors,
            years,
            retire_at=age,
            kept=keep or (),
            rounds_to=rounds or (),
            unknown_closes=not unknown_stays,
        )
        for age in retire_at or _AGES
    ]
    if edits is not None:
        edits.write_bytes(msgspec.json.encode(found[0].closures(years[-1])))
    columns = MUNICIPALITY_COLUMNS if by_municipality else COLUMNS
    made = [row for one in found for row in (_places(one) if by_municipality else _by_year(one))]
    print_rows(columns, made, form, notes=_notes(found[0], bad, facilities), decimals=0)


def _years(first: int | None, last: int | None) -> tuple[int, ...]:
    begin = first or SystemClock().today().year
    end = last or begin + _SPAN
    if not begin <= end <= begin + _MOST_YEARS:
        raise Problem(
            "workforce.year-not-computed", where="--to", year=end, first=begin, last=begin + _MOST_YEARS
        )
    return tuple(range(begin, end + 1))


def _by_year(found: Outlook) -> list[Row]:
    names = _names()
    rows: list[Row] = []
    for at, year in enumerate(found.years):
        gone = found.left_with_none(year)
        rows.append(
            {
                "retire_at": found.retire_at,
                "year": year,
                "clinics": int(found.open_clinics[at].sum()),
                "closing": len(found.closing[at]),
                "left_with_none": len(gone),
                "municipalities": "、".join(f"{code} {names.get(code, '')}".strip() for code in gone),
            }
        )
    return rows


def _places(found: Outlook) -> list[Row]:
    """A row for each year in which a municipality has fewer clinics than the year before."""
    names = _names()
    rows: list[Row] = []
    before = found.at_start
    for at, year in enumerate(found.years):
        now = found.open_clinics[at]
        for column in (now < before).nonzero()[0]:
            code = found.municipalities[column]
            rows.append(
                {
                    "retire_at": found.retire_at,
                    "year": year,
                    "municipality_code": code,
                    "municipality": names.get(code),
                    "clinics_at_start": int(found.at_start[column]),
                    "clinics": int(now[column]),
                    "rounds": bool(found.served[column]),
                }
            )
        before = now
    return rows


def _names() -> dict[str, str]:
    people = municipal_residents()
    return {
        code: f"{prefecture}{name}"
        for code, prefecture, name in zip(people.codes, people.prefectures, people.names, strict=True)
    }


def _notes(found: Outlook, bad: tuple[BadRow, ...], facilities: Facilities) -> tuple[str, ...]:
    return (
        "仮定の計算で、計画ではありません / a what-if, no plan",
        f"年齢のわからない診療所 {found.age_unknown:,} は続くとしています / clinics whose ages are not known stay open",
        shipped.credit(HOSPITALS),
        *(f"{one.line} 行目 {one.field}: {one.reason}" for one in bad),
    )
