"""The client's half: keys in private files, assertions that open once."""

import json
import os
import stat
from pathlib import Path

import pytest

from kaihoken.access import Issuer, PrivateKey, load_key, make_key
from kaihoken.access.assertion import AssertionVerifier
from kaihoken.access.base64url import encode
from kaihoken.access.key import ALGORITHMS
from kaihoken.problems import Problem

from .builders import AUDIENCE, Door, a_facility


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("demo", [False, True])
def test_a_key_comes_back_from_its_file(tmp_path: Path, algorithm: str, demo: bool) -> None:
    key, file = make_key(algorithm, demo=demo), tmp_path / "key.json"
    key.save(file)
    again = load_key(file)
    assert (again.public.key_id, again.demo) == (key.public.key_id, demo)
    assert key.public.verify(again.sign(b"message"), b"message")


def test_the_file_is_private_from_its_first_moment(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_key().save(tmp_path / "key.json")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key.json"
    make_key().save(file)
    file.chmod(mode)
    assert told(file) == "others may read it: chmod 600"


def test_windows_has_no_such_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key.json"
    make_key().save(file)
    file.chmod(0o644)
    monkeypatch.setattr("kaihoken.access.issuer._POSIX", False)
    assert load_key(file).public.algorithm == "EdDSA"


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    make_key().save(file)
    kept = file.read_bytes()
    with pytest.raises(Problem) as refused:
        make_key().save(file)
    assert (refused.value.code, refused.value.facts["reason"]) == ("access.key-file", "File exists")
    assert file.read_bytes() == kept


def told(file: Path) -> object:
    with pytest.raises(Problem) as refused:
        load_key(file)
    assert refused.value.code == "access.key-file"
    assert refused.value.__cause__ is None
    return refused.value.facts["reason"]


SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no private JWK"),
        (b"PEM", "holds no private JWK"),
        (b'{"kty":"OKP","crv":"Ed448","d":"' + SECRET.encode() + b'"}', "holds no private JWK"),
        (b'{"kty":"OKP","crv":"Ed25519"}', "holds no private JWK"),
        (b'{"kty":"OKP","crv":"Ed25519","d":"' + SECRET[:-2].encode() + b'"}', "'d' is not 32 bytes of base64url"),
        (b'{"kty":"OKP","crv":"Ed25519","d":"' + SECRET.encode() + b'="}', "'d' is not 32 bytes of base64url"),
        (json.dumps({"kty": "EC", "crv": "P-256", "d": encode(bytes(32))}).encode(), "holds no private JWK"),
        (json.dumps({"kty": "EC", "crv": "P-256", "d": encode(b"\xff" * 32)}).encode(), "holds no private JWK"),
    ],
    ids=["empty", "PEM", "other curve", "no secret", "short", "padded", "zero", "beyond the order"],
)  # fmt: skip
def test_a_file_that_holds_no_key_is_refused_and_not_quoted(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "key.json"
    file.write_bytes(content)
    file.chmod(0o600)
    assert told(file) == reason
    assert told(tmp_path / "none.json") == "No such file or directory"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_assertion_opens_once(door: Door, algorithm: str) -> None:
    key = make_key(algorithm)
    door.registry.put(a_facility(key, "pharmacy"))
    issuer = Issuer("pharmacy", key, AUDIENCE, door.clock)
    verifier = AssertionVerifier(door.registry, AUDIENCE, door.clock)
    made = {issuer.assertion() for _ in range(10)}
    assert len(made) == 10
    assert {verifier.verify(assertion).client.client_id for assertion in made} == {"pharmacy"}


def test_a_signature_has_always_64_bytes() -> None:
    key = make_key("ES256")
    assert {len(key.sign(str(number).encode())) for number in range(300)} == {64}


def test_a_private_key_shows_nothing_of_itself(tmp_path: Path) -> None:
    key = make_key()
    key.save(tmp_path / "key.json")
    secret = json.loads((tmp_path / "key.json").read_bytes())["d"]
    assert isinstance(key, PrivateKey)
    assert secret not in repr(key) + str(key) + repr(a_facility(key)) + str(key.public.jwk())
