"""By which layout a file is read: the kind of file and the month that its head names."""

from collections.abc import Iterable
from datetime import date

from kaihoken import rules
from kaihoken.claims.records import ClaimLayout, MedicalLayout, kind_of, layout_of
from kaihoken.identity import parse_claim_month
from kaihoken.problems import Problem

_POINT_TABLE, _CLAIMED_MONTH = 3, 7
"""Where an IR has them, in every kind of file."""


def layout_by_head(first: Iterable[bytes], month: date | None) -> ClaimLayout:
    """The layout for a file that begins with these lines, in the month that they name or in `month`. What cannot be
    told is taken as 医科 of the newest version: the checks say what the head lacks."""
    for raw in first:
        fields = raw.split(b",")
        if fields[0].endswith(b"IR") and len(fields) > _CLAIMED_MONTH:
            kind = kind_of(_text(fields[_POINT_TABLE])) or MedicalLayout
            return _in_month(kind, _month(_text(fields[_CLAIMED_MONTH])) or month)
    return _in_month(MedicalLayout, month)


def _in_month(kind: type[ClaimLayout], month: date | None) -> ClaimLayout:
    if month is not None:
        try:
            return layout_of(kind, month)
        except Problem:
            pass
    return layout_of(kind, rules.PACKAGED.versions(kind.family)[-1].effective_from)


def _month(text: str) -> date | None:
    try:
        return parse_claim_month(text)
    except Problem:
        return None


def _text(part: bytes) -> str:
    return part.decode("cp932", "replace")
