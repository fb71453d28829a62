"""The tree of a message as JSON Schema, read off the table of the wire: what stands there is what may be sent.

Both carriers hold the same tree. In JSON a list is an array of objects with one member each; in XML the member repeats
inside its element, which OpenAPI calls a wrapped array.
"""

from collections.abc import Sequence
from functools import cache

import orjson

from kaihoken.coverage.oqs.json_read import read_request
from kaihoken.coverage.oqs.list_read import Form as ListForm
from kaihoken.coverage.oqs.list_write import Units
from kaihoken.coverage.oqs.message import Encoding
from kaihoken.coverage.oqs.unconfirmed import DAY_IF_ANY, UnconfirmedMessage, settings_elements
from kaihoken.coverage.oqs.wire import (
    BODY,
    HEADER,
    LIST_ANSWER_HEADER,
    LIST_HEADER,
    RECEPTION,
    RECEPTION_QUESTION,
    REGISTRATION,
    REGISTRATION_INFO,
    REGISTRATION_RESULT,
    REQUEST_HEADER,
    RESPONSE_BODY,
    RESPONSE_HEADER,
    RESULT_HEADER,
    ROOT,
    SEARCH,
    SEARCH_INFO,
    UNIT_RESULT,
    VISIT_BODY,
    Element,
    Form,
)
from kaihoken.coverage.oqs.wire_text import allowed_codes
from kaihoken.coverage.oqs.xml_write import write_request

Schema = dict[str, object]
"""A piece of JSON Schema: its shape is the standard's, not ours."""

_PATTERNS = {
    Form.DATE: "^[0-9]{8}$",
    Form.MONTH: "^[0-9]{6}$",
    Form.INSTANT: "^[0-9]{14}$",
    Form.PERCENT: "^[0-9]{3}$",
    Form.YEN: "^[0-9]+$",
    Form.COUNT: "^[0-9]+$",
}
QUESTION_EXAMPLE: Schema = {
    ROOT: {
        HEADER: {
            "QualificationConfirmationDate": "20261120",
            "MedicalInstitutionCode": "9910000000",
            "ArbitraryFileIdentifier": "000000000001",
        },
        BODY: {
            SEARCH_INFO: {
                "InsurerNumber": "01139906",
                "InsuredCardSymbol": "99000003",
                "InsuredIdentificationNumber": "1061",
                "InsuredBranchNumber": "00",
                "Birthdate": "19700707",
                "LimitApplicationCertificateRelatedConsFlg": "1",
            }
        },
    }
}
"""見本 剛 of the sandbox, as docs/oqs.md asks for him."""


def question_example(*, xml: bool) -> Schema | str:
    """A question as a carrier takes it."""
    if not xml:
        return QUESTION_EXAMPLE
    return write_request(read_request(orjson.dumps(QUESTION_EXAMPLE))).content.decode()


def question_schema(*, xml: bool) -> Schema:
    """What a question holds. Elements beyond it are passed over."""
    body = _group({SEARCH_INFO: _element_group(SEARCH, xml=xml)}, [SEARCH_INFO])
    return _message(_element_group(REQUEST_HEADER, xml=xml), body, xml=xml)


def registration_schema(*, xml: bool) -> Schema:
    """What the registration of a 照会番号 holds."""
    body = _group({REGISTRATION_INFO: _element_group(REGISTRATION, xml=xml)}, [REGISTRATION_INFO])
    return _message(_element_group(LIST_HEADER, xml=xml), body, xml=xml)


def registered_schema(*, xml: bool) -> Schema:
    """What the result of a registration can hold."""
    header, body = _element_group(RESULT_HEADER, xml=xml), _element_group(REGISTRATION_RESULT, xml=xml)
    return _message(header, body, xml=xml)


def unconfirmed_schema(message: UnconfirmedMessage, *, xml: bool) -> Schema:
    """What a message holds of which nobody confirmed the layout."""
    body = _element_group(message.elements, xml=xml)
    if message.in_block:
        body = _group({SEARCH_INFO: body}, [SEARCH_INFO])
    return _message(_element_group(DAY_IF_ANY, xml=xml), body, xml=xml)


