"""Passkeys (WebAuthn Level 2): what a browser is asked, and what its answer proves.

The `webauthn` library reads and verifies; this module says what counts. Passkeys are discoverable, so a browser is
asked without naming anybody: nothing that a page says depends on whether an account exists. Attestation is not
asked for: which maker built somebody's telephone is nothing the hub needs to know.

A passkey counts only where its authenticator verified its user (PIN, finger or face): then it shows two factors at
once, possession of its key and knowledge or inherence. One that noticed a touch alone shows possession, however many
of them there are, so it is neither taken in nor does it open anything (docs/decisions/0011)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kaihoken.access import base64url
from kaihoken.access.people.account import Account, Authenticator
from kaihoken.problems import Problem

LONGEST_ANSWER = 16 * 1024
_PATIENCE_MS = 120_000

_AUTHENTICATOR = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED,
    user_verification=UserVerificationRequirement.REQUIRED,
)
_MALFORMED = (
    WebAuthnException,
    msgspec.MsgspecError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RecursionError,
)
"""What the libraries raise at an answer that proves nothing, in whatever way it is broken."""


Options = Mapping[str, object]
"""What a browser's script is given, ready to be written as JSON."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site that passkeys are for: `rp_id` is its host name, `origin` what a browser says it is at."""

    rp_id: str
    origin: str

    @classmethod
    def at(cls, url: str) -> "RelyingParty":
        """That of a hub's public address. Browsers make no passkeys for an address in numbers: a hub at 127.0.0.1 is
        reached as localhost for them."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        name = "localhost" if host in ("127.0.0.1", "::1") else host
        port = f":{parts.port}" if parts.port else ""
        return cls(name, f"{parts.scheme}://{name}{port}")


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was made for us: its id in base64url, its COSE key, its counter."""

    passkey_id: str
    public: bytes
    counter: int


class _Answer(msgspec.Struct):
    id: str


class _Holder(msgspec.Struct, rename={"user_handle": "userHandle"}):
    user_handle: str | None = (
        None  # not every authenticator says it where it is told which passkeys it may use
    )


class _OfHolder(msgspec.Struct):
    response: _Holder


def creation_options(
    party: RelyingParty, account: Account, challenge: bytes, existing: Sequence[Authenticator]
) -> Options:
    """What `navigator.credentials.create` is given: never the same authenticator twice."""
    return options_to_json_dict(
        generate_registration_options(
            rp_id=party.rp_id,
            rp_name="皆保険",
            user_id=bytes.fromhex(account.account_id),
            user_name=account.name,
            challenge=challenge,
            timeout=_PATIENCE_MS,
            authenticator_selection=_AUTHENTICATOR,
            exclude_credentials=[_described(one) for one in existing if one.kind == "passkey"],
        )
    )


def request_options(party: RelyingParty, challenge: bytes, allowed: Sequence[Authenticator] = ()) -> Options:
    """What `navigator.credentials.get` is given; `allowed` only once it is known who it is."""
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=party.rp_id,
            challenge=challenge,
            timeout=_PATIENCE_MS,
            allow_credentials=[_described(one) for one in allowed if one.kind == "passkey"],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def passkey_named(answer: str) -> str:
    """The id of the passkey that an answer names. Problem `access.sign-in-refused`."""
    if len(answer) > LONGEST_ANSWER:
        raise Problem("access.sign-in-refused")
    try:
        named = msgspec.json.decode(answer, type=_Answer).id
    except (msgspec.DecodeError, RecursionError):
        raise Problem("access.sign-in-refused") from None
    if base64url.decode(named) is None:
        raise Problem("access.sign-in-refused")
    return named


def made(party: RelyingParty, answer: str, challenge: bytes) -> NewPasskey:
    """The passkey that an answer of `create` brings. Problems `access.passkey-refused`, `access.passkey-unverified`."""
    if len(answer) > LONGEST_ANSWER:
        raise Problem("access.passkey-refused")
    try:
        verified = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
        )
    except _MALFORMED:
        raise Problem("access.passkey-refused") from None
    if not verified.user_verified:
        raise Problem("access.passkey-unverified")
    return NewPasskey(
        base64url.encode(verified.credential_id), verified.credential_public_key, verified.sign_count
    )


def signed(party: RelyingParty, answer: str, challenge: bytes, passkey: Authenticator) -> int:
    """The counter of a passkey that signed the challenge. Problem `access.sign-in-refused`, also where its counter went
    back (then there are two of that key), or where its authenticator made it for another account;
    `access.passkey-unverified` only to who holds the key."""
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=passkey.public,
            credential_current_sign_count=passkey.counter,
        )
        holder = msgspec.json.decode(answer, type=_OfHolder).response.user_handle
    except _MALFORMED:
        raise Problem("access.sign-in-refused") from None
    if holder and holder != base64url.encode(bytes.fromhex(passkey.account_id)):
        raise Problem("access.sign-in-refused")
    if not verified.user_verified:
        raise Problem("access.passkey-unverified")
    return verified.new_sign_count


def bytes_of(challenge: str) -> bytes:
    """The bytes that a challenge's name stands for."""
    return base64url.decode(challenge) or b""


def _described(passkey: Authenticator) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url.decode(passkey.authenticator_id) or b"")
