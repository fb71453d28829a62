"""Consents for tests: small builders."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import msgspec

from kaihoken.consent import Care, ConsentId, End, EndReason, Grant, Held, Item, Means

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo
TODAY = date(2026, 11, 20)
PERSON, SOMEBODY_ELSE = b"\xaa" * 16, b"\xbb" * 16
FACILITY, OTHER_FACILITY = "9910000007", "9910000015"
DAY = timedelta(hours=24)
MOMENT = timedelta(milliseconds=1)


def a_grant(number: int = 1, *items: Item, **more: object) -> Grant:
    """A consent given now, by the card, to outpatient care."""
    grant = Grant(
        consent=ConsentId(number.to_bytes(16, "big")),
        person=PERSON,
        facility=FACILITY,
        care=Care.OUTPATIENT,
        items=frozenset(items or {Item.MEDICINE}),
        means=Means.CARD,
        given_at=NOW,
        until=NOW + DAY,
        examined_on=TODAY,
    )
    return msgspec.structs.replace(grant, **more)


def held(grant: Grant, ends: Iterable[End] = ()) -> Held:
    """A consent with the ends of its items."""
    return Held(grant, {end.item: end for end in ends})


def an_end(grant: Grant, item: Item, reason: EndReason = EndReason.PATIENT, at: datetime = NOW) -> End:
    return End(grant.consent, item, at, reason)
