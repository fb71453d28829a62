"""One card that was found: where, when, by whom; what was done about it. No number of it is kept. Pure."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.desk.foundcards.life import FOUND_CARD, Happening, Standing
from kaihoken.problems import Problem
from kaihoken.transitions import ImpossibleStep


class CardKind(StrEnum):
    """What it is."""

    MY_NUMBER = "my-number"  # マイナンバーカード
    PHONE = "phone"  # スマホ
    CONFIRMATION = "confirmation"  # 資格確認書
    CLINIC = "clinic"  # 診察券
    SUBSIDY = "subsidy"  # 公費の受給者証
    OTHER = "other"


class Place(StrEnum):
    """Where it lay."""

    READER = "reader"
    COUNTER = "counter"
    WAITING_ROOM = "waiting-room"
    CONSULTING_ROOM = "consulting-room"
    OUTSIDE = "outside"
    OTHER = "other"


class Finder(StrEnum):
    """Who found it; no name."""

    STAFF = "staff"
    PATIENT = "patient"
    OTHER = "other"


class Receiver(StrEnum):
    """Who has it now."""

    OWNER = "owner"
    FAMILY = "family"  # 家族・代理人
    POLICE = "police"
    CITY_HALL = "city-hall"


class Confirmed(StrEnum):
    """How it was confirmed that it is theirs."""

    PHOTO = "photo"  # the photo on the card, beside the person
    TOLD = "told"  # they said name and birthdate
    DOCUMENT = "document"  # another document with a photo; of a family member also whose they act for


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done, by whom of the staff. `receiver` and `confirmed` where it left the clinic; `taken_for`
    and `kind` where its kind was corrected: from which, to which."""

    happening: Happening
    at: datetime
    staff: str
    receiver: Receiver | None = None
    confirmed: Confirmed | None = None
    taken_for: CardKind | None = None
    kind: CardKind | None = None
    note: str = ""


class FoundCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card. `visit` is the visit whose patient it may belong to, "" where nobody knows; `note` where exactly it
    lay."""

    card: str
    kind: CardKind
    place: Place
    finder: Finder
    at: datetime
    staff: str
    visit: str = ""
    note: str = ""
    standing: Standing = FOUND_CARD.first
    steps: tuple[Step, ...] = ()

    @property
    def day(self) -> date:
        """The day on which it was found."""
        return tokyo_day(self.at)

    @property
    def is_settled(self) -> bool:
        """Whether it is out of the house."""
        return self.standing in FOUND_CARD.ends

    @property
    def ways(self) -> tuple[Happening, ...]:
        """What can be done next."""
        return FOUND_CARD.ways(self.standing)


def after(card: FoundCard, step: Step) -> FoundCard:
    """The card after that. Problem `desk.found-card-step` where it cannot happen any more."""
    try:
        standing = FOUND_CARD.after(card.standing, step.happening)
    except ImpossibleStep:
        raise Problem("desk.found-card-step") from None
    return msgspec.structs.replace(
        card, standing=standing, kind=step.kind or card.kind, steps=(*card.steps, step)
    )
