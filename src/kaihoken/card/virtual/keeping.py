"""The file of a virtual card: everything that is on it, its keys too, so its owner alone may read it (0600)."""

from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kaihoken.card.virtual.card import VirtualJpkiCard
from kaihoken.card.virtual.other import OtherCard
from kaihoken.card.virtual.personalisation import KeyPair, Memory, Personalisation, Secret
from kaihoken.problems import Problem
from kaihoken.store import path_problems, require_private, write_private

_LARGEST: Final = 64 * 1024


class SavedPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key with its certificates in a file that its owner alone may read."""

    certificate: bytes
    authority: bytes
    key: bytes

    @classmethod
    def of(cls, pair: KeyPair) -> "SavedPair":
        """The pair as it is written."""
        key = pair.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return cls(pair.certificate, pair.authority, key)

    def read(self) -> KeyPair:
        """The pair that was written so. ValueError, TypeError where it holds no RSA key."""
        key = serialization.load_der_private_key(
            self.key, None, unsafe_skip_rsa_key_validation=True
        )  # our own
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("no RSA key")
        return KeyPair(self.certificate, self.authority, key)


class _Jpki(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: str
    atr: bytes
    authentication: SavedPair
    signature: SavedPair | None
    secrets: dict[Secret, str]
    tries: dict[Secret, int]
    certificate_needs_pin: bool
    opened_by_holder: bool


class _Saved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal["kaihoken.virtual-card/1"]
    jpki: _Jpki | None
    """None: a card without the application."""


class KeptCard:
    """A card with its file, itself a card to be put on a reader: what a command changed, a PIN or the tries left, is on
    disk before its answer is given."""

    def __init__(self, path: Path, card: VirtualJpkiCard | OtherCard) -> None:
        self.path = path
        self.card = card
        self._kept = _memory_of(card)

    @classmethod
    def made(cls, path: Path, card: VirtualJpkiCard | OtherCard) -> "KeptCard":
        """Writes a new file. Problems `store.path`, also where a file is there already: it may hold the key of a
        card; `store.full`."""
        try:
            write_private(path, _encoded(card))
        except FileExistsError:
            raise Problem("store.path", where=path.name, reason="File exists") from None
        return cls(path, card)

    @classmethod
    def read(cls, path: Path) -> "KeptCard":
        """The card of a file. Problems `card.file` for what is none; `store.keys_open` where others may read it;
        `store.path`."""
        with path_problems(path):
            require_private(path)
            with path.open("rb") as file:
                content = file.read(_LARGEST + 1)
        try:
            return cls(path, _decoded(content))
        except (msgspec.MsgspecError, ValueError, TypeError, KeyError):
            raise Problem("card.file", where=path.name) from None

    @property
    def atr(self) -> bytes:
        return self.card.atr

    def reset(self) -> None:
        self.card.reset()

    def transmit(self, command: bytes | bytearray) -> bytes:
        """The card's answer. Problems as `keep`."""
        answer = self.card.transmit(command)
        self.keep()
        return answer

    def keep(self) -> bool:
        """Replaces the file if something has changed; whether it has. Problems `store.path`, `store.full`."""
        now = _memory_of(self.card)
        if now == self._kept:
            return False
        fresh = self.path.with_name(f"{self.path.name}.new")
        with path_problems(self.path):
            fresh.unlink(missing_ok=True)
            write_private(fresh, _encoded(self.card))
            fresh.replace(self.path)
        self._kept = now
        return True


def _memory_of(card: VirtualJpkiCard | OtherCard) -> Memory | None:
    return card.memory if isinstance(card, VirtualJpkiCard) else None


def _encoded(card: VirtualJpkiCard | OtherCard) -> bytes:
    jpki = _of(card.personalisation, card.memory) if isinstance(card, VirtualJpkiCard) else None
    return msgspec.json.format(msgspec.json.encode(_Saved("kaihoken.virtual-card/1", jpki))) + b"\n"


def _of(made: Personalisation, memory: Memory) -> _Jpki:
    return _Jpki(
        label=made.label,
        atr=made.atr,
        authentication=SavedPair.of(made.authentication),
        signature=None if made.signature is None else SavedPair.of(made.signature),
        secrets={secret: value.decode("ascii") for secret, value in memory.secrets.items()},
        tries=dict(memory.tries),
        certificate_needs_pin=made.certificate_needs_pin,
        opened_by_holder=made.opened_by_holder,
    )


def _decoded(content: bytes) -> VirtualJpkiCard | OtherCard:
    saved = msgspec.json.decode(content, type=_Saved).jpki
    if saved is None:
        return OtherCard()
    memory = Memory(
        {secret: saved.secrets[secret].encode("ascii") for secret in Secret},
        {secret: saved.tries[secret] for secret in Secret},
    )
    return VirtualJpkiCard(
        Personalisation(
            label=saved.label,
            authentication=saved.authentication.read(),
            signature=None if saved.signature is None else saved.signature.read(),
            memory=memory,
            certificate_needs_pin=saved.certificate_needs_pin,
            opened_by_holder=saved.opened_by_holder,
            atr=saved.atr,
        )
    )
