"""The virtual cards of a demonstration, and the ready-made people who hold them: so that a newcomer signs in with one
click. The hub's own machine holds every card, which is why this stands on `demo` stores alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from kaihoken.access.people import PIN, CardProof, Role, Trust, VirtualCard
from kaihoken.problems import Problem


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card in the wallet: the message `account.demo.<name>` says whose it is."""

    name: str
    role: Role
    card: VirtualCard


class CardWallet:
    """Every card of a demonstration, in the order in which the page shows them."""

    def __init__(self, roots: Sequence[bytes], cards: Sequence[HeldCard]) -> None:
        self.trust = Trust(roots)
        self.cards = tuple(cards)

    def sign(self, name: str, message: bytes) -> CardProof:
        """What the card of that name brings once its PIN was typed. Problem `access.sign-in-refused`."""
        for held in self.cards:
            if held.name == name:
                return CardProof(held.card.certificate, held.card.sign(message, PIN))
        raise Problem("access.sign-in-refused")

    def card_of(self, authenticator_id: str) -> str:
        """The name of a card, "" where it lies not here."""
        return next((held.name for held in self.cards if held.card.card_id == authenticator_id), "")
