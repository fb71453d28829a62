"""`kaihoken workforce birth areas|reach|aid`: where births are handled, how far that is, what the aid comes to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.problems import Problem
from kaihoken.workforce.access import (
    BED_REPORT,
    FolderOption,
    LinksOption,
    Measured,
    Measuring,
    RegionOption,
    TimeOption,
    TimesOption,
    TravelKeyOption,
    TravelOption,
    coverage,
    measure,
    municipalities,
    published_facilities,
    settlements,
    thin,
    travel_rule,
)
from kaihoken.workforce.areas import AreaSet, area_set, prefectures
from kaihoken.workforce.birth.aid import Aid, AidedWay, Trip, birth_travel_rules, travel_aid
from kaihoken.workforce.birth.far_births import CENTRES_TABLE, FarBirths, births_by_ward, far_births
from kaihoken.workforce.birth.perinatal import (
    DeliveryByArea,
    count_differences,
    delivery_by_area,
    read_centres,
    read_perinatal_areas,
)
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables import municipal_places, perinatal_areas

AREA_COLUMNS: Final = ("code", "area", "facilities", "deliveries", "not_known", "state")
REACH_COLUMNS: Final = (
    "municipality_code",
    "municipality",
    "births",
    "ordinary_far",
    "high_risk_far",
    "high_risk_unknown",
    "unreachable",
)
AID_COLUMNS: Final = ("fares", "lodging", "total", "nation", "prefecture", "municipality")

PerinatalOption = Annotated[
    Path | None,
    typer.Option(
        "--perinatal",
        help="周産期医療圏の市区町村（CSV: municipality_code,area_code,area_name） / perinatal areas",
        exists=True,
    ),
]

app = typer.Typer(help="出産: 分娩施設と支援 / where births are handled, and the aid", no_args_is_help=True)


@app.callback()
def _birth() -> None:
    """出産: 分娩施設と支援 / where births are handled, and the aid."""


@app.command()
def areas(
    perinatal: PerinatalOption = None,
    without: Annotated[
        bool, typer.Option("--without", help="分娩を扱う施設のない圏域だけ / areas without one alone")
    ] = False,
    form: FormOption = Form.TABLE,
) -> None:
    """分娩を扱う施設と件数（周産期医療圏の表がなければ 330 圏域） / facilities with deliveries by area."""
    grouped, bad_rows = _grouping(perinatal)
    facilities = published_facilities()
    members = {str(code): str(area) for code, area in grouped.of_municipality.items()}
    found = delivery_by_area(facilities, tuple(str(code) for code in grouped.codes), members)
    rows = [row for row in _area_rows(found, grouped) if not without or row["state"] == "none"]
    published = sum(one.perinatal for one in perinatal_areas().values())
    print_rows(
        AREA_COLUMNS,
        rows,
        form,
        notes=_area_notes(grouped, perinatal, bad_rows, published),
        facts={
            "areas": len(grouped),
            "without": len(found.without()),
            "undecided": len(found.undecided()),
            "perinatal_areas_published": published,
            "state": "computed" if perinatal is not None else "waiting",
            "differences": [
                {"prefecture": one.prefecture, "given": one.given, "published": one.published}
                for one in (count_differences(grouped) if perinatal is not None else ())
            ],
        },
        decimals=0,
    )


@app.command()
def reach(
    area: RegionOption = None,
    centres: Annotated[
        Path | None,
        typer.Option(
            help="周産期母子医療センター（CSV: facility_id,level） / perinatal centres", exists=True
        ),
    ] = None,
    travel: TravelOption = "",
    travel_key: TravelKeyOption = "",
    times: TimesOption = None,
    links: LinksOption = None,
    data: FolderOption = None,
    season: TimeOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """分娩を扱う施設まで 60 分以上の出生数（正常・ハイリスク） / births an hour or more from one."""
    today = SystemClock().today()
    asked = Measuring(travel, travel_key, times, links, data, season)
    people = asked.people(municipalities(area, area_set("330")) if area is not None else None)
    measured = measure(asked, travel_rule(today), today)
    facilities = published_facilities()
    listed, bad = (None, ()) if centres is None else read_centres(centres.read_text("utf-8"), facilities)
    each = municipal_places()
    births = births_by_ward(settlements(), dict(zip(each.codes, each.births.tolist(), strict=True)))
    rule = birth_travel_rules(today)
    found = far_births(people, facilities, measured.distances, rule, births, listed)
    ordinary, high_risk = found.births_by_way(high_risk=False), found.births_by_way(high_risk=True)
    print_rows(
        REACH_COLUMNS,
        list(_reach_rows(found)),
        form,
        notes=_reach_notes(found, measured, len(bad), centres is not None),
        facts={
            "distance": measured.facts(),
            "minutes": rule.minutes,
            "births": float(found.births.sum()),
            "ordinary": {way.value: ordinary[way] for way in AidedWay},
            "high_risk": {way.value: high_risk[way] for way in AidedWay},
            "centres": "computed" if centres is not None else "waiting",
            "assumption": found.assumption,
        },
        decimals=1,
    )


@app.command()
def aid(
    taxi: Annotated[list[int] | None, typer.Option(help="タクシー代（円、片道ごと） / yen by taxi")] = None,
    fare: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PAID/TARIFF", help="ほかの運賃: 実費/旅費規程の額 / other fares: paid/regulation"
        ),
    ] = None,
    night: Annotated[list[int] | None, typer.Option(help="宿泊費（円、1 泊ごと） / yen for a night")] = None,
    cap: Annotated[
        int | None, typer.Option(help="旅費規程の宿泊の額 / lodging amount of the regulation")
    ] = None,
    unit: Annotated[
        int | None,
        typer.Option(help="端数を切る単位（1 か 100 円） / yen below which odd ones are dropped", min=1),
    ] = None,
    form: FormOption = Form.TABLE,
) -> None:
    """遠方の出産の交通費・宿泊費の支援額 / the aid for fares and nights of a birth far away, in yen."""
    trips = [Trip(yen, taxi=True) for yen in taxi or ()] + [_trip(text) for text in fare or ()]
    rule = birth_travel_rules(SystemClock().today())
    found = travel_aid(trips, night or (), rule, cap=cap, unit=unit)
    print_rows(
        AID_COLUMNS,
        [aid_row(found)],
        form,
        notes=(
            f"端数の扱いは書かれていない（{found.rounding_status.value}） / how odd yen are dropped is not stated",
            f"交通費は {rule.fare_percent}%、宿泊は 1 泊 {rule.own_share_per_night} 円をこえる分、{rule.nights} 泊まで",
        ),
        facts={"rounding_status": found.rounding_status.value},
    )


def aid_row(found: Aid) -> Row:
    """An amount with its bearers."""
    return {
        "fares": found.fares,
        "lodging": found.lodging,
        "total": found.total,
        "nation": found.nation,
        "prefecture": found.prefecture,
        "municipality": found.municipality,
    }


def _trip(text: str) -> Trip:
    paid, slash, tariff = text.partition("/")
    if not paid.isdecimal() or (slash and not tariff.isdecimal()):
        raise Problem("workforce.fare-without-tariff", where=f"--fare {text}", number=1)
    return Trip(int(paid), tariff=int(tariff) if slash else None)


def _grouping(perinatal: Path | None) -> tuple[AreaSet, int]:
    if perinatal is None:
        return area_set("330"), 0
    grouped, bad = read_perinatal_areas(perinatal.read_text("utf-8"))
    return grouped, len(bad)


def _area_rows(found: DeliveryByArea, grouped: AreaSet) -> Iterator[Row]:
    none, undecided = set(found.without()), set(found.undecided())
    for row, area in enumerate(grouped.areas):
        code = str(area.code)
        yield {
            "code": code,
            "area": f"{area.prefecture} {area.name}",
            "facilities": int(found.facilities[row]),
            "deliveries": float(found.deliveries[row]) if code not in undecided else None,
            "not_known": int(found.not_known[row]),
            "state": "none" if code in none else "undecided" if code in undecided else "some",
        }


def _area_notes(grouped: AreaSet, perinatal: Path | None, bad_rows: int, published: int) -> tuple[str, ...]:
    waits = (
        f"周産期医療圏（公表の数 {published}）の市区町村は入力待ち（--perinatal）: 330 圏域で代えた / "
        "which municipality lies in which perinatal area is not published: the 330 areas stand in"
    )
    return (
        *([waits] if perinatal is None else []),
        *([f"使わなかった行 {bad_rows} / rows left out"] if bad_rows else []),
        "病床機能報告の施設。助産所は入っていない / facilities of the bed report, without midwives' homes",
        shipped.credit(BED_REPORT),
    )


def _reach_rows(found: FarBirths) -> Iterator[Row]:
    """Municipalities in which a birth is far, or may be."""
    people = found.settlements
    for code, counts in found.by_municipality().items():
        known = people.municipalities.get(code)
        yield {
            "municipality_code": code,
            "municipality": f"{known.prefecture}{known.name}" if known else None,
            "births": counts.births,
            "ordinary_far": counts.ordinary_far,
            "high_risk_far": counts.high_risk_far,
            "high_risk_unknown": counts.high_risk_unknown,
            "unreachable": counts.unreachable,
        }


def _reach_notes(found: FarBirths, measured: Measured, bad_rows: int, listed: bool) -> tuple[str, ...]:
    sparse = set(thin(coverage())) & {str(code)[:2] for code in found.settlements.municipality}
    names = "・".join(name for code, name in prefectures().items() if code in sparse)
    return (
        *measured.notes(),
        *([] if listed else [f"入力待ち（--centres）: {CENTRES_TABLE} / perinatal centres are awaited"]),
        *([f"使わなかった行 {bad_rows} / rows left out"] if bad_rows else []),
        *([f"施設の一覧が薄い: {names} / thin lists of facilities"] if names else []),
        "出生数は市区町村のものを 15–64 歳の住民で分けた（仮定） / births spread over residents of 15 to 64",
        *found.settlements.credits,
        municipal_places().source.credit,
        shipped.credit(BED_REPORT),
    )
