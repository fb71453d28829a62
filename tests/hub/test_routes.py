"""Every row of the route table is reached by those it is for, and by nobody else; what is not in it is not there."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio

from kaihoken.access import make_key
from kaihoken.hub.assembly import route_table
from kaihoken.hub.routes import RouteTable

from .fhir import a_request, a_search
from .hub import COMING, FACILITY, Hub, a_hub, a_message, a_question, a_row, a_tree, problem_in
from .test_consents import HOME as CONSENTED
from .test_consents import LINKED_CARD, given
from .test_consents import PATIENT as A_PATIENT
from .test_reference_numbers import NUMBERS, a_registration, link

pytestmark = pytest.mark.asyncio(loop_scope="module")

MODULE = {"scope": "module", "loop_scope": "module"}


@dataclass(frozen=True)
class Sample:
    """A request that a route answers well, and who may make it."""

    client: str = ""
    body: bytes = b""
    content_type: str = ""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""  # with which problem, where a route is there to refuse
    status: int = 400  # and with which status


JSON, XML, FHIR = "application/json", "application/xml", "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
RECEPTION = b"the number of a list"
CONSENT = b"the id of a consent"
CURSOR = b"the cursor of a search"
NUMBERED = b'{"reception_number": "%s"}' % RECEPTION
NEW_CLIENT = {
    "client_id": "sample",
    "kind": "facility",
    "code": "9910000023",
    "name": "見本",
    "key": make_key().public.jwk(),
}
CLIENT_SAMPLES: dict[str, Mapping[str, object]] = {
    "POST /v1/clients/enrolments": NEW_CLIENT,
    "POST /v1/clients/keys": {"client_id": "other-clinic", "key": make_key().public.jwk()},
    "POST /v1/clients/certificates": {"client_id": "same-clinic", "subject": "CN=same-clinic"},
    "POST /v1/clients/disablings": {"client_id": "same-clinic"},
}
UNCONFIRMED = "OQSsihvq, OQSsionq, OQSsihvd, OQSsiinq, OQSsiupd"
NAMES = {
    "/v1/statistics/{id}": "October",
    "/fhir/Organization/{id}": "insurer-01130012",
    "/fhir/CodeSystem/{id}": "OQSCD006",
    "/fhir/StructureDefinition/{id}": "validity",
}
MONTH = (
    b"<XmlMsg><MessageHeader><MedicalInstitutionCode>%s</MedicalInstitutionCode></MessageHeader>"
    b"<MessageBody><MedicalTreatmentMonth>202611</MedicalTreatmentMonth></MessageBody></XmlMsg>"
) % FACILITY.encode()
VISITS = MONTH.replace(b"MedicalTreatmentMonth", b"ConsentDateFrom").replace(b"202611", b"20261101")
OQS_RECEPTION = b"the number of a message"
LINKS_RECEPTION = b"what a list of links is called"
MONTH_RECEPTION = b"what a month of tickets is called"
HOME_RECEPTION = b"what a list of home visits is called"
ONLINE_RECEPTION = b"what a list of online visits is called"


def a_numbered_message(number: bytes) -> bytes:
    """The question for the results of a list."""
    return (
        b"<XmlMsg><MessageHeader><MedicalInstitutionCode>%s</MedicalInstitutionCode></MessageHeader>"
        b"<MessageBody><ReceptionNumber>%s</ReceptionNumber></MessageBody></XmlMsg>"
    ) % (FACILITY.encode(), number)


REGISTRATION = msgspec.json.encode({"rows": [a_row()]})
LINKING = msgspec.json.encode({"reference_number": "P-1", **NUMBERS})
CLAIM = msgspec.json.encode({**NUMBERS, "birthdate": "1980-01-01", "facility": FACILITY, "on": "2026-10-05"})
FAILURE_OPENING = {
    "facility": "9910000015",
    "until": "2026-11-20T08:00:00Z",
    "called_back": "2026-11-20T00:20:00Z",
    "staff": "運01",
}
FOUR_ITEMS = {"name": "山田太郎", "birthdate": "1980-01-01", "sex": "1", "address": "架空区1"}
FAILURE_REPORT = {
    "receipts": [{}],
    "why": "停電",
    "failed_at": "2026-11-20T00:10:00Z",
    "staff": "受付A",
}
SAMPLES = {
    "POST /v1/eligibility-checks": Sample("clinic", msgspec.json.encode(a_question()), JSON),
    "POST /v1/claim-checks": Sample("review", CLAIM, JSON),
    "POST /oqs/search": Sample("clinic", a_message(), XML),
    "POST /v1/bulk-checks": Sample("clinic", b'{"number": "56"}', "application/x-ndjson"),
    "POST /oqs/OQSmuquc01": Sample("clinic", a_message(identifier="one of a list"), XML),
    "POST /oqs/OQSmuquc02": Sample("clinic", a_numbered_message(OQS_RECEPTION), XML),
    "POST /oqs/OQSmuimm01": Sample("clinic", a_registration(identifier="a list of one"), XML),
    "POST /oqs/OQSmuimm02": Sample("clinic", a_numbered_message(LINKS_RECEPTION), XML),
    "POST /oqs/OQSmutic01": Sample("clinic", MONTH, XML),
    "POST /oqs/OQSmutic02": Sample("clinic", a_numbered_message(MONTH_RECEPTION), XML),
    "POST /oqs/OQSmuhvq01": Sample("clinic", VISITS, XML),
    "POST /oqs/OQSmuhvq02": Sample("clinic", a_numbered_message(HOME_RECEPTION), XML),
    "POST /oqs/OQSmuonq01": Sample("clinic", VISITS, XML),
    "POST /oqs/OQSmuonq02": Sample("clinic", a_numbered_message(ONLINE_RECEPTION), XML),
    "POST /v1/bulk-checks/status": Sample("clinic", NUMBERED, JSON),
    "POST /v1/bulk-checks/results": Sample("clinic", NUMBERED, JSON),
    "POST /v1/registrations": Sample("operator", REGISTRATION, JSON, headers={"Idempotency-Key": "sample"}),
    "POST /v1/reference-numbers": Sample("clinic", LINKING, JSON, headers={"Idempotency-Key": "sample"}),
    "POST /v1/reference-number-withdrawals": Sample(
        "clinic",
        msgspec.json.encode({"reference_number": "P-0"}),
        JSON,
        headers={"Idempotency-Key": "sample-2"},
    ),
    "POST /oqs/OQSsiimm01": Sample("clinic", a_registration(), XML),
    **{
        f"POST /oqs/{stem}01": Sample(
            "clinic", a_message(), XML, refused="oqs.unconfirmed-no-function", status=200
        )
        for stem in ("OQSsiurl", "PMHsimsm", "EPSsiDMP")
    },
    "POST /oqs/OQSsihvq01": Sample("clinic", a_message(), XML),
    "POST /oqs/OQSsionq01": Sample("clinic", a_message(), XML),
    "POST /oqs/OQSsihvd01": Sample("clinic", a_message(number="57"), XML),
    "POST /oqs/OQSsiinq01": Sample("clinic", a_message(), XML),
    "POST /oqs/OQSsiupd01": Sample("clinic", a_message(), XML),
    "POST /v1/card-challenges": Sample(
        "clinic", b'{"terminal": "r-1"}', JSON, refused="card.not-taken", status=409
    ),
    "POST /v1/card-presences": Sample(
        "clinic", b"{}", JSON, refused="card.not-taken", status=409, headers={"Idempotency-Key": "sample-4"}
    ),
    "POST /v1/card-links": Sample(
        "clinic", b"{}", JSON, refused="card.not-taken", status=409, headers={"Idempotency-Key": "sample-5"}
    ),
    "GET /v1/failure-modes": Sample("operator"),
    "POST /v1/failure-modes/openings": Sample("operator", msgspec.json.encode(FAILURE_OPENING), JSON),
    "POST /v1/failure-modes/closings": Sample(
        "operator",
        b'{"facility": "9910000023"}',
        JSON,
        refused="coverage.failure-not-open",
        status=403,
    ),
    "GET /v1/failure-mode": Sample("clinic"),
    "POST /v1/failure-checks": Sample(
        "clinic",
        msgspec.json.encode(FOUR_ITEMS),
        JSON,
        refused="coverage.failure-not-open",
        status=403,
    ),
    "POST /v1/failure-reports": Sample(
        "clinic",
        msgspec.json.encode(FAILURE_REPORT),
        JSON,
        refused="coverage.failure-receipt",
        status=422,
    ),
    "GET /v1/facility-settings": Sample("clinic"),
    "POST /v1/facility-settings/changes": Sample("clinic", b'{"items": {"operation": true}}', JSON),
    "POST /oqs/face": Sample("clinic", msgspec.json.encode(CONSENTED), JSON),
    "POST /v1/consents": Sample(
        "clinic", msgspec.json.encode(CONSENTED), JSON, headers={"Idempotency-Key": "sample-3"}
    ),
    "POST /v1/consents/search": Sample("clinic", b"{}", JSON),
    "POST /v1/consents/withdraw": Sample(
        "clinic", b'{"id": "%s", "reason": "care-over", "items": ["limit"]}' % CONSENT, JSON
    ),
    "POST /v1/standing-checks": Sample(
        "clinic", msgspec.json.encode({"patient": A_PATIENT, "care": "home"}), JSON
    ),
    "GET /metrics": Sample("operator"),
    "GET /v1/statistics": Sample(),
    "GET /v1/statistics/{id}": Sample(refused="statistics.month"),
    "POST /v1/clients/own-key": Sample(COMING, msgspec.json.encode({"key": make_key().public.jwk()}), JSON),
    "GET /v1/clients": Sample("operator"),
    **{name: Sample("operator", msgspec.json.encode(body), JSON) for name, body in CLIENT_SAMPLES.items()},
    "POST /oauth/token": Sample(),
    "POST /oqs/auth": Sample(),
    "GET /live": Sample(),
    "GET /ready": Sample(),
    "GET /v1/log/head": Sample(),
    "GET /v1/log/inclusion": Sample(query="?batch=0"),
    "GET /v1/log/consistency": Sample(query="?from=1"),
    "GET /.well-known/kaihoken-log-keys.json": Sample(),
    "GET /.well-known/kaihoken-tls.json": Sample(),
    "GET /.well-known/oauth-authorization-server": Sample(),
    "GET /openapi.json": Sample(),
    "GET /fhir/metadata": Sample(),
    "POST /fhir": Sample("", b'{"resourceType":"Bundle","type":"batch"}', FHIR, refused="fhir.bundle"),
    "POST /fhir/CoverageEligibilityRequest": Sample("clinic", msgspec.json.encode(a_request()), FHIR),
    "POST /fhir/CoverageEligibilityRequest/$submit": Sample("clinic", msgspec.json.encode(a_request()), FHIR),
    "GET /fhir/Coverage/{id}": Sample("clinic"),
    "POST /fhir/Coverage/_search": Sample("clinic", a_search("beneficiary.birthdate"), FORM),
    "GET /fhir/Coverage": Sample(query="?identifier=56", refused="fhir.search-in-body"),
    "GET /fhir/Patient/{id}": Sample("clinic"),
    "POST /fhir/Patient/_search": Sample("clinic", a_search("birthdate"), FORM),
    "GET /fhir/Patient": Sample(query="?birthdate=1980-01-01", refused="fhir.search-in-body"),
    "GET /fhir/Organization/{id}": Sample("clinic"),
    "POST /fhir/Organization/_search": Sample("clinic", b"identifier=x", FORM),
    "GET /fhir/Consent/{id}": Sample("clinic"),
    "GET /fhir/Consent": Sample("clinic", query=f"?cursor={CURSOR.decode()}"),
    "POST /fhir/Consent/_search": Sample("clinic", b"status=active", FORM),
    "POST /fhir/AuditEvent/_search": Sample("auditor", b"date=ge2026-11-01", FORM),
    "GET /fhir/AuditEvent": Sample("auditor", query="?cursor=0.0.1.100"),
    "GET /fhir/CodeSystem/{id}": Sample(),
    "GET /fhir/StructureDefinition/{id}": Sample(),
}
numbers: dict[bytes, bytes] = {}
"""What stands for names that a hub makes up."""
SCOPED = [name for name, sample in SAMPLES.items() if sample.client]
WITHOUT_THE_SCOPE = {
    COMING: "operator",
    "clinic": "review",
    "operator": "clinic",
    "auditor": "clinic",
    "review": "clinic",
}


@pytest_asyncio.fixture(**MODULE)
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("routes")
    async with a_hub(folder / "store", folder, unconfirmed=UNCONFIRMED) as hub:
        await hub.register(a_row())
        await link(hub, "P-0")
        await with_a_list(hub)
        await with_a_consent(hub)
        yield hub


async def with_a_consent(hub: Hub) -> None:
    """Give one that stands: some samples ask on it, or end a part of it."""
    await hub.register(LINKED_CARD, key="card")
    numbers[CONSENT] = (await given(hub, CONSENTED, "sample-4"))["id"].encode()
    found = await hub.post("/fhir/Consent/_search", b"", **{"Content-Type": FORM})
    numbers[CURSOR] = found.json()["link"][0]["url"].partition("cursor=")[2].encode()


async def with_a_list(hub: Hub) -> None:
    """Send a list and wait for its end: some samples ask for its results."""
    received = await hub.post("/v1/bulk-checks", b"{}", **{"Content-Type": "application/x-ndjson"})
    numbers[RECEPTION] = received.json()["reception_number"].encode()
    for path, message, name in (
        ("/oqs/OQSmuquc01", a_message(), OQS_RECEPTION),
        ("/oqs/OQSmuimm01", a_registration(), LINKS_RECEPTION),
        ("/oqs/OQSmutic01", MONTH, MONTH_RECEPTION),
        ("/oqs/OQSmuhvq01", VISITS, HOME_RECEPTION),
        ("/oqs/OQSmuonq01", VISITS, ONLINE_RECEPTION),
    ):
        taken = await hub.post(path, message, **{"Content-Type": XML})
        numbers[name] = taken.content.partition(b"<ReceptionNumber>")[2].partition(b"<")[0]
    for _ in range(1_000_000):
        if hub.machine.bulk.working.waiting == 0:
            break
        await asyncio.sleep(0)


@pytest.fixture
def table(hub: Hub) -> RouteTable:
    return route_table(hub.machine)


async def place(hub: Hub, path: str) -> str:
    """The path of a row, with a name that is there where it ends in `{id}`."""
    if not path.endswith("{id}"):
        return path
    if path in NAMES:
        return path.replace("{id}", NAMES[path])
    if path == "/fhir/Consent/{id}":
        return path.replace("{id}", numbers[CONSENT].decode())
    answer = await hub.post("/fhir/CoverageEligibilityRequest", a_request())
    ids = {one["resourceType"]: one["id"] for one in answer.json()["contained"]}
    return path.replace("{id}", ids[path.split("/")[2]])


def filled(text: bytes) -> bytes:
    """A part of a sample, with the numbers of the hub that runs."""
    for stands_for, number in numbers.items():
        text = text.replace(stands_for, number)
    return text


async def sent(
    hub: Hub, name: str, authorization: str | None, at: str = "", **headers: str
) -> httpx.Response:
    """The sample request of a route, with that header of authorization or none; `at` a place of it or anywhere."""
    method, path = name.split()
    sample = SAMPLES[name]
    all_headers = {**sample.headers, **headers}
    if sample.content_type:
        all_headers["Content-Type"] = sample.content_type
    if authorization is not None:
        all_headers["Authorization"] = authorization
    where = (at or await place(hub, path)) + filled(sample.query.encode()).decode()
    return await hub.http.request(method, where, content=filled(sample.body), headers=all_headers)


async def test_the_samples_are_the_table(table: RouteTable) -> None:
    assert {f"{route.method} {route.path}" for route in table.routes} == set(SAMPLES)
    assert {f"{route.method} {route.path}" for route in table.routes if route.scope} == set(SCOPED)


@pytest.mark.parametrize(
    "name", [name for name in SAMPLES if name not in ("POST /oauth/token", "POST /oqs/auth")]
)
async def test_a_route_answers_those_it_is_for(hub: Hub, table: RouteTable, name: str) -> None:
    client = SAMPLES[name].client
    answer = await sent(hub, name, f"Bearer {await hub.token(client)}" if client else None)

    refused = SAMPLES[name].refused
    status = SAMPLES[name].status if refused else 200
    assert (answer.status_code, problem_in(answer)) == (status, refused)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get_list("content-security-policy") == [
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ]
    assert int(answer.headers["content-length"]) == len(answer.content) > 0
    media, _, parameters = answer.headers["content-type"].partition(";")
    route = next(row for row in table.routes if name == f"{row.method} {row.path}")
    assert media in {body.media_type for body in route.answers} | {"application/problem+json"}
    assert "charset=" in parameters or (media.startswith("application/") and not media.endswith("xml"))


WHICH_TELL_OF_NOBODY = {"on", "language", "batch", "size", "from", "to", "after", "cursor", "Idempotency-Key"}


async def test_no_address_has_a_place_for_what_tells_of_somebody(table: RouteTable) -> None:
    named = {(str(one["name"]), one["in"]) for route in table.routes for one in route.parameters}

    assert {name for name, _ in named} == WHICH_TELL_OF_NOBODY
    assert {where for name, where in named if name == "Idempotency-Key"} == {"header"}


async def test_both_ways_to_a_token_open_their_routes(hub: Hub) -> None:
    oauth = await hub.http.post("/oauth/token", data=hub.token_form("clinic", "eligibility:ask"))
    oqs = await hub.http.post("/oqs/auth", json={"client_assertion": hub.assertion("clinic")})

    bearer, bare = oauth.json()["access_token"], oqs.json()["idToken"]
    assert (oauth.json()["scope"], oauth.json()["expires_in"]) == ("eligibility:ask", 300)
    assert oauth.headers.get_list("cache-control") == ["no-store"]
    assert (await sent(hub, "POST /v1/eligibility-checks", f"Bearer {bearer}")).status_code == 200
    assert (await sent(hub, "POST /oqs/search", bare)).status_code == 200  # OQS clients send the token bare
    assert problem_in(await sent(hub, "POST /oqs/search", f"Bearer {bearer}")) == "access.scope-missing"
    assert problem_in(await sent(hub, "POST /v1/eligibility-checks", bare)) == "access.scope-missing"


@pytest.mark.parametrize("name", SCOPED)
@pytest.mark.parametrize(
    ("authorization", "problem"),
    [
        (None, "access.token-missing"),
        ("", "access.token-missing"),
        ("Bearer", "access.token-refused"),
        (f"Bearer {'x' * 43}", "access.token-refused"),
        ("Basic Y2xpbmljOnNlY3JldA==", "access.token-refused"),
    ],
)
async def test_a_route_with_a_scope_wants_a_token(
    hub: Hub, name: str, authorization: str | None, problem: str
) -> None:
    answer = await sent(hub, name, authorization)

    assert (answer.status_code, problem_in(answer)) == (401, problem)
    shown = problem == "access.token-refused"
    assert answer.headers["www-authenticate"] == ('Bearer error="invalid_token"' if shown else "Bearer")


@pytest.mark.parametrize("name", SCOPED)
async def test_a_token_for_something_else_is_not_enough(hub: Hub, name: str) -> None:
    other = WITHOUT_THE_SCOPE[SAMPLES[name].client]
    answer = await sent(hub, name, f"Bearer {await hub.token(other)}")

    assert (answer.status_code, problem_in(answer)) == (403, "access.scope-missing")
    assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'


async def test_a_token_of_one_scope_opens_one_route(hub: Hub) -> None:
    token = f"Bearer {await hub.token('clinic', 'oqs')}"

    assert (await sent(hub, "POST /oqs/search", token)).status_code == 200
    assert problem_in(await sent(hub, "POST /v1/eligibility-checks", token)) == "access.scope-missing"


@pytest.mark.parametrize("name", SCOPED)
async def test_a_token_ends_after_five_minutes(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stands_for, number in numbers.items():
        monkeypatch.setitem(numbers, stands_for, number)  # those of the other hub, for the tests that follow
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed=UNCONFIRMED) as hub:
        await hub.register(a_row(), key="first")
        await link(hub, "P-0")
        await with_a_list(hub)
        await with_a_consent(hub)
        token = f"Bearer {await hub.token(SAMPLES[name].client)}"
        at = await place(hub, name.split()[1])
        hub.ticks.pass_seconds(299.9)
        assert (await sent(hub, name, token, at)).status_code == (
            SAMPLES[name].status if SAMPLES[name].refused else 200
        )
        hub.ticks.pass_seconds(0.1)

        answer = await sent(hub, name, token, at)

        assert (answer.status_code, problem_in(answer)) == (401, "access.token-refused")


@pytest.mark.parametrize(
    ("message", "content_type", "form"),
    [(a_message(), XML, "<SegmentOfResult>9</SegmentOfResult>"), (a_tree(), JSON, '"SegmentOfResult":"9"')],
)
@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [(None, 401, "KHK0501"), ("Bearer " + "x" * 43, 401, "KHK0502"), ("operator", 403, "KHK0503")],
)
async def test_an_oqs_question_is_refused_in_its_own_form(
    hub: Hub,
    message: bytes,
    content_type: str,
    form: str,
    authorization: str | None,
    status: int,
    code: str,
) -> None:
    if authorization == "operator":
        authorization = f"Bearer {await hub.token('operator')}"
    headers = {"Content-Type": content_type, **({"Authorization": authorization} if authorization else {})}

    answer = await hub.http.post("/oqs/search", content=message, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(content_type)
    assert form in answer.text
    assert code in answer.text
    assert "abc-1" in answer.text, "the sender must be able to tell which message was refused"
    assert ("www-authenticate" in answer.headers) == (status in (401, 403))


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/eligibility-checks/",
        "/V1/eligibility-checks",
        "//v1/eligibility-checks",
        "/v1/eligibility-checks;a=b",
        "/admin",
        "/docs",
        "/.well-known/",
        "/oqs",
        "/favicon.ico",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_what_the_table_does_not_name_is_not_there(hub: Hub, method: str, path: str) -> None:
    token = await hub.token("operator")

    answer = await hub.http.request(
        method, f"http://hub.test{path}", headers={"Authorization": f"Bearer {token}"}
    )

    assert (answer.status_code, problem_in(answer)) == (404, "hub.path")
    assert path not in answer.text


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"])
async def test_another_method_is_told_which_there_are(hub: Hub, name: str, method: str) -> None:
    own, path = name.split()
    if method == own:
        return

    answer = await hub.http.request(method, await place(hub, path))

    assert (answer.status_code, problem_in(answer)) == (405, "hub.method")
    assert answer.headers["allow"] == ("GET, HEAD, OPTIONS" if own == "GET" else "POST, OPTIONS")


@pytest.mark.parametrize("name", SAMPLES)
async def test_options_tells_the_methods_and_opens_nothing_to_other_sites(hub: Hub, name: str) -> None:
    method, path = name.split()

    answer = await hub.http.options(
        await place(hub, path),
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": method},
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == ("GET, HEAD, OPTIONS" if method == "GET" else "POST, OPTIONS")
    assert [name for name in answer.headers if name.startswith("access-control")] == []
    assert "content-length" not in answer.headers
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("name", SAMPLES)
async def test_head_is_get_without_the_body(hub: Hub, name: str) -> None:
    method, path = name.split()
    client = SAMPLES[name].client
    headers = {"Authorization": f"Bearer {await hub.token(client)}"} if client else {}

    where = await place(hub, path) + filled(SAMPLES[name].query.encode()).decode()
    head = await hub.http.head(where, headers=headers)

    assert head.content == b""
    if method == "POST":
        assert head.status_code == 405
        return
    get = await hub.http.get(where, headers=headers)
    assert head.status_code == get.status_code == (400 if SAMPLES[name].refused else 200)
    assert head.headers["content-type"] == get.headers["content-type"]
    if path not in ("/metrics", "/v1/log/head"):  # these may have grown between the two
        assert head.headers["content-length"] == get.headers["content-length"]


async def test_head_of_what_is_scoped_wants_the_token_too(hub: Hub) -> None:
    answer = await hub.http.head("/metrics")

    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith("GET")])
async def test_no_answer_says_what_it_is_made_of(hub: Hub, name: str) -> None:
    answer = await sent(hub, name, f"Bearer {await hub.token('operator')}")

    assert set(answer.headers) <= {
        "cache-control",
        "content-length",
        "content-security-policy",
        "content-type",
        "www-authenticate",
        "x-content-type-options",
    }


async def test_what_nobody_foresaw_tells_a_reference_and_no_values(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("山田 太郎 56")

    monkeypatch.setattr(type(hub.machine.answering), "ask", broken)
    before = await hub.metric("kaihoken_failures_total")

    plain, message = await hub.ask(), await hub.ask_oqs(a_message())

    assert (plain.status_code, problem_in(plain)) == (500, "hub.internal")
    assert (message.status_code, problem_in(message)) == (500, "hub.internal")
    assert plain.json()["facts"]["reference"] in caplog.text
    assert "RuntimeError at" in caplog.text
    for told in (plain.text, message.text, caplog.text):
        assert "山田" not in told
        assert "Traceback" not in told
    assert await hub.metric("kaihoken_failures_total") == before + 2
