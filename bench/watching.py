"""`python -m bench.watching`: the usual values of the hub's own numbers, at rest and while people ask and register, as
docs/alerts.md tells them. On a copy of the nation of the bench; no part of the table, because none has a target."""

import argparse
import asyncio
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bench.machine import CLIENTS, HUB_PORT, RunningHub, hub, make_load
from bench.nation import copied, enrol, json_script, nation, nation_folder
from bench.registering import register
from kaihoken.access import Kind, Scope

SECONDS = 20
_EVERY = 0.25
Readings = dict[str, list[float]]


def rest(_running: RunningHub, _script: Path) -> None:
    """Nobody asks."""
    time.sleep(SECONDS)


def ask(running: RunningHub, script: Path, clients: int = CLIENTS) -> None:
    """Everybody asks by number."""
    make_load(f"{running.url}/v1/eligibility-checks", script, SECONDS, clients=clients)


def ask_and_register(running: RunningHub, script: Path) -> None:
    """A few ask while an insurer registers."""
    writer = threading.Thread(target=register, args=(running, 50_000, [], threading.Event()))
    writer.start()
    ask(running, script, 16)
    writer.join()


LOADS: dict[str, Callable[[RunningHub, Path], None]] = {
    "at rest": rest,
    "64 clients ask": ask,
    "16 clients ask while 50,000 rows register": ask_and_register,
}


def main() -> None:
    """Print the smallest and the largest reading of each number, without load and under two loads."""
    parser = argparse.ArgumentParser(prog="bench.watching", description=__doc__)
    parser.add_argument("--folder", default="bench-store")
    parser.add_argument("--people", type=int, default=1_000_000)
    arguments = parser.parse_args()
    folder = Path(arguments.folder)
    folder.mkdir(exist_ok=True)
    changed = copied(
        nation(nation_folder(folder / f"nation-{arguments.people}"), arguments.people), folder / "watching"
    )
    watcher = (Kind.OPERATOR, "", {Scope.METRICS_READ})
    asyncio.run(enrol(changed.folder, changed.store, {"watcher": watcher}))
    for load, work in LOADS.items():
        with hub(changed.folder, HUB_PORT) as running:
            script = json_script(folder, changed, running.token("clinic"))
            _tell(load, _watched(running, partial(work, running, script)))
    shutil.rmtree(changed.folder)


def _watched(running: RunningHub, work: Callable[[], object]) -> Readings:
    """Every number of /metrics, read again and again while the work is done."""
    found: Readings = defaultdict(list)
    headers = {"Authorization": f"Bearer {running.token('watcher')}"}
    worker = threading.Thread(target=work)
    with httpx.Client(base_url=running.url, headers=headers, timeout=20) as http:
        _read(http, found)
        worker.start()
        while worker.is_alive():
            time.sleep(_EVERY)
            _read(http, found)
    worker.join()
    return found


def _read(http: httpx.Client, found: Readings) -> None:
    answer = http.get("/metrics")
    answer.raise_for_status()
    for family in text_string_to_metric_families(answer.text):
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}"].append(one.value)


def _tell(load: str, found: Readings) -> None:
    print(f"\n{load}")
    for name, values in found.items():
        ordered = sorted(values)
        middle, most = ordered[len(ordered) // 2], ordered[-1]
        print(f"  {name}: first {values[0]:g}, median {middle:g}, most {most:g}, last {values[-1]:g}")


if __name__ == "__main__":
    main()
