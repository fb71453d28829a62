"""The way to a card that lies on a reader: commands go in, answers come out, nothing is understood on the way."""

from typing import Protocol

Octets = bytes | bytearray
"""What is sent may be a buffer that the sender empties afterwards, because it held a PIN."""


class Transport(Protocol):
    """One session with one card, alone: nobody else speaks to the card until it ends. `atr` is what the card answered
    to being switched on; it never decides what card it is."""

    @property
    def name(self) -> str:
        """The reader's."""
        ...

    @property
    def atr(self) -> bytes: ...

    def transmit(self, command: Octets) -> bytes:
        """The card's answer. Blocks. Problems: `card.removed` once the card was taken away, also for good after that;
        `card.mute` for one that does not answer; `card.reader-lost`."""
        ...
