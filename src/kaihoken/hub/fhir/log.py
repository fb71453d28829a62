"""AuditEvent over HTTP: the records of the log by date, for those who hold `log:read`: a page at a time as Bundle, or
all of them as lines, which are made while they leave.

Operators and auditors see all records, everybody else those of their own organisation. Who exports them is on record
with what they were given: of lines a record for every so many, before they leave.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from kaihoken.access import Caller, Kind, Scope
from kaihoken.audit import Entry, Match, Search, Wanted
from kaihoken.coverage.fhir import MOST, OF_AUDIT_EVENT, audit_event, read_days, searchset
from kaihoken.hub.exchange import Reply, Request
from kaihoken.hub.fhir.exchange import FHIR_LINES, form_of_search, lines_asked_for, page_in
from kaihoken.hub.machine import Machine
from kaihoken.problems import Problem
from kaihoken.store import milliseconds

EXPORTED = "log.exported"
MOST_BATCHES: Final = 20_000
"""So far one page reads; it may be empty and still have a next one."""
STRETCH: Final = 2_000
"""Batches after which lines leave, however few, and it is seen whether somebody still reads: a second or so."""

_CURSOR = re.compile(r"([0-9]{1,12})\.([0-9]{1,6})\.([0-9]{1,12})\.([0-9]{1,3})")
_SEE_ALL = frozenset({Kind.OPERATOR, Kind.AUDITOR})
_AHEAD = timedelta(hours=9)  # days are Asia/Tokyo


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins, before which batch the search ends, and how many records a page holds."""

    batch: int
    index: int
    stop: int
    count: int

    def __str__(self) -> str:
        return f"{self.batch}.{self.index}.{self.stop}.{self.count}"


class _Record(msgspec.Struct, frozen=True):
    """The record of an export. Members in alphabetical order."""

    at: datetime
    by: str
    client: str
    count: int
    first: str
    key: str
    kind: str = "AuditEvent"


class FhirLog:
    """Handlers of AuditEvent. `base` is the URL below which the resources lie."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def search(self, request: Request, base: str) -> Reply:
        """POST /fhir/AuditEvent/_search: the first page, or everything as lines."""
        if lines_asked_for(request):
            return await self._lines(request.authenticated, await self._begin(request.body))
        form = form_of_search(request)
        return await self._page(request.authenticated, base, await self._begin(request.body), form)

    async def further(self, request: Request, base: str) -> Reply:
        """GET /fhir/AuditEvent?cursor=…: another page."""
        cursor, form = page_in(request)
        return await self._page(request.authenticated, base, self._cursor(cursor), form)

    async def _page(self, caller: Caller, base: str, cursor: Cursor, form: bytes) -> Reply:
        found: list[tuple[str, bytes]] = []
        after: Cursor | None = None
        far = min(cursor.stop, cursor.batch + MOST_BATCHES)
        if far < cursor.stop:
            after = Cursor(far, 0, cursor.stop, cursor.count)
        async for match in self._matches(caller, cursor, far):
            if len(found) == cursor.count:
                after = Cursor(match.batch, match.index, cursor.stop, cursor.count)
                break
            found.append((f"AuditEvent/{match.batch}.{match.index}", self._told(match)))
        more = f"AuditEvent?cursor={after}" if after is not None else ""
        body = searchset(found, base, f"AuditEvent?cursor={cursor}", more=more)
        committed = await self._machine.committer.commit([self._exported(caller, cursor, len(found))])
        receipt = committed.receipt_header().encode()
        return Reply(body, form, headers=((b"kaihoken-receipt", receipt),))

    async def _lines(self, caller: Caller, cursor: Cursor) -> Reply:
        """Everything from there on, a record a line. What can go wrong at once is said; later the answer breaks off."""
        slices = self._slices(caller, cursor)
        begin = await anext(slices)

        async def leaving() -> AsyncGenerator[bytes, None]:
            async with aclosing(slices):
                yield begin
                async for part in slices:
                    yield part

        return Reply(b"", FHIR_LINES, leaving=leaving())

    async def _slices(self, caller: Caller, cursor: Cursor) -> AsyncGenerator[bytes, None]:
        """So many lines at a time, each slice once it is on record who was given it; after each stretch of the log what
        there is, maybe nothing."""
        lines: list[bytes] = []
        begin = cursor
        while begin.batch < cursor.stop:
            far = min(begin.batch + STRETCH, cursor.stop)
            async for match in self._matches(caller, begin, far):
                if len(lines) == MOST:
                    yield await self._given(caller, begin, lines)
                    lines, begin = [], Cursor(match.batch, match.index, cursor.stop, MOST)
                lines.append(self._told(match) + b"\n")
            if far == cursor.stop:
                break
            yield await self._given(caller, begin, lines) if lines else b""
            lines, begin = [], Cursor(far, 0, cursor.stop, MOST)
        yield await self._given(caller, begin, lines)

    async def _given(self, caller: Caller, begin: Cursor, lines: list[bytes]) -> bytes:
        await self._machine.committer.commit_slice([self._exported(caller, begin, len(lines))])
        return b"".join(lines)

    def _told(self, match: Match) -> bytes:
        """A record as AuditEvent; of one that is damaged there is no leaf."""
        log_id = self._machine.committer.log.log_id
        leaf = match.leaf.hex() if match.sound else ""
        return audit_event(log_id, match.batch, match.index, match.at_ms, match.kind, match.body, leaf)

    async def _matches(self, caller: Caller, cursor: Cursor, far: int) -> AsyncIterator[Match]:
        """The records from there on."""
        own = _seen_by(caller)
        async for match in Search(self._machine.committer.log, own).matches(cursor.batch, far):
            if match.batch == cursor.batch and match.index < cursor.index:
                continue
            if not match.sound and caller.kind not in _SEE_ALL:
                continue  # whose it was cannot be told
            yield match

    def _exported(self, caller: Caller, cursor: Cursor, count: int) -> Entry:
        record = _Record(
            self._machine.clock.now(), caller.code, caller.actor, count, str(cursor), caller.key_id
        )
        return Entry(EXPORTED, msgspec.json.encode(record))

    async def _begin(self, form: bytes) -> Cursor:
        _, (first, last), count = read_days(form, OF_AUDIT_EVENT, least=1)
        log = self._machine.committer.log
        size = self._machine.committer.committed_seq + 1
        begin = await log.resolve(_midnight(first) - 1) + 1 if first is not None else 0
        stop = await log.resolve(_midnight(last) - 1) + 1 if last is not None else size
        return Cursor(begin, 0, min(stop, size), count)

    def _cursor(self, text: str) -> Cursor:
        named = _CURSOR.fullmatch(text)
        if named is None:
            raise Problem("fhir.page-gone", where="cursor")
        batch, index, stop, count = map(int, named.groups())
        size = self._machine.committer.committed_seq + 1
        return Cursor(batch, index, min(stop, size), min(count or 1, MOST))


def _seen_by(caller: Caller) -> Wanted:
    """Which records somebody may see."""
    if caller.kind in _SEE_ALL:
        return Wanted()
    if not caller.code:  # it would stand for every organisation
        raise Problem("access.scope-missing", scope=Scope.LOG_READ.value)
    return Wanted(facility=caller.code)


def _midnight(day: date) -> int:
    """The instant at which a day in Tokyo begins, in milliseconds."""
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC) - _AHEAD)
