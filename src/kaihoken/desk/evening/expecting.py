"""A row of tomorrow's list as it goes to paper. Pure.

The paper withholds what would tell of 医療扶助. Were only those rows withheld, the withheld row itself would tell: so
every answer that a counter has to talk about before it takes money looks the same (特別療養費, 未登録)."""

from datetime import date

from kaihoken.clock import TOKYO
from kaihoken.coverage import WELFARE, Situation
from kaihoken.coverage.view import state_of
from kaihoken.desk.checked import Checked
from kaihoken.desk.day import Visit, standing_of
from kaihoken.desk.papers import Expected, Outcome
from kaihoken.desk.patients import Patient
from kaihoken.paper import Patient as OnPaper
from kaihoken.web import State

_WITHHELD = frozenset({Situation.WELFARE_TICKET, Situation.WELFARE_UNREGISTERED, Situation.SPECIAL_EXPENSE})
_OUTCOMES: dict[State, Outcome] = {
    "valid": Outcome.VALID,
    "pending": Outcome.IN_PROGRESS,
    "clarify": Outcome.CHECK,
}
_PAYERS_OF_ASSISTANCE = ("12", "25")


def expected_of(visit: Visit, patient: Patient | None, confirmed_on: date) -> Expected:
    """A visit as a row. `confirmed_on` is the day of the list: an answer of another day is only the last known."""
    person = OnPaper(
        name=visit.name,
        kana=visit.kana,
        birthdate=patient.birthdate if patient is not None else None,
        number=patient.number if patient is not None else "",
    )
    at = visit.at.astimezone(TOKYO).time()
    checked = standing_of(visit, patient.last if patient is not None else None).checked
    if checked is None:
        return Expected(person, at, withheld=_assisted_by_file(patient))
    answered_then = checked.day == confirmed_on
    situation = Situation(checked.answer.situation)
    outcome = _OUTCOMES.get(state_of(situation), Outcome.CHECK) if answered_then else Outcome.LAST_KNOWN
    share = checked.answer.share
    return Expected(
        person,
        at,
        outcome,
        share=share.percent // 10 if share.percent is not None else None,
        confirmed=None if answered_then else checked.day,
        withheld=is_withheld(checked) or _assisted_by_file(patient),
    )


def is_withheld(checked: Checked) -> bool:
    """Whether paper says nothing of that answer."""
    answer = checked.answer
    assisted = any(one.classification == WELFARE for one in answer.results)
    return assisted or Situation(answer.situation) in _WITHHELD


def _assisted_by_file(patient: Patient | None) -> bool:
    """医療扶助 by the clinic's own file, whatever the answer says."""
    held = patient.subsidies if patient is not None else ()
    return any(one.payer_number.startswith(_PAYERS_OF_ASSISTANCE) for one in held)
