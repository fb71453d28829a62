"""Whether the answers of the system-failure mode, and which of them were reported, are what the log says: a part of
`kaihoken store check`. A row that is missing is a report that nobody would ask for; one too many, one that nobody owes.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from kaihoken.audit import KindReader, Log, log_of
from kaihoken.coverage.against_log import Compared, facilities_against_log
from kaihoken.coverage.failure.recorded import OPENED, REPORTED
from kaihoken.coverage.failure.rows import ANSWERS, AnswerRow
from kaihoken.coverage.inquiry import QuestionKind
from kaihoken.coverage.turn import ANSWER
from kaihoken.store import Finding, LookupKey, Note, Store, milliseconds, register_check

CHECK: Final = "system-failure answers"
_LATE: Final = timedelta(minutes=10)
"""What was answered while a mode was open is committed so long after its end at most."""

_COMPARED: Final = Compared(
    CHECK,
    (
        "システム障害時モードの回答か報告の記録を読めません",
        "a record of an answer in system-failure mode, or of a report, cannot be read",
    ),
    (
        "システム障害時モードの回答と報告が記録と合いません",
        "the answers in system-failure mode and their reports are not what the log records",
    ),
)

_Key = str
"""Of an answer: batch/hash, as the record of a report names it."""


class _Opened(msgspec.Struct):
    at: datetime
    until: datetime


class _Reported(msgspec.Struct):
    answers: tuple[str, ...]
    at: datetime
    by: str


class _Answered(msgspec.Struct):
    answer_hash: str
    at: datetime
    by: str
    kind: str
    person: str | None


async def check_failure_answers(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every facility whose answers in the mode, or whose reports of them, are not those that the log records."""
    async for one in facilities_against_log(store, _COMPARED, _rows, _recorded):
        yield one


@dataclass(slots=True)
class _Recorded:
    """What the log says of each facility: its answers that told of somebody, and what could not be read."""

    rows: dict[str, dict[_Key, AnswerRow]] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)
    destroyed: bool = False

    @property
    def facilities(self) -> set[str]:
        return set(self.rows)

    def agrees(self, facility: str, row: Mapping[_Key, AnswerRow] | None) -> bool:
        """Where records were destroyed, rows may stand whose record is gone."""
        kept, said = row or {}, self.rows.get(facility)
        if said is None:
            return not kept
        stand = all(kept.get(key) == one for key, one in said.items())
        return stand and (self.destroyed or kept.keys() <= said.keys())

    def answered(self, batch: int, said: _Answered) -> None:
        """The record of an answer of some kind."""
        if said.kind == QuestionKind.FAILURE and said.person is not None:
            row = AnswerRow(said.by, batch, said.answer_hash, milliseconds(said.at), None)
            self.rows.setdefault(said.by, {})[row.named] = row

    def reported(self, said: _Reported) -> None:
        """The record of a 利用報告書."""
        answers = self.rows.get(said.by, {})
        for key in answers.keys() & set(said.answers):
            answers[key] = msgspec.structs.replace(answers[key], reported_ms=milliseconds(said.at))


async def _rows(store: Store) -> dict[str, dict[_Key, AnswerRow]]:
    found: dict[str, dict[_Key, AnswerRow]] = {}
    for row in msgspec.convert(await store.fetch(ANSWERS), list[AnswerRow]):
        found.setdefault(row.facility, {})[row.named] = row
    return found


async def _recorded(store: Store) -> _Recorded:
    found = _Recorded()
    if (log := await log_of(store)) is None:
        return found
    openings: list[_Opened] = []
    reports: list[_Reported] = []
    reader = KindReader(log, OPENED, REPORTED)
    async for seq, entries in reader.batches(0, await log.size()):
        try:
            for entry in entries or ():
                if entry.kind == OPENED:
                    openings.append(msgspec.json.decode(entry.body, type=_Opened))
                else:
                    reports.append(msgspec.json.decode(entry.body, type=_Reported))
        except msgspec.MsgspecError:
            entries = None
        if entries is None:
            found.unreadable.append(seq)
    answers = KindReader(log, ANSWER)
    for first, stop in await _open(log, openings):
        async for seq, entries in answers.batches(first, stop):
            try:
                for entry in entries or ():
                    found.answered(seq, msgspec.json.decode(entry.body, type=_Answered))
            except msgspec.MsgspecError:
                entries = None
            if entries is None:
                found.unreadable.append(seq)
    for report in reports:
        found.reported(report)
    found.destroyed = reader.destroyed or answers.destroyed
    return found


async def _open(log: Log, openings: Sequence[_Opened]) -> list[tuple[int, int]]:
    """The stretches of the log, first <= batch < stop, in which some mode was open: no other answer was one of it."""
    found: list[tuple[int, int]] = []
    for one in sorted(openings, key=lambda each: each.at):
        first = await log.resolve(milliseconds(one.at) - 1) + 1
        stop = await log.resolve(milliseconds(one.until + _LATE)) + 1
        if found and first <= found[-1][1]:
            first, stop = found[-1][0], max(stop, found.pop()[1])
        found.append((first, stop))
    return found


register_check(CHECK, check_failure_answers)
