"""From an assertion to a token, over OAuth's form and in the manner of OQS, and every way to be refused."""

import json
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from kaihoken.access import ASSERTION_TYPE, Limit, Limits, Reply, Scope, make_key
from kaihoken.access.token_endpoint import _OAUTH_ERRORS
from kaihoken.problems import catalogue

from .builders import Door, a_facility, forge

FORM = b"application/x-www-form-urlencoded"
JSON = b"application/json"
PEER = "192.0.2.1"
STRANGER = make_key()


def form(assertion: str, **changes: str | None) -> bytes:
    parameters: dict[str, str | None] = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    } | changes
    return urlencode({name: value for name, value in parameters.items() if value is not None}).encode()


def ask(door: Door, body: bytes, content_type: bytes = FORM, source: str = PEER) -> Reply:
    return door.gate.endpoint.oauth(content_type, body, source)


def ask_oqs(door: Door, body: bytes, content_type: bytes = JSON, source: str = PEER) -> Reply:
    return door.gate.endpoint.oqs(content_type, body, source)


def read(reply: Reply) -> dict[str, object]:
    return json.loads(reply.body)


def told(reply: Reply) -> tuple[int, object, object]:
    body = read(reply)
    return reply.status, body["code"], body.get("where", "")


def test_a_good_request_is_answered_as_rfc_6749_says(door: Door) -> None:
    reply = ask(door, form(door.assertion()))
    assert reply.status == 200
    assert dict(reply.headers) == {
        b"content-type": b"application/json",
        b"cache-control": b"no-store",
        b"pragma": b"no-cache",
    }
    body = read(reply)
    token = body.pop("access_token")
    assert body == {"token_type": "Bearer", "expires_in": 300, "scope": "eligibility:ask oqs"}
    caller = door.gate.authenticate(f"Bearer {token}".encode())
    assert (caller.actor, caller.kind, caller.code, caller.metered_as, caller.key_id) == (
        "clinic",
        "facility",
        "1310112345",
        "1310112345",
        door.key.public.key_id,
    )
    assert caller.scopes == {Scope.ELIGIBILITY_ASK, Scope.OQS}


def test_a_caller_may_ask_for_less(door: Door) -> None:
    body = read(ask(door, form(door.assertion(), scope="eligibility:ask")))
    assert body["scope"] == "eligibility:ask"
    caller = door.gate.authenticate(f"Bearer {body['access_token']}".encode())
    assert caller.scopes == {Scope.ELIGIBILITY_ASK}


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "clinic"},
        {"scope": "oqs eligibility:ask"},
        {"scope": ""},
        {"scope": " "},
        {"resource": "x"},
    ],
)
def test_what_the_standard_leaves_free_is_accepted(door: Door, changes: dict[str, str]) -> None:
    assert ask(door, form(door.assertion(), **changes)).status == 200


@pytest.mark.parametrize("content_type", [FORM + b"; charset=UTF-8", FORM.upper(), FORM + b" ;x"])
def test_the_content_type_is_read_as_http_reads_it(door: Door, content_type: bytes) -> None:
    assert ask(door, form(door.assertion()), content_type).status == 200


