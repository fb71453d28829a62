"""Messages of a few elements that stand for many people: the question for the results of a list, a month, days of
consents; and by which any message is read whose body is a table of elements. XML in either character set, or JSON.

As tolerant and as strict as the reading of a single question.
"""

import re
from collections.abc import Mapping
from datetime import date

from kaihoken.coverage.oqs.json_read import (
    MARK,
    QUESTION_PATHS,
    outer_groups,
    refuse_repeated_names,
    texts_in,
)
from kaihoken.coverage.oqs.message import (
    Encoding,
    IdentifierSource,
    MonthQuestion,
    ReceptionQuestion,
    VisitQuestion,
)
from kaihoken.coverage.oqs.question import (
    Sent,
    check_character_code,
    check_size,
    check_texts,
    day_of,
    facility_code,
    in_order,
)
from kaihoken.coverage.oqs.wire import (
    BODY,
    BODY_PATH,
    CHARACTER_CODE,
    FILE_IDENTIFIER,
    HEADER,
    HEADER_PATH,
    LIST_HEADER,
    MONTH_QUESTION,
    PATHS,
    RECEPTION_QUESTION,
    SEARCH_INFO,
    SEARCH_PATH,
    TREATMENT_MONTH,
    VISIT_QUESTION,
    Element,
)
from kaihoken.coverage.oqs.wire_text import allowed_codes
from kaihoken.coverage.oqs.xml_read import decoded, one_of, parts_of, source_of, texts_of
from kaihoken.problems import Problem

_TREATMENT = VISIT_QUESTION[-1]
_month = re.compile("[12][0-9]{3}(?:0[1-9]|1[0-2])").fullmatch

Texts = Mapping[str, str]


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
    names = frozenset(element.name for element in elements)
    in_header = frozenset((*(element.name for element in header), CHARACTER_CODE))
    read = _short_xml if xml else _short_json
    outer, body, encoding, source = read(data, in_header, names, transport)
    check_character_code(outer, encoding)
    sent, asked = in_order(outer, header), in_order(body, elements)
    check_texts(header, sent, HEADER_PATH)
    check_texts(elements, asked, BODY_PATH)
    return sent, asked, encoding, source


_Short = tuple[Texts, Texts, Encoding, IdentifierSource | None]


def _short_json(
    data: bytes, in_header: frozenset[str], names: frozenset[str], transport: str | None
) -> _Short:
    check_size(data)
    data = data.removeprefix(MARK)
    _, _, header, body = outer_groups(data, transport)
    refuse_repeated_names(data, {**{name: f"{BODY_PATH}/{name}" for name in names}, **QUESTION_PATHS})
    block = body.get(SEARCH_INFO)
    inside = {**body, **(block if isinstance(block, dict) else {})}
    return (
        texts_in(header, HEADER_PATH, in_header),
        texts_in(inside, BODY_PATH, names),
        Encoding.UTF_8,
        None,
    )


def _short_xml(
    data: bytes, in_header: frozenset[str], names: frozenset[str], transport: str | None
) -> _Short:
    text, encoding = decoded(data, transport)
    parts, _ = parts_of(text)
    header, _ = texts_of(one_of(parts, HEADER, HEADER_PATH), HEADER_PATH, in_header)
    body = one_of(parts, BODY, BODY_PATH)
    found, _ = texts_of(body, BODY_PATH, names)
    blocks = body.findall(SEARCH_INFO)
    if len(blocks) > 1:
        raise Problem("oqs.duplicate-element", where=SEARCH_PATH, element=SEARCH_INFO)
    for block in blocks:
        found |= texts_of(block, SEARCH_PATH, names)[0]
    return header, found, encoding, source_of(data, header.get(FILE_IDENTIFIER), encoding)
