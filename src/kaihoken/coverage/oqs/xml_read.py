"""A question in XML to a question in memory. Tolerant of order and of what it does not know; never of what it could
misread. Nothing in a message can make the reader fetch, expand or wait: no DTD, no entities, no network, bounded size.
"""

import re
from typing import Any, Final

from lxml import etree

from kaihoken.coverage.oqs import charset
from kaihoken.coverage.oqs.message import (
    Encoding,
    IdentifierSource,
    RegistrationRequest,
    Request,
    Salvaged,
)
from kaihoken.coverage.oqs.question import (
    HEADER_NAMES,
    LIST_HEADER_NAMES,
    MOST_ELEMENTS,
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
    REGISTRATION_INFO,
    REGISTRATION_PATH,
    REQUEST_HEADER,
    ROOT,
    SEARCH,
    SEARCH_INFO,
    SEARCH_PATH,
)
from kaihoken.coverage.oqs.xml_plain import plain_question
from kaihoken.problems import Problem

PARSING: Final[dict[str, Any]] = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
"""How every message is parsed: nothing in it can make the parser fetch or expand."""

_parser = etree.XMLParser(**PARSING)

_tags = re.compile(
    r"<!--(?:.*?-->|.*)|<!\[CDATA\[(?:.*?\]\]>|.*)|<\?(?:.*?\?>|.*)|<(?![/!?])", re.DOTALL
).finditer
_literal_identifier = re.compile(f"<{FILE_IDENTIFIER}>([^<]*)</{FILE_IDENTIFIER}>".encode("ascii")).search

_asked_day = re.compile(
    f"<{CONFIRMATION_DATE}>\\s*([0-9]{{8}})\\s*</{CONFIRMATION_DATE}>".encode("ascii")
).search


def read_request(data: bytes, transport: str | None = None) -> Request:
    """The question in one XML message, UTF-8 or Shift_JIS. `transport` is the character set that came with the message
    (the charset of a content type), if any.

    Raises a Problem of the `oqs.` family with `where` the path of the element, or the line, that is wrong.
    """
    text, encoding = decoded(data, transport)
    plain = plain_question(text)
    if plain is None:
        return _parsed_request(data, text, encoding)
    header, search = plain
    return request_of(header, search, encoding, source_of(data, header[-1], encoding))


def read_registration(data: bytes, transport: str | None = None) -> RegistrationRequest:
    """The registration of one 照会番号 in one XML message. As `read_request`."""
    text, encoding = decoded(data, transport)
    root, unknown = parts_of(text)
    header, unknown_in_header = texts_of(one_of(root, HEADER, HEADER_PATH), HEADER_PATH, LIST_HEADER_NAMES)
    body, unknown_in_body = _children(one_of(root, BODY, BODY_PATH), BODY_PATH, _REGISTRATION_PARTS)
    block = one_of(body, REGISTRATION_INFO, REGISTRATION_PATH)
    info, unknown_in_info = texts_of(block, REGISTRATION_PATH, REGISTRATION_NAMES)
    check_character_code(header, encoding)
    return registration_of(
        header,
        info,
        encoding,
        source_of(data, header.get(FILE_IDENTIFIER), encoding),
        unknown + unknown_in_header + unknown_in_body + unknown_in_info,
    )


def decoded(data: bytes, transport: str | None) -> tuple[str, Encoding]:
    """The text of a message of bounded size, once it is known that nothing in it is dangerous."""
    check_size(data)
    if b"<!DOCTYPE" in data:
        raise Problem("oqs.dtd")
    return charset.decoded(data, transport)


def parts_of(text: str) -> tuple[dict[str, etree._Element], int]:
    """Header and body, and how many other elements stood beside them."""
    if text.count("<") > MOST_ELEMENTS or text.count("=") > MOST_ELEMENTS:
        _check_count_exactly(text)
    root = _parsed(text.encode())
    if root.tag != ROOT:
        raise Problem("oqs.unknown-root", element=ROOT)
    return _children(root, f"/{ROOT}", _PARTS)


