"""What an authority issued and what became of it: lines that are only added, in one file of its private folder.

A reader follows what another process adds; who adds holds a lock for as long as it takes to write a line.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import msgspec
from cryptography import x509

from kaihoken.card.authority.life import LIFE, State, Step
from kaihoken.card.authority.profile import Carrier, TestPerson
from kaihoken.problems import Problem
from kaihoken.store import FolderLock, path_problems
from kaihoken.transitions import ImpossibleStep

Number: TypeAlias = tuple[str, int]
"""A certificate: `known_as` of its root, and its serial."""


class Issued(msgspec.Struct, frozen=True, tag="issued"):
    """A certificate was made. `holder` is whose it is, where that is known."""

    number: tuple[str, str]
    carrier: Carrier
    begins: datetime
    ends: datetime
    holder: TestPerson | None = None


class Stepped(msgspec.Struct, frozen=True, tag="stepped"):
    """Something happened to it. `reason` is that of RFC 5280, `at` the instant from which it counts."""

    number: tuple[str, str]
    step: Step
    reason: str
    at: datetime


class Renewed(msgspec.Struct, frozen=True, tag="renewed"):
    """Another came in its place (新旧シリアル番号の紐付け)."""

    number: tuple[str, str]
    by: tuple[str, str]


Line: TypeAlias = Issued | Stepped | Renewed


class Entry(msgspec.Struct, frozen=True):
    """A certificate as its authority knows it. `reason` and `at` where it is held or revoked; `renewed_by` its
    successor, `renewed_from` the one before it; `holder` whose it is, where that is known."""

    number: Number
    carrier: Carrier
    begins: datetime
    ends: datetime
    state: State = LIFE.first
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified
    at: datetime | None = None
    renewed_by: Number | None = None
    renewed_from: Number | None = None
    holder: TestPerson | None = None


class Ledger:
    """The lines of one authority."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_to = 0
        self._known: dict[Number, Entry] = {}

    def find(self, number: Number) -> Entry | None:
        """A certificate, None where none of that number was issued. Problem `card.authority-unreadable`."""
        self._follow()
        return self._known.get(number)

    def of_root(self, known_as: str) -> Iterator[Entry]:
        """Every certificate of a root. Problem `card.authority-unreadable`."""
        self._follow()
        return (one for (issuer, _), one in list(self._known.items()) if issuer == known_as)

    def add(self, *lines: Line) -> None:
        """Writes lines, all of them or none. Problems `card.authority-serial` (issued already),
        `card.authority-unknown` (never issued), `card.authority-step` (cannot happen to it), `store.locked`."""
        lock = FolderLock(self._file.with_suffix(".lock"))
        try:
            self._follow()
            tried = dict(self._known)
            for line in lines:
                _apply(tried, line)
            self._append(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
            self._follow()
        finally:
            lock.release()

    def _append(self, content: bytes) -> None:
        with path_problems(self._file):
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.truncate(self._read_to)  # a line that was cut short never happened
                file.seek(self._read_to)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())

    def _follow(self) -> None:
        with path_problems(self._file):
            if not self._file.exists():
                return
            with self._file.open("rb") as file:
                file.seek(self._read_to)
                content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        try:
            for line in whole.splitlines():
                _apply(self._known, _DECODER.decode(line))
        except (msgspec.MsgspecError, Problem):
            raise Problem("card.authority-unreadable", where=self._file.name) from None
        self._read_to += len(whole)


_DECODER = msgspec.json.Decoder(Line)


def number_of(written: tuple[str, str]) -> Number:
    return written[0], int(written[1])


def written(number: Number) -> tuple[str, str]:
    """A number in a line: serials are longer than what every JSON reader takes as a number."""
    return number[0], str(number[1])


def _apply(known: dict[Number, Entry], line: Line) -> None:
    number = number_of(line.number)
    if isinstance(line, Issued):
        if number in known:
            raise Problem("card.authority-serial")
        known[number] = Entry(number, line.carrier, line.begins, line.ends, holder=line.holder)
        return
    found = known.get(number)
    if found is None:
        raise Problem("card.authority-unknown")
    if isinstance(line, Renewed):
        by = number_of(line.by)
        known[number] = msgspec.structs.replace(found, renewed_by=by)
        if (successor := known.get(by)) is not None:
            known[by] = msgspec.structs.replace(successor, renewed_from=number)
        return
    try:
        state = LIFE.after(found.state, line.step)
    except ImpossibleStep:
        raise Problem("card.authority-step", step=line.step, state=found.state) from None
    reason = x509.ReasonFlags(line.reason)
    at = None if state is State.GOOD else line.at
    known[number] = msgspec.structs.replace(found, state=state, reason=reason, at=at)
