"""What a patient sees of themselves, and of whom they act for: coverage, and who looked.

Each view is on record before it leaves, also one's own; what somebody acts for another by is named in it.
"""

import csv
import io

import msgspec
from markupsafe import Markup

from kaihoken.access.people import Account, Right, Scope
from kaihoken.audit import Entry
from kaihoken.coverage import OwnRecord
from kaihoken.hub.exchange import JSON, Reply
from kaihoken.hub.pages.page import download
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.seen_view import KINDS, LOG_VIEW, Seen, seen_of
from kaihoken.hub.pages.visit import Visit
from kaihoken.web import Language, State, messages

MOST_SEEN = 200
_CSV = b"text/csv; charset=utf-8"

_COVERED = ("valid", "special-expense", "welfare-ticket", "welfare-unregistered")


async def coverage(pages: PeoplePages, visit: Visit) -> Reply:
    """GET and POST /me/coverage: today's coverage; a POST names the proxy by which somebody acts for another."""
    _, account = visit.somebody
    person, proxy = await person_of(pages, visit, account, Scope.COVERAGE)
    shown = await pages.own.show(person, account.account_id, proxy)
    again = {"proxy": proxy, "token": visit.form_token("/me/coverage")} if proxy else None
    said = messages("coverage").html(f"situation.{shown.situation.value}.patient", visit.language)
    return pages.page(
        "account/coverage.html",
        visit,
        again=again,
        shown=shown,
        state=_state(shown),
        proxy=proxy,
        said=said,
        share=_share(shown, visit.language),
    )


async def coverage_json(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /me/coverage.json: the same as a file (自分の記録), in the patient's words alone."""
    _, account = visit.somebody
    shown = await pages.own.show(account.person, account.account_id)
    said = messages("coverage").text(f"situation.{shown.situation.value}.patient", visit.language)
    record = {
        "on": shown.on,
        "name": shown.name,
        "birthdate": shown.birthdate,
        "covered": _state(shown) == "valid",
        "said": said,
        "share_percent": shown.share.percent if shown.share is not None else None,
        "coverage": shown.coverage,
        "subsidies": shown.subsidies,
    }
    return download(msgspec.json.encode(record), JSON, f"kaihoken-coverage-{shown.on}.json")


async def seen(pages: PeoplePages, visit: Visit) -> Reply:
    """GET and POST /me/seen: who looked at one's data, when, how, and which of it."""
    _, account = visit.somebody
    looks, proxy = await _looks(pages, visit, account)
    again = {"proxy": proxy, "token": visit.form_token("/me/seen")} if proxy else None
    return pages.page("account/seen.html", visit, again=again, looks=looks, proxy=proxy, most=MOST_SEEN)


async def seen_json(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /me/seen.json: the same as a file."""
    _, account = visit.somebody
    looks, _ = await _looks(pages, visit, account)
    said = [look.as_json(visit.language) for look in looks]
    return download(msgspec.json.encode(said), JSON, f"kaihoken-seen-{pages.machine.clock.today()}.json")


async def seen_csv(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /me/seen.csv: the same for a spreadsheet."""
    _, account = visit.somebody
    looks, _ = await _looks(pages, visit, account)
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(("at", "who", "code", "how", "fields", "record"))
    for look in looks:
        row = (look.at.isoformat(), look.who, look.code, look.how, " ".join(look.fields))
        rows.writerow((*map(_plain, row), f"{look.batch}/{look.index}"))
    body = b"\xef\xbb\xbf" + written.getvalue().encode()
    return download(body, _CSV, f"kaihoken-seen-{pages.machine.clock.today()}.csv")


async def _looks(pages: PeoplePages, visit: Visit, account: Account) -> tuple[list[Seen], str]:
    person, proxy = await person_of(pages, visit, account, Scope.SEEN)
    record = {"account": account.account_id, "person": person, "proxy": proxy}
    await pages.machine.committer.commit([Entry(LOG_VIEW, msgspec.json.encode(record))])
    found = await pages.index.newest(person, KINDS, MOST_SEEN)
    lists = await pages.index.newest(person, (LOG_VIEW,), MOST_SEEN)
    found += [match for match in lists if match.body.get("proxy")]
    found.sort(key=lambda match: (match.batch, match.index), reverse=True)
    return [seen_of(match, pages.client_name) for match in found[:MOST_SEEN] if match.sound], proxy


async def person_of(pages: PeoplePages, visit: Visit, account: Account, scope: Scope) -> tuple[str, str]:
    """Whose data somebody sees, and by which proxy: their own where the form names none. Problem
    `access.proxy-refused`."""
    proxy_id = visit.form.get("proxy", "")
    if not proxy_id:
        return account.person, ""
    proxy = await pages.proxies.used(proxy_id, account, scope)
    return proxy.person, proxy.proxy_id


def _state(shown: OwnRecord) -> State:
    return "valid" if shown.situation.value in _COVERED else "stale"


def _share(shown: OwnRecord, language: Language) -> Markup:
    """The share in words, where it is one number."""
    percent = shown.share.percent if shown.share is not None else None
    if percent is None:
        return Markup()
    return messages("coverage").html("share.value", language, tenths=percent // 10, percent=percent)


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


OWN_ROWS = (
    Row("GET", "/me/coverage", coverage, right=Right.OWN_RECORD, records=("person.own-view",)),
    Row(
        "GET",
        "/me/coverage.json",
        coverage_json,
        right=Right.OWN_RECORD,
        fresh=True,
        records=("person.own-view",),
    ),
    Row("POST", "/me/coverage", coverage, right=Right.OWN_RECORD, records=("person.own-view",)),
    Row("GET", "/me/seen", seen, right=Right.OWN_RECORD, records=("person.log-view",)),
    Row("POST", "/me/seen", seen, right=Right.OWN_RECORD, records=("person.log-view",)),
    Row("GET", "/me/seen.json", seen_json, right=Right.OWN_RECORD, fresh=True, records=("person.log-view",)),
    Row("GET", "/me/seen.csv", seen_csv, right=Right.OWN_RECORD, fresh=True, records=("person.log-view",)),
)
"""What is one's own."""
