"""A hub as a source: one list for the whole file, each row a person on a day, asked as what will be claimed.

Where the line breaks in the middle, what was answered stays in a file beside the claims, and the next run goes on with
the same list. Nothing of the claim file leaves the machine but the numbers of the question and
the name, sex and 本人・家族 that are compared with the register.
"""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal, cast

from kaihoken.claims.eligibility.answers import BRANCH, Answers, DayAnswer, of_the_person
from kaihoken.claims.eligibility.kept import Kept, Page, Sent, question_key, questions_hash
from kaihoken.claims.eligibility.questions import CareDay
from kaihoken.coverage.client import Hub, HubBeside, HubProblem, ListResult, NumberRow
from kaihoken.problems import Problem

_FORGOTTEN: Final = "coverage.bulk-unknown"
_LATE: Final = "claims.eligibility-late"
_GONE: Final = "access.hub-unreachable"
_PAUSED: Final = "access.not-found-burst"
"""Of a row: nobody was looked up, because too many rows before it were nobody's. It is asked again."""
_SECONDS: Final = 0.5
"""Between looks whether the list is answered."""
_PASSING: Final = frozenset({408, 425, 429})
"""Statuses, beside those from 500 on, that speak of the line and pass."""
_SERVER: Final = 500


class HubSource:
    """Asks a hub. `kept` is the file beside the claims, or what holds it in memory; `most_seconds` how long the answers
    are waited for; `wait` lets seconds pass; `told` hears at each look how many questions of how many are answered."""

    name: Literal["hub"] = "hub"

    def __init__(
        self,
        hub: Hub | HubBeside,
        kept: Path | Kept,
        wait: Callable[[float], object],
        most_seconds: float = 600.0,
        told: Callable[[int, int], object] = lambda _done, _of: None,
    ) -> None:
        self._hub = hub
        self._told = told
        self._kept = kept
        self._wait = wait
        self._looks = max(1, round(most_seconds / _SECONDS))

    def ask(self, days: Sequence[CareDay]) -> Answers:
        """See `Source`. Raises the HubProblems that speak of who asks, or of the list, and not of the line; Problem
        `claims.eligibility-unkept`."""
        if not days:
            return Answers(by_day={})
        kept = self._kept if isinstance(self._kept, Kept) else Kept(self._kept)
        broke = ""
        try:
            self._carry_on(kept, days)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Problem("claims.eligibility-unkept", where=str(self._kept), reason=reason) from None
        except Problem as problem:
            if not _passes(problem):
                raise
            broke = problem.code
        told = {day: kept.answers[key] for day in days if (key := question_key(day)) in kept.answers}
        by_day = {day: answer for day, answer in told.items() if answer.problem != _PAUSED}
        return Answers(by_day=by_day, broke=broke or (_PAUSED if len(by_day) < len(told) else ""))

    def _carry_on(self, kept: Kept, days: Sequence[CareDay]) -> None:
        """Send the list unless it stands there, wait for it, and take its pages."""
        questions = questions_hash(days)
        sent = kept.sent
        if sent is None or kept.next is None or (sent.questions, sent.hub) != (questions, self._hub.url):
            sent = self._send(kept, days, questions)
        try:
            self._fetch(kept, sent)
        except HubProblem as problem:
            if problem.code != _FORGOTTEN:
                raise
            self._fetch(kept, self._send(kept, days, questions))

    def _send(self, kept: Kept, days: Sequence[CareDay], questions: str) -> Sent:
        received = self._hub.send_list([row_of(day) for day in days], secrets.token_urlsafe(24))
        sent = Sent(hub=self._hub.url, reception_number=received.reception_number, questions=questions)
        kept.begin(sent)
        return sent

    def _fetch(self, kept: Kept, sent: Sent) -> None:
        self._until_done(kept, sent.reception_number)
        while kept.next is not None:
            page = self._hub.list_page(sent.reception_number, kept.next)
            kept.add(Page(answers={row.id: answer_in(row) for row in page.rows}, next=page.next))

    def _until_done(self, kept: Kept, number: str) -> None:
        """HubProblem where the hub refused the list as a whole, which is then let go; Problem
        `claims.eligibility-late`."""
        for _ in range(self._looks):
            status = self._hub.list_status(number)
            if status.problem is not None:
                kept.drop()
                raise HubProblem(status.problem, status=status.problem.status)
            self._told(status.normal + status.errors, status.items)
            if status.state == "done":
                return
            self._wait(_SECONDS)
        raise Problem(_LATE)


def row_of(day: CareDay) -> NumberRow:
    """A question as a row of the list."""
    return NumberRow(
        insurer_number=day.insurer,
        symbol=day.symbol,
        number=day.number,
        branch=day.branch,
        birthdate=day.birthdate,
        on=day.on,
        id=question_key(day),
        kana=day.kana,
        name=day.name,
        sex=cast("Literal['', '1', '2']", day.sex),
        relation=cast("Literal['', '1', '2']", day.relation),
    )


def answer_in(row: ListResult) -> DayAnswer:
    """What a row of the results says of its day."""
    told = row.care_day
    if told is None:
        return DayAnswer(finding=None, problem=row.problem.code if row.problem is not None else "")
    ran, written = told.responsible, told.written
    kinds = frozenset(one.kind for one in told.differences)
    ends, begins = (written.lost, written.acquired) if written is not None else (None, None)
    return DayAnswer(
        finding=told.finding,
        branch=(ran.branch or "") if kinds & BRANCH and ran is not None else "",
        differs=of_the_person(kinds),
        lost=ends if ends is not None and ends <= told.on else None,
        begins=begins if begins is not None and begins > told.on else None,
        answer_hash=row.answer_hash,
        batch=row.batch,
    )


def _passes(problem: Problem) -> bool:
    """Whether it speaks of the line, or of what the hub cannot do just now."""
    if problem.code in (_GONE, _LATE):
        return True
    return isinstance(problem, HubProblem) and (problem.status in _PASSING or problem.status >= _SERVER)
