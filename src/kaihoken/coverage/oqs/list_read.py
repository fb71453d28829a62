"""A list, and the question for its results, from a message to memory: XML in either character set, or the tree as JSON.

As tolerant and as strict as the reading of a single question. A list is read in steps, between which others are
answered; what is wrong inside one block is found when that block is answered.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, cast

import orjson
from lxml import etree

from kaihoken.coverage.oqs import charset
from kaihoken.coverage.oqs.json_read import MARK, QUESTION_PATHS, refuse_repeated_names, texts_in
from kaihoken.coverage.oqs.message import (
    Encoding,
    IdentifierSource,
    ListRequest,
    MonthQuestion,
    ReceptionQuestion,
    VisitQuestion,
)
from kaihoken.coverage.oqs.question import (
    HEADER_NAMES,
    LIST_HEADER_NAMES,
    Sent,
    check_character_code,
    check_texts,
    day_of,
    facility_code,
    in_order,
)
from kaihoken.coverage.oqs.wire import (
    BODY,
    BODY_PATH,
    CHARACTER_CODE,
    CONFIRMATION_DATE,
    FILE_IDENTIFIER,
    HEADER,
    HEADER_PATH,
    LIST_HEADER,
    MONTH_QUESTION,
    PATHS,
    RECEPTION_QUESTION,
    REGISTRATION,
    REGISTRATION_INFO,
    REQUEST_HEADER,
    ROOT,
    SEARCH,
    SEARCH_INFO,
    SEARCH_PATH,
    TREATMENT_MONTH,
    VISIT_QUESTION,
    Element,
)
from kaihoken.coverage.oqs.wire_text import allowed_codes
from kaihoken.coverage.oqs.xml_read import PARSING, source_of, texts_of
from kaihoken.problems import Problem

LARGEST_LIST = 8 * 1024 * 1024
"""Bytes: some twenty thousand people. Longer lists come over our own carrier, which is read part by part."""

_PIECE = 1 << 16
_TREATMENT = VISIT_QUESTION[-1]
_month = re.compile("[12][0-9]{3}(?:0[1-9]|1[0-2])").fullmatch

Texts = Mapping[str, str]
_Events = Iterator[tuple[str, etree._Element]]  # of "start" and "end", which are all that is asked for


class Form:
    """Of which blocks a list is made, and whether it is about a day."""

    __slots__ = ("block", "elements", "header", "header_names", "names", "path")

    def __init__(self, block: str, elements: tuple[Element, ...], *, dated: bool) -> None:
        self.block = block
        self.elements = elements
        self.names = frozenset(element.name for element in elements)
        self.path = f"{BODY_PATH}/{block}"
        self.header = REQUEST_HEADER if dated else LIST_HEADER
        self.header_names = HEADER_NAMES if dated else LIST_HEADER_NAMES


ELIGIBILITY = Form(SEARCH_INFO, SEARCH, dated=True)
"""資格確認 一括照会."""

REGISTRATIONS = Form(REGISTRATION_INFO, REGISTRATION, dated=False)
"""照会番号 一括登録."""


TICKET_MONTH = Form(SEARCH_INFO, MONTH_QUESTION, dated=False)
"""医療扶助 医療券 一括取得: a month in place of people (`read_month_question`)."""


VISITS = Form(SEARCH_INFO, VISIT_QUESTION, dated=False)
"""訪問診療等・オンライン診療等 一括: days in place of people (`read_visit_question`)."""


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
    text, encoding = charset.decoded(data, transport)
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
        self.blocks: list[tuple[str | None, ...]] = []

    def go_on(self, events: "_Events") -> None:
        for event, element in events:
            if event == "start":
                self._path.append(element.tag)
                if len(self._path) == 1 and element.tag != ROOT:
                    raise Problem("oqs.unknown-root", element=ROOT)
                continue
            if len(self._path) == 2:
                self._part_ended(element)
            elif len(self._path) == 3 and self._path[1] == BODY:
                self._block_ended(element)
            self._path.pop()

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
    header, body = _json_parts(data, transport)
    yield None
    texts = texts_in(header, HEADER_PATH, form.header_names)
    check_character_code(texts, Encoding.UTF_8)
    found = body.get(form.block)
    blocks = found if isinstance(found, list) else [] if found is None else [found]
    taken = []
    for number, block in enumerate(blocks):
        if not isinstance(block, dict):
            raise Problem("oqs.not-a-group", where=form.path, element=form.block)
        inner = block.get(form.block, block)  # with the name of the element that repeats, or without
        if not isinstance(inner, dict):
            raise Problem("oqs.not-a-group", where=form.path, element=form.block)
        taken.append(in_order(texts_in(inner, form.path, form.names), form.elements))
        if number % 500 == 499:
            yield None
    yield _request(form, texts, taken, Encoding.UTF_8, None)


def _json_parts(data: bytes, transport: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and body of a message."""
    if transport is not None and not charset.is_utf8(transport):
        raise charset.unsupported(transport, (Encoding.UTF_8,))
    data = data.removeprefix(MARK)
    charset.utf8(data)
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Problem("oqs.not-well-formed", where=f"line {error.lineno}, column {error.colno}") from None
    if data.count(b":") != _names_in(tree):
        # More colons than names: one stands in a text, or a name twice.
        try:
            refuse_repeated_names(data, QUESTION_PATHS)
        except RecursionError:
            raise Problem("oqs.not-well-formed", where="too deep") from None
    message = tree.get(ROOT) if isinstance(tree, dict) else None
    if not isinstance(message, dict):
        raise Problem("oqs.unknown-root", where=f"/{ROOT}", element=ROOT)
    parts = []
    for name, path in ((HEADER, HEADER_PATH), (BODY, BODY_PATH)):
        part = message.get(name)
        if part is None:
            raise Problem("oqs.missing-element", where=path, element=name)
        if not isinstance(part, dict):
            raise Problem("oqs.not-a-group", where=path, element=name)
        parts.append(part)
    return parts[0], parts[1]


