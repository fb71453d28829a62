"""The book of challenges: each is for one client, terminal and purpose, serves once, and ends soon.

It lies in memory: after a restart a terminal asks again, which costs nothing, as nothing has been signed yet. A
challenge is taken out before anything of an answer is looked at, so that a wrong answer uses it up as a right one does.
How many may wait is bounded for each facility: none pushes out another's.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kaihoken.card.presence.message import NONCE_BYTES, Bound, Challenge
from kaihoken.problems import Problem

MOST_WAITING: Final = 256
"""Challenges of one facility at once. A hospital has some tens of readers, and a challenge waits for a minute."""

_NS = 1_000_000_000
_NAME_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Waiting:
    challenge: Challenge
    client: str
    bound: Bound
    ends: int


class Challenges:
    """The challenges of one hub. `ticks` is a clock that never runs backwards, in nanoseconds."""

    def __init__(self, ticks: Callable[[], int], most_waiting: int = MOST_WAITING) -> None:
        self._ticks = ticks
        self._most = most_waiting
        self._waiting: dict[str, dict[str, _Waiting]] = {}  # facility → name, oldest first
        self._facility_of: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._facility_of)

    def issue(self, client: str, bound: Bound, seconds: int) -> Challenge:
        """A new challenge to a client, which waits so many seconds. Problem `card.challenges-many` while too many of
        the facility wait, with `retry_after`."""
        now = self._ticks()
        own = self._waiting.setdefault(bound.facility, {})
        self._forget_ended(own, now)
        if len(own) >= self._most:
            oldest = next(iter(own.values()))
            raise Problem("card.challenges-many", most=self._most, retry_after=-(-(oldest.ends - now) // _NS))
        challenge = Challenge(secrets.token_hex(_NAME_BYTES), secrets.token_bytes(NONCE_BYTES))
        own[challenge.name] = _Waiting(challenge, client, bound, now + seconds * _NS)
        self._facility_of[challenge.name] = bound.facility
        return challenge

    def take(self, name: str, client: str, bound: Bound) -> Challenge:
        """The challenge of that name, which is used up by this. Problem `card.challenge-ended` where it is unknown,
        used, too old, another's, of another terminal or for something else: these read alike."""
        facility = self._facility_of.pop(name, None)
        waiting = self._waiting[facility].pop(name) if facility is not None else None
        if (
            waiting is None
            or waiting.ends <= self._ticks()
            or (waiting.client, waiting.bound) != (client, bound)
        ):
            raise Problem("card.challenge-ended")
        return waiting.challenge

    def _forget_ended(self, own: dict[str, _Waiting], now: int) -> None:
        for name in [name for name, one in own.items() if one.ends <= now]:
            del own[name]
            del self._facility_of[name]
