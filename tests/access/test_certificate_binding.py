"""Certificates of clients: which are taken, for whom, when, and whose clock is off where the times do not fit."""

import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kaihoken.access import (
    Certificate,
    CertificateRule,
    ClientCas,
    ClientCertificate,
    enrolled,
    open_gate,
    read_certificate,
)
from kaihoken.access.certificate import LONGEST_PEM
from kaihoken.access.certificate_binding import SKEW, Binding, Form, check_times
from kaihoken.problems import Problem

from ..certificates import SERVER, Paper, a_ca, around, issued, name_of, of_version_5
from .builders import AUDIENCE, Door

NOW = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
AT = int(NOW.timestamp())
CA = a_ca()
PAPER = issued(CA)


def read(paper: Paper) -> Certificate:
    return read_certificate(paper.pem.decode())


def rule(binding: Binding = "offered", ca: Paper = CA) -> CertificateRule:
    return CertificateRule(ClientCas(ca.pem), binding)


def refusal(check: Callable[[], object]) -> str:
    """The code of a problem, "" for none."""
    try:
        check()
    except Problem as problem:
        problem.as_rfc9457()  # has every fact that its words need
        return problem.code
    return ""


def test_a_certificate_is_known_by_its_thumbprint_and_its_subject() -> None:
    certificate = read(PAPER)

    assert len(certificate.thumbprint) == 43
    assert certificate.subject == "CN=clinic-1,O=架空の機関,C=JP"
    assert certificate == read(PAPER)
    assert read_certificate(PAPER.pem.decode()) is certificate  # read once


@pytest.mark.parametrize(
    ("pem", "problem"),
    [
        ("", "access.certificate-malformed"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "access.certificate-malformed"),
        ("証明書", "access.certificate-malformed"),
        (PAPER.pem.decode() + CA.pem.decode(), "access.certificate-malformed"),
        (ssl.DER_cert_to_PEM_cert(of_version_5(PAPER)), "access.certificate-malformed"),
        ("x" * (LONGEST_PEM + 1), "access.certificate-malformed"),
        (PAPER.pem.decode() + PAPER.key_pem.decode(), "access.key-private"),
    ],
)
def test_what_is_not_one_certificate_is_refused(pem: str, problem: str) -> None:
    assert refusal(lambda: read_certificate(pem)) == problem


@pytest.mark.parametrize(
    ("paper", "signs"),
    [
        (PAPER, True),
        (issued(CA, use=None), True),  # says nothing of it
        (issued(CA, use=SERVER), False),
        (issued(CA, signs=False), False),
        (issued(CA, is_ca=True), False),
    ],
)
def test_a_certificate_is_for_clients_unless_it_says_otherwise(paper: Paper, signs: bool) -> None:
    assert read(paper).is_for_clients is signs


def test_a_ca_issues_directly_while_it_is_valid() -> None:
    ca = a_ca(begins=NOW, ends=NOW + timedelta(hours=1))
    cas, certificate = ClientCas(ca.pem), read(issued(ca))

    assert [cas.issued(certificate, AT + seconds) for seconds in (-1, 0, 3600, 3601)] == [
        False,
        True,
        True,
        False,
    ]


def test_nobody_else_issues() -> None:
    between = issued(CA, "発行局", is_ca=True)
    cas = ClientCas(CA.pem)

    assert not cas.issued(read(issued(a_ca())), AT)  # of the same name
    assert not cas.issued(read(issued(a_ca("よその認証局"))), AT)
    assert not cas.issued(read(issued(between)), AT)
    assert ClientCas(CA.pem + between.pem).issued(read(issued(between)), AT)
    assert not ClientCas().issued(read(PAPER), AT)


def test_everybody_may_know_the_cas() -> None:
    (told,) = ClientCas(CA.pem).published()

    assert told["pem"].encode() == CA.pem
    assert (told["valid_from"], told["valid_to"]) == (
        "2020-01-01T00:00:00+00:00",
        "2040-01-01T00:00:00+00:00",
    )
    assert read_certificate(told["pem"]).thumbprint == told["x5t#S256"]
    assert ClientCas().published() == []


def test_the_cas_are_exchanged_as_a_whole() -> None:
    other = a_ca()
    cas = ClientCas(CA.pem)
    cas.replace(other.pem)

    assert (cas.issued(read(PAPER), AT), cas.issued(read(issued(other)), AT)) == (False, True)
    assert refusal(lambda: cas.replace(PAPER.pem)) == "access.certificate-malformed"
    assert cas.issued(read(issued(other)), AT)


