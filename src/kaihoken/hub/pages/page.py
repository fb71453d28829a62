"""What every page of the hub does alike: headers, forms, where a form may come from."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import msgspec

from kaihoken.hub.exchange import Headers, Reply, Scope
from kaihoken.problems import Problem
from kaihoken.web import PAGE_HEADERS

HERE = ("127.0.0.1", "localhost", "::1")
"""This machine's own names."""

_FORM = b"application/x-www-form-urlencoded"
_MOST_FIELDS = 40
_OWN_SITE = (b"same-origin", b"none")


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers of a request; of one that is repeated the first, as everywhere in the hub."""
    pairs = scope["headers"]
    assert isinstance(pairs, list)
    return dict(reversed(pairs))


def host_of(headers: Mapping[bytes, bytes]) -> str | None:
    """The name by which a browser came, without its port; None where it says none that could be one."""
    try:
        return urlsplit(f"//{headers.get(b'host', b'').decode('latin-1')}").hostname
    except ValueError:
        return None


def require_own_form(headers: Mapping[bytes, bytes], origin: str = "") -> None:
    """Take a form only from our own page, by what the browser says of where it came from (CSRF). `origin` is that of
    the site; "" is this machine's, under whichever of its names. Problem `hub.other-origin`, `hub.content-type`."""
    site, said = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    here = origin.encode() if origin else b"http://" + headers.get(b"host", b"")
    if not (site in _OWN_SITE if site is not None else said == here):
        raise Problem("hub.other-origin")
    if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != _FORM:
        raise Problem("hub.content-type", wanted=_FORM.decode())


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form. U+001A stands where U+0000 was: no database has a place for that. Problem
    `hub.body-too-large` where there are too many fields."""
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
        return {name: value.replace("\0", "\x1a") for name, value in fields}
    except ValueError:
        raise Problem("hub.body-too-large", most=_MOST_FIELDS) from None


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
