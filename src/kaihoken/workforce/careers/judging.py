"""One career held against its programme and against the accreditation on a day: what a check says of it."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from kaihoken import rules
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.careers.accreditation import (
    Assessment,
    Experience,
    ShortageAreaAccreditation,
    Spell,
    assess,
    may_manage,
)
from kaihoken.workforce.careers.book import Career
from kaihoken.workforce.careers.designation import Designations, of_plan
from kaihoken.workforce.careers.reckoning import Reckoning, reckon
from kaihoken.workforce.careers.terms import CareerProgramme
from kaihoken.workforce.careers.timeline import Timeline
from kaihoken.workforce.index import PUBLISHED_ON, shipped_index
from kaihoken.workforce.months import fiscal_year
from kaihoken.workforce.plan import TargetRules

HOSPITAL = "regional-support"
"""地域医療支援病院: whose managers are asked for the experience by the rules of today and by those that are planned."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a career is good for at the end of a day. The accreditation is None where the licence is not known;
    `manager` by today's rule and `manager_planned` by the planned one, None also where none is needed."""

    reckoning: Reckoning
    accreditation: Assessment | None
    manager: Assessment | None
    manager_planned: Assessment | None


def duty_of(timeline: Timeline, designations: Designations, on: date) -> Reckoning:
    """The duty by the terms of the day on which they agreed."""
    return reckon(timeline, rules.load(CareerProgramme, on=timeline.agreed_on), designations, on)


def judge(career: Career, designations: Designations, on: date) -> Judged:
    """Duty, accreditation and what a manager needs, at the end of the day `on`."""
    reckoning = duty_of(career.timeline, designations, on)
    experience = _experience(career)
    if experience is None:
        return Judged(reckoning, None, None, None)
    rule = rules.load(ShortageAreaAccreditation, on=on)
    planned = rules.PACKAGED.load_as_planned(ShortageAreaAccreditation, on=PLANNED_ON)
    return Judged(
        reckoning,
        assess(experience, rule, designations, on),
        may_manage(experience, rule, designations, on, HOSPITAL),
        may_manage(experience, planned, designations, on, HOSPITAL),
    )


PLANNED_ON = date(2027, 4, 1)
"""A day of the planned rule; the file says that this day is ours."""


@cache
def by_the_index() -> Designations:
    """少数区域 by the class of the published index, for the years of the plan that stands on it; no スポット. What a
    prefecture has designated itself is handed in instead."""
    plan = plan_of_the_index()
    return Designations(
        of_plan(
            area_set("330"),
            shipped_index().classes,
            date(plan.first_fiscal_year, 4, 1),
            date(plan.last_fiscal_year + 1, 3, 31),
        )
    )


def plan_of_the_index() -> TargetRules:
    """The plan that stands on the published index: it begins with the next fiscal year."""
    return rules.load(TargetRules, on=date(fiscal_year(PUBLISHED_ON) + 1, 4, 1))


def _experience(career: Career) -> Experience | None:
    if career.licensed_on is None or career.residency_began is None:
        return None
    spells = tuple(
        Spell(post.first, post.last, post.area, post.municipality, post.residency)
        for post in career.timeline.posts
    )
    return Experience(career.licensed_on, career.residency_began, spells, career.interruptions, career.duties)
