"""JSON from strangers, read strictly: an object in UTF-8 in which no name stands twice.

Two readers that resolve a repeated name differently see two different documents; where that decides access, the
document is refused. The shape is checked afterwards by `msgspec.convert`.
"""

import json
from typing import TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


class NotStrictError(ValueError):
    """The document is not one that strangers may send. Carries none of it."""


def read(raw: bytes, shape: type[S]) -> S:
    """The object in `raw` as a `shape`. Raises NotStrictError, which never quotes the input."""
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
        return msgspec.convert(value, shape)
    except (ValueError, RecursionError, msgspec.ValidationError):
        raise NotStrictError from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictError
    return found


def _no_constant(name: str) -> object:
    raise NotStrictError
