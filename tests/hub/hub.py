"""A whole hub for tests: a fresh store with enrolled clients, asked through ASGI.

Every answer is held against the route table: a problem that its route does not name fails the test.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
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
    key_of_code,
    make_key,
)
from kaihoken.clock import Clock, FixedClock
from kaihoken.hub.application import Assemble, HubApplication
from kaihoken.hub.assembly import without_pages
from kaihoken.hub.machine import Machine, running
from kaihoken.hub.routes import RouteTable
from kaihoken.hub.settings import HubSettings
from kaihoken.problems import catalogue
from kaihoken.store import FileKeys, KeyProvider, create_store

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
FACILITY = "9910000007"
OTHER_FACILITY = "9910000015"
INSURER = "01130012"
BASE = "http://hub.test"
COMING, CODE = "coming", "2345-6789-ABCD-EFGH-JKLM-NPQR-ST"
"""A clinic's PC that was given a one-time code and has not come yet."""

_SECOND = 1_000_000_000
_BY_OQS_CODE = {entry.oqs: code for code, entry in catalogue().items()}
_in_message = re.compile(r'ErrorCode(?:>|":")(KHK\d+)').search


class Ticker:
    """The clock of lifetimes and limits: it stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 77 * _SECOND

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * _SECOND)


def problem_in(answer: httpx.Response) -> str:
    """The code of the problem that an answer tells, in whatever form; "" where it tells none."""
    if "problem+json" in answer.headers.get("content-type", ""):
        code: str = answer.json()["code"]
        return code
    found = _in_message(answer.text)
    if found is not None:
        return _BY_OQS_CODE[found[1]]
    if answer.status_code >= 400 and '"OperationOutcome"' in answer.text:
        return _BY_OQS_CODE[answer.json()["issue"][0]["details"]["coding"][0]["code"]]
    if answer.status_code >= 400:
        told: str = answer.json()["code"]  # RFC 6749 wants application/json at the token endpoint
        return told
    return ""


@dataclass
class Hub:
    """A running hub and what its callers hold."""

    machine: Machine
    http: httpx.AsyncClient
    keys: dict[str, PrivateKey]
    clock: Clock
    ticks: Ticker = field(default_factory=Ticker)
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    async def token(self, client_id: str, scope: str = "") -> str:
        """A token of an enrolled client, for all its scopes or some."""
        if (client_id, scope) not in self._tokens:
            answer = await self.http.post("/oauth/token", data=self.token_form(client_id, scope))
            assert answer.status_code == 200, answer.text
            self._tokens[client_id, scope] = answer.json()["access_token"]
        return self._tokens[client_id, scope]

    def token_form(self, client_id: str, scope: str = "") -> dict[str, str]:
        """A request for a token."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(client_id),
        }
        return {**form, "scope": scope} if scope else form

    def assertion(self, client_id: str) -> str:
        """A fresh proof of who asks."""
        return Issuer(client_id, self.keys[client_id], self.machine.settings.audience, self.clock).assertion()

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

    async def ask(self, client_id: str = "clinic", **more: object) -> httpx.Response:
        """The question of `a_question`."""
        return await self.post("/v1/eligibility-checks", a_question(**more), client_id)

    async def ask_oqs(
        self,
        message: bytes,
        client_id: str = "clinic",
        content_type: str = "application/xml",
    ) -> httpx.Response:
        """An OQS message."""
        return await self.post("/oqs/search", message, client_id, **{"Content-Type": content_type})

    async def register(
        self, *rows: dict[str, object], client_id: str = "operator", key: str = "1"
    ) -> httpx.Response:
        """Register rows, as the operator unless said otherwise."""
        return await self.post("/v1/registrations", {"rows": rows}, client_id, **{"Idempotency-Key": key})

    async def metric(self, name: str) -> float:
        """A number of /metrics, by its name with its labels."""
        token = await self.token("operator")
        read = await self.http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        for line in read.text.splitlines():
            if line.startswith(f"{name} "):
                return float(line.rpartition(" ")[2])
        return 0.0


@asynccontextmanager
async def a_hub(
    location: str | Path,
    folder: Path,
    clock: Clock | None = None,
    limits: Limits | None = None,
    after: Hub | None = None,
    unconfirmed: str = "",
    assemble: Assemble = without_pages,
    keys: KeyProvider | None = None,
    strict_audience: bool = False,
    more: Mapping[str, object] | None = None,
) -> AsyncIterator[Hub]:
    """A hub on a fresh store at `location`, with its keys and witness in `folder`; or the one that ran before, started
    again. `unconfirmed` names the unconfirmed messages that it takes; `keys` holds its keys, if no folder does;
    `more` are further settings."""
    clock, ticks = clock or FixedClock(NOW), Ticker()
    if after is None:
        if keys is None and not (folder / "keys").is_dir():
            FileKeys.create(folder / "keys", clock)
        await (await create_store(location, purpose="demo", clock=clock)).close()
    keys = FileKeys(folder / "keys") if keys is None else keys
    settings = HubSettings(
        store=str(location),
        keys=str(folder / "keys"),
        witness=str(folder / "witness.jsonl"),
        public_url=BASE,
        limits=limits or Limits(),
        oqs_unconfirmed=unconfirmed,
        strict_audience=strict_audience,
        **(more or {}),
    )
    application = HubApplication(lambda: running(settings, keys, clock, ticks), assemble)
    async with application.opened() as machine:
        held = after.keys if after else {name: make_key() for name in _RIGHTS}
        if after is None:
            await _enrol(machine, held)
        transport = httpx.ASGITransport(app=application)
        hooks = {"response": [_held_against(assemble(machine)[0])]}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, event_hooks=hooks) as http:
            yield Hub(machine, http, held, clock, ticks)


