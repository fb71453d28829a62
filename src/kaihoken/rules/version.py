"""What a rule file says about itself, and how sure it is."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Generic, Protocol, TypeVar

import msgspec


class Status(StrEnum):
    """How sure a rule file, a single value or a code is."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"  # reported, but no text of the law or notice was found for it
    PLANNED = "planned"  # announced or enacted, not in force


V = TypeVar("V")


class Sourced(msgspec.Struct, Generic[V], frozen=True, kw_only=True):
    """A value inside a rule file that carries its own status and source, because they differ from the file's."""

    value: V
    status: Status
    source: str
    url: str | None = None


class RuleFamily(Protocol):
    """What a room declares to read rules: a frozen msgspec Struct whose fields are the keys below `values:`.

    `family` is the folder that holds the dated files, "share/statutory". A class attribute `schema` (an int, 1 where
    it is left out) says which form of the values the Struct reads; `may_end = True` that the law may be over, so that a
    day without a version is no fault.
    """

    family: ClassVar[str]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One dated file of a family. Days are inclusive; `effective_to` None is "until changed". `sha256` is the digest
    of the file's bytes in hex; `values` is what the family's Struct is made from."""

    family: str
    file: str  # path below the rules folder
    schema: int
    effective_from: date
    effective_to: date | None
    published: date | None
    status: Status
    source: str
    url: str | None
    sha256: str
    values: dict[str, object]

    def covers(self, on: date) -> bool:
        """Whether the version is in force (or planned to be) on that day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
