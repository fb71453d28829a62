"""The month of a clinic's claims: the picture of a file, the work to be done, the days until it must be sent."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.claiming import claim_day_of, claimable_until
    from kaihoken.claims.month.calendar import CalendarDay, Due, claim_calendar, coming_days, due
    from kaihoken.claims.month.picture import Item, Late, Month, Pile, drawn, pictures, together
    from kaihoken.claims.month.yen import asked_yen

__all__ = [
    "CalendarDay",
    "Due",
    "Item",
    "Late",
    "Month",
    "Pile",
    "asked_yen",
    "claim_calendar",
    "claim_day_of",
    "claimable_until",
    "coming_days",
    "drawn",
    "due",
    "pictures",
    "together",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
