"""Questions and answers as XML: escaped text between tags that are ready before the first message.

From the table of the wire one function per struct is made, once; writing is then a walk over the fields. Nothing is
written that is not in the table, and no text leaves unescaped.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from operator import attrgetter

import msgspec

from kaihoken.coverage.oqs import charset
from kaihoken.coverage.oqs.message import (
    Encoding,
    ListHeader,
    RegistrationRequest,
    RegistrationResponse,
    Request,
    Response,
    ResponseHeader,
    ResultHeader,
    SearchInfo,
    Written,
)
from kaihoken.coverage.oqs.wire import (
    BODY,
    BODY_PATH,
    FILE_IDENTIFIER,
    HEADER,
    HEADER_PATH,
    LIST_HEADER,
    REGISTRATION,
    REGISTRATION_INFO,
    REGISTRATION_PATH,
    REGISTRATION_RESULT,
    REQUEST_HEADER,
    RESPONSE_BODY,
    RESPONSE_HEADER,
    RESULT_HEADER,
    ROOT,
    SEARCH,
    SEARCH_INFO,
    VISIT_BODY,
    Element,
    Form,
)
from kaihoken.coverage.oqs.wire_text import (
    PLAIN,
    UNREADABLE,
    CodeTexts,
    Convert,
    Value,
    allowed_codes,
    check_validity,
    insurer,
    kana,
    readable,
    second,
    sent_texts,
)

_notable = re.compile(f"[&<>\r{UNREADABLE}]").search
_plain_kana = re.compile("[ -%'-;=?-~\uff61-\uff9f]+").fullmatch
_to_escape = re.compile("[&<>\r]").search

DECLARATIONS = {
    encoding: f'<?xml version="1.0" encoding="{encoding.value}"?>\n<{ROOT}><{HEADER}>'
    for encoding in Encoding
}
BETWEEN = f"</{HEADER}><{BODY}>"
END = f"</{BODY}></{ROOT}>"


def write_response(response: Response) -> Written:
    """The answer as the bytes of one XML document, in the character set that its header names.

    Raises Problem `oqs.code-not-allowed` for a code that this interface may not send. What the character set does not
    have is replaced and listed.
    """
    check_validity(response.body)
    return _written(response.header, response.body, *_response_writers())


def write_visit(response: Response) -> Written:
    """The same in home or online care, where a consent can be over."""
    check_validity(response.body)
    return _written(response.header, response.body, *_visit_writers())


def write_registered(response: RegistrationResponse) -> Written:
    """What became of a registration. As `write_response`."""
    return write_result(response.header, response.body, REGISTRATION_RESULT)


def write_result(header: ResultHeader, body: Value, elements: tuple[Element, ...]) -> Written:
    """A result that is about no day, its body by a table. As `write_response`."""
    return _written(header, body, *_result_writers(elements))


def _written(
    header: ResponseHeader | ResultHeader, body: Value, write_header: "Write", write_body: "Write"
) -> Written:
    encoding = header.encoding
    source = _own_source(header)
    if source is not None:
        header = msgspec.structs.replace(header, arbitrary_file_identifier="")
    document = DECLARATIONS[encoding] + write_header(header) + BETWEEN + write_body(body) + END
    content, replaced = charset.encoded(document, encoding)
    if source is not None:
        content = content.replace(_EMPTY_IDENTIFIER, _OPENING + source + _CLOSING, 1)
    return Written(content=content, replaced=replaced)


def write_request(request: Request) -> Written:
    """The question as the bytes of one XML document, in its own character set."""
    header, search = _request_header_writer()(request.header), _search(request.search)
    return _asked(request.encoding, header, f"<{SEARCH_INFO}>{search}</{SEARCH_INFO}>")


def write_registration(request: RegistrationRequest) -> Written:
    """The registration of a 照会番号 as the bytes of one XML document, in its own character set."""
    write_header, write_info = _registration_request_writers()
    info = f"<{REGISTRATION_INFO}>{write_info(request.info)}</{REGISTRATION_INFO}>"
    return _asked(request.encoding, write_header(request.header), info)


def _asked(encoding: Encoding, header: str, body: str) -> Written:
    content, replaced = charset.encoded(DECLARATIONS[encoding] + header + BETWEEN + body + END, encoding)
    return Written(content=content, replaced=replaced)


_OPENING, _CLOSING = f"<{FILE_IDENTIFIER}>".encode(), f"</{FILE_IDENTIFIER}>".encode()
_EMPTY_IDENTIFIER = _OPENING + _CLOSING


def _own_source(header: ResponseHeader | ResultHeader | ListHeader) -> bytes | None:
    """How the sender wrote the identifier of this answer, where that can stand in it as it is."""
    source = header.identifier_source
    if source is None or source.encoding is not header.encoding or header.arbitrary_file_identifier is None:
        return None
    return source.content


def with_identifier(header: ResponseHeader | ResultHeader | ListHeader, content: bytes) -> bytes:
    """A message, written with an empty identifier where the sender's own bytes can stand in it, with these."""
    source = _own_source(header)
    return content if source is None else content.replace(_EMPTY_IDENTIFIER, _OPENING + source + _CLOSING, 1)


