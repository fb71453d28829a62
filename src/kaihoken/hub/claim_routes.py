"""The route of 審査支払機関: what a claim that one holds is held against."""

from kaihoken.access import Scope
from kaihoken.coverage import ClaimCheck, ClaimCheckAnswer, check_claim
from kaihoken.hub.exchange import TOO_LARGE, Reply, Request, asker_of, refuse_plainly, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.questions import Questions
from kaihoken.hub.refusals import BODY, CALLER, CLAIM, RECORD
from kaihoken.hub.routes import Body, Route

_JSON = "application/json"


class ClaimRoutes:
    """Handlers of the route."""

    def __init__(self, machine: Machine, questions: Questions) -> None:
        self._machine = machine
        self._questions = questions

    async def check(self, request: Request) -> Reply:
        """POST /v1/claim-checks."""
        caller = request.authenticated
        require_json(request)
        body, answered = await check_claim(
            self._machine.answering,
            asker_of(caller),
            request.body,
            self._questions.admitting(caller),
            self._questions.guarding(caller),
        )
        self._machine.metrics.answered("json", answered.found.answer.validity)
        return Reply(body)


def claim_rows(machine: Machine, questions: Questions) -> tuple[Route, ...]:
    """The row."""
    return (
        Route(
            "POST",
            "/v1/claim-checks",
            "審査支払機関の資格確認: その請求の診療日に、どの保険者の資格があったか",
            "Whose insurer was responsible on the day of care, for who holds the claim",
            ClaimRoutes(machine, questions).check,
            refuse_plainly,
            Scope.ELIGIBILITY_CLAIMS,
            reads=(Body(_JSON, ClaimCheck),),
            answers=(Body(_JSON, ClaimCheckAnswer),),
            problems=(*CALLER, *CLAIM, TOO_LARGE, *BODY, *RECORD),
            timed=True,
        ),
    )
