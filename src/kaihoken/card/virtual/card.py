"""A virtual card with the JPKI application: bytes of a command in, bytes of an answer out. No I/O, no clock.

What it answers is what public implementations agree on; where they do not say, the choice is ours: the answers to a
wrong length, to a read past the end, to a PIN asked for while none is selected. What is known from one source only is
marked so. It emulates no part of the terminal authentication (特定機関認証): this card does not know its commands.

Reset, power and a new selection of the application forget the selected file and every PIN; the counters stay.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol

from kaihoken.card.apdu import Command, Instruction, MalformedError, Response, Status, wrong_pin
from kaihoken.card.layout import APPLICATION, File
from kaihoken.card.virtual.files import KEYS, PINS, files_of
from kaihoken.card.virtual.personalisation import Memory, Personalisation, Secret
from kaihoken.card.virtual.signing import SCHEMES, SIGNATURE_SIZE

_INTERINDUSTRY, _PROPRIETARY = 0x00, 0x80
_LAST_COMMAND: Final = 0xFC
_SELECTED: Final = 0x80
"""P2 of VERIFY and of signatures: what is selected. With a short identifier in the lower bits: that file."""

_SHORT_IDENTIFIER: Final = 0x1F
_LONGEST_AID: Final = 16

Answer = Response | Status


class VirtualCard(Protocol):
    """What can be put on a reader in memory."""

    @property
    def atr(self) -> bytes: ...

    def reset(self) -> None:
        """Power off, power on, or reset: what a card forgets then, it forgets."""
        ...

    def transmit(self, command: bytes | bytearray) -> bytes: ...


class VirtualJpkiCard:
    """The card. `memory` is what it keeps without power: its secrets and how many tries each has left."""

    def __init__(self, personalisation: Personalisation, memory: Memory | None = None) -> None:
        self.personalisation = personalisation
        self.memory = memory or personalisation.memory
        self._files = files_of(personalisation)
        self._instructions: Mapping[tuple[int, int], Callable[[Command], Answer]] = MappingProxyType(
            {
                (_INTERINDUSTRY, Instruction.SELECT): self._select,
                (_INTERINDUSTRY, Instruction.READ_BINARY): self._read,
                (_INTERINDUSTRY, Instruction.VERIFY): self._verify,
                (_INTERINDUSTRY, Instruction.CHANGE_PIN): self._change_pin,
                (_PROPRIETARY, Instruction.PERFORM_SECURITY_OPERATION): self._sign,
                (_PROPRIETARY, _LAST_COMMAND): self._last_command,
            }
        )
        self.reset()

    @property
    def atr(self) -> bytes:
        return self.personalisation.atr

    def reset(self) -> None:
        """Power off, power on, reset: nothing is selected, no PIN is known."""
        self._inside = False
        self._forget()

    def transmit(self, command: bytes | bytearray) -> bytes:
        """The answer to one command, whatever bytes it is made of."""
        answer = self._answered(bytes(command))
        return (answer if isinstance(answer, Response) else Response(answer)).encode()

    def _answered(self, octets: bytes) -> Answer:
        if len(octets) < 4:
            return Status.WRONG_LENGTH
        if octets[0] not in (_INTERINDUSTRY, _PROPRIETARY):
            return Status.UNKNOWN_CLASS
        instruction = self._instructions.get((octets[0], octets[1]))
        if instruction is None:
            return Status.UNKNOWN_INSTRUCTION
        try:
            return instruction(Command.decode(octets))
        except MalformedError:
            return Status.WRONG_LENGTH

    def _forget(self) -> None:
        self._current: File | None = None
        self._verified = {Secret.AUTHENTICATION} if self.personalisation.opened_by_holder else set[Secret]()

    def _select(self, command: Command) -> Answer:
        match command.p1:
            case 0x04:
                return self._select_application(command)
            case 0x02:
                return self._select_file(command)
            case 0x00:
                return self._select_master(command)
        return Status.WRONG_PARAMETERS

    def _select_application(self, command: Command) -> Answer:
        if not 1 <= len(command.data) <= _LONGEST_AID:
            return Status.WRONG_LENGTH
        if command.data != APPLICATION:
            return Status.NOT_FOUND
        if command.p2 != 0x0C:
            return Status.WRONG_PARAMETERS
        self._inside = True
        self._forget()
        return Status.DONE

    def _select_file(self, command: Command) -> Answer:
        if len(command.data) != 2:
            return Status.WRONG_LENGTH
        if command.p2 != 0x0C:
            return Status.WRONG_PARAMETERS
        return self._select_identified(int.from_bytes(command.data, "big"))

    def _select_identified(self, identifier: int) -> Status:
        if not self._inside or identifier not in self._files:
            return Status.NOT_FOUND
        self._current = File(identifier)
        return Status.DONE

    def _select_master(self, command: Command) -> Answer:
        """Single source: there is no master file, but within the application asking for one without naming it is
        answered as done, without effect."""
        if command.data:
            return Status.NOT_FOUND
        return Status.DONE if self._inside and command.p2 == 0x00 else Status.WRONG_PARAMETERS

    def _read(self, command: Command) -> Answer:
        if command.data or command.le is None:
            return Status.WRONG_LENGTH
        offset = command.p1 << 8 | command.p2
        if command.p1 & _SELECTED:
            selected = self._select_to_read(command.p1)
            if selected is not Status.DONE:
                return selected
            offset = command.p2
        content = None if self._current is None else self._files[self._current]
        if content is None:
            return Status.NOT_ALLOWED
        needed = self._needed_to_read()
        if needed is not None and needed not in self._verified:
            return Status.SECURITY_NOT_SATISFIED
        if offset >= len(content):
            return Status.PAST_END
        return Response(Status.DONE, content[offset : offset + command.le])

    def _select_to_read(self, p1: int) -> Status:
        """Single source: the command that reads may name the file by its short identifier, which selects it."""
        if p1 & ~(_SELECTED | _SHORT_IDENTIFIER):
            return Status.WRONG_PARAMETERS
        return self._select_identified(p1 & _SHORT_IDENTIFIER)

    def _needed_to_read(self) -> Secret | None:
        if self._current is File.SIGNATURE_CERTIFICATE:
            return Secret.SIGNATURE
        if self._current is File.AUTHENTICATION_CERTIFICATE and self.personalisation.certificate_needs_pin:
            return Secret.AUTHENTICATION
        return None

    def _verify(self, command: Command) -> Answer:
        if (command.p1, command.p2) != (0x00, _SELECTED):
            return Status.WRONG_PARAMETERS
        if command.le is not None:
            return Status.WRONG_LENGTH
        secret = self._selected_secret()
        if secret is None:
            return Status.NOT_ALLOWED
        left = self.memory.tries[secret]
        if not command.data:
            return Response(wrong_pin(left))
        if not left:
            return Status.BLOCKED
        self._verified.discard(secret)
        if command.data != self.memory.secrets[secret]:
            self._keep_tries(secret, left - 1)
            return Response(wrong_pin(left - 1))
        self._keep_tries(secret, secret.most_tries)
        self._verified.add(secret)
        return Status.DONE

    def _change_pin(self, command: Command) -> Answer:
        if (command.p1, command.p2) != (0x01, _SELECTED):
            return Status.WRONG_PARAMETERS
        if not command.data or command.le is not None:
            return Status.WRONG_LENGTH
        secret = self._selected_secret()
        if secret is None:
            return Status.NOT_ALLOWED
        if secret not in self._verified:
            return Status.SECURITY_NOT_SATISFIED
        if not secret.admits(command.data):
            return Status.WRONG_DATA
        self.memory = replace(self.memory, secrets={**self.memory.secrets, secret: command.data})
        return Status.DONE

    def _selected_secret(self) -> Secret | None:
        return None if self._current is None else PINS.get(self._current)

    def _keep_tries(self, secret: Secret, left: int) -> None:
        self.memory = replace(self.memory, tries={**self.memory.tries, secret: left})

    def _sign(self, command: Command) -> Answer:
        scheme = SCHEMES.get(command.p1)
        if scheme is None:
            return Status.WRONG_PARAMETERS
        if command.p2 != _SELECTED:
            selected = self._select_to_sign(command.p2)
            if selected is not Status.DONE:
                return selected
        secret = None if self._current is None else KEYS.get(self._current)
        if secret is None:
            return Status.NOT_ALLOWED
        if len(command.data) not in scheme.sizes or command.le != SIGNATURE_SIZE:
            return Status.WRONG_LENGTH
        if secret not in self._verified:
            return Status.SECURITY_NOT_SATISFIED
        return Response(Status.DONE, scheme.sign(self.personalisation.pairs[secret].key, command.data))

    def _select_to_sign(self, p2: int) -> Status:
        """Single source: the command that signs may name the key by its short identifier."""
        if p2 not in {_SELECTED | key for key in KEYS}:
            return Status.WRONG_PARAMETERS
        return self._select_identified(p2 & _SHORT_IDENTIFIER)

    def _last_command(self, command: Command) -> Answer:
        """Single source: an iPhone is asked so for what was last done; a card of plastic answers 6700. What an iPhone
        says is not known: done, and nothing."""
        if not self.personalisation.opened_by_holder:
            return Status.WRONG_LENGTH
        return Status.DONE if (command.p1, command.p2) == (0, 0) else Status.WRONG_PARAMETERS
