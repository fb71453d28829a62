"""How a client proves who it is: a signed assertion (RFC 7523, `private_key_jwt`), verified by hand.

By hand, because what decides access here is what a general library leaves open: one algorithm list of two, no
parameter that was not asked for, one text per value, no name twice, one use. The whole format is three base64url
parts (RFC 7515 §3.1), and `cryptography` does the mathematics.

Until the signature is proven, every refusal reads alike and costs one signature check, so that nobody learns which
clients or keys exist. After the proof the caller is told what is wrong: it holds the key.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from kaihoken.access import base64url, strict_json
from kaihoken.access.certificate import Certificate, ClientCas
from kaihoken.access.certificate_binding import CertificateRule
from kaihoken.access.client import Client, ClientKey, Registry
from kaihoken.access.key import Algorithm, PublicKey, from_ed25519, from_p256
from kaihoken.access.replay import ReplayMemory
from kaihoken.clock import Clock
from kaihoken.problems import Problem

LONGEST_ASSERTION = 4096
LONGEST_LIFE = 300
"""Seconds from `iat` to `exp`, and from now to `exp`, at most."""
SKEW = 30
"""Seconds by which a client's clock may be ahead."""

_Word = Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]{1,128}\Z")]
_Instant = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """RFC 7515 §4.1. Unknown parameters are refused: `crit`, `jku`, `jwk`, `x5u` bring keys or rules of their own."""

    alg: Literal["EdDSA", "ES256"]
    kid: _Word
    typ: Literal["JWT", "client-authentication+jwt"] = "JWT"


class _Claims(msgspec.Struct, frozen=True):
    """RFC 7523 §3. Other claims are let stand unread (RFC 7519 §4)."""

    iss: _Word
    sub: _Word
    aud: (
        str | list[str]
    )  # without constraints: msgspec 0.22 crashes on constrained strings beside a fixed tuple
    exp: _Instant
    iat: _Instant
    jti: Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]{8,128}\Z")]
    nbf: _Instant = 0


@dataclass(frozen=True, slots=True)
class Proven:
    """A client that has just proven that it holds this key. `at` is the hub's time at which it did, in seconds."""

    client: Client
    key: ClientKey
    at: int


class AssertionVerifier:
    """Decides whether an assertion proves a client. Holds the memory of used ids.

    `audience` is the URL of the token endpoint. Assertions name the hub's issuer identifier (RFC 8414) in `aud`, as
    FAPI 2.0 asks; clients of other makers that name the token endpoint are let in as well, unless `strict`. Either is a
    text that stands alone, never a list. Assertions made before `started` are refused, because the memory of used ids
    does not survive a restart.
    """

    def __init__(
        self,
        registry: Registry,
        audience: str,
        clock: Clock,
        replays: ReplayMemory | None = None,
        certificates: CertificateRule | None = None,
        strict: bool = False,
    ) -> None:
        self._registry = registry
        self._certificates = CertificateRule(ClientCas()) if certificates is None else certificates
        self._issuer = audience.removesuffix("/oauth/token")
        self._audiences = (self._issuer,) if strict else (self._issuer, audience)
        self._clock = clock
        self._replays = ReplayMemory() if replays is None else replays
        self._started = self._latest = int(clock.now().timestamp())
        # Nobody holds the secret halves: they stand in for keys that do not exist, at the same cost.
        self._decoys: dict[Algorithm, PublicKey] = {
            "EdDSA": from_ed25519(ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()),
            "ES256": from_p256(ec.generate_private_key(ec.SECP256R1()).public_key()),
        }

    def verify(self, assertion: str, certificate: Certificate | None = None) -> Proven:
        """The client that the assertion proves, over a connection with that certificate. Each assertion proves once.

        Raises Problem `access.assertion-malformed` (naming the part), `access.assertion-refused` (nothing proven),
        and after the proof `access.client-disabled`, `access.assertion-audience`, those of `CertificateRule.check`,
        `access.assertion-time`, `access.assertion-replayed`; `access.busy`.
        """
        header, claims, signature, signed = _read(assertion)
        held = self._registry.signing_key(claims.sub, header.kid, header.alg)
        public = held[1].public if held else self._decoys[header.alg]
        if not public.verify(signature, signed) or held is None:
            raise Problem("access.assertion-refused")
        client, key = held
        if client.status != "active" or key.status != "active":
            raise Problem("access.client-disabled")
        if key.is_code and self._clock.now().timestamp() > key.until:
            raise Problem("access.client-disabled")
        if claims.aud not in self._audiences:
            raise Problem("access.assertion-audience", audience=self._issuer)
        # Never backwards: a clock that is set back must not revive assertions whose ids are forgotten.
        now = self._latest = max(self._latest, int(self._clock.now().timestamp()))
        # Before the assertion's own times: of three clocks two may say that ours is the one that is off.
        self._certificates.check(certificate, client.certificates, now, claims.iat)
        self._check_times(claims, now)
        if not self._replays.use(client.client_id, claims.jti, claims.exp, self._latest):
            raise Problem("access.assertion-replayed")
        return Proven(client, key, now)

    def claimed(self, assertion: str) -> tuple[str, str]:
        """The client and the key that an assertion names, as far as they are enrolled, else "". Proves nothing: for the
        operator's log, never for an answer."""
        try:
            header, claims, _, _ = _read(assertion)
        except Problem:
            return "", ""
        if self._registry.get(claims.sub) is None:
            return "", ""
        held = self._registry.signing_key(claims.sub, header.kid, header.alg)
        return claims.sub, header.kid if held is not None else ""

    def _check_times(self, claims: _Claims, now: int) -> None:
        if claims.exp <= now:
            raise Problem("access.assertion-time", where="exp", reason="expired")
        if claims.exp > now + LONGEST_LIFE or claims.exp - claims.iat > LONGEST_LIFE:
            raise Problem("access.assertion-time", where="exp", reason=f"more than {LONGEST_LIFE} s ahead")
        if claims.iat > now + SKEW:
            raise Problem("access.assertion-time", where="iat", reason="in the future")
        if claims.nbf > now + SKEW:
            raise Problem("access.assertion-time", where="nbf", reason="in the future")
        if claims.iat < self._started:
            raise Problem("access.assertion-time", where="iat", reason="made before the hub started")


def _read(assertion: str) -> tuple[_Header, _Claims, bytes, bytes]:
    """Header, claims, signature, and the bytes that are signed."""
    if len(assertion) > LONGEST_ASSERTION:
        raise _malformed("size")
    parts = assertion.split(".")
    if len(parts) != 3:
        raise _malformed("parts")
    header = _object(parts[0], _Header, "header")
    claims = _object(parts[1], _Claims, "claims")
    if claims.iss != claims.sub:
        raise _malformed("iss")
    signature = base64url.decode(parts[2])
    if signature is None:
        raise _malformed("signature")
    return header, claims, signature, f"{parts[0]}.{parts[1]}".encode("ascii")


def _object(text: str, shape: type[strict_json.S], part: str) -> strict_json.S:
    raw = base64url.decode(text)
    if raw is None:
        raise _malformed(part)
    try:
        return strict_json.read(raw, shape)
    except strict_json.NotStrictError:
        raise _malformed(part) from None


def _malformed(part: str) -> Problem:
    return Problem("access.assertion-malformed", where=part)
