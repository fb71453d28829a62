"""Every route that a program can use has a method of the typed client, or stands here with its reason."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, cast

import httpx
import pytest

from kaihoken.access import make_key
from kaihoken.card.presence import Method
from kaihoken.coverage.client import (
    CardChallengeRequest,
    CardLinkRequest,
    CardPresenceRequest,
    CertificateCheck,
    ClaimCheck,
    ConsentSearch,
    ConsentWithdrawal,
    Disabling,
    FacilitySettingsChange,
    FailureCheck,
    FailureModeClosing,
    FailureModeOpening,
    FailureReport,
    Hub,
    HubProblem,
    Kind,
    NewCertificate,
    NewClient,
    NewKey,
    NumberCheck,
    OwnKey,
    PatientByReference,
    ReferenceNumberRequest,
    ReferenceNumberWithdrawal,
    StandingCheck,
)
from kaihoken.coverage.client.asked import Asked
from kaihoken.coverage.client.hub import Asks
from kaihoken.hub.assembly import route_table

WITHOUT_A_METHOD = {
    "POST /fhir": "only tells that Bundles are not taken",
    "POST /oauth/token": "fetched by the client itself, with the first call",
    "POST /oqs/auth": "the same token in the manner of OQS, whose clients write their own messages",
    "GET /fhir/Coverage": "there to refuse: nobody is searched for in an address",
    "GET /fhir/Patient": "there to refuse: nobody is searched for in an address",
}

NUMBERS = NumberCheck(insurer_number="01130012", number="56", birthdate=date(1980, 1, 1))
PRESENT = CardPresenceRequest(
    challenge="c" * 32, terminal="reader-1", method=Method.PIN, certificate=b"c", signature=b"s"
)
CARD = CertificateCheck(issuer="CN=a", serial="1")
PATIENT = PatientByReference(reference_number="P-1", birthdate=date(1980, 1, 1))
LINK = ReferenceNumberRequest(
    reference_number="P-1", insurer_number="01130012", symbol="", number="56", branch=""
)
JWK = cast("dict[str, object]", make_key().public.jwk())
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
OPEN = (
    "/live",
    "/ready",
    "/openapi.json",
    "/fhir/metadata",
    "/v1/log/head",
    "/v1/log/inclusion?batch=0",
    "/v1/log/consistency?from=1",
    "/.well-known/kaihoken-log-keys.json",
    "/.well-known/kaihoken-tls.json",
    "/.well-known/oauth-authorization-server",
)
SORTS = ("Coverage", "Patient", "Organization", "Consent", "CodeSystem", "StructureDefinition")

Made = Callable[[Hub], object]
CALLS: dict[str, tuple[Made, ...]] = {
    "check": (lambda hub: hub.check(NUMBERS),),
    "check_again": (lambda hub: hub.check_again(StandingCheck(patient=PATIENT, care="home")),),
    "check_claim": (
        lambda hub: hub.check_claim(
            ClaimCheck(
                facility="9910000007",
                insurer_number="01130012",
                number="56",
                birthdate=date(1980, 1, 1),
                on=date(2026, 9, 3),
            )
        ),
    ),
    "oqs": (lambda hub: hub.oqs(b"<XmlMsg/>"),),
    "face": (lambda hub: hub.face(CARD),),
    "link_reference": (lambda hub: hub.link_reference(LINK),),
    "unlink_reference": (
        lambda hub: hub.unlink_reference(ReferenceNumberWithdrawal(reference_number="P-1")),
    ),
    "give_consent": (lambda hub: hub.give_consent(CARD),),
    "consents": (lambda hub: hub.consents(ConsentSearch()),),
    "withdraw_consent": (lambda hub: hub.withdraw_consent(ConsentWithdrawal(id="c", reason="patient")),),
    "facility_settings": (lambda hub: hub.facility_settings(),),
    "change_facility_settings": (
        lambda hub: hub.change_facility_settings(FacilitySettingsChange(prescriptions="2")),
    ),
    "send_list": (lambda hub: hub.send_list([]),),
    "send_month": (lambda hub: hub.send_month(date(2026, 11, 1)),),
    "send_visits": (
        lambda hub: hub.send_visits("home", given_from=date(2026, 11, 1)),
        lambda hub: hub.send_visits("online", examined_from=date(2026, 11, 1)),
    ),
    "list_status": (lambda hub: hub.list_status("1"),),
    "list_page": (lambda hub: hub.list_page("1"),),
    "list_archive": (lambda hub: hub.list_archive("1"),),
    "fhir": (
        lambda hub: hub.fhir({}),
        lambda hub: hub.fhir({}, "/fhir/CoverageEligibilityRequest/$submit"),
    ),
    "fhir_read": tuple(lambda hub, sort=sort: hub.fhir_read(sort, "x") for sort in SORTS),
    "fhir_search": tuple(
        lambda hub, sort=sort: hub.fhir_search(sort, {"a": "b"}) for sort in (*SORTS[:4], "AuditEvent")
    ),
    "fhir_page": (
        lambda hub: hub.fhir_page("0.0.1.100"),
        lambda hub: hub.fhir_page("http://hub.test/fhir/Consent?cursor=x"),
    ),
    "card_challenge": (lambda hub: hub.card_challenge(CardChallengeRequest(terminal="reader-1")),),
    "prove_card": (lambda hub: hub.prove_card(PRESENT),),
    "link_card": (
        lambda hub: hub.link_card(
            CardLinkRequest(
                challenge="0" * 32, terminal="reader-1", method=Method.PIN, certificate=b"x", agreed=True
            )
        ),
    ),
    "register": (lambda hub: hub.register([]),),
    "clients": (lambda hub: hub.clients(), lambda hub: hub.clients("clinic")),
    "enrol_client": (
        lambda hub: hub.enrol_client(NewClient(client_id="a", kind=Kind.OPERATOR, name="a", key=JWK)),
    ),
    "exchange_key": (lambda hub: hub.exchange_key(OwnKey(key=JWK)),),
    "add_key": (lambda hub: hub.add_key(NewKey(client_id="a", key=JWK)),),
    "add_certificate": (lambda hub: hub.add_certificate(NewCertificate(client_id="a", subject="CN=a")),),
    "disable": (lambda hub: hub.disable(Disabling(client_id="a")),),
    "failure_modes": (lambda hub: hub.failure_modes(),),
    "open_failure_mode": (
        lambda hub: hub.open_failure_mode(
            FailureModeOpening(facility="9910000007", until=NOON, called_back=NOON, staff="運01")
        ),
    ),
    "close_failure_mode": (lambda hub: hub.close_failure_mode(FailureModeClosing(facility="9910000007")),),
    "failure_mode": (lambda hub: hub.failure_mode(),),
    "check_in_failure": (
        lambda hub: hub.check_in_failure(
            FailureCheck(name="山田太郎", birthdate=date(1980, 1, 1), sex="1", address="架空区1-1")
        ),
    ),
    "report_failure": (
        lambda hub: hub.report_failure(
            FailureReport(receipts=({},), why="停電", failed_at=NOON, staff="受付A")
        ),
    ),
    "metrics": (lambda hub: hub.metrics(),),
    "statistics_months": (lambda hub: hub.statistics_months(),),
    "statistics": (lambda hub: hub.statistics(date(2026, 10, 1)),),
    "statistics_csv": (lambda hub: hub.statistics_csv(date(2026, 10, 1)),),
    "document": tuple(lambda hub, path=path: hub.document(path) for path in OPEN),
}
"""Each method of the client, made as often as it has routes."""

ROUTES = route_table(cast("Any", None)).routes
SCOPED = {f"{route.method} {route.path}" for route in ROUTES if route.scope}


def methods() -> set[str]:
    return {name for name, made in vars(Asks).items() if isinstance(made, Asked)}


def sent(made: Made) -> Iterator[httpx.Request]:
    """What a call sends to a hub that has nothing to say to it."""
    requests: list[httpx.Request] = []
    token: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        if not token:
            here = {"issuer": "http://hub.test", "token_endpoint": "http://hub.test/oauth/token"}
            granted = {"access_token": "t", "token_type": "Bearer", "expires_in": 300}
            return httpx.Response(200, json=granted if request.method == "POST" else here)
        requests.append(request)
        told = {"code": "hub.internal", "status": 500}
        return httpx.Response(500, json=told, headers={"content-type": "application/problem+json"})

    hub = Hub("http://hub.test", "clinic", make_key(), transport=httpx.MockTransport(respond))
    with hub:
        token.append(hub.token())
        with pytest.raises(HubProblem, match=r"hub\.internal"):
            made(hub)
    yield from requests


def row_of(request: httpx.Request) -> str:
    """The row of the table for a request."""
    method, path = request.method, request.url.path
    (row,) = [
        route.path
        for route in ROUTES
        if route.method == method and (route.path == path or route.name_in(path))
    ]
    return f"{method} {row}"


def test_every_route_has_a_method_or_a_reason() -> None:
    reached = {row_of(request) for calls in CALLS.values() for made in calls for request in sent(made)}
    # `oqs` sends a message to whichever interface it is for.
    messages = {
        f"POST {route.path}" for route in ROUTES if re.fullmatch(r"/oqs/[A-Z]{3}[A-Za-z]{5}\d\d", route.path)
    }
    every = {f"{route.method} {route.path}" for route in ROUTES}

    assert set(CALLS) == methods()
    assert "POST /oqs/search" in reached
    assert sorted(every - reached - messages - set(WITHOUT_A_METHOD)) == []
    assert sorted(set(WITHOUT_A_METHOD) & reached) == []
    assert set(WITHOUT_A_METHOD) <= every


@pytest.mark.parametrize("name", CALLS)
def test_a_method_has_a_token_where_one_is_wanted_and_none_elsewhere(name: str) -> None:
    for made in CALLS[name]:
        (request,) = sent(made)
        assert ("authorization" in request.headers) is (row_of(request) in SCOPED)


@pytest.mark.parametrize("name", CALLS)
def test_a_method_sends_a_media_type_that_its_route_reads(name: str) -> None:
    for made in CALLS[name]:
        (request,) = sent(made)
        row = row_of(request)
        read = {
            body.media_type
            for route in ROUTES
            if f"{route.method} {route.path}" == row
            for body in route.reads
        }
        media = request.headers.get("content-type", "")
        assert media in read if read else not media


@pytest.mark.parametrize("name", CALLS)
def test_an_order_has_a_key_where_its_route_wants_one(name: str) -> None:
    for made in CALLS[name]:
        (request,) = sent(made)
        row = row_of(request)
        wanted = [
            parameter["name"]
            for route in ROUTES
            if f"{route.method} {route.path}" == row
            for parameter in route.parameters
            if parameter["name"] == "Idempotency-Key"
        ]
        assert "idempotency-key" in request.headers or not wanted


def test_each_method_says_what_it_is_for() -> None:
    assert [name for name in methods() if not (vars(Asks)[name].__doc__ or "").strip()] == []
    with Hub("https://hub.test") as hub:
        assert hub.check.__doc__ == Hub.check.__doc__
