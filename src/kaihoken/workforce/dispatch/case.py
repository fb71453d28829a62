"""The case of a dispatch: departments that may send or receive, needs, possible moves, duties; and the terms.

Tables are columns of arrays; row i of each is the same department, need or move. An unknown number is NaN.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.dispatch.hours import Staff, WorkingHours

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NO_NEED = -1


@dataclass(frozen=True, slots=True, eq=False)
class Departments:
    """One department of a hospital, or of all hospitals of an area, a row.

    `doctors` and `keeps` (the partner's floor, 派遣元が残す人数) in full-time doctors; `standardised` 標準化医師数 of
    one of its doctors; `hours` and `duty` of work and 宿日直 that must be done there in a week, NaN where not known;
    `capacity` and `least` full-time doctors that may and must come at most and at least; `need` the row of the need
    that doctors here cover, or NO_NEED. `interview`: doctors are seen by an interviewer before a month of 100 hours.
    """

    code: tuple[str, ...]
    area: Ints
    department: tuple[str, ...]
    doctors: Floats
    keeps: Floats
    standardised: Floats
    level: tuple[str, ...]
    hours: Floats
    duty: Floats
    duty_permitted: Flags
    interview: Flags
    capacity: Floats
    least: Floats
    need: Ints

    def __post_init__(self) -> None:
        _once(self.code)

    def __len__(self) -> int:
        return len(self.code)

    def staff(self, row: int) -> Staff | None:
        """The doctors of a row for `hours.staff_change`; None where their hours are not known."""
        if np.isnan(self.hours[row]) or np.isnan(self.duty[row]):
            return None
        return Staff(
            self.code[row],
            self.level[row],
            float(self.doctors[row]),
            float(self.hours[row]),
            float(self.duty[row]),
            bool(self.duty_permitted[row]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Up to how many standardised doctors coming counts: the way of an area's index to its threshold, or of a
    department to what is agreed."""

    name: tuple[str, ...]
    amount: Floats

    def __post_init__(self) -> None:
        _once(self.name)

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """派遣の候補: one unit goes from a department to another, at most `most` times.

    `whole`: a unit is a doctor who goes to stay; else it is a day a week. `share` is the unit in full-time doctors
    (1.0, or 0.2 of a week of five days); `hours` a week that a unit works there, duty without a permit included;
    `minutes` of travel one way, NaN where no way is known; `wish` between -1 and 1 says how much the post is wished
    for (a wish about posts, never about doctors); `declined`: it is out of the question for either side.
    """

    sender: Ints
    receiver: Ints
    whole: Flags
    share: Floats
    hours: Floats
    most: Ints
    minutes: Floats
    wish: Floats
    declined: Flags

    def __len__(self) -> int:
        return len(self.sender)


@dataclass(frozen=True, slots=True, eq=False)
class Duty:
    """キャリア形成プログラム等の義務: that at least so many units of these moves (rows) happen."""

    name: str
    moves: Ints
    least: int


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """All of it. `room` is for each area how many standardised doctors it may lose on balance, +inf where no rule holds
    (see `effects.room_above_minority`). `watermark` stands on every result where the figures are made up."""

    areas: AreaSet
    departments: Departments
    needs: Needs
    moves: Moves
    duties: tuple[Duty, ...] = ()
    room: Floats | None = None
    watermark: str = ""


class Aim(StrEnum):
    """What a plan looks for. SUM: the most standardised doctors towards all needs. FAIR: leximin, the need that is
    covered least first. BOTH: a weighted mean of the sum and of an evenness that counts the first parts of each need
    more."""

    SUM = "sum"
    FAIR = "fair"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which a plan is looked for. None is ever filled in silently: what is not given does not bind.

    `minutes_at_most` one way; `units_at_most` in all; `fairness` from 0 to 1 is the weight of evenness for BOTH;
    `levels` is into how many equal parts a need's coverage is cut for FAIR and BOTH. `wish_value` and `minute_value`
    decide between plans that are otherwise alike: a full-time doctor at a post that is fully wished for (1) loses
    nothing of his worth, at one that nobody minds (0) `wish_value` standardised doctors, at an unwished one (-1)
    twice that; each minute of travel `minute_value`. `gap` is the certified relative gap to stop at; `seconds` the
    time of the solver; `seed` its seed.
    """

    hours: WorkingHours
    aim: Aim = Aim.SUM
    minutes_at_most: float = float("inf")
    units_at_most: int | None = None
    fairness: float = 0.5
    levels: int = 10
    wish_value: float = 0.02
    minute_value: float = 1e-5
    gap: float = 0.01
    seconds: float = 60.0
    seed: int = 1


class RuleKind(StrEnum):
    """What a plan keeps."""

    KEEPS = "keeps"  # a sender keeps at least …
    HOURS_TOGETHER = "hours-together"  # a doctor's year over all workplaces
    HOURS_EACH = "hours-each"  # a year at the sender
    HOURS_MONTH = "hours-month"
    HOURS_POST = "hours-post"  # the post alone is above its ceiling
    CAPACITY = "capacity"
    LEAST = "least"  # at least so many come
    DUTY = "duty"
    CLASS = "class"  # the sender's area does not come into 医師少数区域
    SHORTFALL = "shortfall"  # a sender's own need does not grow
    TRAVEL = "travel"
    DECLINED = "declined"
    TOTAL = "total"


LAW = frozenset({RuleKind.HOURS_TOGETHER, RuleKind.HOURS_EACH, RuleKind.HOURS_MONTH, RuleKind.HOURS_POST})
"""Rules that nobody who plans may loosen."""

HELD = LAW | {RuleKind.DECLINED}
"""Those, and what somebody declined: declining is always possible, so no plan is offered that goes against it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that a plan keeps: its kind, whose it is (a department, area, duty), and its bound in its own unit."""

    kind: RuleKind
    subject: str
    bound: float


def _once(names: Sequence[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise Problem("workforce.dispatch-twice", where=twice[0], name=twice[0])
