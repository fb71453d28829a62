"""A list from a message to memory: XML in either character set, or the tree as JSON.

As tolerant and as strict as the reading of a single question. A list is read in steps, between which others are
answered; what is wrong inside one block is found when that block is answered.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import cast

import msgspec
import orjson
from lxml import etree

from kaihoken.coverage.oqs import charset
from kaihoken.coverage.oqs.json_read import (
    MARK,
    QUESTION_PATHS,
    check_elements,
    check_utf8,
    not_well_formed,
    outer_groups,
    refuse_repeated_names,
    signs,
    texts_in,
)
from kaihoken.coverage.oqs.message import (
    Encoding,
    IdentifierSource,
    ListRequest,
)
from kaihoken.coverage.oqs.question import (
    HEADER_NAMES,
    LIST_HEADER_NAMES,
    check_character_code,
    check_count,
    check_texts,
    day_of,
    facility_code,
    in_order,
)
from kaihoken.coverage.oqs.wire import (
    BODY,
    BODY_PATH,
    CONFIRMATION_DATE,
    FILE_IDENTIFIER,
    HEADER,
    HEADER_PATH,
    LIST_HEADER,
    MONTH_QUESTION,
    REGISTRATION,
    REGISTRATION_INFO,
    REQUEST_HEADER,
    ROOT,
    SEARCH,
    SEARCH_INFO,
    VISIT_QUESTION,
    Element,
)
from kaihoken.coverage.oqs.xml_read import PARSING, source_of, texts_of
from kaihoken.problems import Problem

LARGEST_LIST = 8 * 1024 * 1024
"""Bytes: some twenty thousand people. Longer lists come over our own carrier, which is read part by part."""

MOST_ELEMENTS = LARGEST_LIST // 16
"""No list of people has more: it takes that many bytes to write an element with its name and text."""

MOST_ATTRIBUTES = 1 << 17
"""No list has any, but each of its people may have the sign of one in a text."""

_PIECE = 1 << 16
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode

Texts = Mapping[str, str]
_Events = Iterator[tuple[str, etree._Element]]  # of "start" and "end", which are all that is asked for


class Form:
    """Of which blocks a list is made, and whether it is about a day."""

    __slots__ = ("block", "elements", "header", "header_names", "names", "path", "paths")

    def __init__(self, block: str, elements: tuple[Element, ...], *, dated: bool) -> None:
        self.block = block
        self.elements = elements
        self.names = frozenset(element.name for element in elements)
        self.path = f"{BODY_PATH}/{block}"
        self.paths = {**QUESTION_PATHS, **{name: f"{self.path}/{name}" for name in self.names}}
        self.header = REQUEST_HEADER if dated else LIST_HEADER
        self.header_names = HEADER_NAMES if dated else LIST_HEADER_NAMES


ELIGIBILITY = Form(SEARCH_INFO, SEARCH, dated=True)
"""資格確認 一括照会."""

REGISTRATIONS = Form(REGISTRATION_INFO, REGISTRATION, dated=False)
"""照会番号 一括登録."""


TICKET_MONTH = Form(SEARCH_INFO, MONTH_QUESTION, dated=False)
"""医療扶助 医療券 一括取得: a month in place of people (`short_read`)."""


VISITS = Form(SEARCH_INFO, VISIT_QUESTION, dated=False)
"""訪問診療等・オンライン診療等 一括: days in place of people (`short_read`)."""


def read_list(
    form: Form, data: bytes, *, xml: bool, transport: str | None = None
) -> Iterator[ListRequest | None]:
    """The list in one message: None after each step, and then the list.

    Raises a Problem of the `oqs.` family, or `coverage.bulk-empty`.
    """
    if len(data) > LARGEST_LIST:
        raise Problem("oqs.too-large", most=LARGEST_LIST)
    return _read_xml(form, data, transport) if xml else _read_json(form, data, transport)


def _read_xml(form: Form, data: bytes, transport: str | None) -> Iterator[ListRequest | None]:
    if b"<!DOCTYPE" in data:
        raise Problem("oqs.dtd")
    yield None
    text, encoding = charset.decoded(data, transport)
    yield None
    check_count(text.count("="), MOST_ATTRIBUTES)
    yield None
    parser = etree.XMLPullParser(events=("start", "end"), **PARSING)
    reading = _Reading(form)
    try:
        for at in range(0, len(text), _PIECE):
            parser.feed(text[at : at + _PIECE].encode())
            reading.go_on(cast("_Events", parser.read_events()))
            yield None
        parser.close()
        reading.go_on(cast("_Events", parser.read_events()))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Problem("oqs.not-well-formed", where=f"line {line}, column {column}") from None
    header = reading.header_texts()
    source = source_of(data, header.get(FILE_IDENTIFIER), encoding)
    check_character_code(header, encoding)
    yield _request(form, header, reading.blocks, encoding, source)


class _Reading:
    """The parts of a list in XML as its elements end. A block is taken and let go: the tree stays small."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._path: list[str] = []
        self._header: dict[str, str] | None = None
        self._bodies = 0
        self._elements = 0
        self.blocks: list[tuple[str | None, ...]] = []

    def go_on(self, events: "_Events") -> None:
        for event, element in events:
            if event == "start":
                self._elements += 1
                self._path.append(element.tag)
                if len(self._path) == 1 and element.tag != ROOT:
                    raise Problem("oqs.unknown-root", element=ROOT)
                continue
            if len(self._path) == 2:
                self._part_ended(element)
            elif len(self._path) == 3 and self._path[1] == BODY:
                self._block_ended(element)
            self._path.pop()
        check_count(self._elements, MOST_ELEMENTS)

    def _part_ended(self, element: etree._Element) -> None:
        if element.tag == HEADER:
            if self._header is not None:
                raise Problem("oqs.duplicate-element", where=HEADER_PATH, element=HEADER)
            self._header, _ = texts_of(element, HEADER_PATH, self._form.header_names)
        elif element.tag == BODY:
            self._bodies += 1
            if self._bodies > 1:
                raise Problem("oqs.duplicate-element", where=BODY_PATH, element=BODY)

    def _block_ended(self, element: etree._Element) -> None:
        if element.tag == self._form.block:
            found, _ = texts_of(element, self._form.path, self._form.names)
            self.blocks.append(in_order(found, self._form.elements))
        parent = element.getparent()
        assert parent is not None  # it stands in the body
        parent.remove(element)

    def header_texts(self) -> dict[str, str]:
        """The texts of the header. Problem `oqs.missing-element` for a message without one, or without a body."""
        if self._header is None:
            raise Problem("oqs.missing-element", where=HEADER_PATH, element=HEADER)
        if not self._bodies:
            raise Problem("oqs.missing-element", where=BODY_PATH, element=BODY)
        return self._header


