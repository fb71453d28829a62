"""Offers a virtual card to a PC/SC daemon, over the socket of its virtual reader (vpcd): then any program that knows
cards reads it, OpenSC first of all.

The daemon listens and this side connects. A message is its length in two bytes, high first, and as many bytes: one byte
is an order (power off, power on, reset, tell the ATR), more are a command to the card.

Only on a machine of one's own: Debian's daemon listens on every address, so whoever reaches its port can put a card in.
"""

import socket
from contextlib import suppress
from typing import Final, Self

from kaihoken.card.virtual import VirtualCard
from kaihoken.problems import Problem

HOST: Final = "127.0.0.1"
PORT: Final = 35963
"""Of the first slot. The second one is the next port."""

_POWER_OFF, _POWER_ON, _RESET, _TELL_ATR = 0, 1, 2, 4
_CONNECTING_SECONDS: Final = 5.0


class VpcdBridge:
    """A card in the daemon's reader, from `connected` to `close`."""

    def __init__(self, card: VirtualCard, connection: socket.socket) -> None:
        self._card = card
        self._connection = connection

    @classmethod
    def connected(cls, card: VirtualCard, host: str = HOST, port: int = PORT) -> Self:
        """Puts the card in. Problem `card.no-daemon` where nobody listens."""
        try:
            connection = socket.create_connection((host, port), timeout=_CONNECTING_SECONDS)
        except OSError:
            raise Problem("card.no-daemon", host=host, port=port) from None
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(card, connection)

    def serve(self) -> None:
        """Answers the daemon until it ends, or until `close`. The card is without power afterwards."""
        try:
            while (message := self._message()) is not None:
                answer = self._answer(message)
                if answer is not None:
                    self._connection.sendall(len(answer).to_bytes(2, "big") + answer)
        except OSError:
            pass  # the daemon went away, or this side was closed: either way the card is out
        finally:
            self._card.reset()
            self._connection.close()

    def close(self) -> None:
        """Takes the card out, also from another thread."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, message: bytes) -> bytes | None:
        if len(message) != 1:
            return self._card.transmit(message)
        if message[0] == _TELL_ATR:
            return self._card.atr
        if message[0] in (_POWER_OFF, _POWER_ON, _RESET):
            self._card.reset()
        return None

    def _message(self) -> bytes | None:
        head = self._exactly(2)
        return None if head is None else self._exactly(int.from_bytes(head, "big"))

    def _exactly(self, size: int) -> bytes | None:
        """So many bytes; None where the other side has ended."""
        parts: list[bytes] = []
        while size:
            self._acknowledge_at_once()
            part = self._connection.recv(size)
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _acknowledge_at_once(self) -> None:
        """The daemon writes length and body apart and waits between them for the acknowledgement, which a system
        delays by some 40 ms unless told not to, each time anew."""
        if hasattr(socket, "TCP_QUICKACK"):  # Linux
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
