"""How long sessions, invitations and proofs last: dated rules, by role."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar

import msgspec

from kaihoken import rules
from kaihoken.access.people.role import Role

_Minutes = Annotated[int, msgspec.Meta(ge=1, le=24 * 60)]
_Seconds = Annotated[int, msgspec.Meta(ge=10, le=600)]
_Hours = Annotated[int, msgspec.Meta(ge=1, le=14 * 24)]


class Ends(msgspec.Struct, frozen=True):
    """When a session of a role ends: after so many minutes in which nothing was asked, and in any case."""

    idle_minutes: _Minutes
    absolute_minutes: _Minutes


class SessionTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Rule family access/sessions."""

    family: ClassVar[str] = "access/sessions"

    roles: Mapping[str, Ends]
    step_up_minutes: _Minutes  # how long a fresh proof counts for what is dangerous
    challenge_seconds: _Seconds  # how long a challenge waits for its signature
    invitation_hours: _Hours

    def of(self, role: Role) -> Ends:
        """The ends of a role."""
        return self.roles[role.value]


def session_terms(on: date) -> SessionTerms:
    """The terms of a day. Problem `rules.not_in_force` where there are none."""
    return rules.load(SessionTerms, on=on)
