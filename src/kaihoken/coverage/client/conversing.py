"""The course of one call: token, question, and what is done about a refusal. No I/O.

A token that the hub does not take (it was restarted, or the clocks differ) is fetched once more. What may be repeated
is asked again where the line was down or the hub said that it could not just then; every other refusal is raised.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from kaihoken.access import Metadata, token_endpoint_of
from kaihoken.coverage.client import calls
from kaihoken.coverage.client.access import Access
from kaihoken.coverage.client.calls import NOT_NOW, Call, LogKeys
from kaihoken.coverage.client.exchange import Conversation, Failed, Patience, Received, Send, Wait
from kaihoken.coverage.client.problem import HubProblem, problem_of, unreachable, untrusted
from kaihoken.problems import Problem

T = TypeVar("T")

_UNDER_WAY = "store.in_progress"  # the same order is being carried out: its answer comes a moment later


def conversation(
    call: Call[T], access: Access, patience: Patience, hub: str, log_keys: LogKeys | None = None
) -> Conversation[T]:
    """The steps of one call. With the keys of the hub's log an answer is held against its receipt before it is read.
    Raises HubProblem, the Problems of a receipt that does not hold, and Problem `access.token-missing` where a token
    is wanted and there is no key."""
    attempt = 1
    refused_token = False
    while True:
        token = ""
        if call.authorised:
            token = access.held or (yield from fresh_token(access, patience, hub))
        outcome = yield Send(call.method, call.path, _headers(call, token), call.content)
        if isinstance(outcome, Received) and call.answers(outcome):
            if log_keys is not None and call.verify is not None:
                call.verify(outcome, log_keys)
            return _read(call, outcome, hub)
        problem = _problem(outcome, hub)
        if problem.status == 401 and token and not refused_token:
            refused_token = True
            access.forget(token)
            continue
        attempt += 1
        wait = patience.before(attempt, problem.retry_after) if _again(call, problem) else None
        if wait is None:
            raise problem
        yield Wait(wait)


def fresh_token(access: Access, patience: Patience, hub: str) -> Conversation[str]:
    """A new token, which `access` keeps. Where proofs are sent is read of the hub's metadata, once, and again after a
    refusal: it may have moved. Raises as `conversation`; a HubProblem `access.metadata-refused` where another hub
    answers."""
    if not access.can_ask:
        raise Problem("access.token-missing")
    if not access.endpoint:
        told = yield from _begun(calls.metadata, patience, hub)
        access.endpoint = _endpoint(told, hub)
    try:
        granted = yield from _begun(access.request, patience, hub)
    except HubProblem:
        access.endpoint = ""
        raise
    access.keep(granted)
    return granted.access_token


def _endpoint(told: Metadata, hub: str) -> str:
    try:
        return token_endpoint_of(told, hub)
    except Problem as problem:
        raise untrusted(problem) from None


def _begun(made: Callable[[], Call[T]], patience: Patience, hub: str) -> Conversation[T]:
    """A call that needs no token. Each attempt is made anew: a proof is good once."""
    attempt = 1
    while True:
        call = made()
        outcome = yield Send(call.method, call.path, _headers(call, ""), call.content)
        if isinstance(outcome, Received) and call.answers(outcome):
            return _read(call, outcome, hub)
        problem = _problem(outcome, hub)
        attempt += 1
        wait = patience.before(attempt, problem.retry_after) if _not_now(problem) else None
        if wait is None:
            raise problem
        yield Wait(wait)


def _headers(call: Call[T], token: str) -> dict[str, str]:
    headers = dict(call.headers)
    if call.media:
        headers["Content-Type"] = call.media
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _read(call: Call[T], received: Received, hub: str) -> T:
    try:
        return call.read(received)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    raise unreachable(hub, f"HTTP {received.status}, not an answer")


def _problem(outcome: Received | Failed, hub: str) -> HubProblem:
    if isinstance(outcome, Received):
        return problem_of(outcome, hub)
    if outcome.untrusted:
        return untrusted(Problem("access.hub-untrusted", where=hub, reason=outcome.reason))
    return unreachable(hub, outcome.reason)


def _again(call: Call[T], problem: HubProblem) -> bool:
    return call.repeatable and (_not_now(problem) or problem.code == _UNDER_WAY)


def _not_now(problem: HubProblem) -> bool:
    return problem.status in NOT_NOW or problem.status == 0
