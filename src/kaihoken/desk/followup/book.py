"""The list of who is to be followed up. It is made of the visits; only what the staff did is kept beside them."""

from dataclasses import dataclass
from datetime import date

import msgspec

from kaihoken.claims.month import claim_day_of
from kaihoken.clock import Clock
from kaihoken.desk.day import Day, Visit
from kaihoken.desk.events import Events
from kaihoken.desk.followup.case import Call, Case, Outcome, Ticked, as_answered, happened, is_unclear
from kaihoken.desk.followup.standing import Happening, Standing
from kaihoken.desk.safe import Put, Safe
from kaihoken.problems import Problem
from kaihoken.transitions import ImpossibleStep

SHELF = "follow-up"


@dataclass(frozen=True, slots=True)
class Open:
    """A line of the list. `due` is when a reply is promised, or the day by which it can be claimed in time."""

    visit: Visit
    case: Case
    due: date


class FollowUps:
    """The cases of one desk."""

    def __init__(self, safe: Safe, day: Day, clock: Clock, events: Events) -> None:
        """Reads those that are kept. Problem `desk.safe-broken`."""
        self._safe = safe
        self._day = day
        self._clock = clock
        self._events = events
        self._all = {one.visit: one for one in safe.all(SHELF, Case)}

    def of(self, visit: Visit) -> Case:
        """The case of a visit, as its newest answer leaves it."""
        return as_answered(self._all.get(visit.visit, Case(visit=visit.visit)), visit)

    def has(self, visit: str) -> bool:
        """Whether the staff has begun something on it."""
        return visit in self._all

    def open(self) -> list[Open]:
        """Everybody who was here and is not settled, by when it is due."""
        lines = []
        for visit in self._day.since(date.min):
            if not visit.came or (not is_unclear(visit) and visit.visit not in self._all):
                continue
            case = self.of(visit)
            if case.standing is not Standing.SETTLED:
                lines.append(Open(visit, case, due_of(visit, case)))
        return sorted(lines, key=lambda one: (one.due, one.visit.at, one.visit.visit))

    def still_wanted(self) -> frozenset[str]:
        """The visits that may not be forgotten."""
        return frozenset(one.visit.visit for one in self.open())

    def tick(self, visit: Visit, kind: str, outcome: Outcome, staff: str, note: str = "") -> Case:
        """A step of the answer was taken. Problem `desk.step-not-here` for one that it does not name."""
        if visit.last is None or kind not in {step.kind for step in visit.last.answer.steps}:
            raise Problem("desk.step-not-here")
        case = self.of(visit)
        ticked = Ticked(kind=kind, outcome=outcome, at=self._clock.now(), staff=staff, note=note)
        return self._put(msgspec.structs.replace(case, ticks=(*case.ticks, ticked)))

    def asked(self, visit: Visit, who: str, phone: str, due: date | None, staff: str) -> Case:
        """The insurer was telephoned. Problems `desk.call-unnamed`, `desk.follow-up-step`."""
        if not who:
            raise Problem("desk.call-unnamed", where="who")
        case = self._after(visit, Happening.ASKED)
        call = Call(who=who, phone=phone, due=due, at=self._clock.now(), staff=staff)
        return self._put(msgspec.structs.replace(case, calls=(*case.calls, call)))

    def replied(self, visit: Visit, reply: str) -> Case:
        """What the insurer, or the patient, has said. Problems `desk.reply-empty`, `desk.follow-up-step`."""
        if not reply:
            raise Problem("desk.reply-empty", where="reply")
        case = self._after(visit, Happening.REPLIED)
        if case.call is None:
            return self._put(msgspec.structs.replace(case, note=reply))
        call = msgspec.structs.replace(case.call, reply=reply, replied_at=self._clock.now())
        return self._put(msgspec.structs.replace(case, calls=(*case.calls[:-1], call)))

    def declared(self, visit: Visit) -> Case:
        """A 被保険者資格申立書 was printed."""
        return self._put(msgspec.structs.replace(self.of(visit), declared=self._clock.now()))

    def left(self, visit: Visit, yen: int | None) -> Case:
        """A 預り証 was printed; None: the sum is written by hand."""
        return self._put(msgspec.structs.replace(self.of(visit), deposit_yen=yen or 0))

    def settled(self, visit: Visit, note: str) -> Case:
        """Nothing is left to do: money was given back or taken, or there was none. Problem `desk.follow-up-step`."""
        case = self._after(visit, Happening.SETTLED)
        return self._put(msgspec.structs.replace(case, note=note, settled_at=self._clock.now()))

    def _after(self, visit: Visit, happening: Happening) -> Case:
        case = self.of(visit)
        try:
            return happened(case, happening)
        except ImpossibleStep:
            raise Problem("desk.follow-up-step") from None

    def _put(self, case: Case) -> Case:
        self._safe.write([Put(SHELF, case.visit, case)])
        self._all[case.visit] = case
        self._events.bump("follow-up")
        return case


def due_of(visit: Visit, case: Case) -> date:
    """When it is due: the reply that was promised, else the day by which the care can be claimed in time."""
    if case.standing is Standing.ASKED and case.call is not None and case.call.due is not None:
        return case.call.due
    return claim_day_of(visit.day)
