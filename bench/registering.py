"""An insurer registers while others ask."""

import shutil
import statistics
import threading
from pathlib import Path

import httpx
import msgspec

from bench.machine import HUB_PORT, SECONDS, RunningHub, hub, make_load, median, refuse_bad
from bench.nation import Nation, copied, json_script
from bench.table import Row


def while_registering(asked: Nation, folder: Path, rows: int) -> list[Row]:
    """p99 of questions while an insurer registers; on a copy, because the nation is kept."""
    changed = copied(asked, folder / "registering")
    with hub(changed.folder, HUB_PORT) as running:
        done: list[int] = []
        over = threading.Event()
        writer = threading.Thread(target=register, args=(running, rows, done, over))
        writer.start()
        loads = []
        while not over.is_set():
            plain = json_script(folder, changed, running.token("clinic"))  # a token lives five minutes
            loads.append(make_load(f"{running.url}/v1/eligibility-checks", plain, SECONDS, clients=16))
        writer.join()
    shutil.rmtree(changed.folder)
    refuse_bad(loads)
    p99 = statistics.median(load.p99_ms for load in loads)
    shown = f"{p99:.1f} ms over {sum(done):,} rows, {median(loads):,.0f} questions/s beside them"
    return [Row("p99 of questions while rows register", 25, "low", p99, shown)]


def register(running: RunningHub, rows: int, done: list[int], over: threading.Event) -> None:
    """Registers so many new people, a thousand in a request; what became of them, and when it is over."""
    token = ""
    try:
        with httpx.Client(base_url=running.url, timeout=60) as http:
            for start in range(0, rows, 1000):
                if start % 50_000 == 0:
                    token = running.token("operator")
                answer = http.post(
                    "/v1/registrations",
                    content=_rows(start),
                    headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{start}"},
                )
                answer.raise_for_status()
                done.append(answer.json()["registered"])
    finally:
        over.set()


def _rows(start: int) -> bytes:
    return msgspec.json.encode(
        {
            "rows": [
                {
                    "kind": "coverage",
                    "link": f"bench-{number}",
                    "insurer_number": "01130012",
                    "insurer_name": "架空",
                    "symbol": f"bench{number % 977}",
                    "number": str(number),
                    "branch": "00",
                    "relation": "1",
                    "sex": "1",
                    "name": "計測　太郎",
                    "kana": "ｹｲｿｸ ﾀﾛｳ",
                    "birthdate": "1980-01-01",
                    "acquired": "2026-04-01",
                    "match": "visible",
                }
                for number in range(start, start + 1000)
            ]
        }
    )
