"""The virtual cards of a demonstration, and the ready-made people who hold them: so that a newcomer signs in with one
click. The hub's own machine holds every card, which is why this stands on `demo` stores alone.

Signing in asks of a card what reception asks, by the same room: who issued it, for what, until when. In the months of
grace after its last day a certificate gives coverage only, so nobody signs in with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from kaihoken.access.people import CardProof, Role
from kaihoken.card.certificate import Issuer, Root, Trust, UserCertificate, Validity, check_use, validity_of
from kaihoken.card.virtual import KeyPair
from kaihoken.clock import tokyo_day
from kaihoken.problems import Problem

_SERIAL_BYTES = 20
_STANDS = (Validity.GOOD, Validity.EXPIRES_SOON)


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card in the wallet: the message `account.demo.<name>` says whose it is."""

    name: str
    role: Role
    pair: KeyPair


class TrustedCards:
    """The cards that roots issued (see `kaihoken.access.people.CardCheck`)."""

    def __init__(self, roots: Sequence[Root]) -> None:
        """Problems `card.root-unfit`, `card.root-twice`."""
        self._trust = Trust(roots)

    def proved(self, certificate: bytes, signature: bytes, message: bytes, at: datetime) -> str:
        """The id of the card that signed the message. Problem `access.sign-in-refused`, whatever is wrong: another
        authority (by its signature: names are shared), too old or too new, not for signing challenges, another key."""
        try:
            read, issuer = self._read(certificate)
            check_use(read, tokyo_day(at))
        except Problem:
            raise Problem("access.sign-in-refused") from None
        if not read.has_signed(message, signature) or validity_of(read, at) not in _STANDS:
            raise Problem("access.sign-in-refused")
        return _id_of(read, issuer)

    def id_of(self, certificate: bytes) -> str:
        """By which a hub knows a card. Problems of `UserCertificate.read` and `Trust.issuer_of`."""
        return _id_of(*self._read(certificate))

    def _read(self, certificate: bytes) -> tuple[UserCertificate, Issuer]:
        read = UserCertificate.read(certificate)
        return read, self._trust.issuer_of(read)


class CardWallet:
    """Every card of a demonstration, in the order in which the page shows them."""

    def __init__(self, roots: Sequence[Root], cards: Sequence[HeldCard]) -> None:
        """Problems of `TrustedCards` and of its `id_of`."""
        self.trust = TrustedCards(roots)
        self.cards = tuple(cards)
        self._names = {self.trust.id_of(held.pair.certificate): held.name for held in self.cards}

    def sign(self, name: str, message: bytes) -> CardProof:
        """What the card of that name brings, its PIN being known to the wallet. Problem `access.sign-in-refused`."""
        for held in self.cards:
            if held.name == name:
                signature = held.pair.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
                return CardProof(held.pair.certificate, signature)
        raise Problem("access.sign-in-refused")

    def card_of(self, authenticator_id: str) -> str:
        """The name of a card, "" where it lies not here."""
        return self._names.get(authenticator_id, "")


def _id_of(certificate: UserCertificate, issuer: Issuer) -> str:
    """Its issuer's key and its serial, hashed: a serial alone, and a name, is used by more than one authority."""
    named = issuer.issuer_key + certificate.serial.to_bytes(_SERIAL_BYTES, "big")
    return hashlib.sha256(named).hexdigest()
