"""Floating catchments: the rows. Each run is a process of its own, so that its memory is its own."""

import json
import subprocess
import sys

from bench.table import Row

Measured = dict[str, float]


def catchments() -> list[Row]:
    """The whole country, then a part of it beside PySAL."""
    whole, beside = _run("whole"), _run("beside")
    size = f"{whole['places']:,.0f} settlements × {whole['suppliers']:,.0f} clinics, {whole['radius']:g} km"
    part = f"{beside['places']:,.0f} × {beside['suppliers']:,.0f}"
    shown = (
        f"{beside['ratio']:,.0f} ({beside['pysal_cpu']:.1f} s, {beside['search_cpu']:.1f} of it a search by scipy ÷ "
        f"{beside['cpu']:.3f} s; {beside['pairs'] / 1e6:.1f} million pairs; {beside['mebibytes']:,.0f} MiB)"
    )
    return [
        Row(
            f"E2SFCA {size}",
            5,
            "low",
            whole["seconds"],
            f"{whole['seconds']:.2f} s ({whole['cpu']:.2f} s of CPU)",
        ),
        Row("peak memory of it (MiB)", 1024, "low", whole["mebibytes"], f"{whole['mebibytes']:.0f} MiB"),
        Row(f"E2SFCA {part} with search: CPU of PySAL access ÷ ours", 100, "high", beside["ratio"], shown),
        Row(
            "largest relative difference between the two",
            1e-9,
            "low",
            beside["apart"],
            f"{beside['apart']:.0e}",
        ),
    ]


def _run(name: str) -> Measured:
    done = subprocess.run(
        [sys.executable, "-m", "bench.catchments", name], check=True, capture_output=True, text=True
    )
    measured: Measured = json.loads(done.stdout)
    return measured
