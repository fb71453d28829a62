"""When a file in `req` is whole: writers may write it in place, in several goes. No I/O.

Two readings that agree, a moment apart, say that a message is whole that ends as a message does (in JSON: that can be
read). One that does not, or has nothing in it yet, is given longer: twelve readings, after which it is taken as it is.
"""

from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec

from kaihoken.coverage.folder.passage import Event

AGREEING = 2
AGREEING_UNFINISHED = 12

_END = b"</XmlMsg>"
_SPACE = b" \t\r\n\x00\x1a"  # some old programs end a file with the mark of its end


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a file: its bytes' digest, and whether they end as a message does."""

    digest: bytes
    ends: bool


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
    """What the readings so far said: the last one, and how many before it, one after the other, were the same."""

    last: Look | None = None
    same: int = 0

    def seen(self, look: Look | None) -> "Arrival":
        """After one more reading; None where the file could not be read, because its writer holds it."""
        if look is None:
            return Arrival()
        if look == self.last:
            return replace(self, same=self.same + 1)
        return Arrival(look, 1)

    @property
    def event(self) -> Event:
        """What that means for the request."""
        if self.last is None:
            return Event.CHANGED
        wanted = AGREEING if self.last.ends else AGREEING_UNFINISHED
        return Event.WHOLE if self.same >= wanted else Event.CHANGED
