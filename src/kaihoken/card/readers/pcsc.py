"""Readers of this machine by PC/SC: with contacts or without, for cards and for phones.

The library (extra `pcsc`) is imported when readers are asked for and never before: many desks have none, and it needs
the system's own. Sessions are exclusive, and the card is reset at their end: after a session that leaves the card as it
was, another program signs with the PIN that was given to us.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Final, Protocol, cast

from kaihoken.card.transport import Octets
from kaihoken.problems import Problem

_LONGEST_WAIT_SECONDS: Final = 60.0
"""One call; a longer wait is several."""

_SETTLING_SECONDS: Final = 1.0
"""A card that is pulled out fails a command before the system has noticed that it is gone."""

_Seen = tuple[int, list[tuple[str, int, list[int]]]]


class _Scard(Protocol):
    """What is used of `smartcard.scard`. Each call answers a result code first."""

    SCARD_SCOPE_USER: int
    SCARD_SHARE_EXCLUSIVE: int
    SCARD_PROTOCOL_T0: int
    SCARD_PROTOCOL_T1: int
    SCARD_PCI_T0: int
    SCARD_PCI_T1: int
    SCARD_RESET_CARD: int
    SCARD_STATE_UNAWARE: int
    SCARD_STATE_PRESENT: int
    SCARD_STATE_UNKNOWN: int
    SCARD_STATE_UNAVAILABLE: int
    SCARD_S_SUCCESS: int
    SCARD_E_TIMEOUT: int
    SCARD_E_NO_READERS_AVAILABLE: int
    SCARD_E_NO_SMARTCARD: int
    SCARD_E_SHARING_VIOLATION: int
    SCARD_E_UNKNOWN_READER: int
    SCARD_E_READER_UNAVAILABLE: int
    SCARD_E_PROTO_MISMATCH: int
    SCARD_W_REMOVED_CARD: int
    SCARD_W_RESET_CARD: int
    SCARD_W_UNPOWERED_CARD: int
    SCARD_W_UNRESPONSIVE_CARD: int
    SCARD_W_UNSUPPORTED_CARD: int
    SCardEstablishContext: Callable[[int], tuple[int, int]]
    SCardReleaseContext: Callable[[int], int]
    SCardListReaders: Callable[[int, Sequence[str]], tuple[int, Sequence[str]]]
    SCardGetStatusChange: Callable[[int, int, Sequence[tuple[str, int]]], _Seen]
    SCardConnect: Callable[[int, str, int, int], tuple[int, int, int]]
    SCardDisconnect: Callable[[int, int], int]
    SCardStatus: Callable[[int], tuple[int, str, int, int, Sequence[int]]]
    SCardTransmit: Callable[[int, int, Sequence[int]], tuple[int, Sequence[int]]]


def _library() -> _Scard:
    """Problem `card.no-driver` where the extra is not installed, or the system's library is missing."""
    try:
        return cast(_Scard, import_module("smartcard.scard"))
    except ImportError:
        raise Problem("card.no-driver") from None


class PcscReaders:
    """The readers that the system's card service knows. Problem `card.no-driver` when made."""

    def __init__(self) -> None:
        self._scard = _library()

    def all(self) -> Sequence["PcscReader"]:
        with _context(self._scard) as context:
            result, names = self._scard.SCardListReaders(context, [])
        if result == self._scard.SCARD_E_NO_READERS_AVAILABLE:
            return ()
        _require(self._scard, result)
        return tuple(PcscReader(name, self._scard) for name in names)


