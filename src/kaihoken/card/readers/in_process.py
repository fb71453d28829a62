"""A reader that is only a place in memory: a virtual card is put on it and taken away, at any time, by any thread."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from kaihoken.card.transport import Octets
from kaihoken.card.virtual import VirtualCard
from kaihoken.problems import Problem

DESK_READERS: Final = ("カードリーダー", "スマートフォン用リーダー")
"""A desk's: one for cards, one that a phone is held to."""


class InProcessReader:
    """A reader for a virtual card.

    Whoever speaks with a card that is taken away gets `card.removed` from the next command on, also if the same card
    was put back in between.
    """

    def __init__(self, name: str = DESK_READERS[0]) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._card: VirtualCard | None = None
        self._insertion = 0
        self._taken = False

    @property
    def name(self) -> str:
        return self._name

    def put(self, card: VirtualCard) -> None:
        """Puts a card on the reader; one that lies there is taken away first."""
        with self._changed:
            card.reset()
            self._card = card
            self._insertion += 1
            self._changed.notify_all()

    def take(self) -> VirtualCard | None:
        """Takes the card away, if there is one."""
        with self._changed:
            card, self._card = self._card, None
            if card is not None:
                card.reset()
            self._changed.notify_all()
            return card

    def has_card(self) -> bool:
        with self._changed:
            return self._card is not None

    def wait_for_card(self, seconds: float) -> bool:
        return self._wait(lambda: self._card is not None, seconds)

    def wait_for_removal(self, seconds: float) -> bool:
        return self._wait(lambda: self._card is None, seconds)

    @contextmanager
    def open(self) -> Iterator["_Session"]:
        with self._changed:
            if self._card is None:
                raise Problem("card.no-card")
            if self._taken:
                raise Problem("card.busy")
            self._card.reset()
            self._taken = True
            session = _Session(self, self._insertion, self._card.atr)
        try:
            yield session
        finally:
            with self._changed:
                self._taken = False
                if self._card is not None:
                    self._card.reset()

    def exchange(self, insertion: int, command: Octets) -> bytes:
        """One command to the card of that insertion. Problem `card.removed` once it is not there any more."""
        with self._changed:
            if self._card is None or self._insertion != insertion:
                raise Problem("card.removed")
            return self._card.transmit(command)

    def _wait(self, reached: Callable[[], bool], seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(reached, seconds)


class _Session:
    """What `InProcessReader.open` gives."""

    def __init__(self, reader: InProcessReader, insertion: int, atr: bytes) -> None:
        self._reader = reader
        self._insertion = insertion
        self._atr = atr

    @property
    def name(self) -> str:
        return self._reader.name

    @property
    def atr(self) -> bytes:
        return self._atr

    def transmit(self, command: Octets) -> bytes:
        return self._reader.exchange(self._insertion, command)


class InProcessReaders:
    """The readers of a desk that has none of its own."""

    def __init__(self, names: Sequence[str] = DESK_READERS) -> None:
        self._readers = tuple(InProcessReader(name) for name in names)

    def all(self) -> Sequence[InProcessReader]:
        return self._readers
