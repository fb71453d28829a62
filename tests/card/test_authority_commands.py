"""The commands of the TEST authority, as they are typed."""

import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kaihoken.card.authority import USERS_KNOWN_AS
from kaihoken.card.certificate import Trust, UserCertificate, read_roots
from kaihoken.cli import FINDINGS, MISUSE, run
from kaihoken.clock import SystemClock

from .authorities import an_authority
from .papers import key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    an_authority(tmp_path / "authority")
    return tmp_path / "authority"


@pytest.fixture
def public(tmp_path: Path) -> Path:
    file = tmp_path / "key.pem"
    file.write_bytes(key("card").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return file


def typed(capsys: pytest.CaptureFixture[str], folder: Path, *words: str | Path) -> dict[str, str]:
    code = run(["card", "authority", *map(str, words), "--folder", str(folder), "--json"])
    said = json.loads(capsys.readouterr().out)
    assert code == 0, said
    return dict(said)


def test_a_certificate_from_its_issue_to_its_successor(
    folder: Path, public: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, lists = tmp_path / "user.der", tmp_path / "lists"
    today = SystemClock().today().isoformat()

    issued = typed(capsys, folder, "issue", public, "--out", out, "--serial", "5", "--generation", "2")
    assert (issued["issuer"], issued["serial"]) == (USERS_KNOWN_AS[1], "5")
    assert UserCertificate.read(out.read_bytes()).serial == 5

    number = ("5", "--generation", "2")
    assert typed(capsys, folder, "hold", *number)["state"] == "held"
    assert typed(capsys, folder, "release", *number)["state"] == "good"
    revoked = typed(capsys, folder, "revoke", *number, "--reason", "keyCompromise", "--on", today)
    assert (revoked["reason"], revoked["since"]) == ("keyCompromise", f"{today}T00:00:00+09:00")
    new = typed(capsys, folder, "renew", "5", public, "--out", out, "--old-generation", "2")
    assert new["issuer"] == USERS_KNOWN_AS[2]
    assert typed(capsys, folder, "show", *number)["renewed_by"] == new["serial"]

    written = typed(capsys, folder, "crl", lists)
    assert written.keys() == {file.name for file in lists.iterdir()}
    (name,) = (file for file, known_as in written.items() if known_as == USERS_KNOWN_AS[1])
    listed = x509.load_der_x509_crl((lists / name).read_bytes())
    assert [entry.serial_number for entry in listed] == [5]


def test_days_are_those_of_japan(
    folder: Path, public: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "user.der"

    typed(capsys, folder, "issue", public, "--out", out, "--since", "2025-04-01", "--until", "2027-03-31")

    found = UserCertificate.read(out.read_bytes())
    assert found.not_before.isoformat() == "2025-03-31T15:00:00+00:00"
    assert found.not_after.isoformat() == "2027-03-31T14:59:59+00:00"


def test_a_signature_certificate_is_asked_for_by_name(
    folder: Path, public: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = typed(capsys, folder, "issue", public, "--out", tmp_path / "s.der", "--purpose", "signature")

    assert said["issuer"] not in USERS_KNOWN_AS


def test_a_new_authority_leaves_the_file_of_its_roots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = typed(capsys, tmp_path / "new", "init")

    issuers = Trust(read_roots(Path(said["roots"]).read_bytes())).issuers
    assert [one.known_as for one in issuers] == said["known_as"]
    assert run(["card", "authority", "init", "--folder", str(tmp_path / "new")]) == MISUSE
    assert "card.authority-exists" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PUBLIC KEY-----\n"])
def test_what_is_no_public_key_is_refused(
    folder: Path, public: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    public.write_bytes(content)

    assert run(["card", "authority", "issue", str(public), "--out", "x", "--folder", str(folder)]) == FINDINGS
    assert "card.authority-order" in capsys.readouterr().err


def test_people_read_the_same(
    folder: Path, public: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "user.der"
    where = ("--folder", str(folder))

    assert run(["card", "authority", "issue", str(public), "--out", str(out), "--serial", "5", *where]) == 0
    assert run(["card", "authority", "show", "5", *where]) == 0
    assert run(["card", "authority", "crl", str(tmp_path / "lists"), *where]) == 0

    said = capsys.readouterr().out
    assert f"{out}: 5  {USERS_KNOWN_AS[-1]}" in said
    assert "state       good" in said
    assert ".crl  CN=" in said


def test_the_responder_says_where_it_listens(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[int] = []
    monkeypatch.setattr("uvicorn.run", lambda application, **how: served.append(how["port"]))

    said = typed(capsys, folder, "serve", "--port", "8399")
    assert run(["card", "authority", "serve", "--port", "8398", "--folder", str(folder)]) == 0

    assert said["ocsp"] == "http://127.0.0.1:8399/ocsp"
    assert "http://127.0.0.1:8398/crl" in capsys.readouterr().err
    assert served == [8399, 8398]
