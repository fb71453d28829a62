"""`kaihoken workforce rurality`: a scale of rurality by area or municipality, with the weights of whoever asks."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import typer

from kaihoken.problems import Problem
from kaihoken.workforce.access.measuring import FolderOption
from kaihoken.workforce.access.region import SetOption, set_named
from kaihoken.workforce.access.rural_places import (
    RuralGroups,
    RuralPlaces,
    of_areas,
    rural_groups,
    rural_places,
)
from kaihoken.workforce.access.rurality import FACTORS, Factor
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows

COLUMNS: Final = ("code", "name", "people", "rank", "density", "distance_km")

WAITING: Final[Mapping[Factor, str]] = {"island": "離島", "snow": "特別豪雪地帯"}

LoadingOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--loading",
        metavar="FACTOR=WEIGHT",
        help="因子負荷（density distance island snow、公表の値は見つかっていない） / a loading, none found published",
    ),
]
EstimateOption: TypeAlias = Annotated[
    bool,
    typer.Option("--estimate", help="因子負荷を推定する（因子が 3 つ以上いる） / estimate the loadings"),
]
DemoOption: TypeAlias = Annotated[
    bool,
    typer.Option("--demo", help="架空の重み 1 で計算し、そう印を付ける / fictitious weights of 1, marked"),
]


class Unit(StrEnum):
    """What a row is of."""

    MUNICIPALITY = "municipality"
    AREA = "area"


def rurality(
    loading: LoadingOption = None,
    estimate: EstimateOption = False,
    demo: DemoOption = False,
    by: Annotated[Unit, typer.Option(help="行の単位 / what a row is of")] = Unit.AREA,
    areas: SetOption = "330",
    data: FolderOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """へき地尺度（順位 1–100、未確認） / a scale of rurality: ranks of 1 to 100, unconfirmed."""
    known = set_named(areas)
    found = rural_places(data)
    codes, members = of_areas(known) if by is Unit.AREA else _each(found)
    groups = rural_groups(found, codes, members, loadings=loadings_of(loading), estimate=estimate, demo=demo)
    print_rows(
        COLUMNS,
        list(_rows(groups, _names(by, known, found))),
        form,
        notes=notes(groups, found),
        facts=facts(groups),
        decimals=1,
    )


def loadings_of(given: list[str] | None) -> dict[Factor, float] | None:
    """Loadings from factor=weight; None where none is given. Raises Problem `workforce.rurality-loading-unread`."""
    if not given:
        return None
    found: dict[Factor, float] = {}
    for text in given:
        name, _, weight = text.partition("=")
        factor = next((one for one in FACTORS if one == name), None)
        try:
            value = float(weight)
        except ValueError:
            factor = None
        if factor is None:
            raise Problem("workforce.rurality-loading-unread", where="--loading", loading=text)
        found[factor] = value
    return found


def facts(groups: RuralGroups) -> dict[str, object]:
    """What the scale was made of, for JSON."""
    scale = groups.scale
    return {
        "status": "unconfirmed",
        "loadings": scale.loadings,
        "absent": scale.absent,
        "complete": scale.complete,
        "watermark": scale.watermark,
        "estimated": None
        if groups.analysis is None
        else {"explained": groups.analysis.explained, "rounds": groups.analysis.rounds},
        "places": len(scale.rank),
    }


def notes(groups: RuralGroups, found: RuralPlaces) -> tuple[str, ...]:
    """What has to stand beside the scale."""
    scale = groups.scale
    missing = "・".join(WAITING[name] for name in scale.absent)
    weights = ", ".join(f"{name} {value:g}" for name, value in scale.loadings.items())
    return (
        *([scale.watermark] if scale.watermark else []),
        f"重み: {weights}（公表の因子負荷は見つかっていない: 未確認） / loadings; the published ones were not found",
        *(
            [f"入力待ち（designated-places）: {missing} / without these it is not the scale of the paper"]
            if missing
            else []
        ),
        f"順位は住民のいる {len(scale.rank):,} 地点での 1–100、地域は住民で平均（仮定） / ranks of places, "
        "means over residents",
        *found.credits,
    )


def _each(found: RuralPlaces) -> tuple[tuple[str, ...], dict[str, str]]:
    codes = tuple(sorted({str(code) for code in found.settlements.municipality}))
    return codes, {code: code for code in codes}


def _names(by: Unit, areas: AreaSet, found: RuralPlaces) -> dict[str, str]:
    if by is Unit.AREA:
        return {str(one.code): f"{one.prefecture} {one.name}" for one in areas.areas}
    return {code: f"{one.prefecture}{one.name}" for code, one in found.settlements.municipalities.items()}


def _rows(groups: RuralGroups, names: Mapping[str, str]) -> Iterator[Row]:
    for row, code in enumerate(groups.codes):
        yield {
            "code": code,
            "name": names.get(code),
            "people": float(groups.people[row]),
            "rank": float(groups.rank[row]),
            "density": float(groups.density[row]),
            "distance_km": float(groups.distance[row]),
        }
