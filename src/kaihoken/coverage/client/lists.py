"""Lists (一括照会): sent, how far they are, one line for each row; and what a hub says of them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Literal, TypeVar
from urllib.parse import urlencode

import msgspec

from kaihoken.coverage.answer import Answer
from kaihoken.coverage.bulk import NumberRow
from kaihoken.coverage.client.calls import JSON, Call, asked, once, ordered, reader
from kaihoken.coverage.client.exchange import Received
from kaihoken.coverage.client.problem import Told
from kaihoken.coverage.review.answer import ClaimAnswer
from kaihoken.web import Language

_LISTS = "/v1/bulk-checks"
_NEXT = "kaihoken-next-cursor"
_LINES = "application/x-ndjson"

T = TypeVar("T")


class ListReceived(msgspec.Struct, frozen=True):
    """受付: the list stands whole."""

    reception_number: str
    received_at: datetime
    items: int


class ListStatus(msgspec.Struct, frozen=True):
    """How far it is. `normal` and `errors` are rows that were answered; `problem` tells why it was refused as a
    whole."""

    reception_number: str
    state: Literal["received", "working", "done", "refused"]
    items: int
    normal: int
    errors: int
    problem: Told | None = None


class ListResult(msgspec.Struct, frozen=True):
    """One row: its line in the list, the id that was sent with it, and an answer or a problem; of a row with a day of
    its own the answer is `care_day`. `answer_hash` and `batch`, that of the hub's log, say where its record stands."""

    line: int
    id: str = ""
    answer: Answer | None = None
    answer_hash: str = ""
    answered_at: datetime | None = None
    batch: int | None = None
    care_day: ClaimAnswer | None = None
    problem: Told | None = None


class ListPage(msgspec.Struct, frozen=True):
    """At most a thousand rows. `next` is the cursor of the page after it, "" at the end."""

    rows: tuple[ListResult, ...]
    next: str = ""


def send_list(
    rows: Iterable[NumberRow], key: str = "", *, on: date | None = None, language: Language = "ja"
) -> Call[ListReceived]:
    """一括照会 (POST /v1/bulk-checks): send a list, a person a line. It is answered in the background: ask for its
    status, then for its results. `on` is the day asked about, that of its arrival where none is named, of rows without
    one of their own."""
    about = urlencode({**({"on": on.isoformat()} if on is not None else {}), "language": language})
    content = msgspec.json.Encoder().encode_lines(rows)
    return Call("POST", f"{_LISTS}?{about}", reader(ListReceived), content, _LINES, once(key))


def send_month(month: date, key: str = "", *, language: Language = "ja") -> Call[ListReceived]:
    """医療扶助 by month (POST /v1/bulk-checks): everybody who has a 医療券 of this facility in the month of that
    day."""
    body = {"kind": "tickets", "month": f"{month:%Y-%m}", "language": language}
    return ordered(_LISTS, body, ListReceived, key)


def send_visits(
    care: Literal["home", "online"],
    key: str = "",
    *,
    given_from: date | None = None,
    given_to: date | None = None,
    examined_from: date | None = None,
    examined_to: date | None = None,
    language: Language = "ja",
) -> Call[ListReceived]:
    """再照会 by list (POST /v1/bulk-checks): everybody of whose consents to this facility, given in these days, one
    stands in that form of care; online also by the days of the examinations for which they were given."""
    days = {
        "given_from": given_from,
        "given_to": given_to,
        "examined_from": examined_from,
        "examined_to": examined_to,
    }
    named = {name: day for name, day in days.items() if day is not None}
    return ordered(_LISTS, {"kind": f"{care}-visits", "language": language, **named}, ListReceived, key)


def list_status(reception_number: str) -> Call[ListStatus]:
    """How far a list is (POST /v1/bulk-checks/status)."""
    return asked(f"{_LISTS}/status", {"reception_number": reception_number}, ListStatus)


def list_page(reception_number: str, cursor: str = "") -> Call[ListPage]:
    """A page of results, the one after a cursor (POST /v1/bulk-checks/results)."""
    decode = msgspec.json.Decoder(ListResult).decode_lines

    def read(received: Received) -> ListPage:
        return ListPage(tuple(decode(received.content)), received.header(_NEXT))

    return _results(reception_number, read, cursor=cursor)


def list_archive(reception_number: str) -> Call[bytes]:
    """All results as a ZIP with `results.ndjson` in it (POST /v1/bulk-checks/results). It is held whole: pages are
    for what is large."""
    return _results(reception_number, lambda received: received.content, format="zip")


def _results(reception_number: str, read: Callable[[Received], T], **how: str) -> Call[T]:
    body = msgspec.json.encode({"reception_number": reception_number, **how})
    return Call("POST", f"{_LISTS}/results", read, body, JSON)
