"""The frame in which a plan is shown: which plan, how its sum is held, with which residents; kept in the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode

from kaihoken.planner.asked import Asked
from kaihoken.problems import Problem
from kaihoken.workforce.plan import PlanPeriod, Spread, plan_period, plan_periods

Population: TypeAlias = Literal["projected", "frozen"]

POPULATIONS: Final[tuple[Population, ...]] = ("projected", "frozen")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page of a plan was asked for; `period` and `population` have what is shown where nothing was said."""

    period: PlanPeriod
    spread: Spread
    population: Population
    today: date

    @property
    def rules_of(self) -> date:
        """The day by whose rules the plan is made."""
        return self.period.rules_of(self.today)

    def query(self, *, spread: str = "", period: int = 0, population: str = "") -> str:
        """The query of an address with these changed, from "?"; what would be shown anyway is left out."""
        first = period or self.period.first_fiscal_year
        people = population or self.population
        said = {"spread": spread or self.spread.value}
        if first != plan_period(self.today).first_fiscal_year:
            said["period"] = str(first)
        if people != POPULATIONS[0]:
            said["population"] = people
        return f"?{urlencode(said)}"


def frame_of(asked: Asked) -> Frame:
    """The frame of a request. Raises Problem `planner.spread-unknown`, also where no spread is named, and
    `planner.plan-frame` for a period or residents that are none."""
    given = asked.query.get("spread", "")
    if given not in tuple(Spread):
        known = ", ".join(Spread)
        raise Problem("planner.spread-unknown", where="spread", given=given or "－", known=known)
    period = plan_period(asked.today)
    if wanted := asked.query.get("period"):
        periods = {str(one.first_fiscal_year): one for one in plan_periods()}
        if wanted not in periods:
            raise _unknown("period", wanted, periods)
        period = periods[wanted]
    people = asked.query.get("population", POPULATIONS[0])
    population = next((one for one in POPULATIONS if one == people), None)
    if population is None:
        raise _unknown("population", people, POPULATIONS)
    return Frame(period, Spread(given), population, asked.today)


def _unknown(name: str, given: str, known: Iterable[str]) -> Problem:
    return Problem("planner.plan-frame", where=name, name=name, given=given, known=", ".join(known))
