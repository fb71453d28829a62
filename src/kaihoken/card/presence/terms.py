"""How long a challenge waits for its signature, and how long a presence that was proved counts: dated rules."""

from datetime import date
from typing import Annotated, ClassVar

import msgspec

from kaihoken import rules


class PresenceTerms(msgspec.Struct, frozen=True):
    """Rule family card/presence."""

    family: ClassVar[str] = "card/presence"

    challenge_seconds: Annotated[int, msgspec.Meta(ge=10, le=60)]
    presence_seconds: Annotated[int, msgspec.Meta(ge=60, le=300)]


def presence_terms(on: date) -> PresenceTerms:
    """The terms of a day. Problem `rules.not_in_force` where there are none."""
    return rules.load(PresenceTerms, on=on)
