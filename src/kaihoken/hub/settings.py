"""The hub's settings: read once at the edge (see docs/settings.md)."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from kaihoken.access import Limits


def _is_base(url: str) -> bool:
    """Whether other paths can be written behind a URL."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set(url) & set(" ?#@\\")
    return named and plain and parts.scheme in ("http", "https") and not url.endswith("/")


class HubSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a hub keeps its store, keys and witness, and where it listens."""

    store: str = "kaihoken-store"  # folder (SQLite) or postgresql:// URL
    keys: str = "kaihoken-keys"  # folder of key files, 0700
    witness: str = ""  # path or URL to which heads of the log are appended
    host: str = "127.0.0.1"  # address on which it listens
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8000  # port on which it listens
    public_url: str = ""  # audience of client assertions, where it differs from http://host:port
    log_level: Literal["debug", "info", "warning", "error"] = "warning"  # least severity that is written
    answers_days: Annotated[int, msgspec.Meta(ge=1)] = 30  # for so many days a registration can be repeated
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        if self.public_url and not _is_base(self.public_url):
            raise ValueError("public_url: https://host[:port][/path], without a slash at its end")

    @property
    def audience(self) -> str:
        """The address of the token endpoint, as client assertions must name it."""
        base = self.public_url or f"http://{self.host}:{self.port}"
        return f"{base}/oauth/token"
