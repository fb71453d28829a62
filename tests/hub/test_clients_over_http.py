"""Operators change the clients of a running hub: each change is one record, holds at once, and may be repeated."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from kaihoken.access import load_registry, make_key, read_certificate
from kaihoken.access.client_messages import MOST_LISTED
from kaihoken.audit import Committer
from kaihoken.store import open_store

from ..certificates import a_ca, issued
from .hub import BASE, INSURER, Hub, a_hub, a_question, problem_in
from .test_routes import NEW_CLIENT


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        yield hub


async def change(hub: Hub, path: str, client_id: str = "operator", /, **message: object) -> httpx.Response:
    return await hub.post(f"/v1/clients{path}", message, client_id)


async def last_record(hub: Hub) -> tuple[str, dict[str, Any]]:
    committer: Committer = hub.machine.committer
    entry = await committer.log.record(committer.committed_seq, 0)
    return entry.kind, msgspec.json.decode(entry.body)


async def listed(hub: Hub, client_id: str) -> dict[str, Any]:
    token = await hub.token("operator")
    answer = await hub.http.get("/v1/clients", headers={"Authorization": f"Bearer {token}"})
    (found,) = [one for one in answer.json()["clients"] if one["client_id"] == client_id]
    return dict(found)


async def test_a_client_is_enrolled_and_works_at_once(hub: Hub) -> None:
    key = make_key()
    answer = await change(
        hub, "/enrolments", **{**NEW_CLIENT, "key": key.public.jwk(), "scopes": ["eligibility:ask"]}
    )

    assert answer.status_code == 200, answer.text
    assert answer.json() == await listed(hub, "sample")
    assert (answer.json()["scopes"], answer.json()["code"]) == (["eligibility:ask"], "9910000023")
    kind, record = await last_record(hub)
    assert (kind, record["by"], record["client_id"]) == ("client.enrolled", "operator", "sample")
    hub.keys["sample"] = key
    assert (await hub.ask("sample")).status_code == 200


@pytest.mark.parametrize("form", ["pem", "thumbprint", "subject"])
async def test_a_client_comes_with_its_certificate_in_one_call_and_one_record(hub: Hub, form: str) -> None:
    """From the first moment on it gets no token without: there is none in which one would be unbound."""
    key, paper = make_key(), issued(a_ca())
    named = {
        "pem": paper.pem.decode(),
        "thumbprint": read_certificate(paper.pem.decode()).thumbprint,
        "subject": paper.certificate.subject.rfc4514_string(),
    }
    message = {**NEW_CLIENT, "key": key.public.jwk(), "certificate": {form: named[form]}}
    before = hub.machine.committer.committed_seq

    answer = await change(hub, "/enrolments", **message)

    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["certificates"]
    assert (one["status"], one["form"]) == ("active", "subject" if form == "subject" else "thumbprint")
    kind, record = await last_record(hub)
    assert (kind, record["certificates"]) == ("client.enrolled", {one["name"]: "active"})
    assert hub.machine.committer.committed_seq == before + 1
    assert (await change(hub, "/enrolments", **message)).json() == answer.json()
    hub.keys["sample"] = key
    refused = await hub.http.post("/oauth/token", data=hub.token_form("sample"))
    assert problem_in(refused) == "access.certificate-missing"


async def test_each_change_is_one_record_and_a_repeat_none(hub: Hub) -> None:
    key, certificate = make_key().public.jwk(), issued(a_ca()).pem.decode()
    changes: list[tuple[str, dict[str, object], str]] = [
        ("/enrolments", {**NEW_CLIENT}, "client.enrolled"),
        ("/keys", {"client_id": "sample", "key": key}, "client.key-added"),
        ("/certificates", {"client_id": "sample", "pem": certificate}, "client.certificate-added"),
        ("/certificates", {"client_id": "sample", "subject": "CN=sample"}, "client.certificate-added"),
        ("/disablings", {"client_id": "sample", "key_id": key["kid"]}, "client.key-disabled"),
        ("/disablings", {"client_id": "sample"}, "client.disabled"),
    ]
    for path, message, kind in changes:
        before = hub.machine.committer.committed_seq
        first = await change(hub, path, **message)
        assert (first.status_code, hub.machine.committer.committed_seq) == (200, before + 1), first.text
        assert (await last_record(hub))[0] == kind
        again = await change(hub, path, **message)
        assert (again.json(), hub.machine.committer.committed_seq) == (first.json(), before + 1)


async def test_a_disabled_certificate_is_listed_so(hub: Hub) -> None:
    added = (await change(hub, "/certificates", client_id="clinic", subject="CN=clinic")).json()
    (one,) = added["certificates"]
    gone = (await change(hub, "/disablings", client_id="clinic", certificate=one["name"])).json()

    assert [held["status"] for held in gone["certificates"]] == ["disabled"]
    assert await listed(hub, "clinic") == gone


@pytest.mark.parametrize("what", ["client", "key"])
async def test_a_token_is_dead_when_the_disabling_is_answered(hub: Hub, what: str) -> None:
    key_id = hub.keys["clinic"].public.key_id
    assert (await hub.ask()).status_code == 200

    more = {"key_id": key_id} if what == "key" else {}
    assert (await change(hub, "/disablings", client_id="clinic", **more)).status_code == 200

    assert problem_in(await hub.ask()) == "access.token-refused"
    refused = await hub.http.post("/oauth/token", data=hub.token_form("clinic"))
    assert problem_in(refused) == "access.client-disabled"


async def test_a_question_whose_body_is_still_on_its_way_is_refused_as_well(hub: Hub) -> None:
    token, body = await hub.token("clinic"), msgspec.json.encode(a_question())

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:10]
        assert (await change(hub, "/disablings", client_id="clinic")).status_code == 200
        yield body[10:]

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = await hub.http.post("/v1/eligibility-checks", content=slowly(), headers=headers)

    assert problem_in(answer) == "access.token-refused"


async def test_others_go_on_when_somebody_is_shut_out_meanwhile(hub: Hub) -> None:
    token, body = await hub.token("same-clinic"), msgspec.json.encode(a_question())
    await hub.token("clinic")

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:10]
        await change(hub, "/disablings", client_id="clinic")
        yield body[10:]

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = await hub.http.post("/v1/eligibility-checks", content=slowly(), headers=headers)

    assert answer.status_code == 200


KEY = make_key().public.jwk()
WRONG: dict[str, tuple[str, object, str]] = {
    "not JSON": ("/enrolments", b"{", "access.message-malformed"),
    "a name twice": ("/enrolments", b'{"client_id":"a","client_id":"b"}', "access.message-malformed"),
    "unknown": ("/enrolments", {**NEW_CLIENT, "admin": True}, "access.message-malformed"),
    "a kind that is none": ("/enrolments", {**NEW_CLIENT, "kind": "doctor"}, "access.message-malformed"),
    "a scope that is none": ("/enrolments", {**NEW_CLIENT, "scopes": ["admin"]}, "access.scope-unknown"),
    "a scope of another kind": (
        "/enrolments",
        {**NEW_CLIENT, "scopes": ["clients:write"]},
        "access.client-invalid",
    ),
    "no scope": ("/enrolments", {**NEW_CLIENT, "scopes": []}, "access.client-invalid"),
    "an id that is none": ("/enrolments", {**NEW_CLIENT, "client_id": "A B"}, "access.client-invalid"),
    "a code that is none": ("/enrolments", {**NEW_CLIENT, "code": "13"}, "identity.digits"),
    "an insurer's check digit": (
        "/enrolments",
        {**NEW_CLIENT, "kind": "insurer", "code": INSURER[:-1] + "9"},
        "identity.check-digit",
    ),
    "an id that is taken": ("/enrolments", {**NEW_CLIENT, "client_id": "clinic"}, "access.client-exists"),
    "a private key": ("/enrolments", {**NEW_CLIENT, "key": {**KEY, "d": "secret"}}, "access.key-private"),
    "a key that is none": ("/keys", {"client_id": "clinic", "key": {}}, "access.key-invalid"),
    "a key of somebody unknown": ("/keys", {"client_id": "nobody", "key": KEY}, "access.client-unknown"),
    "a certificate that is none": (
        "/certificates",
        {"client_id": "clinic", "pem": "nothing"},
        "access.certificate-malformed",
    ),
    "a certificate with its key": (
        "/certificates",
        {"client_id": "clinic", "pem": issued(a_ca()).key_pem.decode()},
        "access.key-private",
    ),
    "a subject that is none": (
        "/certificates",
        {"client_id": "clinic", "subject": "clinic"},
        "access.client-invalid",
    ),
    "a client with a certificate that is none": (
        "/enrolments",
        {**NEW_CLIENT, "certificate": {"pem": "nothing"}},
        "access.certificate-malformed",
    ),
    "a client with the key of its certificate": (
        "/enrolments",
        {**NEW_CLIENT, "certificate": {"pem": issued(a_ca()).key_pem.decode()}},
        "access.key-private",
    ),
    "a client with two certificates": (
        "/enrolments",
        {**NEW_CLIENT, "certificate": {"subject": "CN=a", "thumbprint": "x" * 43}},
        "access.message-malformed",
    ),
    "a client with a certificate that is not named": (
        "/enrolments",
        {**NEW_CLIENT, "certificate": {}},
        "access.message-malformed",
    ),
    "two at once": (
        "/certificates",
        {"client_id": "clinic", "subject": "CN=a", "thumbprint": "x" * 43},
        "access.message-malformed",
    ),
    "nobody": ("/disablings", {"client_id": "nobody"}, "access.client-unknown"),
    "both": (
        "/disablings",
        {"client_id": "clinic", "key_id": "a", "certificate": "b"},
        "access.message-malformed",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_each_mistake_has_its_problem_and_leaves_no_trace(hub: Hub, wrong: str) -> None:
    path, message, problem = WRONG[wrong]
    before = hub.machine.committer.committed_seq

    answer = await hub.post(f"/v1/clients{path}", message, "operator")

    assert problem_in(answer) == problem
    assert "secret" not in answer.text
    assert hub.machine.committer.committed_seq == before


async def test_a_key_has_one_owner(hub: Hub) -> None:
    public = hub.keys["clinic"].public.jwk()
    taken = await change(hub, "/keys", client_id="other-clinic", key=public)

    assert problem_in(taken) == "access.key-taken"


async def test_who_was_disabled_gets_nothing_new(hub: Hub) -> None:
    await change(hub, "/disablings", client_id="clinic")

    assert problem_in(await change(hub, "/keys", client_id="clinic", key=KEY)) == "access.client-disabled"
    more = await change(hub, "/certificates", client_id="clinic", subject="CN=clinic")
    assert problem_in(more) == "access.client-disabled"


async def test_only_operators_change_clients(hub: Hub) -> None:
    for path in ("/enrolments", "/keys", "/certificates", "/disablings"):
        answer = await change(hub, path, "clinic", client_id="other-clinic")
        assert problem_in(answer) == "access.scope-missing"


async def test_the_list_comes_in_pages(hub: Hub) -> None:
    registry = hub.machine.gate.registry
    clinic = registry.get("clinic")
    assert clinic is not None
    for number in range(MOST_LISTED):
        registry.put(replace(clinic, client_id=f"z-{number:04}"))
    token = {"Authorization": f"Bearer {await hub.token('operator')}"}

    first = (await hub.http.get("/v1/clients", headers=token)).json()
    second = (await hub.http.get(f"/v1/clients?after={first['next']}", headers=token)).json()

    ids = [one["client_id"] for one in (*first["clients"], *second["clients"])]
    assert ids == sorted(client.client_id for client in registry)
    assert (len(first["clients"]), second["next"]) == (MOST_LISTED, "")


@pytest.mark.parametrize("query", ["?before=a", "?after=a&after=b", f"?after={'x' * 65}"])
async def test_another_query_is_refused(hub: Hub, query: str) -> None:
    token = {"Authorization": f"Bearer {await hub.token('operator')}"}
    assert problem_in(await hub.http.get(f"{BASE}/v1/clients{query}", headers=token)) == "hub.query"


async def test_what_was_changed_stands_after_a_restart(hub: Hub, tmp_path: Path) -> None:
    await change(hub, "/disablings", client_id="clinic", key_id=hub.keys["clinic"].public.key_id)
    store = await open_store(tmp_path / "store", read_only=True)
    try:
        kept = (await load_registry(store)).get("clinic")
    finally:
        await store.close()
    assert kept is not None
    assert [key.status for key in kept.keys] == ["disabled"]
