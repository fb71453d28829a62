"""A client's key: a JWK (RFC 7517) of exactly two sorts, Ed25519 (RFC 8037) and P-256, and its signatures.

The key id is always the RFC 7638 thumbprint, so one key has one name wherever it is written down, and an operator
can compare it with the facility by telephone.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kaihoken.access import base64url, strict_json
from kaihoken.problems import Problem

Algorithm = Literal["EdDSA", "ES256"]
ALGORITHMS: tuple[Algorithm, ...] = ("EdDSA", "ES256")
LONGEST_JWK = 2048

_ES256 = ec.ECDSA(hashes.SHA256())
_SIGNATURE_BYTES = 64  # of both algorithms

# Curve25519's field and the Edwards constant (RFC 8032 §5.1), to refuse points that are no keys.
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})


class Jwk(msgspec.Struct, frozen=True, omit_defaults=True):
    """The members of a JWK that matter here. `d` is read only to be refused by name."""

    kty: Annotated[str, msgspec.Meta(max_length=8)]
    crv: Annotated[str, msgspec.Meta(max_length=16)]
    x: Annotated[str, msgspec.Meta(max_length=64)]
    y: Annotated[str, msgspec.Meta(max_length=64)] = ""
    kid: Annotated[str, msgspec.Meta(max_length=128)] = ""
    use: Annotated[str, msgspec.Meta(max_length=16)] = "sig"
    alg: Annotated[str, msgspec.Meta(max_length=16)] = ""
    d: object = None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures. `members` are the required members of its JWK, in the order of RFC 7638."""

    key_id: str
    algorithm: Algorithm
    members: tuple[tuple[str, str], ...]
    _key: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` (64 bytes, for P-256 r ‖ s) is this key's over `message`."""
        if len(signature) != _SIGNATURE_BYTES:
            return False
        try:
            if isinstance(self._key, ed25519.Ed25519PublicKey):
                self._key.verify(signature, message)
            else:
                r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
                self._key.verify(encode_dss_signature(r, s), message, _ES256)
        except InvalidSignature:
            return False
        return True

    def jwk(self) -> dict[str, str]:
        """The public JWK, with its key id."""
        return {**dict(self.members), "kid": self.key_id, "use": "sig", "alg": self.algorithm}


def read_public_key(raw: bytes) -> PublicKey:
    """The public key in a JWK document. Raises Problem `access.key-invalid` (not a JWK of the two sorts) or
    `access.key-private` (somebody sent the secret half: that key must not be used any more)."""
    if len(raw) > LONGEST_JWK:
        raise Problem("access.key-invalid", reason="larger than 2,048 bytes")
    try:
        jwk = strict_json.read(raw, Jwk)
    except strict_json.NotStrictError:
        raise Problem("access.key-invalid", reason="not a JWK object") from None
    if jwk.d is not None:
        raise Problem("access.key-private")
    if jwk.use != "sig":
        raise Problem("access.key-invalid", reason="'use' is not 'sig'")
    if (jwk.kty, jwk.crv) == ("OKP", "Ed25519"):
        key = from_ed25519(_coordinate(jwk.x))
    elif (jwk.kty, jwk.crv) == ("EC", "P-256"):
        key = _from_point(_coordinate(jwk.x), _coordinate(jwk.y))
    else:
        raise Problem("access.key-invalid", reason="neither Ed25519 nor P-256")
    if jwk.alg not in ("", key.algorithm):
        raise Problem("access.key-invalid", reason="'alg' does not fit the curve")
    if jwk.kid not in ("", key.key_id):
        raise Problem("access.key-invalid", reason="'kid' is not the RFC 7638 thumbprint")
    return key


def from_ed25519(x: bytes) -> PublicKey:
    """The key of an Ed25519 public key's 32 bytes. OpenSSL takes any bytes; a text that is no point of the curve,
    or one of the few points for which anybody can sign, is refused here."""
    y = int.from_bytes(x, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if y >= _P or y in _SMALL_ORDER or pow(square, (_P - 1) // 2, _P) != 1:
        raise Problem("access.key-invalid", reason="the point is not an Ed25519 key")
    members = {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(x)}
    return _public_key("EdDSA", members, ed25519.Ed25519PublicKey.from_public_bytes(x))


def from_p256(public: ec.EllipticCurvePublicKey) -> PublicKey:
    """The key of a P-256 public key."""
    numbers = public.public_numbers()
    return _from_point(numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big"))


def _from_point(x: bytes, y: bytes) -> PublicKey:
    try:
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
        )
        public = numbers.public_key()
    except ValueError:
        raise Problem("access.key-invalid", reason="the point is not on P-256") from None
    members = {"crv": "P-256", "kty": "EC", "x": base64url.encode(x), "y": base64url.encode(y)}
    return _public_key("ES256", members, public)


def _public_key(
    algorithm: Algorithm,
    members: Mapping[str, str],
    key: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey,
) -> PublicKey:
    canonical = msgspec.json.encode(members, order="sorted")
    thumbprint = base64url.encode(hashlib.sha256(canonical).digest())
    return PublicKey(thumbprint, algorithm, tuple(members.items()), key)


def _coordinate(text: str) -> bytes:
    value = base64url.decode(text)
    if value is None or len(value) != 32:
        raise Problem("access.key-invalid", reason="a coordinate is not 32 bytes of base64url")
    return value
