"""The table of the wire against the structs, the code lists and itself."""

import msgspec
import pytest

from kaihoken import rules
from kaihoken.coverage import answer
from kaihoken.coverage.oqs import message
from kaihoken.coverage.oqs.wire import (
    DISEASE,
    ELDERLY,
    LIMIT,
    REQUEST_HEADER,
    RESPONSE_BODY,
    RESPONSE_HEADER,
    RESULT,
    SEARCH,
    TICKET,
    Element,
    Form,
)

NOT_ON_THE_WIRE = {
    answer.Result: {"name_reading", "name_flagged"},
    message.SearchInfo: {"as_sent"},
    message.RequestHeader: {"identifier_source"},
    message.ResponseHeader: {"identifier_source"},
}
"""For people, or about the writing itself."""

TABLES = [
    (REQUEST_HEADER, message.RequestHeader),
    (SEARCH, message.SearchInfo),
    (RESPONSE_HEADER, message.ResponseHeader),
    (RESPONSE_BODY, message.ResponseBody),
    (RESULT, answer.Result),
    (ELDERLY, answer.ElderlyShown),
    (LIMIT, answer.LimitShown),
    (DISEASE, answer.DiseaseShown),
    (TICKET, answer.TicketShown),
]


@pytest.mark.parametrize(("elements", "struct"), TABLES)
def test_every_field_is_carried_by_one_element(
    elements: tuple[Element, ...], struct: type[msgspec.Struct]
) -> None:
    carried = [element.attribute for element in elements]

    assert len(carried) == len(set(carried))
    assert set(carried) == set(struct.__struct_fields__) - NOT_ON_THE_WIRE.get(struct, set())


def flattened(elements: tuple[Element, ...]) -> list[Element]:
    """With inline children in the place of their parent."""
    return [
        inner
        for element in elements
        for inner in (element.children if element.form is Form.INLINE else (element,))
    ]


@pytest.mark.parametrize(("elements", "struct"), TABLES)
def test_no_name_stands_twice_in_one_group(
    elements: tuple[Element, ...], struct: type[msgspec.Struct]
) -> None:
    names = [element.name for element in flattened(elements)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(("elements", "struct"), TABLES)
def test_every_code_has_a_list_and_every_exception_a_code(
    elements: tuple[Element, ...], struct: type[msgspec.Struct]
) -> None:
    for element in flattened(elements):
        assert (element.form in (Form.CODE, Form.FLAG)) == bool(element.codes)
        if element.codes:
            assert element.only <= set(rules.code_list(element.codes).codes)


def test_both_character_sets_are_those_of_the_list() -> None:
    assert {one.identifier for one in message.Encoding} == set(rules.code_list("OQSCD005").codes)


@pytest.mark.parametrize(
    ("codes", "values"),
    [
        ("OQSCD002", message.ReferenceClassification),
        ("OQSCD003", message.SegmentOfResult),
        ("OQSCD004", message.ProcessingResultStatus),
    ],
)
def test_named_codes_are_those_of_their_list(codes: str, values: type[message.SegmentOfResult]) -> None:
    assert {value.value for value in values} == set(rules.code_list(codes).codes)