def unconfirmed_answer_schema(message: UnconfirmedMessage, *, xml: bool) -> Schema:
    """What its answer can hold."""
    if message.in_block:
        return answer_schema(VISIT_BODY, xml=xml)
    header = _element_group(RESULT_HEADER, xml=xml)
    return _message(header, _element_group(settings_elements(message), xml=xml), xml=xml)


def list_schema(form: ListForm, *, xml: bool) -> Schema:
    """What a list holds: a block, as often as there are people."""
    one = _element_group(form.elements, xml=xml)
    body = _group({form.block: {"type": "array", "items": one}}, [form.block])
    return _message(_element_group(form.header, xml=xml), body, xml=xml)


def reception_schema(*, xml: bool) -> Schema:
    """What the reception of a list holds."""
    header, body = _element_group(LIST_ANSWER_HEADER, xml=xml), _element_group(RECEPTION, xml=xml)
    return _message(header, body, xml=xml)


def reception_question_schema(*, xml: bool) -> Schema:
    """What the question for the results of a list holds."""
    header, body = _element_group(LIST_HEADER, xml=xml), _element_group(RECEPTION_QUESTION, xml=xml)
    return _message(header, body, xml=xml)


def results_schema(units: Units, *, xml: bool) -> Schema:
    """What the results of a list can hold."""
    unit = _members(units.elements, xml=xml)
    if units.result:
        unit[UNIT_RESULT] = {"type": "array", "items": _element_group(units.result, xml=xml)}
    body = _group({units.name: {"type": "array", "items": _group(unit, [])}}, [])
    return _message(_element_group(LIST_ANSWER_HEADER, xml=xml), body, xml=xml)


def answer_schema(body: tuple[Element, ...] = RESPONSE_BODY, *, xml: bool) -> Schema:
    """What an answer with that body can hold. What has no value has no element."""
    return _message(_element_group(RESPONSE_HEADER, xml=xml), _element_group(body, xml=xml), xml=xml)


def _message(header: Schema, body: Schema, *, xml: bool) -> Schema:
    message = _group({HEADER: header, BODY: body}, [HEADER, BODY])
    return {**message, "xml": {"name": ROOT}} if xml else _group({ROOT: message}, [ROOT])


def _group(members: Schema, required: Sequence[str]) -> Schema:
    return {"type": "object", "properties": members, **({"required": list(required)} if required else {})}


@cache
def _element_group(elements: tuple[Element, ...], *, xml: bool) -> Schema:
    # Many rows of a hub hold the same elements. What is given back is shared: nobody writes into it.
    required = [element.name for element in elements if element.required]
    return _group(_members(elements, xml=xml), required)


def _members(elements: tuple[Element, ...], *, xml: bool) -> Schema:
    members: Schema = {}
    for element in elements:
        if element.form is Form.INLINE:
            members |= _members(element.children, xml=xml)
        else:
            members[element.name] = _one(element, xml=xml)
    return members


def _one(element: Element, *, xml: bool) -> Schema:
    match element.form:
        case Form.GROUP:
            return _element_group(element.children, xml=xml)
        case Form.LIST:
            item = _element_group(element.children, xml=xml)
            if xml:
                return {
                    "type": "array",
                    "xml": {"wrapped": True},
                    "items": {**item, "xml": {"name": element.item}},
                }
            return {"type": "array", "items": _group({element.item: item}, [element.item])}
        case Form.SEARCH:
            return _group({asked.name: {"type": "string"} for asked in element.children}, [])
        case Form.CODE | Form.FLAG:
            codes = list(allowed_codes(element))
            return {"type": "string", "enum": codes, "description": element.codes}
        case Form.ENCODING:
            return {"type": "string", "enum": [encoding.identifier for encoding in Encoding]}
        case form if form in _PATTERNS:
            return {"type": "string", "pattern": _PATTERNS[form]}
        case _:
            limit = (
                {} if element.longest is None else {"description": f"at most {element.longest} characters"}
            )
            return {"type": "string", **limit}
