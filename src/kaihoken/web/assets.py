"""Static files by content hash, and the headers that every page carries.

The address of a file holds the hash of its content, so a browser keeps it for ever and asks again only when it has
changed: `/static/<hash>/<room>/<path>`. Asked for without the hash, the file comes with an ETag and is revalidated.
All files of the rooms named are read when the application starts: they are few and small.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from kaihoken.problems import Problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PREFIX = "/static/"

_NO_OTHER_ORIGIN = {  # the policy is for who opens a file by itself; what a page does with it says the page's
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}

PAGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        **_NO_OTHER_ORIGIN,
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        "Cache-Control": "no-store",
    }
)
"""For every page: only our own files run or style it, nobody frames it, no cache keeps it (it may name a person)."""

_MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    media_type: str
    digest: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request for a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Assets:
    """The static files of some rooms: where they are for a page, and an ASGI application that sends them."""

    def __init__(self, *rooms: str) -> None:
        self._files: dict[str, Asset] = {}
        for room in rooms or ("web",):
            folder = files("kaihoken").joinpath(room, "static")
            for path, file in _walk(folder, room):
                self._files[path] = _asset(path, file.read_bytes())

    def url(self, path: str) -> str:
        """The address of a file such as `web/kaihoken.css`. Raises Problem `web.asset_missing`."""
        asset = self._files.get(path)
        if asset is None:
            raise Problem("web.asset_missing", path=path)
        return f"{PREFIX}{asset.digest}/{path}"

    def answer(self, method: str, path: str, if_none_match: str = "") -> Reply:
        """What to send for a path under /static/. Knows GET and HEAD; what is not there is 404."""
        if method not in ("GET", "HEAD"):
            return Reply(405, {"Allow": "GET, HEAD", **_NO_OTHER_ORIGIN})
        asked = path.removeprefix(PREFIX)
        digest, _, rest = asked.partition("/")
        asset = self._files.get(rest)
        by_digest = asset is not None and asset.digest == digest
        if not by_digest:
            asset = self._files.get(asked)
        if asset is None:
            return Reply(404, {"Cache-Control": _ASK_AGAIN, **_NO_OTHER_ORIGIN})
        headers = {
            "Content-Type": asset.media_type,
            "ETag": f'"{asset.digest}"',
            "Cache-Control": _FOR_EVER if by_digest else _ASK_AGAIN,
            **_NO_OTHER_ORIGIN,
        }
        if f'"{asset.digest}"' in if_none_match:
            return Reply(304, headers)
        headers["Content-Length"] = str(len(asset.body))
        return Reply(200, headers, asset.body if method == "GET" else b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request whose path begins with /static/."""
        wanted = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
        reply = self.answer(scope["method"], scope["path"], wanted.decode("latin-1"))
        headers = [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})


def _asset(path: str, body: bytes) -> Asset:
    media_type = _MEDIA_TYPES.get(path.rpartition(".")[2], "application/octet-stream")
    return Asset(body, media_type, sha256(body).hexdigest()[:16])


def _walk(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        inside = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, inside)
        elif not entry.name.startswith("."):
            yield inside, entry
