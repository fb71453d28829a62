"""What the lever of remote care takes as given: departments, the diseases that they see, and what is few."""

from typing import ClassVar

import msgspec

from kaihoken.rules import Sourced


class Department(msgspec.Struct, frozen=True):
    """A department of the lever, and which specialties (主たる診療科) of the statistics of doctors it holds."""

    name: str
    specialties: tuple[str, ...]


class Disease(msgspec.Struct, frozen=True):
    """A disease of the forty, the ICD chapter by whose rates it is spread, and the department that sees it."""

    name: str
    chapter: str
    department: str


class RemoteCare(msgspec.Struct, frozen=True, kw_only=True):
    """The lever's tables (rule family workforce/remote-care), unconfirmed as a whole."""

    family: ClassVar[str] = "workforce/remote-care"

    few_below: Sourced[float]
    departments: tuple[Department, ...]
    diseases: tuple[Disease, ...]
