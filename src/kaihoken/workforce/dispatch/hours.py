"""時間外・休日労働の上限: a doctor's hours over all workplaces, a hospital's hours before and after, and what they
break.

The ceilings are dated rules (workforce/working-hours). Hours of duty with a permit (宿日直許可) do not count; hours
of a second job (副業・兼業) do, at whichever workplace. The way between two workplaces is no working time
(厚生労働省, Q&A of 2024-07-23). All weeks of the year are taken alike; what that leaves out (leave, seasons) the
hospital must judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Literal

import msgspec

from kaihoken.problems import Problem
from kaihoken.rules import Sourced


class Level(msgspec.Struct, frozen=True):
    """水準: the ceilings of a doctor at a workplace. Hours of overtime and work on days off; `together` and `each` a
    year, over all workplaces and at this one; a month stays below `month`. `rest_is_duty`: rest between shifts must be
    given, not only aimed at."""

    ja: str
    together: int
    each: int
    month: int
    rest_is_duty: bool


class Rest(msgspec.Struct, frozen=True):
    """勤務間インターバル: so many hours on end within so many hours from the start of work, after such a shift."""

    after: str
    hours: int
    within: int


class WorkingHours(msgspec.Struct, frozen=True):
    """The ceilings in force (rule family workforce/working-hours)."""

    family: ClassVar[str] = "workforce/working-hours"

    levels: dict[str, Level]
    statutory_week: int
    rests: tuple[Rest, ...]
    interview_lifts_month: bool
    permitted_duty_counts: bool
    permitted_duty_as_rest: int
    intern_rest: Sourced[Rest]
    several_levels: Sourced[Literal["highest"]]
    weeks_in_year: Sourced[int]
    own_part: Sourced[Literal["contract-order"]]

    def level(self, name: str) -> Level:
        """The ceilings of a level by its name: A, linked-B, B, C-1, C-2. Raises Problem `workforce.hours-level` for
        one that the rules of the day do not have."""
        if name not in self.levels:
            raise Problem("workforce.hours-level", where=name, level=name, known=", ".join(self.levels))
        return self.levels[name]

    def week_for(self, overtime: float) -> float:
        """The hours of a week whose even year comes to so much overtime."""
        return self.statutory_week + overtime / self.weeks_in_year.value

    def unconfirmed(self) -> tuple[str, ...]:
        """The names of the values that no official text confirms; results that rest on them carry these names."""
        return tuple(
            name
            for name in self.__struct_fields__
            if isinstance(found := getattr(self, name), Sourced) and found.status != "confirmed"
        )


@dataclass(frozen=True, slots=True)
class Work:
    """What a doctor does at one workplace in an even week: hours of ordinary work, hours of duty (宿日直), whether that
    duty has a permit, and the level that applies there."""

    workplace: str
    level: str
    hours: float
    duty: float = 0.0
    duty_permitted: bool = False


class HoursRule(StrEnum):
    """Which ceiling."""

    YEAR_TOGETHER = "year-together"
    YEAR_EACH = "year-each"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Breach:
    """A ceiling that is exceeded: where ("" for the sum over all workplaces), the hours, the ceiling, by how much."""

    rule: HoursRule
    workplace: str
    hours: float
    ceiling: int

    @property
    def excess(self) -> float:
        """Hours above the ceiling. 0.0 where a month that must stay below its ceiling just reaches it."""
        return self.hours - self.ceiling


@dataclass(frozen=True, slots=True)
class Hours:
    """Overtime and work on days off of one doctor: a year at each workplace and together, an even month, and what they
    break. `interview` says that the month's ceiling is lifted because an interviewer sees the doctor."""

    each: tuple[tuple[str, float], ...]
    together: float
    month: float
    interview: bool
    breaches: tuple[Breach, ...]
    unconfirmed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A doctor's hours, or those of a hospital's mean doctor, before and after."""

    before: Hours
    after: Hours

    @property
    def made(self) -> tuple[Breach, ...]:
        """Ceilings that are exceeded afterwards and were not before, or by less: for these a plan is infeasible."""
        were = {(breach.rule, breach.workplace): breach.hours for breach in self.before.breaches}
        return tuple(
            breach
            for breach in self.after.breaches
            if breach.hours > were.get((breach.rule, breach.workplace), float("-inf")) + 1e-9
        )


def hours_of(works: Sequence[Work], rules: WorkingHours, *, interview: bool = False) -> Hours:
    """The overtime of one doctor with these workplaces, in the order of their contracts (the main one first).

    What exceeds the statutory week in that order belongs to the workplace where it falls. The ceiling of the sum is
    the highest of the levels. `interview`: the doctor is seen by an interviewer (面接指導) before a month reaches 100
    hours. Raises Problem `workforce.hours-level`.
    """
    left = float(rules.statutory_week)
    weeks = rules.weeks_in_year.value
    each: list[tuple[str, float]] = []
    for work in works:
        counted = work.hours + (0.0 if work.duty_permitted and not rules.permitted_duty_counts else work.duty)
        inside = min(left, counted)
        left -= inside
        each.append((work.workplace, (counted - inside) * weeks))
    together = sum(hours for _, hours in each)
    month = together / 12
    lifted = interview and rules.interview_lifts_month
    return Hours(
        tuple(each),
        together,
        month,
        lifted,
        _breaches(works, each, together, month, lifted, rules),
        rules.unconfirmed(),
    )


def dispatched(works: Sequence[Work], post: Work, *, instead_of: float = 0.0) -> tuple[Work, ...]:
    """A doctor's workplaces after a dispatch: `post` comes last, and so many hours at the main workplace fall away."""
    main, *others = works
    return (replace(main, hours=max(0.0, main.hours - instead_of)), *others, post)


