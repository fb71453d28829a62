"""Which days can be asked about."""

from datetime import date
from functools import cache

from kaihoken import rules
from kaihoken.coverage.lag import RegistrationLag
from kaihoken.payment import DeclaredShare, StatutoryShare
from kaihoken.problems import Problem

_DECIDING = (StatutoryShare, DeclaredShare, RegistrationLag)


def day_asked(on: date | None, today: date, where: str = "on") -> date:
    """The day that is asked about: today where none is named. Problems `coverage.future`, `coverage.too-early`, with
    its place."""
    if on is None:
        return today
    if on > today:
        raise Problem("coverage.future", where=where)
    if on < (earliest := earliest_day()):
        raise Problem("coverage.too-early", where=where, earliest=earliest.isoformat())
    return on


@cache
def earliest_day() -> date:
    """The first day that can be asked about: from then on every rule is known by which a day is decided."""
    return max(rules.PACKAGED.versions(kind.family)[0].effective_from for kind in _DECIDING)
