"""陸のつながり: which municipalities lie on one piece of land, by the outlines that ship.

Two outlines that share a border are one land; a municipality lies where its office does. A way from one land to
another crosses the sea: there may be a bridge, a tunnel, a ferry or nothing, which no table that ships tells. Islets
inside a municipality are not told apart from its main part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from kaihoken import shipped
from kaihoken.workforce.access.facilities import Bools, Facilities
from kaihoken.workforce.access.points import Codes, Floats
from kaihoken.workforce.access.reach import Reach
from kaihoken.workforce.areas import MunicipalityCode
from kaihoken.workforce.tables import city_of

OUTLINES: Final = "boundaries/municipalities_n03_2021_s1pct.topojson"
OFFICES: Final = "areas/municipality_offices.csv"

Ring = list[int]
Polygon = list[Ring]


class _Transform(msgspec.Struct):
    scale: tuple[float, float]
    translate: tuple[float, float]


class _Named(msgspec.Struct):
    muni_code: str


class _Feature(msgspec.Struct):
    type: str
    properties: _Named
    arcs: msgspec.Raw

    def polygons(self) -> list[Polygon]:
        if self.type == "MultiPolygon":
            return msgspec.json.decode(self.arcs, type=list[Polygon])
        return [msgspec.json.decode(self.arcs, type=Polygon)]


class _Layer(msgspec.Struct):
    geometries: list[_Feature]


class _Objects(msgspec.Struct):
    municipalities: _Layer


class _Topology(msgspec.Struct):
    transform: _Transform
    arcs: list[list[tuple[int, int]]]
    objects: _Objects

    def lines(self) -> list[Floats]:
        """Arcs as longitude and latitude."""
        scale, move = np.array(self.transform.scale), np.array(self.transform.translate)
        return [np.cumsum(np.array(arc, dtype=np.float64), axis=0) * scale + move for arc in self.arcs]


@dataclass(frozen=True, slots=True)
class Land:
    """`of_municipality` names the land of a municipality (ward) by the lowest code on it; "" where it is not known."""

    of_municipality: Mapping[str, str]
    credit: str

    def of(self, municipality: Codes) -> Codes:
        """The land of each; what the outlines of 2021 do not have goes by its designated city."""
        codes, inverse = np.unique(municipality, return_inverse=True)
        found = np.array([self._land(str(code)) for code in codes], dtype=np.str_)
        return np.asarray(found[inverse])

    def zone(self, municipality: str) -> frozenset[str]:
        """Every municipality of the same land; itself alone where that is not known."""
        land = self._land(municipality)
        there = {code for code, its in self.of_municipality.items() if its == land and land}
        return frozenset(there | {municipality})

    def _land(self, code: str) -> str:
        if code in self.of_municipality:
            return self.of_municipality[code]
        city = city_of(MunicipalityCode(code)) if code else None
        alike = (one for one in self.of_municipality if city and city_of(MunicipalityCode(one)) == city)
        return self.of_municipality.get(next(alike, ""), "")


@cache
def shipped_land() -> Land:
    """66 lands: four of the main islands, 沖縄島, and the islands that are municipalities of their own.

    Source: 国土数値情報（行政区域データ） 2021 as shipped; 市区町村の役所.
    """
    topology = msgspec.json.decode(shipped.path(OUTLINES).read_bytes(), type=_Topology)
    owner: list[str] = []
    polygons: list[Polygon] = []
    for feature in topology.objects.municipalities.geometries:
        for polygon in feature.polygons():
            owner.append(feature.properties.muni_code)
            polygons.append(polygon)
    part = _joined(polygons)
    of = {code: int(part[row]) for code, row in _homes(topology, polygons, owner).items()}
    lowest = {land: min(code for code, its in of.items() if its == land) for land in set(of.values())}
    return Land({code: lowest[land] for code, land in of.items()}, shipped.credit(OUTLINES))


def across_sea(found: Reach, facilities: Facilities, land: Land) -> Bools:
    """Which places have their nearest facility on another land, so that the way as it was measured crosses the sea."""
    some = found.facility >= 0
    crossing = np.zeros(len(found.facility), dtype=np.bool_)
    here = land.of(found.settlements.municipality)
    there = land.of(facilities.municipality[found.facility[some]])
    crossing[some] = (here[some] != there) & (here[some] != "") & (there != "")
    return crossing


def _joined(polygons: Sequence[Polygon]) -> npt.NDArray[np.int32]:
    """The number of the land of each polygon: those that share an arc, in either direction, are one."""
    pairs = [
        (row, arc if arc >= 0 else ~arc)
        for row, polygon in enumerate(polygons)
        for ring in polygon
        for arc in ring
    ]
    rows, arcs = np.array(pairs, dtype=np.int64).T
    bordered = csr_matrix((np.ones(len(rows)), (rows, arcs)))
    return np.asarray(connected_components(bordered @ bordered.T, directed=False)[1])


def _homes(topology: _Topology, polygons: Sequence[Polygon], owner: Sequence[str]) -> dict[str, int]:
    """The polygon of each municipality in which its office lies, else its widest."""
    arcs = topology.lines()
    table = pl.read_csv(shipped.path(OFFICES), infer_schema_length=0)
    offices = {
        code: (float(lng), float(lat))
        for code, lng, lat in table.select("muni_code", "office_lng", "office_lat").drop_nulls().iter_rows()
    }
    best: dict[str, tuple[tuple[bool, float], int]] = {}
    for row, (polygon, code) in enumerate(zip(polygons, owner, strict=True)):
        shape = np.concatenate([arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in polygon[0]])
        here = code in offices and _inside(shape, *offices[code])
        found = ((here, _width(shape)), row)
        best[code] = max(best.get(code, found), found)
    return {code: row for code, (_, row) in best.items()}


def _inside(shape: Floats, x: float, y: float) -> bool:
    """Whether a point lies in a ring: how many of its edges a line to the east crosses."""
    (x1, y1), (x2, y2) = shape.T, np.roll(shape, -1, axis=0).T
    crossed = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        east = x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    return bool(np.count_nonzero(crossed & east) % 2)


def _width(shape: Floats) -> float:
    """The area of a ring in square degrees: to tell a main island from an islet."""
    (x1, y1), (x2, y2) = shape.T, np.roll(shape, -1, axis=0).T
    return float(abs((x1 * y2 - x2 * y1).sum()) / 2)
