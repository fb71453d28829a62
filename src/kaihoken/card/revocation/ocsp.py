"""The authority's responder (OCSP, RFC 6960): one question per certificate, with a nonce, answered by a responder that
the certificate's own issuer named.
"""

import secrets
from datetime import datetime, timedelta

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from kaihoken.card.certificate import Issuer, UserCertificate, rsa_key_of
from kaihoken.card.revocation.fetching import fetched
from kaihoken.card.revocation.status import AHEAD, UNREADABLE, Standing, Status, Why, unknown
from kaihoken.clock import Clock

LARGEST = 16_384
"""Bytes of an answer."""

FRESH = timedelta(hours=24)
"""An answer that is older says nothing of today."""

NONCE_BYTES = 32
_QUESTION = "application/ocsp-request"
_HASHED = hashes.SHA256
_SHA256_RSA = x509.SignatureAlgorithmOID.RSA_WITH_SHA256


class OcspSource:
    """Asks the responder at a URL. `client` stays the caller's, and its time-outs count: a hub that waits for a
    responder keeps a counter waiting."""

    def __init__(self, url: str, client: httpx.AsyncClient, clock: Clock) -> None:
        self._url = url
        self._client = client
        self._clock = clock

    async def status(self, certificate: UserCertificate, issuer: Issuer) -> Status:
        """See `RevocationSource`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        asked = question(certificate, issuer, nonce)
        content = await fetched(self._client, self._url, LARGEST + 1, question=asked, of=_QUESTION)
        if content is None:
            return unknown(Why.NO_ANSWER)
        return judge_ocsp(content, certificate, issuer, nonce, self._clock.now())


def question(certificate: UserCertificate, issuer: Issuer, nonce: bytes) -> bytes:
    """The question about a certificate (DER)."""
    return (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate.document, issuer.document, _HASHED())
        .add_extension(x509.OCSPNonce(nonce), critical=False)
        .build()
        .public_bytes(Encoding.DER)
    )


def judge_ocsp(
    content: bytes, certificate: UserCertificate, issuer: Issuer, nonce: bytes, now: datetime
) -> Status:
    """What an answer to the question with that nonce says of a certificate of that issuer at an instant."""
    try:
        found = _judged(content, certificate, issuer, nonce, now)
    except UNREADABLE:
        found = unknown(Why.UNREADABLE)
    return found.seen_in(content)


def _judged(
    content: bytes, certificate: UserCertificate, issuer: Issuer, nonce: bytes, now: datetime
) -> Status:
    if len(content) > LARGEST:
        return unknown(Why.UNREADABLE)
    answer = ocsp.load_der_ocsp_response(content)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return unknown(Why.NOT_KNOWN)
    if not _is_signed(answer, issuer, now):
        return unknown(Why.FORGED)
    if any(one.critical for one in (*answer.extensions, *answer.single_extensions)):
        return unknown(Why.UNREADABLE)
    made = _produced(answer)
    if _nonce(answer) != nonce or not _is_about(answer, certificate, issuer):
        return unknown(Why.ANOTHER, made)
    if not _is_fresh(answer, now):
        return unknown(Why.STALE, made)
    match answer.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return Status(Standing.GOOD, produced_at=made)
        case ocsp.OCSPCertStatus.REVOKED:
            reason = answer.revocation_reason or x509.ReasonFlags.unspecified
            return Status(Standing.REVOKED, produced_at=made, reason=reason, at=answer.revocation_time_utc)
        case _:
            return unknown(Why.NOT_KNOWN, made)


def _is_signed(answer: ocsp.OCSPResponse, issuer: Issuer, now: datetime) -> bool:
    """Whether a responder signed it whose certificate, brought along, the issuer itself issued for that, and which is
    within its time."""
    if answer.signature_algorithm_oid != _SHA256_RSA:
        return False
    return any(
        one.not_valid_before_utc - AHEAD <= now <= one.not_valid_after_utc
        and issuer.issued(one)
        and _may_answer(one)
        and _signed_by(answer, one)
        for one in answer.certificates
    )


def _may_answer(responder: x509.Certificate) -> bool:
    extensions = responder.extensions
    try:
        use = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in use and usage.digital_signature


def _signed_by(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    key = rsa_key_of(responder)
    if key is None:
        return False
    try:
        key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _nonce(answer: ocsp.OCSPResponse) -> bytes | None:
    try:
        return answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None


def _is_about(answer: ocsp.OCSPResponse, certificate: UserCertificate, issuer: Issuer) -> bool:
    """Whether it is about this serial of this issuer, and about nothing else."""
    asked = (
        ocsp.OCSPRequestBuilder().add_certificate(certificate.document, issuer.document, _HASHED()).build()
    )
    return (
        len(list(answer.responses)) == 1
        and isinstance(answer.hash_algorithm, _HASHED)
        and answer.serial_number == asked.serial_number
        and answer.issuer_key_hash == asked.issuer_key_hash
        and answer.issuer_name_hash == asked.issuer_name_hash
    )


def _produced(answer: ocsp.OCSPResponse) -> datetime:
    return answer.produced_at_utc


def _is_fresh(answer: ocsp.OCSPResponse, now: datetime) -> bool:
    oldest = min(answer.this_update_utc, _produced(answer))
    newest = max(answer.this_update_utc, _produced(answer))
    until = answer.next_update_utc
    return oldest >= now - FRESH and newest <= now + AHEAD and (until is None or now < until)