def change(
    before: Sequence[Work], after: Sequence[Work], rules: WorkingHours, *, interview: bool = False
) -> Change:
    """A doctor's hours before and after."""
    return Change(hours_of(before, rules, interview=interview), hours_of(after, rules, interview=interview))


def _breaches(
    works: Sequence[Work],
    each: Sequence[tuple[str, float]],
    together: float,
    month: float,
    lifted: bool,
    rules: WorkingHours,
) -> tuple[Breach, ...]:
    levels = [rules.level(work.level) for work in works]
    if not levels:
        return ()
    found = [
        Breach(HoursRule.YEAR_EACH, workplace, hours, level.each)
        for (workplace, hours), level in zip(each, levels, strict=True)
        if hours > level.each + 1e-9
    ]
    ceiling = max(level.together for level in levels)
    if together > ceiling + 1e-9:
        found.append(Breach(HoursRule.YEAR_TOGETHER, "", together, ceiling))
    below = max(level.month for level in levels)
    if month > below - 1e-9 and not lifted:
        found.append(Breach(HoursRule.MONTH, "", month, below))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Staff:
    """The doctors of one department of a hospital: how many, the hours of work that must be done there in a week, the
    hours of duty and whether they have a permit, and the level of the doctors."""

    workplace: str
    level: str
    doctors: float
    hours: float
    duty: float = 0.0
    duty_permitted: bool = False


def staff_change(
    staff: Staff,
    rules: WorkingHours,
    *,
    leaving: float = 0.0,
    away: float = 0.0,
    coming: float = 0.0,
    interview: bool = False,
) -> Change:
    """The mean doctor of a department before and after a plan, the work there being what it was.

    `leaving`: doctors who go for good (negative: who come to stay); those who remain do their work. `away`: hours a
    week that the department's doctors work elsewhere, on top or while their colleagues fill in: for the mean it is
    the same. `coming`: hours a week that doctors from elsewhere take over here. A department that is left without
    doctors while there is work raises Problem `workforce.dispatch-nobody`.
    """
    before = _mean(staff, staff.doctors, 0.0, 0.0, rules, interview)
    return Change(before, _mean(staff, staff.doctors - leaving, away, coming, rules, interview))


def _mean(
    staff: Staff, doctors: float, away: float, coming: float, rules: WorkingHours, interview: bool
) -> Hours:
    work, duty = max(0.0, staff.hours - coming), staff.duty
    if doctors <= 0:
        if work + duty + away > 0:
            raise Problem("workforce.dispatch-nobody", where=staff.workplace, workplace=staff.workplace)
        return hours_of((), rules)
    here = Work(staff.workplace, staff.level, work / doctors, duty / doctors, staff.duty_permitted)
    elsewhere = (Work("elsewhere", staff.level, away / doctors),) if away else ()
    return hours_of((here, *elsewhere), rules, interview=interview)
