"""修正: what somebody corrects in a returned receipt, one named field at a time."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from kaihoken.claims.records import ClaimLayout, RecordLayout
from kaihoken.claims.uke import Line
from kaihoken.problems import Problem

_WRITTEN = re.compile(
    r"(?:(?P<place>[1-9][0-9]{0,5}):)?(?P<record>[A-Z]{2})(?:\[(?P<nth>[1-9][0-9]{0,3})\])?"
    r"\.(?P<field>[a-z_0-9]+)(?:\[(?P<times>[1-9][0-9]?)\])?=(?P<value>.*)"
)
_NOT_HERE = frozenset((",", '"', "\r", "\n", "\x1a"))
_KEPT = ("RE", "search")


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One correction: the field of the `nth` record of that kind in the receipt; of fields that stand several times
    in a row (the days of a month) the one that is `times` in the row. `place` is that of the receipt in the returned
    file, None where only one is meant."""

    record: str
    field: str
    value: str
    nth: int = 1
    times: int = 1
    place: int | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a field. `receipt` is the number of the receipt in the file that is made, `position` counts as in
    the line, `name` is what 記録条件仕様 calls it."""

    record: str
    nth: int
    field: str
    name: str
    position: int
    before: str
    after: str
    receipt: str = "1"


def parse_edit(written: str) -> Edit:
    """`HO.number=１２３`, `SI[2].points=291`, `JD.day[3]=1`, `2:RE.name=…` of the second receipt.
    Problem `claims.edit-form`."""
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise Problem("claims.edit-form")
    return Edit(
        record=match["record"],
        field=match["field"],
        value=match["value"],
        nth=int(match["nth"] or 1),
        times=int(match["times"] or 1),
        place=int(match["place"]) if match["place"] else None,
    )


def edited(
    lines: Iterable[Line], edits: Sequence[Edit], layout: ClaimLayout
) -> tuple[list[Line], list[Change]]:
    """The lines with every correction, and what each changed, in the order of the corrections. Problems
    `claims.edit-place` where the receipt has no such record or field, `claims.edit-search` for the one field that must
    stay, `claims.edit-value` for a value that cannot stand in a claim file."""
    if any((edit.record, edit.field) == _KEPT for edit in edits):
        raise Problem("claims.edit-search")
    return with_fields(lines, edits, layout)


def with_fields(
    lines: Iterable[Line], edits: Iterable[Edit], layout: ClaimLayout
) -> tuple[list[Line], list[Change]]:
    """The same for every field there is: for what a re-claim itself sets."""
    corrected = list(lines)
    changes: list[Change] = []
    for edit in edits:
        at, position, name = _place(corrected, edit, layout)
        if not _can_stand(edit.value):
            raise Problem("claims.edit-value", record=edit.record, field=edit.field)
        before = corrected[at].at(position)
        if before == edit.value:
            continue
        corrected[at] = corrected[at].with_field(position, edit.value)
        changes.append(
            Change(
                record=edit.record,
                nth=edit.nth,
                field=edit.field,
                name=name,
                position=position,
                before=before,
                after=edit.value,
            )
        )
    return corrected, changes


def _place(lines: Sequence[Line], edit: Edit, layout: ClaimLayout) -> tuple[int, int, str]:
    """Which line, which position in it, and what the field is called."""
    places = [at for at, line in enumerate(lines) if line.kind == edit.record]
    record = layout.by_id.get(edit.record)
    if record is None or len(places) < edit.nth:
        raise Problem(
            "claims.edit-place",
            place=f"{edit.record}[{edit.nth}]",
            known=" ".join(dict.fromkeys(line.kind for line in lines)),
        )
    positions = record.places.get(edit.field, ())
    if len(positions) < edit.times:
        raise Problem(
            "claims.edit-place", place=f"{edit.record}.{edit.field}[{edit.times}]", known=_fields(record)
        )
    position = positions[edit.times - 1]
    return places[edit.nth - 1], position, record.positions[position - 1].name


def _fields(record: RecordLayout) -> str:
    return " ".join(record.places)


def _can_stand(value: str) -> bool:
    try:
        value.encode("cp932")
    except UnicodeEncodeError:
        return False
    return _NOT_HERE.isdisjoint(value)
