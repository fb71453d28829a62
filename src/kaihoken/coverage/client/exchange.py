"""One call to a hub as a conversation without I/O: what to send, how long to wait, when to give up.

The conversation is a generator. It hands out `Send` and `Wait` and is given what came of them; the two clients, one
blocking and one for asyncio, drive the same conversation.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Received:
    """An HTTP answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def header(self, name: str) -> str:
        """The header of that name, or nothing."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer came: the line is down, or it took too long. `reason` is a word for people, without personal data;
    `untrusted`: somebody was there whose certificate does not hold, and nothing was sent."""

    reason: str
    untrusted: bool = False


Outcome = Received | Failed


@dataclass(frozen=True, slots=True)
class Send:
    """Ask the hub. `path` is below its address, or a whole address of its origin. The content is not shown: it may
    speak of a person."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Let some seconds pass."""

    seconds: float


Conversation = Generator[Send | Wait, Outcome, T]
"""What is handed out, what is given back (anything after a `Wait`), and what it comes to."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call that may be repeated is tried, and how long it waits in between, in seconds.

    `spread` draws a number from 0 to 1, so that many clients do not come back at the same moment."""

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 30.0
    spread: Callable[[], float] = field(default=lambda: 1.0)

    def before(self, attempt: int, asked: float | None) -> float | None:
        """Seconds to wait before the attempt of that number (the first is 1), or None to give up. `asked` is what the
        hub wants at least."""
        if attempt > self.attempts:
            return None
        own = min(self.first_wait * 2.0 ** (attempt - 2), self.longest_wait) * (0.5 + self.spread() / 2)
        if asked is None:
            return own
        return max(own, asked) if asked <= self.longest_wait else None
