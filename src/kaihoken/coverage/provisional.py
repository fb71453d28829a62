"""The share that goes with a verdict: the registered or statutory one, or the lawful way out where nothing is sure."""

from collections.abc import Iterable
from datetime import date

from kaihoken.coverage.history import Coverage, Fact
from kaihoken.coverage.inquiry import Inquiry, NumberInquiry, Presented, ReferenceInquiry
from kaihoken.coverage.verdict import ShareBasis, Situation
from kaihoken.payment import Share, ShareQuestion, declared_share, statutory_share

_COVERED = frozenset({Situation.VALID, Situation.SPECIAL_EXPENSE})
_WELFARE = frozenset({Situation.WELFARE_TICKET, Situation.WELFARE_UNREGISTERED})


def share_for(
    situation: Situation,
    inquiry: Inquiry,
    coverage: Coverage | None,
    facts: Iterable[Fact],
    on: date,
) -> tuple[Share, ShareBasis]:
    """The share and what it rests on. A verdict that is not "valid" gets the share of a 被保険者資格申立書, never
    the whole bill; somebody who presents nothing gets "not known"."""
    if situation in _COVERED and coverage is not None:
        return _covered(coverage, on)
    if situation in _WELFARE:
        # What remains to be paid stands on the ticket (本人支払額); the insurance shares do not apply.
        return Share.unknown(ShareQuestion.RECIPIENT_CERTIFICATE), ShareBasis.NONE
    if inquiry.presented is Presented.NOTHING:
        return Share.unknown(ShareQuestion.INSURER), ShareBasis.NONE
    birthdate = _birthdate(inquiry, coverage, facts)
    if birthdate is None:
        return Share.unknown(ShareQuestion.BIRTHDATE), ShareBasis.NONE
    return declared_share(birthdate, on), ShareBasis.DECLARATION


def _covered(coverage: Coverage, on: date) -> tuple[Share, ShareBasis]:
    elderly = coverage.elderly
    elderly_percent = (
        elderly.share_percent
        if elderly is not None
        and elderly.valid_from <= on
        and (elderly.valid_to is None or on <= elderly.valid_to)
        else None
    )
    born, law, classification = coverage.birthdate, coverage.insurer_number[:2], coverage.classification
    by_law = statutory_share(born, on, law=law, classification=classification)
    if elderly_percent is None and coverage.share_percent is None:
        return by_law, ShareBasis.STATUTE
    share = statutory_share(
        born,
        on,
        law=law,
        classification=classification,
        elderly_percent=elderly_percent,
        late_percent=coverage.share_percent,
    )
    return share, ShareBasis.STATUTE if share == by_law else ShareBasis.REGISTERED


def _birthdate(inquiry: Inquiry, coverage: Coverage | None, facts: Iterable[Fact]) -> date | None:
    if isinstance(inquiry, NumberInquiry | ReferenceInquiry):
        return inquiry.birthdate
    if coverage is not None:
        return coverage.birthdate
    return next((fact.birthdate for fact in facts if type(fact) is Coverage), None)