def _names_in(tree: object) -> int:
    """How many names the objects of a tree have."""
    names, waiting = 0, [tree]
    while waiting:
        group = waiting.pop()
        if isinstance(group, dict):
            names += len(group)
            waiting += group.values()
        elif isinstance(group, list):
            waiting += group
    return names


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


def read_reception_question(data: bytes, *, xml: bool, transport: str | None = None) -> ReceptionQuestion:
    """The question for the results of a list. Raises a Problem of the `oqs.` family."""
    sent, asked, encoding, source = short_message(data, RECEPTION_QUESTION, transport, xml=xml)
    return ReceptionQuestion(
        medical_institution_code=facility_code(sent[0]),
        arbitrary_file_identifier=sent[1],
        identifier_source=source,
        reception_number=(asked[0] or "").strip(),
        encoding=encoding,
    )


def read_month_question(data: bytes, *, xml: bool, transport: str | None = None) -> MonthQuestion:
    """The question for everybody with a 医療券 for a month; the month stands in the body, or in a block in it. Raises a
    Problem of the `oqs.` family."""
    sent, asked, encoding, source = short_message(data, MONTH_QUESTION, transport, xml=xml)
    text = (asked[0] or "").strip()
    if not _month(text):
        raise Problem("oqs.impossible-date", where=f"{BODY_PATH}/{TREATMENT_MONTH}", element=TREATMENT_MONTH)
    return MonthQuestion(
        medical_institution_code=facility_code(sent[0]),
        arbitrary_file_identifier=sent[1],
        identifier_source=source,
        month=date(int(text[:4]), int(text[4:]), 1),
        encoding=encoding,
    )


