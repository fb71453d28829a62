"""医療扶助 by month: everybody who has a 医療券 of the asking facility for a month (OQSmutic).

Whom a list of the month holds is found when it is ordered, by the place of facility and month; from then on it is a
list like any other. Each person is answered for a day on which their ticket is valid.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.consent import Care
from kaihoken.coverage.bulk.kinds import BulkCarrier, Job, PartAnswered, Row
from kaihoken.coverage.bulk.people import ListedPeople, in_parts
from kaihoken.coverage.bulk.reception import Lines, Order
from kaihoken.coverage.history import CommitSequence, Coverage, History, believed
from kaihoken.coverage.inquiry import TicketInquiry
from kaihoken.coverage.lookup import place_of_tickets
from kaihoken.coverage.question import Question
from kaihoken.coverage.store import Finder, Stored
from kaihoken.problems import Problem
from kaihoken.store import LookupKey
from kaihoken.web import Language

TICKETS: Final = "tickets"
"""The name of this kind of job."""


class TicketsAbout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked: the first day of 診療年月, and the language of the words."""

    month: date
    language: Language = "ja"
    file: str | None = None


_decode_about = msgspec.json.Decoder(TicketsAbout).decode


def tickets_order(
    month: date,
    carrier: BulkCarrier,
    repeat_key: str = "",
    language: Language = "ja",
    file: str | None = None,
) -> Order:
    """The order of a month."""
    about = msgspec.json.encode(TicketsAbout(month=month, language=language, file=file))
    return Order(kind=TICKETS, carrier=carrier, about=about, repeat_key=repeat_key, may_be_empty=True)


class Tickets:
    """The kind of job that answers those with a 医療券."""

    def __init__(self, people: ListedPeople, finder: Finder, lookup_keys: Sequence[LookupKey]) -> None:
        self._people = people
        self._finder = finder
        self._lookup_keys = lookup_keys

    async def lines(self, facility: str, month: date) -> Lines:
        """Who has, or had, a ticket of the facility for the month; whether it still stands is decided when they are
        answered."""
        places = [place_of_tickets(facility, month, key) for key in tuple(self._lookup_keys)]
        (found,) = await self._finder.find_each([places])
        people = sorted(one.person for one in found if _has_ticket(one, facility, month))
        return in_parts(people)

    async def answer(self, job: Job, rows: Sequence[Row]) -> PartAnswered:
        """See `Kind`."""
        about: TicketsAbout = _decode_about(job.about)
        facility = job.asker.facility

        def ask_about(stored: Stored, now: datetime, known_at: CommitSequence) -> Question:
            on = _day_of(stored.history, facility, about.month, known_at, tokyo_day(now))
            inquiry = TicketInquiry(stored.person, facility, Care.OUTPATIENT, {})
            return Question(inquiry, job.asker, "bulk", on, None, about.language)

        return await self._people.answer(job, rows, ask_about)


def _has_ticket(stored: Stored, facility: str, month: date) -> bool:
    """Whether the history of somebody at the place holds such a ticket. A damaged one may: its row tells so."""
    try:
        history = stored.history
    except Problem:
        return True
    return any(
        ticket.facility == facility and ticket.month == month
        for fact in believed(history, history.assertions[-1].commit)
        if type(fact) is Coverage
        for ticket in fact.tickets
    )


def _day_of(history: History, facility: str, month: date, known_at: CommitSequence, today: date) -> date:
    """The day for which somebody is answered: today while their ticket is valid, else its day nearest to today.
    Problem `coverage.bulk-ticket-gone` where it was taken back since the list was made."""
    days = [
        min(max(today, ticket.valid_from), ticket.valid_to)
        for fact in believed(history, known_at)
        if type(fact) is Coverage
        for ticket in fact.tickets
        if ticket.facility == facility and ticket.month == month
    ]
    if not days:
        raise Problem("coverage.bulk-ticket-gone")
    return min(days, key=lambda day: abs(day - today))
