"""A value as the wire writes it: dates, instants, shares, insurers, kana and codes as text.

Both carriers use these, so they cannot write a value in two ways. A character that no receiver could read becomes
`STAND_IN_MARK`; `charset` turns the marks of a finished message into ● and says where they were.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from kaihoken import rules
from kaihoken.clock import TOKYO
from kaihoken.coverage.oqs.message import ResponseBody, SearchInfo
from kaihoken.coverage.oqs.wire import BODY_PATH, Element, Form
from kaihoken.identity import InsurerNumber, kana_half
from kaihoken.problems import Problem

Value = Any
"""What a field of a message holds: each converter takes the one type of its form, which the table cannot say."""

Convert = Callable[[Value], str]

MEDICAL_ASSISTANCE = "A1"
"""被保険者証区分 of 医療扶助."""

STAND_IN_MARK = "\ufffe"
"""Stands for an unreadable character until the message is finished. No text can hold it: it is no character."""

UNREADABLE = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\uf8ff\ufffe\uffff\U000f0000-\U0010ffff"
"""Inside a regular expression's brackets: control characters, what XML forbids, and private use (外字), which
means nothing elsewhere."""

_unreadable = re.compile(f"[{UNREADABLE}]")
_first_unreadable = _unreadable.search
_not_half_width = re.compile("[^\u0020-\u007e\uff61-\uff9f]").search


def readable(text: str) -> str:
    """The text with a mark for each character that no receiver could read."""
    return text if _first_unreadable(text) is None else _unreadable.sub(STAND_IN_MARK, text)


@lru_cache(maxsize=1 << 16)
def day(value: date) -> str:
    return f"{value.year:04}{value.month:02}{value.day:02}"


def month(value: date) -> str:
    return day(value)[:6]


@lru_cache(maxsize=1 << 8)
def second(value: datetime) -> str:
    """Year to second in Asia/Tokyo. A naive datetime is no instant: ValueError.

    Remembered because one answer names the same instant many times."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return _second(int(value.timestamp()))


@lru_cache(maxsize=1 << 12)
def _second(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, TOKYO).strftime("%Y%m%d%H%M%S")


def percent(value: int) -> str:
    return f"{value:03}"


@lru_cache(maxsize=1 << 13)
def insurer(canonical: str) -> str:
    """Eight characters, two spaces in front of a 国保 number."""
    return InsurerNumber.as_written(canonical).wire


def kana(text: str) -> str:
    return text if _not_half_width(text) is None else kana_half(text)


def sent_texts(search: SearchInfo) -> tuple[str | None, ...]:
    """The texts of a question in the order of the wire: as they were sent, or as we send them."""
    return search.as_sent or (
        search.insurer_number,
        search.symbol,
        search.number,
        search.branch,
        day(search.birthdate),
        "1" if search.limit_consent else "0",
        search.arbitrary_identifier,
    )


def allowed_codes(element: Element) -> tuple[str, ...]:
    """The codes that an element may carry on this interface."""
    codes = rules.code_list(element.codes).codes
    return tuple(code for code in codes if not element.only or code in element.only)


class CodeTexts(dict[str, str]):
    """The text for each code that may leave. Asking for another is Problem `oqs.code-not-allowed`: receivers stop
    at a code they do not know."""

    def __init__(self, element: Element, path: str, text_of: Callable[[str], str] = str) -> None:
        super().__init__((code, text_of(code)) for code in allowed_codes(element))
        self[""] = ""  # how a history says that there is none
        self._list = element.codes
        self._path = path

    def __missing__(self, code: str) -> str:
        raise Problem("oqs.code-not-allowed", where=self._path, list=self._list)


def check_validity(body: ResponseBody) -> None:
    """有効（未登録） (6) is a value of 医療扶助 alone and 複数該当 (5) of medical insurance alone; receivers that know
    neither stop at them. Raises Problem `oqs.code-not-allowed`."""
    validity = body.qualification_validity
    if validity not in ("5", "6"):
        return
    of_welfare = any(result.classification == MEDICAL_ASSISTANCE for result in body.results)
    if of_welfare != (validity == "6"):
        raise Problem("oqs.code-not-allowed", where=f"{BODY_PATH}/QualificationValidity", list="OQSCD006")


PLAIN: dict[Form, Convert] = {
    Form.DATE: day,
    Form.MONTH: month,
    Form.PERCENT: percent,
    Form.YEN: str,
    Form.COUNT: str,
}
"""Converters whose text is digits only."""
