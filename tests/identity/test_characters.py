"""外字: what is flagged, what is shown, and that no encoding loses anything in silence."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import (
    Replaced,
    decode_cp932,
    encode_claim,
    encode_cp932,
    external_characters,
    has_external_character,
    shown,
)
from kaihoken.problems import Problem

any_text = st.text(st.characters(), max_size=20)
name_text = st.text(
    "高髙崎﨑𠮷吉邉●？〜～−－—―¢彅か゛葛辻é🙂 　ーA刘ヷ"
    "\u3099\u309a\u0301\ue000\uf8ff\U000f0000\U000e0100\ufe00\u200b\x80",
    max_size=20,
)


@pytest.mark.parametrize(
    ("text", "readable", "reasons"),
    [
        ("佐藤　花子", "佐藤　花子", []),
        ("ｻﾄｳ ABC", "ｻﾄｳ ABC", []),
        ("渡邉", "渡邉", []),  # JIS level 2: everybody has it
        ("髙橋", "高橋", ["beyond-level-2"]),
        ("山﨑", "山崎", ["beyond-level-2"]),
        ("草彅", "草彅", ["beyond-level-2"]),  # no everyday shape known, but CP932 has it
        ("\ufa1b田", "福田", ["beyond-level-2"]),  # a compatibility ideograph
        ("𠮷田", "吉田", ["outside-cp932"]),
        ("刘", "劉", ["outside-cp932"]),
        ("鿃田", "●田", ["outside-cp932"]),
        ("葛\U000e0100城", "葛城", ["variation"]),
        ("髙\U000e0101橋", "高橋", ["variation"]),
        ("\ue000田", "●田", ["private-use"]),
        ("\U000f0000田", "●田", ["private-use"]),
        ("●田", "●田", ["lost"]),
        ("José", "Jose", ["outside-cp932"]),
        ("Łukasz Straße", "Lukasz Strasse", ["outside-cp932", "outside-cp932"]),
        ("Nguye\u0302\u0303n", "Nguyen", ["outside-cp932"]),
        ("か\u3099", "が", []),  # composed elsewhere, nothing lost
        ("ヷ", "ワ", ["outside-cp932"]),
        ("김", "●", ["outside-cp932"]),
        ("田\u200b中", "田中", ["outside-cp932"]),
        ("田\u00a0中", "田 中", ["outside-cp932"]),
        ("A～B−C", "A～B−C", []),
        ("", "", []),
    ],
)
def test_what_is_shown_and_why(text: str, readable: str, reasons: list[str]) -> None:
    assert shown(text) == readable
    assert [item.reason for item in external_characters(text)] == reasons
    assert has_external_character(text) is bool(reasons)


def test_an_external_character_is_named_with_its_place() -> None:
    first, second = external_characters("田髙葛\U000e0100")

    assert (first.position, first.received, first.stand_in) == (1, "髙", "高")
    assert (second.position, second.received, second.stand_in) == (2, "葛\U000e0100", "葛")


def test_shift_jis_keeps_what_cp932_has() -> None:
    content, replaced = encode_cp932("髙橋　彅")

    assert content.decode("cp932") == "髙橋　彅"
    assert replaced == ()


def test_claims_take_only_what_every_payer_has() -> None:
    content, replaced = encode_claim("髙橋　彅㈱")

    assert content.decode("shift_jis") == "高橋　？(株)"
    assert replaced == (Replaced(0, "髙", "高"), Replaced(3, "彅", "？"), Replaced(4, "㈱", "(株)"))
    assert decode_cp932(content, replaced) == "髙橋　彅㈱"


def test_an_unknown_character_is_a_full_width_question_mark_in_claims() -> None:
    assert encode_claim("\ue000")[0] == b"\x81\x48"


def test_the_long_vowel_and_the_dashes_keep_their_cells() -> None:
    assert encode_cp932("ー―－‐")[0] == b"\x81\x5b\x81\x5c\x81\x7c\x81\x5d"
    assert encode_claim("ー")[0] == b"\x81\x5b"


def test_the_makers_cells_of_private_use_are_not_trusted() -> None:
    content, replaced = encode_cp932("\ue000\ue757\uf8f0田")

    assert content == "●●●田".encode("cp932")
    assert [item.received for item in replaced] == ["\ue000", "\ue757", "\uf8f0"]


@pytest.mark.parametrize(
    ("received", "stand_in"),
    [("〜", "～"), ("−", "－"), ("—", "―"), ("‖", "∥"), ("¢", "￠"), ("£", "￡"), ("¬", "￢")],
)
def test_cells_of_two_names_are_changed_aloud(received: str, stand_in: str) -> None:
    content, replaced = encode_cp932(received)

    assert content.decode("cp932") == stand_in
    assert decode_cp932(content, replaced) == received


def test_bytes_that_are_not_shift_jis_are_a_problem() -> None:
    with pytest.raises(Problem) as raised:
        decode_cp932("田".encode("cp932")[:1], where="line 4")

    assert (raised.value.code, raised.value.where) == ("identity.encoding", "line 4")


@given(st.one_of(any_text, name_text))
def test_shift_jis_and_its_list_restore_every_text(text: str) -> None:
    content, replaced = encode_cp932(text)

    assert decode_cp932(content, replaced) == text
    assert bool(replaced) == (content.decode("cp932") != text)


@given(st.one_of(any_text, name_text))
def test_claims_and_their_list_restore_every_text(text: str) -> None:
    content, replaced = encode_claim(text)

    assert decode_cp932(content, replaced) == text


@given(st.one_of(any_text, name_text))
def test_what_is_shown_needs_nothing_shown_again(text: str) -> None:
    readable = shown(text)

    assert shown(readable) == readable
    assert all(item.reason in ("lost", "beyond-level-2") for item in external_characters(readable))


@given(name_text)
def test_every_replaced_character_was_flagged_or_is_another_name_of_its_cell(text: str) -> None:
    flagged = {item.received for item in external_characters(text)}
    _, replaced = encode_cp932(text)

    for item in replaced:
        assert (
            item.received in flagged
            or item.received in "〜−—¢"
            or unicodedata.normalize("NFC", item.received) == item.stand_in
        )


def test_every_character_of_the_basic_plane_and_many_beyond_survive_with_their_list() -> None:
    for point in (*range(0x10000), *range(0x10000, sys.maxunicode + 1, 97)):
        char = chr(point)
        content, replaced = encode_cp932(char)
        assert decode_cp932(content, replaced) == char, hex(point)


def test_every_character_that_claims_receive_is_in_jis_x_0208_or_0201() -> None:
    for point in range(0x10000):
        content, _ = encode_claim(chr(point))
        cell = int.from_bytes(content[:2], "big") if len(content) == 2 and content[0] > 0x80 else 0
        assert cell <= 0xEAA4, hex(point)
        assert cell >> 8 != 0x87, hex(point)  # row 13
