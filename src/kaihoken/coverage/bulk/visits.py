"""再照会 by list: everybody who consented to the asking facility in home or online care (OQSmuhvq, OQSmuonq).

Whom the list holds is found when it is ordered: those of whose consents of a period one stands then. Each is answered
as by themselves, on every consent that stands when the answer is made.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

import msgspec

from kaihoken import rules
from kaihoken.clock import tokyo_day
from kaihoken.consent import Care, ConsentBook, ConsentLists, Period, standing
from kaihoken.coverage.bulk.kinds import BulkCarrier, Job, PartAnswered, Row
from kaihoken.coverage.bulk.people import ListedPeople, in_parts, people_of
from kaihoken.coverage.bulk.reception import Lines, Order
from kaihoken.coverage.consents.messages import ConsentDays, listed_period
from kaihoken.coverage.consents.standing import asked_again
from kaihoken.coverage.facility import FacilityBook
from kaihoken.coverage.history import CommitSequence
from kaihoken.coverage.oqs import PATHS, VisitQuestion
from kaihoken.coverage.question import Question
from kaihoken.coverage.store import Stored
from kaihoken.problems import Problem
from kaihoken.store import instant
from kaihoken.web import Language

HOME_VISITS: Final = "home-visits"
ONLINE_VISITS: Final = "online-visits"
"""The names of these kinds of job."""

_KINDS: Mapping[Care, str] = MappingProxyType({Care.HOME: HOME_VISITS, Care.ONLINE: ONLINE_VISITS})


class VisitsAbout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked: whose consents (of which days), and the language of the words."""

    period: Period
    language: Language = "ja"
    file: str | None = None


_decode_about = msgspec.json.Decoder(VisitsAbout).decode


def visits_order(
    care: Care,
    period: Period,
    carrier: BulkCarrier,
    repeat_key: str = "",
    language: Language = "ja",
    file: str | None = None,
) -> Order:
    """The order of a list in that form of care."""
    about = msgspec.json.encode(VisitsAbout(period=period, language=language, file=file))
    return Order(kind=_KINDS[care], carrier=carrier, about=about, repeat_key=repeat_key, may_be_empty=True)


def period_asked(asked: VisitQuestion, care: Care, today: date) -> Period:
    """The days that a message means. Problem `consent.list-care` where it names another 診療区分 than that of its list;
    those of `listed_period`."""
    terms = rules.load(ConsentLists, on=today).of(care)
    if asked.treatment is not None and asked.treatment not in terms.treatments.value:
        raise Problem("consent.list-care", where=PATHS["MedicalTreatmentFlag"])
    days = ConsentDays(
        given_from=asked.given_from,
        given_to=asked.given_to,
        examined_from=asked.examined_from,
        examined_to=asked.examined_to,
    )
    return listed_period(days, care, today)


class Visits:
    """The kind of job that asks again about those who consented in one form of care."""

    def __init__(self, care: Care, people: ListedPeople, book: ConsentBook, facilities: FacilityBook) -> None:
        self.care = care
        self._people = people
        self._book = book
        self._facilities = facilities

    async def lines(self, facility: str, period: Period) -> Lines:
        """Of whose consents to the facility, of those days, one stands; in the order in which they were given."""
        return in_parts(list(await self._book.people_standing(facility, self.care, period)))

    async def answer(self, job: Job, rows: Sequence[Row]) -> PartAnswered:
        """See `Kind`. Whose consents have ended since the list was made is told so in their row."""
        about: VisitsAbout = _decode_about(job.about)
        facility, on = job.asker.facility, tokyo_day(instant(job.arrived_at))
        held = {person: await self._book.of_person_to(person, facility) for person in people_of(rows)}

        def ask_about(stored: Stored, now: datetime, _: CommitSequence) -> Question:
            found = self._facilities.shown(facility, standing(held[stored.person], facility, self.care, now))
            inquiry = asked_again(stored.person, facility, self.care, found, tokyo_day(now))
            return Question(inquiry, job.asker, "bulk", on, None, about.language)

        return await self._people.answer(job, rows, ask_about)
