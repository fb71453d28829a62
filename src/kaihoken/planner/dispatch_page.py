"""派遣調整案・候補: who could go where, hours at both ends, which rules bind; then 代診医 and a round of matching.

Counts only: there is no name, no key and no wish of a single doctor on the page or in its files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np
from markupsafe import Markup

from kaihoken import rules
from kaihoken.planner.asked import Asked, Shown
from kaihoken.planner.dispatching import (
    CASE_FOLDER,
    LOCUM_FILE,
    ROUND_FOLDER,
    Place,
    Plan,
    case_of,
    case_place,
    locum_of,
    moved,
    plan_of,
    round_of,
    round_place,
)
from kaihoken.problems import Problem
from kaihoken.web import Language, messages
from kaihoken.workforce.dispatch import (
    Aim,
    Binding,
    Hours,
    HoursRule,
    Infeasible,
    Kept,
    ReadCase,
    RuleKind,
    WorkingHours,
)
from kaihoken.workforce.index import IndexClass
from kaihoken.workforce.matching import CouncilView, MatchingOrder, ReadRound
from kaihoken.workforce.portrait import Atlas

ABSENT: Final = "－"
HIDDEN: Final = "＊"
"""A count that is not shown because it is small, or would tell one that is."""
AIMS: Final = (Aim.SUM, Aim.FAIR, Aim.BOTH)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """One ceiling at one department: hours before and after of the mean doctor. `state` is met, lessened or lifted."""

    name: str
    before: str
    after: str
    ceiling: str
    state: str


@dataclass(frozen=True, slots=True)
class Worked:
    """The hours of a department that sends or receives."""

    hospital: str
    department: str
    level: str
    sends: bool
    ceilings: tuple[Ceiling, ...]


def dispatch(atlas: Atlas, asked: Asked) -> Shown:
    """The page. What of a case, a file or a round cannot be read is said in its place, the rest stands. Problem
    `planner.dispatch-query` for an aim that is none."""
    place = case_place(atlas)
    values: dict[str, object] = {
        "own": place.own,
        "folder": CASE_FOLDER,
        "aims": AIMS,
        "watermark": "",
        "faults": (),
        "plan": None,
        "conflicts": (),
    }
    aim = chosen(asked)
    try:
        read = case_of(atlas, place)
        aim = aim or read.terms.aim
        values |= {"aim": aim, "watermark": read.case.watermark, "faults": read.faults}
        if not read.faults:
            values |= _planned(atlas, asked, place, read, aim)
    except Problem as problem:
        values |= {"faults": (problem,)}
    return Shown("dispatch.html", {**values, **_locum(atlas), **_round(atlas, asked.language)})


def chosen(asked: Asked) -> Aim | None:
    """The aim that the query names; None: that of the case."""
    given = asked.query.get("aim", "")
    if given and given not in set(Aim):
        raise Problem("planner.dispatch-query", where="aim", name="aim", value=given, known=", ".join(Aim))
    return Aim(given) if given else None


def _planned(atlas: Atlas, asked: Asked, place: Place, read: ReadCase, aim: Aim) -> dict[str, object]:
    found = plan_of(atlas, place, aim)
    told: dict[str, object] = {"ceilings": ceilings_of(read)}
    if isinstance(found, Infeasible):
        return told | {
            "conflicts": [
                [_binding(atlas, read, one, asked.language) for one in conflict.rules]
                for conflict in found.conflicts
            ]
        }
    proposal, staff = found.proposal, read.case.departments
    others = {one: plan_of(atlas, place, one) for one in (Aim.SUM, Aim.FAIR)}
    others[aim] = found
    compared = {one: plan for one, plan in others.items() if isinstance(plan, Plan)}
    return told | {
        "plan": found,
        "moves": [(one, f"{one.physicians:.2f}", _number(one.minutes, 0)) for one in moved(read, found)],
        "covered": f"{proposal.covered.sum():.2f}",
        "counts": counts_of(read, found),
        "gap": f"{100 * proposal.gap:.2f}",
        "gap_asked": f"{100 * read.terms.gap:g}",
        "needs": [
            (
                _named(atlas, name),
                f"{amount:.2f}",
                [_share(float(plan.proposal.covered[row]), amount) for plan in compared.values()],
            )
            for row, (name, amount) in enumerate(
                zip(read.case.needs.name, read.case.needs.amount.tolist(), strict=True)
            )
        ],
        "compared": [(one, f"{plan.proposal.covered.sum():.2f}") for one, plan in compared.items()],
        "hours": list(worked(read, found)),
        "kept": [_kept(atlas, read, one, asked.language) for one in found.kept],
        "areas": list(_areas(read, found)),
        "worth": [
            (read.hospitals[row], staff.department[row], f"{value:.2f}")
            for row, value in enumerate(found.worth)
        ],
    }


def ceilings_of(read: ReadCase) -> dict[str, object]:
    """The file of the ceilings, and those of its values that no official text confirms, with their sources."""
    held = read.terms.hours
    values = ((name, getattr(held, name)) for name in held.unconfirmed())
    return {
        "version": rules.version(WorkingHours, on=read.on),
        "unconfirmed": [(name, one.source) for name, one in values if isinstance(one, rules.Sourced)],
    }


def counts_of(read: ReadCase, found: Plan) -> tuple[int, int]:
    """Doctors who go to stay, and days a week."""
    units, whole = found.proposal.units, read.case.moves.whole
    return int(units[whole].sum()), int(units[~whole].sum())


def worked(read: ReadCase, found: Plan) -> Iterator[Worked]:
    """The hours of each department that sends or receives, where they are known."""
    staff, rows = read.case.departments, {code: row for row, code in enumerate(read.case.departments.code)}
    senders = set(read.case.moves.sender[np.flatnonzero(found.proposal.units)].tolist())
    for code, change in found.hours.items():
        row = rows[code]
        level = read.terms.hours.level(staff.level[row])
        before, after = change.before, change.after
        each = [max((hours for _, hours in side.each), default=0.0) for side in (before, after)]
        yield Worked(
            read.hospitals[row],
            staff.department[row],
            level.ja,
            row in senders,
            (
                _ceiling("together", before.together, after.together, level.together, after),
                _ceiling("each", each[0], each[1], level.each, after),
                _ceiling("month", before.month, after.month, level.month, after),
            ),
        )


_BROKEN: Final = {"together": HoursRule.YEAR_TOGETHER, "each": HoursRule.YEAR_EACH, "month": HoursRule.MONTH}


def _ceiling(name: str, before: float, after: float, most: int, hours: Hours) -> Ceiling:
    broken = any(one.rule is _BROKEN[name] for one in hours.breaches)
    lifted = name == "month" and hours.interview
    state = "lessened" if broken else "lifted" if lifted else "met"
    return Ceiling(name, f"{before:,.0f}", f"{after:,.0f}", f"{most:,}", state)


def rule_words(kind: RuleKind, language: Language) -> Markup:
    """A rule in words for a page."""
    return messages("workforce").html(f"dispatch.rule.{kind.value}", language)


def _kept(atlas: Atlas, read: ReadCase, one: Kept, language: Language) -> dict[str, object]:
    counted = one.kind in (RuleKind.TRAVEL, RuleKind.DECLINED)
    return {
        "words": rule_words(one.kind, language),
        "subject": _subject(atlas, read, one.subject),
        "minutes": one.kind is RuleKind.TRAVEL,
        "bound": ABSENT if one.bound is None else _plain(one.bound),
        "least": one.least,
        "found": _plain(one.found),
        "left_out": counted,
        "tight": one.tight,
    }


def _binding(atlas: Atlas, read: ReadCase, one: Binding, language: Language) -> dict[str, object]:
    return {
        "words": rule_words(one.rule.kind, language),
        "subject": _subject(atlas, read, one.rule.subject),
        "bound": _plain(one.rule.bound) if one.rule.bound and isfinite(one.rule.bound) else ABSENT,
        "yields": None if one.yields is None else _plain(one.yields),
        "held": one.held,
    }


def _areas(read: ReadCase, found: Plan) -> Iterator[dict[str, object]]:
    effects = found.effects
    for at in np.flatnonzero(effects.change):
        area = read.case.areas.areas[at]
        yield {
            "area": area,
            "change": f"{effects.change[at]:+.2f}".replace("-", "−"),
            "before": _number(float(effects.before[at]), 1),
            "after": _number(float(np.floor(effects.after[at] * 10 + 1e-6) / 10), 1),
            "look_before": _look(effects.class_before[at]),
            "look_after": _look(effects.class_after[at]),
        }


def _locum(atlas: Atlas) -> dict[str, object]:
    values: dict[str, object] = {"locum_file": LOCUM_FILE, "locum": None, "locum_problem": None}
    try:
        found = locum_of(atlas)
    except Problem as problem:
        return values | {"locum_problem": problem}
    if found is None:
        return values
    areas = atlas.index.areas
    years = [(one, areas.areas[areas.position(one.area)]) for one in found.years]
    return values | {"locum": years, "locum_bad": found.bad}


def _round(atlas: Atlas, language: Language) -> dict[str, object]:
    place = round_place(atlas)
    values: dict[str, object] = {
        "round_own": place.own,
        "round_folder": ROUND_FOLDER,
        "round": None,
        "round_problem": None,
    }
    try:
        found, council = round_of(place)
    except Problem as problem:
        return values | {"round_problem": problem}
    values |= {"round": found, "round_bad": found.bad}
    return values | (_council(found, council, language) if council else {"council": None})


def _council(found: ReadRound, council: CouncilView, language: Language) -> dict[str, object]:
    return {
        "council": council,
        "order": [one.en if language == "en" else one.ja for one in found.order.criteria],
        "order_version": rules.version(MatchingOrder, on=found.on),
        "regions": [(one, _shown(one.filled)) for one in council.regions],
        "by_wish": [(wish, _shown(count)) for wish, count in council.by_wish.items()],
        "by_place": [(place, _shown(count)) for place, count in council.by_place.items()],
    }


def _shown(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _named(atlas: Atlas, name: str) -> str:
    """An area's code with its name; other names as they are."""
    areas = {str(area.code): area for area in atlas.index.areas.areas}
    return f"{name} {areas[name].name}" if name in areas else name


def _subject(atlas: Atlas, read: ReadCase, name: str) -> str:
    """Whose a rule is: hospital and department, area, or the name of a duty or need."""
    codes = read.case.departments.code
    if name not in codes:
        return _named(atlas, name)
    row = codes.index(name)
    return f"{read.hospitals[row]} {read.case.departments.department[row]}"


def _share(covered: float, amount: float) -> str:
    return f"{covered:.2f} ({100 * covered / amount:.0f}%)" if amount else ABSENT


def _number(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}" if isfinite(value) else ABSENT


def _plain(value: float) -> str:
    """Whole numbers without decimals, others with two at most."""
    return f"{round(value, 2):,g}" if abs(value) < 1e5 else f"{value:,.0f}"


def _look(kind: IndexClass | None) -> dict[str, object]:
    looks = {IndexClass.MINORITY: "minority", IndexClass.MIDDLE: "middle", IndexClass.MAJORITY: "majority"}
    return {"look": looks[kind] if kind else "missing", "borderline": False}
