"""Answers of the responder (OCSP, RFC 6960): good, revoked or unknown, for one certificate, with the asker's nonce.

A responder of its own, named by the root for some weeks, signs them: roots answer nothing themselves.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import ocsp

from kaihoken.card.authority.ledger import Entry, Number
from kaihoken.card.authority.life import State
from kaihoken.card.authority.profile import responder_builder
from kaihoken.card.authority.roots import SigningRoot
from kaihoken.clock import Clock

LARGEST = 4096
LONGEST_NONCE = 128  # RFC 9654
HOLDS_FOR = timedelta(hours=12)
_LIFE, _RENEWED_BEFORE, _BEGAN = timedelta(days=30), timedelta(days=3), timedelta(hours=1)
_GENERALIZED = "%Y%m%d%H%M%SZ"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The certificate of a question, as the question names it."""

    root: SigningRoot
    number: Number
    request: ocsp.OCSPRequest


class Responder:
    """Answers for some roots, from what `find` knows of a certificate."""

    def __init__(
        self,
        roots: Sequence[SigningRoot],
        key: rsa.RSAPrivateKey,
        find: Callable[[Number], Entry | None],
        clock: Clock,
    ) -> None:
        self._roots = roots
        self._key = key
        self._find = find
        self._clock = clock
        self._named: dict[str, x509.Certificate] = {}

    def answer(self, question: bytes) -> bytes:
        """The answer to a question (both DER). A question that cannot be read is answered `malformedRequest`, one about
        another authority's certificate `unauthorized`: neither is signed."""
        try:
            asked = self._asked(question)
        except (ValueError, TypeError, UnsupportedAlgorithm, NotImplementedError, x509.DuplicateExtension):
            return _unsigned(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        if asked is None:
            return _unsigned(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return self._answer(asked)

    def _asked(self, question: bytes) -> _Asked | None:
        if len(question) > LARGEST:
            raise ValueError("too large")
        request = ocsp.load_der_ocsp_request(question)
        nonce = _nonce(request)
        if nonce is not None and not 0 < len(nonce) <= LONGEST_NONCE:
            raise ValueError("a nonce of another length")
        for root in self._roots:
            named = _hashed(root, request.hash_algorithm)
            if (request.issuer_name_hash, request.issuer_key_hash) == named:
                return _Asked(root, (root.known_as, request.serial_number), request)
        return None

    def _answer(self, asked: _Asked) -> bytes:
        now = self._clock.now().replace(microsecond=0)
        entry = self._find(asked.number)
        status, at, reason = _status(entry)
        responder = self._responder(asked.root, now)
        request = asked.request
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                request.issuer_name_hash,
                request.issuer_key_hash,
                request.serial_number,
                request.hash_algorithm,
                status,
                now,
                now + HOLDS_FOR,
                at,
                reason,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
            .certificates([responder])
        )
        nonce = _nonce(request)
        if nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        return self._dated(builder.sign(self._key, hashes.SHA256()), now)

    def _dated(self, answer: ocsp.OCSPResponse, now: datetime) -> bytes:
        """The answer with the house's instant for the machine's, by which the library dates it, and signed again: the
        one time and the one signature have the length of the other."""
        old, new = (at.strftime(_GENERALIZED).encode() for at in (answer.produced_at_utc, now))
        said = answer.tbs_response_bytes
        told = said.replace(old, new, 1)
        signature = self._key.sign(told, padding.PKCS1v15(), hashes.SHA256())
        whole = answer.public_bytes(serialization.Encoding.DER)
        return whole.replace(said, told, 1).replace(answer.signature, signature, 1)

    def _responder(self, root: SigningRoot, now: datetime) -> x509.Certificate:
        """The certificate that lets the responder answer for a root now."""
        named = self._named.get(root.known_as)
        if named is None or not (
            named.not_valid_before_utc <= now < named.not_valid_after_utc - _RENEWED_BEFORE
        ):
            named = responder_builder(
                root.document, self._key.public_key(), 1 + secrets.randbits(63), now - _BEGAN, now + _LIFE
            ).sign(root.key, hashes.SHA256())
            self._named[root.known_as] = named
        return named


def _status(
    entry: Entry | None,
) -> tuple[ocsp.OCSPCertStatus, datetime | None, x509.ReasonFlags | None]:
    if entry is None:
        return ocsp.OCSPCertStatus.UNKNOWN, None, None
    if entry.state is State.GOOD:
        return ocsp.OCSPCertStatus.GOOD, None, None
    reason = None if entry.reason is x509.ReasonFlags.unspecified else entry.reason
    return ocsp.OCSPCertStatus.REVOKED, entry.at, reason


def _nonce(request: ocsp.OCSPRequest) -> bytes | None:
    try:
        return request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None


def _hashed(root: SigningRoot, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    """How a question names a root: the hashes of its name and of its key."""
    key = root.key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return _hash(root.document.subject.public_bytes(), algorithm), _hash(key, algorithm)


def _hash(content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(content)
    return digest.finalize()


def _unsigned(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)
