"""Where a store lies, as it is written: a folder, a file, or the address of a database. Nothing that is refused here is
shown, because a password may stand anywhere in an address that was mistyped."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from kaihoken.loopback import is_loopback
from kaihoken.problems import Problem

_SCHEMES: Final = ("postgresql", "postgres")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_HOST: Final = re.compile(r"(?:\[[0-9A-Fa-f:.%]*\]|[^:\[\]]*)(?::(\d{1,5}))?")
_LAST_PORT: Final = 65_535


def is_postgres(location: str | Path) -> bool:
    """Whether a location is the address of a database rather than a path.

    Problem `store.address` for an address of another sort, or one that cannot be read: a port that is no number, an
    `@` or `/` of a password that is not written as %40 or %2F.
    """
    text = str(location)
    if not isinstance(location, str) or not (scheme := _SCHEME.match(text)):
        return False
    if scheme[1] not in _SCHEMES or not _is_readable(text):
        raise Problem("store.address", where=f"{scheme[1]}://…")
    return True


def shown_place(location: str | Path) -> str:
    """A location as it may be shown to a person: the whole path, or an address without user and password."""
    if not is_postgres(location):
        return str(Path(location).absolute())
    parts = urlsplit(str(location))
    return f"{parts.hostname or 'local'}{parts.path}"


def require_encrypted(address: str, surroundings: Mapping[str, str] = os.environ) -> None:
    """A database on another machine is reached over TLS that verifies certificate and name, as the address itself says
    (`sslmode=verify-full`); without it only over a Unix socket or the loopback interface. Read is what asyncpg reads:
    hosts of the address, else of its query, else of a service file or PGHOST, else Unix sockets.

    Problem `store.unencrypted`.
    """
    parts = urlsplit(address)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if asked.get("sslmode") == "verify-full":
        return
    hosts = unquote(parts.netloc.rpartition("@")[2]) or asked.get("host", "")
    if not hosts and "service" in asked:
        hosts = f"service {asked['service']}"
    for host in (hosts or surroundings.get("PGHOST") or "/").split(","):
        named = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        if not host.startswith("/") and not is_loopback(named):
            raise Problem("store.unencrypted", host=named)


def _is_readable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError:
        return False
    user, _, hosts = parts.netloc.rpartition("@")
    ports = [_HOST.fullmatch(host) for host in hosts.split(",")]
    ports += [_HOST.fullmatch(f":{port}") for port in ",".join(asked.get("port", [])).split(",") if port]
    return (
        "@" not in user + parts.path
        and not parts.fragment
        and all(port is not None and int(port[1] or 1) in range(1, _LAST_PORT + 1) for port in ports)
    )
