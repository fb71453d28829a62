"""What the TEST authority serves, asked as strangers ask it: over HTTP, and by the openssl that everybody has."""

import asyncio
import base64
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from kaihoken.card.authority import Order, TestAuthority
from kaihoken.card.authority.responder import responder_app
from kaihoken.card.certificate import Issuer, UserCertificate, read_roots
from kaihoken.card.revocation import CrlSource, OcspSource, Standing, crl_file, served_at
from kaihoken.card.revocation.ocsp import question
from kaihoken.clock import FixedClock

from ..serving import served
from .authorities import DAY, read_back
from .papers import NOW, key

KEY = key("card").public_key()
HERE = "http://authority.test"


@pytest.fixture
async def line(authority: TestAuthority) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=responder_app(authority))
    async with httpx.AsyncClient(transport=transport) as client:
        yield client


async def test_both_sources_follow_what_the_authority_decides(
    authority: TestAuthority,
    card: tuple[UserCertificate, Issuer],
    line: httpx.AsyncClient,
    clock: FixedClock,
) -> None:
    sources = OcspSource(f"{HERE}/ocsp", line, clock), CrlSource(served_at(f"{HERE}/crl", line), clock)
    before = [(await source.status(*card)).standing for source in sources]

    clock.at += DAY / 24
    authority.revoke((card[1].known_as, card[0].serial), x509.ReasonFlags.key_compromise)
    after = [(await source.status(*card)) for source in sources]

    assert before == [Standing.GOOD, Standing.GOOD]
    assert [one.standing for one in after] == [Standing.REVOKED, Standing.REVOKED]
    assert [(one.reason, one.at) for one in after] == [(x509.ReasonFlags.key_compromise, NOW + DAY / 24)] * 2


async def test_a_question_may_stand_in_the_address(
    card: tuple[UserCertificate, Issuer], line: httpx.AsyncClient
) -> None:
    words = quote(base64.b64encode(question(*card, b"n" * 32)).decode(), safe="")

    answer = await line.get(f"{HERE}/ocsp/{words}")
    wrong = await line.get(f"{HERE}/ocsp/no-question")

    assert answer.headers["content-type"] == "application/ocsp-response"
    assert ocsp.load_der_ocsp_response(answer.content).certificate_status is ocsp.OCSPCertStatus.GOOD
    assert (
        ocsp.load_der_ocsp_response(wrong.content).response_status
        is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    )


async def test_too_large_a_question_is_not_read_to_its_end(line: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"x" * 1000

    answer = await line.post(f"{HERE}/ocsp", content=endless())

    status = ocsp.load_der_ocsp_response(answer.content).response_status
    assert status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert sent < 10


async def test_roots_and_lists_are_for_everybody(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer], line: httpx.AsyncClient
) -> None:
    roots = await line.get(f"{HERE}/roots.json")
    listed = await line.get(f"{HERE}/crl/{crl_file(card[1].issuer_key)}")
    nothing = await line.get(f"{HERE}/crl/{crl_file(b'0' * 32)}")

    assert read_roots(roots.content) == authority.roots
    assert listed.headers["content-type"] == "application/pkix-crl"
    assert x509.load_der_x509_crl(listed.content).issuer == card[1].document.subject
    assert nothing.status_code == 404


# ---- judged by a program that is not ours

openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
AT = str(int(NOW.timestamp()) + 60)


def ran(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        ["openssl", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout + done.stderr


def saved(folder: Path, name: str, document: x509.Certificate | x509.CertificateRevocationList) -> Path:
    file = folder / name
    file.write_bytes(document.public_bytes(Encoding.PEM))
    return file


@openssl
def test_openssl_verifies_a_certificate_with_its_list(tmp_path: Path, authority: TestAuthority) -> None:
    good, revoked, older = (
        read_back(authority, authority.issue(KEY, Order(serial=serial, generation=generation)))
        for serial, generation in ((1, 3), (2, 3), (1, 2))
    )
    authority.revoke((revoked[1].known_as, 2), x509.ReasonFlags.key_compromise)
    root = saved(tmp_path, "root.pem", good[1].document)
    lists = saved(tmp_path, "list.pem", x509.load_der_x509_crl(authority.list_of(good[1].known_as)))

    def verify(which: UserCertificate) -> tuple[int, str]:
        user = saved(tmp_path, "user.pem", which.document)
        return ran(
            "verify", "-x509_strict", "-crl_check", "-attime", AT, "-CAfile", root, "-CRLfile", lists, user
        )

    assert verify(good[0])[0] == 0, verify(good[0])
    assert "certificate revoked" in verify(revoked[0])[1]
    assert verify(older[0])[0] != 0  # of a root with the same name


@openssl
def test_openssl_believes_the_responder(tmp_path: Path, authority: TestAuthority) -> None:
    card = read_back(authority, authority.issue(KEY))
    root, user = (
        saved(tmp_path, name, one)
        for name, one in (("root.pem", card[1].document), ("user.pem", card[0].document))
    )
    asks = tmp_path / "question.der"
    code, told = ran("ocsp", "-issuer", root, "-cert", user, "-reqout", asks)
    assert code == 0, told

    def judged() -> str:
        answer = tmp_path / "answer.der"
        answer.write_bytes(authority.answer(asks.read_bytes()))
        within = ("-attime", AT, "-validity_period", "999999999")
        code, told = ran(
            "ocsp",
            "-issuer",
            root,
            "-cert",
            user,
            "-no_nonce",
            "-respin",
            answer,
            "-CAfile",
            root,
            *within,
        )
        assert code == 0, told
        return told

    before = judged()
    authority.hold((card[1].known_as, card[0].serial))

    assert "Response verify OK" in before
    assert f"{user}: good" in before
    assert f"{user}: revoked" in judged()
    assert "certificateHold" in judged()


@openssl
async def test_openssl_asks_over_http(tmp_path: Path, authority: TestAuthority) -> None:
    card = read_back(authority, authority.issue(KEY))
    root, user = (
        saved(tmp_path, name, one)
        for name, one in (("root.pem", card[1].document), ("user.pem", card[0].document))
    )

    async with served(responder_app(authority)) as address:
        code, told = await asyncio.to_thread(
            ran, "ocsp", "-issuer", root, "-cert", user, "-url", f"{address}/ocsp", "-CAfile", root, "-attime", AT,
            "-validity_period", "999999999",
        )  # fmt: skip

    assert code == 0, told
    assert f"{user}: good" in told
