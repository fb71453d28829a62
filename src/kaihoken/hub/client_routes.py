"""The clients of a running hub, for operators with `clients:write`: each change is one record in the log, and holds
from the moment in which it is answered."""

from urllib.parse import parse_qsl

import msgspec

from kaihoken.access import (
    LONGEST_MESSAGE,
    OWN_KEY,
    PATHS,
    Change,
    ClientSaid,
    ClientsSaid,
    Disabling,
    Enrolment,
    NewCertificate,
    NewClient,
    NewKey,
    OwnKey,
    Scope,
    exchange_key,
    make_change,
    page_of,
    read_change,
    said,
)
from kaihoken.hub.exchange import TOO_LARGE, Reply, Request, refuse_plainly, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.refusals import BODY, CALLER, INSURER, RECORD
from kaihoken.hub.routes import Body, Handler, Route
from kaihoken.problems import Problem

_JSON = "application/json"
_LONGEST_ID = 64
_MESSAGE = ("access.message-malformed", "access.client-invalid", "access.client-unknown")
_KEY = ("access.key-invalid", "access.key-private", "access.key-taken")


class ClientRoutes:
    """Handlers of /v1/clients. One `Enrolment` for all: a change is checked against what the one before it left."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._enrolment: Enrolment | None = None

    async def clients(self, request: Request) -> Reply:
        """GET /v1/clients[?after=ID]."""
        return Reply(msgspec.json.encode(page_of(self._machine.gate.registry, _after(request.query))))

    def changing(self, kind: type[Change]) -> Handler:
        """POST of one kind of message."""

        async def change(request: Request) -> Reply:
            require_json(request)
            message = read_change(kind, request.body)
            registry, by = self._machine.gate.registry, request.authenticated.actor
            client = await make_change(message, self._enrolling(), registry, by)
            return Reply(msgspec.json.encode(said(client)))

        return change

    async def own_key(self, request: Request) -> Reply:
        """POST /v1/clients/own-key."""
        require_json(request)
        own = read_change(OwnKey, request.body)
        caller, registry = request.authenticated, self._machine.gate.registry
        client = await exchange_key(own, self._enrolling(), registry, caller)
        return Reply(msgspec.json.encode(said(client)))

    def _enrolling(self) -> Enrolment:
        if self._enrolment is None:
            machine = self._machine
            self._enrolment = Enrolment(
                machine.store, machine.gate.registry, machine.committer, machine.clock, machine.gate.tokens
            )
        return self._enrolment


def client_routes(machine: Machine) -> tuple[Route, ...]:
    """The rows."""
    routes = ClientRoutes(machine)

    def row(kind: type[Change], japanese: str, english: str, *problems: str) -> Route:
        return Route(
            "POST",
            PATHS[kind],
            japanese,
            english,
            routes.changing(kind),
            refuse_plainly,
            Scope.CLIENTS_WRITE,
            reads=(Body(_JSON, kind),),
            answers=(Body(_JSON, ClientSaid),),
            problems=(*CALLER, *_MESSAGE, *problems, TOO_LARGE, *BODY, *RECORD),
            most_body=LONGEST_MESSAGE,
        )

    return (
        Route(
            "GET",
            "/v1/clients",
            "クライアントの一覧（権限・鍵・証明書）",
            "The clients with their rights, keys and certificates, a page at a time",
            routes.clients,
            refuse_plainly,
            Scope.CLIENTS_WRITE,
            answers=(Body(_JSON, ClientsSaid),),
            problems=(*CALLER, "hub.query"),
            parameters=(
                {
                    "name": "after",
                    "in": "query",
                    "required": False,
                    "schema": {"type": "string", "maxLength": _LONGEST_ID},
                },
            ),
        ),
        Route(
            "POST",
            OWN_KEY,
            "1回限りのコードを自分の鍵に換える",
            "Exchange the one-time code with which a client came for its own key",
            routes.own_key,
            refuse_plainly,
            Scope.OWN_KEY,
            reads=(Body(_JSON, OwnKey),),
            answers=(Body(_JSON, ClientSaid),),
            problems=(*CALLER, *_MESSAGE, *_KEY, "access.client-disabled", TOO_LARGE, *BODY, *RECORD),
            most_body=LONGEST_MESSAGE,
        ),
        row(
            NewClient,
            "クライアントを登録する",
            "Enrol a facility, insurer, organisation or operator with its public key, and its TLS certificate",
            *_KEY,
            "access.scope-unknown",
            "access.client-exists",
            *INSURER,
            "identity.digits",
        ),
        row(NewKey, "鍵を足す", "Give a client another key", *_KEY, "access.client-disabled"),
        row(
            NewCertificate,
            "TLS 証明書を足す",
            "Let a client use a TLS certificate; from its first one on it needs one",
            "access.key-private",
            "access.client-disabled",
        ),
        row(
            Disabling,
            "クライアント・鍵・証明書を止める",
            "Shut out a client, a key or a certificate, at once and for good",
        ),
    )


def _after(query: bytes) -> str:
    """Behind which id the page begins. Problem `hub.query`."""
    pairs = parse_qsl(query.decode("ascii", "replace"), keep_blank_values=True)
    if not pairs:
        return ""
    if len(pairs) > 1 or pairs[0][0] != "after" or len(pairs[0][1]) > _LONGEST_ID:
        raise Problem("hub.query", where="query", wanted="after")
    return pairs[0][1]