def a_bare_ca(usage: x509.KeyUsage | None, *, basic: bool) -> bytes:
    """One that says less of itself than it should."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of("ca"))
        .issuer_name(name_of("ca"))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
    )
    if basic:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    return Paper(builder.sign(key, hashes.SHA256()), key).pem


def test_a_ca_is_one_that_says_so() -> None:
    signs_only = PAPER.certificate.extensions.get_extension_for_class(x509.KeyUsage).value

    assert refusal(lambda: ClientCas(a_bare_ca(None, basic=True))) == ""
    assert refusal(lambda: ClientCas(a_bare_ca(None, basic=False))) == "access.certificate-malformed"
    assert refusal(lambda: ClientCas(a_bare_ca(signs_only, basic=True))) == "access.certificate-malformed"
    assert refusal(lambda: ClientCas(b"nothing")) == "access.certificate-malformed"


BY_THUMBPRINT = ClientCertificate("thumbprint", read(PAPER).thumbprint)
BY_SUBJECT = ClientCertificate("subject", read(PAPER).subject)
ANOTHER = ClientCertificate("thumbprint", read(issued(CA)).thumbprint)


@pytest.mark.parametrize(
    ("paper", "held", "binding", "problem"),
    [
        (None, (), "offered", ""),
        (None, (), "required", "access.certificate-missing"),
        (None, (BY_THUMBPRINT,), "offered", "access.certificate-missing"),
        (None, (replace(BY_THUMBPRINT, status="disabled"),), "offered", "access.certificate-missing"),
        (PAPER, (), "offered", ""),
        (PAPER, (), "required", ""),
        (PAPER, (BY_THUMBPRINT,), "required", ""),
        (PAPER, (BY_SUBJECT,), "required", ""),
        (issued(CA), (BY_SUBJECT,), "required", ""),  # renewed under the same name
        (PAPER, (ANOTHER, BY_THUMBPRINT), "required", ""),
        (PAPER, (ANOTHER,), "required", "access.certificate-refused"),
        (PAPER, (replace(BY_THUMBPRINT, status="disabled"),), "offered", "access.certificate-refused"),
        (issued(CA, "clinic-2"), (BY_SUBJECT,), "offered", "access.certificate-refused"),
        (issued(a_ca()), (BY_SUBJECT,), "offered", "access.certificate-untrusted"),
        (issued(a_ca()), (), "offered", "access.certificate-untrusted"),
        (issued(CA, use=SERVER), (), "offered", "access.certificate-use"),
        (issued(CA, **around(NOW, ends=-1)), (), "offered", "access.certificate-expired"),
    ],
)
def test_each_rule_of_certificates(
    paper: Paper | None, held: tuple[ClientCertificate, ...], binding: Binding, problem: str
) -> None:
    certificate = None if paper is None else read(paper)

    assert refusal(lambda: rule(binding).check(certificate, held, AT, AT)) == problem


@pytest.mark.parametrize(
    ("begins", "ends", "client", "said"),
    [
        (0, 60, 0, ("", 0)),
        (SKEW, 60, 0, ("", 0)),  # an issuer whose clock is a little fast
        (SKEW + 1, 60, 0, ("early", SKEW + 1)),
        (300, 600, SKEW, ("early", 300)),  # the client agrees with the hub
        (300, 600, SKEW + 1, ("hub-clock", SKEW + 1)),  # at least so much
        (300, 600, 4000, ("hub-clock", 300)),
        (-60, 0, 0, ("", 0)),
        (-60, -1, 0, ("expired", 1)),
        (-60, -1, -SKEW, ("expired", 1)),
        (-60, -1, -SKEW - 1, ("client-clock", SKEW + 1)),
        (-600, -300, -100, ("expired", 300)),  # the client's clock is slow, and it has ended by that one, too
        (-600, -300, 4000, ("expired", 300)),
    ],
)
def test_of_three_clocks_the_one_that_is_off_is_named(
    begins: int, ends: int, client: int, said: tuple[str, int]
) -> None:
    certificate = replace(read(PAPER), begins=AT + begins, ends=AT + ends)
    if said == ("", 0):
        check_times(certificate, AT, AT + client)
        return
    with pytest.raises(Problem) as refused:
        check_times(certificate, AT, AT + client)
    problem = refused.value
    assert (problem.code.removeprefix("access.certificate-"), problem.facts["seconds"]) == said
    assert problem.facts["hub_time"] == "2026-11-20T01:02:03Z"
    assert str(said[1]) in problem.title("ja")
    assert str(said[1]) in problem.title("en")


def test_what_is_enrolled_is_written_in_one_way() -> None:
    assert enrolled("subject", "CN=clinic-1,O=架空の機関,C=JP") == BY_SUBJECT
    assert enrolled("thumbprint", BY_THUMBPRINT.value) == BY_THUMBPRINT
    assert BY_THUMBPRINT.name == BY_THUMBPRINT.value
    assert (
        len(BY_SUBJECT.name) == 43
    )  # its hash: a subject may hold names, and a name of a certificate goes to the log
    assert "clinic" not in BY_SUBJECT.name


@pytest.mark.parametrize(
    ("form", "value"),
    [("subject", ""), ("subject", "clinic-1"), ("thumbprint", "AB:CD"), ("thumbprint", "x" * 43)],
)
def test_what_is_neither_is_refused(form: Form, value: str) -> None:
    assert refusal(lambda: enrolled(form, value)) == "access.client-invalid"


def test_a_token_over_a_connection_with_a_certificate_is_bound_and_ends_with_it(door: Door) -> None:
    """The token endpoint with a certificate: the same over a socket is tests/hub/test_mutual_tls.py."""
    now = door.clock.now()
    gate = open_gate(
        door.registry,
        audience=AUDIENCE,
        clock=door.clock,
        report=door.bursts.append,
        ticks=door.ticks,
        certificates=rule("required"),
    )
    certificate = read(issued(CA, **around(now, ends=99)))
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": door.assertion(),
    }
    body = urlencode(form).encode()
    bound = json.loads(
        gate.endpoint.oauth(b"application/x-www-form-urlencoded", body, "192.0.2.1", certificate).body
    )
    assert (bound["cnf"], bound["expires_in"]) == ({"x5t#S256": certificate.thumbprint}, 100)
    token = b"Bearer " + bound["access_token"].encode()
    assert gate.authenticate(token, certificate.thumbprint).bound_to == certificate.thumbprint
    assert refusal(lambda: gate.authenticate(token)) == "access.token-bound"
    door.wait(100)
    assert refusal(lambda: gate.authenticate(token, certificate.thumbprint)) == "access.token-refused"
