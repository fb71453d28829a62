"""What every page of the hub does alike: its headers, and how a page, a file and a way on are answered."""

import msgspec

from kaihoken.hub.exchange import Headers, Reply, Scope
from kaihoken.web import PAGE_HEADERS


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers of a request; of one that is repeated the first, as everywhere in the hub."""
    pairs = scope["headers"]
    assert isinstance(pairs, list)
    return dict(reversed(pairs))


def page_reply(content: str, status: int = 200, *headers: tuple[bytes, bytes]) -> Reply:
    """A page with the headers that every page bears."""
    return Reply(content.encode(), b"text/html; charset=utf-8", status, headers, standing=_STANDING)


def with_headers(reply: Reply, *headers: tuple[bytes, bytes]) -> Reply:
    """The reply that bears these headers, too."""
    return msgspec.structs.replace(reply, headers=(*reply.headers, *headers))


def download(body: bytes, content_type: bytes, name: str) -> Reply:
    """Data as a file to be kept; `name` is what it is called. Kept by no cache, like every page."""
    disposition = b"content-disposition", f'attachment; filename="{name}"'.encode()
    return Reply(body, content_type, headers=(disposition,), standing=_STANDING)


def see_other(path: str) -> Reply:
    """After a form: fetch that page."""
    return page_reply("", 303, (b"location", path.encode()))


_STANDING: Headers = tuple((name.lower().encode(), value.encode()) for name, value in PAGE_HEADERS.items())
