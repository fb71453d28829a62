"""When a file in `req` is whole: writers may write it in place, in several goes. No I/O, and no clock of its own.

Two readings that agree, a moment apart, say that a message is whole that ends as a message does (in JSON: that can be
read). One that does not, or has nothing in it yet, is given longer: twelve readings over more than three seconds, after
which it is taken as it is.
"""

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from kaihoken.coverage.folder.passage import Event

AGREEING = 2
AGREEING_UNFINISHED = 12

_SECOND = 1_000_000_000
_SELDOM = 0.3
_END = b"</XmlMsg>"
_SPACE = b" \t\r\n\x00\x1a"  # some old programs end a file with the mark of its end


@dataclass(frozen=True, slots=True)
class Spacing:
    """Seconds between two readings that count: of what ends as a message, and of what does not."""

    ended: float = 0.05
    unfinished: float = 0.3


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a file: its bytes' digest, and whether they end as a message does."""

    digest: bytes
    ends: bool

    @staticmethod
    def unfinished(content: bytes) -> "Look":
        """A reading of a file of another kind, whose end nothing marks: it has to stay the same for longer."""
        return Look(sha256(content).digest(), ends=False)


def look_at(content: bytes) -> Look:
    """A reading of these bytes."""
    whole = content.rstrip(_SPACE)
    return Look(sha256(content).digest(), whole.endswith(_END) or (whole[-1:] == b"}" and _is_json(whole)))


def _is_json(content: bytes) -> bool:
    try:
        msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the readings so far said: the last one, and how many before it, one after the other, were the same and
    count. Times are nanoseconds: `since` when it was first read so, `counted` and `at` the last readings."""

    last: Look | None = None
    same: int = 0
    since: int | None = None
    counted: int = 0
    at: int = 0

    def seen(self, look: Look | None, now: int, spacing: Spacing) -> "Arrival":
        """After one more reading; None where the file could not be read, because its writer holds it."""
        since = now if self.since is None else self.since
        if look is None:
            return Arrival(None, 0, now if self.last is not None else since, now, now)
        if look != self.last:
            return Arrival(look, 1, now, now, now)
        apart = spacing.ended if look.ends else spacing.unfinished
        if now - self.counted < apart * _SECOND:
            return Arrival(look, self.same, since, self.counted, now)
        return Arrival(look, self.same + 1, since, now, now)

    def due(self, spacing: Spacing) -> int:
        """When to read next: soon where it has just changed, and less and less often where nothing happens."""
        if self.since is None:
            return 0
        still = (self.at - self.since) / _SECOND
        return self.at + int(max(spacing.ended, min(still / 4, _SELDOM)) * _SECOND)

    @property
    def is_whole(self) -> bool:
        """Whether the file may be taken."""
        return self.event is Event.WHOLE

    @property
    def event(self) -> Event:
        """What that means for the request."""
        if self.last is None:
            return Event.CHANGED
        wanted = AGREEING if self.last.ends else AGREEING_UNFINISHED
        return Event.WHOLE if self.same >= wanted else Event.CHANGED
