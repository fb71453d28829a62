"""A tiny reader of claim files for these tests: it knows the few places that they look at, nothing of the makers."""

from dataclasses import dataclass
from pathlib import Path

from kaihoken.identity import check_digit

ACTS = {"SI": 13, "IY": 13, "TO": 17}
"""Where the days of the month begin."""


@dataclass(frozen=True)
class Read:
    """One receipt as lines of fields."""

    lines: list[list[str]]

    def of(self, kind: str) -> list[list[str]]:
        return [line for line in self.lines if line[0] == kind]

    @property
    def head(self) -> list[str]:
        return self.lines[0]

    @property
    def payers(self) -> list[list[str]]:
        return self.of("HO") + self.of("KO")

    @property
    def acts(self) -> list[list[str]]:
        return [line for line in self.lines if line[0] in ACTS]

    @property
    def points(self) -> int:
        return sum(int(line[5]) * int(line[6]) for line in self.acts if line[5])

    @property
    def visits(self) -> list[int]:
        return [day for day in range(1, 32) if self.of("JD")[0][1 + day] == "1"]

    def days_of(self, act: list[str]) -> dict[int, int]:
        first = ACTS[act[0]]
        return {day: int(act[first + day - 1]) for day in range(1, 32) if act[first + day - 1]}


@dataclass(frozen=True)
class File:
    """A claim file: the lines before and after its receipts, and the receipts."""

    first: list[str]
    receipts: list[Read]
    last: list[str]
    raw: bytes


def read(path: Path) -> File:
    """The file, which must be whole: cp932, CR LF after every line, one 0x1A at the end."""
    first, receipts, last = whole(path)
    return File(first, receipts, last, path.read_bytes())


def whole(path: Path) -> tuple[list[str], list[Read], list[str]]:
    """The first line, the receipts (from RE, or from an IR of their own) and the last line of a whole file."""
    raw = path.read_bytes()
    assert raw.endswith(b"\r\n\x1a")
    assert raw.count(b"\x1a") == 1
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    lines = [line.split(",") for line in raw[:-3].decode("cp932").split("\r\n")]
    begins = lines[1][0]
    receipts: list[Read] = []
    for line in lines[1:-1]:
        if line[0] == begins:
            receipts.append(Read([]))
        receipts[-1].lines.append(line)
    return lines[0], receipts, lines[-1]


def number_fits(number: str) -> bool:
    """Whether the last digit of 保険者番号 and its like is the check digit."""
    bare = number.strip()
    return check_digit(bare[:-1]) == bare[-1]


LONGEST = 48


def loosely(path: Path) -> list[Read]:
    """The receipts of a file with troubles in it: bytes that cp932 does not know are kept, fields that are left out at
    the end of a line are empty."""
    receipts: list[Read] = []
    for line in path.read_bytes().removesuffix(b"\x1a").decode("cp932", "surrogateescape").split("\r\n"):
        fields = line.split(",")
        if fields[0] == "RE":
            receipts.append(Read([]))
        if receipts and fields[0] not in ("", "GO"):
            left_out = 0 if fields[0] == "MF" else LONGEST - len(fields)
            receipts[-1].lines.append(fields + [""] * left_out)
    return receipts