def _read_json(form: Form, data: bytes, transport: str | None) -> Iterator[ListRequest | None]:
    data = data.removeprefix(MARK)
    check_utf8(data, transport)
    yield None
    check_count(signs(data), MOST_ELEMENTS)
    yield None
    around, blocks = yield from _taken_apart(form, data)
    _, _, header, _ = outer_groups(around, transport)
    refuse_repeated_names(around, form.paths)
    texts = texts_in(header, HEADER_PATH, form.header_names)
    check_character_code(texts, Encoding.UTF_8)
    taken = []
    for number, block in enumerate(blocks):
        found = _texts_of_block(form, bytes(block), data)
        taken.append(in_order(found, form.elements))
        if number % 500 == 499:
            yield None
    yield _request(form, texts, taken, Encoding.UTF_8, None)


def _taken_apart(form: Form, data: bytes) -> Generator[None, None, tuple[bytes, Sequence[msgspec.Raw]]]:
    """What stands around the blocks of a list, with nothing in their place; and each block. In a message of another
    form no blocks are found, and all of it stands around them."""
    inside = msgspec.Raw(data)
    try:
        for name in (ROOT, BODY, form.block):
            members = _members(inside)
            if name not in members:
                return data, ()
            inside = members[name]
            yield None
        content = bytes(inside)
        blocks = _items(inside) if content.startswith(b"[") else [] if content == b"null" else [inside]
    except msgspec.ValidationError:
        return data, ()
    except (msgspec.DecodeError, RecursionError):
        raise _unread(data) from None
    yield None
    at = data.index(content)
    yield None
    return data[:at] + b"null" + data[at + len(content) :], blocks


def _texts_of_block(form: Form, block: bytes, data: bytes) -> Texts:
    check_elements(block)
    try:
        tree = orjson.loads(block)
    except orjson.JSONDecodeError:
        raise _unread(data) from None
    # With the name of the element that repeats, or without.
    inner = tree.get(form.block, tree) if isinstance(tree, dict) else None
    if not isinstance(inner, dict):
        raise Problem("oqs.not-a-group", where=form.path, element=form.block)
    if block.count(b":") != len(inner) + (inner is not tree):
        refuse_repeated_names(block, form.paths)
    return texts_in(inner, form.path, form.names)


def _unread(data: bytes) -> Problem:
    """What is wrong with a message that could not be read, with the place."""
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return not_well_formed(error)
    return Problem("oqs.not-well-formed", where="too deep")


def _request(
    form: Form,
    header: Texts,
    blocks: list[tuple[str | None, ...]],
    encoding: Encoding,
    source: IdentifierSource | None,
) -> ListRequest:
    sent = in_order(header, form.header)
    check_texts(form.header, sent, HEADER_PATH)
    facility, identifier = sent[-2:]
    if not blocks:
        raise Problem("coverage.bulk-empty", where=form.path)
    return ListRequest(
        qualification_confirmation_date=day_of(CONFIRMATION_DATE, sent[0]) if len(sent) > 2 else None,
        medical_institution_code=facility_code(facility),
        arbitrary_file_identifier=identifier,
        identifier_source=source,
        blocks=tuple(blocks),
        encoding=encoding,
    )
