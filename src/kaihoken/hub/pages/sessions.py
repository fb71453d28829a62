"""The browsers in which somebody is signed in (サインイン中のブラウザー): seen, and ended one by one or together.

A session is shown by its times and by what it was begun with; no address and no name of a browser is kept, so none is
shown. It is named in forms by an id that opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from kaihoken.access.people import Authenticator, Session
from kaihoken.hub.exchange import Reply
from kaihoken.hub.pages.page import see_other
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.visit import Visit
from kaihoken.problems import Problem
from kaihoken.web import path_in

SESSIONS, OTHERS, DEVICES = "/me/sessions", "/me/sessions/others", "/me/devices"


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    """One session as its holder sees it. `this` is the one in which they look."""

    session_id: str
    authenticator: Authenticator
    began: datetime
    used: datetime
    this: bool


async def sessions_page(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /me/sessions: the browsers in which somebody is signed in."""
    return pages.page("account/sessions.html", visit, browsers=await _browsers(pages, visit))


async def others_page(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /me/sessions/others: after a new passkey, whether the other sessions end."""
    others = [one for one in await _browsers(pages, visit) if not one.this]
    if not others:
        return see_other(path_in(visit.language, DEVICES))
    return pages.page("account/sessions_others.html", visit, browsers=others)


async def end_one(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/sessions/end: one session ends."""
    session, account = visit.somebody
    ended = await pages.door.end_session(account, visit.form.get("session", ""))
    return pages.left(visit) if ended is session else see_other(path_in(visit.language, SESSIONS))


async def end_others(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/sessions/end-others: every other session ends."""
    await pages.door.end_others(*visit.somebody)
    return see_other(path_in(visit.language, SESSIONS))


def after_a_new_factor(pages: PeoplePages, visit: Visit) -> Reply:
    """Where somebody goes who took another passkey in: to the question whether their other sessions end, if any run."""
    _, account = visit.somebody
    alone = len(pages.door.sessions.of_account(account.account_id)) == 1
    return see_other(path_in(visit.language, DEVICES if alone else OTHERS))


async def _browsers(pages: PeoplePages, visit: Visit) -> list[SignedInBrowser]:
    """The sessions of who looks, this one first, then the one that was used last."""
    session, account = visit.somebody
    now = pages.machine.clock.now()
    running = pages.door.sessions.running(account.account_id)
    return [
        SignedInBrowser(
            session_id=one.session.session_id,
            authenticator=await _begun_with(pages, one.session),
            began=now - one.began,
            used=now - one.used,
            this=one.session is session,
        )
        for one in sorted(running, key=lambda one: (one.session is not session, one.used))
    ]


async def _begun_with(pages: PeoplePages, session: Session) -> Authenticator:
    """What a session was begun with. Authenticators are never deleted, so there is one; Problem
    `access.authenticator-unknown` where the table was cut."""
    found = await pages.accounts.authenticator(session.authenticator_id)
    if found is None:
        raise Problem("access.authenticator-unknown")
    return found


SESSION_ROWS = (
    Row("GET", SESSIONS, sessions_page),
    Row("GET", OTHERS, others_page),
    Row("POST", "/me/sessions/end", end_one, fresh=True, records=("session.ended",)),
    Row("POST", "/me/sessions/end-others", end_others, fresh=True, records=("session.ended",)),
)
"""One's own sessions."""
