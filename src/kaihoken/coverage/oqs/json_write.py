"""Questions and answers as JSON: {"XmlMsg": {"MessageHeader": …, "MessageBody": …}}, every value a string, UTF-8.

A list stands as an array of objects with one member each, named as the XML element that would repeat:
"ResultList": [{"ResultOfQualificationConfirmation": {…}}].
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
import orjson

from kaihoken.coverage.oqs import charset
from kaihoken.coverage.oqs.message import (
    Encoding,
    RegistrationRequest,
    RegistrationResponse,
    Replaced,
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
    STAND_IN_MARK,
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

Group = dict[str, Any]
"""An object of the tree: texts, objects, lists of objects."""

Put = Callable[[Value, Group], None]
"""Puts a value into the object that it belongs to."""

Tree = Callable[[Value], Group]


def write_response(response: Response) -> Written:
    """The answer as the bytes of one JSON document; 文字コード識別 is UTF-8 whatever the header says.

    Raises Problem `oqs.code-not-allowed` for a code that this interface may not send. What no receiver could read is
    replaced by ● and listed.
    """
    check_validity(response.body)
    return _answered(response.header, response.body, *_response_trees())


def write_visit(response: Response) -> Written:
    """The same in home or online care, where a consent can be over."""
    check_validity(response.body)
    return _answered(response.header, response.body, *_visit_trees())


def write_registered(response: RegistrationResponse) -> Written:
    """What became of a registration. As `write_response`."""
    return write_result(response.header, response.body, REGISTRATION_RESULT)


def write_result(header: ResultHeader, body: Value, elements: tuple[Element, ...]) -> Written:
    """A result that is about no day, its body by a table. As `write_response`."""
    return _answered(header, body, tree_of(RESULT_HEADER, HEADER_PATH), tree_of(elements, BODY_PATH))


def _answered(
    header: ResponseHeader | ResultHeader, body: Value, header_tree: Tree, body_tree: Tree
) -> Written:
    if header.encoding is not Encoding.UTF_8:
        header = msgspec.structs.replace(header, encoding=Encoding.UTF_8)
    return _written({ROOT: {HEADER: header_tree(header), BODY: body_tree(body)}})


def write_request(request: Request) -> Written:
    """The question as the bytes of one JSON document."""
    body = {SEARCH_INFO: _search(request.search)}
    return _written({ROOT: {HEADER: _request_header_tree()(request.header), BODY: body}})


def write_registration(request: RegistrationRequest) -> Written:
    """The registration of a 照会番号 as the bytes of one JSON document."""
    header_tree, info_tree = _registration_request_trees()
    body = {REGISTRATION_INFO: info_tree(request.info)}
    return _written({ROOT: {HEADER: header_tree(request.header), BODY: body}})


_mark_in_utf8 = STAND_IN_MARK.encode()


def fitted_tree(tree: Group) -> Group:
    """A tree with ● for what no receiver could read."""
    if _mark_in_utf8 not in orjson.dumps(tree):
        return tree
    fitted: Group = _fitted(tree, "", [])
    return fitted


def _written(tree: Group) -> Written:
    content = orjson.dumps(tree)
    if _mark_in_utf8 not in content:
        return Written(content=content)
    replaced: list[Replaced] = []
    return Written(content=orjson.dumps(_fitted(tree, "", replaced)), replaced=tuple(replaced))


def _fitted(value: Any, where: str, replaced: list[Replaced]) -> Any:
    if isinstance(value, dict):
        return {name: _fitted(member, f"{where}/{name}", replaced) for name, member in value.items()}
    if isinstance(value, list):
        return [_fitted(member, where, replaced) for member in value]
    return charset.fitted(value, Encoding.UTF_8, where, replaced)


@cache
def _response_trees() -> tuple[Tree, Tree]:
    return tree_of(RESPONSE_HEADER, HEADER_PATH), tree_of(RESPONSE_BODY, BODY_PATH)


@cache
def _visit_trees() -> tuple[Tree, Tree]:
    return tree_of(RESPONSE_HEADER, HEADER_PATH), tree_of(VISIT_BODY, BODY_PATH)


@cache
def _registration_request_trees() -> tuple[Tree, Tree]:
    return tree_of(LIST_HEADER, HEADER_PATH), tree_of(REGISTRATION, REGISTRATION_PATH)


@cache
def _request_header_tree() -> Tree:
    return tree_of(REQUEST_HEADER, HEADER_PATH)


@cache
def tree_of(elements: tuple[Element, ...], path: str) -> Tree:
    """A function that makes an object of the fields of one struct, in the order of the table."""
    put = _putting(elements, path)

    def tree(struct: Value) -> Group:
        into: Group = {}
        put(struct, into)
        return into

    return tree


def _putting(elements: tuple[Element, ...], path: str) -> Put:
    values_of = attrgetter(*(element.attribute for element in elements))
    steps = tuple(_step(element, path) for element in elements)

    def put(struct: Value, into: Group) -> None:
        for step, value in zip(steps, values_of(struct), strict=True):
            if value is not None:
                step(value, into)

    return put


def _step(element: Element, parent: str) -> Put:
    """How one element is put into its object. What is empty is left out, but for what the asker sent empty."""
    name = element.name
    path = f"{parent}/{name}" if name else parent
    match element.form:
        case Form.TEXT:
            return _text_step(name, readable)
        case Form.KANA:
            return _text_step(name, lambda text: readable(kana(text)))
        case Form.INLINE:
            return _putting(element.children, path)
        case Form.GROUP:
            return _value_step(name, tree_of(element.children, path))
        case Form.LIST:
            return _list_step(name, element.item, tree_of(element.children, f"{path}/{element.item}"))
        case Form.SEARCH:
            return _value_step(name, _search)
        case Form.CODE:
            return _code_step(name, CodeTexts(element, path))
        case Form.FLAG:
            (present,) = allowed_codes(element)
            return _code_step(name, {True: present, False: ""})
        case Form.ECHO:
            return _value_step(name, str)
        case Form.ENCODING:
            return _value_step(name, _identifier_of)
        case Form.INSTANT:
            return _value_step(name, second)
        case Form.INSURER:
            return _value_step(name, insurer)
        case _:
            return _value_step(name, PLAIN[element.form])


def _identifier_of(encoding: Encoding) -> str:
    return encoding.identifier


def _text_step(name: str, convert: Convert) -> Put:
    def put(text: str, into: Group) -> None:
        if text:
            into[name] = convert(text)

    return put


def _code_step(name: str, texts: Mapping[Value, str]) -> Put:
    def put(value: Value, into: Group) -> None:
        if value:
            into[name] = texts[value]

    return put


def _value_step(name: str, convert: Callable[[Value], object]) -> Put:
    def put(value: Value, into: Group) -> None:
        into[name] = convert(value)

    return put


def _list_step(name: str, item: str, tree: Tree) -> Put:
    def put(values: tuple[Value, ...], into: Group) -> None:
        if values:
            into[name] = [{item: tree(value)} for value in values]

    return put


def _search(search: SearchInfo) -> Group:
    return {
        element.name: text
        for element, text in zip(SEARCH, sent_texts(search), strict=True)
        if text is not None
    }
