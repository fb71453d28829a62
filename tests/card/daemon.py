"""A PC/SC daemon with a card in it, as the tests see it: `inside.py` in namespaces of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from kaihoken.card.virtual import KeptCard, Profile

from .cards import a_card

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("pcscd", "opensc-tool", "pkcs11-tool", "pkcs15-crypt", "pkcs15-tool", "openssl", "unshare")
VIRTUAL_READER = Path("/etc/reader.conf.d/vpcd")
NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--mount-proc")

Answer = dict[str, object]


def missing() -> str:
    """What keeps a daemon from being tried here; empty where nothing does."""
    if find_spec("smartcard") is None:
        return "pyscard is not installed (requirements/pcsc.txt)"
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (pcscd, opensc, openssl)"
    if not VIRTUAL_READER.is_file():
        return "not installed: the virtual reader (vsmartcard-vpcd)"
    return "" if _apart() else "this machine lets nobody make a namespace"


def _apart() -> tuple[str, ...]:
    """How a namespace is made here: by root at once, by others through a namespace of users."""
    for more in ((), ("--map-root-user",)):
        command = ("unshare", *more, *NAMESPACES)
        tried = subprocess.run([*command, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return command
    return ()


class Daemon:
    """The daemon, and the card that lies in its first slot."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._lying: tuple[object, ...] = ()

    def order(self, order: str, *arguments: str, **named: str) -> Answer:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([order, arguments, named]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process in the namespace has ended"
        answer: Answer = json.loads(line)
        return answer

    def run(self, *command: str) -> tuple[int, str]:
        """Exit code and what a tool printed."""
        done = self.order("run", *command)
        return int(str(done["exit"])), str(done["out"])

    def lay(self, profile: Profile = Profile.CARD, **odd: str) -> None:
        """Sees to it that a card of the profile lies there, with nothing used up."""
        if self._lying == (profile, odd):
            self.order("renew")
            return
        self.order("put", str(self.file(profile)), **odd)
        self._lying = (profile, odd)

    def lay_file(self, file: Path) -> None:
        self.order("put", str(file))
        self._lying = ()

    def file(self, profile: Profile) -> Path:
        """A card of the profile."""
        file = self._folder / f"{profile.value}.json"
        if not file.exists():
            KeptCard.made(file, a_card(profile))
        return file

    def moved(self) -> None:
        """What lies there is no longer known."""
        self._lying = ()

    def tries(self) -> dict[str, int]:
        tries = self.order("state")["tries"]
        assert isinstance(tries, dict)
        return tries

    def everything(self) -> list[tuple[str, str]]:
        """Commands and answers since the last time this was asked, in hexadecimal, and resets without an answer."""
        passed = self.order("state")["transcript"]
        assert isinstance(passed, list)
        return [(command, answer) for command, answer in passed]

    def transcript(self) -> list[tuple[str, str]]:
        """The same without the resets."""
        return [(command, answer) for command, answer in self.everything() if answer]


@contextmanager
def daemon_in(folder: Path) -> Iterator[Daemon]:
    """Starts the daemon in namespaces of its own; all of it ends with the block."""
    command = (*_apart(), sys.executable, "-m", "tests.card.inside")
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline(), "the daemon did not start"
        yield Daemon(process, folder)
