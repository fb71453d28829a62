"""The questionnaires of a desk: opened for a visit of today, answered by whoever has the link, kept sealed.

A link and the session that begins with it are 192 random bits each; only their SHA-256 is kept. A link works for one
visit, until it is opened, withdrawn or the day is over; a session until it is sent, ended, quiet for too long or the
day is over. What is wrong with one is not told: every such request meets the same problem.
"""

import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from kaihoken.clock import Clock
from kaihoken.desk.day import Day, Visit
from kaihoken.desk.events import Events
from kaihoken.desk.questionnaire import sheet as sheets
from kaihoken.desk.questionnaire.life import QUESTIONNAIRE, Happening, Standing
from kaihoken.desk.questionnaire.records import from_records
from kaihoken.desk.questionnaire.sheet import Sheet, questions_on
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.problems import Problem

SHELF: Final = "questionnaire"
_BYTES: Final = 24
_SECOND: Final = 1_000_000_000
QUIET_SECONDS: Final = {True: 600, False: 2 * 3600}
"""So long a session may be quiet: on the reader's screen, which the next patient stands at, and on a phone. The page
itself asks much earlier, where its script runs."""


class Questionnaires:
    """The questionnaires of one desk. `ticks` is a clock that never goes back, in nanoseconds."""

    def __init__(self, safe: Safe, day: Day, clock: Clock, ticks: Callable[[], int], events: Events) -> None:
        """Reads those that are kept, and drops those whose visit is gone. Problem `desk.safe-broken`."""
        self._safe = safe
        self._day = day
        self._clock = clock
        self._ticks = ticks
        self._events = events
        everything = safe.all(SHELF, Sheet)
        self._all = {one.visit: one for one in everything if day.find(one.visit) is not None}
        gone = [Drop(SHELF, one.visit) for one in everything if one.visit not in self._all]
        if gone:
            safe.write(gone)
        self._links: dict[str, str] = {}
        self._seen: dict[str, int] = {}
        for one in list(self._all.values()):
            self._today(one)

    def of(self, visit: str) -> Sheet | None:
        """The questionnaire of a visit, None where there is none."""
        found = self._all.get(visit)
        return None if found is None else self._today(found)

    def link_of(self, visit: str) -> str:
        """The link that waits for its patient; "" where none does, or where the desk was started since."""
        found = self.of(visit)
        return self._links.get(visit, "") if found and found.standing is Standing.OPEN else ""

    def link_on_screen(self) -> str:
        """The link that waits on the reader's screen, the newest."""
        waiting = [one for one in self._all.values() if one.on_screen and self.link_of(one.visit)]
        return self._links[max(waiting, key=lambda one: one.opened_at).visit] if waiting else ""

    def open(self, visit: Visit, staff: str, *, on_screen: bool) -> str:
        """A link for a visit of today; an earlier one that nobody has sent by is over. Problems
        `desk.questionnaire-day`, `desk.questionnaire-over` (it was sent)."""
        if visit.day != self._clock.today():
            raise Problem("desk.questionnaire-day")
        link, at = secrets.token_urlsafe(_BYTES), self._clock.now()
        known = self.of(visit.visit)
        if known is None:
            sheet = Sheet(
                visit=visit.visit,
                day=visit.day,
                opened_at=at,
                staff=staff,
                link=_mark(link),
                on_screen=on_screen,
            )
        else:
            if known.standing is not Standing.CLOSED:
                known = sheets.ended(known, Happening.WITHDRAWN)
            sheet = sheets.reopened(known, _mark(link), at, staff, on_screen=on_screen)
        self._put(sheet)
        self._links[visit.visit] = link
        return link

    def withdraw(self, visit: str) -> None:
        """The staff ends it. Problem `desk.questionnaire-over`."""
        self._put(sheets.ended(self._known(visit), Happening.WITHDRAWN))

    def require_link(self, link: str) -> Sheet:
        """What a link leads to. Problem `desk.questionnaire-over`, whatever is wrong."""
        mark = _mark(link)
        for one in list(self._all.values()):
            if one.link and secrets.compare_digest(one.link, mark):
                found = self._today(one)
                if found.standing is Standing.OPEN:
                    return found
        raise Problem("desk.questionnaire-over")

    def begin(self, link: str) -> str:
        """Somebody opens the link: the secret of their session. On the reader's screen nobody else's goes on then.
        Problem `desk.questionnaire-over`."""
        sheet, session = self.require_link(link), secrets.token_urlsafe(_BYTES)
        for one in list(self._all.values()):
            if sheet.on_screen and one.on_screen and one.session:
                self._ended_if(one, Happening.LATE)
        visit = self._day.get(sheet.visit)
        records = from_records(visit, questions_on(sheet.day))
        self._seen[sheet.visit] = self._ticks()
        self._put(sheets.begun(sheet, _mark(session), records))
        return session

    def require(self, session: str) -> Sheet:
        """The questionnaire that a session answers. Problem `desk.questionnaire-over`, whatever is wrong."""
        mark = _mark(session)
        for one in list(self._all.values()):
            if one.session and secrets.compare_digest(one.session, mark):
                found = self._quiet(self._today(one))
                if found.session:
                    self._seen[one.visit] = self._ticks()
                    return found
        raise Problem("desk.questionnaire-over")

    def answer(self, session: str, item: str, answer: str, text: str) -> Sheet:
        """An answer to what is asked. Problems of `require` and of `answered`."""
        return self._put(sheets.answered(self.require(session), item, answer, text))

    def back(self, session: str, item: str = "") -> Sheet:
        """To the question before, or to one that is to be changed. Problem `desk.questionnaire-over`."""
        return self._put(sheets.back(self.require(session), item))

    def send(self, session: str) -> Sheet:
        """The reception has it. Problem `desk.questionnaire-over`."""
        return self._put(sheets.sent(self.require(session), self._clock.now()))

    def leave(self, session: str, why: Happening) -> None:
        """Who answers ends it, or nobody is there any more. Problem `desk.questionnaire-over`."""
        self._put(sheets.ended(self.require(session), why))

    def _known(self, visit: str) -> Sheet:
        """Problem `desk.questionnaire-over`."""
        found = self.of(visit)
        if found is None:
            raise Problem("desk.questionnaire-over")
        return found

    def _today(self, sheet: Sheet) -> Sheet:
        """The same, ended where its day is over."""
        over = self._clock.today() > sheet.day
        return self._ended_if(sheet, Happening.DAY_OVER) if over else sheet

    def _quiet(self, sheet: Sheet) -> Sheet:
        """The same, ended where its session was quiet for too long. One that the desk found at its start is fresh."""
        quiet = self._ticks() - self._seen.setdefault(sheet.visit, self._ticks())
        late = quiet > QUIET_SECONDS[sheet.on_screen] * _SECOND
        return self._ended_if(sheet, Happening.LATE) if late else sheet

    def _ended_if(self, sheet: Sheet, why: Happening) -> Sheet:
        return self._put(sheets.ended(sheet, why)) if QUESTIONNAIRE.may(sheet.standing, why) else sheet

    def _put(self, sheet: Sheet) -> Sheet:
        self._safe.write([Put(SHELF, sheet.visit, sheet)])
        self._all[sheet.visit] = sheet
        if not sheet.link:
            self._links.pop(sheet.visit, None)
        self._events.bump("questionnaire")
        return sheet


def _mark(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
