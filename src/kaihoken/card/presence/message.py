"""What a card signs to show that it is there now: a message that the terminal makes itself, of what it knows itself.

A hub sends a nonce and never a digest. The message begins with words of our own and names the hub for which it is
meant, so no hub, and no program between, can have a card sign what would open something else; the same key signs for
other services. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final

from kaihoken.card.presence.method import AnsweredBy

DOMAIN: Final = b"kaihoken card presence, version 1"
_CONSENTS: Final = b"kaihoken card consents, version 1"
_BY_GUARDIAN: Final = b"kaihoken card consents by a guardian, version 1"

NONCE_BYTES: Final = 32


class Purpose(StrEnum):
    """For what a card is put on the reader."""

    ELIGIBILITY = "eligibility"  # 資格確認, with the consents of its question
    CONSENT = "consent"  # 同意 by itself
    REGISTRATION = "registration"  # 利用登録: the card shall stand for its holder


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the person agreed to at the reader (同意): `items` by their codes, in which form of `care` (診療区分), by
    which `means` ("" where the terminal leaves it to the hub), for an examination on which day; `by` who answered for
    them."""

    items: frozenset[str] = frozenset()
    care: str = "outpatient"
    means: str = ""
    examined_on: date | None = None
    by: AnsweredBy = AnsweredBy.PERSON

    @property
    def digest(self) -> bytes:
        """SHA-256 over words of our own (others where a guardian answered), care, means, day (ISO 8601, or nothing) and
        the codes of the items in the order of their letters, each with its length before it."""
        day = self.examined_on.isoformat() if self.examined_on is not None else ""
        words = _BY_GUARDIAN if self.by is AnsweredBy.GUARDIAN else _CONSENTS
        return sha256(_joined(words, self.care, self.means, day, *sorted(self.items))).digest()


LINKING: Final = Agreement(frozenset({"card-link"}), care="")
"""What the holder agrees to whose card is registered (利用登録): that the hub is told the four items of the card's
holder, and that the card stands for whom they fit. Signed like every agreement."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a card is put on the reader, and for what: `facility` is the 医療機関コード, `terminal` the facility's own
    name for the reader. What a card shows there counts nowhere else and for nothing else."""

    facility: str
    terminal: str
    purpose: Purpose


@dataclass(frozen=True, slots=True, repr=False)
class Challenge:
    """What a hub asks a terminal to have signed: `name` tells it from every other, `nonce` (32 bytes) was never sent
    before."""

    name: str
    nonce: bytes


def message_of(hub: str, bound: Bound, challenge: Challenge, agreement: Agreement) -> bytes:
    """The bytes that a card signs (RSASSA-PKCS1-v1_5 with SHA-256).

    `hub` is the address by which the terminal itself knows the hub: what its client assertions name, never what an
    answer calls itself. In this order: the words, hub, facility, terminal, the challenge's name and nonce, purpose, the
    digest of the agreement; each behind its length in four bytes, big-endian, texts in UTF-8.
    """
    place = bound.facility, bound.terminal
    return _joined(
        DOMAIN, hub, *place, challenge.name, challenge.nonce, bound.purpose.value, agreement.digest
    )


def _joined(*parts: str | bytes) -> bytes:
    return b"".join(_measured(part.encode() if isinstance(part, str) else part) for part in parts)


def _measured(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def agreed(
    items: Iterable[str], care: str, means: str | None = None, examined_on: date | None = None
) -> Agreement:
    """The agreement of a question's own members."""
    return Agreement(frozenset(str(item) for item in items), str(care), str(means or ""), examined_on)
