"""Where a search for consents goes on: the cursor of a page.

A page is found by a GET, so its cursor stands in an address. It is sealed as ids are, for the facility that searched:
it says nothing of the person, opens nothing to another facility, cannot be made up, and ends. In it lies what was
searched for, once that was settled, and where the page begins; so a page looks for the patient no more.
"""

import struct
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from kaihoken.consent import ConsentId, Period
from kaihoken.coverage.consents.meant import Meant, Place
from kaihoken.coverage.fhir.sealed import end_of, minute_of
from kaihoken.coverage.history import PersonId
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Seal, instant, milliseconds

_LAYOUT = struct.Struct(">BHI16sIIq16s")  # what is there, count, end in minutes, person, days, place
_LENGTH = 95  # characters of 71 bytes: the layout and sixteen of the seal
_STANDING, _PERSON, _PERIOD, _PLACE = 1, 2, 4, 8
_NONE = bytes(16)


class Page(msgspec.Struct, frozen=True, gc=False):
    """A page of a search: what is searched for, at most how many, and behind which place (None: from the beginning). A
    search in FHIR names neither forms of care nor days of examinations."""

    meant: Meant
    count: int
    after: Place | None = None


class Pages(Seal):
    """Seals the cursors of pages."""

    def __init__(self, lookup_keys: Sequence[LookupKey]) -> None:
        super().__init__(lookup_keys, "page", _LENGTH)

    def seal(self, page: Page, facility: str, at: datetime) -> str:
        """The cursor of a page that is named at an instant."""
        meant, after = page.meant, page.after
        there = _STANDING if meant.standing else 0
        person, first, last, given_at, consent = _NONE, 0, 0, 0, _NONE
        if meant.person is not None:
            there |= _PERSON
            person = meant.person
        if meant.period is not None:
            there |= _PERIOD
            first, last = meant.period.first.toordinal(), meant.period.last.toordinal()
        if after is not None:
            there |= _PLACE
            given_at, consent = milliseconds(after.given_at), after.consent
        content = _LAYOUT.pack(there, page.count, end_of(at), person, first, last, given_at, consent)
        return self._sealed(content, facility)

    def open(self, cursor: str, facility: str, at: datetime) -> Page:
        """The page of a cursor. Problem `fhir.page-gone` where it is none, another facility's, or has ended: these read
        alike."""
        content = self._opened(cursor, facility)
        if content is None:
            raise Problem("fhir.page-gone", where="cursor")
        there, count, end, person, first, last, given_at, consent = _LAYOUT.unpack(content)
        if minute_of(at) >= end:
            raise Problem("fhir.page-gone", where="cursor")
        return Page(
            Meant(
                PersonId(person) if there & _PERSON else None,
                Period(date.fromordinal(first), date.fromordinal(last)) if there & _PERIOD else None,
                standing=bool(there & _STANDING),
            ),
            count,
            Place(instant(given_at), ConsentId(consent)) if there & _PLACE else None,
        )
