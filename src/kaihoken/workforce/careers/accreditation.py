"""医師少数区域等での勤務経験の認定: whether somebody's work in short areas is enough, and for what.

Until the ninth year since the licence the six months have to be continuous, where birth and the like may interrupt;
after it broken periods are added up. Clinical training never counts. Source: 厚生労働省 2025-09-11. How many hours a
week make a day of such work was not found: what is given here as work is work that the prefecture holds to be so.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Literal

import msgspec
import numpy as np

from kaihoken.rules import Sourced
from kaihoken.workforce.careers.designation import Days, Designations, runs, span
from kaihoken.workforce.careers.timeline import Interruption
from kaihoken.workforce.months import after_months, after_years


class ShortageAreaAccreditation(msgspec.Struct, frozen=True, kw_only=True):
    """What the accreditation asks (rule family workforce/shortage-area-accreditation), and what a manager needs.

    `duties` are all to be done. `manager_months` of such work is needed by managers of `manager_hospitals` who began
    clinical training on `manager_residency_from` or later.
    """

    family: ClassVar[str] = "workforce/shortage-area-accreditation"

    counted_from: date
    months: int
    continuous_within_years: int
    interruptions: tuple[str, ...]
    interruptions_beyond_birth: Sourced[bool]
    duties: tuple[str, ...]
    manager_months: int
    manager_residency_from: date
    manager_hospitals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spell:
    """Work at one place from `first` to `last` (inclusive; None: still)."""

    first: date
    last: date | None
    area: str
    municipality: str = ""
    residency: bool = False


@dataclass(frozen=True, slots=True)
class Experience:
    """What somebody brings: the day of the licence, the first day of clinical training, spells and interruptions, and
    which duties of the rule they did."""

    licensed_on: date
    residency_began: date
    spells: tuple[Spell, ...]
    interruptions: tuple[Interruption, ...] = ()
    duties: frozenset[str] = frozenset()


class Lacking(StrEnum):
    """What is missing."""

    DAYS = "days"
    CONTINUITY = "continuity"  # enough days, but broken, and the ninth year is not over
    DUTIES = "duties"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the work of `days_counted` days is good for; `way` says how it was counted. `reached_on` is the day on which
    the required days were complete. `duties_missing` names those of the rule that were not done."""

    way: Literal["continuous", "added"]
    days_counted: int
    days_required: int
    reached_on: date | None
    lacking: tuple[Lacking, ...]
    duties_missing: tuple[str, ...]

    @property
    def met(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacking


def assess(
    experience: Experience, rule: ShortageAreaAccreditation, designations: Designations, on: date
) -> Assessment:
    """Whether the accreditation can be given on a day. The ninth anniversary of the licence still belongs to the nine
    years; where it is over, all days since `counted_from` are added, also those before it."""
    return _assess(experience, rule, designations, on, rule.months)


def needs_experience(experience: Experience, rule: ShortageAreaAccreditation, hospital: str) -> bool:
    """Whether a manager of such a hospital ("regional-support", "public", ...) needs it at all."""
    return hospital in rule.manager_hospitals and experience.residency_began >= rule.manager_residency_from


def may_manage(
    experience: Experience,
    rule: ShortageAreaAccreditation,
    designations: Designations,
    on: date,
    hospital: str,
) -> Assessment | None:
    """What the work is good for where somebody is to manage such a hospital; None where they need none."""
    if not needs_experience(experience, rule, hospital):
        return None
    return _assess(experience, rule, designations, on, rule.manager_months)


def _assess(
    experience: Experience,
    rule: ShortageAreaAccreditation,
    designations: Designations,
    on: date,
    months: int,
) -> Assessment:
    count = span(rule.counted_from, on)
    worked = _worked(experience, designations, rule.counted_from, count)
    early = on <= after_years(experience.licensed_on, rule.continuous_within_years)
    stretches = _joined(worked, experience, rule) if early else ([worked] if worked.any() else [])
    best = max((_reach(one, rule.counted_from, months) for one in stretches), key=_nearest, default=None)
    days, required, reached = best or (0, (after_months(on, months) - on).days, None)
    missing = tuple(sorted(set(rule.duties) - experience.duties))
    lacking = []
    if reached is None:
        broken = early and _reach(worked, rule.counted_from, months)[2] is not None
        lacking.append(Lacking.CONTINUITY if broken else Lacking.DAYS)
    if missing:
        lacking.append(Lacking.DUTIES)
    return Assessment("continuous" if early else "added", days, required, reached, tuple(lacking), missing)


def _worked(experience: Experience, designations: Designations, begin: date, count: int) -> Days:
    """On which days the work counts: designated on that day, no training, not interrupted."""
    worked = np.zeros(count, dtype=np.bool_)
    for one in experience.spells:
        if one.residency:
            continue
        place = _slice(one.first, one.last, begin, count)
        worked[place] |= designations.days(one.area, one.municipality, begin, count)[place]
    for gap in experience.interruptions:
        worked[_slice(gap.first, gap.last, begin, count)] = False
    return worked


def _joined(worked: Days, experience: Experience, rule: ShortageAreaAccreditation) -> list[Days]:
    """The stretches that count as continuous: days of work with nothing between them but allowed interruptions."""
    allowed = np.zeros(worked.size, dtype=np.bool_)
    for gap in experience.interruptions:
        if gap.why in rule.interruptions:
            allowed[_slice(gap.first, gap.last, rule.counted_from, worked.size)] = True
    joined = []
    for first, last in runs(worked | allowed, rule.counted_from):
        inside = np.zeros(worked.size, dtype=np.bool_)
        inside[_slice(first, last, rule.counted_from, worked.size)] = True
        if (inside & worked).any():
            joined.append(inside & worked)
    return joined


def _reach(days: Days, begin: date, months: int) -> tuple[int, int, date | None]:
    """The days counted, those required from the first of them, and the day on which they were complete."""
    if not days.any():
        return 0, 1, None
    first = begin + timedelta(days=int(days.argmax()))
    required = (after_months(first, months) - first).days
    done = np.cumsum(days) >= required
    reached = begin + timedelta(days=int(done.argmax())) if done.any() else None
    return int(days.sum()), required, reached


def _nearest(reach: tuple[int, int, date | None]) -> tuple[bool, int]:
    days, required, reached = reach
    return reached is not None, days - required


def _slice(first: date, last: date | None, begin: date, count: int) -> slice:
    stop = count if last is None else (last - begin).days + 1
    return slice(max((first - begin).days, 0), max(stop, 0))
