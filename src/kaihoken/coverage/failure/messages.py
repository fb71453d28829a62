"""What operators, facilities and hub say to each other about the system-failure mode: the bodies of /v1/failure-…"""

from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec

from kaihoken.coverage.free_text import LONGEST_TEXT, check_characters
from kaihoken.coverage.shape import read_message
from kaihoken.problems import Problem
from kaihoken.web import Language

MOST_REPORTED: Final = 200
"""Answers in one report."""

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]


class FailureModeOpening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An operator opens the mode for a facility (医療機関コード), `until` then. `called_back` says when its registered
    telephone number was called back, `staff` by whom: the operator's sign for them, no name."""

    facility: Annotated[str, msgspec.Meta(max_length=10)]
    until: Instant
    called_back: Instant
    staff: _Text


class FailureModeClosing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An operator closes it before its time."""

    facility: Annotated[str, msgspec.Meta(max_length=10)]


class FailureModeSaid(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mode of a facility as it was opened last: `state` open, closed or ended. `answers` were given in it of people
    who were found, `unreported` of them bear no 利用報告書 yet, the oldest since `unreported_since`."""

    facility: str
    state: str
    opened: datetime
    until: datetime
    called_back: datetime
    staff: str
    client: str
    closed: datetime | None = None
    answers: int = 0
    unreported: int = 0
    unreported_since: datetime | None = None


class FailureModesSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Every facility for which it was ever opened, those that owe a report first."""

    modes: tuple[FailureModeSaid, ...]


class OwnFailureMode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mode of the facility that asks: `state` never (it was not opened for it so far), open, closed or ended, and
    `until` when it was opened last; what it owes, as in FailureModeSaid."""

    state: Literal["never", "open", "closed", "ended"]
    until: datetime | None = None
    answers: int = 0
    unreported: int = 0
    unreported_since: datetime | None = None


class FailureCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Four items: 氏名 (or its kana, or 通称), 生年月日, 性別 (OQSCD007), and 住所 or 保険者名 or both."""

    name: _Text
    birthdate: date
    sex: Literal["1", "2", "3"]
    address: _Text = ""
    insurer_name: _Text = ""
    language: Language = "ja"

    def __repr__(self) -> str:
        return "FailureCheck(…)"


class FailureReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """利用報告書: for whom (by the `receipts` of the answers), `why` the mode was needed, and since when (`failed_at`).
    `staff` is the facility's sign for who reports. No name belongs in `why`."""

    receipts: Annotated[tuple[dict[str, object], ...], msgspec.Meta(min_length=1, max_length=MOST_REPORTED)]
    why: _Text
    failed_at: Instant
    staff: _Text

    def __repr__(self) -> str:
        return "FailureReport(…)"


class FailureReportAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub took: how many answers were `reported` now, and how many of the facility bear no report yet."""

    reported: int
    unreported: int


_opening = msgspec.json.Decoder(FailureModeOpening)
_closing = msgspec.json.Decoder(FailureModeClosing)
_check = msgspec.json.Decoder(FailureCheck)
_report = msgspec.json.Decoder(FailureReport)


def read_opening(body: bytes) -> FailureModeOpening:
    """An opening in a body. Problems of `read_message`."""
    return read_message(body, _opening, frozenset(FailureModeOpening.__struct_fields__))


def read_closing(body: bytes) -> FailureModeClosing:
    """A closing in a body. Problems of `read_message`."""
    return read_message(body, _closing, frozenset(FailureModeClosing.__struct_fields__))


def read_failure_check(body: bytes) -> FailureCheck:
    """Four items in a body. Problems of `read_message`, of free texts, `coverage.failure-items` where the name or both
    address and insurer are empty."""
    check = read_message(body, _check, frozenset(FailureCheck.__struct_fields__))
    check_characters((name, getattr(check, name)) for name in ("name", "address", "insurer_name"))
    if not check.name.strip():
        raise Problem("coverage.failure-items", where="name")
    if not check.address.strip() and not check.insurer_name.strip():
        raise Problem("coverage.failure-items", where="address")
    return check


def read_failure_report(body: bytes) -> FailureReport:
    """A report in a body. Problems of `read_message` and of free texts; `coverage.failure-why` for an empty one."""
    report = read_message(body, _report, frozenset(FailureReport.__struct_fields__))
    texts = (("why", report.why), ("staff", report.staff))
    check_characters(texts)
    for where, text in texts:
        if not text.strip():
            raise Problem("coverage.failure-why", where=where)
    return report
