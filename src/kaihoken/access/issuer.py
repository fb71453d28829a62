"""The client's half: making a key pair and signing assertions. For the typed client, the demo facility, benches.

The private key is a JWK in a file that only its owner may read (0600).
"""

import os
import secrets
import stat
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from kaihoken.access import base64url
from kaihoken.access.key import Algorithm, PublicKey, from_ed25519, from_p256
from kaihoken.clock import Clock
from kaihoken.problems import Problem

_POSIX = os.name == "posix"

ASSERTION_SECONDS = 120
"""How long our own assertions last: short, with room for a clock that is a minute off."""


class _PrivateJwk(msgspec.Struct, frozen=True):
    """The members of our key files that are read; the public ones follow from `d`."""

    crv: Literal["Ed25519", "P-256"]
    d: str
    demo: bool = False  # our own member: says that the key lies about readable


class PrivateKey:
    """A key that signs. Shows nothing of itself."""

    __slots__ = ("_key", "demo", "public")

    def __init__(
        self, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, *, demo: bool = False
    ) -> None:
        self._key = key
        self.demo = demo
        self.public: PublicKey = (
            from_ed25519(key.public_key().public_bytes_raw())
            if isinstance(key, ed25519.Ed25519PrivateKey)
            else from_p256(key.public_key())
        )

    def sign(self, message: bytes) -> bytes:
        """64 bytes, as JWS has them (RFC 7518 §3.4, RFC 8037 §3.1)."""
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(message)
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def saved(self) -> bytes:
        """The private JWK, for a place that its owner alone may read."""
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            secret = self._key.private_bytes_raw()
        else:
            secret = self._key.private_numbers().private_value.to_bytes(32, "big")
        jwk: dict[str, object] = {**self.public.jwk(), "d": base64url.encode(secret)}
        if self.demo:
            jwk["demo"] = True
        return msgspec.json.encode(jwk)

    def save(self, file: Path) -> None:
        """Write the key to a new file that only its owner may read. Raises Problem `access.key-file` when the file
        exists or cannot be written."""
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(self.saved())
        except OSError as error:
            raise Problem(
                "access.key-file", where=str(file), reason=error.strerror or "not written"
            ) from None


def make_key(algorithm: Algorithm = "EdDSA", *, demo: bool = False) -> PrivateKey:
    """A new key from the machine's randomness."""
    if algorithm == "EdDSA":
        return PrivateKey(ed25519.Ed25519PrivateKey.generate(), demo=demo)
    return PrivateKey(ec.generate_private_key(ec.SECP256R1()), demo=demo)


def load_key(file: Path) -> PrivateKey:
    """The key in a file that `save` wrote. Raises Problem `access.key-file` when others may read the file (not told
    on Windows), or it holds no such key."""
    try:
        with file.open("rb") as opened:
            if _POSIX and os.fstat(opened.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise Problem("access.key-file", where=str(file), reason="others may read it: chmod 600")
            content = opened.read(2048)
    except OSError as error:
        raise Problem("access.key-file", where=str(file), reason=error.strerror or "not read") from None
    return read_key(content, str(file))


def read_key(saved: bytes, where: str) -> PrivateKey:
    """The key of a private JWK that lies at `where`. Raises Problem `access.key-file` when it is none."""
    try:
        jwk = msgspec.json.decode(saved, type=_PrivateJwk)
        secret = base64url.decode(jwk.d)
        if secret is None or len(secret) != 32:
            raise Problem("access.key-file", where=where, reason="'d' is not 32 bytes of base64url")
        if jwk.crv == "Ed25519":
            return PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(secret), demo=jwk.demo)
        number = int.from_bytes(secret, "big")
        return PrivateKey(ec.derive_private_key(number, ec.SECP256R1()), demo=jwk.demo)
    except ValueError:  # of the JSON, its shape, or the number; none may be quoted
        raise Problem("access.key-file", where=where, reason="holds no private JWK") from None


class Issuer:
    """Makes the assertions of one client for one hub. `audience` is the hub's issuer identifier: its address (FAPI 2.0
    names it so, alone)."""

    def __init__(self, client_id: str, key: PrivateKey, audience: str, clock: Clock) -> None:
        self._client_id = client_id
        self._key = key
        self._audience = audience
        self._clock = clock

    def assertion(self) -> str:
        """A fresh assertion, good once."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": self._audience,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(16),
        }
        return sign(self._key, claims)


def sign(key: PrivateKey, claims: dict[str, object]) -> str:
    """The compact JWS (RFC 7515 §7.1) of some claims."""
    header = {"alg": key.public.algorithm, "kid": key.public.key_id, "typ": "JWT"}
    signed = ".".join(base64url.encode(msgspec.json.encode(part)) for part in (header, claims))
    return f"{signed}.{base64url.encode(key.sign(signed.encode('ascii')))}"
