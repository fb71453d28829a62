"""What the counter is told beside the verdict: how the register differs from the chart, and what to watch."""

from collections.abc import Iterable
from datetime import date

from kaihoken.coverage.history import Coverage, Fact
from kaihoken.coverage.inquiry import Chart, Inquiry, NumberInquiry
from kaihoken.coverage.lag import lag_is_likely
from kaihoken.coverage.verdict import Advisory, Difference, DifferenceKind, Situation
from kaihoken.identity import canonical_branch, external_characters, same_kana, same_name
from kaihoken.payment import Share, ShareKind

_LAG_SITUATIONS = frozenset({Situation.ENDED, Situation.NOT_FOUND, Situation.CARD_NOT_LINKED})


def differences_for(inquiry: Inquiry, coverage: Coverage | None, share: Share) -> tuple[Difference, ...]:
    """How the coverage that may be shown differs from what was asked and from the chart. None without coverage."""
    if coverage is None:
        return ()
    found: list[Difference] = []
    if isinstance(inquiry, NumberInquiry):
        found.extend(_number_differences(inquiry, coverage))
    if inquiry.chart is not None:
        found.extend(_chart_differences(inquiry.chart, coverage, share))
    return tuple(found)


def _number_differences(inquiry: NumberInquiry, coverage: Coverage) -> Iterable[Difference]:
    registered = canonical_branch(coverage.branch)
    asked = inquiry.canonical[2]
    if registered and not asked:
        yield Difference(DifferenceKind.BRANCH_MISSING, "branch", "")
    elif registered != asked:
        yield Difference(DifferenceKind.BRANCH, "branch", inquiry.branch)
    if coverage.symbol and not inquiry.symbol:
        yield Difference(DifferenceKind.SYMBOL_MISSING, "symbol", "")


def _chart_differences(chart: Chart, coverage: Coverage, share: Share) -> Iterable[Difference]:
    if chart.kana and not same_kana(chart.kana, coverage.kana):
        yield Difference(DifferenceKind.KANA, "kana", chart.kana)
    if chart.name and not same_name(chart.name, coverage.name):
        yield Difference(DifferenceKind.NAME, "name", chart.name)
    if chart.relation and coverage.relation and chart.relation != coverage.relation:
        yield Difference(DifferenceKind.RELATION, "relation", chart.relation)
    if (
        chart.share_percent is not None
        and share.kind is ShareKind.VALUE
        and chart.share_percent != share.percent
    ):
        yield Difference(DifferenceKind.SHARE, "share_percent", str(chart.share_percent))


def advisories_for(
    situation: Situation,
    inquiry: Inquiry,
    coverage: Coverage | None,
    facts: tuple[Fact, ...],
    share: Share,
    on: date,
) -> Iterable[Advisory]:
    """What does not change the verdict but should be known, in the order of urgency."""
    if situation is Situation.ENDED and any(
        type(fact) is Coverage and fact.match == "pending" and fact.in_force(on) for fact in facts
    ):
        yield Advisory.PENDING_NEW
    elif situation in _LAG_SITUATIONS and lag_is_likely(coverage, on):
        yield Advisory.LAG_LIKELY
    if situation is Situation.NOT_FOUND and not _check_digit_ok(inquiry):
        yield Advisory.CHECK_DIGIT
    if coverage is None:
        return
    yield from _about_coverage(coverage, share, on)


def _check_digit_ok(inquiry: Inquiry) -> bool:
    return not isinstance(inquiry, NumberInquiry) or inquiry.insurer.check_digit_ok


def _about_coverage(coverage: Coverage, share: Share, on: date) -> Iterable[Advisory]:
    # The law gives a range only to those whose share the insurer registers (70 and over): it left the field empty.
    if share.kind is ShareKind.RANGE and coverage.in_force(on):
        yield Advisory.SHARE_BLANK
    if coverage.match in ("suspended-1", "suspended-2"):
        yield Advisory.MEDICAL_VIEW_STOPPED
    if external_characters(coverage.name):
        yield Advisory.NAME_SUBSTITUTED
    if coverage.valid_to is not None and coverage.valid_to < on and coverage.in_force(on):
        yield Advisory.DOCUMENT_EXPIRED
    if any(
        limit.long_term is not None
        and limit.long_term <= on
        and _current(limit.valid_from, limit.valid_to, on)
        for limit in coverage.limits
    ):
        yield Advisory.LONG_TERM


def _current(start: date, end: date | None, on: date) -> bool:
    return start <= on and (end is None or on <= end)
