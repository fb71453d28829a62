"""An authenticator in software: makes passkeys and signs with them, as exactly or as wrongly as a test wants."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kaihoken.access.base64url import encode

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_NO_AAGUID = bytes(16)


@dataclass
class SoftPasskey:
    """One passkey. `verifies`: its authenticator asks for a PIN; `holder`: for which account it says it was made."""

    rp_id: str
    origin: str
    verifies: bool = True
    counter: int = 0
    holder: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    raw_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def passkey_id(self) -> str:
        return encode(self.raw_id)

    def created(self, challenge: str, /, **changes: str) -> str:
        """What `navigator.credentials.create` answers; `changes` are to the client data."""
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        attested = _NO_AAGUID + len(self.raw_id).to_bytes(2, "big") + self.raw_id + cose
        attestation = cbor2.dumps(
            {"fmt": "none", "attStmt": {}, "authData": self._data(_ATTESTED) + attested}
        )
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", challenge, changes),
            attestationObject=attestation,
        )

    def answer(self, challenge: str, /, **changes: str) -> str:
        """What `navigator.credentials.get` answers."""
        self.counter += 1
        client_data = self._client_data("webauthn.get", challenge, changes)
        data = self._data(0)
        signed = data + hashlib.sha256(client_data).digest()
        holder = {"userHandle": bytes.fromhex(self.holder)} if self.holder else {}
        return self._answer(
            **holder,
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )

    def _data(self, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str, changes: dict[str, str]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, **changes}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes) -> str:
        return json.dumps(
            {
                "id": self.passkey_id,
                "rawId": self.passkey_id,
                "type": "public-key",
                "response": {name: encode(value) for name, value in response.items()},
                "clientExtensionResults": {},
            }
        )
