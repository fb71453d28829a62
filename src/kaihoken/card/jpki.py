"""What a desk asks of a card: what it is, the certificate for authentication, the tries left, its PIN, one signature.

The signature key of the card (署名用) is never used: it names its holder, and reception does not need it.
Nothing here repeats by itself, and nothing keeps a PIN: its buffer is emptied whatever happened.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kaihoken.card.apdu import (
    WHOLE,
    Command,
    Instruction,
    MalformedError,
    Response,
    Status,
    emptied,
    secret_command,
    tries_left,
)
from kaihoken.card.layout import APPLICATION, TOKEN_INFO_SIZE, File, TokenKind, kind_of
from kaihoken.card.transport import Octets, Transport
from kaihoken.problems import Problem

PIN_DIGITS: Final = 4
LARGEST_CERTIFICATE: Final = 4096
SIGNATURE_SIZE: Final = 256

_SHA256_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
_DER_LONG_SEQUENCE: Final = b"\x30\x82"
_DER_HEAD: Final = 4


class PinAnswer(StrEnum):
    """What came of a PIN."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    BLOCKED = "blocked"
    """No try is left. Usual for a 顔認証マイナンバーカード, whose PIN is locked on purpose: offer another way."""
    WITHHELD = "withheld"
    """It was not sent: one try is left, and nobody has confirmed that it may be used."""


@dataclass(frozen=True, slots=True)
class PinResult:
    """What came of a PIN, and how many tries are left afterwards."""

    answer: PinAnswer
    left: int

    def require_accepted(self) -> None:
        """Problems `card.pin-wrong`, `card.pin-blocked`, `card.pin-last-try`."""
        match self.answer:
            case PinAnswer.WRONG:
                raise Problem("card.pin-wrong", left=self.left)
            case PinAnswer.BLOCKED:
                raise Problem("card.pin-blocked")
            case PinAnswer.WITHHELD:
                raise Problem("card.pin-last-try")


