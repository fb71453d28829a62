"""The log for those who look after it: searching it, that of the own organisation, and verifying a receipt.

Whoever searches is on record with what they searched for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kaihoken.access.people import Right
from kaihoken.audit import Entry, Match, Search, Wanted, checked_receipt, public_keys, wanted
from kaihoken.hub.exchange import JSON, Reply
from kaihoken.hub.pages.page import download
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.visit import Visit
from kaihoken.problems import Problem
from kaihoken.store import instant
from kaihoken.web import messages

SEARCHED, EXPORTED = "log.searched", "log.exported"
MOST_FOUND = 100
MOST_BATCHES = 20_000
"""So far back a search reads at once: what a page waits for. `kaihoken audit find` reads everything."""

_STEP = 256


@dataclass(frozen=True, slots=True)
class Found:
    """A record as the page shows it."""

    at: datetime
    place: str
    kind: str
    sound: bool
    body: str

    @property
    def words(self) -> str:
        """The message that says what kind of record it is, "" where none does."""
        name = f"log.kind.{self.kind}"
        return name if name in messages("hub").names("ja") else ""


async def log(pages: PeoplePages, visit: Visit) -> Reply:
    """GET and POST /log: the newest records that say what was wanted."""
    form = visit.form
    found: list[Found] | None = None
    wrong: Problem | None = None
    if visit.form:
        try:
            found = await _searched(pages, visit, _looked_for(visit))
        except Problem as problem:
            if problem.code != "audit.nothing_says_so":
                raise
            wrong = problem
    return pages.page(
        "account/log.html",
        visit,
        wrong.entry.status if wrong else 200,
        again={**form} if form else None,
        form=form,
        found=found,
        wrong=wrong,
        most=MOST_FOUND,
        far=MOST_BATCHES,
        own=False,
    )


async def own_log(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /log/own: the newest records of the own organisation."""
    found = await _searched(pages, visit, _of_own(pages, visit))
    return pages.page(
        "account/log.html",
        visit,
        form={},
        found=found,
        wrong=None,
        most=MOST_FOUND,
        far=MOST_BATCHES,
        own=True,
    )


async def log_json(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /log/export: what a search finds, as a file."""
    return _file(pages, await _searched(pages, visit, _looked_for(visit), EXPORTED))


async def own_log_json(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /log/own.json: the newest records of the own organisation, as a file."""
    return _file(pages, await _searched(pages, visit, _of_own(pages, visit), EXPORTED))


async def receipt_page(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /receipt: the form for a receipt."""
    return pages.page("account/receipt.html", visit, text="", held=None, wrong=None)


async def receipt(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /receipt: verified against the log's keys."""
    text = visit.form.get("receipt", "")
    try:
        held = checked_receipt(text.strip(), public_keys(pages.machine.keys))
    except Problem as problem:
        if not problem.code.startswith("audit."):
            raise
        return pages.page(
            "account/receipt.html", visit, problem.entry.status, text=text, held=None, wrong=problem
        )
    return pages.page("account/receipt.html", visit, text=text, held=held, wrong=None)


def _looked_for(visit: Visit) -> Wanted:
    """What a form wants found. Problem `audit.nothing_says_so`."""
    said = (visit.form.get(name, "").strip() for name in ("person", "client", "facility", "kind"))
    return wanted(*said)


def _of_own(pages: PeoplePages, visit: Visit) -> Wanted:
    """The records of the organisation for which somebody works, and of its programs."""
    _, account = visit.somebody
    code = account.organisation
    programs = (one.client_id for one in pages.machine.gate.registry if one.code == code)
    return Wanted(facility=code, clients=frozenset(programs))


def _file(pages: PeoplePages, found: Sequence[Found]) -> Reply:
    """Records as a file: each with its instant, its place in the log, and whether it is what its batch signed."""
    said = [
        {
            "at": one.at,
            "record": one.place,
            "kind": one.kind,
            "sound": one.sound,
            "body": msgspec.Raw(one.body.encode()),
        }
        for one in found
    ]
    return download(msgspec.json.encode(said), JSON, f"kaihoken-log-{pages.machine.clock.today()}.json")


async def _searched(
    pages: PeoplePages, visit: Visit, looked_for: Wanted, kind: str = SEARCHED
) -> list[Found]:
    """Search from the newest batch back, as far as a page waits; on record before anything is shown."""
    _, account = visit.somebody
    said = {name: getattr(looked_for, name) for name in ("client", "facility", "kind", "person")}
    record = msgspec.json.encode({"account": account.account_id, **said})
    await pages.machine.committer.commit([Entry(kind, record)])
    if looked_for.person and not (looked_for.client or looked_for.facility or looked_for.kind):
        return [_found(match) for match in await pages.index.newest(looked_for.person, (), MOST_FOUND)]
    reading = pages.machine.committer.log
    stop = await reading.size()
    end = max(stop - MOST_BATCHES, 0)
    found: list[Found] = []
    while stop > end and len(found) < MOST_FOUND:
        first = max(stop - _STEP, end)
        some = [match async for match in Search(reading, looked_for).matches(first, stop)]
        found += [_found(match) for match in reversed(some)]
        stop = first
    return found[:MOST_FOUND]


def _found(match: Match) -> Found:
    body = msgspec.json.format(msgspec.json.encode(match.body), indent=1).decode()
    return Found(instant(match.at_ms), f"{match.batch}/{match.index}", match.kind, match.sound, body)


LOG_ROWS = (
    Row("GET", "/log", log, right=Right.SEARCH_LOG),
    Row("POST", "/log", log, right=Right.SEARCH_LOG, records=("log.searched",)),
    Row("GET", "/log/own", own_log, right=Right.OWN_LOG, records=("log.searched",)),
    Row("POST", "/log/export", log_json, right=Right.SEARCH_LOG, fresh=True, records=("log.exported",)),
    Row("GET", "/log/own.json", own_log_json, right=Right.OWN_LOG, fresh=True, records=("log.exported",)),
    Row("GET", "/receipt", receipt_page, right=Right.VERIFY_RECEIPT),
    Row("POST", "/receipt", receipt, right=Right.VERIFY_RECEIPT),
)
"""The log."""
