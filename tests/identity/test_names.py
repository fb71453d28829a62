"""Readings and names: their widths, and when two of them are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import (
    PersonName,
    encode_claim,
    kana_full,
    kana_half,
    may_be_same_name,
    same_kana,
    same_name,
)
from kaihoken.problems import Problem

# Every full-width kana that half width has, voiced ones included.
FULL = "".join(chr(code) for code in range(0x30A1, 0x30FB) if chr(code) not in "ヮヰヱヵヶヸヹ") + "ー"
full_kana = st.text(FULL + "　", max_size=30)
half_kana = st.text("".join(chr(code) for code in range(0xFF66, 0xFF9E)) + " ", max_size=30)


@pytest.mark.parametrize(
    ("text", "full", "half"),
    [
        ("ﾖｼﾀﾞ ﾀﾛｳ", "ヨシダ　タロウ", "ﾖｼﾀﾞ ﾀﾛｳ"),
        ("よしだ　たろう", "ヨシダ　タロウ", "ﾖｼﾀﾞ ﾀﾛｳ"),
        ("ヨシタ゛", "ヨシダ", "ﾖｼﾀﾞ"),
        ("ハ゜ン", "パン", "ﾊﾟﾝ"),
        ("ヴァイオレット", "ヴァイオレット", "ｳﾞｧｲｵﾚｯﾄ"),
        ("ヵヶヮヰヱ", "ヵヶヮヰヱ", "ｶｹﾜｲｴ"),
        ("Smith", "Ｓｍｉｔｈ", "Smith"),
        ("SMITH-JONES", "ＳＭＩＴＨ‐ＪＯＮＥＳ", "SMITH-JONES"),
        ("ｱﾞ", "ア゛", "ｱﾞ"),
        ("メアリー・スー", "メアリー・スー", "ﾒｱﾘｰ･ｽｰ"),
        ("", "", ""),
        ("田", "田", "田"),
    ],
)
def test_readings_in_full_and_half_width(text: str, full: str, half: str) -> None:
    assert kana_full(text) == full
    assert kana_half(text) == half


@pytest.mark.parametrize("dash", "-‐‑–—―−－ｰー─")
def test_any_dash_behind_a_kana_is_a_long_vowel(dash: str) -> None:
    reading = kana_full(f"ｽﾐｽ{dash}ｼﾞｮ{dash}{dash}ﾝｽﾞ")

    assert reading == "スミスージョーーンズ"
    content, replaced = encode_claim(reading)
    assert content.count(b"\x81\x5b") == 3
    assert not replaced


@given(st.text("ァアカガハパーｱｶﾞ-‐−－―—AZ ", max_size=20))
def test_no_reading_holds_the_dashes_that_claims_refuse(text: str) -> None:
    content, _ = encode_claim(kana_full(text))
    pairs = {content[at : at + 2] for at in range(0, len(content), 2)}
    assert not pairs & {b"\x81\x5c", b"\x81\x7c"}


@given(full_kana)
def test_full_width_round_trips_through_half_width(text: str) -> None:
    assert kana_full(kana_half(text)) == text
    kana_half(text).encode("shift_jis")


@given(half_kana)
def test_half_width_round_trips_through_full_width(text: str) -> None:
    assert kana_half(kana_full(text)) == text


@given(full_kana | half_kana | st.text("アガパヴヮヶーｱｶﾞﾟｰ 　", max_size=12))
def test_plain_kana_take_the_short_way_to_the_same_half_width(text: str) -> None:
    assert kana_half(text) == kana_half(f"{text}A")[:-1] == kana_half(kana_full(text))


@given(st.text(max_size=20))
def test_width_changes_come_to_rest(text: str) -> None:
    assert kana_full(kana_full(text)) == kana_full(text)
    assert kana_half(kana_half(text)) == kana_half(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾖｼﾀﾞ ﾀﾛｳ", "ヨシダ　タロウ"),
        ("ヨシダタロウ", "よしだ たろう"),
        ("キョウコ", "キヨウコ"),
        ("ｷｮｳｺ", "キヨウコ"),
        ("ケンイチ", "ｹﾝ ｲﾁ"),
        ("マリー", "ﾏﾘ-"),
        ("マリー", "マリ−"),
        ("ジョン・スミス", "ｼﾞｮﾝ ｽﾐｽ"),
        ("smith", "ＳＭＩＴＨ"),
        ("", " "),
    ],
)
def test_readings_that_are_the_same(one: str, other: str) -> None:
    assert same_kana(one, other)
    assert same_kana(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("ハマダ", "ハマタ"), ("ヨシダ", ""), ("マリ", "マリー"), ("バン", "パン")]
)
def test_readings_that_differ(one: str, other: str) -> None:
    assert not same_kana(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋　一郎", "高橋一郎"),
        ("山﨑", "山崎"),
        ("濵田", "浜田"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡邉"),
        ("𠮷田", "吉田"),
        ("葛\U000e0100城", "葛城"),
        ("\ufa19田", "神田"),
        ("佐々木", "佐佐木"),
        ("あつ子", "アッ子"),
        ("John Smith", "ＪＯＨＮ　ＳＭＩＴＨ"),
        ("一ノ瀬", "一 ノ 瀨"),
        ("三ヶ島", "三ケ島"),
        ("●田", "● 田"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("斎藤", "斉藤"), ("●田", "吉田"), ("\ue000田", "吉田"), ("浜田", "浜口"), ("", "浜田")],
)
def test_names_that_differ(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("●田", "𠮷田"), ("\ue000田", "吉田"), ("●田", "\ue123田"), ("髙橋", "高橋"), ("●　田", "吉田")],
)
def test_a_lost_character_may_be_any_one(one: str, other: str) -> None:
    assert may_be_same_name(one, other)
    assert may_be_same_name(other, one)


@pytest.mark.parametrize(("one", "other"), [("●田", "吉野"), ("●田", "吉田川"), ("●", "")])
def test_a_lost_character_does_not_excuse_the_others(one: str, other: str) -> None:
    assert not may_be_same_name(one, other)


@given(st.text(max_size=12))
def test_a_name_is_the_same_as_itself_in_any_spacing(text: str) -> None:
    assert same_name(text, text)
    assert same_name(text, f" {text}　")
    assert may_be_same_name(text, text)


def test_a_name_keeps_what_was_received() -> None:
    name = PersonName("\ue000田　太郎", "ﾖｼﾀﾞ ﾀﾛｳ", "ＪＯＨＮ　髙", "ｼﾞｮﾝ")

    assert name.name == "\ue000田　太郎"
    assert name.shown == "●田　太郎"
    assert name.readable == "●田　太郎（ヨシダ　タロウ）"
    assert name.reading == "ヨシダ　タロウ"
    assert name.other_shown == "ＪＯＨＮ　高"
    assert name.flagged
    assert [item.reason for item in name.external] == ["private-use"]


def test_an_ordinary_name_is_shown_as_it_is() -> None:
    name = PersonName("佐藤　花子", "ｻﾄｳ ﾊﾅｺ")

    assert (name.shown, name.readable, name.flagged, name.external) == ("佐藤　花子", "佐藤　花子", False, ())


def test_a_lost_character_without_a_reading_stays_alone() -> None:
    assert PersonName("●田").readable == "●田"
    assert PersonName("髙田", "ﾀｶﾀﾞ").readable == "高田"


@pytest.mark.parametrize("nonsense", ["田\n中", "田\x00", "\t", "田\x85中", "田\ud800", "田\uffff"])
def test_no_name_holds_control_characters(nonsense: str) -> None:
    for name in ((nonsense, ""), ("田中", nonsense)):
        with pytest.raises(Problem) as raised:
            PersonName(*name)
        assert raised.value.code == "identity.name"


def test_a_name_does_not_show_in_a_repr() -> None:
    assert "佐藤" not in repr(PersonName("佐藤　花子", "ｻﾄｳ ﾊﾅｺ", "佐藤", "ｻﾄｳ"))
