"""What the log keeps of the system-failure mode, and whether its rows are what it says: a part of
`kaihoken store check`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from kaihoken.audit import Entry, KindReader, log_of
from kaihoken.coverage.against_log import Compared, facilities_against_log
from kaihoken.coverage.failure.messages import FailureReport
from kaihoken.coverage.failure.mode import Mode
from kaihoken.coverage.failure.rows import MODES, ModeRow
from kaihoken.coverage.question import Asker
from kaihoken.store import Finding, LookupKey, Note, Store, milliseconds, register_check

CHECK: Final = "system-failure mode"
OPENED: Final = "failure-mode.opened"
CLOSED: Final = "failure-mode.closed"
REPORTED: Final = "failure-mode.reported"
"""Kinds of the records. Members of their bodies stand in alphabetical order: the canonical form."""


class _Opened(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    called_back: datetime
    client: str
    facility: str
    staff: str
    until: datetime


class _Closed(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    client: str
    facility: str


class _Reported(msgspec.Struct, frozen=True, kw_only=True):
    """`answers` names each by its batch and its hash, as its own record does."""

    answers: tuple[str, ...]
    at: datetime
    by: str
    client: str
    failed_at: datetime
    key: str
    staff: str
    why: str


def opened_entry(mode: Mode) -> Entry:
    """The record of an opening."""
    record = _Opened(
        at=mode.opened,
        called_back=mode.called_back,
        client=mode.client,
        facility=mode.facility,
        staff=mode.staff,
        until=mode.until,
    )
    return Entry(OPENED, msgspec.json.encode(record))


def closed_entry(facility: str, client: str, at: datetime) -> Entry:
    """The record of a closing before its time."""
    return Entry(CLOSED, msgspec.json.encode(_Closed(at=at, client=client, facility=facility)))


def report_entry(
    report: FailureReport, answers: Sequence[tuple[int, str]], asker: Asker, at: datetime
) -> Entry:
    """The record of a 利用報告書."""
    record = _Reported(
        answers=tuple(f"{batch}/{answer_hash}" for batch, answer_hash in answers),
        at=at,
        by=asker.facility,
        client=asker.client,
        failed_at=report.failed_at,
        key=asker.key,
        staff=report.staff.strip(),
        why=report.why.strip(),
    )
    return Entry(REPORTED, msgspec.json.encode(record))


_COMPARED: Final = Compared(
    CHECK,
    ("システム障害時モードの記録を読めません", "a record of the system-failure mode cannot be read"),
    ("システム障害時モードが記録と合いません", "the system-failure mode is not what the log records"),
)


async def check_failure_modes(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every facility whose mode is not the one that the log last recorded."""
    async for one in facilities_against_log(store, _COMPARED, _rows, _recorded):
        yield one


@dataclass(slots=True)
class _Recorded:
    """What the log says: the row of each facility as its records left it, and what could not be read."""

    rows: dict[str, ModeRow] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)
    destroyed: bool = False

    @property
    def facilities(self) -> set[str]:
        return set(self.rows)

    def agrees(self, facility: str, row: ModeRow | None) -> bool:
        return row == self.rows.get(facility)

    def add(self, said: "_Opened | _Closed") -> None:
        """The next record of the log."""
        if isinstance(said, _Opened):
            mode = Mode(said.facility, said.at, said.until, said.called_back, said.staff, said.client)
            self.rows[said.facility] = ModeRow.of(mode)
        elif (row := self.rows.get(said.facility)) is not None:
            self.rows[said.facility] = msgspec.structs.replace(row, closed_ms=milliseconds(said.at))


async def _rows(store: Store) -> dict[str, ModeRow]:
    return {row.facility: row for row in msgspec.convert(await store.fetch(MODES), list[ModeRow])}


async def _recorded(store: Store) -> _Recorded:
    found = _Recorded()
    if (log := await log_of(store)) is None:
        return found
    said: list[tuple[int, datetime, _Opened | _Closed]] = []
    kinds: tuple[tuple[str, type[_Opened] | type[_Closed]], ...] = ((OPENED, _Opened), (CLOSED, _Closed))
    for kind, struct in kinds:
        reader = KindReader(log, kind)
        async for seq, entries in reader.batches(0, await log.size()):
            try:
                read = [msgspec.json.decode(entry.body, type=struct) for entry in entries or ()]
            except msgspec.MsgspecError:
                entries, read = None, []
            if entries is None:
                found.unreadable.append(seq)
            said += [(seq, one.at, one) for one in read]
        found.destroyed = found.destroyed or reader.destroyed
    for _seq, _at, one in sorted(said, key=lambda each: each[:2]):
        found.add(one)
    return found


register_check(CHECK, check_failure_modes)
