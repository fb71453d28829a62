"""Destroying records whose retention has ended (廃棄): salts and bodies go, leaf hashes stay.

Without its salt a leaf hash tells nothing of the record, yet every root and proof above it still holds, and so does a
receipt that somebody kept. What was destroyed is itself on record, with the rule that allowed it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, ClassVar

import msgspec

from kaihoken import rules
from kaihoken.audit.batch import Entry, entry_of, packed
from kaihoken.audit.committer import Committer
from kaihoken.audit.log import Log, chunks_of
from kaihoken.audit.people_named import REMOVE, places_in
from kaihoken.audit.store import DELETE_BODY, REPLACE_BODY
from kaihoken.clock import TOKYO
from kaihoken.problems import Problem
from kaihoken.rules import Sourced
from kaihoken.store import Write, milliseconds

DESTROYED = "log.destroyed"

_SLICE = 64  # batches whose bodies go in one transaction


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How long records are kept: full `years` after the day of the record; kinds that begin with one of
    `kept_kinds` for ever."""

    family: ClassVar[str] = "audit/retention"

    years: Sourced[Annotated[int, msgspec.Meta(ge=1, le=100)]]
    kept_kinds: Sourced[tuple[str, ...]]


class DestructionBody(msgspec.Struct, frozen=True):
    """The body of a record of destruction: of batches first <= seq < stop, `records` records; `rule` names the
    rule files by their digest."""

    before: date
    first: int
    records: int
    rule: str
    stop: int


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What one run destroyed."""

    batches: int
    records: int


def earliest_kept(rule: Retention, today: date) -> date:
    """The first day whose records must still be kept; those of earlier days may go. 29 February counts as 28."""
    year = today.year - rule.years.value
    if (today.month, today.day) == (2, 29):
        return date(year, 2, 28)
    return today.replace(year=year)


async def destroy_bodies(committer: Committer, before: date, today: date) -> Destroyed:
    """Destroys salts and bodies of the records made before a day (Asia/Tokyo), slice by slice beside the questions.

    Repeating it is safe. Problem `audit.retention_running` when the rule of `today` still keeps some of them;
    also those of `Committer.commit`.
    """
    rule = rules.load(Retention, on=today)
    earliest = earliest_kept(rule, today)
    if before > earliest:
        raise Problem("audit.retention_running", before=before.isoformat(), earliest=earliest.isoformat())
    digest = rules.digest(Retention, on=today)
    log = committer.log
    midnight = milliseconds(datetime.combine(before, time(), TOKYO))
    end = await log.resolve(midnight - 1) + 1
    batches = records = 0
    first = await log.next_body(0)
    while first is not None and first < end:
        stop = min(first + _SLICE, end)
        writes, index, gone = await _destruction(log, rule, first, stop)
        if writes:
            body = DestructionBody(before, first, gone, digest, stop)
            await committer.commit_slice([Entry(DESTROYED, msgspec.json.encode(body))], [*writes, *index])
            batches += len(writes)
            records += gone
        first = await log.next_body(stop)
    return Destroyed(batches, records)


async def _destruction(
    log: Log, rule: Retention, first: int, stop: int
) -> tuple[list[Write], list[Write], int]:
    """The writes that leave of these batches only what is kept for ever, those that take the rest out of the index of
    people, and how many records they destroy."""
    bodies = await log.bodies(first, stop)
    writes: list[Write] = []
    index: list[Write] = []
    gone = 0
    for batch in await log.batches(first, stop):
        if batch.seq not in bodies:
            continue
        chunks = chunks_of(batch, bodies[batch.seq])
        kept = [chunk if _is_kept(chunk, rule) else b"" for chunk in chunks]
        going = sum(map(bool, chunks)) - sum(map(bool, kept))
        if not going:
            continue
        gone += going
        going_chunks = [b"" if stays else chunk for chunk, stays in zip(chunks, kept, strict=True)]
        if indexed := list(places_in(batch, going_chunks)):
            index.append(Write(REMOVE, indexed))
        if any(kept):
            writes.append(Write(REPLACE_BODY, ((packed(kept), batch.seq),)))
        else:
            writes.append(Write(DELETE_BODY, ((batch.seq,),)))
    return writes, index, gone


def _is_kept(chunk: bytes, rule: Retention) -> bool:
    return bool(chunk) and entry_of(chunk).kind.startswith(rule.kept_kinds.value)
