"""The processes of a run: hubs, a no-op on stock uvicorn, PostgreSQL, and the load makers, each on its own core."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from kaihoken.access import ASSERTION_TYPE, Issuer, load_key
from kaihoken.clock import SystemClock

SERVER_CORE = "0"
LOAD_CORE = "1"
CLIENTS = 64
SECONDS = 4
"""Of one load."""
HUB_PORT = 8471
MEBIBYTE = 1 << 20
_PATIENCE = 180.0


def pinned(core: str) -> list[str]:
    """The prefix that keeps a command on one core, where the machine can."""
    return ["taskset", "-c", core] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []


@dataclass(frozen=True, slots=True)
class Load:
    """What a load maker saw: answers per second, the median and the 99th percentile in milliseconds, answers, and how
    many were bad."""

    per_second: float
    p50_ms: float
    p99_ms: float
    answers: int
    bad: int


def make_load(url: str, script: Path, seconds: int, clients: int = CLIENTS) -> Load:
    """wrk against a URL for some seconds. The script holds the requests."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("bench needs wrk (Debian: apt-get install wrk)")
    done = subprocess.run(
        [
            *pinned(LOAD_CORE),
            wrk,
            "-t1",
            f"-c{clients}",
            f"-d{seconds}",
            "--latency",
            "--timeout",
            "20s",
            "-s",
            str(script),
            url,
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", done)
    return Load(
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", done)),
        p50_ms=_milliseconds(_found(r"50%\s+([\d.]+\w+)", done)),
        p99_ms=_milliseconds(_found(r"99%\s+([\d.]+\w+)", done)),
        answers=int(_found(r"(\d+) requests in", done)),
        bad=(int(bad[1]) if bad else 0) + (sum(map(int, broken.groups())) if broken else 0),
    )


def working_seconds() -> float:
    """Seconds, without those in which this thread could have worked and another program had the processor: on a shared
    machine they are most of the slowest hundredth. Waits for the disk count."""
    waited = Path("/proc/thread-self/schedstat")
    others = int(waited.read_text(encoding="ascii").split()[1]) if waited.exists() else 0
    return time.perf_counter() - others / 1e9


def median(loads: Sequence[Load]) -> float:
    """The answers per second of the load in the middle."""
    return statistics.median(load.per_second for load in loads)


def refuse_bad(loads: Sequence[Load]) -> None:
    """SystemExit where an answer of these loads was an error."""
    bad = sum(load.bad for load in loads)
    if bad:
        raise SystemExit(
            f"{bad} of {sum(load.answers for load in loads)} answers were errors: nothing is reported"
        )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"wrk said nothing of {pattern}:\n{text}")
    return match[1]


def _milliseconds(text: str) -> float:
    number = text.rstrip("mus")
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[text.removeprefix(number)]


@contextmanager
def noop(port: int) -> Iterator[str]:
    """A raw ASGI application that reads the body and answers `{}`, on uvicorn as it comes."""
    command = [
        *pinned(SERVER_CORE),
        sys.executable,
        "-m",
        "uvicorn",
        "bench.noop:application",
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "warning",
        "--lifespan",
        "off",
    ]
    url = f"http://127.0.0.1:{port}"
    with running(command, {}):
        until(lambda: httpx.post(f"{url}/", content=b"x").status_code == 200)
        yield url


@dataclass(frozen=True, slots=True)
class RunningHub:
    """A hub under measurement."""

    url: str
    process: subprocess.Popen[bytes]
    seconds_to_start: float
    folder: Path

    def token(self, client: str) -> str:
        """A token of a bench client."""
        key = load_key(self.folder / f"{client}.jwk")
        issuer = Issuer(client, key, self.url, SystemClock())
        answer = httpx.post(
            f"{self.url}/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": issuer.assertion(),
            },
        )
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token

    def private_memory(self) -> int:
        """Bytes of the process's own: anonymous memory. The map of the store's file is the page cache, shared with
        everybody and given back when another needs it."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        return int(_found(r"Anonymous:\s+(\d+) kB", rollup)) * 1024


@contextmanager
def hub(folder: Path, port: int, store: str | None = None) -> Iterator[RunningHub]:
    """`kaihoken hub serve` on one core, with limits out of the way."""
    environment = {
        "KAIHOKEN_CONFIG": str(_configured(folder)),
        "KAIHOKEN_STORE": store or str(folder / "store"),
        "KAIHOKEN_PORT": str(port),
    }
    started = time.monotonic()
    command = [*pinned(SERVER_CORE), sys.executable, "-m", "kaihoken", "hub", "serve"]
    with running(command, environment) as process:
        url = f"http://127.0.0.1:{port}"
        until(lambda: httpx.get(f"{url}/ready").status_code == 200, process)
        yield RunningHub(url, process, time.monotonic() - started, folder)


def _configured(folder: Path) -> Path:
    """Settings with limits that no run can reach: what is measured is the work, not the guard."""
    far = "{count = 1000000000, seconds = 1, burst = 1000000000}"
    lines = [
        f'keys = "{folder / "keys"}"',
        f'witness = "{folder / "witness.jsonl"}"',
        "[limits]",
        *(f"{name} = {far}" for name in ("facility", "overall", "not_found", "token_source", "token_client")),
    ]
    file = folder / "bench.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("KAIHOKEN_")}
    process = subprocess.Popen(command, env=surroundings | dict(environment))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def until(
    true: Callable[[], bool],
    process: subprocess.Popen[bytes] | None = None,
    *,
    every: float = 0.01,
    patience: float = _PATIENCE,
    told: Callable[[], str] = lambda: "a server was not ready in time",
) -> None:
    """Waits for another process, which can only be looked at again and again. SystemExit, with what is `told`, where it
    takes too long or has ended."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise SystemExit(f"the hub ended with {process.returncode}")
        try:
            if true():
                return
        except httpx.TransportError:
            pass
        time.sleep(every)
    raise SystemExit(told())
