"""Forms as they arrive: where they may come from, and their fields."""

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from kaihoken.problems import Problem

HERE = ("127.0.0.1", "localhost", "::1")
"""This machine's own names."""

_FORM = b"application/x-www-form-urlencoded"
_MOST_FIELDS = 100
_OWN_SITE = (b"same-origin", b"none")


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as somebody filled it in: texts by field, and what is wrong with which."""

    texts: Mapping[str, str]
    faults: Mapping[str, Problem]

    @property
    def again(self) -> dict[str, str]:
        """The fields that ask the same again."""
        return {name: text for name, text in self.texts.items() if text}

    def with_fault(self, problem: Problem) -> Self:
        """The form with a problem that was met later, at the field where it lies."""
        return replace(self, faults={**self.faults, problem.where: problem})


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


async def read_body(parts: AsyncIterable[bytes], most: int) -> bytes:
    """The body of a request as it comes in. Problem `hub.body-too-large` as soon as it has more bytes than `most`."""
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > most:
            raise Problem("hub.body-too-large", most=most)
    return bytes(body)


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form. U+001A stands where U+0000 was: no database has a place for that. Problem
    `hub.too-many-fields`."""
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
        return {name: value.replace("\0", "\x1a") for name, value in fields}
    except ValueError:
        raise Problem("hub.too-many-fields", most=_MOST_FIELDS) from None
