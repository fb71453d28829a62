"""`kaihoken clients … --hub`: an operator's command in another process, and what it does to those who are connected."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kaihoken.access import load_key, make_key

from ..certificates import issued, taken_back
from .hub import a_question, problem_in
from .process import HubProcess, make_hub
from .tls_process import TlsHub, make_tls_hub

pytestmark = pytest.mark.process

AT_ONCE = 5.0
"""Seconds within which nothing may be answered any more to who was shut out."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    hub = make_hub(tmp_path_factory.mktemp("running"))
    with hub.alive():
        yield hub


def clients(hub: HubProcess, *arguments: str, code: int = 0) -> object:
    """The command in a process of its own, as the operator."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIHOKEN_")}
    line = [sys.executable, "-m", "kaihoken", "clients", *arguments, "--hub", hub.url, "--json"]
    if "--as" not in arguments:
        line += ["--as", "operator", "--operator-key", str(hub.folder / "operator.jwk")]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def enrolled(hub: HubProcess, name: str) -> str:
    """A new facility; the id of its key."""
    make_key().save(hub.folder / f"{name}.jwk")
    public = load_key(hub.folder / f"{name}.jwk").public
    (hub.folder / f"{name}.public.json").write_text(json.dumps(public.jwk()), encoding="utf-8")
    told = clients(
        hub, "add", name, "--kind", "facility", "--code", "9910000031", "--name", name, "--scope", "eligibility:ask",
        "--key", str(hub.folder / f"{name}.public.json"),
    )  # fmt: skip
    assert isinstance(told, dict)
    assert told["status"] == "active"
    return public.key_id


def asked(http: httpx.Client, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    return problem_in(http.post("/v1/eligibility-checks", json=a_question(), headers=headers))


@pytest.mark.parametrize("what", ["key", "client"])
def test_a_disabled_key_is_refused_within_five_seconds_on_connections_that_are_open(
    hub: HubProcess, what: str
) -> None:
    key_id = enrolled(hub, f"taken-over-{what}")
    token = hub.token(f"taken-over-{what}")
    with hub.client() as kept_open:
        assert asked(kept_open, token) == ""

        clients(hub, "disable", f"taken-over-{what}", *(("--key-id", key_id) if what == "key" else ()))
        answered = time.monotonic()

        assert asked(kept_open, token) == "access.token-refused"
        assert time.monotonic() - answered < AT_ONCE
        refused = kept_open.post("/oauth/token", data=_form(hub, f"taken-over-{what}"))
        assert problem_in(refused) == "access.client-disabled"


def _form(hub: HubProcess, name: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": hub.assertion(name),
    }


def test_keys_are_changed_without_a_gap(hub: HubProcess, tmp_path: Path) -> None:
    old = enrolled(hub, "renewing")
    token = hub.token("renewing")
    make_key().save(tmp_path / "next.jwk")
    public = load_key(tmp_path / "next.jwk").public
    (tmp_path / "next.json").write_text(json.dumps(public.jwk()), encoding="utf-8")

    clients(hub, "add-key", "renewing", "--key", str(tmp_path / "next.json"))
    assert asked(hub.http, token) == ""
    (tmp_path / "next.jwk").replace(hub.folder / "renewing.jwk")
    fresh = hub.token("renewing")
    clients(hub, "disable", "renewing", "--key-id", old)

    assert (asked(hub.http, token), asked(hub.http, fresh)) == ("access.token-refused", "")


def test_the_operators_log_says_each_instant_in_utc(hub: HubProcess) -> None:
    hub.token("clinic")

    lines = [line for line in hub.said.read_text(encoding="utf-8").splitlines() if '"token-issued"' in line]
    assert lines != []
    assert [
        line
        for line in lines
        if not re.match(r"[0-9]{4}-[0-9-]{5}T[0-9:]{8}\.[0-9]{3}Z INFO kaihoken\.gate \{", line)
    ] == []


def test_the_list_is_that_of_the_hub(hub: HubProcess) -> None:
    enrolled(hub, "listed")
    told = clients(hub, "list")

    assert isinstance(told, list)
    assert {"clinic", "operator", "listed"} <= {one["client_id"] for one in told}


def test_what_the_hub_refuses_is_told_as_the_hub_tells_it(hub: HubProcess) -> None:
    told = clients(hub, "disable", "nobody", code=2)

    assert isinstance(told, dict)
    assert told["code"] == "access.client-unknown"


def test_who_is_no_operator_is_refused(hub: HubProcess) -> None:
    told = clients(hub, "list", "--as", "clinic", "--operator-key", str(hub.folder / "clinic.jwk"), code=2)

    assert isinstance(told, dict)
    assert told["code"] == "access.scope-not-held"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHub]:
    hub = make_tls_hub(tmp_path_factory.mktemp("strict"), binding="required")
    with hub.alive():
        yield hub


def test_over_tls_the_command_brings_a_certificate_of_its_own(strict: TlsHub) -> None:
    own = issued(strict.ca, "operator")
    (strict.folder / "ca.pem").write_bytes(strict.ca.pem)
    (strict.folder / "own.pem").write_bytes(own.pem + own.key_pem)
    ca, tls = ("--ca", str(strict.folder / "ca.pem")), ("--tls", str(strict.folder / "own.pem"))

    told = clients(strict, "list", *ca, *tls)
    without = clients(strict, "list", *ca, code=2)
    stranger = clients(strict, "list", code=1)

    assert isinstance(told, list)
    assert isinstance(without, dict)
    assert isinstance(stranger, dict)
    assert without["code"] == "access.certificate-missing"
    assert stranger["code"] == "access.hub-unreachable"


def test_an_enrolled_certificate_is_the_only_one_that_its_client_may_use(strict: TlsHub) -> None:
    own, other = issued(strict.ca, "clinic"), issued(strict.ca, "operator")
    (strict.folder / "ca.pem").write_bytes(strict.ca.pem)
    (strict.folder / "op.pem").write_bytes(other.pem + other.key_pem)
    tls = ("--ca", str(strict.folder / "ca.pem"), "--tls", str(strict.folder / "op.pem"))
    with strict.caller(own) as clinic, strict.caller(other) as stranger:
        before = stranger.token()  # anybody's certificate will do, so far
        clients(
            strict, "add-certificate", "clinic", "--subject", own.certificate.subject.rfc4514_string(), *tls
        )
        assert stranger.ask(before) == "access.token-refused"

        token = clinic.token()
        assert clinic.ask(token) == ""
        assert problem_in(stranger.ask_for_token()) == "access.certificate-refused"

        told = clients(strict, "list", *tls)
        assert isinstance(told, list)
        (name,) = [one["name"] for client in told for one in client["certificates"]]
        clients(strict, "disable", "clinic", "--certificate", name, *tls)
        assert clinic.ask(token) == "access.token-refused"
        assert problem_in(clinic.ask_for_token()) == "access.certificate-refused"


def test_a_client_that_comes_with_its_certificate_never_had_a_token_without(strict: TlsHub) -> None:
    own, operator = issued(strict.ca, "newcomer"), issued(strict.ca, "operator")
    for name, paper in (("ca", strict.ca), ("newcomer", own)):
        (strict.folder / f"{name}.pem").write_bytes(paper.pem)
    (strict.folder / "op.pem").write_bytes(operator.pem + operator.key_pem)
    make_key().save(strict.folder / "newcomer.jwk")
    public = load_key(strict.folder / "newcomer.jwk").public
    (strict.folder / "newcomer.json").write_text(json.dumps(public.jwk()), encoding="utf-8")

    told = clients(
        strict, "add", "newcomer", "--kind", "facility", "--code", "9910000031", "--name", "newcomer",
        "--key", str(strict.folder / "newcomer.json"), "--certificate", str(strict.folder / "newcomer.pem"),
        "--ca", str(strict.folder / "ca.pem"), "--tls", str(strict.folder / "op.pem"),
    )  # fmt: skip

    assert isinstance(told, dict)
    assert [one["status"] for one in told["certificates"]] == ["active"]
    with (
        strict.caller(own, "newcomer") as newcomer,
        strict.caller(operator, "newcomer") as another,
        strict.caller(None, "newcomer") as nobody,
    ):
        assert newcomer.ask(newcomer.token()) == ""
        assert problem_in(another.ask_for_token()) == "access.certificate-refused"
        assert problem_in(nobody.ask_for_token()) == "access.certificate-missing"


def test_what_its_ca_has_taken_back_is_taken_back_here_by_disabling_it(strict: TlsHub) -> None:
    """No revocation list is read: the hub is told, and refuses from then on, on connections that are open too."""
    gone, operator = issued(strict.ca, "clinic"), issued(strict.ca, "operator")
    (strict.folder / "client-crl.pem").write_bytes(taken_back(strict.ca, gone))
    (strict.folder / "ca.pem").write_bytes(strict.ca.pem)
    (strict.folder / "gone.pem").write_bytes(gone.pem)
    (strict.folder / "op.pem").write_bytes(operator.pem + operator.key_pem)
    tls = ("--ca", str(strict.folder / "ca.pem"), "--tls", str(strict.folder / "op.pem"))
    told = clients(
        strict, "add-certificate", "clinic", "--certificate", str(strict.folder / "gone.pem"), *tls
    )
    assert isinstance(told, dict)
    name = next(one["name"] for one in told["certificates"] if one["status"] == "active")
    with strict.caller(gone) as clinic:
        token = clinic.token()
        assert clinic.ask(token) == ""

        clients(strict, "disable", "clinic", "--certificate", name, *tls)

        assert clinic.ask(token) == "access.token-refused"
        assert problem_in(clinic.ask_for_token()) == "access.certificate-refused"
