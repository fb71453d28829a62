"""On which consents a patient is asked about again (再照会): the same for one patient and for a list. Pure."""

from collections.abc import Collection
from datetime import date

from kaihoken import rules
from kaihoken.consent import Care, CareTerms, Item, Standing, expiry_code
from kaihoken.coverage.history import PersonId
from kaihoken.coverage.inquiry import StandingInquiry
from kaihoken.problems import Problem


def asked_again(
    person: PersonId, facility: str, care: Care, found: Standing, today: date, items: Collection[Item] = ()
) -> StandingInquiry:
    """The question that stands on a patient's consents (`items` named: on these alone). Problem
    `consent.none-standing` where none does, or this form of care is not asked about again; of consents that are over it
    names the reason of the last (OQSCD031)."""
    wanted = frozenset(items) or found.items | found.over.keys()
    asks_again = rules.load(CareTerms, on=today).of(care).asks_again
    alive = {item: grant for item, grant in found.alive.items() if item in wanted and asks_again}
    if not alive:
        ended = sorted((grant.given_at, expiry_code(state) or "") for grant, state in found.over.values())
        if ended:
            raise Problem("consent.none-standing", reason=ended[-1][1])
        raise Problem("consent.none-standing")
    over = {item: ended for item, ended in found.over.items() if item in wanted}
    return StandingInquiry(person, facility, care, alive, over)
