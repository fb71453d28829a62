"""What a field of a registration row may hold. Each check raises the Problem of the field at its path."""

from datetime import date

from kaihoken import rules
from kaihoken.problems import Problem

LONGEST_TEXT = 200
"""Characters of any text of a row."""

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


def check_length(value: str, where: str) -> None:
    if len(value) > LONGEST_TEXT:
        raise Problem("coverage.row-length", where=where, most=LONGEST_TEXT)


def check_required(value: str, where: str) -> None:
    if not value.strip():
        raise Problem("coverage.row-length", where=where, most=LONGEST_TEXT)
    check_length(value, where)


def check_percent(percent: int | None, where: str) -> None:
    if percent is not None and percent not in _PERCENTS:
        raise Problem("coverage.row-percent", where=where)


def check_yen(yen: int | None, where: str) -> None:
    if yen is not None and yen < 0:
        raise Problem("coverage.row-yen", where=where)


def check_first_day(day: date, where: str) -> None:
    if day < _EARLIEST:
        raise Problem("coverage.row-early", where=where, earliest=_EARLIEST.isoformat())


def check_order(first: date | None, second: date | None, where: str) -> None:
    if first is not None and second is not None and second < first:
        raise Problem("coverage.row-order", where=where)
