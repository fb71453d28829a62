"""A name that stands twice in one JSON object is found wherever it stands; a stranger's is not told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage import read_check
from kaihoken.coverage.names_once import repeated_name
from kaihoken.problems import Problem

KNOWN = frozenset({"number", "chart", "kana"})


@pytest.mark.parametrize(
    ("document", "repeated"),
    [
        (b'{"number":"1","kana":"a"}', None),
        (b"{}", None),
        (b'{"number":"1:2"}', None),
        (b'{"number":"1","number":"2"}', "number"),
        (b'{"number":"1","n\\u0075mber":"2"}', "number"),
        (b'{"chart":{"kana":"a"},"kana":"b"}', None),
        (b'{"chart":{"kana":"a","kana":"b"}}', "kana"),
        (b'[{"number":1},{"number":2,"number":3}]'.join((b'{"chart":', b"}")), "number"),
        ('{"山田":1,"山田":2}'.encode(), "?"),
        (b'{"number":' + b"9" * 5000 + b',"number":1}', "number"),
    ],
)
def test_which_name_stands_twice(document: bytes, repeated: str | None) -> None:
    assert repeated_name(document, KNOWN) == repeated


_trees = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(document=st.dictionaries(st.text(max_size=5), _trees, max_size=4), escaped=st.booleans())
def test_what_names_everything_once_is_let_through(document: dict[str, object], escaped: bool) -> None:
    assert repeated_name(json.dumps(document, ensure_ascii=escaped).encode("utf-8", "replace"), KNOWN) is None


@given(document=st.dictionaries(st.text("abc:", max_size=3), _trees, min_size=1, max_size=4), data=st.data())
def test_whatever_stands_twice_is_found(document: dict[str, object], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(document)))
    again = f"{json.dumps(document)[:-1]},{json.dumps(name)}:0}}"

    assert repeated_name(again.encode(), frozenset(document)) == name


def test_a_question_with_two_birthdates_is_refused() -> None:
    asked = b'"by":"number","insurer_number":"01130012","number":"5"'
    twice = b"{" + asked + b',"birthdate":"1980-01-01","birthdate":"1990-01-01"}'
    with pytest.raises(Problem) as refused:
        read_check(twice)
    assert (refused.value.code, refused.value.where) == ("coverage.request-repeated", "birthdate")
