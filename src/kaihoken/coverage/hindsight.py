"""What may not leave any more although it was known at the commit asked about.

A question about what was known earlier is decided by that knowledge, but shown under the restraints of today: a
coverage taken back since as wrongly linked, a match that failed since, an address hidden since never leave.
"""

from collections.abc import Sequence

import msgspec

from kaihoken.coverage.history import Coverage, Fact, History, believed_now
from kaihoken.coverage.verdict import Verdict


def with_hindsight(verdict: Verdict, candidates: Sequence[History]) -> Verdict:
    """The verdict with only those coverages, subsidies and 照会番号 that still stand, under today's match state and
    不開示.

    `candidates` are the histories that the verdict was taken from. For choosing what may leave, not for the words:
    those tell what was known then.
    """
    history = next((history for history in candidates if history.person == verdict.person), None)
    if history is None:
        return verdict
    now = _now_by_fact(history)
    coverages = []
    for coverage in verdict.coverages:
        latest = now[coverage]
        if type(latest) is Coverage and not latest.withdrawn:
            coverages.append(msgspec.structs.replace(coverage, match=latest.match))
    return msgspec.structs.replace(
        verdict,
        coverages=tuple(coverages),
        subsidies=tuple(subsidy for subsidy in verdict.subsidies if not now[subsidy].withdrawn),
        references=tuple(link for link in verdict.references if not now[link].withdrawn),
        non_disclosure=verdict.non_disclosure
        or any(type(fact) is Coverage and fact.non_disclosure for fact in believed_now(history)),
    )


def _now_by_fact(history: History) -> dict[Fact, Fact]:
    """For everything ever said of the person, the last thing said about the same subject."""
    latest = {assertion.subject: assertion.fact for assertion in history.assertions}
    return {assertion.fact: latest[assertion.subject] for assertion in history.assertions}
