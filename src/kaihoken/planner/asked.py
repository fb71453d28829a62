"""What a page is asked, and what it answers: values in, values out; the site does the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from kaihoken.web import Language


@dataclass(frozen=True, slots=True)
class Travel:
    """A service for travel times, kind=URL, with its key; none is asked without a URL."""

    service: str = ""
    key: str = field(default="", repr=False)


NO_SERVICE: Final = Travel()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as pages see it: the language, the path without it, what stands in its braces, the query,
    and the day in Tokyo on which it is asked; `travel` is the service for times that the settings name."""

    language: Language
    path: str
    named: Mapping[str, str]
    query: Mapping[str, str]
    today: date
    travel: Travel = NO_SERVICE


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template and what it shows."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """Data to keep: its bytes, its media type, and what it is called; shown in the browser where it has no name."""

    body: bytes
    media_type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The answer stands under another path (without the language)."""

    path: str


Answer: TypeAlias = Shown | File | Elsewhere
