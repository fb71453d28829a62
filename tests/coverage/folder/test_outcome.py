"""What a request file turns into."""

import pytest

from kaihoken.coverage.folder.outcome import TO_FACE, Errand, errand, error_in, rejected, require_fit
from kaihoken.coverage.oqs import LARGEST_LIST, LARGEST_MESSAGE, parse_face_name
from kaihoken.problems import Problem

from .agents import FACED

KEY = "00112233445566778899"


@pytest.mark.parametrize(
    ("name", "path", "lane", "most"),
    [
        ("OQSsiquc01req_202611210001.xml", "/oqs/search", "", LARGEST_MESSAGE),
        ("OQSsiimm01req_a.XML", "/oqs/OQSsiimm01", "OQSsiimm", LARGEST_MESSAGE),
        ("OQSmuquc01req_a.xml", "/oqs/OQSmuquc01", "OQSmuquc", LARGEST_LIST),
        ("OQSmuimm01req_a.xml", "/oqs/OQSmuimm01", "OQSmuimm", LARGEST_LIST),
        ("OQSmuquc02req_a.xml", "/oqs/OQSmuquc02", "OQSmuquc", LARGEST_MESSAGE),
        ("YZKsiquc01req_a.xml", "/oqs/YZKsiquc01", "YZKsiquc", LARGEST_MESSAGE),
        ("OQSsiquc01req_face_a.json", "/oqs/face", "", LARGEST_MESSAGE),
    ],
)
def test_each_interface_has_its_path(name: str, path: str, lane: str, most: int) -> None:
    todo = errand(name)

    assert (todo.path, todo.lane, todo.most) == (path, lane, most)


@pytest.mark.parametrize(
    "name",
    [
        "OQSsiquc01res_a.xml",
        "OQSsiquc01res_a.zip",
        "OQSsiquc02req_a.xml",
        "OQSxxxxx01req_a.xml",
        "OQSsiquc01req_face_.json",
        "OQSsiquc01req_a.json",
        "OQSmuquc01req_face_a.json",
        "山田.xml",
        "req.xml",
    ],
)
def test_what_is_no_request_is_not_asked(name: str) -> None:
    with pytest.raises(Problem, match=r"oqs\.file-name"):
        errand(name)


def test_a_request_that_is_packed_is_refused_as_one() -> None:
    with pytest.raises(Problem, match=r"oqs\.packed-request"):
        errand("OQSsiquc01req_a.zip")


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE a><XmlMsg/>",
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><!doctype a [<!ENTITY b "c">]><XmlMsg/>',
        b'<?xml version="1.0"?><?x y?> <!DOCTYPE XmlMsg SYSTEM "http://example.com/a.dtd"><XmlMsg/>',
    ],
)
def test_a_document_type_is_refused_on_the_spot(content: bytes) -> None:
    with pytest.raises(Problem, match=r"oqs\.dtd"):
        require_fit(content, LARGEST_MESSAGE)


@pytest.mark.parametrize(
    "content",
    [b"", b"<XmlMsg/>", b"<!-- <!DOCTYPE a> --><XmlMsg><![CDATA[<!DOCTYPE a>]]></XmlMsg>", b"nothing"],
)
def test_what_only_looks_like_one_is_not(content: bytes) -> None:
    require_fit(content, LARGEST_MESSAGE)


def test_more_than_a_message_may_have_is_refused_on_the_spot() -> None:
    require_fit(b"1234", 4)
    with pytest.raises(Problem, match=r"oqs\.too-large") as raised:
        require_fit(b"12345", 4)
    assert raised.value.facts == {"most": 4}


@pytest.mark.parametrize(
    ("media", "name"),
    [
        ("application/xml; charset=Shift_JIS", "OQSmuquc02res_a.xml"),
        ("text/xml", "OQSmuquc02res_a.xml"),
        ("Application/ZIP", "OQSmuquc02res_a.zip"),
        ("application/pdf", "OQSmuquc02res_a.pdf"),
    ],
)
def test_a_result_is_named_after_its_request(media: str, name: str) -> None:
    assert errand("OQSmuquc02req_a.xml").files(b"\x82\xa0", media, KEY) == {name: b"\x82\xa0"}


@pytest.mark.parametrize("media", ["text/html", ""])
def test_what_has_no_place_in_a_folder_is_said(media: str) -> None:
    with pytest.raises(Problem, match=r"access\.hub-unreachable"):
        errand("OQSmuquc02req_a.xml").files(b"<html>", media, KEY)


def test_the_result_of_a_card_is_named_as_a_card_reader_names_it() -> None:
    ((name, content),) = card().files(FACED, "application/xml; charset=UTF-8", KEY).items()

    assert name == f"{TO_FACE}OQSsiquc01res_face_9910000007{KEY}_20261120093001.xml"
    assert content == FACED
    assert str(parse_face_name(name.removeprefix(TO_FACE))) == name.removeprefix(TO_FACE)


@pytest.mark.parametrize("part", [b"<MedicalInstitutionCode>", b"<ProcessExecutionTime>"])
def test_the_answer_to_a_card_that_does_not_say_whose_it_is_is_no_result(part: bytes) -> None:
    with pytest.raises(Problem, match=r"access\.hub-unreachable"):
        card().files(FACED.replace(part, b"<x>"), "application/xml", KEY)


def card() -> Errand:
    return errand("OQSsiquc01req_face_a.json")


@pytest.mark.parametrize(
    ("declared", "codec"), [("UTF-8", "utf-8"), ("Shift_JIS", "cp932"), ("Windows-31J", "cp932")]
)
def test_a_refusal_is_the_request_and_words_in_its_character_set(declared: str, codec: str) -> None:
    content = f'<?xml version="1.0" encoding="{declared}"?><XmlMsg/>'.encode(codec)

    files = rejected("OQSsiquc01req_a.xml", content, Problem("oqs.dtd"))

    assert list(files) == ["OQSsiquc01req_a.xml", "OQSsiquc01req_a.err"]
    assert files["OQSsiquc01req_a.xml"] is None  # the file as it is
    words = files["OQSsiquc01req_a.err"]
    assert words is not None
    lines = words.decode(codec).splitlines()
    assert lines[0] == "KHK2102 oqs.dtd"
    assert lines[1:] == [line for tongue in ("ja", "en") for line in _words(tongue)]


def _words(tongue: str) -> tuple[str, str]:
    problem = Problem("oqs.dtd")
    return problem.title(tongue), f"  → {problem.mend(tongue)}"


def test_a_message_that_was_refused_as_a_whole_says_so() -> None:
    header = b"<XmlMsg><MessageHeader><SegmentOfResult>9</SegmentOfResult>%s</MessageHeader></XmlMsg>"

    assert error_in(header % b"<ErrorCode>KHK2103</ErrorCode>") == "KHK2103"
    assert error_in(header % b"") == ""
    assert error_in(header % (b" " * 5000 + b"<ErrorCode>KHK2103</ErrorCode>")) == "", "no header is so long"
    assert error_in(header % "<ErrorCode>山田</ErrorCode>".encode()) == ""
