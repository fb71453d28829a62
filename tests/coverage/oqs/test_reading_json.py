"""What the JSON reader takes. It shares its checks with the XML reader, so only what is its own is tested in full."""

import json
from typing import Any

import pytest

from kaihoken.coverage.oqs import Encoding, read_request, read_request_json, salvage_json
from kaihoken.problems import Problem

from .messages import HEADER_ELEMENTS, IDENTIFIER, SEARCH_ELEMENTS, a_document, a_tree

SEARCH = "/XmlMsg/MessageBody/QualificationConfirmSearchInfo"


def encoded(tree: object, **how: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False, **how).encode()


def refused(data: bytes, transport: str | None = None) -> tuple[str, str]:
    with pytest.raises(Problem) as caught:
        read_request_json(data, transport)
    assert caught.value.title("ja")
    assert caught.value.mend("en")
    return caught.value.code, caught.value.where


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_same_tree_is_the_same_question(indent: int | None, mark: bytes) -> None:
    assert read_request_json(mark + encoded(a_tree(), indent=indent)) == read_request(a_document().encode())


def test_null_is_an_element_that_was_left_out() -> None:
    request = read_request_json(encoded(a_tree(search=SEARCH_ELEMENTS | {"InsuredBranchNumber": None})))

    assert request.search.branch is None


def test_an_empty_text_is_an_empty_element() -> None:
    request = read_request_json(encoded(a_tree(search=SEARCH_ELEMENTS | {"InsuredBranchNumber": ""})))

    assert request.search.branch == ""


def test_what_is_not_known_is_passed_over_and_counted() -> None:
    search = SEARCH_ELEMENTS | {"Later": {"InsurerNumber": [1, 2.5, True, None, {}]}, "Note": "12:30"}
    request = read_request_json(encoded(a_tree(search=search) | {"Other": 10**40}))

    assert request.unknown_elements == 3
    assert request.search.insurer_number == "06132013"


def test_a_colon_inside_a_text_is_only_a_colon() -> None:
    request = read_request_json(
        encoded(a_tree(header=HEADER_ELEMENTS | {"ArbitraryFileIdentifier": "12:30"}))
    )

    assert request.header.arbitrary_file_identifier == "12:30"
    assert request.unknown_elements == 0


@pytest.mark.parametrize("name", [*SEARCH_ELEMENTS, *HEADER_ELEMENTS])
def test_a_name_that_stands_twice_is_refused(name: str) -> None:
    text = encoded(a_tree()).decode()
    value = json.dumps((SEARCH_ELEMENTS | HEADER_ELEMENTS)[name])
    code, where = refused(text.replace(f'"{name}"', f'"{name}" : {value}, "{name}"', 1).encode())

    assert code == "oqs.duplicate-element"
    assert where.endswith(f"/{name}")


@pytest.mark.parametrize(
    "data",
    [
        b'{"XmlMsg":{}, "XmlMsg":' + encoded(a_tree()["XmlMsg"]) + b"}",
        b'{"Later":{"a":1,"a":1}, "XmlMsg":' + encoded(a_tree()["XmlMsg"]) + b"}",
    ],
)
def test_a_part_that_stands_twice_is_refused(data: bytes) -> None:
    assert refused(data)[0] == "oqs.duplicate-element"


@pytest.mark.parametrize("value", [19800102, 1.5, True, ["19800102"], {"Year": "1980"}])
def test_a_value_that_is_not_a_text_is_refused(value: object) -> None:
    search = SEARCH_ELEMENTS | {"Birthdate": value}

    assert refused(encoded(a_tree(search=search))) == ("oqs.not-a-text", f"{SEARCH}/Birthdate")


@pytest.mark.parametrize("value", ["text", 1, [SEARCH_ELEMENTS], False])
def test_a_part_that_is_not_an_object_is_refused(value: object) -> None:
    assert refused(encoded(a_tree(search=value))) == ("oqs.not-a-group", SEARCH)


def test_a_missing_part_is_named() -> None:
    assert refused(encoded(a_tree(search=None))) == ("oqs.missing-element", SEARCH)
    assert refused(b'{"XmlMsg":{}}') == ("oqs.missing-element", "/XmlMsg/MessageHeader")


@pytest.mark.parametrize("data", [b"{}", b"[]", b'"XmlMsg"', b"null", b"1"])
def test_another_root_is_refused(data: bytes) -> None:
    assert refused(data)[0] == "oqs.unknown-root"


@pytest.mark.parametrize("text", ["\x00", "a\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_could_not_carry_is_refused(text: str) -> None:
    search = SEARCH_ELEMENTS | {"InsuredCardSymbol": text}

    assert refused(json.dumps(a_tree(search=search)).encode()) == (
        "oqs.character-not-allowed",
        f"{SEARCH}/InsuredCardSymbol",
    )


@pytest.mark.parametrize("data", [b"", b"{", b'{"a":NaN}', b'{"a":"\\ud800"}', b'{"a":1}x', b"\x00"])
def test_what_is_not_json_is_refused_with_its_place(data: bytes) -> None:
    code, where = refused(data)

    assert code == "oqs.not-well-formed"
    assert where.startswith("line 1, column ")


def test_only_utf8_is_json() -> None:
    kanji = encoded(a_tree(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "渋谷"})).decode()

    assert read_request_json(kanji.encode(), "UTF-8").search.symbol == "渋谷"
    assert refused(kanji.encode("cp932"))[0] == "oqs.encoding-mismatch"
    assert refused(kanji.encode(), "Shift_JIS")[0] == "oqs.encoding-unsupported"
    assert refused(kanji.encode(), "EUC-JP")[0] == "oqs.encoding-unsupported"


def test_the_code_in_the_header_must_be_that_of_utf8() -> None:
    agreeing = a_tree(header=HEADER_ELEMENTS | {"CharacterCodeIdentifier": "0"})
    other = a_tree(header=HEADER_ELEMENTS | {"CharacterCodeIdentifier": "1"})

    assert read_request_json(encoded(agreeing)).encoding is Encoding.UTF_8
    assert refused(encoded(other))[0] == "oqs.encoding-mismatch"


@pytest.mark.parametrize("name", list(SEARCH_ELEMENTS))
def test_the_checks_are_those_of_xml(name: str) -> None:
    for text in ("", "x" * 60, "20260231", "号"):
        search = SEARCH_ELEMENTS | {name: text}
        outcomes = []
        for read, data in (
            (read_request, a_document(search=search).encode()),
            (read_request_json, encoded(a_tree(search=search))),
        ):
            try:
                outcomes.append(read(data).search)
            except Problem as problem:
                outcomes.append((problem.code, problem.where, problem.facts))
        assert outcomes[0] == outcomes[1]


def test_the_identifier_is_found_in_what_cannot_be_read() -> None:
    broken = encoded(a_tree(header=HEADER_ELEMENTS | {"ArbitraryFileIdentifier": 'a"日\\'}))[:-3]

    assert salvage_json(broken).arbitrary_file_identifier == 'a"日\\'
    assert salvage_json(encoded(a_tree())).arbitrary_file_identifier == IDENTIFIER


@pytest.mark.parametrize("data", [b"", b'{"ArbitraryFileIdentifier": 1}', b'"ArbitraryFileIdentifier":"\\x"'])
def test_an_identifier_that_cannot_be_told_is_left(data: bytes) -> None:
    assert salvage_json(data).arbitrary_file_identifier is None
