"""A place on which cards are put. Everything here blocks: a server calls it from a thread of its own."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from kaihoken.card.transport import Transport
from kaihoken.problems import Problem


class CardReader(Protocol):
    """One reader. All problems of readers: `card.reader-lost` where it is gone, `card.no-service` where the system's
    card service does not answer."""

    @property
    def name(self) -> str: ...

    def has_card(self) -> bool:
        """Whether a card lies on it now."""
        ...

    def wait_for_card(self, seconds: float) -> bool:
        """Waits until a card lies on it. False when the time is over first."""
        ...

    def wait_for_removal(self, seconds: float) -> bool:
        """Waits until no card lies on it. False when the time is over first."""
        ...

    def open(self) -> AbstractContextManager[Transport]:
        """A session alone with the card that lies on it, which is reset before and afterwards. Problems
        `card.no-card`; `card.busy` while another session lasts; `card.mute` for a card that does not answer."""
        ...


class Readers(Protocol):
    """All the readers of a machine, in an order that does not change by itself."""

    def all(self) -> Sequence[CardReader]:
        """Those that are there now. Problems `card.no-service`, `card.no-driver`."""
        ...


def reader_named(readers: Readers, name: str = "") -> CardReader:
    """The reader of that name, or the first where none is named. Problem `card.no-reader`."""
    there = readers.all()
    found = next((reader for reader in there if name in ("", reader.name)), None)
    if found is None:
        raise Problem("card.no-reader", known=", ".join(reader.name for reader in there) or "–")
    return found
