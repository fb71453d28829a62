"""地理を加えた少数区域: who would be 少数 as well if rurality or access counted beside the index."""

from collections.abc import Mapping
from dataclasses import dataclass

from kaihoken.problems import Problem
from kaihoken.workforce.scenario.levers import AnyLever, ReachCounted, RuralityCounted, Scenario


@dataclass(frozen=True, slots=True)
class GeographyAsked:
    """少数 if index ≤ lower, or index ≤ `wider` and either the area's rurality is `rank` or above or the share of its
    residents whose nearest emergency hospital is beyond the minutes asked for is `beyond` or above; with `both` only
    where it meets the two. None does not count. All of it is the planner's own: no such numbers are published."""

    wider: float
    rank: float | None = None
    beyond: float | None = None
    both: bool = False


def geography_scenario(
    asked: GeographyAsked, ranks: Mapping[str, float], shares: Mapping[str, float], *, notes: str = ""
) -> Scenario:
    """The scenario with its levers, from ranks and shares by area code (what is absent lets no area in).

    Raises Problem `workforce.scenario-geography` where neither counts, or `both` is asked of one.
    """
    if (asked.rank is None and asked.beyond is None) or (
        asked.both and (asked.rank is None or asked.beyond is None)
    ):
        raise Problem("workforce.scenario-geography", where="rank")
    levers: list[AnyLever] = []
    ranked, far = dict(ranks), dict(shares)
    if asked.both and asked.beyond is not None:
        ranked = {code: rank for code, rank in ranks.items() if shares.get(code, 0.0) >= asked.beyond}
        far = {}
    if asked.rank is not None:
        levers.append(RuralityCounted(asked.wider, asked.rank, ranked))
    if asked.beyond is not None and not asked.both:
        levers.append(ReachCounted(asked.wider, asked.beyond, far))
    return Scenario("地理を加えた少数区域（シナリオ） / geography counted", tuple(levers), notes=notes)
