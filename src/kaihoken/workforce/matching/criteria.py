"""The order of a post: by published criteria only, from facts about duty, earlier work and home; ties by a public
lottery.

There is no score, no review and no rank of a doctor to order by, and no criterion may be added that is not in the
closed list here. How high a doctor wished for a post is no criterion either: it would pay to wish otherwise than one
does.
"""

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import ClassVar, Final

import msgspec

from kaihoken.problems import Problem
from kaihoken.rules import Sourced
from kaihoken.workforce.matching.posts import Doctor, Facts, Market, Post


class Criterion(msgspec.Struct, frozen=True):
    """One published criterion: its key in the closed list, and how people read it."""

    key: str
    ja: str
    en: str


class MatchingOrder(msgspec.Struct, frozen=True):
    """Published criteria in their order (rule family workforce/matching-order). `step_minutes`: travel times within one
    step are alike; counts below `suppress_below` are not shown."""

    family: ClassVar[str] = "workforce/matching-order"

    criteria: tuple[Criterion, ...]
    step_minutes: int
    suppress_below: Sourced[int]


_Read = Callable[[Facts, int], float]

ALLOWED: Final[Mapping[str, _Read]] = {
    "duty": lambda facts, _: not facts.duty,
    "returning": lambda facts, _: not facts.returning,
    "home": lambda facts, step: (
        math.inf if facts.home_minutes is None else math.floor(facts.home_minutes / step)
    ),
}
"""Every criterion there is: what comes first is smaller."""


def order_at(post: Post, market: Market, order: MatchingOrder) -> tuple[str, ...]:
    """The keys of all doctors in the order of a post. Raises Problem `workforce.matching-criterion` for a criterion
    that is not published, or that nobody may publish."""
    published = [criterion.key for criterion in order.criteria]
    for key in [*published, *(post.criteria or ())]:
        if key not in ALLOWED or key not in published:
            raise Problem(
                "workforce.matching-criterion", where=post.code, criterion=key, known=", ".join(ALLOWED)
            )
    used = [key for key in published if post.criteria is None or key in post.criteria]

    def place(doctor: Doctor) -> tuple[object, ...]:
        facts = doctor.facts.get(post.region, Facts())
        return (*(ALLOWED[key](facts, order.step_minutes) for key in used), lot(market.lottery, doctor.key))

    return tuple(doctor.key for doctor in sorted(market.doctors, key=place))


def lot(lottery: str, name: str) -> str:
    """The number that a name draws: the SHA-256 of the public text and the name, which anybody can compute again. One
    lottery for all posts: separate ones would cost doctors posts that they prefer."""
    return hashlib.sha256(f"{lottery}\n{name}".encode()).hexdigest()
