"""Runs within network, mount and process namespaces of its own: a PC/SC daemon with a virtual reader, our card in it,
and whatever tools the tests name. Orders come as lines of JSON on stdin, answers go as lines of JSON to stdout.

The daemon's virtual reader listens on every address, so it is started where there is no other machine; and its socket
and its port are then nobody else's, in however many runs at once. Everything ends with this process.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.polling import until

from kaihoken.card import JpkiClient
from kaihoken.card.readers import PcscReader, PcscReaders, VpcdBridge
from kaihoken.card.virtual import KeptCard, OtherCard, VirtualCard, VirtualJpkiCard
from kaihoken.problems import Problem

RESET = "reset"
PORTS = (35963, 35964)
_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41
_SOCKET_FOLDER = Path("/run/pcscd")
_PATIENCE = 20.0
_TOOL_SECONDS = 30.0
_TRIES = bytes.fromhex("00200080")

Answer = dict[str, object]


class OddCard:
    """A card that answers the question for the tries left in its own way."""

    def __init__(self, card: VirtualCard, answer: str) -> None:
        self.card, self.odd, self.atr = card, bytes.fromhex(answer), card.atr

    def reset(self) -> None:
        self.card.reset()

    def transmit(self, command: bytes | bytearray) -> bytes:
        answer = self.card.transmit(command)
        return self.odd if command == _TRIES else answer


class Slot:
    """A card in one of the daemon's slots. It is itself a card: another with the same ATR can be slid under it, which
    the daemon, looking every 400 ms whether a card is there, does not have to notice."""

    def __init__(self, number: int, card: VirtualCard) -> None:
        self.card, self.atr = card, card.atr
        self.transcript: list[tuple[str, str]] = []
        self.bridge = VpcdBridge.connected(self, port=PORTS[number])
        self.serving = threading.Thread(target=self.bridge.serve)
        self.serving.start()
        self.reader = PcscReaders().all()[number]
        assert self.reader.wait_for_card(_PATIENCE)

    def reset(self) -> None:
        self.card.reset()
        self.transcript.append((RESET, ""))

    def transmit(self, command: bytes | bytearray) -> bytes:
        answer = self.card.transmit(command)
        self.transcript.append((command.hex(), answer.hex()))
        return answer

    def empty(self) -> None:
        self.bridge.close()
        self.serving.join()
        assert self.reader.wait_for_removal(_PATIENCE)


class Inside:
    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.card: KeptCard | None = None
        self.daemon = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
        with socket.socket() as any_socket:  # the loopback of a new namespace is down
            fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP_AND_RUNNING))
        _SOCKET_FOLDER.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(_SOCKET_FOLDER)], check=True)
        quiet = subprocess.DEVNULL
        daemon = subprocess.Popen(["pcscd", "--foreground"], stdin=quiet, stdout=quiet, stderr=quiet)
        until(_served, patience=_PATIENCE)
        return daemon

    @property
    def slot(self) -> Slot:
        return self.slots[0]

    @property
    def jpki(self) -> VirtualJpkiCard:
        assert self.card
        assert isinstance(self.card.card, VirtualJpkiCard)
        return self.card.card

    def put(self, path: str, atr: str = "", without: str = "", tries_answer: str = "") -> Answer:
        """Lays the card of a file onto the reader, if asked for with another ATR, without the application, or with
        another answer to the question for the tries left."""
        self.card = KeptCard.read(Path(path))
        if atr:
            self.card.card = VirtualJpkiCard(replace(self.jpki.personalisation, atr=bytes.fromhex(atr)))
        card: VirtualCard = OtherCard(self.jpki.atr) if without else self.card.card
        card = OddCard(card, tries_answer) if tries_answer else card
        if len(self.slots) == 1 and self.slot.atr == card.atr:
            self.slot.card, self.slot.transcript = card, []
        else:
            self.take()
            self.slots = [Slot(0, card)]
        return {"reader": self.slot.reader.name}

    def put_beside(self, path: str) -> Answer:
        """Lays another card into the second slot."""
        self.slots.append(Slot(1, KeptCard.read(Path(path)).card))
        return {"reader": self.slots[1].reader.name}

    def take(self) -> Answer:
        while self.slots:
            self.slots.pop().empty()
        return {}

    def renew(self) -> Answer:
        """Gives the card on the reader its secrets and tries back."""
        self.jpki.memory = self.jpki.personalisation.memory
        self.jpki.reset()
        return self.state()

    def state(self) -> Answer:
        """The tries that the card has left, and what passed since the last time."""
        passed, self.slot.transcript = self.slot.transcript, []
        tries = (
            self.card.card.memory.tries if self.card and isinstance(self.card.card, VirtualJpkiCard) else {}
        )
        return {"tries": {secret.value: left for secret, left in tries.items()}, "transcript": passed}

    def run(self, *command: str) -> Answer:
        done = subprocess.run(
            command,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TOOL_SECONDS,
            check=False,
        )
        return {"exit": done.returncode, "out": done.stdout.decode(), "err": done.stderr.decode()}

    def kill(self, *command: str) -> Answer:
        """Starts a tool and kills it in the middle of its conversation with the card."""
        self.slot.transcript = []
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as tool:
            until(lambda: len(self.slot.transcript) > 10 or tool.poll() is not None, patience=_PATIENCE)
            tool.kill()
        return {}

    def send(self, *commands: str) -> Answer:
        """What the card answers to commands, by PC/SC."""
        with self.slot.reader.open() as transport:
            return {"answers": [transport.transmit(bytes.fromhex(one)).hex() for one in commands]}

    def ask(self, pin: str, message: str) -> Answer:
        """What a desk asks of the card, by PC/SC."""
        self.slot.transcript = []
        with self.slot.reader.open() as transport:
            client = JpkiClient(transport)
            return {
                "atr": transport.atr.hex(),
                "kind": client.require_taken(),
                "certificate": client.authentication_certificate().hex(),
                "pin": client.verify(bytearray(pin.encode())).answer,
                "signature": client.sign(bytes.fromhex(message)).hex(),
            }

    def troubles(self) -> Answer:
        """The code of each trouble that a reader can have, brought about one after another."""
        reader, codes = self.slot.reader, dict[str, object]()
        with reader.open() as transport:
            codes["opened twice"] = _code(lambda: _opened(reader))
            JpkiClient(transport).verify(bytearray(b"1234")).require_accepted()
        with reader.open() as transport:
            client = JpkiClient(transport)
            codes["after the session"] = _code(lambda: client.sign(b""))
            self.slot.bridge.close()
            codes["pulled out"] = _code(client.tries_left)
            codes["asked again"] = _code(client.tries_left)
        self.take()
        codes["empty"] = _code(lambda: _opened(reader))
        codes["no such reader"] = _code(PcscReader("nobody's").has_card)
        codes["waited in vain"] = reader.wait_for_card(0.05)
        return codes

    def stop(self) -> Answer:
        """Ends the daemon, as an update of the system does."""
        self.take()
        self.daemon.terminate()
        self.daemon.wait()
        codes = {"gone": _code(PcscReaders().all)}
        (_SOCKET_FOLDER / "pcscd.comm").unlink(missing_ok=True)
        self.daemon = self._started()
        return {**codes, "back": _code(PcscReaders().all)}


def _served() -> bool:
    try:
        return len(PcscReaders().all()) == len(PORTS)
    except Problem:
        return False


def _opened(reader: PcscReader) -> None:
    with reader.open():
        pass


def _code(what: Callable[[], object]) -> str:
    try:
        what()
    except Problem as problem:
        return problem.code
    return ""


def _tell(answer: Answer) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    inside = Inside()
    _tell({})
    for line in sys.stdin:
        order, arguments, named = json.loads(line)
        _tell(getattr(inside, order)(*arguments, **named))
    inside.take()
    inside.daemon.terminate()


if __name__ == "__main__":
    main()