Write = Callable[[Value], str]


@cache
def _response_writers() -> tuple[Write, Write]:
    return writer_of(RESPONSE_HEADER, HEADER_PATH), writer_of(RESPONSE_BODY, BODY_PATH)


@cache
def _visit_writers() -> tuple[Write, Write]:
    return writer_of(RESPONSE_HEADER, HEADER_PATH), writer_of(VISIT_BODY, BODY_PATH)


@cache
def _result_writers(elements: tuple[Element, ...]) -> tuple[Write, Write]:
    return writer_of(RESULT_HEADER, HEADER_PATH), writer_of(elements, BODY_PATH)


@cache
def _registration_request_writers() -> tuple[Write, Write]:
    return writer_of(LIST_HEADER, HEADER_PATH), writer_of(REGISTRATION, REGISTRATION_PATH)


@cache
def _request_header_writer() -> Write:
    return writer_of(REQUEST_HEADER, HEADER_PATH)


def writer_of(elements: tuple[Element, ...], path: str) -> Write:
    """A function that writes the fields of one struct in the order of the table. None writes nothing."""
    values_of = attrgetter(*(element.attribute for element in elements))
    steps = tuple(_step(element, path) for element in elements)

    def write(struct: Value) -> str:
        return "".join(
            [step(value) for step, value in zip(steps, values_of(struct), strict=True) if value is not None]
        )

    return write


def _step(element: Element, parent: str) -> Write:
    """How one element is written, with its tags."""
    path = f"{parent}/{element.name}" if element.name else parent
    opening, closing = f"<{element.name}>", f"</{element.name}>"
    match element.form:
        case Form.TEXT:
            return _text_step(opening, closing)
        case Form.ECHO:
            return _echo_step(opening, closing)
        case Form.KANA:
            return _kana_step(opening, closing)
        case Form.INSURER:
            return _plain_step(opening, closing, insurer)
        case Form.CODE:
            return CodeTexts(element, path, lambda code: f"{opening}{code}{closing}").__getitem__
        case Form.ENCODING:
            return {encoding: f"{opening}{encoding.identifier}{closing}" for encoding in Encoding}.__getitem__
        case Form.FLAG:
            (present,) = allowed_codes(element)
            return {True: f"{opening}{present}{closing}", False: ""}.__getitem__
        case Form.INLINE:
            return writer_of(element.children, path)
        case Form.GROUP:
            return _around(opening, writer_of(element.children, path), closing)
        case Form.LIST:
            item = _around(
                f"<{element.item}>",
                writer_of(element.children, f"{path}/{element.item}"),
                f"</{element.item}>",
            )
            return _list_step(opening, item, closing)
        case Form.SEARCH:
            return _around(opening, _search, closing)
        case Form.INSTANT:
            return lambda instant: f"{opening}{second(instant)}{closing}"
        case _:
            return _plain_step(opening, closing, PLAIN[element.form])


def _text_step(opening: str, closing: str) -> Write:
    def step(text: str) -> str:
        if text.isalnum() or _notable(text) is None:
            return f"{opening}{text}{closing}" if text else ""
        return f"{opening}{charset.escaped(readable(text))}{closing}"

    return step


def _echo_step(opening: str, closing: str) -> Write:
    def step(text: str) -> str:
        if text.isalnum() or _to_escape(text) is None:
            return f"{opening}{text}{closing}"
        return f"{opening}{charset.escaped(text)}{closing}"

    return step


def _plain_step(opening: str, closing: str, convert: Convert) -> Write:
    @lru_cache(maxsize=1 << 12)
    def step(value: Value) -> str:
        return f"{opening}{convert(value)}{closing}"

    return step


def _kana_step(opening: str, closing: str) -> Write:
    write = _text_step(opening, closing)

    def step(text: str) -> str:
        return f"{opening}{text}{closing}" if _plain_kana(text) is not None else write(kana(text))

    return step


def _around(opening: str, write: Write, closing: str) -> Write:
    return lambda value: f"{opening}{write(value)}{closing}"


def _list_step(opening: str, item: Write, closing: str) -> Write:
    def step(values: tuple[Value, ...]) -> str:
        return f"{opening}{''.join(map(item, values))}{closing}" if values else ""

    return step


_search_steps = tuple(_echo_step(f"<{element.name}>", f"</{element.name}>") for element in SEARCH)


def _search(search: SearchInfo) -> str:
    texts = sent_texts(search)
    return "".join([step(text) for step, text in zip(_search_steps, texts, strict=True) if text is not None])
