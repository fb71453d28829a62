"""Proxies on pages: a patient gives and takes back, an officer records and takes back by a document."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from kaihoken.access.people import Account, Proxy, Right, Scope, Wish, proxy_terms
from kaihoken.hub.exchange import Reply
from kaihoken.hub.pages.page import see_other
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.visit import Visit
from kaihoken.problems import Problem
from kaihoken.web import path_in

_FIELDS = ("agent", "basis", "scopes", "last_day", "document", "person", "birthdate")
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Line:
    """A proxy as a page shows it: who acts, for whom as far as that may be told, whether it still holds."""

    proxy: Proxy
    agent: str
    scopes: tuple[str, ...]
    first_day: date
    last_day: date
    holds: bool
    person: str = ""


async def own_proxies(pages: PeoplePages, visit: Visit, wrong: Problem | None = None) -> Reply:
    """GET /me/proxies: who acts for somebody, and for whom they act."""
    _, account = visit.somebody
    today = pages.machine.clock.today()
    return pages.page(
        "account/proxies.html",
        visit,
        wrong.entry.status if wrong else 200,
        given=await _lines(pages, await pages.proxies.given_for(account.person), today),
        held=await _held(pages, account, today),
        form=visit.form,
        wrong=wrong,
        scopes=tuple(Scope),
        until=(today + _YEAR).isoformat(),
    )


async def give_own(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/proxies/give: a mandate."""
    _, account = visit.somebody
    try:
        await pages.proxies.give(account, account.person, _wish(visit, "mandate"))
    except Problem as problem:
        return await own_proxies(pages, visit, _of_the_form(problem))
    return see_other(path_in(visit.language, "/me/proxies"))


async def revoke_own(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/proxies/revoke: taken back, or given up, at once."""
    _, account = visit.somebody
    await pages.proxies.revoke(account, visit.form.get("proxy", ""))
    return see_other(path_in(visit.language, "/me/proxies"))


async def by_document(pages: PeoplePages, visit: Visit, wrong: Problem | None = None) -> Reply:
    """GET and POST /proxies: an officer's form, and (POST) who acts for whom it names."""
    _, account = visit.somebody
    today = pages.machine.clock.today()
    person, found = "", list[Proxy]()
    if wrong is None and visit.form:
        try:
            person = _person(visit)
            found = await pages.proxies.seen_by(account, person)
        except Problem as problem:
            person, wrong = "", _of_the_form(problem)
    return pages.page(
        "account/proxies_by_document.html",
        visit,
        wrong.entry.status if wrong else 200,
        again={**visit.form} if person else None,
        found=await _lines(pages, found, today),
        person=person,
        form=visit.form,
        wrong=wrong,
        scopes=tuple(Scope),
        bases=tuple(proxy_terms(today).bases),
        until=(today + _YEAR).isoformat(),
    )


async def give_by_document(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /proxies/give: by the document on which it rests."""
    _, account = visit.somebody
    try:
        person = _person(visit)
        birthdate = await pages.own.birthdate(person)
        wish = _wish(visit, visit.form.get("basis", ""), birthdate)
        await pages.proxies.give(account, person, wish)
    except Problem as problem:
        return await by_document(pages, visit, _of_the_form(problem))
    return see_other(path_in(visit.language, "/proxies"))


async def revoke_by_document(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /proxies/revoke: taken back, at once."""
    _, account = visit.somebody
    await pages.proxies.revoke(account, visit.form.get("proxy", ""))
    return see_other(path_in(visit.language, "/proxies"))


def _wish(visit: Visit, basis: str, birthdate: date | None = None) -> Wish:
    form = visit.form
    try:
        until = date.fromisoformat(form.get("last_day", ""))
    except ValueError:
        raise Problem("access.proxy-invalid", where="last_day") from None
    scopes = frozenset(scope for scope in Scope if form.get(f"scope-{scope}"))
    return Wish(form.get("agent", "").strip(), basis, scopes, until, form.get("document", ""), birthdate)


def _person(visit: Visit) -> str:
    person = visit.form.get("person", "").strip().lower()
    if len(person) != 32 or set(person) - set("0123456789abcdef"):
        raise Problem("access.proxy-invalid", where="person")
    return person


def _of_the_form(problem: Problem) -> Problem:
    """A problem that stands at a field; any other goes on."""
    if problem.where not in _FIELDS:
        raise problem
    return problem


async def _held(pages: PeoplePages, account: Account, today: date) -> list[Line]:
    """For whom somebody acts; by name where they may see the coverage, which is on record as every view of it."""
    lines = await _lines(pages, await pages.proxies.held_by(account), today)
    return [
        replace(line, person=await pages.own.name(line.proxy.person, account.account_id, line.proxy.proxy_id))
        if line.holds and Scope.COVERAGE.value in line.scopes
        else line
        for line in lines
    ]


async def _lines(pages: PeoplePages, proxies: list[Proxy], today: date) -> list[Line]:
    lines = []
    for proxy in proxies:
        agent: Account | None = await pages.accounts.account(proxy.agent)
        lines.append(
            Line(
                proxy=proxy,
                agent=agent.name if agent is not None else "",
                scopes=tuple(proxy.scopes.split()),
                first_day=date.fromordinal(proxy.first_day),
                last_day=date.fromordinal(proxy.last_day),
                holds=proxy.status == "given" and proxy.last_day >= today.toordinal(),
            )
        )
    return lines


PROXY_ROWS = (
    Row("GET", "/me/proxies", own_proxies, right=Right.OWN_PROXIES, records=("person.own-view",)),
    Row(
        "POST",
        "/me/proxies/give",
        give_own,
        right=Right.OWN_PROXIES,
        fresh=True,
        records=("proxy.given", "person.own-view"),
    ),
    Row("POST", "/me/proxies/revoke", revoke_own, right=Right.OWN_PROXIES, records=("proxy.revoked",)),
    Row("GET", "/proxies", by_document, right=Right.RECORD_PROXY),
    Row("POST", "/proxies", by_document, right=Right.RECORD_PROXY, records=("proxy.seen",)),
    Row(
        "POST",
        "/proxies/give",
        give_by_document,
        right=Right.RECORD_PROXY,
        fresh=True,
        records=("proxy.given",),
    ),
    Row(
        "POST",
        "/proxies/revoke",
        revoke_by_document,
        right=Right.RECORD_PROXY,
        fresh=True,
        records=("proxy.revoked",),
    ),
)
"""Acting for another."""
