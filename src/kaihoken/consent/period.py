"""Which days of consents are looked at."""

from datetime import date

import msgspec

LONGEST_DAYS = 31
"""Days of consents in one look of a facility."""


class Period(msgspec.Struct, frozen=True, gc=False):
    """Consents that were given, or (`by_examination`) whose examination was, from one day through another."""

    first: date
    last: date
    by_examination: bool = False
