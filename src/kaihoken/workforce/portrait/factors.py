"""要因の地図: what makes the index, each factor as a small map of its own, in thirds of the areas."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.web import Language, messages
from kaihoken.workforce.pictures import Picture, Shade, Third, map_of, outlines
from kaihoken.workforce.portrait.atlas import Atlas
from kaihoken.workforce.portrait.flows import flow_shares

Floats = npt.NDArray[np.float64]

_COARSE: Final = 6.0
_DECIMALS: Final = {
    "per-head": 1,
    "ratio": 3,
    "population": 3,
    "change": 1,
    "outflow": 1,
    "inflow": 1,
}
FACTORS: Final = tuple(_DECIMALS)
"""Doctors per resident, 標準化受療率比, residents, their change to the plan's end, inpatients who leave and come."""
_THIRDS: Final[tuple[Third, ...]] = ("low", "amid", "high")


@dataclass(frozen=True, slots=True)
class FactorMap:
    """One factor: its value for each area (NaN: 入力待ち), the bounds between the thirds, and the map. `shown` are the
    values as they are printed, `bounds` too."""

    name: str
    values: Floats
    shown: tuple[str, ...]
    bounds: tuple[str, str]
    picture: Picture


def factor_values(atlas: Atlas) -> dict[str, Floats]:
    """Every factor by area, in the order of the index."""
    index = atlas.index
    codes = tuple(index.areas.codes)
    return {
        "per-head": index.physicians / index.population,
        "ratio": index.ratio,
        "population": index.population,
        "change": 100 * (atlas.at_plan_end.hundred_thousands / index.population - 1),
        "outflow": 100 * np.array(flow_shares(codes, "outflow")),
        "inflow": 100 * np.array(flow_shares(codes, "inflow")),
    }


def factor_maps(atlas: Atlas, language: Language) -> tuple[FactorMap, ...]:
    """A map for each factor: the third of the areas with the lowest values light, that with the highest dark."""
    words = messages("workforce")
    drawn = outlines("area330", _COARSE)
    made = []
    for name, values in factor_values(atlas).items():
        decimals = _DECIMALS[name]
        shown = tuple(_printed(value, decimals) for value in values)
        bounds = np.nanquantile(values, [1 / 3, 2 / 3])
        shades = {
            str(area.code): Shade(
                "missing" if np.isnan(value) else _THIRDS[int((value > bounds).sum())],
                f"{area.prefecture} {area.name} {text}",
            )
            for area, value, text in zip(atlas.index.areas.areas, values, shown, strict=True)
        }
        title = words.text(f"portrait.factor.{name}", language)
        low, high = (_printed(bound, decimals) for bound in bounds)
        made.append(FactorMap(name, values, shown, (low, high), map_of(drawn, shades, title=title)))
    return tuple(made)


def _printed(value: float, decimals: int) -> str:
    return "－" if np.isnan(value) else f"{value:.{decimals}f}".replace("-", "−")
