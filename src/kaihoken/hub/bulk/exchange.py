"""Handlers of the routes of lists in our own JSON: send, how far, results."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Literal, TypeVar
from urllib.parse import parse_qsl

import msgspec

from kaihoken.consent import Care
from kaihoken.coverage import ConsentDays, day_asked, listed_period, question_problem, read_message
from kaihoken.coverage.bulk import (
    HOME_VISITS,
    NUMBERS,
    ONLINE_VISITS,
    TICKETS,
    Job,
    Lines,
    NumbersAbout,
    Order,
    State,
    tickets_order,
    visits_order,
    zipped,
)
from kaihoken.hub.exchange import JSON, TOO_LARGE, Reply, Request, asker_of
from kaihoken.hub.machine import Machine
from kaihoken.hub.repeats import repeat_key
from kaihoken.problems import Problem
from kaihoken.store import instant
from kaihoken.web import Language

LARGEST_LIST = 512 * 1024 * 1024
"""Bytes of one list, which is taken part by part."""

NDJSON = b"application/x-ndjson"
ZIP = b"application/zip"

_LONGEST_ORDER = 64 * 1024  # bytes
_LONGEST_LINE = 16 * 1024  # bytes kept of a line: one that is longer is no row
_DECIMAL = frozenset("0123456789")


class BulkReceived(msgspec.Struct, frozen=True, kw_only=True):
    """受付: the list stands whole. Ask for its results by `reception_number`."""

    reception_number: str
    received_at: datetime
    kind: str
    items: int


class BulkQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which list is meant."""

    reception_number: str


class BulkTickets(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=TICKETS
):
    """医療扶助 by month: everybody who has a 医療券 of the asking facility for `month` (yyyy-MM)."""

    month: str
    language: Language = "ja"


class BulkHomeVisits(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=HOME_VISITS
):
    """再照会 in home care: everybody of whose consents to the asking facility, given in these days, one stands
    (`given_to` left out: through today)."""

    given_from: date | None = None
    given_to: date | None = None
    language: Language = "ja"

    def days(self) -> ConsentDays:
        """The days that are meant."""
        return ConsentDays(given_from=self.given_from, given_to=self.given_to)


class BulkOnlineVisits(BulkHomeVisits, frozen=True, kw_only=True, tag=ONLINE_VISITS):
    """The same in online care, by the days of consents or by those of the examinations for which they were given."""

    examined_from: date | None = None
    examined_to: date | None = None

    def days(self) -> ConsentDays:
        """The days that are meant."""
        return ConsentDays(
            given_from=self.given_from,
            given_to=self.given_to,
            examined_from=self.examined_from,
            examined_to=self.examined_to,
        )


BulkFound = BulkTickets | BulkHomeVisits | BulkOnlineVisits
"""A list whose people the hub finds."""


class BulkStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """処理中 or 結果: how far a list is. `normal` and `errors` are rows that were answered; `problem` tells why it
    was refused as a whole."""

    reception_number: str
    received_at: datetime
    kind: str
    state: Literal["received", "working", "done", "refused"]
    items: int
    normal: int
    errors: int
    problem: dict[str, object] | None = None


class BulkResultsQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which results are wanted: a page after `cursor` (of the header Kaihoken-Next-Cursor of the page before), or
    everything as a ZIP."""

    reception_number: str
    cursor: str = ""
    format: Literal["ndjson", "zip"] = "ndjson"


T = TypeVar("T", bound=msgspec.Struct)
_found = msgspec.json.Decoder(BulkFound)
_FOUND_NAMES = frozenset(("kind", *BulkTickets.__struct_fields__, *BulkOnlineVisits.__struct_fields__))


class BulkExchange:
    """Handlers of the routes of lists."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def send(self, request: Request) -> Reply:
        """POST /v1/bulk-checks: a list, row by row."""
        caller = request.authenticated
        arriving = request.arriving
        assert arriving is not None  # the row of the table says so
        media = request.header(b"content-type").partition(b";")[0].strip().lower()
        if media == NDJSON:
            about = _about(request.query, self._machine.clock.today())
            order = Order(kind=NUMBERS, carrier="json", about=about, repeat_key=repeat_key(request))
            lines = lines_of(arriving)
        elif media == JSON:
            asked = read_message(await _short(arriving), _found, _FOUND_NAMES)
            order, lines = await self._found(asked, caller.code, repeat_key(request))
        else:
            raise Problem("hub.content-type", wanted=f"{NDJSON.decode()}, {JSON.decode()}")
        job = await self._machine.bulk.reception.receive(asker_of(caller), order, lines)
        return Reply(msgspec.json.encode(_received(job)))

    async def _found(self, asked: BulkFound, facility: str, key: str) -> tuple[Order, Lines]:
        """What is ordered, and whom it holds."""
        bulk = self._machine.bulk
        if isinstance(asked, BulkTickets):
            month = month_asked(asked.month)
            return tickets_order(month, "json", key, asked.language), await bulk.tickets.lines(
                facility, month
            )
        care = Care.ONLINE if isinstance(asked, BulkOnlineVisits) else Care.HOME
        period = listed_period(asked.days(), care, self._machine.clock.today())
        lines = await bulk.visits[care].lines(facility, period)
        return visits_order(care, period, "json", key, asked.language), lines

    async def status(self, request: Request) -> Reply:
        """POST /v1/bulk-checks/status."""
        question = _question(request.body, BulkQuestion)
        asker = asker_of(request.authenticated)
        job = await self._machine.bulk.results.job(asker, question.reception_number, "json")
        return Reply(msgspec.json.encode(_status(job)))

    async def results(self, request: Request) -> Reply:
        """POST /v1/bulk-checks/results: a page of rows, or everything as a ZIP."""
        question = _question(request.body, BulkResultsQuestion)
        asker = asker_of(request.authenticated)
        results = self._machine.bulk.results
        job = await results.job(asker, question.reception_number, "json")
        if question.format == "zip":
            contents = _joined(await results.all(asker, job))
            return Reply(b"", ZIP, leaving=zipped("results.ndjson", contents))
        page = await results.page(asker, job, _first(question.cursor))
        following = () if page.following is None else ((b"kaihoken-next-cursor", b"%d" % page.following),)
        return Reply(b"".join(line + b"\n" for line in page.lines), NDJSON, headers=following)


def month_asked(text: str) -> date:
    """The first day of a month. Problem `identity.date`."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Problem("identity.date", where="month", form="yyyy-MM") from None


async def _short(arriving: AsyncIterator[bytes]) -> bytes:
    """A body that says in a few words what is wanted. Problem `hub.body-too-large`."""
    body = b""
    async for part in arriving:
        body += part
        if len(body) > _LONGEST_ORDER:
            raise Problem(TOO_LARGE, most=_LONGEST_ORDER)
    return body


async def lines_of(arriving: AsyncIterator[bytes]) -> Lines:
    """The lines of a body as it comes. Of a line that no row can have only the beginning is kept: it is answered as
    what it is."""
    rest = b""
    async for part in arriving:
        *lines, rest = (rest + part).split(b"\n")
        if lines:
            yield [line[:_LONGEST_LINE].rstrip(b"\r") for line in lines]
        rest = rest[:_LONGEST_LINE]
    if rest:
        yield [rest.rstrip(b"\r")]


async def _joined(lines: AsyncIterator[Sequence[bytes]]) -> AsyncIterator[bytes]:
    async for some in lines:
        yield b"".join(line + b"\n" for line in some)


class _Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    on: date | None = None
    language: Language = "ja"


def _about(query: bytes, today: date) -> bytes:
    """What the address says of a list: the day asked about and the language. Problems `coverage.request-shape`,
    `identity.date`, `coverage.future`, `coverage.too-early`."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    said = dict(pairs)
    if len(said) < len(pairs):
        raise Problem("coverage.request-shape", where="?", reason="a name stands twice")
    try:
        options = msgspec.convert(said, _Options, strict=False)
    except msgspec.ValidationError as error:
        raise question_problem(error) from None
    if options.on is not None:
        day_asked(options.on, today)
    return msgspec.json.encode(NumbersAbout(on=options.on, language=options.language))


def _question(body: bytes, kind: type[T]) -> T:
    return read_message(body, msgspec.json.Decoder(kind), frozenset(kind.__struct_fields__))


def _first(cursor: str) -> int:
    """The part with which a page begins. Problem `coverage.bulk-cursor`."""
    if not cursor:
        return 0
    if len(cursor) > 9 or not set(cursor) <= _DECIMAL:
        raise Problem("coverage.bulk-cursor", where="cursor")
    return int(cursor)


def _received(job: Job) -> BulkReceived:
    return BulkReceived(
        reception_number=job.number, received_at=instant(job.arrived_at), kind=job.kind, items=job.items
    )


_STATES: dict[State, Literal["received", "working", "done", "refused"]] = {
    State.RECEIVED: "received",
    State.WORKING: "working",
    State.DONE: "done",
    State.REFUSED: "refused",
}


def _status(job: Job) -> BulkStatus:
    problem: dict[str, object] | None = {**Problem(job.problem).as_rfc9457()} if job.problem else None
    return BulkStatus(
        reception_number=job.number,
        received_at=instant(job.arrived_at),
        kind=job.kind,
        state=_STATES[job.state],
        items=job.items,
        normal=job.normal,
        errors=job.errors,
        problem=problem,
    )