@pytest.mark.parametrize(
    ("changes", "status", "code", "where", "error"),
    [
        ({"grant_type": None}, 400, "request-malformed", "grant_type", "invalid_request"),
        ({"grant_type": "password"}, 400, "grant-unsupported", "grant_type", "unsupported_grant_type"),
        ({"client_assertion_type": None}, 400, "request-malformed", "client_assertion_type", "invalid_request"),
        ({"client_assertion_type": "x"}, 400, "request-malformed", "client_assertion_type", "invalid_request"),
        ({"client_assertion": None}, 400, "request-malformed", "client_assertion", "invalid_request"),
        ({"client_assertion": ""}, 400, "assertion-malformed", "parts", "invalid_client"),
        ({"client_assertion": "x" * 4097}, 400, "assertion-malformed", "size", "invalid_client"),
        ({"client_secret": "x"}, 400, "request-malformed", "client_secret", "invalid_request"),
        ({"client_id": "other"}, 400, "request-malformed", "client_id", "invalid_request"),
        ({"scope": "admin"}, 400, "scope-unknown", "", "invalid_scope"),
        ({"scope": "registrations:write"}, 400, "scope-not-held", "", "invalid_scope"),
        ({"scope": "oqs registrations:write"}, 400, "scope-not-held", "", "invalid_scope"),
    ],
)  # fmt: skip
def test_each_other_request_has_its_problem(
    door: Door, changes: dict[str, str | None], status: int, code: str, where: str, error: str
) -> None:
    reply = ask(door, form(door.assertion(), **changes))
    assert told(reply) == (status, f"access.{code}", where)
    assert read(reply)["error"] == error
    assert dict(reply.headers)[b"content-type"] == b"application/json"
    assert dict(reply.headers)[b"cache-control"] == b"no-store"
    assert len(door.gate.tokens) == 0


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "grant_type"),
        (b"grant_type", "body"),
        (b"a=1&&b=2", "body"),
        (b"a=%zz%ff", "body"),
        ("a=資".encode(), "body"),
        (b"a=%ff", "body"),
        (b"&".join(b"p%d=1" % number for number in range(17)), "body"),
        (b"x=" + b"y" * 8190, "grant_type"),
        (b"x=" + b"y" * 8191, "body"),
    ],
    ids=["empty", "no value", "empty pair", "bad percent", "not ASCII", "not UTF-8", "17 parameters", "8,192 bytes",
         "8,193 bytes"],
)  # fmt: skip
def test_a_body_that_is_no_form_is_refused(door: Door, body: bytes, where: str) -> None:
    assert told(ask(door, body)) == (400, "access.request-malformed", where)


@pytest.mark.parametrize("name", ["grant_type", "client_assertion", "scope", "anything"])
def test_a_parameter_that_stands_twice_is_refused(door: Door, name: str) -> None:
    body = form(door.assertion(), scope="oqs", anything="1") + f"&{name}=oqs".encode()
    assert told(ask(door, body)) == (400, "access.request-malformed", "body")


@pytest.mark.parametrize("content_type", [b"", JSON, b"text/plain", b"multipart/form-data", FORM + b"x"])
def test_another_content_type_is_refused(door: Door, content_type: bytes) -> None:
    assert told(ask(door, form(door.assertion()), content_type)) == (
        400,
        "access.request-malformed",
        "content-type",
    )


def test_who_proves_nothing_learns_nothing(door: Door) -> None:
    door.registry.put(a_facility(make_key(), "other"))
    refused = [
        ask(door, form(forge(STRANGER, door.claims(**claims), **header)))
        for claims, header in (
            ({}, {"kid": door.key.public.key_id}),
            ({}, {}),
            ({"iss": "nobody", "sub": "nobody"}, {}),
            ({"iss": "other", "sub": "other"}, {"kid": door.key.public.key_id}),
        )
    ]
    assert len({(one.status, one.headers, one.body) for one in refused}) == 1, "what leaves is the same"
    assert told(refused[0]) == (401, "access.assertion-refused", "")
    assert read(refused[0])["error"] == "invalid_client"
    assert dict(refused[0].headers)[b"www-authenticate"] == b"Bearer"


def test_a_replayed_assertion_is_refused(door: Door) -> None:
    assertion = door.assertion()
    assert ask(door, form(assertion)).status == 200
    again = ask(door, form(assertion))
    assert told(again) == (401, "access.assertion-replayed", "")
    assert told(ask_oqs(door, json.dumps({"client_assertion": assertion}).encode()))[1] == told(again)[1]


# In the manner of OQS.


def test_oqs_answers_an_id_token_that_is_good_for_oqs_alone(door: Door) -> None:
    reply = ask_oqs(door, json.dumps({"client_assertion": door.assertion()}).encode())
    assert (reply.status, dict(reply.headers)[b"content-type"]) == (200, b"application/json")
    body = read(reply)
    assert list(body) == ["idToken"]
    assert door.gate.authenticate(str(body["idToken"]).encode()).scopes == {Scope.OQS}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"client_assertion": 7}',
        b'{"client_assertion": "a", "client_assertion": "b"}',
        b'{"client_assertion": "a", "password": "b"}',
        b'{"client_assertion": "' + b"x" * 8193 + b'"}',
        b'{"client_assertion": "a"}' + b" " * 8193,
    ],
    ids=["empty", "list", "nothing", "number", "twice", "more", "long text", "long body"],
)
def test_oqs_refuses_any_other_body(door: Door, body: bytes) -> None:
    reply = ask_oqs(door, body)
    assert told(reply) == (400, "access.request-malformed", "body")
    assert dict(reply.headers)[b"content-type"] == b"application/problem+json"
    assert "error" not in read(reply)