class PcscReader:
    """One of them, by the system's name for it."""

    def __init__(self, name: str, scard: _Scard | None = None) -> None:
        self._name = name
        self._scard = scard or _library()

    @property
    def name(self) -> str:
        return self._name

    def has_card(self) -> bool:
        return self._wait(present=True, seconds=0.0)

    def wait_for_card(self, seconds: float) -> bool:
        return self._wait(present=True, seconds=seconds)

    def wait_for_removal(self, seconds: float) -> bool:
        return self._wait(present=False, seconds=seconds)

    @contextmanager
    def open(self) -> Iterator["_Session"]:
        scard = self._scard
        either = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        with _context(scard) as context:
            result, card, protocol = scard.SCardConnect(
                context, self._name, scard.SCARD_SHARE_EXCLUSIVE, either
            )
            _require(scard, result)
            try:
                yield _Session(self, scard, card, protocol)
            finally:
                scard.SCardDisconnect(card, scard.SCARD_RESET_CARD)

    def _wait(self, *, present: bool, seconds: float) -> bool:
        scard = self._scard
        end = time.monotonic() + seconds
        with _context(scard) as context:
            seen = self._seen(context, 0.0, scard.SCARD_STATE_UNAWARE)
            while bool(seen & scard.SCARD_STATE_PRESENT) is not present:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                seen = self._seen(context, min(left, _LONGEST_WAIT_SECONDS), seen)
        return True

    def _seen(self, context: int, seconds: float, known: int) -> int:
        """The state of the reader, once it is another than the known one or the time is over."""
        scard = self._scard
        result, states = scard.SCardGetStatusChange(context, int(seconds * 1000), [(self._name, known)])
        if result == scard.SCARD_E_TIMEOUT:
            return known
        _require(scard, result)
        [(_, seen, _)] = states
        if seen & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
            raise Problem("card.reader-lost")
        return seen


class _Session:
    """What `PcscReader.open` gives."""

    def __init__(self, reader: PcscReader, scard: _Scard, card: int, protocol: int) -> None:
        self._reader = reader
        self._scard = scard
        self._card = card
        self._protocol = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1

    @property
    def name(self) -> str:
        return self._reader.name

    @property
    def atr(self) -> bytes:
        result, _, _, _, atr = self._scard.SCardStatus(self._card)
        _require(self._scard, result, in_session=True)
        return bytes(atr)

    def transmit(self, command: Octets) -> bytes:
        octets = list(command)
        try:
            result, answer = self._scard.SCardTransmit(self._card, self._protocol, octets)
        finally:
            octets[:] = [0] * len(octets)
        if result == self._scard.SCARD_S_SUCCESS:
            return bytes(answer)
        if self._reader.wait_for_removal(_SETTLING_SECONDS):
            raise Problem("card.removed")
        raise _meaning(self._scard, result, in_session=True)


@contextmanager
def _context(scard: _Scard) -> Iterator[int]:
    """A conversation with the card service; each thread needs its own. Problem `card.no-service`."""
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        raise Problem("card.no-service")
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)


def _require(scard: _Scard, result: int, *, in_session: bool = False) -> None:
    """Raises what a result code means, unless it is success."""
    if result != scard.SCARD_S_SUCCESS:
        raise _meaning(scard, result, in_session=in_session)


def _meaning(scard: _Scard, result: int, *, in_session: bool) -> Problem:
    """What a result code means that is not success. One that is none of those listed is the card service's own trouble,
    or in a session the card's."""
    gone = "card.removed" if in_session else "card.no-card"
    meanings = {
        scard.SCARD_W_REMOVED_CARD: gone,
        scard.SCARD_E_NO_SMARTCARD: gone,
        scard.SCARD_W_RESET_CARD: "card.removed",
        scard.SCARD_E_SHARING_VIOLATION: "card.busy",
        scard.SCARD_E_UNKNOWN_READER: "card.reader-lost",
        scard.SCARD_E_READER_UNAVAILABLE: "card.reader-lost",
        scard.SCARD_E_PROTO_MISMATCH: "card.mute",
        scard.SCARD_W_UNPOWERED_CARD: "card.mute",
        scard.SCARD_W_UNRESPONSIVE_CARD: "card.mute",
        scard.SCARD_W_UNSUPPORTED_CARD: "card.mute",
    }
    return Problem(meanings.get(result, "card.mute" if in_session else "card.no-service"))
