"""`python -m bench.catchments whole|beside`: catchments over Japan, and beside PySAL `access` on the same places.

Prints what it measured as JSON; `bench.reaching` makes rows of it. Needs the libraries of planners and of the tests.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import polars as pl
from access.fca import two_stage_fca
from access.weights import step_fn
from scipy.spatial import cKDTree

from bench.machine import working_seconds
from kaihoken import shipped
from kaihoken.workforce.access import (
    Points,
    great_circle,
    points,
    settlements,
    travel_rule,
    two_step,
    zones,
)
from kaihoken.workforce.access.distance import arc_km

CLINICS = "facilities/medical_institutions_202508.parquet"
RADIUS: Final = 30.0  # kilometres, straight
ZONES: Final = {10.0: 1.0, 20.0: 0.68, 30.0: 0.22}
SEED: Final = 20261122
PLACES, SUPPLIERS = 50_000, 20_000
_STRAIGHT = great_circle(travel_rule(date(2026, 11, 22)), detour_factor=1.0)

Measured = dict[str, float]


def _whole() -> Measured:
    people, clinics = settlements(), _clinics()
    doctors = np.ones(len(clinics))

    def share() -> None:
        made = two_step(people.places, people.total, clinics, doctors, _STRAIGHT, zones(ZONES))
        given_out = float(made.access @ made.people) + made.supply_without_demand
        if not np.isclose(given_out, len(clinics), rtol=1e-9):
            raise SystemExit(f"{given_out} of {len(clinics)} clinics were given out: nothing is reported")

    share()  # compiles, or reads what was compiled
    began, cpu = working_seconds(), time.process_time()
    share()
    return {
        "places": len(people),
        "suppliers": len(clinics),
        "radius": RADIUS,
        "seconds": working_seconds() - began,
        "cpu": time.process_time() - cpu,
        "mebibytes": _peak(),
    }


def _beside() -> Measured:
    random = np.random.default_rng(SEED)
    everywhere, clinics = settlements(), _clinics()
    rows = np.sort(random.choice(len(everywhere), PLACES, replace=False))
    places, people = everywhere.places.take(rows), everywhere.total[rows]
    suppliers = clinics.take(np.sort(random.choice(len(clinics), SUPPLIERS, replace=False)))
    doctors = random.integers(1, 10, SUPPLIERS).astype(np.float64)

    def ours() -> np.ndarray:
        return two_step(places, people, suppliers, doctors, _STRAIGHT, zones(ZONES)).access

    ours()
    runs = [_timed(ours) for _ in range(5)]
    access, cpu = runs[0][0], statistics.median(seconds for _, seconds in runs)
    table, search_cpu = _timed(lambda: _pairs(places, suppliers))
    theirs, fca_cpu = _timed(lambda: _pysal(table, people, doctors))
    some = theirs > 0
    if not np.array_equal(some, access > 0):
        raise SystemExit("PySAL reaches other places: nothing is reported")
    return {
        "places": PLACES,
        "suppliers": SUPPLIERS,
        "cpu": cpu,
        "pysal_cpu": search_cpu + fca_cpu,
        "ratio": (search_cpu + fca_cpu) / cpu,
        "search_cpu": search_cpu,
        "pairs": len(table),
        "apart": float(np.max(np.abs(access[some] / theirs[some] - 1.0))),
        "mebibytes": _peak(),
    }


def _timed(work: Callable[[], object]) -> tuple:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def _pairs(places: Points, suppliers: Points) -> pd.DataFrame:
    """The table that PySAL wants, by scipy's tree: all pairs within the radius."""
    chord = 2.0 * np.sin(RADIUS / 6371.0088 / 2.0)
    tree = cKDTree(places.vectors())
    found = tree.sparse_distance_matrix(cKDTree(suppliers.vectors()), chord, output_type="coo_matrix")
    return pd.DataFrame({"origin": found.row, "dest": found.col, "cost": arc_km(found.data)})


def _pysal(table: pd.DataFrame, people: np.ndarray, doctors: np.ndarray) -> np.ndarray:
    demand = pd.DataFrame({"demand": people}, index=pd.RangeIndex(len(people), name="geoid"))
    supply = pd.DataFrame({"supply": doctors}, index=pd.RangeIndex(len(doctors), name="geoid"))
    found = two_stage_fca(
        demand, supply, table, RADIUS, demand_index=True, supply_index=True, weight_fn=step_fn(ZONES)
    )
    return found.reindex(range(len(people))).fillna(0.0).to_numpy()


def _clinics() -> Points:
    table = pl.read_parquet(shipped.path(CLINICS)).drop_nulls("lat")
    return points(
        table["lat"].to_numpy(),
        table["lng"].to_numpy(),
        table["inst_code9"].to_list(),
        table["muni_code"].to_list(),
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps({"whole": _whole, "beside": _beside}[sys.argv[1]]()))
