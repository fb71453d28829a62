"""One operation of a card at the reader: where it stands, what is asked next, what was agreed to. Pure.

It knows no name, no number and no PIN: a card that is taken away leaves a fresh one behind. `step` tells one picture of
the screen from the next, so that a late or double touch answers nothing that it was not shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from kaihoken.card import PinAnswer, PinResult, TokenKind
from kaihoken.card.presence import AnsweredBy
from kaihoken.consent import COVERAGE_ITEMS, Item
from kaihoken.desk.reader.flow import ATTENTION, FLOW, Attention, Happened, Sign, Stage
from kaihoken.transitions import ImpossibleStep

PRESCRIPTION: Final = "prescription-form"
"""処方箋発行形態: the question that is no consent."""

WHO: Final = "who-answers"
"""Who answers, the holder or a parent: asked first where the staff awaits a child."""

Question: TypeAlias = Item | Literal["prescription-form", "who-answers"]

Confirmed: TypeAlias = Literal["pin", "phone", "face", "visual"]
"""How it was confirmed who it is, in the words of the hub."""

Touch: TypeAlias = Literal[
    "pin", "face", "staff", "back", "yes", "no", "guardian", "person", "matched", "stop", "here"
]
"""What a patient can touch. `matched`: the face was compared (a simulation); `here`: まだ つかいます;
`guardian`, `person`: who answers."""

_SIGNING: Final = frozenset[Confirmed]({"pin", "phone"})
_PHONES: Final = frozenset({TokenKind.ANDROID, TokenKind.IPHONE})


@dataclass(frozen=True, slots=True)
class CardRead:
    """What was read of a card of the TEST authority before any PIN. `notice` 0 to 3: how near its last day is;
    `in_grace`: that is past, and it shows the coverage alone."""

    token: TokenKind
    left: int
    in_grace: bool = False
    notice: int = 0
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """Where it stands. `attested`: the hub takes the terminal's word for a face or visual check; `again`: a PIN was
    wrong just now; `questions` are still to be asked, `answers` were given ("1" yes or electronic, "2" no or paper);
    `registered`: the card was registered for its holder just now (利用登録); `answered_by` is who answers."""

    stage: Stage = FLOW.first
    step: int = 0
    attention: Attention = ATTENTION.first
    card: CardRead | None = None
    attested: bool = False
    again: bool = False
    last_confirmed: bool = False
    confirmed: Confirmed | None = None
    questions: tuple[Question, ...] = ()
    answers: tuple[tuple[Question, bool], ...] = ()
    registered: bool = False
    answered_by: AnsweredBy = AnsweredBy.PERSON

    @property
    def is_phone(self) -> bool:
        """Whether it is a phone at the second reader."""
        return self.card is not None and self.card.token in _PHONES

    @property
    def can_be_registered(self) -> bool:
        """Whether the card, if it is registered for nobody yet, can sign its holder's wish now: a card in its grace is
        registered no more, and behind a face or a look at it nothing signs."""
        was_asked = self.stage is Stage.REGISTERING
        in_grace = self.card is not None and self.card.in_grace
        return not was_asked and not in_grace and self.confirmed in _SIGNING

    @property
    def question(self) -> Question | None:
        """What is asked now."""
        return self.questions[0] if self.questions else None

    @property
    def consents(self) -> tuple[Item, ...]:
        """To what was said yes."""
        return tuple(asked for asked, yes in self.answers if yes and isinstance(asked, Item))

    @property
    def prescription_form(self) -> Literal["1", "2"] | None:
        """処方箋発行形態 (OQSCD017) where it was asked."""
        return next((("1" if yes else "2") for asked, yes in self.answers if asked == PRESCRIPTION), None)

    def may(self, happened: Happened) -> bool:
        """Whether that can happen now."""
        return FLOW.may(self.stage, happened)

    def seen(self) -> "Operation":
        """A card was put on the reader."""
        return self._to(Happened.SEEN)

    def gone(self) -> "Operation":
        """The card was taken away: nothing remains of it."""
        return self if self.stage is Stage.WAITING else Operation(Stage.WAITING, self.step + 1)

    def read(self, card: CardRead, questions: Sequence[Question], *, attested: bool) -> "Operation":
        """The card was read: how does its holder confirm who they are?"""
        now = replace(self, card=card, questions=tuple(questions), attested=attested)
        if card.token is TokenKind.IPHONE:
            return now.known("phone")
        if card.token is TokenKind.ANDROID:
            return now.unfit(Happened.NOT_CONFIRMED) if card.left == 0 else now._towards_pin()
        return now._to(Happened.READ if card.left else Happened.READ_LOCKED)

    def unfit(self, happened: Happened) -> "Operation":
        """The card is none that is taken, or there is no answer: what was known of it is dropped."""
        return Operation(FLOW.after(self.stage, happened), self.step + 1)

    def touches(self) -> tuple[Touch, ...]:
        """What can be touched, in the order in which it is shown."""
        if self.attention is Attention.ASKED:
            return "here", "stop"
        match self.stage:
            case Stage.METHOD | Stage.LOCKED:
                faces: tuple[Touch, ...] = ("face",) if self.attested else ()
                pin: tuple[Touch, ...] = ("pin",) if self.stage is Stage.METHOD else ()
                return *faces, *pin, "staff", "stop"
            case Stage.FACE:
                return "matched", "back", "stop"
            case Stage.STAFF:
                return "back", "stop"
            case Stage.LAST_TRY:
                return ("yes", "stop") if self.is_phone else ("yes", "back", "stop")
            case Stage.PIN:
                return ("stop",) if self.is_phone else ("back", "stop")
            case Stage.QUESTION if self.question == WHO:
                return "guardian", "person", "stop"
            case Stage.QUESTION if not self.answers:
                return "yes", "no", self._others(), "stop"
            case Stage.QUESTION | Stage.FIRST_USE:
                return "yes", "no", "stop"
            case _:
                return ()

    def touched(self, touch: Touch) -> "Operation":
        """After a touch of the patient. ImpossibleStep for what was not shown."""
        if touch not in self.touches():
            raise ImpossibleStep(f"{touch} is not offered in {self.stage}")
        here = replace(self, attention=ATTENTION.after(self.attention, Sign.TOUCH))
        match touch:
            case "here":
                return replace(here, step=self.step + 1)
            case "stop":
                return self.unfit(Happened.STOP)
            case "pin":
                return here._towards_pin()
            case "face" | "staff":
                return here._to(Happened(touch))
            case "back":
                return here._back()
            case "matched":
                return here.known("face")
            case "guardian" | "person":
                left = self.questions[1:] if self.question == WHO else self.questions
                return replace(here, answered_by=AnsweredBy(touch), questions=left)._to(Happened.WHO)
            case "yes" | "no":
                return here._said(yes=touch == "yes")

    def sent(self) -> "Operation":
        """A PIN is on its way to the card."""
        return self._to(Happened.SENT)

    def pin_tried(self, result: PinResult) -> "Operation":
        """What came of the PIN, where it was not right."""
        assert self.card is not None
        wrong = result.answer is PinAnswer.WRONG
        now = replace(self, card=replace(self.card, left=result.left), again=wrong, last_confirmed=False)
        if result.answer is PinAnswer.BLOCKED or result.left == 0:
            return now.unfit(Happened.NOT_CONFIRMED) if self.is_phone else now._to(Happened.BLOCKED)
        return now._to(Happened.WRONG_LAST if result.left == 1 else Happened.WRONG)

    def known(self, by: Confirmed, card: CardRead | None = None) -> "Operation":
        """It is confirmed who it is; `card` where the PIN let more of it be read. A certificate in its grace shows no
        medical information, so nothing of that is asked."""
        read = card or self.card
        assert read is not None
        wanted = tuple(one for one in self.questions if not read.in_grace or not _is_medical(one))
        anything = any(one != WHO for one in wanted)
        now = replace(self, card=read, confirmed=by, questions=wanted if anything else (), again=False)
        return now._to(Happened.KNOWN if anything else Happened.NOTHING_TO_ASK)

    def not_attested(self) -> "Operation":
        """The hub takes no terminal's word: another way has to be chosen, and what was agreed to is asked again."""
        asked = tuple(one for one, _ in self.answers)
        return replace(self, attested=False, confirmed=None, questions=asked, answers=())._back()

    def answered_by_hub(self, happened: Happened) -> "Operation":
        """The hub has answered. What was chosen is dropped; of a confirmed card its last day is told. A card that is
        registered for nobody asks its holder whether it shall be, where it can sign that wish."""
        if happened is Happened.NOT_REGISTERED and not self.can_be_registered:
            happened = Happened.NOT_CONFIRMED
        after = self.unfit(happened)
        match after.stage:
            case Stage.DONE:
                return replace(after, card=self.card, registered=self.stage is Stage.REGISTERING)
            case Stage.FIRST_USE:
                return replace(after, card=self.card, confirmed=self.confirmed, answered_by=self.answered_by)
            case _:
                return after

    def quiet(self) -> "Operation":
        """Nothing was touched for so long: it asks, and ends when nobody answers; after the end it calls."""
        if self.may(Happened.LATE):
            return self._to(Happened.LATE)
        if not self.may(Happened.STOP):
            return self
        attention = ATTENTION.after(self.attention, Sign.QUIET)
        if attention is Attention.AWAY:
            return self.unfit(Happened.STOP)
        return replace(self, attention=attention, step=self.step + 1)

    def _said(self, *, yes: bool) -> "Operation":
        if self.stage is Stage.LAST_TRY:
            return replace(self, last_confirmed=True)._to(Happened.YES)
        if self.stage is Stage.FIRST_USE:
            return self._to(Happened.YES) if yes else self.unfit(Happened.NO)
        asked, *rest = self.questions
        now = replace(self, questions=tuple(rest), answers=(*self.answers, (asked, yes)))
        return now._to(Happened.ANSWERED if rest else Happened.ANSWERED_LAST)

    def _others(self) -> Literal["guardian", "person"]:
        """Who could answer instead: asked with the first question."""
        return "person" if self.answered_by is AnsweredBy.GUARDIAN else "guardian"

    def _towards_pin(self) -> "Operation":
        assert self.card is not None
        return self._to(Happened.LAST if self.card.left == 1 else Happened.PIN)

    def _back(self) -> "Operation":
        locked = self.card is not None and self.card.left == 0
        now = replace(self, again=False, last_confirmed=False)
        return now._to(Happened.BACK_LOCKED if locked else Happened.BACK)

    def _to(self, happened: Happened) -> "Operation":
        return replace(self, stage=FLOW.after(self.stage, happened), step=self.step + 1)


def _is_medical(question: Question) -> bool:
    return question not in (PRESCRIPTION, WHO) and question not in COVERAGE_ITEMS
