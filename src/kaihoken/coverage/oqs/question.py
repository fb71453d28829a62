"""From the texts of a question's elements to a question: the checks that both carriers share."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from kaihoken.coverage.oqs.message import Encoding, IdentifierSource, Request, RequestHeader, SearchInfo
from kaihoken.coverage.oqs.wire import (
    CHARACTER_CODE,
    CONFIRMATION_DATE,
    HEADER_PATH,
    LIST_HEADER,
    PATHS,
    REGISTRATION,
    REQUEST_HEADER,
    SEARCH,
    SEARCH_PATH,
    Element,
)
from kaihoken.identity import parse_wire_date
from kaihoken.problems import Problem

LARGEST_MESSAGE = 4 * 1024 * 1024
"""Bytes. Real receivers stop at the same size."""

MOST_ELEMENTS = 1_000
"""A question has some fifteen: a tree of a million would cost memory and say nothing."""

SALVAGED = 1 << 16
"""Bytes of an unreadable message that are searched for what an answer needs."""

Sent = tuple[str | None, ...]
"""The verbatim text of every element of a table, in its order; None for one that was left out."""

HEADER_NAMES = frozenset((*(element.name for element in REQUEST_HEADER), CHARACTER_CODE))
SEARCH_NAMES = frozenset(element.name for element in SEARCH)
LIST_HEADER_NAMES = frozenset((*(element.name for element in LIST_HEADER), CHARACTER_CODE))
REGISTRATION_NAMES = frozenset(element.name for element in REGISTRATION)

_WAYS_TO_CONSENT = {"0": False, "1": True}


def check_size(data: bytes) -> None:
    """Problem `oqs.too-large`."""
    if len(data) > LARGEST_MESSAGE:
        raise Problem("oqs.too-large", most=LARGEST_MESSAGE)


def check_count(elements: int, most: int = MOST_ELEMENTS) -> None:
    """Problem `oqs.too-many-elements`."""
    if elements > most:
        raise Problem("oqs.too-many-elements", most=most)


def in_order(texts: Mapping[str, str], elements: tuple[Element, ...]) -> Sent:
    """Texts by element name in the order of a table."""
    return tuple([texts.get(element.name) for element in elements])


def check_texts(elements: tuple[Element, ...], texts: Sent, path: str) -> None:
    """Whether what is required is there, and nothing is too long, in a group of elements at a path.

    Problems `oqs.missing-element`, `oqs.too-long`."""
    for element, text in zip(elements, texts, strict=True):
        if not text or text.isspace():
            if element.required:
                raise Problem("oqs.missing-element", where=f"{path}/{element.name}", element=element.name)
        elif element.longest is not None and len(text) > element.longest < len(text.strip()):
            where = f"{path}/{element.name}"
            raise Problem("oqs.too-long", where=where, element=element.name, longest=element.longest)


def check_character_code(texts: Mapping[str, str], encoding: Encoding) -> None:
    """Problem `oqs.encoding-mismatch` where a question's 文字コード識別 names another character set than its own."""
    sent = texts.get(CHARACTER_CODE)
    if sent is not None and sent.strip() != encoding.identifier:
        raise Problem(
            "oqs.encoding-mismatch", where=f"{HEADER_PATH}/{CHARACTER_CODE}", declared=encoding.value
        )


def request_of(
    header: Sent,
    search: Sent,
    encoding: Encoding,
    identifier_source: IdentifierSource | None = None,
    unknown_elements: int = 0,
) -> Request:
    """The question that the texts of REQUEST_HEADER and SEARCH ask.

    Problems, each with the path of its element: `oqs.missing-element` (left out or empty), `oqs.too-long`,
    `oqs.impossible-date`, `oqs.not-a-facility-code`, `oqs.unknown-code`.
    """
    check_texts(REQUEST_HEADER, header, HEADER_PATH)
    day, facility, identifier = header
    return Request(
        header=RequestHeader(
            qualification_confirmation_date=day_of(CONFIRMATION_DATE, day),
            medical_institution_code=facility_code(facility),
            arbitrary_file_identifier=identifier,
            identifier_source=identifier_source,
        ),
        search=search_of(search),
        encoding=encoding,
        unknown_elements=unknown_elements,
    )


def search_of(search: Sent) -> SearchInfo:
    """By whom the texts of SEARCH ask. Problems as `request_of`."""
    check_texts(SEARCH, search, SEARCH_PATH)
    insurer_number, symbol, number, branch, birthdate, consent, arbitrary_identifier = search
    return SearchInfo(
        insurer_number=insurer_number or "",
        symbol=symbol,
        number=number or "",
        branch=branch,
        birthdate=day_of("Birthdate", birthdate),
        limit_consent=_consent(consent),
        arbitrary_identifier=arbitrary_identifier,
        as_sent=search,
    )


def day_of(element: str, text: str | None) -> date:
    try:
        return _parsed(text or "")
    except Problem as problem:
        raise Problem("oqs.impossible-date", where=PATHS[element], element=element) from problem


def day_if_any(text: bytes) -> date | None:
    """The day that a text of an unreadable message names, None where it names none."""
    try:
        return _parsed(text.decode("ascii"))
    except Problem:
        return None


@lru_cache(maxsize=1 << 14)
def _parsed(text: str) -> date:
    return parse_wire_date(text.strip())


def facility_code(text: str | None) -> str:
    """The 医療機関コード that a header names. Problem `oqs.not-a-facility-code`."""
    code = (text or "").strip()
    if len(code) == 10 and code.isascii() and code.isdigit():
        return code
    raise Problem("oqs.not-a-facility-code", where=PATHS["MedicalInstitutionCode"])


def _consent(text: str | None) -> bool:
    agreed = _WAYS_TO_CONSENT.get((text or "").strip())
    if agreed is None:
        element = "LimitApplicationCertificateRelatedConsFlg"
        raise Problem("oqs.unknown-code", where=PATHS[element], element=element, list="OQSCD001")
    return agreed
