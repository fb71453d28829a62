"""A client that comes with a one-time code: the code is exchanged for its own key, once, in time, and opens nothing
else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.access import PrivateKey, key_of_code, make_key, new_code, typed_code
from kaihoken.access.recorded import check_clients
from kaihoken.desk.enrolment import Enrolment, enrol_by_code
from kaihoken.problems import Problem

from .hub import BASE, Hub, a_hub, problem_in
from .test_routes import NEW_CLIENT


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        yield hub


async def given(hub: Hub, code: str, days: float = 3) -> httpx.Response:
    """A new client whose key is that of a code."""
    until = (hub.clock.now() + timedelta(days=days)).isoformat()
    key = key_of_code(code).public.jwk()
    return await hub.post(
        "/v1/clients/enrolments", {**NEW_CLIENT, "key": key, "code_until": until}, "operator"
    )


async def exchanged(hub: Hub, code: str, key: PrivateKey) -> httpx.Response:
    """The code as the client uses it."""
    hub.keys["sample"] = key_of_code(code)
    hub._tokens.clear()
    form = hub.token_form("sample")
    granted = await hub.http.post("/oauth/token", data=form)
    if granted.status_code != 200:
        return granted
    assert granted.json()["scope"] == "clients:own-key"
    bearer = {"Authorization": f"Bearer {granted.json()['access_token']}"}
    return await hub.http.post("/v1/clients/own-key", json={"key": key.public.jwk()}, headers=bearer)


async def test_a_code_brings_the_clients_own_key_and_is_used_up(hub: Hub) -> None:
    code, key = new_code(), make_key()
    assert (await given(hub, code)).status_code == 200

    said = await exchanged(hub, code, key)
    again = await exchanged(hub, code, make_key())

    assert {one["key_id"]: one["status"] for one in said.json()["keys"]} == {
        key_of_code(code).public.key_id: "disabled",
        key.public.key_id: "active",
    }
    assert problem_in(again) == "access.client-disabled"
    hub.keys["sample"] = key
    hub._tokens.clear()
    assert (await hub.ask("sample")).status_code == 200
    assert [told async for told in check_clients(hub.machine.store)] == []


async def test_a_code_opens_nothing_but_the_exchange(hub: Hub) -> None:
    code = new_code()
    await given(hub, code)
    hub.keys["sample"] = key_of_code(code)

    asked = await hub.ask("sample")
    wanted = await hub.http.post("/oauth/token", data=hub.token_form("sample", "eligibility:ask"))
    ordinary = await hub.http.post(
        "/v1/clients/own-key",
        json={"key": make_key().public.jwk()},
        headers={"Authorization": f"Bearer {await hub.token('clinic')}"},
    )

    assert problem_in(asked) == "access.scope-missing"
    assert problem_in(wanted) == "access.scope-not-held"
    assert problem_in(ordinary) == "access.scope-missing"


async def test_two_who_hold_the_code_get_one_exchange(hub: Hub) -> None:
    code = new_code()
    await given(hub, code)
    hub.keys["sample"] = key_of_code(code)
    bearer = {"Authorization": f"Bearer {await hub.token('sample')}"}

    async def exchange() -> httpx.Response:
        key = make_key().public.jwk()
        return await hub.http.post("/v1/clients/own-key", json={"key": key}, headers=bearer)

    first, second = await exchange(), await exchange()

    assert first.status_code == 200
    assert problem_in(second) == "access.token-refused"


@pytest.mark.parametrize(("days", "problem"), [(0, "access.client-invalid"), (14.1, "access.client-invalid")])
async def test_a_code_lasts_two_weeks_at_most(hub: Hub, days: float, problem: str) -> None:
    assert problem_in(await given(hub, new_code(), days)) == problem


async def test_a_code_ends_by_itself(hub: Hub) -> None:
    code = new_code()
    await given(hub, code, days=1)
    hub.clock.at += timedelta(days=1, seconds=1)

    assert problem_in(await exchanged(hub, code, make_key())) == "access.client-disabled"


async def test_a_desk_enrols_itself_and_is_told_what_is_wrong_with_a_code(hub: Hub) -> None:
    code = new_code()
    await given(hub, code)
    wire = hub.http._transport

    async def enrol(text: str) -> Enrolment:
        return await enrol_by_code(BASE, text, "desk-1", hub.clock, transport=wire)

    with pytest.raises(Problem) as formless:
        await enrol(code)
    enrolment = await enrol(f" sample/{code.lower().replace('-', ' ')} ")
    with pytest.raises(Problem) as used:
        await enrol(f"sample/{code}")

    assert formless.value.code == "desk.code-form"
    assert used.value.code == "desk.code-refused"
    assert msgspec.to_builtins(enrolment) == {
        "hub": BASE,
        "client": "sample",
        "facility": NEW_CLIENT["code"],
        "facility_name": NEW_CLIENT["name"],
        "terminal": "desk-1",
        "key": msgspec.to_builtins(enrolment)["key"],
    }


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_code()

    assert len(typed_code(code)) == 26
    assert typed_code(f" {code.lower()} ") == typed_code(code)
    assert key_of_code(code.replace("-", " ").lower()).public.key_id == key_of_code(code).public.key_id
    assert key_of_code(new_code()).public.key_id != key_of_code(code).public.key_id
