"""A question in JSON to a question in memory: the same tree as in XML, with the same checks.

Every value is a string; `null` is an element that was left out. A name that stands twice in one object is refused:
readers disagree about which of the two counts.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson

from kaihoken.coverage.free_text import can_be_brought
from kaihoken.coverage.oqs import charset
from kaihoken.coverage.oqs.message import Encoding, RegistrationRequest, Request, Salvaged
from kaihoken.coverage.oqs.question import (
    HEADER_NAMES,
    LIST_HEADER_NAMES,
    REGISTRATION_NAMES,
    SALVAGED,
    SEARCH_NAMES,
    check_character_code,
    check_count,
    check_size,
    day_if_any,
    in_order,
    request_of,
)
from kaihoken.coverage.oqs.registration import registration_of
from kaihoken.coverage.oqs.wire import (
    BODY,
    BODY_PATH,
    CONFIRMATION_DATE,
    FILE_IDENTIFIER,
    HEADER,
    HEADER_PATH,
    PATHS,
    REGISTRATION_INFO,
    REGISTRATION_PATH,
    REQUEST_HEADER,
    ROOT,
    SEARCH,
    SEARCH_INFO,
    SEARCH_PATH,
)
from kaihoken.problems import Problem

Group = dict[str, Any]
"""An object of the tree. What a sender puts into one can be anything that JSON holds."""

MARK = b"\xef\xbb\xbf"
_identifier = re.compile(rb'"' + FILE_IDENTIFIER.encode() + rb'"\s*:\s*("(?:[^"\\]|\\.)*")').search
_asked_day = re.compile(rb'"' + CONFIRMATION_DATE.encode() + rb'"\s*:\s*"\s*([0-9]{8})\s*"').search

_MOST_GROUPS = 100
"""Objects and lists. A question has four; this bounds how deep they lie in each other too."""

_without_texts = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL).sub
_empty_groups = re.compile(rb"[{\[]\s*[}\]]").findall

_PARTS = frozenset((ROOT, HEADER, BODY))
_KNOWN = _PARTS | {SEARCH_INFO} | HEADER_NAMES | SEARCH_NAMES
_KNOWN_OF_REGISTRATION = _PARTS | {REGISTRATION_INFO} | LIST_HEADER_NAMES | REGISTRATION_NAMES
QUESTION_PATHS = {
    **PATHS,
    ROOT: f"/{ROOT}",
    HEADER: HEADER_PATH,
    BODY: BODY_PATH,
    SEARCH_INFO: SEARCH_PATH,
    REGISTRATION_INFO: REGISTRATION_PATH,
}
_PATHS_OF_REGISTRATION = {
    **QUESTION_PATHS,
    **{name: f"{REGISTRATION_PATH}/{name}" for name in REGISTRATION_NAMES},
}


def read_request(data: bytes, transport: str | None = None) -> Request:
    """The question in one JSON message. `transport` is the charset of the content type, if it named one.

    Raises a Problem of the `oqs.` family with `where` the path that the element has in XML, or line and column.
    """
    groups = _groups(data, transport, SEARCH_INFO, QUESTION_PATHS)
    _, _, header, _, search = groups
    header_texts = texts_in(header, HEADER_PATH, HEADER_NAMES)
    search_texts = texts_in(search, SEARCH_PATH, SEARCH_NAMES)
    check_character_code(header_texts, Encoding.UTF_8)
    return request_of(
        in_order(header_texts, REQUEST_HEADER),
        in_order(search_texts, SEARCH),
        Encoding.UTF_8,
        unknown_elements=_unknown(groups, _KNOWN),
    )


def read_registration(data: bytes, transport: str | None = None) -> RegistrationRequest:
    """The registration of one 照会番号 in one JSON message. As `read_request`."""
    groups = _groups(data, transport, REGISTRATION_INFO, _PATHS_OF_REGISTRATION)
    _, _, header, _, info = groups
    header_texts = texts_in(header, HEADER_PATH, LIST_HEADER_NAMES)
    info_texts = texts_in(info, REGISTRATION_PATH, REGISTRATION_NAMES)
    check_character_code(header_texts, Encoding.UTF_8)
    unknown = _unknown(groups, _KNOWN_OF_REGISTRATION)
    return registration_of(header_texts, info_texts, Encoding.UTF_8, None, unknown)


def _groups(
    data: bytes, transport: str | None, info: str, paths: Mapping[str, str]
) -> tuple[Group, Group, Group, Group, Group]:
    """The objects of a message, from the outermost to the one that says what is asked."""
    check_size(data)
    data = data.removeprefix(MARK)
    outer = outer_groups(data, transport)
    groups = (*outer, _group(outer[-1], info))
    if data.count(b":") != sum(map(len, groups)):
        # More colons than names: one stands in a text or in an unknown object, or a name stands twice.
        refuse_repeated_names(data, paths)
    return groups


def outer_groups(data: bytes, transport: str | None) -> tuple[Group, Group, Group, Group]:
    """The objects that every message has, without a mark in front: itself, what is in it, header and body."""
    tree = _parsed(data, transport)
    message = _group(tree, ROOT, "oqs.unknown-root")
    return tree, message, _group(message, HEADER), _group(message, BODY)


def _unknown(groups: tuple[Group, ...], known: frozenset[str]) -> int:
    return sum(map(len, groups)) - sum(len(known.intersection(group)) for group in groups)


def salvage(data: bytes) -> Salvaged:
    """任意のファイル識別子 and 資格確認日 of a message that could not be read, where they can be told."""
    found, asked = _identifier(data, 0, SALVAGED), _asked_day(data, 0, SALVAGED)
    return Salvaged(
        arbitrary_file_identifier=None if found is None else _text(found[1]),
        qualification_confirmation_date=None if asked is None else day_if_any(asked[1]),
    )


def _text(literal: bytes) -> str | None:
    try:
        text: str = orjson.loads(literal)
    except orjson.JSONDecodeError:
        return None
    return text


def _parsed(data: bytes, transport: str | None) -> Group:
    check_utf8(data, transport)
    check_elements(data)
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise not_well_formed(error) from None
    return tree if isinstance(tree, dict) else {}


def check_utf8(data: bytes, transport: str | None) -> None:
    """Problems `oqs.encoding-unsupported`, `oqs.encoding-mismatch`."""
    if transport is not None and not charset.is_utf8(transport):
        raise charset.unsupported(transport, (Encoding.UTF_8,))
    charset.utf8(data)


def not_well_formed(error: orjson.JSONDecodeError) -> Problem:
    """What is said of a message that is no JSON, with the place."""
    return Problem("oqs.not-well-formed", where=f"line {error.lineno}, column {error.colno}")


def check_elements(data: bytes) -> None:
    """Problem `oqs.too-many-elements`, before a tree is made. An element is a name of an object or an item of a list:
    one for each comma, and one for each group that is not empty."""
    if signs(data) <= _MOST_GROUPS:
        return
    bare = _without_texts(b"0", data)
    check_count(bare.count(b"{") + bare.count(b"["), _MOST_GROUPS)
    check_count(signs(bare) - len(_empty_groups(bare)))


def signs(data: bytes) -> int:
    """What begins a group or parts its items: no fewer than there are elements, but for those that texts hold."""
    return data.count(b",") + data.count(b"{") + data.count(b"[")


def _group(parent: Group, name: str, missing: str = "oqs.missing-element") -> Group:
    group = parent.get(name)
    if group is None:
        raise Problem(missing, where=QUESTION_PATHS[name], element=name)
    if not isinstance(group, dict):
        raise Problem("oqs.not-a-group", where=QUESTION_PATHS[name], element=name)
    return group


def texts_in(group: Group, path: str, known: frozenset[str]) -> dict[str, str]:
    """The texts of the known members of an object."""
    found: dict[str, str] = {}
    for name, value in group.items():
        if name not in known or value is None:
            continue
        if not isinstance(value, str):
            raise Problem("oqs.not-a-text", where=f"{path}/{name}", element=name)
        if not can_be_brought(value):
            raise Problem("oqs.character-not-allowed", where=f"{path}/{name}", element=name)
        found[name] = value
    return found


def refuse_repeated_names(data: bytes, paths: Mapping[str, str]) -> None:
    """Problem `oqs.duplicate-element` for the first name that stands twice in one object."""

    def unique(pairs: list[tuple[str, object]]) -> None:
        names: set[str] = set()
        for name, _ in pairs:
            if name in names:
                known = name in paths
                raise Problem(
                    "oqs.duplicate-element", where=paths.get(name, ""), element=name if known else "?"
                )
            names.add(name)

    json.loads(data, object_pairs_hook=unique, parse_int=str, parse_float=str)
