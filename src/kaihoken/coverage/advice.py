"""What the counter is told beside the verdict: how the register differs from the chart, and what to watch."""

from collections.abc import Sequence
from datetime import date

from kaihoken.coverage.history import Coverage, Fact
from kaihoken.coverage.inquiry import (
    CareDayInquiry,
    Chart,
    ClaimInquiry,
    Inquiry,
    NumberInquiry,
    ReferenceInquiry,
)
from kaihoken.coverage.lag import lag_is_likely
from kaihoken.coverage.verdict import Advisory, Difference, DifferenceKind, Situation
from kaihoken.identity import (
    LOST,
    canonical_branch,
    has_external_character,
    may_be_same_name,
    same_kana,
    same_name,
    shown,
)
from kaihoken.payment import Share, ShareKind

_OTHERWISE_COVERED = frozenset({Situation.ENDED, Situation.NEW_EXISTS, Situation.OVERLAP})
_SEXES = ("1", "2")  # 3 is 未設定
_LAG_SITUATIONS = frozenset({Situation.ENDED, Situation.NOT_FOUND, Situation.CARD_NOT_LINKED})


def differences_for(inquiry: Inquiry, coverage: Coverage | None, share: Share) -> tuple[Difference, ...]:
    """How the coverage that may be shown differs from what was asked and from the chart. None without coverage."""
    if coverage is None:
        return ()
    found: list[Difference] = []
    if isinstance(inquiry, NumberInquiry):
        _compare_numbers(inquiry, coverage, found)
    if inquiry.chart is not None:
        if isinstance(inquiry, ClaimInquiry | CareDayInquiry):
            _compare_names_of_claim(inquiry.chart, coverage, found)
        else:
            _compare_names(inquiry.chart, coverage, found)
        _compare_chart(inquiry.chart, coverage, share, found)
    return tuple(found)


def _compare_numbers(inquiry: NumberInquiry, coverage: Coverage, found: list[Difference]) -> None:
    registered, asked = canonical_branch(coverage.branch), canonical_branch(inquiry.branch)
    if registered and not asked:
        found.append(Difference(DifferenceKind.BRANCH_MISSING, "branch", ""))
    elif registered != asked:
        found.append(Difference(DifferenceKind.BRANCH, "branch", inquiry.branch))
    if coverage.symbol and not inquiry.symbol:
        found.append(Difference(DifferenceKind.SYMBOL_MISSING, "symbol", ""))


def _compare_names(chart: Chart, coverage: Coverage, found: list[Difference]) -> None:
    if chart.kana and not same_kana(chart.kana, coverage.kana):
        found.append(Difference(DifferenceKind.KANA, "kana", chart.kana))
    if chart.name and not same_name(chart.name, coverage.name):
        found.append(Difference(DifferenceKind.NAME, "name", chart.name))


def _compare_names_of_claim(chart: Chart, coverage: Coverage, found: list[Difference]) -> None:
    """A claim may give 氏名 by its reading, or by 通称, and has no place for many a character: only a name that can be
    none of the registered ones differs, and what is not registered is not compared."""
    readings = [one for one in (coverage.kana, coverage.other_kana) if one]
    names = [one for one in (coverage.name, coverage.other_name) if one]
    if chart.kana and readings and not _reads(chart.kana, readings):
        found.append(Difference(DifferenceKind.KANA, "kana", chart.kana))
    if (
        chart.name
        and names
        and not _reads(chart.name, readings)
        and not any(may_be_same_name(chart.name, one) for one in names)
    ):
        found.append(Difference(DifferenceKind.NAME, "name", chart.name))


def _reads(kana: str, readings: Sequence[str]) -> bool:
    return any(same_kana(kana, one) for one in readings)


def _compare_chart(chart: Chart, coverage: Coverage, share: Share, found: list[Difference]) -> None:
    if chart.sex in _SEXES and coverage.sex in _SEXES and chart.sex not in (coverage.sex, coverage.sex_other):
        found.append(Difference(DifferenceKind.SEX, "sex", chart.sex))
    if chart.relation and coverage.relation and chart.relation != coverage.relation:
        found.append(Difference(DifferenceKind.RELATION, "relation", chart.relation))
    if (
        chart.share_percent is not None
        and share.kind is ShareKind.VALUE
        and chart.share_percent != share.percent
    ):
        found.append(Difference(DifferenceKind.SHARE, "share_percent", str(chart.share_percent)))


def advisories_for(
    situation: Situation,
    inquiry: Inquiry,
    coverage: Coverage | None,
    facts: Sequence[Fact],
    share: Share,
    on: date,
) -> list[Advisory]:
    """What does not change the verdict but should be known, in the order of urgency."""
    found: list[Advisory] = []
    if situation is Situation.NOT_FOUND and not _check_digit_ok(inquiry):
        found.append(Advisory.CHECK_DIGIT)
    if situation is Situation.ENDED and _newer_is_pending(facts, on):
        found.append(Advisory.PENDING_NEW)
    elif situation in _LAG_SITUATIONS and not found and lag_is_likely(coverage, on):
        found.append(Advisory.LAG_LIKELY)
    if situation in _OTHERWISE_COVERED and isinstance(inquiry, ReferenceInquiry):
        found.append(Advisory.REFERENCE_ANEW)
    # The law gives a range only to those whose share the insurer registers (70 and over): it left the field empty.
    if situation is Situation.VALID and share.kind is ShareKind.RANGE:
        found.append(Advisory.SHARE_BLANK)
    if coverage is not None:
        _look_at(coverage, on, found)
    return found


def _newer_is_pending(facts: Sequence[Fact], on: date) -> bool:
    return any(type(fact) is Coverage and fact.match == "pending" and fact.in_force(on) for fact in facts)


def _check_digit_ok(inquiry: Inquiry) -> bool:
    return not isinstance(inquiry, NumberInquiry) or inquiry.insurer.check_digit_ok


def _look_at(coverage: Coverage, on: date, found: list[Advisory]) -> None:
    if coverage.match == "suspended-1" or coverage.match == "suspended-2":
        found.append(Advisory.MEDICAL_VIEW_STOPPED)
    if has_external_character(coverage.name):
        lost = LOST in shown(coverage.name)
        found.append(Advisory.NAME_SUBSTITUTED if lost else Advisory.NAME_EXTERNAL)
    if coverage.valid_to is not None and coverage.valid_to < on and coverage.in_force(on):
        found.append(Advisory.DOCUMENT_EXPIRED)
    if coverage.limits and _is_long_term(coverage, on):
        found.append(Advisory.LONG_TERM)


def _is_long_term(coverage: Coverage, on: date) -> bool:
    return any(
        limit.long_term is not None
        and limit.long_term <= on
        and limit.valid_from <= on
        and (limit.valid_to is None or on <= limit.valid_to)
        for limit in coverage.limits
    )
