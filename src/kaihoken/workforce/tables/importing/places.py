"""コードと名前: which area, prefecture or municipality a row is of, by its code, by its name with its prefecture."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, TypeAlias

from kaihoken.problems import Fact
from kaihoken.workforce.areas import NATION, AreaSet, prefectures
from kaihoken.workforce.tables.catalogue import Place, catalogue
from kaihoken.workforce.tables.importing.cells import label
from kaihoken.workforce.tables.municipalities import RESIDENTS, designated_cities
from kaihoken.workforce.tables.source import shipped_table

Outcome: TypeAlias = Literal["found", "total", "blank", "problem"]

_SPLIT = re.compile(r"(\d{1,6})\s*[:.]?\s*(\D.*)?")
_AREA_WORDS = re.compile(r"(二次)?(保健)?(医療圏|圏域)$|構想区域$")
_SUBTOTALS: Final = ("島しょ", "-", "－")
_CITY_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """The outcome of one row: its code, whether that was mended, and the problem with its facts where there is one."""

    outcome: Outcome
    code: str = ""
    problem: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    mended: bool = False
    differs: str = ""


@dataclass(frozen=True, slots=True)
class PlaceBook:
    """Every code of one kind with its name and prefecture; `sums` are codes of subtotals."""

    width: int
    names: Mapping[str, str]
    sums: frozenset[str]
    by_name: Mapping[tuple[str, str], tuple[str, ...]]
    alone: Mapping[str, tuple[str, ...]]
    six_digits: bool = False

    def resolve(self, code: str, name: str, prefecture: str, *, zeros_lost: bool = False) -> Row:
        """The place of a row from what stands in its code, name and prefecture cells (empty where there is none).

        `zeros_lost`: other codes of the column are certainly six-digit codes that lost their zero.
        """
        number, called = split(code)
        if not number:
            number, in_name = split(name)
            called = called or in_name
            name = called if number else name
        if not number:
            return self._by_name(called or name, prefecture)
        name = name if name and not split(name)[0] else called or name
        readings = self._readings(number)
        if not readings:
            if number in self.sums or number.zfill(self.width) in self.sums or _is_sum(name):
                return Row("total")
            near = "、".join(difflib.get_close_matches(number, self.names, n=3)) or "—"
            return Row(
                "problem", problem="workforce.import-place-unknown", facts={"written": number, "near": near}
            )
        fitting = [one for one in readings if name and self._same(one, name)]
        if len(readings) > 1 and len(fitting) != 1 and (number not in readings or zeros_lost):
            choices = "、".join(f"{one} {self.names[one]}" for one in readings)
            return Row(
                "problem",
                problem="workforce.import-code-ambiguous",
                facts={"written": number, "choices": choices},
            )
        by_name_or_number = fitting[0] if len(fitting) == 1 else number
        chosen = readings[0] if len(readings) == 1 else by_name_or_number
        differs = name if name and not self._same(chosen, name) else ""
        return Row(
            "found",
            chosen,
            mended=len(number) < len(chosen) or self._six_lost(number, chosen),
            differs=differs,
        )

    def certainly_six(self, number: str) -> bool:
        """Whether a five-digit number can only be a six-digit code without its zero."""
        return (
            self.six_digits
            and len(number) == _CITY_DIGITS
            and number not in self.names
            and bool(self._readings(number))
        )

    def _readings(self, number: str) -> list[str]:
        found = [number] if number in self.names else []
        if len(number) < self.width and number.zfill(self.width) in self.names:
            found.append(number.zfill(self.width))
        if self.six_digits and len(number) in (_CITY_DIGITS, _CITY_DIGITS + 1):
            six = number.zfill(_CITY_DIGITS + 1)
            if six[:_CITY_DIGITS] in self.names and six[-1] == check_digit(six[:_CITY_DIGITS]):
                found.append(six[:_CITY_DIGITS])
        return list(dict.fromkeys(found))

    def _six_lost(self, number: str, chosen: str) -> bool:
        return self.six_digits and len(number) == _CITY_DIGITS and number != chosen

    def _same(self, code: str, name: str) -> bool:
        ours, theirs = called_of(self.names[code]), called_of(name)
        return ours == theirs or theirs.endswith(ours) or ours.endswith(theirs)

    def _by_name(self, name: str, prefecture: str) -> Row:
        if not name:
            return Row("total") if prefecture else Row("blank")
        if _is_sum(name):
            return Row("total")
        pref = split(prefecture)[1] or prefecture
        if (near_pref := prefecture_code(pref)) is not None:
            found = self.by_name.get((near_pref, called_of(name)), ())
        else:
            found = self.by_name.get(("", called_of(name)), ())
        if len(found) == 1:
            return Row("found", found[0])
        alone = found or self.alone.get(called_of(name), ())
        if alone and not (pref and len(found) == 0):
            choices = "、".join(alone)
            return Row(
                "problem", problem="workforce.import-name-alone", facts={"name": name, "choices": choices}
            )
        near = "、".join(difflib.get_close_matches(called_of(name), self.alone, n=3)) or "—"
        return Row("problem", problem="workforce.import-place-unknown", facts={"written": name, "near": near})


def split(text: str) -> tuple[str, str]:
    """「0101南渡島」 as its code and its name; ("", text) without a code."""
    found = _SPLIT.fullmatch(text)
    return (found[1], found[2] or "") if found else ("", text)


def check_digit(five: str) -> str:
    """The sixth digit of a 団体コード."""
    weighted = sum(int(digit) * weight for digit, weight in zip(five, (6, 5, 4, 3, 2), strict=True))
    return str((11 - weighted % 11) % 10)


def called_of(name: str) -> str:
    """A name for comparison: half-width, without spaces, 医療圏 at its end, ヶ and ケ one."""
    return _AREA_WORDS.sub("", label(name)).replace("ヶ", "ケ").replace("　", "")


def prefecture_code(name: str) -> str | None:
    """The code of a prefecture by its name, with or without 県."""
    return _prefecture_codes().get(called_of(name))


@cache
def _prefecture_codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, name in prefectures().items():
        codes[called_of(name)] = code
        if name != "北海道":
            codes[called_of(name[:-1])] = code
    return codes


def _is_sum(name: str) -> bool:
    words = catalogue().words["nation"]
    return label(name) in {label(word) for word in words} or name in _SUBTOTALS or label(name).endswith("郡")


def place_book(place: Place, areas: AreaSet) -> PlaceBook | None:
    """The codes that rows of a table can have; None where any text is a code, or where rows are of the nation."""
    if place == "area":
        width = len(areas.codes[0]) if len({len(code) for code in areas.codes}) == 1 else 0
        named = {area.code: (area.prefecture_code, area.name) for area in areas.areas}
        sums = {*prefectures(), *(f"{code}00" for code in prefectures()), NATION}
        return _book(width, {str(code): pair for code, pair in named.items()}, frozenset(sums - set(named)))
    if place == "prefecture":
        found = {str(code): ("", name) for code, name in prefectures().items()}
        return _book(2, found, frozenset({NATION, "000"}), short=True)
    return _municipalities() if place == "municipality" else None


@cache
def _municipalities() -> PlaceBook:
    named: dict[str, tuple[str, str]] = {}
    members = shipped_table("areas/municipality_to_medical_area.csv")
    for code, prefecture, name in members.select("muni_code", "pref_code", "muni_name").iter_rows():
        named[code] = (prefecture, name)
    register = shipped_table(RESIDENTS)
    kept = register.filter(register["level"].is_in(["municipality", "designated_city", "ward"]))
    for code, name in kept.select("muni_code", "muni_name").iter_rows():
        named.setdefault(code, (code[:2], name))
    counties = register.filter(register["level"] == "county")["muni_code"]
    sums = {f"{code}000" for code in (*prefectures(), "00")} | (set(counties) - set(named))
    six = {f"{code}{check_digit(code)}" for code in sums}
    return _book(_CITY_DIGITS, named, frozenset(sums | six), six_digits=True)


def _book(
    width: int,
    named: Mapping[str, tuple[str, str]],
    sums: frozenset[str],
    *,
    short: bool = False,
    six_digits: bool = False,
) -> PlaceBook:
    by_name: dict[tuple[str, str], list[str]] = {}
    alone: dict[str, list[str]] = {}
    for code, (prefecture, name) in named.items():
        forms = {called_of(name), called_of(name[:-1])} if short and name != "北海道" else {called_of(name)}
        for form in forms:
            by_name.setdefault((prefecture, form), []).append(code)
            alone.setdefault(form, []).append(code)
    return PlaceBook(
        width,
        {code: name for code, (_, name) in named.items()},
        sums,
        {key: tuple(codes) for key, codes in by_name.items()},
        {key: tuple(codes) for key, codes in alone.items()},
        six_digits,
    )


def is_designated_city(code: str) -> bool:
    """Whether a row of a municipality is the sum of its wards."""
    return code in designated_cities()
