"""Which consents come out of what a person agreed to: the terms applied once, when it is given. Pure."""

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.consent.grant import Grant
from kaihoken.consent.item import Care, ConsentId, Item, Means, PersonId
from kaihoken.consent.terms import Life, LifeKind, check_giving


class Giving(msgspec.Struct, frozen=True, gc=False):
    """What a person agreed to at a facility: items, form of care, by which means, for the examination of which day
    (None: of the day on which it is given), and of spoken words who of the staff recorded them and when."""

    facility: str
    items: frozenset[Item]
    care: Care = Care.OUTPATIENT
    means: Means = Means.CARD
    examined_on: date | None = None
    staff: str = ""
    spoken_at: datetime | None = None


def granted(person: PersonId, giving: Giving, at: datetime, new_id: Callable[[], bytes]) -> tuple[Grant, ...]:
    """The consents to be kept: one for each length of life among the items. What holds for one question alone is not
    kept (the record of its answer names it), but for spoken words that somebody put a sign to.

    Problems `consent.no-item`, `consent.item-unknown`, `consent.means`, `consent.examination-day`.
    """
    at = whole_milliseconds(at)
    form = check_giving(giving.items, giving.care, giving.means, at, giving.examined_on)
    by_life: dict[Life, set[Item]] = {}
    for item in giving.items:
        life = form.life_of(item)
        if life.kind is not LifeKind.QUESTION or giving.staff:
            by_life.setdefault(life, set()).add(item)
    examined_on = giving.examined_on or tokyo_day(at)
    return tuple(
        Grant(
            ConsentId(new_id()),
            person,
            giving.facility,
            giving.care,
            frozenset(items),
            giving.means,
            at,
            life.until(at, examined_on),
            examined_on,
            giving.staff,
            None if giving.spoken_at is None else whole_milliseconds(giving.spoken_at),
        )
        for life, items in sorted(by_life.items(), key=lambda kept: sorted(kept[1]))
    )


def whole_milliseconds(at: datetime) -> datetime:
    """An instant as a store keeps it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
