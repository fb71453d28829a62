"""Questions of a counter. An answer is written down before it is shown; a failure is the line's, and loses nothing."""

from collections.abc import Awaitable, Sequence

import msgspec

from kaihoken.coverage.client import AsyncHub, ChartRequest, Check, CheckAnswer, NumberCheck
from kaihoken.desk.checked import By, Checked
from kaihoken.desk.day import Day, Visit
from kaihoken.desk.events import Events
from kaihoken.desk.line import Line
from kaihoken.desk.patients import Patient
from kaihoken.desk.troubles import Troubles
from kaihoken.problems import Problem
from kaihoken.web import Language


class Asking:
    """Asks for one desk."""

    def __init__(self, hub: AsyncHub, line: Line, day: Day, events: Events, troubles: Troubles) -> None:
        self._hub = hub
        self._line = line
        self._day = day
        self._events = events
        self._troubles = troubles

    async def check(self, visit: Visit, check: Check, by: By, staff: str) -> Visit:
        """Ask, and keep the answer with the visit. Raises the HubProblems of the question: then nothing is kept."""
        return await self.keep(visit, self._hub.check(check), by, staff)

    async def keep(self, visit: Visit, question: Awaitable[CheckAnswer], by: By, staff: str) -> Visit:
        """The same of a question that was put otherwise. It is written to the visit as it stands then: while the hub
        was asked, somebody else may have written to it."""
        said = await self._line.asked(question)
        return self.keep_said(self._day.get(visit.visit), said, by, staff)

    def keep_said(
        self, visit: Visit, said: CheckAnswer, by: By, staff: str, instead_of: Sequence[Visit] = ()
    ) -> Visit:
        """Keep an answer that was needed first to know whose visit it is. The visit may be new: it is written down
        together with its answer, and stands `instead_of` other lines."""
        kept = self._day.keep(visit, checked_of(said, by, staff), instead_of)
        self._events.bump("day")
        assert said.answer is not None, "a desk never asks with if_unchanged"
        self._troubles.count_answer(said.answer)
        return kept


def checked_of(said: CheckAnswer, by: By, staff: str) -> Checked:
    """An answer as it is kept."""
    assert said.answer is not None, "a desk never asks with if_unchanged"
    receipt = msgspec.json.encode(said.receipt).decode()
    return Checked(
        at=said.answered_at,
        by=by,
        answer=said.answer,
        answer_hash=said.answer_hash,
        receipt=receipt,
        staff=staff,
    )


def check_of_file(patient: Patient, language: Language = "ja") -> NumberCheck:
    """The question by the numbers of the clinic's own file, compared with it. Problem `desk.patient-incomplete` where
    the file does not hold what a question needs."""
    if not patient.can_be_asked or patient.birthdate is None:
        raise Problem("desk.patient-incomplete")
    return NumberCheck(
        insurer_number=patient.insurer_number,
        symbol=patient.symbol,
        number=patient.insured_number,
        branch=patient.branch,
        birthdate=patient.birthdate,
        chart=ChartRequest(kana=patient.kana, name=patient.name, share_percent=patient.share_percent),
        language=language,
    )
