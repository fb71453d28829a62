"""What a request file turns into."""

import pytest

from kaihoken.coverage.folder.outcome import errand, rejected, require_fit, result_of
from kaihoken.coverage.oqs import LARGEST_MESSAGE, parse_file_name
from kaihoken.problems import Problem


@pytest.mark.parametrize(
    ("name", "path", "lane"),
    [
        ("OQSsiquc01req_202611210001.xml", "/oqs/search", ""),
        ("OQSsiimm01req_a.XML", "/oqs/OQSsiimm01", "OQSsiimm"),
        ("OQSmuquc01req_a.xml", "/oqs/OQSmuquc01", "OQSmuquc"),
        ("OQSmuquc02req_a.xml", "/oqs/OQSmuquc02", "OQSmuquc"),
        ("YZKsiquc01req_a.xml", "/oqs/YZKsiquc01", "YZKsiquc"),
    ],
)
def test_each_interface_has_its_path(name: str, path: str, lane: str) -> None:
    todo = errand(name)

    assert (todo.path, todo.lane) == (path, lane)


@pytest.mark.parametrize(
    "name",
    [
        "OQSsiquc01res_a.xml",
        "OQSsiquc01req_a.zip",
        "OQSsiquc02req_a.xml",
        "OQSxxxxx01req_a.xml",
        "山田.xml",
        "req.xml",
    ],
)
def test_what_is_no_request_is_not_asked(name: str) -> None:
    with pytest.raises(Problem, match=r"oqs\.file-name"):
        errand(name)


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
        require_fit(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"<XmlMsg/>", b"<!-- <!DOCTYPE a> --><XmlMsg><![CDATA[<!DOCTYPE a>]]></XmlMsg>", b"nothing"],
)
def test_what_only_looks_like_one_is_not(content: bytes) -> None:
    require_fit(content)


def test_more_than_a_message_may_have_is_refused_on_the_spot() -> None:
    require_fit(b" " * LARGEST_MESSAGE)
    with pytest.raises(Problem, match=r"oqs\.too-large"):
        require_fit(b" " * (LARGEST_MESSAGE + 1))


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
    assert result_of(parse_file_name("OQSmuquc02req_a.xml"), b"\x82\xa0", media) == {name: b"\x82\xa0"}


@pytest.mark.parametrize("media", ["text/html", ""])
def test_what_has_no_place_in_a_folder_is_said(media: str) -> None:
    with pytest.raises(Problem, match=r"access\.hub-unreachable"):
        result_of(parse_file_name("OQSmuquc02req_a.xml"), b"<html>", media)


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
