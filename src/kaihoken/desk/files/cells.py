"""One cell of a row as what it means. Nothing is guessed: what can mean two things is refused, with its reason.
Pure."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Final

from kaihoken.clock import TOKYO
from kaihoken.coverage import birthdate_asked
from kaihoken.desk.patients import Subsidy
from kaihoken.identity import (
    InsurerNumber,
    PayerNumber,
    PersonName,
    RecipientNumber,
    canonical_branch,
    canonical_number,
    canonical_symbol,
    has_control_character,
    read_birthdate,
)
from kaihoken.problems import Problem

LONGEST_TEXT: Final = 100
LONGEST_NUMBER: Final = 20
_SHARES: Final = (0, 10, 20, 30, 100)
"""Per cent. 70, 80 and 90 are 給付割合 in some files and would be read the wrong way round: no share at all."""
_SHARE = re.compile(r"(\d{1,3})(割|%)?")
_FORM_OF_TIME: Final = "2026-11-24 09:30"
_TIME = re.compile(r"(\d{1,2})(?::|時)(\d{2})(?::\d{2}|分)?|(\d{2})(\d{2})")
_AT = re.compile(r"(.+?)(?:T|\s+|日(?=\d))(\d{1,2}[:時]\d{2}(?::\d{2}|分)?)")
_CANCELLED = re.compile(r"キャンセル|取消|取り消し|中止|cancell?ed", re.IGNORECASE)


def plain(text: str) -> str:
    """A cell of numbers in one width."""
    return unicodedata.normalize("NFKC", text).strip()


def read_number(text: str) -> str:
    """患者番号, leading zeros kept. Problems `desk.file-no-number`, `desk.file-text`."""
    number = plain(text)
    if not number:
        raise Problem("desk.file-no-number")
    return _short(number, LONGEST_NUMBER)


def number_key(number: str) -> str:
    """患者番号 as it is compared: leading zeros aside, which spreadsheets take away."""
    return number.strip().lstrip("0") or "0"


def read_name(text: str) -> str:
    """氏名, verbatim. Problems `hub.form-missing`, `desk.file-text`, `identity.name`."""
    if not text:
        raise Problem("hub.form-missing")
    PersonName(text)
    return _short(text, LONGEST_TEXT)


def read_text(text: str) -> str:
    """Any other text, verbatim. Problem `desk.file-text`."""
    return _short(text, LONGEST_TEXT)


def read_birth(text: str, today: date) -> date:
    """生年月日, 西暦 or 和暦. Problems `identity.date`, `identity.era`, `coverage.birthdate-future`,
    `coverage.birthdate-early`."""
    return birthdate_asked(read_birthdate(text), today, "")


def read_insurer(text: str) -> str:
    """保険者番号 with the digits of the file. Problems of `InsurerNumber.parse`."""
    InsurerNumber.parse(plain(text))
    return plain(text)


def read_symbol(text: str) -> str:
    """記号, verbatim. Problem `desk.file-text`."""
    canonical_symbol(text)
    return _short(text, LONGEST_TEXT)


def read_insured_number(text: str) -> str:
    """番号, verbatim. Problems `identity.insured-number`, `desk.file-text`."""
    if not canonical_number(text):
        raise Problem("identity.insured-number")
    return _short(text, LONGEST_TEXT)


def read_branch(text: str) -> str:
    """枝番 as two digits. Problem `identity.branch`."""
    return canonical_branch(text)


def read_share(text: str) -> int:
    """割合 in per cent: 3, 30, 3割, 30%, 030. Problem `desk.file-share` for any other, 7 (給付割合) among them."""
    found = _SHARE.fullmatch(plain(text))
    if found is None:
        raise Problem("desk.file-share")
    digits, unit = found.groups()
    in_tenths = unit == "割" or (
        unit is None and (len(digits) == 1 or (len(digits) == 2 and digits[0] == "0"))
    )
    percent = int(digits) * (10 if in_tenths else 1)
    if percent not in _SHARES:
        raise Problem("desk.file-share")
    return percent


def read_subsidy(payer: str, recipient: str) -> Subsidy | None:
    """公費 of two cells, None where both are empty. Problems `hub.form-missing` (one of them is), those of
    `PayerNumber.parse` and `RecipientNumber.parse`."""
    if not payer and not recipient:
        return None
    if not payer or not recipient:
        raise Problem("hub.form-missing")
    return Subsidy(PayerNumber.parse(payer).canonical, RecipientNumber.parse(recipient).canonical)


def read_appointment(day: str, at: str, both: str) -> datetime:
    """The instant of an appointment, of a day and a time in Asia/Tokyo, or of `both` in one cell. Problems
    `identity.date`, `identity.era`."""
    if both:
        found = _AT.fullmatch(plain(both))
        if found is None:
            raise Problem("identity.date", form=_FORM_OF_TIME)
        day, at = found[1], found[2]
    return datetime.combine(read_birthdate(day), _read_time(at), TOKYO)


def is_cancelled(text: str) -> bool:
    """Whether the state of an appointment says that it was cancelled."""
    return _CANCELLED.search(plain(text)) is not None


def _read_time(text: str) -> time:
    found = _TIME.fullmatch(plain(text))
    if found is not None:
        hour, minute = (int(part) for part in found.groups() if part is not None)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise Problem("identity.date", form=_FORM_OF_TIME)


def _short(text: str, most: int) -> str:
    if len(text) > most or has_control_character(text):
        raise Problem("desk.file-text", most=most)
    return text
