"""Challenges: bytes to be signed once, soon, for one purpose and by the browser that asked.

A challenge carries its own end and a seal under a key that lives as long as the hub, so nothing is kept for those who
ask and never answer, and nobody pushes out the challenge of somebody else by asking often. Kept is what was answered,
until it would have ended. A restart ends all. A challenge is used up before anything of the answer is looked at: a
wrong answer uses it up as a right one does.
"""

import hmac
import secrets
from collections import deque
from collections.abc import Callable
from typing import Final, Literal

from kaihoken.access import base64url
from kaihoken.problems import Problem

MOST_USED: Final = 500_000
"""Challenges answered within the life of one; some 100 MB. Beyond it nobody signs in until the oldest have ended."""

_NS = 1_000_000_000
_NONCE, _ENDS = 16, 8  # bytes

Purpose = Literal["sign-in", "enrol", "confirm"]
"""Signing in, taking in an authenticator, a fresh proof for what is dangerous."""


class Challenges:
    """The challenges of one hub. `ticks` is a clock that never runs backwards, in nanoseconds."""

    def __init__(self, ticks: Callable[[], int], most_used: int = MOST_USED) -> None:
        self._ticks = ticks
        self._most_used = most_used
        self._key = secrets.token_bytes(32)
        self._used: set[bytes] = set()
        self._order: deque[tuple[int, bytes]] = deque()

    def __len__(self) -> int:
        return len(self._used)

    def issue(self, purpose: Purpose, bound_to: bytes, seconds: int) -> str:
        """A new challenge in base64url; `bound_to` is a hash that only that browser's cookie gives."""
        body = secrets.token_bytes(_NONCE) + (self._ticks() + seconds * _NS).to_bytes(_ENDS, "big")
        return base64url.encode(body + self._seal(body, purpose, bound_to))

    def take(self, name: str, purpose: Purpose, bound_to: bytes) -> bytes:
        """The challenge of that name, used up by this. Problem `access.challenge-ended` where it is unknown, used, too
        old, another's or for something else: these read alike."""
        now = self._ticks()
        while self._order and self._order[0][0] <= now:
            self._used.discard(self._order.popleft()[1])
        value = self._own(name, purpose, bound_to)
        ends = int.from_bytes(value[_NONCE : _NONCE + _ENDS], "big")
        if ends <= now or value in self._used or len(self._used) >= self._most_used:
            raise Problem("access.challenge-ended")
        self._used.add(value)
        self._order.append((ends, value))
        return value

    def _own(self, name: str, purpose: Purpose, bound_to: bytes) -> bytes:
        """The bytes of a challenge that this hub made for that purpose and browser."""
        value = base64url.decode(name)
        if value is None:
            raise Problem("access.challenge-ended")
        body, seal = value[: _NONCE + _ENDS], value[_NONCE + _ENDS :]
        if not hmac.compare_digest(seal, self._seal(body, purpose, bound_to)):
            raise Problem("access.challenge-ended")
        return value

    def _seal(self, body: bytes, purpose: Purpose, bound_to: bytes) -> bytes:
        said = b"\0".join((purpose.encode("ascii"), len(bound_to).to_bytes(2, "big") + bound_to, body))
        return hmac.digest(self._key, said, "sha256")
