"""Questions about a card: those that rest on a presence which this hub proved, and those on a terminal's own check."""

from datetime import datetime
from typing import Final

from kaihoken.card.certificate import Validity
from kaihoken.card.presence import Agreement, Bound, Kind, Presences
from kaihoken.coverage.inquiry import CardProof, Presented
from kaihoken.problems import Problem

_PRESENTED = {Kind.CARD: Presented.CARD, Kind.PHONE: Presented.PHONE}


class CardQuestions:
    """What a hub takes. `presences` None: it pins no authority, so nothing can be proved to it. `proved_only`: no
    word of a terminal that checked a card by itself."""

    def __init__(self, presences: Presences | None = None, *, proved_only: bool = False) -> None:
        self._presences = presences
        self._proved_only = proved_only

    def require_terminal_taken(self) -> None:
        """Problem `card.unproved` where a question names a certificate that only its terminal has checked, and this hub
        takes none of these."""
        if self._proved_only:
            raise Problem("card.unproved")

    def card_of(
        self, presence: str, bound: Bound, agreement: Agreement, at: datetime
    ) -> tuple[str, str, Presented, CardProof]:
        """Issuer and serial as coverage knows them, what was put on the reader, and how that was proved. Problems
        `card.not-taken` and those of `Presences.open`."""
        if self._presences is None:
            raise Problem("card.not-taken")
        found = self._presences.open(presence, bound, agreement, at)
        method = found.method
        proof = CardProof(
            method.value, found.challenge, method.attested, coverage_only=found.state is Validity.IN_GRACE
        )
        return found.known_as, found.serial, _PRESENTED[method.kind], proof


NO_CARDS: Final = CardQuestions()
"""Nothing is proved to who has no roots; the word of terminals is taken."""
