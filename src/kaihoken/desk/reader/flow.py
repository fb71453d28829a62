"""What happens at the patient's reader, as a table: from a card that is put on it until it is taken away. No I/O, no
clock, nothing of a person.

A card that is taken away leads back to the beginning from everywhere. Whatever keeps the reader from an answer (a
coverage, a certificate, the line) leads to the same place with the same words: the reception.
"""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions


class Stage(StrEnum):
    """Where an operation at the reader stands."""

    WAITING = "waiting"  # no card
    READING = "reading"
    OTHER_CARD = "other-card"  # 診察券 or whatever else is no マイナンバーカード
    OLD_CARD = "old-card"  # 住基カード
    REAL_CARD = "real-card"  # of another authority than the TEST one: nothing is asked of it
    UNREADABLE = "unreadable"
    METHOD = "method"  # how to confirm who it is (本人確認方法)
    LOCKED = "locked"  # the same of a card whose PIN is blocked, which is usual
    FACE = "face"
    STAFF = "staff"  # somebody of the staff looks at the card (目視)
    LAST_TRY = "last-try"  # one try is left: shall it be used?
    PIN = "pin"
    CHECKING = "checking"
    QUESTION = "question"  # one consent at a time
    ASKING = "asking"
    FIRST_USE = "first-use"  # 初回登録: the card is not registered yet
    REGISTERING = "registering"
    DONE = "done"
    RECEPTION = "reception"  # 確認できませんでした。受付に きてください
    LEAVING = "leaving"  # ended by the patient, or by nobody being there
    LEFT_BEHIND = "left-behind"  # a card that nobody takes


class Happened(StrEnum):
    """What leads on."""

    SEEN = "seen"
    TAKEN = "taken"
    READ = "read"
    READ_LOCKED = "read-locked"
    OTHER = "other"
    OLD = "old"
    REAL = "real"
    MUTE = "mute"
    FACE = "face"
    PIN = "pin"
    LAST = "last"  # the PIN, with one try left
    STAFF = "staff"
    BACK = "back"
    BACK_LOCKED = "back-locked"
    YES = "yes"
    NO = "no"
    WHO = "who"  # somebody else answers than before: the holder, or for a child a parent
    SENT = "sent"
    WRONG = "wrong"
    WRONG_LAST = "wrong-last"  # wrong, and one try is left
    BLOCKED = "blocked"
    KNOWN = "known"  # it is confirmed who it is, and there is something to ask
    NOTHING_TO_ASK = "nothing-to-ask"
    ANSWERED = "answered"  # and another question follows
    ANSWERED_LAST = "answered-last"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"
    NOT_REGISTERED = "not-registered"
    STOP = "stop"
    LATE = "late"


_gone: Final = {Happened.TAKEN: Stage.WAITING}
_over: Final = {Happened.LATE: Stage.LEFT_BEHIND, **_gone}
_stop: Final = {Happened.STOP: Stage.LEAVING, **_gone}
_known: Final = {Happened.KNOWN: Stage.QUESTION, Happened.NOTHING_TO_ASK: Stage.ASKING}
_back: Final = {Happened.BACK: Stage.METHOD, Happened.BACK_LOCKED: Stage.LOCKED}
_no_answer: Final = {Happened.NOT_CONFIRMED: Stage.RECEPTION}
_pin: Final = {Happened.PIN: Stage.PIN, Happened.LAST: Stage.LAST_TRY}
_without_pin: Final = {Happened.FACE: Stage.FACE, Happened.STAFF: Stage.STAFF}

FLOW: Final = Transitions(
    Stage.WAITING,
    {
        Stage.WAITING: {Happened.SEEN: Stage.READING},
        Stage.READING: {
            Happened.READ: Stage.METHOD,
            Happened.READ_LOCKED: Stage.LOCKED,
            **_pin,  # an Android phone: its certificate is read behind its PIN
            **_known,  # an iPhone has asked its holder already
            Happened.OTHER: Stage.OTHER_CARD,
            Happened.OLD: Stage.OLD_CARD,
            Happened.REAL: Stage.REAL_CARD,
            Happened.MUTE: Stage.UNREADABLE,
            **_no_answer,
            **_gone,
        },
        Stage.OTHER_CARD: _over,
        Stage.OLD_CARD: _over,
        Stage.REAL_CARD: _over,
        Stage.UNREADABLE: _over,
        Stage.METHOD: {**_without_pin, **_pin, **_stop},
        Stage.LOCKED: {**_without_pin, **_stop},
        Stage.FACE: {**_known, **_back, **_stop},
        Stage.STAFF: {**_known, **_back, **_no_answer, **_stop},
        Stage.LAST_TRY: {Happened.YES: Stage.PIN, Happened.BACK: Stage.METHOD, **_stop},
        Stage.PIN: {Happened.SENT: Stage.CHECKING, Happened.BACK: Stage.METHOD, **_stop},
        Stage.CHECKING: {
            Happened.WRONG: Stage.PIN,
            Happened.WRONG_LAST: Stage.LAST_TRY,
            Happened.BLOCKED: Stage.LOCKED,
            **_known,
            Happened.REAL: Stage.REAL_CARD,  # a phone's certificate is seen only now
            Happened.MUTE: Stage.UNREADABLE,
            **_no_answer,
            **_gone,
        },
        Stage.QUESTION: {
            Happened.WHO: Stage.QUESTION,
            Happened.ANSWERED: Stage.QUESTION,
            Happened.ANSWERED_LAST: Stage.ASKING,
            **_stop,
        },
        Stage.ASKING: {
            Happened.CONFIRMED: Stage.DONE,
            Happened.NOT_REGISTERED: Stage.FIRST_USE,
            **_back,  # the hub does not take a terminal's word for a face
            **_no_answer,
            **_gone,
        },
        Stage.FIRST_USE: {
            Happened.YES: Stage.REGISTERING,
            Happened.NO: Stage.RECEPTION,
            **_stop,
        },
        Stage.REGISTERING: {Happened.CONFIRMED: Stage.DONE, **_no_answer, **_gone},
        Stage.DONE: _over,
        Stage.RECEPTION: _over,
        Stage.LEAVING: _over,
        Stage.LEFT_BEHIND: _gone,
    },
)


class Attention(StrEnum):
    """Whether somebody is still at the screen."""

    HERE = "here"
    ASKED = "asked"  # まだ つかいますか
    AWAY = "away"


class Sign(StrEnum):
    """What was seen of them."""

    QUIET = "quiet"  # so long nothing was touched
    TOUCH = "touch"


ATTENTION: Final = Transitions(
    Attention.HERE,
    {
        Attention.HERE: {Sign.QUIET: Attention.ASKED, Sign.TOUCH: Attention.HERE},
        Attention.ASKED: {Sign.QUIET: Attention.AWAY, Sign.TOUCH: Attention.HERE},
        Attention.AWAY: {},
    },
)

ENDED: Final = frozenset(stage for stage in Stage if FLOW.may(stage, Happened.LATE))
"""Where only the card remains to be taken."""

ASKED_OF_PATIENT: Final = frozenset(stage for stage in Stage if FLOW.may(stage, Happened.STOP))
"""Where the patient is asked something, and may be gone."""