def read_visit_question(data: bytes, *, xml: bool, transport: str | None = None) -> VisitQuestion:
    """The question about everybody who consented in home or online care; its days stand in the body, or in a block in
    it. Raises a Problem of the `oqs.` family."""
    sent, asked, encoding, source = short_message(data, VISIT_QUESTION, transport, xml=xml)
    *days, treatment = [(text or "").strip() for text in asked]
    given_from, given_to, examined_from, examined_to = [
        day_of(element.name, day) if day else None for element, day in zip(VISIT_QUESTION, days, strict=False)
    ]
    if treatment and treatment not in allowed_codes(_TREATMENT):
        raise Problem(
            "oqs.unknown-code",
            where=PATHS[_TREATMENT.name],
            element=_TREATMENT.name,
            list=_TREATMENT.codes,
        )
    return VisitQuestion(
        medical_institution_code=facility_code(sent[0]),
        arbitrary_file_identifier=sent[1],
        identifier_source=source,
        given_from=given_from,
        given_to=given_to,
        examined_from=examined_from,
        examined_to=examined_to,
        treatment=treatment or None,
        encoding=encoding,
    )


def short_message(
    data: bytes,
    elements: tuple[Element, ...],
    transport: str | None,
    *,
    xml: bool,
    header: tuple[Element, ...] = LIST_HEADER,
) -> tuple[Sent, Sent, Encoding, IdentifierSource | None]:
    """The texts of header and body of a short message, in the order of their tables; what the body holds may stand in
    one block in it. Raises a Problem of the `oqs.` family."""
    if len(data) > LARGEST_LIST:
        raise Problem("oqs.too-large", most=LARGEST_LIST)
    names = frozenset(element.name for element in elements)
    in_header = frozenset((*(element.name for element in header), CHARACTER_CODE))
    encoding, source = Encoding.UTF_8, None
    if xml:
        outer, body, encoding, source = _xml_parts(data, in_header, names, transport)
    else:
        group, inner = _json_parts(data, transport)
        outer = texts_in(group, HEADER_PATH, in_header)
        block = inner.get(SEARCH_INFO)
        body = texts_in({**inner, **(block if isinstance(block, dict) else {})}, BODY_PATH, names)
    check_character_code(outer, encoding)
    sent, asked = in_order(outer, header), in_order(body, elements)
    check_texts(header, sent, HEADER_PATH)
    check_texts(elements, asked, BODY_PATH)
    return sent, asked, encoding, source


def _xml_parts(
    data: bytes, in_header: frozenset[str], names: frozenset[str], transport: str | None
) -> tuple[Texts, Texts, Encoding, IdentifierSource | None]:
    if b"<!DOCTYPE" in data:
        raise Problem("oqs.dtd")
    text, encoding = charset.decoded(data, transport)
    header: dict[str, str] | None = None
    body: dict[str, str] | None = None
    try:
        root = etree.fromstring(text.encode(), etree.XMLParser(**PARSING))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Problem("oqs.not-well-formed", where=f"line {line}, column {column}") from None
    if root.tag != ROOT:
        raise Problem("oqs.unknown-root", element=ROOT)
    for part in root:
        if part.tag == HEADER and header is None:
            header, _ = texts_of(part, HEADER_PATH, in_header)
        elif part.tag == BODY and body is None:
            body, _ = texts_of(part, BODY_PATH, names)
            blocks = part.findall(SEARCH_INFO)
            if len(blocks) > 1:
                raise Problem("oqs.duplicate-element", where=SEARCH_PATH, element=SEARCH_INFO)
            for block in blocks:
                body |= texts_of(block, SEARCH_PATH, names)[0]
        elif part.tag in (HEADER, BODY):
            raise Problem("oqs.duplicate-element", where=f"/{ROOT}/{part.tag}", element=part.tag)
    if header is None:
        raise Problem("oqs.missing-element", where=HEADER_PATH, element=HEADER)
    if body is None:
        raise Problem("oqs.missing-element", where=BODY_PATH, element=BODY)
    return header, body, encoding, source_of(data, header.get(FILE_IDENTIFIER), encoding)
