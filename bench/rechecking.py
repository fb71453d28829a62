"""A year of claims held against the coverages of a nation: the rows. The run is a process of its own, so that
its memory is its own."""

import json
import subprocess
import sys
from pathlib import Path

from bench.table import Row

Measured = dict[str, float]


def rechecked(folder: Path, claims: int) -> list[Row]:
    """The interval join beside the raw one, the whole recheck from checked tables to lists, with and without reading
    them, and its memory. What all of it means is said in `bench.rechecked`."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.rechecked", str(folder), str(claims)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return rows_of(json.loads(done.stdout))


def rows_of(measured: Measured) -> list[Row]:
    """The rows of a run."""
    claims = measured["claims"]
    size = f"{claims / 1e6:g} M claims × {claims / 5e5:g} M periods, two cores"
    raw, joined = measured["raw"], measured["joined"]
    raw_cpu, joined_cpu = measured["raw_cpu"], measured["joined_cpu"]
    whole, whole_cpu = measured["decided"], measured["cpu"]
    read, read_cpu = whole + measured["read"], whole_cpu + measured["read_cpu"]
    return [
        Row(
            f"recheck join {size} ÷ raw DuckDB hash join",
            0.8,
            "high",
            raw / joined,
            f"{raw / joined:.2f} ({raw:.2f} s ÷ {joined:.2f} s; by processor time {raw_cpu / joined_cpu:.2f}: "
            f"{raw_cpu:.2f} s ÷ {joined_cpu:.2f} s; ÷ one that only counts {measured['counted'] / joined:.2f}, "
            f"by processor time {measured['counted_cpu'] / joined_cpu:.2f})",
        ),
        Row(
            f"recheck with verdicts {size}: claims/s (M)",
            2,
            "high",
            claims / whole / 1e6,
            f"{claims / whole / 1e6:.2f} ({whole:.1f} s; {claims / whole_cpu * 2 / 1e6:.2f} by processor time: "
            f"{whole_cpu:.1f} s; beside a load of {measured['load']:.1f})",
        ),
        Row(
            f"recheck from its Parquet files on {size}: claims/s (M)",
            2,
            "high",
            claims / read / 1e6,
            f"{claims / read / 1e6:.2f} ({read:.1f} s; {claims / read_cpu * 2 / 1e6:.2f} by processor time: "
            f"{read_cpu:.1f} s)",
        ),
        Row(
            f"peak memory of recheck {size} (GiB)",
            8,
            "low",
            measured["mebibytes"] / 1024,
            f"{measured['mebibytes'] / 1024:.1f} GiB; {measured['gigabytes']:.1f} GB of disk",
        ),
    ]
