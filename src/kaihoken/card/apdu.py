"""Commands to a card and its answers: short APDUs of ISO 7816-4, cases 1 to 4. Pure.

A command is CLA INS P1 P2, then perhaps data with its length, then perhaps how many bytes are expected (Le 00 = 256).
An answer is data and two bytes of status. What a command carries of a PIN is in no repr.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

LONGEST_DATA: Final = 255
WHOLE: Final = 256
"""As many bytes as a short answer carries; written 00."""


class Instruction(IntEnum):
    """The instructions that the JPKI application is spoken to with."""

    VERIFY = 0x20
    CHANGE_PIN = 0x24
    PERFORM_SECURITY_OPERATION = 0x2A
    SELECT = 0xA4
    READ_BINARY = 0xB0


CARRYING_SECRETS: Final = frozenset((Instruction.VERIFY, Instruction.CHANGE_PIN, 0x2C))
"""VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER: their data is or holds a PIN."""


class Status(IntEnum):
    """The status words that the card's table of answers knows, but for 63Cx (`wrong_pin`, `tries_left`)."""

    DONE = 0x9000
    WRONG_LENGTH = 0x6700
    SECURITY_NOT_SATISFIED = 0x6982
    BLOCKED = 0x6984
    NOT_ALLOWED = 0x6986
    WRONG_DATA = 0x6A80
    NOT_FOUND = 0x6A82
    WRONG_PARAMETERS = 0x6A86
    PAST_END = 0x6B00
    UNKNOWN_INSTRUCTION = 0x6D00
    UNKNOWN_CLASS = 0x6E00


_TRIES: Final = 0x63C0
_MOST_TRIES: Final = 15


class MalformedError(ValueError):
    """These bytes are no short command, or no answer. Says nothing of the bytes: they may hold a PIN."""


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """A command. `le`: how many bytes are expected at most, 1 to 256; None where none is."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None

    def __post_init__(self) -> None:
        head = (self.cla, self.ins, self.p1, self.p2)
        if any(not 0 <= part <= 0xFF for part in head) or len(self.data) > LONGEST_DATA:
            raise MalformedError
        if self.le is not None and not 1 <= self.le <= WHOLE:
            raise MalformedError

    def encode(self) -> bytes:
        """As it is sent. Data of no length is not sent at all."""
        head = bytes((self.cla, self.ins, self.p1, self.p2))
        body = bytes((len(self.data),)) + self.data if self.data else b""
        return head + body + (b"" if self.le is None else bytes((self.le % WHOLE,)))

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """The command that was sent. MalformedError for what is no short command: too little, lengths that do not
        agree, extended lengths."""
        if len(octets) < 4:
            raise MalformedError
        cla, ins, p1, p2, *_ = octets
        rest = octets[4:]
        if len(rest) <= 1:
            return cls(cla, ins, p1, p2, b"", (rest[0] or WHOLE) if rest else None)
        length, data, end = rest[0], rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        if not length or len(data) != length or len(end) > 1:
            raise MalformedError
        return cls(cla, ins, p1, p2, data, (end[0] or WHOLE) if end else None)

    def __repr__(self) -> str:
        data = f"<{len(self.data)}>" if self.ins in CARRYING_SECRETS else self.data.hex()
        head = bytes((self.cla, self.ins, self.p1, self.p2)).hex(" ")
        return f"Command({head}{f' data {data}' if self.data else ''}{f' le {self.le}' if self.le else ''})"


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """An answer: `status` is both status bytes as one number."""

    status: int
    data: bytes = b""

    def encode(self) -> bytes:
        return self.data + self.status.to_bytes(2, "big")

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """MalformedError for fewer than two bytes, or more than a short answer has."""
        if not 2 <= len(octets) <= WHOLE + 2:
            raise MalformedError
        return cls(int.from_bytes(octets[-2:], "big"), bytes(octets[:-2]))

    @property
    def done(self) -> bool:
        return self.status == Status.DONE

    def __repr__(self) -> str:
        return f"Response({self.status:04X}{f', {len(self.data)} bytes' if self.data else ''})"


def wrong_pin(left: int) -> int:
    """The status word that says how many tries are left (63Cx)."""
    if not 0 <= left <= _MOST_TRIES:
        raise ValueError("tries are 0 to 15")
    return _TRIES + left


def tries_left(status: int) -> int | None:
    """How many tries a status word says are left; None where it says something else."""
    left = status - _TRIES
    return left if 0 <= left <= _MOST_TRIES else None


def secret_command(ins: int, p1: int, p2: int, secret: bytearray) -> bytearray:
    """A command with a PIN, as a buffer that can be emptied once it was sent."""
    if not 1 <= len(secret) <= LONGEST_DATA:
        raise MalformedError
    command = bytearray((0x00, ins, p1, p2, len(secret)))
    command += secret
    return command


def emptied(*buffers: bytearray) -> None:
    """Overwrites what held a secret. (What the interpreter or a driver copied of it is beyond reach.)"""
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))
