"""計画の期間: the plans whose rules are there, and the day by whose rules each is computed."""

from dataclasses import dataclass
from datetime import date

from kaihoken import rules
from kaihoken.workforce.plan.targets import TargetRules


@dataclass(frozen=True, slots=True)
class PlanPeriod:
    """A plan by its fiscal years. `planned`: its rules are only announced, so `plan_of` takes them `as_planned`."""

    first_fiscal_year: int
    last_fiscal_year: int
    begins: date
    ends: date | None
    planned: bool

    def rules_of(self, today: date) -> date:
        """The day whose rules make it: today while it runs, else the nearest of its days."""
        latest = today if self.ends is None else min(today, self.ends)
        return max(self.begins, latest)


def plan_periods() -> tuple[PlanPeriod, ...]:
    """Every plan whose rules are there, the earliest first."""
    found = []
    for version in rules.PACKAGED.versions(TargetRules.family):
        planned = version.status is rules.Status.PLANNED
        load = rules.load_as_planned if planned else rules.load
        plan = load(TargetRules, on=version.effective_from)
        found.append(
            PlanPeriod(
                plan.first_fiscal_year,
                plan.last_fiscal_year,
                version.effective_from,
                version.effective_to,
                planned,
            )
        )
    return tuple(found)


def plan_period(today: date) -> PlanPeriod:
    """The plan that runs on a day; before the first and after the last the nearest of them."""
    periods = plan_periods()
    begun = [one for one in periods if one.begins <= today]
    return begun[-1] if begun else periods[0]
