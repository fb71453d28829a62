"""POST /v1/registrations: rows from an insurer, each of them answered; repeating the request is safe."""

import json
from collections import Counter
from collections.abc import Sequence

import msgspec

from kaihoken.access import Caller, Kind, Scope
from kaihoken.coverage import (
    MOST_ROWS,
    Coverage,
    Fact,
    PublicExpense,
    Registering,
    RowAnswer,
    misshapen,
    registrations_answer,
)
from kaihoken.hub.exchange import Reply, Request, asker_of, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.repeats import once
from kaihoken.problems import Problem
from kaihoken.store import Write

_IDEMPOTENCY_KEY = b"idempotency-key"


class _Received(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows as bytes: each is read by itself, so that one bad row does not cost the others."""

    rows: tuple[msgspec.Raw, ...]


_decode = msgspec.json.Decoder(_Received).decode


class Registrations:
    """Handler of the registration route."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def register(self, request: Request) -> Reply:
        """Register the rows of one request, once."""
        caller = request.authenticated
        require_json(request)
        rows = _rows(request.body)
        machine = self._machine
        async with once(machine.idempotency, request) as attempt:
            if attempt.answer is not None:
                return Reply(attempt.answer)

            def keep(answers: Sequence[RowAnswer]) -> Sequence[Write]:
                return (attempt.keep(msgspec.json.encode(registrations_answer(answers))),)

            answers = await machine.registrar.register(rows, _registering(caller), keep)
        for status, count in Counter(answer.status for answer in answers).items():
            machine.metrics.registered(status, count)
        return Reply(msgspec.json.encode(registrations_answer(answers)))


def _rows(body: bytes) -> tuple[msgspec.Raw, ...]:
    try:
        received: _Received = _decode(body)
        twice = body.count(b'"rows"') > 1 and _stands_twice(body)
    except msgspec.ValidationError as error:
        path, reason = misshapen(error)
        raise Problem("coverage.request-shape", where=path.lstrip("."), reason=reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("coverage.request-json") from None
    if twice:
        raise Problem("coverage.request-repeated", where="rows")
    if len(received.rows) > MOST_ROWS:
        raise Problem("coverage.too-many-rows", most=MOST_ROWS)
    return received.rows


def _stands_twice(body: bytes) -> bool:
    """Whether there are two lists of rows, of which readers would take one or the other."""
    names: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        names[:] = [name for name, _ in pairs]  # the outermost object is noted last

    json.loads(body, object_pairs_hook=note, parse_int=str, parse_float=str)
    return len(names) > 1


def _registering(caller: Caller) -> Registering:
    """An insurer speaks for its own number only; the operator, who stands for the matching authority, for all."""

    def speaks_for(fact: Fact) -> bool:
        if caller.kind is Kind.OPERATOR:
            return True
        match fact:
            case Coverage():
                return fact.insurer_number == caller.code
            case PublicExpense():
                return fact.payer_number == caller.code
            case _:
                return False

    return Registering(
        asker_of(caller),
        speaks_for,
        may_match=Scope.REGISTRATIONS_MATCH in caller.scopes,
    )
