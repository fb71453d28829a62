"""One person and one household while a nation is being made."""

from dataclasses import dataclass, field

from kaihoken.people.insurers import Insurer
from kaihoken.people.names import NamePart
from kaihoken.people.places import Municipality

STILL = 0
"""The end of what has not ended."""


@dataclass(slots=True, eq=False)
class Policy:
    """A contract with an insurer: a 国保 household, an employment with its dependants, or one person alone.

    `start` and `end` are days (the end is the first day without, `STILL` while it runs). `known` is the day on which
    the register learned of it, `end_known` of its end (`STILL`: never). `family` insures the dependants where that is
    another insurer (自衛官). Where people lived elsewhere at the time, `address` is that place.
    """

    insurer: Insurer
    symbol: str
    number: str
    holder: "Member"
    start: int
    end: int = STILL
    reason: str = ""  # of the end: OQSCD008
    received: int = 0
    known: int = 0
    end_known: int = STILL
    classification: str = "01"
    expires: int = STILL  # 任意継続: last day
    family: Insurer | None = None
    family_symbol: str = ""
    address: tuple[str, str] | None = None
    branches: int = 0

    def next_branch(self) -> str:
        """枝番 in the order in which people join."""
        branch = f"{self.branches:02d}"
        self.branches += 1
        return branch


@dataclass(slots=True, eq=False)
class Spell:
    """One person's time under a policy. `received` and `known` as for the policy, but of this person."""

    policy: Policy
    insurer: Insurer
    symbol: str
    branch: str
    relation: str  # OQSCD009
    start: int
    end: int
    reason: str
    received: int
    known: int
    end_known: int


@dataclass(slots=True, eq=False)
class Member:
    """A person of a household. Days are ordinals; `died` is 0 for the living. `age` is in years by the calendar, on
    the day or at death. `place` counts from 0 in the nation. `lots` are the numbers of `kaihoken.people.lots`."""

    place: int
    female: bool
    born: int
    died: int
    role: int
    age: int
    lots: list[float]
    name: str = ""
    kana: str = ""
    policies: int = 0
    late_from: int = 1 << 30  # first day under 後期高齢者医療
    spells: list[Spell] = field(default_factory=list)

    @property
    def last_day(self) -> int:
        """The day after death, or a day far away."""
        return self.died + 1 if self.died else 1 << 30


@dataclass(slots=True, eq=False)
class Household:
    """People who live together; the first is the head."""

    members: list[Member]
    lots: list[float]
    family_name: NamePart
    home: Municipality
    address: tuple[str, str]  # postal code, address
    non_disclosure: bool = False
