"""What the patient sees of an operation: one heading, what to do, what can be touched. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from kaihoken.card.presence import AnsweredBy
from kaihoken.desk.reader import (
    ENDED,
    PRESCRIPTION,
    WHO,
    Attention,
    CardRead,
    Operation,
    ReaderTerms,
    Stage,
    Touch,
)
from kaihoken.web import Language, day_on_page

Facts = Mapping[str, str | int]

PARTS: Final = 4
_CONFIRMING: Final = 2
_PART: Final[Mapping[Stage, int]] = MappingProxyType(
    {
        Stage.WAITING: 0,
        Stage.READING: 1,
        Stage.QUESTION: 3,
        Stage.ASKING: 3,
        Stage.FIRST_USE: 3,
        Stage.REGISTERING: 3,
        Stage.DONE: 4,
        Stage.RECEPTION: 4,
        Stage.LEAVING: 4,
        Stage.LEFT_BEHIND: 4,
    }
)

_LARGE: Final = frozenset({"yes", "no", "face", "pin", "staff", "matched", "here"})
_EQUAL: Final = frozenset({"back", "stop"})
_OWN_WORDS: Final = frozenset({Stage.LAST_TRY.value, PRESCRIPTION})
_WHO: Final = frozenset({"guardian", "person"})
_WAITS_FOR_MACHINE: Final = frozenset({Stage.READING, Stage.CHECKING, Stage.ASKING, Stage.REGISTERING})
_WITHOUT_SENTENCE: Final = frozenset({Stage.METHOD, Stage.CHECKING})


@dataclass(frozen=True, slots=True)
class Saying:
    """A message of the catalogue with its facts."""

    word: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """Something to touch. Large ones stand side by side and are equally large: none is the one to take."""

    touch: Touch
    word: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the screen. `part`: how many of the four parts have begun; `below` stands under the buttons;
    `stay` says what must lie where it is; `alarm`: a sound calls; `is_working`: a machine does something, no patient.
    """

    name: str
    step: int
    part: int
    heading: Saying
    sentences: tuple[Saying, ...]
    large: tuple[Button, ...]
    small: tuple[Button, ...]
    below: tuple[Saying, ...]
    stay: Saying | None
    asks_pin: bool
    alarm: bool
    is_working: bool


def picture_of(now: Operation, terms: ReaderTerms, language: Language) -> Picture:
    """What is shown of it."""
    asked = now.attention is Attention.ASKED
    name = "still-there" if asked else now.stage.value
    buttons = tuple(Button(touch, _word(now, touch)) for touch in now.touches())
    large = _large(now, buttons)
    question = now.stage is Stage.QUESTION and not asked
    return Picture(
        name=name,
        step=now.step,
        part=_PART.get(now.stage, _CONFIRMING if now.card is not None else 1),
        heading=Saying(f"reader.item.{now.question}" if question else _heading(now, name)),
        sentences=_still_there(terms) if asked else _sentences(now, terms),
        large=large,
        small=tuple(one for one in buttons if one not in large),
        below=() if asked else _below(now, language),
        stay=_stay(now),
        asks_pin=now.stage is Stage.PIN and not asked,
        alarm=now.stage is Stage.LEFT_BEHIND,
        is_working=now.stage in _WAITS_FOR_MACHINE,
    )


def _heading(now: Operation, name: str) -> str:
    return f"reader.{name}.phone" if name == Stage.FIRST_USE and now.is_phone else f"reader.{name}"


def _large(now: Operation, buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """What stands side by side. Nobody is drawn to the last try, or to staying: the other way is as large."""
    wanted = _LARGE | _WHO if _asks_who(now) and now.attention is Attention.HERE else _LARGE
    large = [one for one in buttons if one.touch in wanted]
    if now.stage is Stage.LAST_TRY or now.attention is Attention.ASKED:
        large += [one for one in buttons if one.touch in _EQUAL][:1]
    return tuple(large)


def _asks_who(now: Operation) -> bool:
    return now.stage is Stage.QUESTION and now.question == WHO


def _still_there(terms: ReaderTerms) -> tuple[Saying, ...]:
    return (Saying("reader.still-there.how", {"seconds": terms.leave_seconds}),)


def _sentences(now: Operation, terms: ReaderTerms) -> tuple[Saying, ...]:
    if now.stage in _WITHOUT_SENTENCE:
        return ()
    match now.stage:
        case Stage.QUESTION:
            years = {item.value: count for item, count in terms.look_back_years.items()}
            facts = {"years": years[now.question]} if now.question in years else {}
            return (Saying(f"reader.item.{now.question}.how", facts),)
        case Stage.PIN:
            left = now.card.left if now.card is not None else 0
            wrong = (Saying("reader.pin.wrong", {"left": left}),) if now.again else ()
            return *wrong, Saying("reader.pin.how")
        case Stage.LAST_TRY if now.is_phone:
            return (Saying("reader.last-try.phone"),)
        case Stage.DONE:
            how = "reader.done.how.phone" if now.is_phone else "reader.done.how"
            registered = (Saying("reader.done.registered"),) if now.registered else ()
            return *registered, Saying(how), Saying("reader.done.next")
        case _:
            return (Saying(f"reader.{now.stage.value}.how"),)


def _below(now: Operation, language: Language) -> tuple[Saying, ...]:
    match now.stage:
        case Stage.WAITING:
            return (Saying("reader.waiting.none"),)
        case Stage.METHOD | Stage.LOCKED:
            return (Saying("reader.method.child"),)
        case Stage.QUESTION:
            fine = (Saying("reader.no-is-fine"),) if now.question not in (PRESCRIPTION, WHO) else ()
            guardian = (Saying("reader.by-guardian"),) if now.answered_by is AnsweredBy.GUARDIAN else ()
            return *guardian, *fine
        case Stage.FIRST_USE:
            return (Saying("reader.first-use.fine"),)
        case Stage.DONE if now.card is not None:
            return _notice(now.card, language, is_phone=now.is_phone)
        case _:
            return ()


def _notice(card: CardRead, language: Language, *, is_phone: bool) -> tuple[Saying, ...]:
    if card.last_day is None or not (card.notice or card.in_grace):
        return ()
    day = day_on_page(card.last_day, language, year=True, weekday=False)
    which = "grace" if card.in_grace else "soon" if is_phone else str(card.notice)
    which = f"phone-{which}" if is_phone else which
    return (Saying(f"reader.notice.{which}", {"day": day}),)


def _word(now: Operation, touch: Touch) -> str:
    """The word on a button: some pictures have their own for yes and no."""
    of = now.question if now.stage is Stage.QUESTION else now.stage.value
    own = (touch in ("yes", "no") and of in _OWN_WORDS) or (touch in _WHO and of == WHO)
    return f"reader.touch.{touch}.{of}" if own else f"reader.touch.{touch}"


def _stay(now: Operation) -> Saying | None:
    if now.stage is Stage.WAITING or now.stage in ENDED or now.stage is Stage.LEFT_BEHIND:
        return None
    return Saying("reader.stay.phone" if now.is_phone else "reader.stay.card")
