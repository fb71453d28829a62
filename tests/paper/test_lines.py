"""Lines: nothing lost, nothing too wide, no mark at the wrong end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.paper.lines import Piece, read_markup, wrapped
from kaihoken.web import with_readings


def measure(text: str, size: float) -> float:
    return sum(0.5 if char.isascii() else 1.0 for char in text) * size


def lines(text: str, width: float) -> list[str]:
    return ["".join(piece.text for piece in line) for line in wrapped((Piece(text),), width, 10, measure)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("診察は受けられます。", ["診察は受けられ", "ます。"]),
        ("あいうえおかき。", ["あいうえおか", "き。"]),
        ("あいうえおか「き」", ["あいうえおか", "「き」"]),
        ("ページのデータですか", ["ページのデータ", "ですか"]),
        ("The card is here", ["The card is", "here"]),
        ("あいうえcard", ["あいうえcard"]),
        ("あいうえおcard", ["あいうえおcard"]),
        ("あいうえおかcard", ["あいうえおか", "card"]),
        ("abcdefghijklmnopq", ["abcdefghijklmn", "opq"]),
        ("", []),
    ],
)
def test_a_text_is_broken_where_japanese_may_be(text: str, expected: list[str]) -> None:
    assert lines(text, 70) == expected


@given(st.text(st.sampled_from("あ漢。、「」（）ー a1-"), max_size=60), st.integers(40, 200))
def test_no_character_is_lost_and_no_line_too_wide(text: str, width: int) -> None:
    made = lines(text, width)

    assert "".join("".join(made).split()) == "".join(text.split())
    assert all(measure(line, 10) <= width + 0.1 for line in made)


@given(st.text(st.sampled_from("あ漢。、」"), min_size=1, max_size=60))
def test_a_full_stop_begins_a_line_only_where_it_cannot_be_helped(text: str) -> None:
    made = lines(text, 100)

    assert all(line[0] not in "。、」" or set(text[:11]) & set("。、」") for line in made)


def test_a_word_keeps_the_reading_above_it_whole() -> None:
    pieces = read_markup(str(with_readings("{資格確認書|しかくかくにんしょ}を {見|み}せて <ください>")))
    made = wrapped(pieces, 60, 10, measure)

    assert pieces[0] == Piece("資格確認書", "しかくかくにんしょ")
    assert "".join(piece.text for piece in pieces) == "資格確認書を 見せて <ください>"
    assert [[piece.text for piece in line if piece.reading] for line in made] == [["資格確認書"], ["見"], []]


def test_what_is_bound_to_a_reading_is_parted_where_the_line_is_too_short_for_both() -> None:
    made = wrapped(
        read_markup(str(with_readings("「{資格確認書|しかくかくにんしょ}」です"))), 55, 10, measure
    )

    assert ["".join(piece.text for piece in line) for line in made] == ["「", "資格確認書", "」です"]
