"""Which consents to a facility a search means, once it is settled whose and of which days; and a page of them. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.consent import Care, ConsentId, Held, Period, is_alive
from kaihoken.coverage.consents.messages import ConsentsAnswer
from kaihoken.coverage.history import PersonId

NOBODY: Final = PersonId(bytes(16))
"""Whom a search means that names a patient who is not registered: who has its answer cannot tell."""


class Meant(msgspec.Struct, frozen=True, gc=False):
    """Consents of one person (None: of everybody, then `period` is there), in a period (None: ever), for some forms of
    care; with `standing` only those of which something stands."""

    person: PersonId | None
    period: Period | None
    cares: tuple[Care, ...] = tuple(Care)
    standing: bool = False

    def holds(self, one: Held, at: datetime) -> bool:
        """Whether a consent is meant, as it is at an instant."""
        grant = one.grant
        if grant.care not in self.cares:
            return False
        if self.period is not None:
            day = grant.examined_on if self.period.by_examination else tokyo_day(grant.given_at)
            if not self.period.first <= day <= self.period.last:
                return False
        return not self.standing or any(is_alive(one, item, at) for item in grant.items)


class Place(msgspec.Struct, frozen=True, gc=False, order=True):
    """Where a consent stands among others: oldest first."""

    given_at: datetime
    consent: ConsentId


class ConsentsPage(msgspec.Struct, frozen=True, gc=False):
    """Some of the consents that are meant, and how many are. `last` is where the page ends if others follow."""

    told: ConsentsAnswer
    total: int
    last: Place | None = None


def place_of(one: Held) -> Place:
    """The place of a consent."""
    return Place(one.grant.given_at, one.grant.consent)


def page_of(held: Sequence[Held], after: Place | None, count: int) -> tuple[Sequence[Held], Place | None]:
    """At most so many of the consents, oldest first, that stand behind a place; and where the last of them stands, if
    others follow. None of them: nothing follows."""
    behind = [one for one in held if after is None or place_of(one) > after]
    page = behind[:count]
    return page, place_of(page[-1]) if page and len(behind) > count else None
