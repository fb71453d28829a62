"""What a hub and the authority's holder service say to each other. Bytes are base64 in JSON. No `repr` shows them.

The form is our own: that of the real service is told to its users only.
"""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

import msgspec

from kaihoken.card.presence import LINKING, AnsweredBy, Bound, Challenge, Purpose, message_of

_Name = Annotated[str, msgspec.Meta(max_length=256)]
_Certificate = Annotated[bytes, msgspec.Meta(max_length=4096)]


class HolderRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A card's wish to be registered, as its terminal brought it to a hub: what was signed, part by part, and the
    signature. Nothing is told for a signature over anything else."""

    hub: _Name
    facility: _Name
    terminal: _Name
    challenge: _Name
    nonce: Annotated[bytes, msgspec.Meta(max_length=64)]
    certificate: _Certificate
    signature: Annotated[bytes, msgspec.Meta(max_length=256)]
    answered_by: AnsweredBy = AnsweredBy.PERSON

    @property
    def message(self) -> bytes:
        """The bytes that the holder's card has to have signed."""
        bound = Bound(self.facility, self.terminal, Purpose.REGISTRATION)
        agreement = replace(LINKING, by=self.answered_by)
        return message_of(self.hub, bound, Challenge(self.challenge, self.nonce), agreement)

    def __repr__(self) -> str:
        return "HolderRequest(…)"


class FourItems(msgspec.Struct, frozen=True, kw_only=True):
    """Whose certificate it is (4情報). `sex` 1 male, 2 female, 3 neither (OQSCD007)."""

    name: str
    birthdate: date
    sex: Literal["1", "2", "3"]
    address: str

    def __repr__(self) -> str:
        return "FourItems(…)"


class RenewalRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which certificates did this one come in the place of?"""

    certificate: _Certificate

    def __repr__(self) -> str:
        return "RenewalRequest(…)"


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that another came in the place of: `known_as` of its root, as `roots.json` has it, and its
    serial."""

    known_as: str
    serial: str

    def __repr__(self) -> str:
        return "Replaced(…)"


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """The certificates before one, the newest first; none for who got their first."""

    before: tuple[Replaced, ...] = ()
