"""One visit to be followed up: what the staff did about it, step by step. What was answered is the visit's. Pure."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from kaihoken.coverage import Situation
from kaihoken.coverage.view import state_of
from kaihoken.desk.day import Visit
from kaihoken.desk.followup.standing import FOLLOW_UP, Happening, Standing


class Outcome(StrEnum):
    """How a step went."""

    DONE = "done"
    FAILED = "failed"  # tried, and it did not help


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was taken. `kind` is that of the answer's step (`StepKind`)."""

    kind: str
    outcome: Outcome
    at: datetime
    staff: str
    note: str = ""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A question to an insurer by telephone. `who` and `phone` as they were typed; `due` when a reply is promised;
    `reply` what it was, "" while none has come."""

    who: str
    at: datetime
    staff: str
    phone: str = ""
    due: date | None = None
    reply: str = ""
    replied_at: datetime | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What was done about a visit. `deposit_yen` is what was left under a 預り証 (0: a paper without a sum, None: no
    paper), `declared` when a 被保険者資格申立書 was printed, `note` how it was settled and `settled_at` when."""

    visit: str
    standing: Standing = Standing.OPEN
    ticks: tuple[Ticked, ...] = ()
    calls: tuple[Call, ...] = ()
    deposit_yen: int | None = None
    declared: datetime | None = None
    note: str = ""
    settled_at: datetime | None = None

    def ticked(self, kind: str) -> Ticked | None:
        """The newest tick of a step."""
        return next((one for one in reversed(self.ticks) if one.kind == kind), None)

    @property
    def call(self) -> Call | None:
        """The newest call."""
        return self.calls[-1] if self.calls else None

    @property
    def has_paper(self) -> bool:
        """Whether the patient has a paper of ours that is to be settled: then an answer alone ends nothing."""
        return self.deposit_yen is not None or self.declared is not None


def is_unclear(visit: Visit) -> bool:
    """Whether the newest answer leaves the coverage open: not found, ended, suspended, 手続中 and the like. 特別療養費
    and 医療扶助 are coverage."""
    if visit.last is None:
        return False
    situation = Situation(visit.last.answer.situation)
    return situation is Situation.PENDING or state_of(situation) == "clarify"


def as_answered(case: Case, visit: Visit) -> Case:
    """The case as the newest answer of its visit leaves it: an answer that finds the coverage confirms it, and settles
    it where no paper of ours is out; one that does not opens it again."""
    if visit.last is None:
        return case
    if is_unclear(visit):
        again = case.standing is Standing.CONFIRMED or (
            case.settled_at is not None and visit.last.at > case.settled_at
        )
        return happened(case, Happening.LOST) if again else case
    if FOLLOW_UP.may(case.standing, Happening.CONFIRMED):
        case = happened(case, Happening.CONFIRMED)
        return case if case.has_paper else happened(case, Happening.SETTLED)
    return case


def happened(case: Case, happening: Happening) -> Case:
    """The case after something happened. ImpossibleStep where that cannot happen."""
    return msgspec.structs.replace(case, standing=FOLLOW_UP.after(case.standing, happening), settled_at=None)
