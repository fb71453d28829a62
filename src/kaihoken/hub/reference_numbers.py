"""The routes for 照会番号, a facility's own numbers for its patients: our JSON and OQSsiimm01.

A registration names a number and learns whether somebody has it, so what finds nobody counts as a question by number
that finds nobody.
"""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from kaihoken.access import Caller
from kaihoken.coverage import (
    Linked,
    QuestionKind,
    ReferenceNumberAnswer,
    read_linking,
    read_withdrawal,
    refuse_registration,
    register_oqs,
)
from kaihoken.hub.exchange import Reply, Request, asker_of, problem_headers, problem_reply, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.questions import content_type, oqs_carrier, status_in_kind
from kaihoken.hub.repeats import once
from kaihoken.problems import Problem
from kaihoken.store import Write

_IDEMPOTENCY_KEY = b"idempotency-key"

_Keep = Callable[[Sequence[Linked]], Sequence[Write]]


class ReferenceNumberRoutes:
    """Handlers of the routes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def register(self, request: Request) -> Reply:
        """POST /v1/reference-numbers."""
        caller = request.authenticated
        require_json(request)
        machine = self._machine
        linking = read_linking(request.body, caller.code, machine.clock.today())
        machine.gate.admit_question(caller, QuestionKind.NUMBER)

        async def do(keep: _Keep) -> Linked:
            (linked,) = await machine.reference_numbers.register([linking], asker_of(caller), keep)
            self._count(caller, linked)
            return linked

        return await self._once(request, do)

    async def withdraw(self, request: Request) -> Reply:
        """POST /v1/reference-number-withdrawals."""
        caller = request.authenticated
        require_json(request)
        machine = self._machine
        reference_number = read_withdrawal(request.body)

        async def do(keep: _Keep) -> Linked:
            linked = await machine.reference_numbers.withdraw(reference_number, asker_of(caller), keep)
            self._count(caller, linked)
            return linked

        return await self._once(request, do)

    async def register_oqs(self, request: Request) -> Reply:
        """POST /oqs/OQSsiimm01, XML or JSON by content type. Safe to repeat: what stands is left as it is."""
        caller = request.authenticated
        carrier, declared = oqs_carrier(request.header(b"content-type"))
        machine = self._machine
        machine.gate.admit_question(caller, QuestionKind.NUMBER)
        reply = await register_oqs(
            machine.reference_numbers,
            asker_of(caller),
            carrier,
            request.body,
            machine.clock.now,
            declared,
            lambda linked: self._count(caller, linked),
        )
        return Reply(reply.content, content_type(carrier, reply.encoding.value))

    def refuse_oqs(self, request: Request, problem: Problem) -> Reply:
        """A problem in the carrier's own form, with the status that `Questions.refuse_oqs` gives it."""
        try:
            carrier, _ = oqs_carrier(request.header(b"content-type"))
        except Problem:
            return problem_reply(problem)
        facility = request.caller.code if request.caller is not None else None
        now = self._machine.clock.now()
        refusal = refuse_registration(problem, carrier, request.body, now, facility)
        return Reply(
            refusal.content,
            content_type(carrier, refusal.encoding.value),
            status_in_kind(problem),
            problem_headers(problem),
        )

    async def _once(self, request: Request, do: Callable[[_Keep], Awaitable[Linked]]) -> Reply:
        """Do it, or answer what was answered when it was done. What is refused leaves the key free."""
        async with once(self._machine.idempotency, request) as attempt:
            if attempt.answer is not None:
                return Reply(attempt.answer)

            def keep(linked: Sequence[Linked]) -> Sequence[Write]:
                return [attempt.keep(_written(one)) for one in linked if not isinstance(one, Problem)]

            return Reply(_written(await do(keep)))

    def _count(self, caller: Caller, linked: Linked) -> None:
        """Count what became of a registration. Problem `access.not-found-burst` where one for nobody must not be told
        any more."""
        if not isinstance(linked, Problem):
            self._machine.metrics.linked(linked)
        elif linked.code == "coverage.reference-nobody":
            self._machine.gate.not_found(caller, QuestionKind.NUMBER)


def _written(linked: Linked) -> bytes:
    """The answer. What was refused is raised: it is the problem of the whole request."""
    if isinstance(linked, Problem):
        raise linked
    return msgspec.json.encode(ReferenceNumberAnswer(status=linked))
