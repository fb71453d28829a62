"""標榜診療科: the many names of departments, read into the 19 basic fields and two groups beside them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem

_BRACKETS = re.compile(r"[（(][^（()）]*[)）]?")
_BREAK = re.compile(r"[;；、/\n]|[（(]改行[)）]")
_LEFTOVERS = re.compile(r"(※.*|系?その他|[)）])$")


class DepartmentGroup(msgspec.Struct, frozen=True):
    """One group with its code and its two names."""

    code: str
    ja: str
    en: str


class DepartmentRules(msgspec.Struct, frozen=True):
    """Which name belongs to which groups (rule family workforce/department-groups): `names` exactly, then the first
    entry of `contains` whose text stands in the name. An empty list is a name that is no department of medicine."""

    family: ClassVar[str] = "workforce/department-groups"

    groups: tuple[DepartmentGroup, ...]
    names: dict[str, tuple[str, ...]]
    contains: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class DepartmentBook:
    """The groups of one day, each a bit: group i of `groups` is bit i of a facility's departments."""

    groups: tuple[DepartmentGroup, ...]
    status: rules.Status
    _rules: DepartmentRules = field(repr=False)
    _read: dict[str, int | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_read", {})

    def bit(self, group: str) -> int:
        """The bit of a group by its code or its Japanese name. Raises Problem `workforce.department-unknown`."""
        for position, one in enumerate(self.groups):
            if group in (one.code, one.ja):
                return 1 << position
        known = ", ".join(one.code for one in self.groups)
        raise Problem("workforce.department-unknown", where=group, department=group, known=known)

    def read(self, name: str) -> int | None:
        """The bits of one name as it is signed; None where no rule knows it, 0 where it is no department."""
        if name not in self._read:
            self._read[name] = self._bits_of(_spelling(name))
        return self._read[name]

    def _bits_of(self, spelling: str) -> int | None:
        groups = self._rules.names.get(spelling)
        if groups is None:
            groups = next((found for text, found in self._rules.contains if text in spelling), None)
        return None if groups is None else sum(self.bit(group) for group in groups)


@dataclass(frozen=True, slots=True, eq=False)
class DepartmentReading:
    """What was read of a column of departments: `bits` and `known` (False where nothing is stated) by facility, and
    how often each name stood there that maps nowhere."""

    bits: npt.NDArray[np.uint32]
    known: npt.NDArray[np.bool_]
    unmapped: Mapping[str, int]


def department_book(on: date) -> DepartmentBook:
    """The groups in force on a day."""
    found = rules.load(DepartmentRules, on=on)
    return DepartmentBook(found.groups, rules.version(DepartmentRules, on=on).status, found)


def read_departments(texts: Iterable[str | None], book: DepartmentBook) -> DepartmentReading:
    """Departments as the tables hold them ("内科;小児科"), one text for each facility."""
    bits: list[int] = []
    known: list[bool] = []
    unmapped: Counter[str] = Counter()
    whole: dict[str, tuple[int, tuple[str, ...]]] = {}
    for text in texts:
        if not text:
            bits.append(0)
            known.append(False)
            continue
        if text not in whole:
            whole[text] = _read_all(text, book)
        found, strange = whole[text]
        bits.append(found)
        known.append(True)
        unmapped.update(strange)
    return DepartmentReading(np.array(bits, np.uint32), np.array(known, np.bool_), dict(unmapped))


def _read_all(text: str, book: DepartmentBook) -> tuple[int, tuple[str, ...]]:
    bits = 0
    strange: list[str] = []
    for name in _BREAK.split(text):
        if not name.strip():
            continue
        found = book.read(name)
        if found is None:
            strange.append(name)
        else:
            bits |= found
    return bits, tuple(strange)


def _spelling(name: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    outside = _BRACKETS.sub("", plain)
    # A piece of a torn bracket ("疼痛緩和)", "その他(内科系)") is read with its inside: better than nothing of it.
    kept = outside if outside not in ("", "その他") else plain
    return _LEFTOVERS.sub("", kept)
