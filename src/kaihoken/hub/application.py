"""The hub as one ASGI application.

`__call__` is the way of every request, in the order in which things happen: find the row of the route table, prove the
caller, count the request, read the body, handle it, answer. Of who has proven nothing no body is read, but for the
beginning of a message whose refusal gives back what it calls itself. Pages are a second application behind the table.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from time import perf_counter

import msgspec

from kaihoken.access import Caller, require
from kaihoken.hub.exchange import (
    Incoming,
    PageApp,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    allow_reply,
    problem_reply,
    require_plain,
    send_reply,
    while_there,
)
from kaihoken.hub.failure import place_of
from kaihoken.hub.machine import Machine
from kaihoken.hub.routes import Route, RouteTable
from kaihoken.hub.serving.peer import certificate_of
from kaihoken.problems import Problem

_log = logging.getLogger("kaihoken.hub")

Assemble = Callable[[Machine], tuple[RouteTable, PageApp | None]]
"""From a running machine to its routes and pages."""


class HubApplication:
    """One process, one store, one log. Whoever serves it holds `opened` meanwhile."""

    def __init__(self, run: Callable[[], AbstractAsyncContextManager[Machine]], assemble: Assemble) -> None:
        self._run = run
        self._assemble = assemble
        self._machine: Machine | None = None
        self._table = RouteTable(())
        self._pages: PageApp | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Machine]:
        """Run the machine. Raises the Problems of `running`."""
        async with self._run() as machine:
            self._table, self._pages = self._assemble(machine)
            self._machine = machine
            try:
                yield machine
            finally:
                self._machine = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = perf_counter()
        machine = self._machine
        assert machine is not None
        request = _request(scope)
        incoming = Incoming(receive, request.headers)
        route: Route | None = None
        ended = 0
        try:
            if request.method == "OPTIONS" and (methods := self._table.methods(request.path)):
                await send_reply(send, allow_reply(methods))
                return
            route = self._table.find(request.method, request.path)
            if route is None:
                await self._beyond(scope, receive, send)
                return
            if route.path != request.path:
                request.name = route.name_in(request.path)
            if route.scope is not None:
                if request.repeats:
                    _check_once(scope, b"authorization")
                ended = machine.gate.tokens.ended
                request.caller = _caller(machine, request)
                require(request.caller, route.scope)
                machine.gate.admit(request.caller)
            if request.method == "POST":
                require_plain(request)
                if route.in_parts:
                    request.arriving = incoming.parts(route.most_body, route.too_large)
                else:
                    request.body = await incoming.whole(route.most_body, route.too_large)
                if route.scope is not None and machine.gate.tokens.ended != ended:
                    request.caller = _caller(machine, request)  # somebody was shut out meanwhile
            reply = await route.handler(request)
        except Problem as problem:
            _tell_refusal(machine, route, request, problem)
            if route is not None and route.read_to_refuse and not request.body:
                request.body = await incoming.beginning(route.read_to_refuse)
            reply = self._refusal(route, request, problem)
        except asyncio.CancelledError:
            # The server stops and waits no longer: who still waits is told so, and this task ends with it.
            machine.metrics.refused("hub.stopping")
            reply = self._refusal(route, request, Problem("hub.stopping"))
        except Exception as error:  # noqa: BLE001 the edge: nothing unexpected may reach a caller as it is
            reply = self._refusal(route, request, _unexpected(machine, error))
        if reply.leaving is not None:
            parts = _while_let_in(machine, request, ended, reply.leaving)
            reply = msgspec.structs.replace(reply, leaving=while_there(parts, receive))
        try:
            await send_reply(send, reply, with_body=request.method != "HEAD")
        except Exception as error:
            if reply.leaving is None:
                raise
            # Half of it has left: the server ends the connection, and the reader sees it.
            if isinstance(error, ShutOutError):
                _tell_refusal(machine, route, request, Problem("access.token-refused"))
            else:
                _unexpected(machine, error)
        if route is not None and route.timed:
            machine.metrics.took(perf_counter() - started)

    async def _beyond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the table does not know: a page, where this hub has pages."""
        if self._pages is None or self._table.owns(str(scope["path"])):
            raise Problem("hub.path")
        await self._pages(scope, receive, send)

    def _refusal(self, route: Route | None, request: Request, problem: Problem) -> Reply:
        """The problem in the form of whatever was asked for."""
        if route is not None:
            return route.refuse(request, problem)
        if (refuse := self._table.refusal(request.path)) is not None:
            return refuse(request, problem)
        return problem_reply(problem) if self._pages is None else self._pages.refusal(request, problem)


def _caller(machine: Machine, request: Request) -> Caller:
    """Who asks, by the token and the connection's certificate. Problems of `certificate_of` and `authenticate`."""
    certificate = certificate_of(request)
    presented = "" if certificate is None else certificate.thumbprint
    return machine.gate.authenticate(request.header(b"authorization"), presented)


class ShutOutError(Exception):
    """Who is still being given an answer is let in no more."""


async def _while_let_in(
    machine: Machine, request: Request, since: int, parts: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    """The parts, until somebody shuts the caller out (`Tokens.is_shut_out`): a long answer leaves for minutes. Raises
    ShutOutError."""
    async with aclosing(parts):
        async for part in parts:
            if request.caller is not None and machine.gate.tokens.is_shut_out(request.caller, since):
                raise ShutOutError
            yield part


def _tell_refusal(machine: Machine, route: Route | None, request: Request, problem: Problem) -> None:
    """Count a refusal, and tell the operator's log who was refused access where."""
    machine.metrics.refused(problem.code)
    caller = request.caller
    machine.gate_log.refused(
        problem,
        "" if route is None else route.path,
        request.source,
        client="" if caller is None else caller.actor,
        key="" if caller is None else caller.key_id,
    )


def _unexpected(machine: Machine, error: Exception) -> Problem:
    """What is said of what nobody foresaw. The log gets the place, never the values: they may be personal."""
    reference = secrets.token_hex(8)
    machine.metrics.failures += 1
    _log.error("failure %s: %s at %s", reference, type(error).__name__, place_of(error))
    return Problem("hub.internal", reference=reference)


def _request(scope: Scope) -> Request:
    headers = scope["headers"]
    client = scope.get("client")
    assert isinstance(headers, list)
    first = dict(reversed(headers))
    return Request(
        str(scope["method"]),
        str(scope["path"]),
        scope["query_string"] if isinstance(scope["query_string"], bytes) else b"",
        first,
        str(client[0]) if isinstance(client, tuple | list) else "",
        len(first) < len(headers),
        tls=_tls(scope),
    )


def _tls(scope: Scope) -> Mapping[object, object] | None:
    extensions = scope.get("extensions")
    return extensions.get("tls") if isinstance(extensions, dict) else None


def _check_once(scope: Scope, wanted: bytes) -> None:
    """Problem `hub.header-repeated` where a header stands twice and differs: readers disagree about which counts."""
    headers = scope["headers"]
    assert isinstance(headers, list)
    if len({value for name, value in headers if name == wanted}) > 1:
        raise Problem("hub.header-repeated", header=wanted.decode().title())
