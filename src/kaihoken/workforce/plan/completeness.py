"""What a 医師偏在是正プラン lacks, and what in it does not fit, before a prefecture decides on it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from kaihoken.problems import Problem
from kaihoken.workforce.plan.correction import CorrectionPlan, EffectCheck, Outcome
from kaihoken.workforce.plan.procedure import Council, Event


def look_over(plan: CorrectionPlan) -> tuple[Problem, ...]:
    """What is missing or does not fit, each with its place; empty when the plan can be decided on.

    Keys stand once and point to parts that are there; an area has a reason, a need a basis, each area a measure and an
    effect check; days are in order and within the plan's years for money; an agreement in the procedure has its
    council's discussion of that day.
    """
    return (*_keys(plan), *_pointers(plan), *_days(plan), *_gaps(plan), *_agreements(plan))


def _keys(plan: CorrectionPlan) -> Iterator[Problem]:
    for name in ("areas", "institutions", "measures", "effects"):
        counted = Counter(part.key for part in getattr(plan, name))
        for key, times in counted.items():
            if times > 1:
                yield Problem("workforce.correction-twice", where=f"{name}.{key}", key=key)


def _pointers(plan: CorrectionPlan) -> Iterator[Problem]:
    areas = {area.key for area in plan.areas}
    institutions = {one.key for one in plan.institutions}
    measures = {one.key for one in plan.measures}
    for one in plan.institutions:
        yield from _unknown(f"institutions.{one.key}.area", (one.area,), areas)
    for at, need in enumerate(plan.needed):
        yield from _unknown(f"needed[{at}].area", (need.area,), areas)
        if need.institution is not None:
            yield from _unknown(f"needed[{at}].institution", (need.institution,), institutions)
    for measure in plan.measures:
        yield from _unknown(f"measures.{measure.key}.areas", measure.areas, areas)
        yield from _unknown(f"measures.{measure.key}.institutions", measure.institutions, institutions)
    for effect in plan.effects:
        yield from _unknown(f"effects.{effect.key}.areas", effect.areas, areas)
        yield from _unknown(f"effects.{effect.key}.measures", effect.measures, measures)


def _unknown(where: str, keys: Iterable[str], known: set[str]) -> Iterator[Problem]:
    for key in keys:
        if key not in known:
            yield Problem("workforce.correction-pointer", where=where, key=key)


def _days(plan: CorrectionPlan) -> Iterator[Problem]:
    if plan.last_fiscal_year < plan.first_fiscal_year:
        yield _reversed("last_fiscal_year", str(plan.first_fiscal_year), str(plan.last_fiscal_year))
    years = range(plan.first_fiscal_year, plan.last_fiscal_year + 1)
    for measure in plan.measures:
        where = f"measures.{measure.key}"
        if measure.ends < measure.begins:
            yield _reversed(f"{where}.ends", measure.begins.isoformat(), measure.ends.isoformat())
        for at, money in enumerate(measure.money):
            if money.fiscal_year not in years:
                yield Problem(
                    "workforce.correction-year",
                    where=f"{where}.money[{at}]",
                    year=money.fiscal_year,
                    first=plan.first_fiscal_year,
                    last=plan.last_fiscal_year,
                )
    for effect in plan.effects:
        days = [effect.base.on, *(one.on for one in effect.measured)]
        for earlier, later in pairwise(days):
            if later <= earlier:
                yield _reversed(f"effects.{effect.key}.measured", earlier.isoformat(), later.isoformat())
        if effect.target_on <= effect.base.on:
            yield _reversed(
                f"effects.{effect.key}.target_on", effect.base.on.isoformat(), effect.target_on.isoformat()
            )


def _reversed(where: str, earlier: str, later: str) -> Problem:
    return Problem("workforce.correction-days", where=where, first=earlier, last=later)


def _gaps(plan: CorrectionPlan) -> Iterator[Problem]:
    if not plan.areas:
        yield _missing("areas", "areas")
    for area in plan.areas:
        if not area.reasons:
            yield _missing(f"areas.{area.key}", "reasons")
        if not any(area.key in measure.areas for measure in plan.measures):
            yield _missing(f"areas.{area.key}", "measures")
        if not any(need.area == area.key for need in plan.needed):
            yield _missing(f"areas.{area.key}", "needed")
        if not any(_covers(effect, area.key, plan) for effect in plan.effects):
            yield _missing(f"areas.{area.key}", "effects")
    for at, need in enumerate(plan.needed):
        if not need.basis:
            yield _missing(f"needed[{at}]", "basis")


def _covers(effect: EffectCheck, area: str, plan: CorrectionPlan) -> bool:
    by_measure = (one for one in plan.measures if one.key in effect.measures)
    return area in effect.areas or any(area in one.areas for one in by_measure)


def _missing(where: str, part: str) -> Problem:
    return Problem("workforce.correction-missing", where=where, part=part)


_AGREED = {
    Event.MEDICAL_COUNCIL_AGREES: Council.REGIONAL_MEDICAL,
    Event.INSURERS_COUNCIL_AGREES: Council.INSURERS,
}


def _agreements(plan: CorrectionPlan) -> Iterator[Problem]:
    for at, step in enumerate(plan.steps):
        council = _AGREED.get(step.event)
        if council is None:
            continue
        told = any(
            one.council is council and one.held_on == step.on and one.outcome is Outcome.AGREED
            for one in plan.discussions
        )
        if not told:
            yield Problem(
                "workforce.correction-agreement",
                where=f"steps[{at}]",
                council=council.value,
                day=step.on.isoformat(),
            )
