"""TLS keys at the command line: a new one with its request, and certificates in the list of keys."""

import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from kaihoken import cli
from kaihoken.clock import SystemClock
from kaihoken.store import FileKeys

from ..certificates import SERVER, a_ca, issued

Capture = pytest.CaptureFixture[str]


def test_a_request_bears_the_names_and_is_signed_by_the_new_key(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "hub.key"
    names = ["--name", "hub.example.jp", "--name", "192.0.2.7"]
    assert cli.run(["keys", "request-tls", str(file), *names]) == 0

    request = x509.load_pem_x509_csr(capsys.readouterr().out.encode())
    hosts = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert request.is_signature_valid
    assert hosts.get_values_for_type(x509.DNSName) == ["hub.example.jp"]
    assert [str(one) for one in hosts.get_values_for_type(x509.IPAddress)] == ["192.0.2.7"]
    key = load_pem_private_key(file.read_bytes(), None).public_key()
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.public_bytes(*form) == request.public_key().public_bytes(*form)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_there_is_not_written_over(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "hub.key"
    file.write_text("the old one", encoding="utf-8")
    cli.run(["keys", "request-tls", str(file), "--name", "hub.example.jp", "--json"])

    assert json.loads(capsys.readouterr().out)["code"] == "store.exists"
    assert file.read_text(encoding="utf-8") == "the old one"


@pytest.mark.parametrize("name", ["病院.example", "x" * 65])
def test_a_name_that_no_certificate_bears_is_misuse(tmp_path: Path, capsys: Capture, name: str) -> None:
    assert cli.run(["keys", "request-tls", str(tmp_path / "k"), "--name", name, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "cli.misuse"
    assert not (tmp_path / "k").exists()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    FileKeys.create(tmp_path / "keys", SystemClock())
    return tmp_path / "keys"


def test_the_list_of_keys_has_the_certificates_of_the_settings(
    tmp_path: Path, keys: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = a_ca()
    issued(ca, "hub", use=SERVER).saved(tmp_path, "hub")
    ca.saved(tmp_path, "ca")
    settings = (
        f'keys = "{keys}"\n[tls]\ncertificate = "{tmp_path}/hub.pem"\nclient_ca = "{tmp_path}/ca.pem"\n'
    )
    (tmp_path / "hub.toml").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("KAIHOKEN_CONFIG", str(tmp_path / "hub.toml"))

    assert cli.run(["keys", "list", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)["keys"]
    assert [one["sort"] for one in told] == ["lookup", "log", "tls", "client-ca"]
    assert told[2]["valid_to"].startswith("2028-01-01")
    assert cli.run(["keys", "list"]) == 0
    assert "tls       " in capsys.readouterr().out


@pytest.mark.parametrize(("content", "code"), [(None, "store.path"), (b"nothing", "store.keys_unreadable")])
def test_a_certificate_that_cannot_be_read_is_told(
    tmp_path: Path, keys: Path, capsys: Capture, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / "hub.pem").write_bytes(content)
    line = ["keys", "list", "--keys", str(keys), "--tls-certificate", str(tmp_path / "hub.pem"), "--json"]

    assert cli.run(line) != 0
    assert json.loads(capsys.readouterr().out)["code"] == code
