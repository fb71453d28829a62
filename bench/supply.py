"""Supply of doctors with bands: how long the usual number of runs takes, on tables that are made up."""

import os
import time

from bench.table import Row

_RUNS = 10_000
_SECONDS = 20


def simulated() -> list[Row]:
    """All of it, the quantiles too, after a first run that compiles."""
    from kaihoken.workforce.training import fictitious_inputs, supply_bands  # the planners' libraries

    inputs = fictitious_inputs(demo=True)
    supply_bands(inputs, seed=1, runs=2)
    others = os.getloadavg()[0]
    began, worked = time.perf_counter(), time.process_time()
    found = supply_bands(inputs, seed=1, runs=_RUNS)
    seconds, working = time.perf_counter() - began, time.process_time() - worked
    if found.years[-1] != 2040 or found.areas.heads.shape[2] != 330:
        raise SystemExit("the projection is not of 330 areas to 2040: nothing is reported")
    shown = (
        f"{seconds:.1f} s ({working:.0f} s of processor on {os.cpu_count()} cores, beside a load of {others:.1f}; "
        f"made-up tables, {len(found.years) - 1} steps)"
    )
    name = f"{_RUNS:,} Monte Carlo runs of supply, 330 areas to 2040"
    return [Row(name, _SECONDS, "low", seconds, shown)]
