"""The index with its areas' outlines as GeoJSON (RFC 7946), for other maps."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import orjson

from kaihoken import shipped
from kaihoken.workforce.index import INDEX_COLUMNS, IndexTable, index_row

_TOPOLOGY: Final = "boundaries/medical_areas_330_339_s1pct.topojson"


def index_geojson(table: IndexTable, notes: Iterable[str]) -> bytes:
    """The areas of the set 330 with the fields of `INDEX_COLUMNS`; longitude and latitude to five decimals. `notes`
    stand as the member `notes` of the collection."""
    topology = orjson.loads(shipped.path(_TOPOLOGY).read_bytes())
    scale, move = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    arcs = [
        np.round(np.cumsum(np.array(arc, dtype=float), axis=0) * scale + move, 5) for arc in topology["arcs"]
    ]
    features = []
    for geometry in topology["objects"]["area330"]["geometries"]:
        position = table.areas.position(geometry["properties"]["area330_code"])
        row = {
            name: None if isinstance(value, float) and np.isnan(value) else value
            for name, value in index_row(table, position).items()
            if name in INDEX_COLUMNS
        }
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        shape = [[_ring(ring, arcs) for ring in polygon] for polygon in polygons]
        features.append(
            {
                "type": "Feature",
                "id": row["area_code"],
                "properties": row,
                "geometry": {"type": "MultiPolygon", "coordinates": shape},
            }
        )
    features.sort(key=lambda feature: str(feature["id"]))
    return orjson.dumps({"type": "FeatureCollection", "notes": list(notes), "features": features})


def _ring(ring: list[int], arcs: list[npt.NDArray[np.float64]]) -> list[list[float]]:
    points: list[list[float]] = []
    for index in ring:
        part = (arcs[index] if index >= 0 else arcs[~index][::-1]).tolist()
        points += part[1:] if points else part
    return points
