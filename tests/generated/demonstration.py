"""A small demonstration as a process of its own, for clients that others made."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kaihoken.access import Issuer, PrivateKey, load_key
from kaihoken.clock import SystemClock

CLIENT = "demo-clinic"


@dataclass(frozen=True)
class Demonstration:
    """Where it answers, and the key of its clinic."""

    url: str
    folder: Path

    @property
    def key_file(self) -> Path:
        return self.folder / "facility-key.json"

    @property
    def key(self) -> PrivateKey:
        return load_key(self.key_file)

    def assertion(self) -> str:
        """A fresh proof of the clinic, good once."""
        return Issuer(CLIENT, self.key, self.url, SystemClock()).assertion()


@contextmanager
def demonstration(folder: Path) -> Iterator[Demonstration]:
    """It is up when this is entered, and gone afterwards."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIHOKEN_")}
    arguments = ("--port", "0", "--count", "30", "--folder", str(folder / "demo-store"), "--json")
    with (folder / "demo.err").open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "kaihoken", "demo", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=told,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (folder / "demo.err").read_text()
        yield Demonstration(msgspec.json.decode(line)["address"], folder / "demo-store")
    finally:
        process.terminate()
        process.wait()
