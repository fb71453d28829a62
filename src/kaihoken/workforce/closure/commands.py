"""`kaihoken workforce closure`: if this facility closed, merged, moved or opened on fewer days."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.problems import Problem
from kaihoken.workforce.access import (
    AGE_BANDS,
    BED_REPORT,
    HOSPITALS,
    FolderOption,
    LinksOption,
    Measured,
    Measuring,
    RegionOption,
    Settlements,
    TimeOption,
    TimesOption,
    TravelKeyOption,
    TravelOption,
    coverage,
    measure,
    municipalities,
    published_facilities,
    thin,
    travel_rule,
)
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.closure.edits import (
    CloseDepartment,
    CloseFacility,
    Edit,
    MergeFacilities,
    MoveFacility,
    ShortenDays,
    edited,
)
from kaihoken.workforce.closure.effects import Effect, Need, NeedKind, effect
from kaihoken.workforce.printing import Cell, Form, FormOption, Row, print_rows

COLUMNS = (
    "municipality_code",
    "municipality",
    "limit",
    "residents",
    "within_before",
    "within_after",
    "newly_beyond",
    "newly_within",
    *(f"newly_beyond_{band}" for band in AGE_BANDS),
)


class NeedName(StrEnum):
    """What is looked for, as the option names it; a department is given by `--department`."""

    EMERGENCY = "emergency"
    DELIVERY = "delivery"
    ANY = "any"


def closure(
    facility: Annotated[
        str | None, typer.Argument(help="施設の ID か公表名 / id or published name of a facility")
    ] = None,
    need: Annotated[
        NeedName, typer.Option(help="何への到達か: 救急・分娩・すべて / what people go there for")
    ] = NeedName.EMERGENCY,
    department: Annotated[
        str | None,
        typer.Option(help="この診療科への到達をみる / look for this department (内科, surgery …)"),
    ] = None,
    only_department: Annotated[
        bool,
        typer.Option(
            "--only-department", help="施設ではなく --department だけを閉じる / close that department only"
        ),
    ] = False,
    into: Annotated[str | None, typer.Option(help="統合先の施設 / merge into this facility")] = None,
    move: Annotated[str | None, typer.Option(help="移転先 緯度,経度 / move to LAT,LNG (degrees)")] = None,
    days: Annotated[
        float | None, typer.Option(help="診療日を週この日数に短縮 / open so many days a week")
    ] = None,
    least_days: Annotated[
        float,
        typer.Option(help="週この日数以上ひらく施設だけを数える / count those open so many days at least"),
    ] = 0.0,
    edits: Annotated[
        Path | None, typer.Option(help="変更の一覧 (JSON) / a list of changes instead", exists=True)
    ] = None,
    limit: Annotated[list[float] | None, typer.Option(help="分 / minutes (30, 60)")] = None,
    area: RegionOption = None,
    travel: TravelOption = "",
    travel_key: TravelKeyOption = "",
    times: TimesOption = None,
    links: LinksOption = None,
    data: FolderOption = None,
    season: TimeOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """施設を廃止・統合・移転・短縮したら、だれが 30 分・60 分をこえるか / who is then beyond 30 or 60 minutes."""
    today = SystemClock().today()
    asked_distances = Measuring(travel, travel_key, times, links, data, season)
    codes = municipalities(area, area_set("330")) if area is not None else None
    people, facilities = asked_distances.people(codes), published_facilities()
    changes = _edits(facility, department if only_department else None, into, move, days, edits)
    limits = tuple(sorted(limit or (30.0, 60.0)))
    asked = (
        Need(NeedKind.DEPARTMENT, department, least_days=least_days)
        if department
        else Need(NeedKind(need.value), least_days=least_days)
    )
    measured = measure(asked_distances, travel_rule(today), today)
    found = effect(people, facilities, edited(facilities, changes), asked, measured.distances, limits)
    print_rows(
        COLUMNS,
        _rows(found, people),
        form,
        notes=_notes(found, measured),
        facts={
            "edits": msgspec.to_builtins(changes),
            "need": msgspec.to_builtins(asked),
            "distances": measured.facts(),
            "people": {"farther": found.farther, "added_minutes": found.added, "reach_none_now": found.lost},
        },
        decimals=0,
    )


def _edits(
    facility: str | None,
    department: str | None,
    into: str | None,
    move: str | None,
    days: float | None,
    file: Path | None,
) -> list[Edit]:
    if file is not None:
        try:
            return msgspec.json.decode(file.read_bytes(), type=list[Edit])
        except msgspec.DecodeError as error:
            raise Problem("workforce.edits-unreadable", where=str(file.name), reason=str(error)) from error
    if facility is None:
        raise Problem("workforce.edits-unreadable", where="FACILITY", reason="no facility and no --edits")
    if into is not None:
        return [MergeFacilities(facility, into)]
    if move is not None:
        return [MoveFacility(facility, *_place(move))]
    if days is not None:
        return [ShortenDays(facility, days)]
    return [CloseFacility(facility)] if department is None else [CloseDepartment(facility, department)]


def _place(text: str) -> tuple[float, float]:
    try:
        north, east = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Problem("workforce.edits-unreadable", where="--move", reason=f"{text}: not LAT,LNG") from error
    return north, east


def _rows(found: Effect, people: Settlements) -> list[Row]:
    rows: list[Row] = []
    for row in found.touched():
        code = found.before.codes[row]
        known = people.municipalities.get(code)
        for at, limit in enumerate(found.before.limits):
            cells: dict[str, Cell] = {
                "municipality_code": code,
                "municipality": f"{known.prefecture}{known.name}" if known else None,
                "limit": limit,
                "residents": float(found.before.people[row, -1]),
                "within_before": float(found.before.within[at, row, -1]),
                "within_after": float(found.after.within[at, row, -1]),
                "newly_beyond": float(found.newly_beyond[at, row, -1]),
                "newly_within": float(found.newly_within[at, row, -1]),
            }
            for column, band in enumerate(AGE_BANDS):
                cells[f"newly_beyond_{band}"] = float(found.newly_beyond[at, row, column])
            rows.append(cells)
    return rows


def _notes(found: Effect, measured: Measured) -> tuple[str, ...]:
    reached = found.reach_before
    people = reached.settlements
    sparse = thin(coverage())
    touched = {found.before.codes[row][:2] for row in found.touched()}
    notes = [
        "仮定の計算で、計画ではありません / a what-if, no plan",
        *measured.notes(),
        people.assumption,
        *(shipped.credit(name) for name in (HOSPITALS, BED_REPORT)),
        *people.credits,
    ]
    if reached.unplaced or reached.roughly_placed:
        notes.append(
            f"場所のわからない施設 {reached.unplaced}, 役所の位置で代えた施設 {reached.roughly_placed} / "
            "facilities without a place, and placed at the municipal office"
        )
    if touched & set(sparse):
        notes.append("施設の一覧が薄い都道府県を含みます / the lists of facilities are thin here")
    return tuple(notes)