class JpkiClient:
    """One card during one session.

    Every method blocks and raises what its transport raises (`card.removed`, `card.mute`, `card.reader-lost`), and
    `card.malformed` for an answer that no card gives. After `card.removed` there is nothing more to ask.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._selected = False

    def token(self) -> TokenKind:
        """What holds the application. Problem `card.not-ours` where there is none, as on a 診察券."""
        self._select_application()
        return kind_of(self._read(File.TOKEN_INFO, 0, TOKEN_INFO_SIZE))

    def require_taken(self) -> TokenKind:
        """What holds the application, if it is one that is taken. Problems `card.not-ours`; `card.old` for a
        住基カード; `card.unknown-token`."""
        kind = self.token()
        if kind is TokenKind.OLD_JUKI:
            raise Problem("card.old")
        if kind is TokenKind.UNKNOWN:
            raise Problem("card.unknown-token")
        return kind

    def authentication_certificate(self) -> bytes:
        """利用者証明用電子証明書 (DER). Problem `card.pin-needed` before the PIN of an Android phone."""
        return self._read_certificate(File.AUTHENTICATION_CERTIFICATE)

    def authority_certificate(self) -> bytes:
        """The certificate (DER) of the authority that issued it, as the card holds it; read without a PIN, also from
        a phone. It proves nothing: whom to trust is pinned elsewhere. It tells a real phone before its PIN."""
        return self._read_certificate(File.AUTHENTICATION_AUTHORITY)

    def tries_left(self) -> int:
        """How often the PIN may still be wrong; 0: blocked. Asking costs nothing."""
        self._select_file(File.AUTHENTICATION_PIN)
        return self._tries_left()

    def verify(self, pin: bytearray, *, last_try_confirmed: bool = False) -> PinResult:
        """Sends the PIN once, and empties its buffer whatever happens.

        With one try left it is sent only if the holder has confirmed it; with none left never. Problem
        `card.pin-shape` for anything but four digits, which is not sent either.
        """
        try:
            if len(pin) != PIN_DIGITS or not pin.isdigit():
                raise Problem("card.pin-shape")
            left = self.tries_left()
            if left == 0:
                return PinResult(PinAnswer.BLOCKED, 0)
            if left == 1 and not last_try_confirmed:
                return PinResult(PinAnswer.WITHHELD, 1)
            return self._send(pin)
        finally:
            emptied(pin)

    def sign(self, message: bytes) -> bytes:
        """The card's signature over the message: SHA-256, RSA PKCS#1 v1.5. Problem `card.pin-needed` without the PIN.

        It is the message that is given and never its digest: the same key signs in elsewhere, so whoever calls has to
        know what is signed.
        """
        self._select_file(File.AUTHENTICATION_KEY)
        digest_info = _SHA256_DIGEST_INFO + hashlib.sha256(message).digest()
        answer = self._answer(
            Command(0x80, Instruction.PERFORM_SECURITY_OPERATION, 0x00, 0x80, digest_info, WHOLE)
        )
        self._require_done(answer, "sign")
        if len(answer.data) != SIGNATURE_SIZE:
            raise _malformed("sign", answer)
        return answer.data

    def _send(self, pin: bytearray) -> PinResult:
        command = secret_command(Instruction.VERIFY, 0x00, 0x80, pin)
        try:
            answer = self._exchange(command)
        finally:
            emptied(command)
        if answer.done:
            return PinResult(PinAnswer.ACCEPTED, self._tries_left())
        if answer.status == Status.BLOCKED:
            return PinResult(PinAnswer.BLOCKED, 0)
        left = tries_left(answer.status)
        if left is None:
            raise _malformed("verify", answer)
        return PinResult(PinAnswer.WRONG if left else PinAnswer.BLOCKED, left)

    def _tries_left(self) -> int:
        answer = self._answer(Command(0x00, Instruction.VERIFY, 0x00, 0x80))
        left = tries_left(answer.status)
        if left is None:
            raise _malformed("tries", answer)
        return left

    def _read_certificate(self, file: File) -> bytes:
        head = self._read(file, 0, _DER_HEAD)
        size = _DER_HEAD + int.from_bytes(head[2:], "big")
        if head[:2] != _DER_LONG_SEQUENCE or size > LARGEST_CERTIFICATE:
            raise _malformed("certificate", Response(Status.DONE))
        offsets = range(_DER_HEAD, size, WHOLE)
        return head + b"".join(self._read(None, offset, min(WHOLE, size - offset)) for offset in offsets)

    def _read(self, file: File | None, offset: int, size: int) -> bytes:
        """Exactly so many bytes of a file; of the one selected before where none is named."""
        if file is not None:
            self._select_file(file)
        answer = self._answer(Command(0x00, Instruction.READ_BINARY, offset >> 8, offset & 0xFF, le=size))
        self._require_done(answer, "read")
        if len(answer.data) != size:
            raise _malformed("read", answer)
        return answer.data

    def _select_application(self) -> None:
        answer = self._answer(Command(0x00, Instruction.SELECT, 0x04, 0x0C, APPLICATION))
        if not answer.done:
            raise Problem("card.not-ours")
        self._selected = True

    def _select_file(self, file: File) -> None:
        if not self._selected:
            self._select_application()
        answer = self._answer(Command(0x00, Instruction.SELECT, 0x02, 0x0C, file.to_bytes(2, "big")))
        self._require_done(answer, "select")

    def _require_done(self, answer: Response, step: str) -> None:
        if answer.status == Status.SECURITY_NOT_SATISFIED:
            raise Problem("card.pin-needed")
        if not answer.done:
            raise _malformed(step, answer)

    def _answer(self, command: Command) -> Response:
        return self._exchange(command.encode())

    def _exchange(self, command: Octets) -> Response:
        octets = self._transport.transmit(command)
        try:
            return Response.decode(octets)
        except MalformedError:
            raise Problem("card.malformed", step="answer", status="–") from None


def _malformed(step: str, answer: Response) -> Problem:
    return Problem("card.malformed", step=step, status=f"{answer.status:04X}")
