"""By which layout a file is read: the kind of file and the month that its head names."""

from collections.abc import Callable, Iterable
from datetime import date

from kaihoken import rules
from kaihoken.claims.records import (
    ClaimLayout,
    MedicalLayout,
    heads,
    kind_of,
    layout_of,
    returned_layout,
)
from kaihoken.identity import parse_claim_month
from kaihoken.problems import Problem

_RETURNED = "HI"

LaidOut = Callable[[type[ClaimLayout], date], ClaimLayout]


def layout_by_head(first: Iterable[bytes], month: date | None) -> ClaimLayout:
    """The layout for a file that begins with these lines, in the month that they name or in `month`; that of a returned
    file where 返戻医療機関 stands first. What cannot be told is taken as 医科 of the newest version: the checks say
    what the head lacks."""
    lines = [raw.split(b",") for raw in first]
    records = frozenset(_text(fields[0]) for fields in lines)
    for fields in lines:
        record = _text(fields[0])[-2:]
        places = heads().get(record)
        if places and len(fields) > max(places):
            point_table, claimed = (_text(fields[at]) for at in places)
            laid_out: LaidOut = returned_layout if record == _RETURNED else layout_of
            return _in_month(
                laid_out, kind_of(point_table, records) or MedicalLayout, _month(claimed) or month
            )
    return _in_month(layout_of, MedicalLayout, month)


def _in_month(laid_out: LaidOut, kind: type[ClaimLayout], month: date | None) -> ClaimLayout:
    if month is not None:
        try:
            return laid_out(kind, month)
        except Problem:
            pass
    return laid_out(kind, rules.PACKAGED.versions(kind.family)[-1].effective_from)


def _month(text: str) -> date | None:
    try:
        return parse_claim_month(text)
    except Problem:
        return None


def _text(part: bytes) -> str:
    return part.decode("cp932", "replace")
