"""base64url and JSON from strangers: one text for one value, no name twice."""

import base64
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.access import base64url, strict_json


class Pair(msgspec.Struct):
    a: int
    b: str = ""


@given(st.binary(max_size=80))
def test_every_value_comes_back(value: bytes) -> None:
    assert base64url.decode(base64url.encode(value)) == value


@given(st.text(alphabet="AQgwABab09-_+/=\n \u00e9\uff21", max_size=12))
def test_a_text_is_read_only_if_it_is_the_one_text_of_its_value(text: str) -> None:
    value = base64url.decode(text)
    assert value is None or base64url.encode(value) == text


@pytest.mark.parametrize(
    "text",
    ["QQ==", "QR", "A", "Q Q", "QQ\n", "+/8", "é", "ＱＱ", "QQ=", "=", "Q.Q"],
    ids=["padding", "stray bits", "one character", "space", "line feed", "plain base64", "latin", "full width",
         "half padding", "only padding", "dot"],
)  # fmt: skip
def test_other_texts_are_refused(text: str) -> None:
    assert base64url.decode(text) is None


def test_stray_bits_would_have_been_a_second_text_for_the_same_value() -> None:
    assert base64.urlsafe_b64decode("QR==") == base64.urlsafe_b64decode("QQ==") == b"A"
    assert base64url.decode("QQ") == b"A"


def test_an_object_is_read() -> None:
    assert strict_json.read('{"a": 1, "b": "資"}'.encode(), Pair) == Pair(1, "資")


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"c":{"d":1,"d":1}}',
        b'{"a":NaN}',
        b'{"a":1,"c":-Infinity}',
        b'{"a":"1"}',
        b'{"a":1',
        b'{"a":1} x',
        b"[1]",
        b"\xef\xbb\xbf{}",
        b'\xff{"a":1}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":1,"c":' + b"[" * 4000 + b"]" * 4000 + b"}",
        b'{"a":' + b"9" * 5000 + b"}",
        b"",
    ],
    ids=["repeated name", "repeated deeper", "NaN", "Infinity", "wrong type", "cut off", "more behind it", "list",
         "byte order mark", "not UTF-8", "UTF-16", "very deep", "very large number", "empty"],
)  # fmt: skip
def test_what_two_readers_could_read_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(strict_json.NotStrictError) as refused:
        strict_json.read(raw, Pair)
    assert str(refused.value) == ""
    assert refused.value.__suppress_context__


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(strict_json.NotStrictError):
        assert isinstance(strict_json.read(raw, Pair), Pair)
