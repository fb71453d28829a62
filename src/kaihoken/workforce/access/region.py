"""どこをみるか: the region that a verb is asked about, an area or a prefecture, as the codes it holds."""

from typing import Annotated, TypeAlias, cast, get_args

import typer

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet, BoundarySet, area_set, prefectures

RegionArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="AREA_OR_PREFECTURE",
        help="圏域か都道府県のコードか名前 / code or name of an area or prefecture",
    ),
]
RegionOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--area", help="圏域か都道府県（なければ全国） / area or prefecture; the country without it"
    ),
]
SetOption: TypeAlias = Annotated[str, typer.Option("--areas", help="圏域の組 330 335 339 / set of areas")]


def municipalities(where: str, areas: AreaSet) -> tuple[str, ...]:
    """The codes that an area holds, or the prefecture, whose two digits begin its codes. Raises Problem
    `workforce.area-unknown` or `workforce.area-ambiguous`."""
    for code, name in prefectures().items():
        if where in (code, name, name.removesuffix("県").removesuffix("府").removesuffix("都")):
            return (code,)
    area = areas.find(where).code
    return tuple(sorted(code for code, its in areas.of_municipality.items() if its == area))


def set_named(name: str) -> AreaSet:
    """A set of areas by its name. Raises Problem `workforce.area-unknown`."""
    for known in get_args(BoundarySet):
        if name == known:
            return area_set(cast(BoundarySet, known))
    raise Problem(
        "workforce.area-unknown", where="--areas", area=name, set=", ".join(get_args(BoundarySet)), near="330"
    )
