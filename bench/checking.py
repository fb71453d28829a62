"""Claims: a month's file read and held against every check but eligibility, and the memory of a long one."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.table import Row
from kaihoken.claims.checks import Ended, examine
from kaihoken.claims.uke import chunks_of, read
from kaihoken.people.places import places
from kaihoken.people.receipts import Order, place_named, write_month

MONTH, AS_OF = date(2026, 10, 1), date(2026, 11, 8)
RECEIPTS = 20_000
FEW, MANY = 100_000, 1_000_000
TROUBLES = 0.01
_NUMBERED = re.compile(rb"(?m)^RE,[0-9]+,")


def checked(folder: Path) -> list[Row]:
    """Processor time of one core for both files of a month, and the peak of memory of ten times as many receipts."""
    files = _month(folder / "claims")
    count = sum(_receipts(path) for path in files)  # and the rules are read
    seconds = min(_seconds(files) for _ in range(3))
    a_minute = count / seconds * 60
    few, many = (_peak(files[0], length) for length in (FEW, MANY))
    shown = f"{many / 2**20:.0f} MiB of {MANY:,} ÷ {few / 2**20:.0f} of {FEW:,} = {many / few:.2f}"
    return [
        Row(
            "claims read and held against every check but eligibility, receipts a minute on one core",
            100_000,
            "high",
            a_minute,
            f"{a_minute:,.0f} ({seconds / count * 1e6:.0f} µs each)",
        ),
        Row(f"memory of checking {MANY:,} receipts ÷ {FEW:,}", 1.1, "low", many / few, shown),
    ]


def _seconds(files: list[Path]) -> float:
    """Processor time of one reading."""
    before = time.process_time()
    for path in files:
        _receipts(path)
    return time.process_time() - before


def _month(folder: Path) -> list[Path]:
    if not folder.is_dir():
        write_month(Order(place_named("世田谷区", places()), MONTH, RECEIPTS, 1, AS_OF, TROUBLES), folder)
    return sorted(folder.glob("*/*.UKE"))


def _receipts(path: Path) -> int:
    with path.open("rb") as file:
        return sum(step.receipts for step in examine(read(chunks_of(file))) if isinstance(step, Ended))


def _peak(path: Path, receipts: int) -> int:
    """The most memory of a process that checks so many receipts, in bytes."""
    command = [sys.executable, "-m", "bench.checking", str(path), str(receipts)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _lengthened(path: Path, receipts: int) -> Iterator[bytes]:
    """A file with the receipts of another again and again, as they would come from a disk."""
    content = path.read_bytes()
    begin, end = content.index(b"RE,"), content.rindex(b"GO,")
    body = content[begin:end]
    once = len(_NUMBERED.findall(body))
    yield content[:begin]
    number = 0

    def numbered(_: re.Match[bytes]) -> bytes:
        nonlocal number
        number += 1
        return b"RE,%d," % number

    for _ in range(-(-receipts // once)):
        yield _NUMBERED.sub(numbered, body)
    yield content[end:]


def main(path: str, receipts: str) -> None:
    """In a process of its own: check, then say the peak of memory."""
    for _ in examine(read(_lengthened(Path(path), int(receipts)))):
        pass
    with open(f"/proc/{os.getpid()}/status") as status:
        kib = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    print(int(kib) * 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
