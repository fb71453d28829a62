"""A card without the JPKI application: 診察券, a fare card. It finds nothing that it is asked for."""

from dataclasses import dataclass
from typing import Final

from kaihoken.card.apdu import Instruction, Response, Status

_GENERIC_ATR: Final = bytes.fromhex("3B8001") + b"\x81"


@dataclass(frozen=True, slots=True)
class OtherCard:
    """Any card that is not of ours, at a reader as the others are."""

    atr: bytes = _GENERIC_ATR

    def reset(self) -> None:
        """There is nothing to forget."""

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Not found, whatever application or file is named; everything else is unknown."""
        if len(command) < 4:
            return Response(Status.WRONG_LENGTH).encode()
        if command[0] != 0x00:
            return Response(Status.UNKNOWN_CLASS).encode()
        if command[1] != Instruction.SELECT:
            return Response(Status.UNKNOWN_INSTRUCTION).encode()
        return Response(Status.NOT_FOUND).encode()
