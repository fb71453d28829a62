"""再照会: who is on the list is asked about again by number, once a morning and once an afternoon, until the claim day.

What is to be asked follows from the list and from the answers that are kept: a half-day in which a visit was answered
already asks no more, also after the desk was started again. A line that is down makes it later, not lost. A card is
never asked for again without the card: the question is one by number, or there is none.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import NamedTuple

import msgspec

from kaihoken.claims.month import claim_day_of
from kaihoken.clock import TOKYO, Clock
from kaihoken.coverage.client import HubProblem, NumberCheck
from kaihoken.desk.asking import Asking, check_of_file
from kaihoken.desk.checked import By
from kaihoken.desk.day import Visit
from kaihoken.desk.followup.book import FollowUps
from kaihoken.desk.line import Heard, Line, heard_of
from kaihoken.desk.patients import Patient, Patients
from kaihoken.problems import Problem

BY_ITSELF = "自動"
"""The sign of a question that nobody of the staff put."""

_MORNING, _NOON = time(8, 0), time(12, 0)
_LOOK_SECONDS = 60.0
_FULL = "store.full"


class Half(NamedTuple):
    """A half of a day in Asia/Tokyo: its date in ISO, and whether it is the second one."""

    day: str
    after_noon: bool


def half_of(at: datetime) -> Half | None:
    """The half-day of an instant; none in the night before the morning's checks."""
    local = at.astimezone(TOKYO)
    if local.time() < _MORNING:
        return None
    return Half(local.date().isoformat(), local.time() >= _NOON)


def numbers_of(visit: Visit, patient: Patient | None) -> NumberCheck | None:
    """The question by number that can be put about a visit: by what was typed for it, else by the clinic's file. None
    where only a card was seen."""
    if visit.typed is not None:
        return NumberCheck(**msgspec.structs.asdict(visit.typed))
    if patient is not None and patient.can_be_asked:
        return check_of_file(patient)
    return None


def question_of(visit: Visit, patient: Patient | None) -> NumberCheck | None:
    """The same, about the day of the visit."""
    check = numbers_of(visit, patient)
    return None if check is None else msgspec.structs.replace(check, on=visit.day)


class Rechecking:
    """Looks again for one desk."""

    def __init__(
        self, follow_ups: FollowUps, patients: Patients, asking: Asking, line: Line, clock: Clock
    ) -> None:
        self._follow_ups = follow_ups
        self._patients = patients
        self._asking = asking
        self._line = line
        self._clock = clock
        self._refused: set[tuple[str, Half]] = set()
        self._one_at_a_time = asyncio.Lock()

    def jobs(self) -> list[tuple[Visit, NumberCheck]]:
        """What is to be asked now."""
        now = half_of(self._clock.now())
        if now is None:
            return []
        jobs = []
        for one in self._follow_ups.open():
            check = question_of(one.visit, self._patients.get(one.visit.patient))
            if check is None or self._clock.today() > claim_day_of(one.visit.day):
                continue
            if (one.visit.visit, now) in self._refused:
                continue
            if not any(half_of(checked.at) == now for checked in one.visit.checks):
                jobs.append((one.visit, check))
        return jobs

    async def run(self) -> int:
        """Ask what is to be asked; how many were answered. It stops where the line gives nothing back, or no answer
        can be kept: what is left is still on the list."""
        async with self._one_at_a_time:
            return await self._run()

    async def _run(self) -> int:
        answered = 0
        if not self._line.view.is_up:
            return answered
        for visit, check in self.jobs():
            try:
                await self._asking.check(visit, check, By.NUMBER, BY_ITSELF)
            except Problem as problem:
                if problem.code == _FULL or not self._line.view.is_up:
                    return answered
                self._put_off(visit, problem)
                continue
            answered += 1
        return answered

    def _put_off(self, visit: Visit, problem: Problem) -> None:
        """A question that the hub refuses is not put again in this half-day: a person looks at it."""
        half = half_of(self._clock.now())
        if half is not None and isinstance(problem, HubProblem) and heard_of(problem) is Heard.ANSWER:
            self._refused.add((visit.visit, half))

    async def watch(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Look every minute, until cancelled."""
        while True:
            await self.run()
            await sleep(_LOOK_SECONDS)
