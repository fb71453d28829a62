"""Clients come and go by one record and one write together, and what is disabled is dead at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, column, table, update

from kaihoken.access import (
    Caller,
    Client,
    ClientKey,
    Enrolment,
    Gate,
    Issuer,
    Kind,
    PrivateKey,
    Registry,
    Scope,
    enrolled,
    load_registry,
    make_key,
    open_gate,
)
from kaihoken.access.client_table import digest_of, row_of
from kaihoken.access.recorded import check_clients
from kaihoken.audit import Committer, Entry
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Store, Write, create_store, statement

from .builders import AUDIENCE, FACILITY, Ticker, a_facility

UNTIL = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
BY_SUBJECT = enrolled("subject", "CN=aozora-1,O=架空の機関,C=JP")


@dataclass
class House:
    """A store with its log, and the enrolment over it."""

    store: Store
    committer: Committer
    registry: Registry
    gate: Gate
    enrolment: Enrolment
    clock: FixedClock
    logged: list[tuple[str, dict[str, object]]]

    def token(self, key: PrivateKey, client_id: str = "clinic") -> bytes:
        assertion = Issuer(client_id, key, AUDIENCE, self.clock).assertion()
        reply = self.gate.endpoint.oqs(
            b"application/json", json.dumps({"client_assertion": assertion}).encode(), "192.0.2.1"
        )
        return json.loads(reply.body).get("idToken", "").encode()

    def opens(self, token: bytes) -> bool:
        try:
            return self.gate.authenticate(token).actor != ""
        except Problem:
            return False


class Watched(Committer):
    """A committer that notes what it commits."""

    logged: list[tuple[str, dict[str, object]]]

    async def commit(self, entries: list[Entry], writes: list[Write] = ()) -> object:
        committed = await super().commit(entries, writes)
        self.logged += [(entry.kind, json.loads(entry.body)) for entry in entries]
        return committed


@pytest.fixture(params=["demo", "production"])
def purpose(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def house(location: str | Path, tmp_path: Path, purpose: str) -> AsyncIterator[House]:
    clock = FixedClock(datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC))
    store = await create_store(location, purpose=purpose, clock=clock)
    committer = await Watched.open(store, FileKeys.create(tmp_path / "keys", clock), clock)
    committer.logged = []
    registry = await load_registry(store)
    gate = open_gate(registry, audience=AUDIENCE, clock=clock, report=lambda _: None, ticks=Ticker())
    enrolment = Enrolment(store, registry, committer, clock, gate.tokens)
    yield House(store, committer, registry, gate, enrolment, clock, committer.logged)
    await committer.close()
    await store.close()


KEY = make_key()


async def kept(house: House) -> dict[str, Client]:
    """The clients as the store has them, read afresh."""
    return {client.client_id: client for client in await load_registry(house.store)}


async def test_a_new_client_is_known_to_the_store_the_registry_and_the_log(house: House) -> None:
    client = await house.enrolment.enrol(
        replace(a_facility(KEY), code="１３１０１１２３４５"), by="root-desk"
    )
    assert client == a_facility(KEY)
    assert house.registry.get("clinic") == client
    assert {name: show(kept) for name, kept in (await kept(house)).items()} == {"clinic": show(client)}
    assert house.logged == [
        (
            "client.enrolled",
            {
                "by": "root-desk",
                "client_id": "clinic",
                "code": "1310112345",
                "keys": {KEY.public.key_id: "active"},
                "kind": "facility",
                "row": digest_of(row_of(client)),
                "scopes": ["eligibility:ask", "oqs"],
                "status": "active",
            },
        )
    ]
    assert house.opens(house.token(KEY))


def show(client: Client) -> tuple[object, ...]:
    """A client as values (keys of `cryptography` know no equality)."""
    keys = [(key.public.jwk(), key.status, key.demo) for key in client.keys]
    return client.client_id, client.kind, client.code, client.name, keys, client.scopes, client.status


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
async def test_every_sort_of_key_is_kept(house: House, algorithm: str) -> None:
    key = make_key(algorithm)
    client = await house.enrolment.enrol(a_facility(key), by="command")
    assert show((await kept(house))["clinic"]) == show(client)


async def test_a_disabled_client_is_dead_at_once_and_after_a_restart(house: House) -> None:
    await house.enrolment.enrol(a_facility(KEY), by="command")
    token = house.token(KEY)
    assert house.opens(token)
    await house.enrolment.disable("clinic", by="root-desk")
    assert not house.opens(token)
    assert house.token(KEY) == b""
    assert (await kept(house))["clinic"].status == "disabled"
    assert [(kind, body["by"], body["status"]) for kind, body in house.logged[1:]] == [
        ("client.disabled", "root-desk", "disabled")
    ]


async def test_a_disabled_key_is_dead_at_once_and_the_other_lives(house: House) -> None:
    second = make_key()
    await house.enrolment.enrol(a_facility(KEY), by="command")
    await house.enrolment.add_key("clinic", ClientKey(second.public), by="command")
    old, new = house.token(KEY), house.token(second)
    assert house.opens(old)
    await house.enrolment.disable_key("clinic", KEY.public.key_id, by="command")
    assert (house.opens(old), house.opens(new)) == (False, True)
    assert (house.token(KEY), house.opens(house.token(second))) == (b"", True)
    assert [key.status for key in (await kept(house))["clinic"].keys] == ["disabled", "active"]
    assert [kind for kind, _ in house.logged] == [
        "client.enrolled",
        "client.key-added",
        "client.key-disabled",
    ]
    assert house.logged[-1][1]["keys"] == {KEY.public.key_id: "disabled", second.public.key_id: "active"}


async def test_from_its_first_certificate_on_a_client_needs_one(house: House) -> None:
    await house.enrolment.enrol(a_facility(KEY), by="command")
    free = house.token(KEY)

    client = await house.enrolment.add_certificate("clinic", BY_SUBJECT, by="operator-1")

    assert not house.opens(free)
    assert (await kept(house))["clinic"] == client == house.registry.get("clinic")
    assert client.certificates == (BY_SUBJECT,)
    assert house.token(KEY) == b""
    assert await house.enrolment.add_certificate("clinic", BY_SUBJECT, by="operator-1") == client
    assert [kind for kind, _ in house.logged] == ["client.enrolled", "client.certificate-added"]
    assert house.logged[-1][1]["certificates"] == {BY_SUBJECT.name: "active"}
    assert "aozora" not in json.dumps(house.logged[-1][1])


BOUND = Caller("clinic", Kind.FACILITY, FACILITY, frozenset({Scope.OQS}), "key-1", FACILITY, "thumbprint")


async def test_with_its_first_certificate_the_tokens_of_a_client_end_whatever_they_are_bound_to(
    house: House,
) -> None:
    await house.enrolment.enrol(a_facility(KEY), by="command")
    elsewhere = house.gate.tokens.issue(BOUND).encode()

    await house.enrolment.add_certificate("clinic", BY_SUBJECT, by="command")
    with pytest.raises(Problem, match=r"access\.token-refused"):
        house.gate.tokens.authenticate(elsewhere, BOUND.bound_to)

    own = house.gate.tokens.issue(BOUND).encode()
    await house.enrolment.add_certificate("clinic", enrolled("subject", "CN=next"), by="command")
    assert house.gate.tokens.authenticate(own, BOUND.bound_to) == BOUND, "it was issued over the first"


async def test_a_disabled_certificate_ends_every_token_of_its_client(house: House) -> None:
    await house.enrolment.enrol(a_facility(KEY), by="command")
    await house.enrolment.add_certificate("clinic", BY_SUBJECT, by="command")
    bound = BOUND
    token = house.gate.tokens.issue(bound).encode()
    assert house.gate.tokens.authenticate(token, bound.bound_to) == bound

    for _ in range(2):
        client = await house.enrolment.disable_certificate("clinic", BY_SUBJECT.name, by="command")

    assert [one.status for one in client.certificates] == ["disabled"]
    assert (await kept(house))["clinic"] == client
    with pytest.raises(Problem, match=r"access\.token-refused"):
        house.gate.tokens.authenticate(token, bound.bound_to)
    assert [kind for kind, _ in house.logged][2:] == ["client.certificate-disabled"]
    assert house.token(KEY) == b""  # it goes on needing one


async def test_certificates_that_cannot_be_changed_leave_no_trace(house: House) -> None:
    rooms = house.enrolment
    await rooms.enrol(a_facility(KEY), by="command")
    for number in range(8):
        await rooms.add_certificate("clinic", enrolled("subject", f"CN=clinic-{number}"), by="command")
    await rooms.disable_certificate("clinic", enrolled("subject", "CN=clinic-1").name, by="command")
    await refused(house, "access.client-invalid", rooms.add_certificate("clinic", BY_SUBJECT, by="command"))
    again = rooms.add_certificate("clinic", enrolled("subject", "CN=clinic-1"), by="command")
    await refused(house, "access.client-invalid", again)
    await refused(house, "access.client-unknown", rooms.add_certificate("nobody", BY_SUBJECT, by="command"))
    await refused(house, "access.client-unknown", rooms.disable_certificate("clinic", "none", by="command"))
    await rooms.disable("clinic", by="command")
    await refused(house, "access.client-disabled", rooms.add_certificate("clinic", BY_SUBJECT, by="command"))
    many = replace(a_facility(make_key(), "many"), certificates=(BY_SUBJECT,) * 9)
    await refused(house, "access.client-invalid", rooms.enrol(many, by="command"))


async def test_without_a_hub_certificates_end_no_tokens(house: House) -> None:
    offline = Enrolment(house.store, house.registry, house.committer, house.clock)
    await offline.enrol(a_facility(KEY), by="command")
    await offline.add_certificate("clinic", BY_SUBJECT, by="command")
    client = await offline.disable_certificate("clinic", BY_SUBJECT.name, by="command")
    assert (await kept(house))["clinic"] == client


async def test_disabling_twice_is_recorded_once(house: House) -> None:
    await house.enrolment.enrol(a_facility(KEY), by="command")
    for _ in range(2):
        await house.enrolment.disable_key("clinic", KEY.public.key_id, by="command")
    for _ in range(2):
        await house.enrolment.disable("clinic", by="command")
    assert [kind for kind, _ in house.logged] == ["client.enrolled", "client.key-disabled", "client.disabled"]


async def test_without_a_hub_there_are_no_tokens_to_end(house: House) -> None:
    offline = Enrolment(house.store, house.registry, house.committer, house.clock)
    await offline.enrol(a_facility(KEY), by="command")
    code = await a_code(offline)
    await offline.exchange_key("clinic", code, ClientKey(make_key().public))
    await offline.disable_key("clinic", KEY.public.key_id, by="command")
    await offline.disable("clinic", by="command")
    assert (await kept(house))["clinic"].status == "disabled"


async def refused(house: House, code: str, change: object) -> None:
    """The change is refused and leaves no trace."""
    before, log = [show(client) for client in (await kept(house)).values()], list(house.logged)
    with pytest.raises(Problem) as problem:
        await change
    assert problem.value.code == code
    assert [show(client) for client in (await kept(house)).values()] == before
    assert [show(client) for client in house.registry] == before
    assert house.logged == log


async def test_what_cannot_be_enrolled_leaves_no_trace(house: House) -> None:
    enrol = house.enrolment.enrol
    await enrol(a_facility(KEY), by="command")
    fresh = make_key()
    await refused(house, "access.client-exists", enrol(a_facility(fresh), by="command"))
    await refused(house, "access.key-taken", enrol(a_facility(KEY, "other"), by="command"))
    twice = replace(a_facility(fresh, "other"), keys=(ClientKey(fresh.public), ClientKey(fresh.public)))
    await refused(house, "access.key-taken", enrol(twice, by="command"))
    greedy = replace(a_facility(fresh, "other"), scopes=frozenset({Scope.CLIENTS_WRITE}))
    await refused(house, "access.client-invalid", enrol(greedy, by="command"))
    await house.enrolment.disable("clinic", by="command")
    await refused(house, "access.client-exists", enrol(a_facility(fresh), by="command"))
    await refused(house, "access.key-taken", enrol(a_facility(KEY, "other"), by="command"))


async def test_what_cannot_be_changed_leaves_no_trace(house: House) -> None:
    rooms, key = house.enrolment, ClientKey(make_key().public)
    await rooms.enrol(a_facility(KEY), by="command")
    await refused(house, "access.client-unknown", rooms.disable("nobody", by="command"))
    await refused(house, "access.client-unknown", rooms.disable_key("nobody", "none", by="command"))
    await refused(house, "access.client-unknown", rooms.disable_key("clinic", "none", by="command"))
    await refused(house, "access.client-unknown", rooms.add_key("nobody", key, by="command"))
    await refused(house, "access.key-taken", rooms.enrol(a_facility(KEY, "other"), by="command"))
    for _ in range(7):
        await rooms.add_key("clinic", ClientKey(make_key().public), by="command")
    await refused(house, "access.client-invalid", rooms.add_key("clinic", key, by="command"))
    await rooms.disable("clinic", by="command")
    await refused(house, "access.client-disabled", rooms.add_key("clinic", key, by="command"))


async def a_code(rooms: Enrolment) -> str:
    """The key id of a one-time code that the clinic was given."""
    code = ClientKey(make_key().public, until=int(UNTIL.timestamp()))
    await rooms.add_key("clinic", code, by="command")
    return code.public.key_id


async def test_only_an_unused_code_of_a_client_that_is_not_shut_out_is_exchanged(house: House) -> None:
    rooms = house.enrolment
    await rooms.enrol(a_facility(KEY), by="command")
    used, unused = await a_code(rooms), await a_code(rooms)
    await rooms.exchange_key("clinic", used, ClientKey(make_key().public))

    async def no_exchange_of(code: str) -> None:
        key = ClientKey(make_key().public)
        await refused(house, "access.client-disabled", rooms.exchange_key("clinic", code, key))

    for code in (used, KEY.public.key_id, "none"):
        await no_exchange_of(code)
    await rooms.disable("clinic", by="command")
    await no_exchange_of(unused)


async def test_what_stands_already_is_answered_without_a_second_record(house: House) -> None:
    rooms = house.enrolment
    first = await rooms.enrol(a_facility(KEY), by="command")
    assert await rooms.enrol(a_facility(KEY), by="command") == first
    another = ClientKey(make_key().public)
    added = await rooms.add_key("clinic", another, by="command")
    assert await rooms.add_key("clinic", another, by="command") == added
    assert len(house.logged) == 2
    await rooms.disable_key("clinic", another.public.key_id, by="command")
    await refused(house, "access.key-taken", rooms.add_key("clinic", another, by="command"))


async def test_demo_keys_enter_only_a_demo_store(house: House, purpose: str) -> None:
    demo = make_key(demo=True)
    shown = ClientKey(demo.public, demo=True)
    client = replace(a_facility(demo), keys=(shown,))
    if purpose == "demo":
        await house.enrolment.enrol(client, by="command")
        assert house.opens(house.token(demo))
        assert (await kept(house))["clinic"].keys[0].demo
        return
    await refused(house, "access.demo-key", house.enrolment.enrol(client, by="command"))
    await house.enrolment.enrol(a_facility(KEY), by="command")
    await refused(house, "access.demo-key", house.enrolment.add_key("clinic", shown, by="command"))


async def test_two_enrolments_of_one_id_at_the_same_time_are_one(house: House) -> None:
    clients = [a_facility(make_key()) for _ in range(5)]
    done = await asyncio.gather(
        *(house.enrolment.enrol(client, by="command") for client in clients), return_exceptions=True
    )
    problems = [outcome.code for outcome in done if isinstance(outcome, Problem)]
    assert problems == ["access.client-exists"] * 4
    assert len(await kept(house)) == 1
    assert len(house.logged) == 1


async def test_what_is_not_committed_is_not_believed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.enrolment.enrol(a_facility(KEY), by="command")

    async def full(*_: object) -> object:
        raise Problem("store.full")

    monkeypatch.setattr(house.committer, "commit", full)
    with pytest.raises(Problem, match=r"store\.full"):
        await house.enrolment.enrol(a_facility(make_key(), "other"), by="command")
    assert house.registry.get("other") is None
    with pytest.raises(Problem, match=r"store\.full"):
        await house.enrolment.disable("clinic", by="command")
    assert house.registry.get("clinic") == a_facility(KEY)


@pytest.mark.parametrize("stands", [True, False])
async def test_a_change_of_which_nobody_knows_whether_it_stands_is_made_once(
    house: House, monkeypatch: pytest.MonkeyPatch, stands: bool
) -> None:
    """The line to the database broke during a commit: the same again is answered by what the store holds."""
    commit, second = house.committer.commit, ClientKey(make_key().public)

    async def torn(entries: list[Entry], writes: list[Write]) -> object:
        monkeypatch.setattr(house.committer, "commit", commit)
        if stands:
            await commit(entries, writes)
        raise Problem("store.unconfirmed")

    for change in (
        lambda: house.enrolment.enrol(a_facility(KEY), by="command"),
        lambda: house.enrolment.add_key("clinic", second, by="command"),
        lambda: house.enrolment.disable_key("clinic", second.public.key_id, by="command"),
        lambda: house.enrolment.add_certificate("clinic", BY_SUBJECT, by="command"),
        lambda: house.enrolment.disable_certificate("clinic", BY_SUBJECT.name, by="command"),
        lambda: house.enrolment.disable("clinic", by="command"),
    ):
        monkeypatch.setattr(house.committer, "commit", torn)
        with pytest.raises(Problem, match=r"store\.unconfirmed"):
            await change()
        client = await change()
        assert (await kept(house))["clinic"] == client == house.registry.get("clinic")

    assert [kind.removeprefix("client.") for kind, _ in house.logged] == [
        "enrolled", "key-added", "key-disabled", "certificate-added", "certificate-disabled", "disabled",
    ]  # fmt: skip
    assert [one async for one in check_clients(house.store)] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "doctor"),
        ("keys", "[]x"),
        ("keys", '[{"jwk":{"kty":"RSA","crv":"","x":""},"status":"active","demo":false}]'),
        ("keys", '[{"jwk":{},"status":"asleep","demo":false}]'),
        ("keys", '[{"status":"active","demo":false}]'),
        ("keys", '[{"form":"subject","value":"","status":"active"}]'),
        ("keys", '[{"form":"face","value":"x","status":"active"}]'),
        ("scopes", "oqs admin"),
        ("status", "asleep"),
    ],
)
async def test_a_damaged_row_stops_the_hub(house: House, name: str, value: str) -> None:
    await house.enrolment.enrol(a_facility(KEY), by="command")
    damage = statement("damage", update(table("client", column(name))).values({name: bindparam("damaged")}))
    await house.store.transaction([Write(damage, [(value,)])])
    with pytest.raises(Problem) as stopped:
        await load_registry(house.store)
    assert (stopped.value.code, stopped.value.where) == ("access.client-table", "clinic")
