"""Each assertion opens once: the memory of assertion ids that were used.

Exact: an id is remembered at least until its assertion has expired, so it cannot be used twice; and bounded: ids lie
in buckets by the minute of expiry, past buckets go as a whole, and a full memory refuses instead of forgetting.
"""

import hashlib

from kaihoken.problems import Problem

_BUCKET_SECONDS = 60
MOST_IDS = 1_000_000  # about 100 MB at worst; the nation's 230,000 facilities use 230,000 in five minutes


class ReplayMemory:
    """Which (client, jti) pairs were used, for assertions that have not expired. Times are whole seconds."""

    def __init__(self, most: int = MOST_IDS) -> None:
        self._most = most
        self._buckets: dict[int, set[bytes]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def use(self, client_id: str, jti: str, expires: int, now: int) -> bool:
        """Whether this is the first use; it counts as used from then on. Raises Problem `access.busy` when full."""
        self._forget_before(now)
        # Fixed length in memory, and the length in front keeps "a" + "bc" apart from "ab" + "c".
        used = hashlib.sha256(f"{len(client_id)}:{client_id}{jti}".encode()).digest()[:20]
        if any(used in bucket for bucket in self._buckets.values()):
            return False
        if self._count >= self._most:
            raise Problem("access.busy", retry_after=_BUCKET_SECONDS)
        self._buckets.setdefault(expires // _BUCKET_SECONDS, set()).add(used)
        self._count += 1
        return True

    def _forget_before(self, now: int) -> None:
        for minute in [minute for minute in self._buckets if (minute + 1) * _BUCKET_SECONDS <= now]:
            self._count -= len(self._buckets.pop(minute))
