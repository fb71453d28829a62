"""The question as nearly every sender writes it, read by one pattern: a third of the time of a parser.

The pattern takes only what could not be read in two ways: our elements in the order of the wire, no attributes, no
comments, no entities, no characters that XML treats specially. Everything else, right or wrong, is the parser's
(`xml_read`), which on all that the pattern takes finds the same texts.
"""

import re

from kaihoken.coverage.oqs.question import Sent
from kaihoken.coverage.oqs.wire import BODY, HEADER, REQUEST_HEADER, ROOT, SEARCH, SEARCH_INFO, Element

_SPACE = "[ \t\r\n]*"
_DECLARATION = (
    "(?:<\\?xml version=[\"']1\\.0[\"'](?: encoding=[\"'][A-Za-z0-9._-]+[\"'])?"
    "(?: standalone=[\"'](?:yes|no)[\"'])? ?\\?>)?"
)
# Left out: & and < begin markup, ] may end a CDATA section that never began, a carriage return is read as a line
# feed, and some characters XML forbids.
_TEXT = "[^&<\\]\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*"


def _pattern(elements: tuple[Element, ...]) -> str:
    return "".join(
        f"(?:<{element.name}>({_TEXT})</{element.name}>{_SPACE}){'' if element.required else '?'}"
        for element in elements
    )


_question = re.compile(
    f"{_DECLARATION}{_SPACE}<{ROOT}>{_SPACE}"
    f"<{HEADER}>{_SPACE}{_pattern(REQUEST_HEADER)}</{HEADER}>{_SPACE}"
    f"<{BODY}>{_SPACE}<{SEARCH_INFO}>{_SPACE}{_pattern(SEARCH)}</{SEARCH_INFO}>{_SPACE}</{BODY}>{_SPACE}"
    f"</{ROOT}>{_SPACE}"
).fullmatch

_HEADER_SIZE = len(REQUEST_HEADER)


def plain_question(text: str) -> tuple[Sent, Sent] | None:
    """The texts of header and search information in the order of the table, None for a message of another form."""
    found = _question(text)
    if found is None:
        return None
    texts = found.groups()
    return texts[:_HEADER_SIZE], texts[_HEADER_SIZE:]
