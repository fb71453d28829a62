"""One visit: a line of today's list. What it looks like follows from what is known; nothing is stored twice."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from kaihoken.card.presence import AnsweredBy
from kaihoken.clock import tokyo_day
from kaihoken.coverage import Situation
from kaihoken.coverage.view import state_of
from kaihoken.desk.checked import By, Checked
from kaihoken.web import State


class Source(StrEnum):
    """Where a visit came from."""

    APPOINTMENT = "appointment"
    WALK_IN = "walk-in"
    READER = "reader"  # a card at the reader that belongs to nobody on the list
    FOLDER = "folder"


class Document(StrEnum):
    """A paper or a screen that a patient shows at the counter."""

    CONFIRMATION = "confirmation"  # 資格確認書
    PRINTED_CARD = "printed-card"  # 被保険者証, out of use
    NOTICE = "notice"  # 資格情報のお知らせ
    PORTAL = "portal"  # マイナポータルの資格画面
    ELDERLY = "elderly"  # 高齢受給者証
    LIMIT = "limit"  # 限度額適用認定証
    SUBSIDY = "subsidy"  # 公費の受給者証


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A document that somebody of the staff saw with their own eyes. `payer_number` says which 公費 it is of."""

    document: Document
    at: datetime
    staff: str
    valid_to: date | None = None
    payer_number: str = ""

    @property
    def day(self) -> date:
        """The day on which it was seen."""
        return tokyo_day(self.at)


class TypedNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers by which was asked where they were not those of the clinic's file."""

    insurer_number: str
    symbol: str
    number: str
    branch: str
    birthdate: date


class CardShown(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader knows of the card or phone that was shown for a visit: the last day of its certificate,
    whether its holder had it registered there (利用登録), and who answered the questions."""

    ends: date | None = None
    is_phone: bool = False
    registered: bool = False
    answered_by: AnsweredBy = AnsweredBy.PERSON


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A person at the clinic on a day. `at` is the time of the appointment or of the arrival; `patient` the key of
    the clinic's patient, "" while it is not known who it is (then `name` and `kana` are what the hub said). `checks`
    are the answers about it in their order, that of the evening before among them; `shown` the documents that staff
    saw with their own eyes; `typed` the numbers by which was asked last, None where they were the file's. `offline`:
    entered while the line was down and not settled yet; `is_here`: they came while nobody could be asked. `trouble`
    is the code of what kept the reader from an answer, until there is another one; `card` what was put on it last."""

    visit: str
    day: date
    at: datetime
    source: Source
    patient: str = ""
    name: str = ""
    kana: str = ""
    checks: tuple[Checked, ...] = ()
    shown: tuple[Seen, ...] = ()
    typed: TypedNumbers | None = None
    note: str = ""
    offline: bool = False
    is_here: bool = False
    trouble: str = ""
    card: CardShown | None = None

    @property
    def last(self) -> Checked | None:
        """The newest answer given on the day or after it: that of the evening before is none of the day."""
        return next((one for one in reversed(self.checks) if one.day >= self.day), None)

    @property
    def before(self) -> Checked | None:
        """The newest answer of an earlier day: of tomorrow's list."""
        return next((one for one in reversed(self.checks) if one.day < self.day), None)

    @property
    def came(self) -> bool:
        """Whether the person was here: not so far, where there is an appointment and a list of the evening before."""
        return (
            self.source is not Source.APPOINTMENT
            or self.is_here
            or bool(self.shown)
            or any(one.by is not By.LIST for one in self.checks)
        )


class Standing(msgspec.Struct, frozen=True):
    """How a visit stands on the list: how it looks, the answer it rests on, and whether that is of another day."""

    state: State
    checked: Checked | None = None
    is_today: bool = False


def standing_of(visit: Visit, last_known: Checked | None) -> Standing:
    """The newest answer of the day; without one the last known, which is no answer of today; without any nothing."""
    if visit.last is not None:
        return Standing(state_of(Situation(visit.last.answer.situation)), visit.last, is_today=True)
    earlier = [one for one in (visit.before, last_known) if one is not None]
    if not earlier:
        return Standing("missing")
    newest = max(earlier, key=lambda one: one.at)
    if newest.day == visit.day:  # asked that day at another visit
        return Standing(state_of(Situation(newest.answer.situation)), newest, is_today=True)
    return Standing("stale", newest)
