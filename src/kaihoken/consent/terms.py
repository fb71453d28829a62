"""The terms of consents: which items there are, who may give which by which means, and how long they live.

All of it is dated data (rule families consent/items, consent/care and consent/lists).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from kaihoken import rules
from kaihoken.clock import TOKYO, tokyo_day
from kaihoken.consent.item import COVERAGE_ITEMS, MEDICAL_ITEMS, Care, Item, Means
from kaihoken.consent.life import State
from kaihoken.problems import Problem

_MEDICAL = "medical"
_LAST_MOMENT = timedelta(milliseconds=1)


class LifeKind(StrEnum):
    """How long a consent lives."""

    QUESTION = "question"  # for the question with which it was given
    HOURS = "hours"  # so many hours from the moment it was given
    EXAMINATION_DAY = "examination-day"  # through the day of the examination, in Japan
    CARE = "care"  # until somebody ends it, or the care ends


class Life(msgspec.Struct, frozen=True):
    """How long a consent lives. `hours` goes with kind `hours` alone."""

    kind: LifeKind
    hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 366)] | None = None

    def __post_init__(self) -> None:
        if (self.hours is not None) is not (self.kind is LifeKind.HOURS):
            raise ValueError("hours go with the kind hours, and with it alone")

    def until(self, given_at: datetime, examined_on: date) -> datetime | None:
        """The last moment at which the consent stands; None where no time ends it."""
        if self.kind is LifeKind.CARE:
            return None
        if self.kind is LifeKind.EXAMINATION_DAY:
            next_day = datetime.combine(examined_on + timedelta(days=1), time(), TOKYO)
            return next_day.astimezone(given_at.tzinfo) - _LAST_MOMENT
        return given_at + timedelta(hours=self.hours or 0)  # none for one that holds for its question


class ItemTerms(msgspec.Struct, frozen=True):
    """One item. `used` is what 環境設定 says of it until a facility changes that: an item that is not used is not asked
    at the reader. `views` is 閲覧同意情報種別 (OQSCD036), "" where the list has none for it."""

    used: bool
    views: str = ""


class ConsentItems(msgspec.Struct, frozen=True):
    """Which items there are, in the order in which a reader asks them (rule family consent/items)."""

    family: ClassVar[str] = "consent/items"

    items: Mapping[Item, ItemTerms]
    no_medical_classifications: tuple[str, ...]
    no_medical_laws: tuple[str, ...]

    def may_show_medical(self, classification: str, insurer_number: str) -> bool:
        """Whether medical items can be viewed at all of who is covered so: not for 自衛官, 日雇特例, 医療扶助."""
        return (
            classification not in self.no_medical_classifications
            and insurer_number[:2] not in self.no_medical_laws
        )


class CareForm(msgspec.Struct, frozen=True):
    """A form of care: how long its consents live, by which means they are given for what, and whether the facility may
    ask again without the card while one stands (再照会)."""

    coverage: rules.Sourced[Life]
    medical: rules.Sourced[Life]
    means: Mapping[Means, tuple[str, ...]]  # items, or "medical" for all that are
    asks_again: bool

    def __post_init__(self) -> None:
        for word in (word for words in self.means.values() for word in words if word != _MEDICAL):
            Item(word)

    def life_of(self, item: Item) -> Life:
        """How long a consent to an item lives."""
        return self.coverage.value if item in COVERAGE_ITEMS else self.medical.value

    def allows(self, item: Item, means: Means) -> bool:
        """Whether an item can be given by a means."""
        named = self.means.get(means, ())
        return item in named or (item in MEDICAL_ITEMS and _MEDICAL in named)


class CareTerms(msgspec.Struct, frozen=True):
    """The forms of care (rule family consent/care)."""

    family: ClassVar[str] = "consent/care"

    examination_ahead_days: rules.Sourced[Annotated[int, msgspec.Meta(ge=0, le=366)]]
    outpatient: CareForm
    home: CareForm
    online: CareForm
    emergency: CareForm

    def of(self, care: Care) -> CareForm:
        """The terms of a form of care."""
        form: CareForm = getattr(self, care.value)
        return form


class ListTerms(msgspec.Struct, frozen=True):
    """Asking again by list in one form of care: the 診療区分 (OQSCD028) that its request names, and whether the days of
    examinations can be named in it too."""

    treatments: rules.Sourced[tuple[str, ...]]
    by_examination: rules.Sourced[bool]


class ConsentLists(msgspec.Struct, frozen=True):
    """Asking again by list (rule family consent/lists). `over` is 同意区分 (OQSCD016) of what no longer stands."""

    family: ClassVar[str] = "consent/lists"

    most_days: rules.Sourced[Annotated[int, msgspec.Meta(ge=1)]]
    over: rules.Sourced[Mapping[State, str]]
    home: ListTerms
    online: ListTerms

    def of(self, care: Care) -> ListTerms:
        """The terms of a list in home or in online care."""
        return self.online if care is Care.ONLINE else self.home


def check_giving(
    items: Iterable[Item], care: Care, means: Means, at: datetime, examined_on: date | None = None
) -> CareForm:
    """The terms under which items are given now.

    Problems `consent.no-item`; `consent.item-unknown` for one that does not exist yet; `consent.means` for one that
    cannot be given by this means in this care; `consent.examination-day` for a day that is past or too far ahead.
    """
    day = tokyo_day(at)
    terms, known = rules.load(CareTerms, on=day), rules.load(ConsentItems, on=day).items
    form, most = terms.of(care), terms.examination_ahead_days.value
    if examined_on is not None and not 0 <= (examined_on - day).days <= most:
        raise Problem("consent.examination-day", where="examined_on", most=most)
    wanted = sorted(items)
    if not wanted:
        raise Problem("consent.no-item", where="items")
    for item in wanted:
        if item not in known:
            raise Problem("consent.item-unknown", where="items", item=item.value)
        if not form.allows(item, means):
            raise Problem("consent.means", where="items", item=item.value, care=care.value, means=means.value)
    return form