def _held_against(table: RouteTable) -> Callable[[httpx.Response], Awaitable[None]]:
    declared = {
        (route.method, route.path): {*route.problems, *route.said_in_answer} for route in table.routes
    }

    async def check(answer: httpx.Response) -> None:
        route = (answer.request.method, answer.request.url.path)
        if route in declared:
            await answer.aread()
            problem = problem_in(answer)
            assert not problem or problem in declared[route], f"{route} does not name {problem}"

    return check


_OF_A_CLINIC = {
    Scope.ELIGIBILITY_ASK,
    Scope.ELIGIBILITY_BULK,
    Scope.OQS,
    Scope.REFERENCES_WRITE,
    Scope.CONSENTS_READ,
    Scope.CONSENTS_WRITE,
    Scope.FACILITY_SETTINGS,
}
_RIGHTS = {
    "clinic": (Kind.FACILITY, FACILITY, _OF_A_CLINIC),
    "same-clinic": (Kind.FACILITY, FACILITY, _OF_A_CLINIC),
    "other-clinic": (Kind.FACILITY, OTHER_FACILITY, _OF_A_CLINIC),
    "auditor": (Kind.OPERATOR, "", {Scope.LOG_READ}),
    "own-auditor": (Kind.FACILITY, OTHER_FACILITY, {Scope.LOG_READ}),
    "insurer": (Kind.INSURER, INSURER, {Scope.REGISTRATIONS_WRITE}),
    "review": (Kind.REVIEW, "113", {Scope.ELIGIBILITY_CLAIMS}),
    "operator": (
        Kind.OPERATOR,
        "",
        {
            Scope.REGISTRATIONS_WRITE,
            Scope.REGISTRATIONS_MATCH,
            Scope.METRICS_READ,
            Scope.CLIENTS_WRITE,
            Scope.FAILURE_MODE_WRITE,
        },
    ),
}


def enrolment_of(machine: Machine) -> Enrolment:
    """Who changes the clients of a hub."""
    return Enrolment(
        machine.store, machine.gate.registry, machine.committer, machine.clock, machine.gate.tokens
    )


async def _enrol(machine: Machine, held: dict[str, PrivateKey]) -> None:
    enrolment = enrolment_of(machine)
    held[COMING] = key_of_code(CODE)
    for name, (kind, code, scopes) in {**_RIGHTS, COMING: _RIGHTS["clinic"]}.items():
        until = int(machine.clock.now().timestamp()) + 86_400 if name == COMING else 0
        await enrolment.enrol(
            Client(
                client_id=name,
                kind=kind,
                code=code,
                name=name,
                keys=(ClientKey(held[name].public, until=until),),
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


_ASKED = {
    "day": "20261120",
    "facility": FACILITY,
    "identifier": "abc-1",
    "insurer": INSURER,
    "symbol": "12-34",
    "number": "56",
    "branch": "01",
    "birthdate": "19800101",
    "consent": "0",
}

_MESSAGE = """<?xml version="1.0" encoding="{encoding}"?>
<XmlMsg><MessageHeader><QualificationConfirmationDate>{day}</QualificationConfirmationDate>
<MedicalInstitutionCode>{facility}</MedicalInstitutionCode>
<ArbitraryFileIdentifier>{identifier}</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><QualificationConfirmSearchInfo><InsurerNumber>{insurer}</InsurerNumber>
<InsuredCardSymbol>{symbol}</InsuredCardSymbol><InsuredIdentificationNumber>{number}</InsuredIdentificationNumber>
<InsuredBranchNumber>{branch}</InsuredBranchNumber><Birthdate>{birthdate}</Birthdate>
<LimitApplicationCertificateRelatedConsFlg>{consent}</LimitApplicationCertificateRelatedConsFlg>
</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"""


def a_message(encoding: str = "UTF-8", **more: str) -> bytes:
    """The same question as OQS XML."""
    values = {"encoding": encoding, **_ASKED, **more}
    return _MESSAGE.format(**values).encode("cp932" if encoding == "Shift_JIS" else "utf-8")


def a_tree(**more: str) -> bytes:
    """The same question as OQS JSON."""
    values = {**_ASKED, **more}
    return msgspec.json.encode(
        {
            "XmlMsg": {
                "MessageHeader": {
                    "QualificationConfirmationDate": values["day"],
                    "MedicalInstitutionCode": values["facility"],
                    "ArbitraryFileIdentifier": values["identifier"],
                },
                "MessageBody": {
                    "QualificationConfirmSearchInfo": {
                        "InsurerNumber": values["insurer"],
                        "InsuredCardSymbol": values["symbol"],
                        "InsuredIdentificationNumber": values["number"],
                        "InsuredBranchNumber": values["branch"],
                        "Birthdate": values["birthdate"],
                        "LimitApplicationCertificateRelatedConsFlg": values["consent"],
                    }
                },
            }
        }
    )
