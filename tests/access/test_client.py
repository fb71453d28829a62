"""Clients: what may be enrolled, and what the registry finds."""

from dataclasses import replace

import pytest

from kaihoken.access import Client, ClientKey, Kind, Registry, Scope, make_key, page_of
from kaihoken.access.client import checked
from kaihoken.problems import Problem

from .builders import a_facility

KEY = make_key()
FACILITY = a_facility(KEY)
INSURER = replace(
    FACILITY, kind=Kind.INSURER, code="06132013", scopes=frozenset({Scope.REGISTRATIONS_WRITE, Scope.LOG_READ})
)  # fmt: skip
OPERATOR = replace(FACILITY, kind=Kind.OPERATOR, code="", scopes=frozenset({Scope.CLIENTS_WRITE}))


@pytest.mark.parametrize(
    ("client", "code"),
    [
        (FACILITY, "1310112345"),
        (replace(FACILITY, code="　１３１０１１２３４５"), "1310112345"),
        (replace(FACILITY, code="9912345678"), "9912345678"),
        (INSURER, "06132013"),
        (replace(INSURER, code="  138057"), "00138057"),
        (replace(INSURER, code="138057"), "00138057"),
        (OPERATOR, ""),
    ],
)
def test_a_client_is_enrolled_under_its_canonical_code(client: Client, code: str) -> None:
    assert checked(client) == replace(client, code=code)


@pytest.mark.parametrize(
    ("client", "where"),
    [
        *((replace(FACILITY, client_id=bad), "client_id") for bad in
          ("", "ab", "x" * 65, "Clinic", "-clinic", "a b c", "clinic\n", "ｃｌｉｎｉｃ", "clínic")),
        *((replace(FACILITY, name=bad), "name") for bad in ("", "x" * 201, "two\nlines", "\x1b[2J")),
        (replace(FACILITY, keys=()), "keys"),
        (replace(FACILITY, keys=(ClientKey(KEY.public),) * 9), "keys"),
        (replace(FACILITY, scopes=frozenset()), "scopes"),
        (replace(FACILITY, scopes=frozenset({Scope.OQS, Scope.REGISTRATIONS_WRITE})), "scopes"),
        (replace(INSURER, scopes=frozenset({Scope.ELIGIBILITY_ASK})), "scopes"),
        (replace(OPERATOR, scopes=frozenset({Scope.ELIGIBILITY_ASK})), "scopes"),
        (replace(INSURER, code="77777777"), "code"),
        (replace(OPERATOR, code="1"), "code"),
    ],
)  # fmt: skip
def test_other_clients_are_refused_by_field(client: Client, where: str) -> None:
    with pytest.raises(Problem) as refused:
        checked(client)
    assert (refused.value.code, refused.value.where) == ("access.client-invalid", where)


@pytest.mark.parametrize(
    "client", [replace(FACILITY, code="131011234"), replace(FACILITY, code=""), replace(INSURER, code="06132014")]
)  # fmt: skip
def test_a_code_that_is_none_is_refused_by_identity(client: Client) -> None:
    with pytest.raises(Problem) as refused:
        checked(client)
    assert refused.value.code.startswith("identity.")
    assert refused.value.where == "code"


def test_the_registry_finds_clients_keys_and_owners() -> None:
    registry = Registry("production", [FACILITY])
    key_id = KEY.public.key_id
    assert (len(registry), list(registry)) == (1, [FACILITY])
    assert registry.get("clinic") is FACILITY
    assert registry.get("nobody") is None
    assert registry.owner(key_id) == "clinic"
    assert registry.owner("none") is None
    registry.put(replace(FACILITY, client_id="another-system", name="もう一つ"))
    registry.put(replace(FACILITY, client_id="operator", kind=Kind.OPERATOR, code=""))
    assert registry.name_of(Kind.FACILITY, FACILITY.code) == FACILITY.name
    assert registry.name_of(Kind.INSURER, FACILITY.code) is None
    assert registry.name_of(Kind.OPERATOR, "") is None
    assert registry.signing_key("clinic", key_id, "EdDSA") == (FACILITY, FACILITY.keys[0])
    assert registry.signing_key("nobody", key_id, "EdDSA") is None
    assert registry.signing_key("clinic", "none", "EdDSA") is None
    assert registry.signing_key("clinic", key_id, "ES256") is None


def test_a_page_of_clients_looks_at_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = ["zeta", "clinic-10", "clinic.2", "a_1", "clinic-2"]
    registry = Registry("production", [replace(FACILITY, client_id=one) for one in ids])
    registry.put(replace(FACILITY, client_id="clinic-2", status="disabled"))
    registry.put(replace(FACILITY, client_id="beta"))
    monkeypatch.delattr(Registry, "__iter__")

    pages, after = [], ""
    while not pages or after:
        page = page_of(registry, after, most=2)
        pages.append([one.client_id for one in page.clients])
        after = page.next

    assert pages == [["a_1", "beta"], ["clinic-10", "clinic-2"], ["clinic.2", "zeta"]]
    assert page_of(registry, "beta", most=2).clients[1].status == "disabled"
    assert page_of(registry, "zeta", most=2) == page_of(Registry("production"), most=2)


def test_a_key_is_disabled_alone() -> None:
    second = make_key()
    client = replace(FACILITY, keys=(*FACILITY.keys, ClientKey(second.public)))
    after = client.without_key(second.public.key_id)
    assert [key.status for key in after.keys] == ["active", "disabled"]
    assert [key.status for key in client.keys] == ["active", "active"]


def test_a_demo_key_is_hidden_in_production_even_if_it_is_in_the_table() -> None:
    client = replace(FACILITY, keys=(ClientKey(KEY.public, demo=True),))
    assert Registry("production", [client]).signing_key("clinic", KEY.public.key_id, "EdDSA") is None
    assert Registry("demo", [client]).signing_key("clinic", KEY.public.key_id, "EdDSA") is not None
