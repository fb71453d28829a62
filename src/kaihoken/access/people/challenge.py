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
from hashlib import sha256
from typing import Final, Literal

from kaihoken.access import base64url
from kaihoken.problems import Problem

MOST_USED: Final = 500_000
"""Challenges answered within the life of one; some 100 MB. Beyond it nobody signs in until the oldest have ended."""

_NS = 1_000_000_000
_NONCE, _ENDS, _BODY = 16, 8, 56  # bytes

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
        ends = self._ticks() + seconds * _NS
        body = secrets.token_bytes(_NONCE) + ends.to_bytes(_ENDS, "big") + _meant(purpose, bound_to)
        return base64url.encode(body + self._seal(body))

    def take(self, name: str, purpose: Purpose, bound_to: bytes) -> bytes:
        """The challenge of that name, used up by this. Problem `access.challenge-ended` where it is unknown, used, too
        old, another's or for something else: these read alike."""
        now = self._ticks()
        while self._order and self._order[0][0] <= now:
            self._used.discard(self._order.popleft()[1])
        value = base64url.decode(name) or b""
        body, seal = value[:_BODY], value[_BODY:]
        ends = int.from_bytes(body[_NONCE : _NONCE + _ENDS], "big")
        if (
            not hmac.compare_digest(seal, self._seal(body))
            or ends <= now
            or value in self._used
            or len(self._used) >= self._most_used
        ):
            raise Problem("access.challenge-ended")
        self._used.add(value)
        self._order.append((ends, value))
        if not hmac.compare_digest(body[_NONCE + _ENDS :], _meant(purpose, bound_to)):
            raise Problem("access.challenge-ended")
        return value

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")


def _meant(purpose: Purpose, bound_to: bytes) -> bytes:
    """What a challenge is for, and for whom."""
    return sha256(purpose.encode("ascii") + b"\0" + bound_to).digest()
