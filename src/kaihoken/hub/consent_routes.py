"""The routes of consents: give, see, withdraw, and ask again on one that stands."""

from collections.abc import Callable

from kaihoken.access import Caller, Scope
from kaihoken.coverage import (
    Check,
    CheckAnswer,
    ConsentsAnswer,
    ConsentSearch,
    ConsentWithdrawal,
    QuestionKind,
    StandingCheck,
)
from kaihoken.hub.exchange import TOO_LARGE, Reply, Request, asker_of, refuse_plainly, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.refusals import (
    BODY,
    CALLER,
    CONSENT_REQUEST,
    JSON_QUESTION,
    PATIENT,
    RECORD,
    REPEATABLE,
)
from kaihoken.hub.repeats import KEY_NEEDED, once
from kaihoken.hub.routes import Body, Route
from kaihoken.store import Write

_JSON = "application/json"

Told = Callable[[QuestionKind], None]


class ConsentRoutes:
    """Handlers of the routes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def give(self, request: Request) -> Reply:
        """POST /v1/consents."""
        caller = request.authenticated
        require_json(request)
        machine = self._machine
        async with once(machine.idempotency, request) as attempt:
            if attempt.answer is not None:
                return Reply(attempt.answer)

            def keep(answer: bytes) -> tuple[Write, ...]:
                return (attempt.keep(answer),)

            return Reply(
                await machine.consents.give(asker_of(caller), request.body, *guards(machine, caller), keep)
            )

    async def search(self, request: Request) -> Reply:
        """POST /v1/consents/search."""
        caller = request.authenticated
        require_json(request)
        desk = self._machine.consents
        return Reply(await desk.search(asker_of(caller), request.body, *guards(self._machine, caller)))

    async def withdraw(self, request: Request) -> Reply:
        """POST /v1/consents/withdraw."""
        require_json(request)
        return Reply(await self._machine.consents.withdraw(asker_of(request.authenticated), request.body))

    async def ask_again(self, request: Request) -> Reply:
        """POST /v1/standing-checks."""
        caller = request.authenticated
        require_json(request)
        desk = self._machine.consents
        body, answered = await desk.ask_again(asker_of(caller), request.body, *guards(self._machine, caller))
        self._machine.metrics.answered("json", answered.found.answer.validity)
        return Reply(body)


def guards(machine: Machine, caller: Caller) -> tuple[Told, Told]:
    """Before a patient is looked for, and where nobody is found: as with questions, so that this is no way around
    their limits."""
    gate = machine.gate

    def admit(kind: QuestionKind) -> None:
        gate.admit_question(caller, kind)

    def nobody(kind: QuestionKind) -> None:
        gate.not_found(caller, kind)

    return admit, nobody


def consent_rows(machine: Machine) -> tuple[Route, ...]:
    """Give, see, withdraw, ask again."""
    consents = ConsentRoutes(machine)
    return (
        Route(
            "POST",
            "/v1/consents",
            "同意の登録: カードリーダーなどで集めた同意を、照会をせずに残す",
            "Keep what a patient consented to, without asking for the coverage",
            consents.give,
            refuse_plainly,
            Scope.CONSENTS_WRITE,
            reads=(Body(_JSON, Check),),
            answers=(Body(_JSON, ConsentsAnswer),),
            problems=(
                *CALLER,
                *JSON_QUESTION,
                "consent.item-not-used",
                "consent.nobody",
                "consent.medical",
                *REPEATABLE,
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
            parameters=(KEY_NEEDED,),
        ),
        Route(
            "POST",
            "/v1/consents/search",
            "自院への同意を見る",
            "The consents given to this facility",
            consents.search,
            refuse_plainly,
            Scope.CONSENTS_READ,
            reads=(Body(_JSON, ConsentSearch),),
            answers=(Body(_JSON, ConsentsAnswer),),
            problems=(*CALLER, *PATIENT, "consent.period", TOO_LARGE, *BODY, *RECORD),
        ),
        Route(
            "POST",
            "/v1/consents/withdraw",
            "自院への同意を取り消す（何度送っても安全）",
            "Withdraw a consent given to this facility; safe to repeat",
            consents.withdraw,
            refuse_plainly,
            Scope.CONSENTS_WRITE,
            reads=(Body(_JSON, ConsentWithdrawal),),
            answers=(Body(_JSON, ConsentsAnswer),),
            problems=(
                *CALLER,
                *CONSENT_REQUEST,
                "consent.unknown",
                "consent.item-not-given",
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
        ),
        Route(
            "POST",
            "/v1/standing-checks",
            "再照会: 続いている同意にもとづく、カードなしの資格確認（訪問・オンライン）",
            "Ask again without the card, on a consent that stands (home and online care)",
            consents.ask_again,
            refuse_plainly,
            Scope.ELIGIBILITY_ASK,
            reads=(Body(_JSON, StandingCheck),),
            answers=(Body(_JSON, CheckAnswer),),
            problems=(
                *CALLER,
                *PATIENT,
                "coverage.future",
                "coverage.too-early",
                "consent.none-standing",
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
            timed=True,
        ),
    )