def test_oqs_refuses_another_content_type(door: Door) -> None:
    assert told(ask_oqs(door, b"{}", FORM)) == (400, "access.request-malformed", "content-type")


def test_oqs_is_closed_to_who_does_not_hold_the_scope(door: Door) -> None:
    insurer = make_key()
    client = a_facility(insurer, "insurer")
    object.__setattr__(client, "scopes", frozenset({Scope.REGISTRATIONS_WRITE}))
    door.registry.put(client)
    assertion = door.assertion(insurer, iss="insurer", sub="insurer")
    assert told(ask_oqs(door, json.dumps({"client_assertion": assertion}).encode())) == (
        400,
        "access.scope-not-held",
        "",
    )


# Limits of the endpoint.


def test_one_source_is_limited_to_the_exact_count(door_with: Callable[[Limits], Door]) -> None:
    door = door_with(Limits(token_source=Limit(count=1, seconds=2, burst=3)))
    assert [ask(door, b"x", source=PEER).status for _ in range(5)] == [400, 400, 400, 429, 429]
    assert ask(door, b"x", source="192.0.2.2").status == 400
    limited = ask(door, form(door.assertion()))
    assert told(limited)[1] == "access.too-many-requests"
    assert dict(limited.headers)[b"retry-after"] == b"2"
    assert "error" not in read(limited)
    door.wait(2)
    assert ask(door, form(door.assertion())).status == 200


def test_one_network_of_the_new_protocol_is_one_source(door_with: Callable[[Limits], Door]) -> None:
    door = door_with(Limits(token_source=Limit(count=1, seconds=2, burst=3)))
    statuses = [ask(door, b"x", source=f"2001:db8::{number:x}").status for number in range(5)]
    assert statuses == [400, 400, 400, 429, 429]
    assert ask(door, b"x", source="2001:db8:0:1::").status == 400
    assert len(door.gate.endpoint._sources) == 2


def test_all_sources_together_are_limited_to_the_exact_count(door_with: Callable[[Limits], Door]) -> None:
    door = door_with(Limits(token_overall=Limit(count=1, seconds=2, burst=3)))
    statuses = [ask_oqs(door, b"x", source=f"192.0.2.{number}").status for number in range(5)]
    assert statuses == [400, 400, 400, 429, 429]
    assert len(door.gate.endpoint._sources) == 3


def test_one_client_is_limited_to_the_exact_count(door_with: Callable[[Limits], Door]) -> None:
    door = door_with(Limits(token_client=Limit(count=1, seconds=2, burst=3)))
    other = make_key()
    door.registry.put(a_facility(other, "other"))
    statuses = [ask(door, form(door.assertion()), source=f"192.0.2.{n}").status for n in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert ask(door, form(door.assertion(other, iss="other", sub="other"))).status == 200
    # What strangers send in its name does not shut the client out.
    door.wait(2)
    for _ in range(50):
        ask(door, form(forge(STRANGER, door.claims())))
    assert ask(door, form(door.assertion())).status == 200


# The words.


def test_descriptions_use_only_the_characters_of_rfc_6749() -> None:
    for code in _OAUTH_ERRORS:
        assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", catalogue()[code].title_en), code


def test_no_reply_repeats_what_was_sent(door: Door) -> None:
    canary = "canary-7c1f"
    replies = [
        *(ask(door, form(door.assertion(), **{name: canary})) for name in
          ("grant_type", "client_assertion_type", "client_assertion", "client_id", "scope", "client_secret")),
        ask(door, canary.encode()),
        ask(door, form(door.assertion()), canary.encode()),
        ask(door, form(door.assertion(aud=canary))),
        ask_oqs(door, json.dumps({"client_assertion": canary}).encode()),
        ask_oqs(door, json.dumps({canary: canary}).encode()),
    ]  # fmt: skip
    for reply in replies:
        assert reply.status in (400, 401)
        assert canary not in repr(reply)
