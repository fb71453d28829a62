"""What a field of a registration row may hold. Each check raises the Problem of the field at its path."""

import re
from collections.abc import Mapping
from datetime import date
from operator import attrgetter, gt

import msgspec

from kaihoken import rules
from kaihoken.coverage.inquiry import OLDEST_YEARS
from kaihoken.coverage.oqs.wire import SEARCH
from kaihoken.identity import has_control_character, has_kanji
from kaihoken.problems import Problem

LONGEST_TEXT = 200
"""Characters of any text of a row."""

_CARRIED = {element.attribute: element.longest for element in SEARCH if element.longest is not None}
"""Characters that a question has room for. What is longer could be registered, but nobody could ask for it."""

_OF_PEOPLE = ("name", "kana", "insured_name", "other_name", "other_kana")

_TEXTS: Mapping[str, int] = {
    name: _CARRIED.get(name, LONGEST_TEXT)
    for name in ("symbol", "number", *_OF_PEOPLE, "insurer_name", "postal_code", "address")
}
"""The texts of a coverage row, each with the characters that it may have."""

_REQUIRED = ("name", "kana", "insurer_name")

_texts_of = attrgetter(*_TEXTS)
_required_of = attrgetter(*_REQUIRED)

_is_postal_code = re.compile("[0-9]{3}-[0-9]{4}").fullmatch

_TWELVE = 12

_PERCENTS = (10, 20, 30)
"""What the field for a share can hold at all; which of them the law has on a day is `payment`'s knowledge."""

_EARLIEST = date(1868, 1, 25)
"""The first day of 明治, the oldest era that a birthdate is written in; an earlier date is a slip of the keys."""


def check_link(link: str, where: str) -> None:
    if not 1 <= len(link) <= 64 or not link.isascii() or not link.isprintable():
        raise Problem("coverage.row-link", where=where)
    plain = "".join(filter(str.isalnum, link))
    if len(plain) == _TWELVE and plain.isdigit():
        # Twelve digits, however they are set apart, could be a 個人番号, which enters nowhere.
        raise Problem("coverage.row-individual-number", where=where)


def check_code(code_list: str, value: str, where: str, *, empty: bool = False) -> None:
    if (empty and value == "") or value in rules.code_list(code_list):
        return
    raise Problem("coverage.row-code", where=where, list=code_list)


def check_text(value: str, where: str) -> None:
    """A text that may be empty."""
    if len(value) > LONGEST_TEXT:
        raise Problem("coverage.row-length", where=where, most=LONGEST_TEXT)
    if has_control_character(value):
        raise Problem("coverage.row-characters", where=where)


def check_required(value: str, where: str) -> None:
    """A text that may not be blank."""
    if not value.strip():
        raise Problem("coverage.row-length", where=where, most=LONGEST_TEXT)
    check_text(value, where)


def check_texts(row: msgspec.Struct, where: str) -> None:
    """The texts of a coverage row: all that a carrier must be able to bring, and none of `_REQUIRED` blank."""
    texts: tuple[str, ...] = _texts_of(row)
    if any(map(gt, map(len, texts), _TEXTS.values())):
        name = next(name for name, most in _TEXTS.items() if len(getattr(row, name)) > most)
        raise Problem("coverage.row-length", where=f"{where}.{name}", most=_TEXTS[name])
    if has_control_character("".join(texts)):
        name = next(name for name in _TEXTS if has_control_character(getattr(row, name)))
        code = "identity.name" if name in _OF_PEOPLE else "coverage.row-characters"
        raise Problem(code, where=f"{where}.{name}")
    if not all(map(str.strip, _required_of(row))):
        name = next(name for name in _REQUIRED if not getattr(row, name).strip())
        raise Problem("coverage.row-length", where=f"{where}.{name}", most=LONGEST_TEXT)


def check_kana(value: str, where: str) -> None:
    if has_kanji(value):
        raise Problem("coverage.row-kana", where=where)


def check_postal_code(value: str, where: str) -> None:
    if _is_postal_code(value) is None:
        raise Problem("coverage.row-postal-code", where=where)


def check_percent(percent: int | None, where: str) -> None:
    if percent is not None and percent not in _PERCENTS:
        raise Problem("coverage.row-percent", where=where)


def check_yen(yen: int | None, where: str) -> None:
    if yen is not None and yen < 0:
        raise Problem("coverage.row-yen", where=where)


def check_first_day(day: date, where: str) -> None:
    if day < _EARLIEST:
        raise Problem("coverage.row-early", where=where, earliest=_EARLIEST.isoformat())


def check_born(birthdate: date, today: date, where: str) -> None:
    """Insurers register a newborn on the day of birth at the earliest, and nobody whom no question could name."""
    if birthdate > today:
        raise Problem("coverage.row-unborn", where=where)
    earliest = date(today.year - OLDEST_YEARS, 1, 1)
    if birthdate < earliest:
        raise Problem("coverage.row-early", where=where, earliest=earliest.isoformat())


def check_order(first: date | None, second: date | None, where: str) -> None:
    if first is not None and second is not None and second < first:
        raise Problem("coverage.row-order", where=where)
