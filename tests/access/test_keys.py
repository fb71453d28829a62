"""Keys: published vectors, and everything that is not exactly an Ed25519 or P-256 public key."""

import json

import pytest

from kaihoken.access import PrivateKey, make_key, read_public_key
from kaihoken.access.base64url import decode, encode
from kaihoken.access.key import from_ed25519
from kaihoken.problems import Problem

# RFC 8037 appendix A: key (A.2), thumbprint (A.3), signature (A.4, A.5).
ED25519 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
ED25519_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
ED25519_SIGNED = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
ED25519_SIGNATURE = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
# RFC 7515 appendix A.3.
P256 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
P256_HEADER = "eyJhbGciOiJFUzI1NiJ9"
P256_CLAIMS = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
P256_SIGNATURE = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"


def a_jwk(**changes: object) -> bytes:
    jwk = ED25519 | changes
    return json.dumps({name: value for name, value in jwk.items() if value is not None}).encode()


def refusal(raw: bytes) -> Problem:
    with pytest.raises(Problem) as refused:
        read_public_key(raw)
    return refused.value


@pytest.mark.parametrize(
    ("jwk", "signed", "signature"),
    [(ED25519, ED25519_SIGNED, ED25519_SIGNATURE), (P256, f"{P256_HEADER}.{P256_CLAIMS}", P256_SIGNATURE)],
    ids=["Ed25519", "P-256"],
)
def test_published_signatures_hold_and_changed_ones_do_not(
    jwk: dict[str, str], signed: str, signature: str
) -> None:
    key = read_public_key(json.dumps(jwk).encode())
    raw = decode(signature)
    assert raw is not None
    assert key.verify(raw, signed.encode())
    assert not key.verify(raw, signed.encode() + b".")
    for place in (0, 31, 32, 63):
        assert not key.verify(raw[:place] + bytes((raw[place] ^ 1,)) + raw[place + 1 :], signed.encode())
    assert not key.verify(raw[:63], signed.encode())
    assert not key.verify(raw + b"\0", signed.encode())
    assert not key.verify(bytes(64), signed.encode())
    assert not key.verify(b"\xff" * 64, signed.encode())


def test_the_key_id_is_the_published_thumbprint() -> None:
    assert read_public_key(json.dumps(ED25519).encode()).key_id == ED25519_THUMBPRINT
    assert read_public_key(a_jwk(kid=ED25519_THUMBPRINT, use="sig", alg="EdDSA", key_ops=["verify"])).key_id


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_a_key_reads_its_own_jwk(algorithm: str) -> None:
    public = make_key(algorithm).public
    again = read_public_key(json.dumps(public.jwk()).encode())
    assert (again.key_id, again.algorithm, again.jwk()) == (public.key_id, public.algorithm, public.jwk())


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (a_jwk(kty="RSA"), "neither Ed25519 nor P-256"),
        (a_jwk(kty="oct"), "neither Ed25519 nor P-256"),
        (a_jwk(crv="Ed448"), "neither Ed25519 nor P-256"),
        (a_jwk(crv="X25519"), "neither Ed25519 nor P-256"),
        (json.dumps(P256 | {"crv": "P-384"}).encode(), "neither Ed25519 nor P-256"),
        (a_jwk(use="enc"), "'use' is not 'sig'"),
        (a_jwk(alg="HS256"), "'alg' does not fit the curve"),
        (a_jwk(alg="ES256"), "'alg' does not fit the curve"),
        (a_jwk(kid="mine"), "'kid' is not the RFC 7638 thumbprint"),
        (a_jwk(x=None), "not a JWK object"),
        (a_jwk(x=7), "not a JWK object"),
        (b'{"kty":"OKP","kty":"OKP","crv":"Ed25519","x":"' + ED25519["x"].encode() + b'"}', "not a JWK object"),
        (b"PEM", "not a JWK object"),
        (a_jwk(extra="x" * 2048), "larger than 2,048 bytes"),
        (a_jwk(x=ED25519["x"][:-2]), "a coordinate is not 32 bytes of base64url"),
        (a_jwk(x=ED25519["x"] + "="), "a coordinate is not 32 bytes of base64url"),
        (json.dumps(P256 | {"y": P256["x"]}).encode(), "the point is not on P-256"),
        (json.dumps(P256 | {"x": encode(bytes(32)), "y": encode(bytes(32))}).encode(), "the point is not on P-256"),
    ],
    ids=["RSA", "oct", "Ed448", "X25519", "P-384", "use", "HS256 over Ed25519", "ES256 over Ed25519", "own kid",
         "no x", "x a number", "repeated name", "no JSON", "oversized", "short x", "padded x", "off the curve",
         "point at infinity"],
)  # fmt: skip
def test_other_keys_are_refused(raw: bytes, reason: str) -> None:
    problem = refusal(raw)
    assert (problem.code, problem.facts["reason"]) == ("access.key-invalid", reason)


def test_the_largest_jwk_is_2048_bytes() -> None:
    room = 2048 - len(a_jwk(extra=""))
    assert read_public_key(a_jwk(extra="x" * room)).key_id == ED25519_THUMBPRINT
    assert refusal(a_jwk(extra="x" * (room + 1))).code == "access.key-invalid"


def test_a_private_key_is_refused_by_name_and_not_repeated() -> None:
    problem = refusal(a_jwk(d="nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
    assert problem.code == "access.key-private"
    assert "nWGx" not in repr(problem) + problem.title() + problem.mend() + str(problem.facts)


# Every encoding of a point for which anybody can sign: y of small order, reduced or not (RFC 8032 §5.1).
FIELD = 2**255 - 19
EIGHTH = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826


def test_the_point_of_order_8_is_one() -> None:
    edwards = -121665 * pow(121666, -1, FIELD)
    assert (2 * EIGHTH**2 - 1 + edwards * EIGHTH**4) % FIELD == 0


@pytest.mark.parametrize("sign", [0, 1 << 255], ids=["even", "odd"])
@pytest.mark.parametrize("y", [0, 1, FIELD - 1, FIELD, FIELD + 1, EIGHTH, FIELD - EIGHTH, 2**255 - 1])
def test_a_key_that_anybody_could_use_is_refused(y: int, sign: int) -> None:
    with pytest.raises(Problem) as refused:
        from_ed25519((y | sign).to_bytes(32, "little"))
    assert refused.value.code == "access.key-invalid"


def test_bytes_that_are_no_point_are_refused() -> None:
    no_point = (2).to_bytes(32, "little")
    assert refusal(a_jwk(x=encode(no_point))).facts["reason"] == "the point is not an Ed25519 key"


def test_honest_keys_are_points() -> None:
    for _ in range(50):
        assert isinstance(make_key(), PrivateKey)
