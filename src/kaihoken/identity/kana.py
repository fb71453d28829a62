"""カナ: readings of names, in full width, in half width, and compared in spite of how they were typed."""

import re
import unicodedata

from kaihoken.identity.insured_number import DASHES

_SMALL = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")

_KANA = "ァ-ヺヽヾー"
_DASH_AFTER_KANA = re.compile(f"(?<=[{_KANA}])[{re.escape(DASHES)}]+")

_HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_COMBINING_MARKS = {0x309B: 0x3099, 0x309C: 0x309A, 0xFF9E: 0x3099, 0xFF9F: 0x309A}
_STANDING_MARKS = {0x3099: 0x309B, 0x309A: 0x309C}

# A dash that lengthens no vowel (SMITH-JONES) becomes ‐ (0x815D): claims refuse ― (0x815C) and － (0x817C) in readings.
_WIDE = (
    {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    | {0x20: 0x3000}
    | dict.fromkeys(map(ord, DASHES), "‐")
)
_WIDE[ord("ー")] = "ー"

_KANJI = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

_IGNORED = dict.fromkeys(map(ord, "　・‐"))


def _half_width() -> dict[int, str]:
    table = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFF9E)}
    for code in range(0x30A1, 0x30FB):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) == 2 and parts[0] in table:
            table[chr(code)] = table[parts[0]] + ("ﾞ" if parts[1] == "\u3099" else "ﾟ")
    table |= {"゛": "ﾞ", "゜": "ﾟ"}
    # JIS X 0201 has no cell for these: the letter read the same stands in.
    table |= {"ヮ": "ﾜ", "ヵ": "ｶ", "ヶ": "ｹ", "ヰ": "ｲ", "ヱ": "ｴ", "ヸ": "ｲﾞ", "ヹ": "ｴﾞ"}
    table |= {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {"　": " ", "‐": "-"}
    return {ord(full): half for full, half in table.items()}


_HALF = _half_width()
_is_half = re.compile("[ｦ-ﾟ ]*").fullmatch
_is_kana = re.compile("[ァ-ヶー　]*").fullmatch


def kana_full(text: str) -> str:
    """The reading in full-width katakana; Latin letters, digits and spaces full-width too. Hiragana becomes katakana,
    marks join their letter, and any dash behind a kana becomes ー (0x815B), as claims want it."""
    composed = unicodedata.normalize("NFKC", text.translate(_COMBINING_MARKS)).translate(_HIRAGANA)
    lengthened = _DASH_AFTER_KANA.sub(lambda dashes: "ー" * len(dashes.group()), composed)
    return lengthened.translate(_STANDING_MARKS).translate(_WIDE)


def kana_half(text: str) -> str:
    """The reading in half-width katakana, as NameKana carries it. What has no half-width form (漢字) stays.

    `kana_full` gives the full form back, except for ヮ ヵ ヶ ヰ ヱ, which half width does not have.
    """
    if _is_half(text):
        return text
    return (text if _is_kana(text) else kana_full(text)).translate(_HALF)


def has_kanji(text: str) -> bool:
    """Whether a text that ought to be a reading holds 漢字."""
    return _KANJI.search(text) is not None


def kana_key(text: str) -> str:
    """The reading for comparing: full width, small kana large, capitals, no spaces, dots or hyphens."""
    return kana_full(text).translate(_SMALL).translate(_IGNORED).upper()


def same_kana(one: str, other: str) -> bool:
    """Whether two readings are the same to the ear, however they were typed. Two blank ones are."""
    return one == other or kana_key(one) == kana_key(other)
