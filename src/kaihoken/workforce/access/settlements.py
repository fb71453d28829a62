"""集落: where people live, as points with people by age.

An assumption, said with every result (`Settlements.assumption`): the residents of a municipality are spread evenly over
its 町丁目 points, as no count by point ships. A mountain hamlet weighs as much as a quarter of the town, so that reach
inside one municipality is a sketch; sums by municipality are those of the register.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import polars as pl

from kaihoken import shipped
from kaihoken.workforce.access.points import Codes, Floats, Points, points

AgeBand: TypeAlias = Literal["0-14", "15-64", "65-74", "75+"]
AGE_BANDS: Final[tuple[AgeBand, ...]] = get_args(AgeBand)
EVENLY: Final = "residents spread evenly over the points of their municipality"

POINTS_TABLE = "areas/town_points_2024.parquet"
RESIDENTS_TABLE = "population/residents_2025_sex_age.parquet"
_LEVELS = ("municipality", "ward")  # the others are sums of these
_FIRST_AGE = {"0-14": 0, "15-64": 15, "65-74": 65, "75+": 75}
_GRAIN = 1 << 20
"""Persons are counted in parts of 2^-20: such numbers add up without rounding, in any order."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """Residents of a municipality (ward of a designated city), by age band; `age_unknown` are in none of them."""

    code: str
    prefecture: str
    name: str
    total: int
    by_age: Mapping[AgeBand, int]

    @property
    def age_unknown(self) -> int:
        """Residents whose age the register does not publish (where few foreigners live)."""
        return self.total - sum(self.by_age.values())


@dataclass(frozen=True, slots=True, eq=False)
class Settlements:
    """n places with their people; row i is place i of `places`, whose `key` is municipality code + town.

    `total` [persons] counts everybody, `by_age` has shape (n, 4) in the order of `AGE_BANDS`; they differ by those of
    unknown age. `without_points` are municipalities that have residents or a name but no place here; `without_people`
    the codes whose places stand here with nobody: their register has none, or (`not_registered`) does not list them.
    """

    places: Points
    total: Floats
    by_age: Floats
    municipalities: Mapping[str, Municipality]
    without_points: tuple[Municipality, ...]
    without_people: tuple[str, ...]
    not_registered: tuple[str, ...]
    assumption: str
    credits: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.total)

    @property
    def lat(self) -> Floats:
        """Degrees north."""
        return self.places.lat

    @property
    def lng(self) -> Floats:
        """Degrees east."""
        return self.places.lng

    @property
    def municipality(self) -> Codes:
        """Five-digit code of each place."""
        return self.places.municipality

    def aged(self, *bands: AgeBand) -> Floats:
        """People of these age bands at each place."""
        chosen: Floats = self.by_age[:, [AGE_BANDS.index(band) for band in bands]].sum(axis=1)
        return chosen

    def people_without_points(self) -> int:
        """Residents of municipalities that have no place here: in no number made from these places."""
        return sum(municipality.total for municipality in self.without_points)

    def within(self, *codes: str) -> "Settlements":
        """The places whose municipality code begins with one of these: a prefecture ("10"), a municipality."""
        near = self.at(np.flatnonzero(_begins(self.municipality, codes)))
        return replace(
            near,
            municipalities={
                code: each for code, each in self.municipalities.items() if code.startswith(codes)
            },
            without_points=tuple(each for each in self.without_points if each.code.startswith(codes)),
            without_people=tuple(code for code in self.without_people if code.startswith(codes)),
            not_registered=tuple(code for code in self.not_registered if code.startswith(codes)),
        )

    def at(self, rows: npt.NDArray[np.int64]) -> "Settlements":
        """Some of the places, with all that is known of the municipalities."""
        return replace(self, places=self.places.take(rows), total=self.total[rows], by_age=self.by_age[rows])


@cache
def settlements() -> Settlements:
    """The settlements of Japan (189,975 places, 124,330,690 residents) from the tables that ship.

    Sources: Geolonia 住所データ 2024-01; 総務省 住民基本台帳年齢階級別人口（総計）2025-01-01.
    """
    towns = pl.read_parquet(shipped.path(POINTS_TABLE))
    codes = towns["muni_code"]
    places = points(
        towns["lat"].to_numpy(), towns["lng"].to_numpy(), (codes + towns["town"]).to_list(), codes.to_list()
    )
    return spread(places, residents(), (shipped.credit(POINTS_TABLE), shipped.credit(RESIDENTS_TABLE)))


@cache
def residents() -> Mapping[str, Municipality]:
    """Residents by code of municipality or ward, from the register of 2025-01-01."""
    table = pl.read_parquet(shipped.path(RESIDENTS_TABLE)).filter(
        pl.col("level").is_in(_LEVELS), pl.col("sex") == "both"
    )
    ages = [name for name in table.columns if name.startswith("age_")]
    summed = table.select(
        "muni_code",
        "pref_name",
        "muni_name",
        "total",
        *(pl.sum_horizontal(name for name in ages if _band(name) == band).alias(band) for band in AGE_BANDS),
    )
    return {
        code: Municipality(code, prefecture, name, total, dict(zip(AGE_BANDS, by_age, strict=True)))
        for code, prefecture, name, total, *by_age in summed.iter_rows()
    }


def spread(
    places: Points, registered: Mapping[str, Municipality], credits: tuple[str, ...] = ()
) -> Settlements:
    """Residents spread evenly over the places of their municipality: each sum by municipality and age is exactly the
    register's. Own places (mesh, hamlets) may take the place of the shipped ones."""
    codes, group, size = np.unique(places.municipality, return_inverse=True, return_counts=True)
    counts = np.zeros((len(codes), 1 + len(AGE_BANDS)), dtype=np.int64)
    for row, code in enumerate(codes):
        if (found := registered.get(str(code))) is not None:
            counts[row] = (found.total, *(found.by_age[band] for band in AGE_BANDS))
    people = _even(counts, group, size)
    there = {str(code) for code in codes}
    return Settlements(
        places,
        people[:, 0].copy(),
        people[:, 1:].copy(),
        registered,
        tuple(each for code, each in sorted(registered.items()) if code not in there),
        tuple(str(code) for code, count in zip(codes, counts[:, 0], strict=True) if count == 0),
        tuple(sorted(there - registered.keys())),
        EVENLY,
        credits,
    )


def _even(counts: npt.NDArray[np.int64], group: npt.NDArray[np.intp], size: npt.NDArray[np.intp]) -> Floats:
    """counts[g] dealt out over the size[g] rows of each group in whole grains, the first rows taking those left."""
    order = np.argsort(group, kind="stable")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(np.cumsum(size) - size, size)
    share, left = np.divmod(counts * _GRAIN, size[:, np.newaxis])
    grains = share[group] + (rank[:, np.newaxis] < left[group])
    return np.asarray(grains / _GRAIN, dtype=np.float64)


def _begins(municipality: Codes, codes: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(municipality), dtype=np.bool_)
    for code in codes:
        found |= np.char.startswith(municipality, code)
    return found


def _band(column: str) -> AgeBand:
    age = int(column.removeprefix("age_").removesuffix("plus").partition("_")[0])
    return max((band for band in AGE_BANDS if _FIRST_AGE[band] <= age), key=lambda band: _FIRST_AGE[band])
