"""Refusals at the door, over HTTP: each thing that can be wrong with a request for a token has its problem.

Which test provokes which problem of `access` stands in tests/access/refusals.yaml, whole.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from kaihoken.access import Caller, Issuer, Kind, Scope
from kaihoken.access.base64url import encode
from kaihoken.access.issuer import sign
from kaihoken.access.token import Tokens
from kaihoken.clock import FixedClock
from kaihoken.hub.application import HubApplication
from kaihoken.hub.assembly import without_pages
from kaihoken.hub.machine import running
from kaihoken.hub.settings import HubSettings, Tls
from kaihoken.store import FileKeys, create_store

from ..certificates import a_ca
from .hub import BASE, FACILITY, NOW, Hub, a_hub, a_question, problem_in


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        yield hub


def claims(hub: Hub, **changes: object) -> dict[str, object]:
    now = int(NOW.timestamp())
    good: dict[str, object] = {"iss": "clinic", "sub": "clinic", "aud": hub.machine.settings.audience}
    return good | {"iat": now, "exp": now + 120, "jti": "assertion-1"} | changes


async def asked(hub: Hub, assertion: str, **form: str) -> httpx.Response:
    return await hub.http.post(
        "/oauth/token", data={**hub.token_form("clinic"), "client_assertion": assertion, **form}
    )


@pytest.mark.parametrize(
    ("changes", "problem", "error"),
    [
        ({"aud": "https://elsewhere.example/oauth/token"}, "access.assertion-audience", "invalid_client"),
        ({"exp": int(NOW.timestamp())}, "access.assertion-time", "invalid_client"),
        ({"iat": int(NOW.timestamp()) + 31}, "access.assertion-time", "invalid_client"),
        ({"jti": "short"}, "access.assertion-malformed", "invalid_client"),
        ({"sub": "operator"}, "access.assertion-malformed", "invalid_client"),
    ],
)
async def test_a_proof_that_is_wrong_is_told_in_both_forms(
    hub: Hub, changes: dict[str, object], problem: str, error: str
) -> None:
    assertion = sign(hub.keys["clinic"], claims(hub, **changes))
    oauth = await asked(hub, assertion)
    oqs = await hub.http.post("/oqs/auth", json={"client_assertion": assertion})

    assert (problem_in(oauth), oauth.json()["error"]) == (problem, error)
    assert problem_in(oqs) == problem
    assert assertion.split(".")[1] not in oauth.text + oqs.text


async def test_a_strict_hub_refuses_its_endpoint_for_audience(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, strict_audience=True) as hub:
        endpoint = await asked(hub, sign(hub.keys["clinic"], claims(hub, aud=f"{BASE}/oauth/token")))
        issuer = await asked(hub, sign(hub.keys["clinic"], claims(hub, aud=BASE, jti="assertion-2")))

    assert (problem_in(endpoint), endpoint.status_code) == ("access.assertion-audience", 401)
    assert issuer.status_code == 200


async def test_a_proof_opens_once_whichever_way_it_comes(hub: Hub) -> None:
    assertion = hub.assertion("clinic")
    assert (await asked(hub, assertion)).status_code == 200

    assert problem_in(await asked(hub, assertion)) == "access.assertion-replayed"
    oqs = await hub.http.post("/oqs/auth", json={"client_assertion": assertion})
    assert problem_in(oqs) == "access.assertion-replayed"


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"grant_type": "password"}, "access.grant-unsupported"),
        ({"grant_type": "authorization_code"}, "access.grant-unsupported"),
        ({"client_assertion_type": "secret"}, "access.request-malformed"),
        ({"client_secret": "secret"}, "access.request-malformed"),
        ({"client_id": "operator"}, "access.request-malformed"),
        ({"scope": "everything"}, "access.scope-unknown"),
        ({"scope": "clients:write"}, "access.scope-not-held"),
    ],
)
async def test_a_request_that_is_wrong_is_told(hub: Hub, form: dict[str, str], problem: str) -> None:
    assert problem_in(await asked(hub, hub.assertion("clinic"), **form)) == problem


async def test_no_proof_at_all_is_no_proof(hub: Hub) -> None:
    stranger = ".".join(encode(part) for part in (b'{"alg":"none"}', b"{}", b""))
    assert problem_in(await asked(hub, stranger)) == "access.assertion-malformed"
    unknown = Issuer("nobody", hub.keys["clinic"], hub.machine.settings.audience, hub.clock).assertion()
    assert problem_in(await asked(hub, unknown)) == "access.assertion-refused"


async def test_a_token_in_the_address_or_the_body_is_none(hub: Hub) -> None:
    """RFC 6750 knows both; here a token is in the header alone, so that no log of addresses holds one."""
    token = await hub.token("operator")
    asking = await hub.token("clinic")

    in_address = await hub.http.get(f"/metrics?access_token={token}")
    beside = await hub.http.post(f"/v1/eligibility-checks?access_token={asking}", json=a_question())
    in_body = await hub.http.post("/v1/eligibility-checks", json={**a_question(), "access_token": asking})

    for answer in (in_address, beside, in_body):
        assert (answer.status_code, problem_in(answer)) == (401, "access.token-missing")


async def test_a_hub_that_holds_as_many_tokens_as_it_may_asks_to_wait(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub.machine.gate.tokens, "_most", 1)
    await hub.token("clinic")

    full = await hub.http.post("/oauth/token", data=hub.token_form("operator"))

    assert (full.status_code, problem_in(full)) == (503, "access.busy")
    assert 0 < int(full.headers["retry-after"]) <= 301


async def test_where_binding_is_compulsory_a_token_without_it_opens_nothing(tmp_path: Path) -> None:
    """No such token is handed out; one that is there all the same (a fault of ours) is refused."""
    clock = FixedClock(NOW)
    keys = FileKeys.create(tmp_path / "keys", clock)
    await (await create_store(tmp_path / "store", purpose="production", clock=clock)).close()
    (tmp_path / "ca.pem").write_bytes(a_ca().pem)
    tls = Tls(client_ca=str(tmp_path / "ca.pem"), binding="required", proxy_socket=str(tmp_path / "socket"))
    settings = HubSettings(
        store=str(tmp_path / "store"), keys=str(tmp_path / "keys"), public_url=BASE, tls=tls
    )
    application = HubApplication(lambda: running(settings, keys, clock), without_pages)
    async with application.opened() as machine:
        tokens: Tokens = machine.gate.tokens
        asking = frozenset({Scope.ELIGIBILITY_ASK})
        token = tokens.issue(Caller("clinic", Kind.FACILITY, FACILITY, asking, "key-1", FACILITY))
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            answer = await http.post(
                "/v1/eligibility-checks", json=a_question(), headers={"Authorization": f"Bearer {token}"}
            )

    assert (answer.status_code, problem_in(answer)) == (401, "access.token-unbound")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
