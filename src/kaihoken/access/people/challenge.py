"""Challenges: 32 random bytes to be signed once, soon, for one purpose and by the browser that asked.

Kept in memory, so a restart ends all. A challenge is taken before anything of the answer is looked at: a wrong answer
uses it up as a right one does.
"""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kaihoken.access import base64url
from kaihoken.problems import Problem

MOST = 10_000
_NS = 1_000_000_000

Purpose = Literal["sign-in", "enrol", "confirm"]
"""Signing in, taking in an authenticator, a fresh proof for what is dangerous."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is to be signed, what for, and for whom: `bound_to` is a hash that only that browser's cookie gives."""

    value: bytes
    purpose: Purpose
    bound_to: bytes
    ends: int


class Challenges:
    """The challenges that wait. `ticks` is a clock that never runs backwards, in nanoseconds."""

    def __init__(self, ticks: Callable[[], int], most: int = MOST) -> None:
        self._ticks = ticks
        self._most = most
        self._waiting: dict[str, Challenge] = {}
        self._order: deque[tuple[int, str]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def issue(self, purpose: Purpose, bound_to: bytes, seconds: int) -> str:
        """A new challenge in base64url. Where too many wait the oldest is given up: who asked for it asks again."""
        now = self._ticks()
        while self._order and (self._order[0][0] <= now or len(self._order) >= self._most):
            self._waiting.pop(self._order.popleft()[1], None)
        value = secrets.token_bytes(32)
        name = base64url.encode(value)
        ends = now + seconds * _NS
        self._waiting[name] = Challenge(value, purpose, bound_to, ends)
        self._order.append((ends, name))
        return name

    def take(self, name: str, purpose: Purpose, bound_to: bytes) -> bytes:
        """The challenge of that name, used up by this. Problem `access.challenge-ended` where it is unknown, used, too
        old, another's or for something else: these read alike."""
        challenge = self._waiting.pop(name, None)
        if (
            challenge is None
            or challenge.ends <= self._ticks()
            or challenge.purpose != purpose
            or not secrets.compare_digest(challenge.bound_to, bound_to)
        ):
            raise Problem("access.challenge-ended")
        return challenge.value
