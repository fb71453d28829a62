"""The folder agent measured: from a request that is dropped into `req` until its result stands in `res`, with the
agent's defaults, where the system tells of new files and where it has to be looked for them."""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.machine import HUB_PORT, LOAD_CORE, RunningHub, hub, pinned, until
from bench.nation import Nation, as_oqs
from bench.table import Row
from kaihoken.clock import SystemClock

REQUESTS = 150
TARGET_MS = 300
_PATIENCE = 20.0
_AS_IT_COMES = "from kaihoken.cli import main; main()"
_LOOKING = f"import sys; sys.modules['watchfiles'] = None; {_AS_IT_COMES}"


def dropped(asked: Nation, folder: Path) -> list[Row]:
    """Requests one after the other at odd moments, half moved in and half written in place."""
    rows = []
    with hub(asked.folder, HUB_PORT) as answering, tempfile.TemporaryDirectory(dir=folder) as place:
        for name, program in (("told of", _AS_IT_COMES), ("looked for", _LOOKING)):
            oqs = Path(place) / name.replace(" ", "-")
            with _agent(answering, oqs, program):
                took = sorted(_taken(asked, oqs))
            middle, most = statistics.median(took) * 1000, took[int(len(took) * 0.95)] * 1000
            measure = f"p95 from request in `req` to result in `res`, new files {name}"
            rows.append(Row(measure, TARGET_MS, "low", most, f"{most:.0f} ms (p50 {middle:.0f} ms)"))
    return rows


@contextmanager
def _agent(answering: RunningHub, oqs: Path, program: str) -> Iterator[None]:
    """`kaihoken oqs folder` with its defaults."""
    for name in ("req", "res"):
        (oqs / name).mkdir(parents=True)
    arguments = [
        *("oqs", "folder", "--hub", answering.url, "--client", "clinic"),
        *(
            "--key",
            str(answering.folder / "clinic.jwk"),
            "--req",
            str(oqs / "req"),
            "--res",
            str(oqs / "res"),
        ),
    ]
    said = oqs / "said.txt"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [*pinned(LOAD_CORE), sys.executable, "-c", program, *arguments], stdout=out, stderr=out
        )
    try:
        _until(lambda: b"Ctrl+C" in said.read_bytes(), said)
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _taken(asked: Nation, oqs: Path) -> Iterator[float]:
    """Seconds of each request."""
    today, chance = SystemClock().today(), random.Random(7)
    for number in range(REQUESTS):
        message = as_oqs(asked.coverages[number], today)
        request, result = (oqs / kind / f"OQSsiquc01{kind}_{number:04}.xml" for kind in ("req", "res"))
        time.sleep(0.05 + chance.random() * 0.4)
        before = time.perf_counter()
        if number % 2:
            request.write_bytes(message)
        else:
            (oqs / "elsewhere").write_bytes(message)
            (oqs / "elsewhere").rename(request)
        _until(result.exists, oqs / "said.txt")
        yield time.perf_counter() - before
        result.unlink()


def _until(true: Callable[[], bool], said: Path) -> None:
    def told() -> str:
        return f"no result in time:\n{said.read_text(encoding='utf-8')[-2000:]}"

    until(true, every=0.001, patience=_PATIENCE, told=told)
