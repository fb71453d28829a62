"""The whole walk of a facility: prove, get a token, ask, be limited, be shut out."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from kaihoken.access import Issuer, Limit, Limits, PrivateKey, make_key, open_gate
from kaihoken.problems import Problem

from .builders import AUDIENCE, Door


def a_token(door: Door) -> bytes:
    assertion = Issuer("clinic", door.key, AUDIENCE, door.clock).assertion()
    body = json.dumps({"client_assertion": assertion}).encode()
    return json.loads(door.gate.endpoint.oqs(b"application/json", body, "192.0.2.1").body)["idToken"].encode()


def test_a_facility_asks_until_its_limit(door_with: Callable[[Limits], Door]) -> None:
    door = door_with(Limits(facility=Limit(count=1, seconds=1, burst=2)))
    caller = door.gate.authenticate(a_token(door))
    door.gate.admit(caller)
    door.gate.admit(caller)
    with pytest.raises(Problem) as refused:
        door.gate.admit(caller)
    assert refused.value.code == "access.too-many-requests"
    door.wait(refused.value.facts["retry_after"])
    door.gate.admit(caller)


def test_a_burst_of_not_found_is_stopped_and_reported(door_with: Callable[[Limits], Door]) -> None:
    door = door_with(Limits(not_found=Limit(count=1, seconds=60, burst=3)))
    caller = door.gate.authenticate(a_token(door))
    for _ in range(3):
        door.gate.admit_question(caller, "number")
        door.gate.not_found(caller, "number")
    with pytest.raises(Problem) as refused:
        door.gate.admit_question(caller, "number")
    assert (refused.value.code, refused.value.entry.status) == ("access.not-found-burst", 429)
    assert [(burst.actor, burst.metered_as) for burst in door.bursts] == [("clinic", "1310112345")]
    door.wait(refused.value.facts["retry_after"])
    door.gate.admit_question(caller, "number")


def test_a_gate_has_limits_of_its_own_if_none_are_given(door: Door) -> None:
    gate = open_gate(door.registry, audience=AUDIENCE, clock=door.clock, report=door.bursts.append)
    body = json.dumps({"client_assertion": door.assertion()}).encode()
    token = json.loads(gate.endpoint.oqs(b"application/json", body, "192.0.2.1").body)["idToken"]
    gate.admit(gate.authenticate(token.encode()))


def test_nothing_secret_reaches_a_log(door: Door, key: PrivateKey, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("kaihoken.test").debug("the log is on")
    assertion, token = door.assertion(), a_token(door)
    door.gate.authenticate(token)
    with pytest.raises(Problem):
        door.gate.authenticate(token[::-1])
    client = door.registry.get("clinic")
    assert client is not None
    door.registry.put(replace(client, status="disabled"))
    for body in (assertion, door.assertion(make_key())):
        reply = door.gate.endpoint.oqs(
            b"application/json", json.dumps({"client_assertion": body}).encode(), "192.0.2.1"
        )
        assert reply.status == 401
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "the log is on" in said
    for secret in (assertion, token.decode(), "192.0.2.1"):
        assert secret not in said
