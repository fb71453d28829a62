"""出産: births an hour or more from a delivery facility, areas without one, and the aid for the way in yen."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from kaihoken.planner.access_page import percent, persons
from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.reaching import Ways, geography, people_across_sea, ways_of
from kaihoken.problems import Problem
from kaihoken.workforce import AreaSet, Row, as_csv
from kaihoken.workforce.birth import (
    Aid,
    BirthsOf,
    FarBirths,
    Trip,
    birth_travel_rules,
    delivery_by_area,
    far_births,
    perinatal_set,
    travel_aid,
)
from kaihoken.workforce.closure import Need, NeedKind
from kaihoken.workforce.portrait import Atlas
from kaihoken.workforce.tables import municipal_places, perinatal_areas

COLUMNS: Final = (
    "municipality_code",
    "municipality",
    "births",
    "ordinary_far",
    "high_risk_far",
    "high_risk_unknown",
    "unreachable",
)
_MOST_YEN: Final = 1_000_000
_MOST_NIGHTS: Final = 60
_DELIVERY: Final = Need(NeedKind.DELIVERY)


def birth(atlas: Atlas, asked: Asked) -> Shown:
    """The country by prefecture, or the municipalities of the one asked for (`prefecture`); areas without deliveries;
    and the aid for what was paid. Problems `workforce.area-unknown`, `planner.scenario-query`."""
    chosen = asked.query.get("prefecture", "")
    prefecture = atlas.prefectures.areas.find(chosen) if chosen else None
    ways = ways_of(atlas, asked)
    found = _far(ways)
    each = found.by_municipality()
    grouped = perinatal_set(atlas.data) or atlas.index.areas
    rows = _within(found, each, str(prefecture.code)) if prefecture else _by_prefecture(atlas, each)
    delivery = delivery_by_area(
        geography().facilities,
        tuple(str(code) for code in grouped.codes),
        {str(code): str(area) for code, area in grouped.of_municipality.items()},
    )
    return Shown(
        "birth.html",
        {
            "prefecture": prefecture,
            "minutes": birth_travel_rules(asked.today).minutes,
            "births": persons(float(found.births.sum())),
            "far": persons(sum(one.ordinary_far for one in each.values())),
            "rows": [(code, name, *_shown(one)) for code, name, one in rows],
            "waiting": grouped is atlas.index.areas,
            "perinatal": sum(one.perinatal for one in perinatal_areas().values()),
            "without": _named(grouped, delivery.without()),
            "undecided": _named(grouped, delivery.undecided()),
            "areas": len(grouped),
            "asked": {name: asked.query.get(name, "") for name in _FIELDS},
            "aid": _aid(asked),
            "rule": birth_travel_rules(asked.today),
            "reach": found.to_facility,
            "how": ways.measured,
            "sea": persons(people_across_sea(_DELIVERY, ways)),
            "credits": (*geography().credits, municipal_places().source.credit),
        },
    )


def birth_csv(atlas: Atlas, asked: Asked) -> File:
    """Every municipality for a spreadsheet."""
    found = _far(ways_of(atlas, asked))
    known = found.settlements.municipalities
    rows: list[Row] = [
        {
            "municipality_code": code,
            "municipality": f"{known[code].prefecture}{known[code].name}" if code in known else code,
            "births": one.births,
            "ordinary_far": one.ordinary_far,
            "high_risk_far": one.high_risk_far,
            "high_risk_unknown": one.high_risk_unknown,
            "unreachable": one.unreachable,
        }
        for code, one in found.by_municipality().items()
    ]
    text = as_csv(COLUMNS, rows)
    return File(b"\xef\xbb\xbf" + text.encode(), "text/csv; charset=utf-8", "kaihoken-birth.csv")


_FIELDS: Final[Mapping[str, int]] = {
    "taxi": _MOST_YEN,
    "paid": _MOST_YEN,
    "tariff": _MOST_YEN,
    "nights": _MOST_NIGHTS,
    "night": _MOST_YEN,
    "cap": _MOST_YEN,
}
"""What the calculator asks, with the most that can be meant."""


@lru_cache(maxsize=8)
def _far(ways: Ways) -> FarBirths:
    land, each = geography(), municipal_places()
    births = dict(zip(each.codes, each.births.tolist(), strict=True))
    rule = birth_travel_rules(ways.today)
    return far_births(land.settlements, land.facilities, ways.distances, rule, births)


def _by_prefecture(atlas: Atlas, each: Mapping[str, BirthsOf]) -> Iterator[tuple[str, str, BirthsOf]]:
    for area in atlas.prefectures.areas.areas:
        code = str(area.prefecture_code)
        yield code, area.name, _sum([one for member, one in each.items() if member.startswith(code)])


def _within(
    found: FarBirths, each: Mapping[str, BirthsOf], prefecture: str
) -> Iterator[tuple[str, str, BirthsOf]]:
    known = found.settlements.municipalities
    for code, one in each.items():
        if code.startswith(prefecture):
            yield code, known[code].name if code in known else code, one


def _sum(parts: list[BirthsOf]) -> BirthsOf:
    return BirthsOf(
        sum(one.births for one in parts),
        sum(one.ordinary_far for one in parts),
        sum(one.high_risk_far for one in parts),
        sum(one.high_risk_unknown for one in parts),
        sum(one.unreachable for one in parts),
    )


def _shown(one: BirthsOf) -> tuple[str, str, str, str]:
    share = percent(one.ordinary_far, one.births)
    return persons(one.births), persons(one.ordinary_far), share, persons(one.high_risk_unknown)


def _named(areas: AreaSet, codes: tuple[str, ...]) -> list[str]:
    return [f"{area.prefecture} {area.name}" for area in areas.areas if area.code in codes]


def _aid(asked: Asked) -> Aid | None:
    """The aid for what stands in the query; None where nothing does."""
    yen = {name: _whole(asked, name, most) for name, most in _FIELDS.items()}
    if not any(yen.values()):
        return None
    trips = [Trip(yen["taxi"], taxi=True)] if yen["taxi"] else []
    if yen["paid"]:
        trips.append(Trip(yen["paid"], tariff=yen["tariff"] if asked.query.get("tariff") else None))
    nights = [yen["night"]] * yen["nights"]
    cap = yen["cap"] if asked.query.get("cap") else None
    return travel_aid(trips, nights, birth_travel_rules(asked.today), cap=cap)


def _whole(asked: Asked, name: str, most: int) -> int:
    text = asked.query.get(name, "").strip() or "0"
    if not text.isdecimal() or int(text) > most:
        raise Problem("planner.scenario-query", where=name, name=name, value=text, first=0, last=most)
    return int(text)
