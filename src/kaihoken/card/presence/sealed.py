"""A presence: what a card proved, told to the terminal as a text that opens to it alone, soon and for one purpose.

It is sealed for the facility that was answered (`kaihoken.store.Seal`), so nothing of it is kept: it outlives a
restart of the hub, and asking with it twice is asking once. It names the card by its issuer's key and its serial, its
terminal, its purpose and what was agreed to by hashes.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from kaihoken.card.certificate import Issuer, Trust, Validity
from kaihoken.card.presence.message import Agreement, Bound
from kaihoken.card.presence.method import Method
from kaihoken.card.presence.proof import Proved
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Seal

_LAYOUT = struct.Struct(
    ">BBI16s16s20s16s32s"
)  # method, state, end, challenge, issuer, serial, for what, agreement
_LENGTH: Final = 163  # characters of 122 bytes: the layout and sixteen of the seal
_MARK = 16
_SERIAL_BYTES = 20
_METHODS, _STATES = tuple(Method), tuple(Validity)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Presence:
    """A card that was there: under which name of its issuer and which serial coverage knows it, how that was proved and
    by which challenge, and where its certificate stood."""

    known_as: str
    serial: str = field(repr=False)
    method: Method
    state: Validity
    challenge: str


class Presences(Seal):
    """Seals and opens presences. `trust` are the roots of the hub: what a root that is pinned no more had issued opens
    no more either."""

    def __init__(self, lookup_keys: Sequence[LookupKey], trust: Trust) -> None:
        super().__init__(lookup_keys, "presence", _LENGTH)
        self._issuers = {_mark_of(issuer): issuer for issuer in trust.issuers}

    def seal(self, proved: Proved, challenge: str, bound: Bound, agreement: Agreement, ends: datetime) -> str:
        """The text of a presence that counts until an instant."""
        content = _LAYOUT.pack(
            _METHODS.index(proved.method),
            _STATES.index(proved.state),
            (ends - _EPOCH) // _SECOND,
            bytes.fromhex(challenge),
            _mark_of(proved.issuer),
            proved.serial.to_bytes(_SERIAL_BYTES, "big"),
            _for_what(bound),
            agreement.digest,
        )
        return self._sealed(content, bound.facility)

    def open(self, text: str, bound: Bound, agreement: Agreement, at: datetime) -> Presence:
        """What was proved. Problem `card.presence-unknown` where the text is none of ours, another facility's, of
        another terminal or for something else (these read alike); `card.presence-ended` once its time is over;
        `card.agreement-differs` where something else is asked for than the person agreed to."""
        content = self._opened(text, bound.facility)
        if content is None:
            raise Problem("card.presence-unknown")
        method, state, end, challenge, mark, serial, for_what, digest = _LAYOUT.unpack(content)
        issuer = self._issuers.get(mark)
        if issuer is None or for_what != _for_what(bound):
            raise Problem("card.presence-unknown")
        if at >= _EPOCH + end * _SECOND:
            raise Problem("card.presence-ended")
        if digest != agreement.digest:
            raise Problem("card.agreement-differs")
        return Presence(
            known_as=issuer.known_as,
            serial=str(int.from_bytes(serial, "big")),
            method=_METHODS[method],
            state=_STATES[state],
            challenge=challenge.hex(),
        )


def _mark_of(issuer: Issuer) -> bytes:
    return issuer.issuer_key[:_MARK]


def _for_what(bound: Bound) -> bytes:
    """By which a terminal and a purpose are known again. The purpose comes first and holds no zero."""
    return sha256(f"{bound.purpose}\0{bound.terminal}".encode()).digest()[:_MARK]
