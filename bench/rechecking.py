"""A year of claims held against the coverages of a nation: the rows. The run is a process of its own, so that
its memory is its own."""

import json
import subprocess
import sys
from pathlib import Path

from bench.table import Row

Measured = dict[str, float]


def rechecked(folder: Path, claims: int) -> list[Row]:
    """The interval join beside the raw one, the whole recheck from checked tables to lists, and its memory."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.rechecked", str(folder), str(claims)],
        check=True,
        capture_output=True,
        text=True,
    )
    return rows_of(json.loads(done.stdout))


def rows_of(measured: Measured) -> list[Row]:
    """The rows of a run."""
    claims = measured["claims"]
    size = f"{claims / 1e6:g} M claims × {claims / 5e5:g} M periods, two cores"
    raw, joined = measured["raw"], measured["joined"]
    rate, by_processor = claims / measured["decided"] / 1e6, claims / measured["cpu"] * 2 / 1e6
    return [
        Row(
            f"recheck join {size} ÷ raw DuckDB hash join",
            0.8,
            "high",
            raw / joined,
            f"{raw / joined:.2f} ({raw:.2f} s ÷ {joined:.2f} s; of processor {measured['raw_cpu']:.2f} s ÷ "
            f"{measured['joined_cpu']:.2f} s)",
        ),
        Row(
            f"recheck with verdicts {size}: claims/s (M)",
            2,
            "high",
            rate,
            f"{rate:.2f} ({measured['decided']:.1f} s; {by_processor:.2f} by processor time; reading and checking the "
            f"tables before: {measured['read']:.0f} s; beside a load of {measured['load']:.1f})",
        ),
        Row(
            f"peak memory of recheck {size} (GiB)",
            8,
            "low",
            measured["mebibytes"] / 1024,
            f"{measured['mebibytes'] / 1024:.1f} GiB",
        ),
    ]
