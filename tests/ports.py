"""Ports for the servers that tests start.

None of them lies where the system takes those from that nobody named, for outgoing connections and for servers on
port 0: between the end of one server and the start of the next on the same port, any other test could have been given
it. Each worker of a run has its own, so that two never look at the same one.
"""

import os
import secrets
import socket
from collections.abc import Iterator
from itertools import chain, cycle
from pathlib import Path

_UNNAMED = Path("/proc/sys/net/ipv4/ip_local_port_range")
_MANY = 10_000


def own_ports() -> range:
    """Those of this worker."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first = _first_unnamed()
    return range(max(1024, first - _MANY), first)[worker % workers :: workers]


def free_port() -> int:
    """A port of this worker's at which nobody listens. No other call is given it before all have had their turn."""
    return next(port for port in _turns if _is_free(port))


def _first_unnamed() -> int:
    return int(_UNNAMED.read_text().split()[0]) if _UNNAMED.exists() else 32_768


def _in_turn() -> Iterator[int]:
    """From a place drawn at random: another run may be under way on the same machine."""
    ports = own_ports()
    start = secrets.randbelow(len(ports))
    yield from cycle(chain(ports[start:], ports[:start]))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


_turns = _in_turn()
