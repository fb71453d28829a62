"""Whatever comes in, a reader answers with a question or with a problem of the catalogue, and soon."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kaihoken.coverage.oqs import (
    LARGEST_MESSAGE,
    Request,
    Salvaged,
    read_request,
    read_request_json,
    salvage,
    salvage_json,
)
from kaihoken.coverage.oqs.question import MOST_ELEMENTS
from kaihoken.coverage.oqs.xml_plain import plain_question
from kaihoken.problems import Problem

from .messages import HEADER_ELEMENTS, SEARCH_ELEMENTS, a_document, a_tree, xml_of

Outcome = Request | str

PLENTY = settings(max_examples=300, deadline=None)
SOON = 2.0
"""Seconds. What is refused takes milliseconds; a reader that expands or retries would take minutes."""


@contextmanager
def soon() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < SOON


def outcome(read: Callable[[bytes], Request], save: Callable[[bytes], Salvaged], data: bytes) -> Outcome:
    """The question, or the code of the problem that is said of it."""
    try:
        return read(data)
    except Problem as problem:
        save(data)
        return said(problem)


def said(problem: Problem) -> str:
    assert problem.code.startswith("oqs.")
    assert problem.title("ja")
    assert problem.mend("ja")
    assert problem.mend("en")
    assert problem.as_rfc9457()
    return problem.code


def xml_outcome(data: bytes) -> Outcome:
    return outcome(read_request, salvage, data)


def json_outcome(data: bytes) -> Outcome:
    return outcome(read_request_json, salvage_json, data)


@given(st.binary(max_size=400))
@PLENTY
def test_random_bytes_are_no_question(data: bytes) -> None:
    assert isinstance(xml_outcome(data), str)
    assert isinstance(json_outcome(data), str)


DOCUMENTS = [
    a_document().encode(),
    a_document(search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "渋谷"}).encode(),
    a_document(
        search=SEARCH_ELEMENTS | {"InsuredCardSymbol": "渋谷"},
        declaration='<?xml version="1.0" encoding="Shift_JIS"?>',
    ).encode("cp932"),
]
PIECES = [
    b"",
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"&#0;",
    b"&#xD800;",
    b"&#x1F600;",
    b"&amp;",
    b"&bomb;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?xml version='1.0'?>",
    b"<!DOCTYPE x>",
    b"<",
    b">",
    b"<Birthdate>",
    b"</MessageHeader>",
    b"<InsurerNumber>06132013</InsurerNumber>",
    b'"',
    b'":',
    b"{",
    b'"InsurerNumber":"1",',
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\x85\x40",
]


@st.composite
def mutated(draw: st.DrawFn, documents: list[bytes]) -> bytes:
    """A question after some accidents: pieces put in, parts taken out or doubled, another character set declared."""
    data = draw(st.sampled_from(documents))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 60)))
        match draw(st.sampled_from(["put", "take", "double", "declare"])):
            case "put":
                data = data[:start] + draw(st.sampled_from(PIECES)) + data[start:]
            case "take":
                data = data[:start] + data[end:]
            case "double":
                data = data[:end] + data[start:end] + data[end:]
            case "declare":
                other = draw(st.sampled_from([b"Shift_JIS", b"UTF-16", b"UTF-7", b"latin1", b"utf-8"]))
                data = data.replace(b"UTF-8", other)
    return data


@given(mutated(DOCUMENTS))
@PLENTY
def test_a_mutated_document_is_read_or_refused(data: bytes) -> None:
    xml_outcome(data)


@given(mutated([json.dumps(a_tree(), ensure_ascii=False, indent=1).encode()]))
@PLENTY
def test_a_mutated_tree_is_read_or_refused(data: bytes) -> None:
    json_outcome(data)


TEXTS = st.text(
    st.one_of(
        st.sampled_from("0123456789 \t\n\r&<>]'\"-渋谷ｱ①髙𠮷\ufffd\ue000"), st.characters(codec="utf-8")
    ),
    max_size=12,
)


@given(mutated(DOCUMENTS[:2]), TEXTS)
@example(DOCUMENTS[0], "]]>")
@example(DOCUMENTS[0], "a\rb")
@PLENTY
def test_the_pattern_reads_what_the_parser_reads(data: bytes, text: str) -> None:
    """The quick way takes nothing that the parser would refuse or read otherwise. A remark at the end is something
    that only the parser takes."""
    for document in (data, data.replace(b"12-34", text.encode())):
        try:
            plain = plain_question(document.decode())
        except UnicodeDecodeError:
            continue
        if plain is not None:
            assert xml_outcome(document) == xml_outcome(document + b"<!-- -->")


def test_the_pattern_takes_what_real_senders_write() -> None:
    """Else it would be no quick way."""
    spread = a_document().replace("><", ">\r\n  <")
    windows = a_document(declaration='<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>')

    assert plain_question(a_document())
    assert plain_question(spread)
    assert plain_question(windows)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>',
        "<!DOCTYPE XmlMsg>",
    ],
)
def test_a_document_type_is_refused_before_it_is_parsed(doctype: str) -> None:
    document = a_document(declaration='<?xml version="1.0"?>' + doctype).replace("12-34", "&j;")
    with soon():
        assert xml_outcome(document.encode()) == "oqs.dtd"


def test_entities_without_a_document_type_are_refused() -> None:
    assert xml_outcome(a_document().replace("12-34", "&a;").encode()) == "oqs.not-well-formed"


@pytest.mark.parametrize("read", [xml_outcome, json_outcome])
def test_more_than_the_largest_message_is_not_looked_at(read: Callable[[bytes], Outcome]) -> None:
    with soon():
        assert read(b" " * (LARGEST_MESSAGE + 1)) == "oqs.too-large"
        assert read(b" " * LARGEST_MESSAGE) == "oqs.not-well-formed"


def filled(piece: str) -> bytes:
    """A question that is as large as it may be, filled with one thing."""
    head, tail = a_document(declaration="").split("<MessageHeader>", 1)
    room = LARGEST_MESSAGE - len(head) - len(tail) - 30
    return f"{head}{piece * (room // len(piece.encode()))}<MessageHeader>{tail}".encode()


@pytest.mark.parametrize("piece", ["<a/>", "<a b='1'/>", "<a>"])
def test_a_multitude_of_elements_is_refused_before_a_tree_is_made(piece: str) -> None:
    with soon():
        assert xml_outcome(filled(piece)) == "oqs.too-many-elements"


OWN_ELEMENTS = a_document().count("</")


def test_signs_of_attributes_in_a_remark_are_no_attributes() -> None:
    remark = f"<!-- {'=' * 2000} -->"

    assert isinstance(
        xml_outcome(a_document().replace("<MessageHeader>", f"{remark}<MessageHeader>").encode()), Request
    )


@pytest.mark.parametrize("piece", ["<X/>", "<X></X>", "<X a='1'>x</X>", "<X><Y/></X>"])
@pytest.mark.parametrize("beside", ["", "<!-- <a/> -->", "<?a <b/> ?>"])
def test_a_thousand_elements_are_read_and_one_more_is_not(piece: str, beside: str) -> None:
    each = 2 if "Y" in piece else 1
    room = MOST_ELEMENTS - OWN_ELEMENTS

    def among(count: int, one_more: str = "") -> Outcome:
        more = (piece + beside) * (count // each) + "<X/>" * (count % each) + one_more
        return xml_outcome(a_document().replace("<MessageHeader>", f"{more}<MessageHeader>").encode())

    assert isinstance(among(room), Request)
    assert among(room, "<X/>") == "oqs.too-many-elements"


@pytest.mark.parametrize("value", ["x", "a,b,{,[", '\\" , {', None, [], {}])
def test_a_thousand_names_are_read_and_one_more_is_not(value: object) -> None:
    tree = a_tree()
    own = sum(map(len, (tree, tree["XmlMsg"], *tree["XmlMsg"].values(), SEARCH_ELEMENTS)))
    room = min(MOST_ELEMENTS - own, 90 if value in ([], {}) else MOST_ELEMENTS)

    tree["XmlMsg"] |= {f"X{number}": value for number in range(room)}
    fits = json_outcome(json.dumps(tree).encode())
    tree["XmlMsg"] |= {f"Y{number}": value for number in range(MOST_ELEMENTS - own - room + 1)}

    assert isinstance(fits, Request)
    assert json_outcome(json.dumps(tree).encode()) == "oqs.too-many-elements"


@pytest.mark.parametrize("piece", ["<!--", "<![CDATA[", "<?", "<", "<!-- -->"])
def test_counting_is_soon_done(piece: str) -> None:
    with soon():
        assert isinstance(xml_outcome(filled(piece)), Request | str)


@pytest.mark.parametrize("piece", ['"', '\\"', "{}", "[],", '"a",'])
def test_counting_names_is_soon_done(piece: str) -> None:
    with soon():
        assert isinstance(json_outcome(b'["' + piece.encode() * 1_000_000), str)


def test_depth_is_bounded() -> None:
    for depth in (200, 400):
        search = xml_of(SEARCH_ELEMENTS) + "<a>" * depth + "</a>" * depth
        with soon():
            read = xml_outcome(a_document(search=search).encode())
        assert isinstance(read, Request) if depth == 200 else read == "oqs.not-well-formed"


def test_a_multitude_of_attributes_is_refused_before_a_tree_is_made() -> None:
    def among(count: int) -> Outcome:
        attributes = " ".join(f"a{number}=''" for number in range(count))
        message = a_document(declaration="").replace("<XmlMsg>", f"<XmlMsg {attributes}>").encode()
        return xml_outcome(message[:LARGEST_MESSAGE])

    with soon():
        assert among(400_000) == "oqs.too-many-elements"
    assert isinstance(among(MOST_ELEMENTS), Request)
    assert among(MOST_ELEMENTS + 1) == "oqs.too-many-elements"


@pytest.mark.parametrize(
    "text", ["x", "渋", " ", "\n", "1", "]", "&#65;", "&amp;", "<!---->", "<![CDATA[x]]>"]
)
def test_a_text_as_large_as_the_message_is_soon_done_with(text: str) -> None:
    many = LARGEST_MESSAGE // len(text.encode()) - 1_000
    with soon():
        assert isinstance(xml_outcome(a_document().replace("12-34", text * many).encode()), Request | str)


@pytest.mark.parametrize("space", [" ", "\r\n", "\t \n"])
def test_space_without_end_is_soon_done_with(space: str) -> None:
    wide = a_document().replace("</InsurerNumber>", "</InsurerNumber>" + space * 1_000_000)
    with soon():
        assert isinstance(xml_outcome(wide.encode()), Request)
        assert isinstance(
            xml_outcome(wide.replace("<InsuredCardSymbol>", "x<InsuredCardSymbol>").encode()), Request
        )


@pytest.mark.parametrize("depth", [90, 100, 1_000, 1_030, 400_000])
@pytest.mark.parametrize("piece", ["[", '{"a":'])
def test_a_deep_tree_is_read_or_refused(depth: int, piece: str) -> None:
    end = {"[": "]", '{"a":': "}"}[piece]
    deep = piece * depth + "1" + end * depth
    data = json.dumps(a_tree()).replace('{"XmlMsg"', f'{{"Later":{deep},"XmlMsg"').encode()
    with soon():
        read = json_outcome(data)
    assert isinstance(read, Request) if depth == 90 else read == "oqs.too-many-elements"


@pytest.mark.parametrize("piece", ['"a",', "1,", "[],"])
def test_a_multitude_of_members_is_refused_before_a_tree_is_made(piece: str) -> None:
    with soon():
        assert json_outcome(b"[" + piece.encode() * 500_000 + b"1]") == "oqs.too-many-elements"


def test_a_text_in_json_as_large_as_the_message_is_soon_done_with() -> None:
    for text in ("x", ":", '\\"', "\\\\"):
        long = text * (LARGEST_MESSAGE // len(text) - 1_000)
        data = json.dumps(a_tree()).replace("12-34", long).encode()
        with soon():
            assert json_outcome(data) == "oqs.too-long"


def test_a_number_without_end_is_soon_done_with() -> None:
    for number in ("9" * 1_000_000, "1." + "3" * 1_000_000):
        data = json.dumps(a_tree()).replace('{"XmlMsg"', f'{{"Later":{number},"XmlMsg"').encode()
        with soon():
            assert isinstance(json_outcome(data), Request | str)


def test_an_identifier_that_never_ends_is_soon_given_up() -> None:
    with soon():
        assert salvage(b"<ArbitraryFileIdentifier>" * 100_000).arbitrary_file_identifier is None
        assert salvage_json(b'"ArbitraryFileIdentifier" ' * 100_000).arbitrary_file_identifier is None
        assert (
            salvage_json(b'"ArbitraryFileIdentifier":"' + b"\\" * 100_000).arbitrary_file_identifier is None
        )
        assert salvage(b"<?xml " + b"\n" * 1_000_000).arbitrary_file_identifier is None


def test_an_element_in_the_wrong_part_is_not_taken_for_its_namesake() -> None:
    document = a_document(xml_of(HEADER_ELEMENTS) + "<ArbitraryIdentifier>x</ArbitraryIdentifier>")
    request = read_request(document.encode())

    assert request.search.arbitrary_identifier is None
    assert request.unknown_elements == 1
