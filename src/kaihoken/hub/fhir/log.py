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
from urllib.parse import parse_qsl

import msgspec

from kaihoken.access import Caller, Kind, Scope
from kaihoken.audit import Entry, Match, Search, Wanted
from kaihoken.coverage.fhir import audit_event, searchset
from kaihoken.hub.exchange import Reply, Request
from kaihoken.hub.fhir.exchange import FHIR_LINES, lines_asked_for, require_form, resource_reply
from kaihoken.hub.machine import Machine
from kaihoken.identity import parse_iso_date
from kaihoken.problems import Problem
from kaihoken.store import milliseconds

EXPORTED = "log.exported"
USUAL, MOST = 100, 500
MOST_BATCHES: Final = 20_000
"""So far one page reads; it may be empty and still have a next one."""
STRETCH: Final = 2_000
"""Batches after which lines leave, however few, and it is seen whether somebody still reads: a second or so."""

_CURSOR = re.compile(r"([0-9]{1,12})\.([0-9]{1,6})\.([0-9]{1,12})\.([0-9]{1,3})")
_SEE_ALL = frozenset({Kind.OPERATOR, Kind.AUDITOR})
_OFFERED = "date=ge2026-11-01, date=lt2026-12-01, _count"
_AHEAD = timedelta(hours=9)  # days are Asia/Tokyo
_DAY = timedelta(days=1)
_EARLIEST, _LATEST = date(1970, 1, 1), date(9999, 1, 1)  # there are instants beside each day in between


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
        require_form(request.header(b"content-type"))
        cursor = await self._begin(request.body)
        if lines_asked_for(request.header(b"accept")):
            return await self._lines(request.authenticated, cursor)
        return await self._page(request, base, cursor)

    async def further(self, request: Request, base: str) -> Reply:
        """GET /fhir/AuditEvent?cursor=…: another page."""
        return await self._page(request, base, await self._cursor(request.query))

    async def _page(self, request: Request, base: str, cursor: Cursor) -> Reply:
        caller = request.authenticated
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
        body = searchset(found, base, more=more)
        committed = await self._machine.committer.commit([self._exported(caller, cursor, len(found))])
        receipt = committed.receipt_header().encode()
        return resource_reply(request, body, (b"kaihoken-receipt", receipt))

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
        first, last, count = _wanted(form)
        log = self._machine.committer.log
        size = self._machine.committer.committed_seq + 1
        begin = await log.resolve(_midnight(first) - 1) + 1 if first is not None else 0
        stop = await log.resolve(_midnight(last) - 1) + 1 if last is not None else size
        return Cursor(begin, 0, min(stop, size), count)

    async def _cursor(self, query: bytes) -> Cursor:
        named = _CURSOR.fullmatch(query.decode("ascii", "replace").removeprefix("cursor="))
        if named is None:
            raise Problem("fhir.search", where="cursor", offered="cursor")
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


def _wanted(form: bytes) -> tuple[date | None, date | None, int]:
    """The first day, the first day behind the last, and how many records. Problem `fhir.search`."""
    first: date | None = None
    last: date | None = None
    count = USUAL
    try:
        pairs = parse_qsl(form.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=5)
    except (UnicodeDecodeError, ValueError):
        raise Problem("fhir.search", where="?", offered=_OFFERED) from None
    for name, value in pairs:
        if name == "_count" and value.isascii() and value.isdigit() and len(value) <= 3:
            count = min(max(int(value), 1), MOST)
        elif name == "date":
            first, last = _narrowed(value, first, last)
        else:
            raise Problem("fhir.search", where=name if name in ("date", "_count") else "?", offered=_OFFERED)
    return first, last, count


def _narrowed(value: str, first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """Days are whole: ge and le take the day itself, gt and lt do not; without a word, that day alone."""
    word, day = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    on = parse_iso_date(day, "date")
    if not _EARLIEST <= on < _LATEST:
        raise Problem("identity.date", where="date", form=f"yyyy-MM-dd, {_EARLIEST} – {_LATEST}")
    match word:
        case "ge" | "gt":
            return (on if word == "ge" else on + _DAY), last
        case "le" | "lt":
            return first, (on + _DAY if word == "le" else on)
        case "eq":
            return on, on + _DAY
    raise Problem("fhir.search", where="date", offered=_OFFERED)


def _midnight(day: date) -> int:
    """The instant at which a day in Tokyo begins, in milliseconds."""
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC) - _AHEAD)
