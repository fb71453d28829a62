"""記号・番号・枝番: one canonical form for every way of typing them."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import InsuredNumber, canonical_branch, canonical_number, canonical_symbol
from kaihoken.problems import Problem

typed = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
typed_japanese = st.text(
    "0123456789０１２３４５６７８９abcXYZａＢｱｶﾞがガ゛都公立 　-‐−－ー―ｰ–—・（）", max_size=20
)


@pytest.mark.parametrize(
    "text",
    [
        "12-34",
        "１２－３４",
        "12ー34",
        "12ｰ34",
        "12‐34",
        "12−34",
        "12―34",
        "12–34",
        "12—34",
        "12─34",
        " 12 - 34 ",
        "12　-　34",
    ],
)
def test_every_dash_width_and_space_gives_the_same_symbol(text: str) -> None:
    assert canonical_symbol(text) == "12-34"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        ("  ", ""),
        ("都", "都"),
        ("都　任継", "都任継"),
        ("ｱｲｶﾞ", "アイガ"),
        ("ab1", "AB1"),
        ("ａｂ１", "AB1"),
        ("0012", "0012"),
        ("12\u200b3", "123"),
        ("か ゙", "が"),
    ],
)
def test_symbols(text: str, canonical: str) -> None:
    assert canonical_symbol(text) == canonical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("187", "187"),
        ("00187", "187"),
        ("１８７", "187"),
        ("００１８７", "187"),
        (" 187 ", "187"),
        ("0-187", "-187"),
        ("00A1", "A1"),
        ("000", "0"),
        ("０００", "0"),
        ("", ""),
        ("　", ""),
    ],
)
def test_numbers_lose_their_leading_zeros(text: str, canonical: str) -> None:
    assert canonical_number(text) == canonical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        (" ", ""),
        ("00", "00"),
        ("01", "01"),
        ("1", "01"),
        ("０５", "05"),
        ("5 ", "05"),
        ("001", "01"),
        ("0", "00"),
    ],
)
def test_branches_have_two_digits_or_none(text: str, canonical: str) -> None:
    assert canonical_branch(text) == canonical


@pytest.mark.parametrize("text", ["123", "A1", "-1", "1A", "一"])
def test_what_is_no_branch_is_a_problem(text: str) -> None:
    with pytest.raises(Problem) as raised:
        canonical_branch(text, where="/XmlMsg/MessageBody/InsuredBranchNumber")

    assert raised.value.code == "identity.branch"
    assert raised.value.where.endswith("InsuredBranchNumber")


@given(st.one_of(typed, typed_japanese))
def test_a_canonical_form_stays_itself(text: str) -> None:
    assert canonical_symbol(canonical_symbol(text)) == canonical_symbol(text)
    assert canonical_number(canonical_number(text)) == canonical_number(text)


def test_every_character_of_the_basic_plane_and_many_beyond_come_to_rest() -> None:
    for point in (*range(0x10000), *range(0x10000, sys.maxunicode + 1, 97)):
        char = chr(point)
        once = canonical_symbol(char)
        assert canonical_symbol(once) == once, hex(point)


@given(st.integers(0, 99))
def test_branches_round_trip(value: int) -> None:
    two = f"{value:02}"
    assert (
        canonical_branch(two)
        == canonical_branch(str(value))
        == canonical_branch(canonical_branch(f" {value}"))
        == two
    )


@given(st.text("0123456789-", min_size=1, max_size=20))
def test_full_and_half_width_of_a_number_are_the_same(text: str) -> None:
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert canonical_number(wide) == canonical_number(text)
    assert canonical_number("00" + wide) == canonical_number(text)


def test_the_verbatim_is_kept_beside_the_canonical() -> None:
    insured = InsuredNumber("１２－３４", "００５６７", "1")

    assert (insured.symbol, insured.number, insured.branch) == ("１２－３４", "００５６７", "1")
    assert insured.canonical == ("12-34", "567", "01")
    assert "５６７" not in repr(insured)


def test_an_insured_number_without_symbol_and_branch() -> None:
    assert InsuredNumber("", "01234567").canonical == ("", "1234567", "")


@pytest.mark.parametrize(
    ("number", "branch", "code"),
    [
        ("", "", "identity.insured-number"),
        ("　", "01", "identity.insured-number"),
        ("1", "X", "identity.branch"),
    ],
)
def test_no_insured_number_holds_nonsense(number: str, branch: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        InsuredNumber("1", number, branch)

    assert raised.value.code == code