def _parsed_request(data: bytes, text: str, encoding: Encoding) -> Request:
    parts, unknown = parts_of(text)
    header, unknown_in_header = texts_of(one_of(parts, HEADER, HEADER_PATH), HEADER_PATH, HEADER_NAMES)
    body, unknown_in_body = _children(one_of(parts, BODY, BODY_PATH), BODY_PATH, _SEARCH_PARTS)
    search, unknown_in_search = texts_of(one_of(body, SEARCH_INFO, SEARCH_PATH), SEARCH_PATH, SEARCH_NAMES)
    check_character_code(header, encoding)
    return request_of(
        in_order(header, REQUEST_HEADER),
        in_order(search, SEARCH),
        encoding,
        source_of(data, header.get(FILE_IDENTIFIER), encoding),
        unknown + unknown_in_header + unknown_in_body + unknown_in_search,
    )


def _check_count_exactly(text: str) -> None:
    """Problem `oqs.too-many-elements`, before a tree is made, also for as many attributes, which no message has. What
    opens no element is passed over."""
    elements, attributes = 0, text.count("=")
    for tag in _tags(text):
        if len(tag[0]) > 1:
            attributes -= tag[0].count("=")
            continue
        elements += 1
        check_count(elements)
    check_count(attributes)


def salvage(data: bytes) -> Salvaged:
    """What an answer needs of a message that could not be read: its character set as far as it can be told, its
    任意のファイル識別子, so that the sender can still tell which message was refused, and its 資格確認日."""
    encoding, identifier, source = charset.declared(data), None, None
    found = _literal_identifier(data, 0, SALVAGED)
    if found is not None:
        identifier = _meant(found[1], encoding)
        source = source_of(data, identifier, encoding)
    asked = _asked_day(data, 0, SALVAGED)
    return Salvaged(
        encoding=encoding,
        arbitrary_file_identifier=identifier,
        identifier_source=source,
        qualification_confirmation_date=None if asked is None else day_if_any(asked[1]),
    )


_PARTS = frozenset((HEADER, BODY))
_SEARCH_PARTS = frozenset((SEARCH_INFO,))
_REGISTRATION_PARTS = frozenset((REGISTRATION_INFO,))


def _parsed(content: bytes) -> etree._Element:
    try:
        return etree.fromstring(content, _parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Problem("oqs.not-well-formed", where=f"line {line}, column {column}") from None


def _children(
    parent: etree._Element, path: str, known: frozenset[str]
) -> tuple[dict[str, etree._Element], int]:
    """The known children of an element, each there once at most, and how many others there were."""
    found: dict[str, etree._Element] = {}
    unknown = 0
    for child in parent:
        name = child.tag
        if name not in known:
            unknown += 1
        elif name in found:
            raise Problem("oqs.duplicate-element", where=f"{path}/{name}", element=name)
        else:
            found[name] = child
    return found, unknown


def one_of(found: dict[str, etree._Element], name: str, path: str) -> etree._Element:
    element = found.get(name)
    if element is None:
        raise Problem("oqs.missing-element", where=path, element=name)
    return element


def texts_of(parent: etree._Element, path: str, known: frozenset[str]) -> tuple[dict[str, str], int]:
    """The texts of an element's known children, and how many others there were."""
    found: dict[str, str] = {}
    unknown = 0
    for child in parent:
        name = child.tag
        if name not in known:
            unknown += 1
        elif name in found:
            raise Problem("oqs.duplicate-element", where=f"{path}/{name}", element=name)
        elif len(child):
            raise Problem("oqs.not-a-text", where=f"{path}/{name}", element=name)
        else:
            found[name] = child.text or ""
    return found, unknown


def source_of(data: bytes, identifier: str | None, encoding: Encoding) -> IdentifierSource | None:
    """How the identifier stood between its tags, where our own way to write it would differ."""
    if not identifier:
        return None
    ours = f"<{FILE_IDENTIFIER}>{charset.escaped(identifier)}</{FILE_IDENTIFIER}>"
    literal = charset.exact(ours, encoding)
    if literal is not None and literal in data:
        return None
    found = _literal_identifier(data)
    if found is None or _meant(found[1], encoding) != identifier:
        return None
    return IdentifierSource(encoding=encoding, content=found[1])


def _meant(content: bytes, encoding: Encoding) -> str | None:
    """The text that some bytes without a tag stand for, None where they cannot stand in a message."""
    try:
        return _parsed(b"<_>" + content.decode(encoding.codec).encode() + b"</_>").text
    except (UnicodeDecodeError, Problem):
        return None
