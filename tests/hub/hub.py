"""A whole hub for tests: a fresh store, an enrolled facility, insurer and operator, asked through ASGI."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec

from kaihoken.access import (
    ASSERTION_TYPE,
    Client,
    ClientKey,
    Enrolment,
    Issuer,
    Kind,
    Limits,
    PrivateKey,
    Scope,
    make_key,
)
from kaihoken.clock import Clock, FixedClock
from kaihoken.hub.application import HubApplication
from kaihoken.hub.assembly import without_pages
from kaihoken.hub.machine import Machine, running
from kaihoken.hub.settings import HubSettings
from kaihoken.store import FileKeys, create_store

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
FACILITY = "9910000007"
BASE = "http://hub.test"


@dataclass
class Hub:
    """A running hub and what its callers hold."""

    machine: Machine
    http: httpx.AsyncClient
    keys: dict[str, PrivateKey]
    clock: Clock
    _tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, client_id: str) -> str:
        """A token of an enrolled client."""
        if client_id not in self._tokens:
            issuer = Issuer(client_id, self.keys[client_id], self.machine.settings.audience, self.clock)
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": issuer.assertion(),
            }
            answer = await self.http.post("/oauth/token", data=form)
            assert answer.status_code == 200, answer.text
            self._tokens[client_id] = answer.json()["access_token"]
        return self._tokens[client_id]

    async def post(
        self, path: str, content: object, client_id: str = "clinic", **headers: str
    ) -> httpx.Response:
        """POST as a client: a value goes as JSON, bytes as they are."""
        body = content if isinstance(content, bytes) else msgspec.json.encode(content)
        token = await self.token(client_id)
        return await self.http.post(
            path,
            content=body,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers},
        )

    async def register(
        self, *rows: dict[str, object], client_id: str = "operator", key: str = "1"
    ) -> httpx.Response:
        """Register rows as the operator."""
        return await self.post("/v1/registrations", {"rows": rows}, client_id, **{"Idempotency-Key": key})


@asynccontextmanager
async def a_hub(
    location: str | Path, folder: Path, clock: Clock | None = None, limits: Limits | None = None
) -> AsyncIterator[Hub]:
    """A hub on a fresh store at `location`, with its keys and witness in `folder`."""
    clock = clock or FixedClock(NOW)
    keys = FileKeys.create(folder / "keys", clock)
    await (await create_store(location, purpose="demo", clock=clock)).close()
    settings = HubSettings(
        store=str(location),
        keys=str(folder / "keys"),
        witness=str(folder / "witness.jsonl"),
        public_url=BASE,
        limits=limits or Limits(),
    )
    application = HubApplication(lambda: running(settings, keys, clock), without_pages)
    async with application.opened() as machine:
        held = {name: make_key() for name in ("clinic", "insurer", "operator")}
        await _enrol(machine, held)
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            yield Hub(machine, http, held, clock)


async def _enrol(machine: Machine, held: dict[str, PrivateKey]) -> None:
    enrolment = Enrolment(machine.gate.registry, machine.committer, machine.clock, machine.gate.tokens)
    rights = {
        "clinic": (Kind.FACILITY, FACILITY, {Scope.ELIGIBILITY_ASK, Scope.OQS}),
        "insurer": (Kind.INSURER, "01130012", {Scope.REGISTRATIONS_WRITE}),
        "operator": (
            Kind.OPERATOR,
            "",
            {Scope.REGISTRATIONS_WRITE, Scope.REGISTRATIONS_MATCH, Scope.METRICS_READ, Scope.CLIENTS_WRITE},
        ),
    }
    for name, (kind, code, scopes) in rights.items():
        await enrolment.enrol(
            Client(
                client_id=name,
                kind=kind,
                code=code,
                name=name,
                keys=(ClientKey(held[name].public),),
                scopes=frozenset(scopes),
            ),
            "test",
        )


def a_row(**more: object) -> dict[str, object]:
    """A coverage row of 山田 太郎."""
    return {
        "kind": "coverage",
        "link": "link-yamada",
        "insurer_number": "01130012",
        "insurer_name": "架空の保険者",
        "symbol": "12-34",
        "number": "56",
        "branch": "01",
        "relation": "1",
        "sex": "1",
        "name": "山田　太郎",
        "kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
        "birthdate": "1980-01-01",
        "acquired": "2020-04-01",
        "match": "visible",
        **more,
    }


def a_question(**more: object) -> dict[str, object]:
    """The question that finds him."""
    return {
        "by": "number",
        "insurer_number": "01130012",
        "symbol": "12-34",
        "number": "56",
        "branch": "01",
        "birthdate": "1980-01-01",
        **more,
    }
