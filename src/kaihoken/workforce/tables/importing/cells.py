"""セルの読み方: what stands in a cell of an official sheet, as a number, a kind of absence, or a label."""

import re
import unicodedata
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Final, TypeAlias

Raw: TypeAlias = str | int | float | bool | date | None
"""A cell as the file has it; date is also datetime."""


class Absent(IntEnum):
    """欠測の種類: why a cell holds no number. None of them is 0."""

    PRESENT = 0
    NO_COUNT = 1
    """「－」 計数のない場合."""
    UNKNOWN = 2
    """「…」 計数不明又は計数を表章することが不適当な場合."""
    NOT_APPLICABLE = 3
    """「・」 統計項目のありえない場合."""
    SUPPRESSED = 4
    """「x」「*」 秘匿."""
    BLANK = 5
    UNREADABLE = 6
    """Something else stands there; a finding names the cell."""


MARKS: Final = {
    "-": Absent.NO_COUNT,
    "–": Absent.NO_COUNT,
    "—": Absent.NO_COUNT,
    "―": Absent.NO_COUNT,
    "‐": Absent.NO_COUNT,
    "−": Absent.NO_COUNT,
    "ー": Absent.NO_COUNT,
    "...": Absent.UNKNOWN,
    "‥": Absent.UNKNOWN,
    "..": Absent.UNKNOWN,
    "・": Absent.NOT_APPLICABLE,
    "x": Absent.SUPPRESSED,
    "X": Absent.SUPPRESSED,
    "χ": Absent.SUPPRESSED,
    "*": Absent.SUPPRESSED,
    "**": Absent.SUPPRESSED,
    "***": Absent.SUPPRESSED,
    "": Absent.BLANK,
}
"""By what is left of a cell after NFKC, in which 「…」 is "..." and 「ｘ」 is "x"."""

_PLAIN = re.compile(r"[+\-−△▲]?\d+(\.\d*)?([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+\-−△▲]?\d{1,3}([, ]\d{3})+(\.\d*)?")
_MINUS = str.maketrans({"−": "-", "△": "-", "▲": "-", ",": "", " ": ""})

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_FOOTNOTE = re.compile(r"※\d*|注\d*\)?$|\*\d*$|\d\)$")

_AGE = (
    (re.compile(r"(\d+)[歳才]?[~〜\-–−―ー](\d+)[歳才]?"), "{0}-{1}"),
    (re.compile(r"(\d+)[歳才]以上"), "{0}+"),
    (re.compile(r"(\d+)[歳才]?[~〜]"), "{0}+"),
    (re.compile(r"(\d+)(?:\+|plus)"), "{0}+"),
    (re.compile(r"(\d+)[歳才]以下"), "-{0}"),
    (re.compile(r"[~〜\-](\d+)[歳才]?"), "-{0}"),
    (re.compile(r"(\d+)[歳才]"), "{0}"),
    (re.compile(r"age_(\d+)_(\d+)"), "{0}-{1}"),
    (re.compile(r"age_(\d+)plus"), "{0}+"),
)
_UNDER = re.compile(r"(\d+)[歳才]未満")
_DECADE = re.compile(r"(\d0)[歳才]?代(以上|以下)?")
_YEAR = re.compile(r"(?:西暦)?((?:19|20)\d\d)(?:年度?)?")
_ERA = re.compile(r"(令和|平成)(元|\d+)年?")
_ERA_BEFORE = {"令和": 2018, "平成": 1988}
_SPAN_OF_DECADE = 9


def read_number(cell: Raw) -> tuple[float, Absent]:
    """A number and `PRESENT`, or NaN and why there is none. Thousands separators have to stand every three digits:
    "1,234" is a number, "12,34" is not."""
    if isinstance(cell, bool | date):
        return float("nan"), Absent.UNREADABLE
    if isinstance(cell, int | float):
        number = float(cell)
        return (number, Absent.PRESENT) if number == number else (number, Absent.BLANK)
    text = unicodedata.normalize("NFKC", cell or "").strip()
    if text in MARKS:
        return float("nan"), MARKS[text]
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        return float(text.translate(_MINUS)), Absent.PRESENT
    return float("nan"), Absent.UNREADABLE


def text_of(cell: Raw) -> str:
    """What a cell says, half-width and without spaces at its ends; a whole number without its ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return f"{cell.month}-{cell.day}"
    return _normal(str(cell))


@lru_cache(maxsize=65536)
def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=65536)
def label(text: str) -> str:
    """A heading for comparison: half-width, lower case, without spaces and footnote marks."""
    return _FOOTNOTE.sub("", "".join(_normal(text).split())).casefold()


def bare(text: str) -> str:
    """A heading without what stands in brackets: 「人口（人）」 is 「人口」."""
    return _BRACKETS.sub("", label(text))


@lru_cache(maxsize=65536)
def age_of(text: str) -> str | None:
    """An age as the catalogue has it ("25-29", "-24", "85+", "0"), or None where a label is none."""
    written = bare(text).replace("(", "").replace(")", "")
    for pattern, form in _AGE:
        if found := pattern.fullmatch(written):
            return form.format(*(str(int(number)) for number in found.groups()))
    if found := _UNDER.fullmatch(written):
        return f"-{int(found[1]) - 1}"
    if found := _DECADE.fullmatch(written):
        first = int(found[1])
        if found[2] == "以上":
            return f"{first}+"
        return f"-{first + _SPAN_OF_DECADE}" if found[2] else f"{first}-{first + _SPAN_OF_DECADE}"
    return None


@lru_cache(maxsize=65536)
def year_of(text: str) -> str | None:
    """A year of the Gregorian calendar ("2025", 「令和7年」), or None."""
    written = bare(text)
    if found := _YEAR.fullmatch(written):
        return found[1]
    if found := _ERA.fullmatch(written):
        return str(_ERA_BEFORE[found[1]] + (1 if found[2] == "元" else int(found[2])))
    return None
