"""What the counter does next: one table, by situation and by what the person presented.

No row ends in "pay 10割". With a card or phone the way out is the 被保険者資格申立書 (保発0710第1号) with its lawful
share; with a 資格確認書 that still runs it is that paper; with a number it is to look again at it or to use the card;
with nothing it is the insurer, earlier visits, and 後日精算. Each row says what is taken today.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kaihoken.coverage.inquiry import Presented
from kaihoken.coverage.verdict import Situation, StepKind

S = StepKind

_WITH_CARD = (S.SEE_PORTAL, S.DECLARATION, S.SETTLE_LATER)
_WITH_NUMBER = (S.USE_CARD, S.ASK_CONFIRMATION, S.DECLARATION_IF_CARD_UNREADABLE)
_WITH_NOTHING = (S.USE_CARD, S.EARLIER_VISIT, S.CALL_INSURER, S.SETTLE_LATER)
_CARD_REFUSED = (S.ASK_CONFIRMATION, S.SEE_PORTAL, S.DECLARATION)
_NUMBER_OF_THE_DEAD = (S.CONFIRM_PERSON, S.USE_CARD, S.CALL_INSURER, S.DECLARATION_IF_CARD_UNREADABLE)

_Row = tuple[tuple[StepKind, ...], tuple[StepKind, ...], tuple[StepKind, ...], tuple[StepKind, ...]]

_LOST_SIGHT: _Row = (_WITH_CARD, _WITH_NUMBER, _WITH_NUMBER, _WITH_NOTHING)
"""What was asked for has ended, has not begun or stands beside another: the paper shown may be the old one."""

# Columns: a card or phone; 資格確認書; a number; nothing.
_TABLE: Mapping[Situation, _Row] = MappingProxyType(
    {
        Situation.VALID: ((S.RECEIVE,),) * 4,
        Situation.SPECIAL_EXPENSE: ((S.RECEIVE_WHOLE_THEN_CLAIM,),) * 4,
        Situation.WELFARE_TICKET: ((S.RECEIVE_BY_TICKET,),) * 4,
        Situation.WELFARE_UNREGISTERED: ((S.RECEIVE_BY_TICKET, S.CALL_WELFARE_OFFICE),) * 4,
        Situation.ENDED: _LOST_SIGHT,
        Situation.DECEASED: (
            (S.CONFIRM_PERSON, S.CALL_INSURER, S.DECLARATION, S.SETTLE_LATER),
            _NUMBER_OF_THE_DEAD,
            _NUMBER_OF_THE_DEAD,
            _WITH_NOTHING,
        ),
        Situation.NOT_STARTED: _LOST_SIGHT,
        Situation.NEW_EXISTS: _LOST_SIGHT,
        Situation.OVERLAP: _LOST_SIGHT,
        Situation.PENDING: (
            (S.DECLARATION, S.SETTLE_LATER),
            (S.RECEIVE_BY_CONFIRMATION, S.CALL_INSURER, S.SETTLE_LATER),
            (S.ASK_CONFIRMATION, S.DECLARATION_WITH_CARD, S.CALL_INSURER, S.SETTLE_LATER),
            _WITH_NOTHING,
        ),
        Situation.SUSPENDED: (
            (S.DECLARATION, S.CALL_INSURER, S.SETTLE_LATER),
            (S.RECEIVE_BY_CONFIRMATION, S.CALL_INSURER, S.SETTLE_LATER),
            (S.ASK_CONFIRMATION, S.DECLARATION_WITH_CARD, S.CALL_INSURER, S.SETTLE_LATER),
            _WITH_NOTHING,
        ),
        Situation.NOT_FOUND: (
            _WITH_CARD,
            (S.REKEY, S.USE_CARD, S.CALL_INSURER, S.RECEIVE_BY_CONFIRMATION),
            (S.REKEY, S.USE_CARD, S.CALL_INSURER, S.DECLARATION_IF_CARD_UNREADABLE),
            _WITH_NOTHING,
        ),
        Situation.MULTIPLE: (
            (S.DECLARATION, S.CALL_INSURER, S.SETTLE_LATER),
            (S.ADD_BRANCH, S.USE_CARD, S.RECEIVE_BY_CONFIRMATION),
            (S.ADD_BRANCH, S.USE_CARD, S.CALL_INSURER, S.DECLARATION_IF_CARD_UNREADABLE),
            _WITH_NOTHING,
        ),
        Situation.CARD_NOT_LINKED: (
            (S.REGISTER_CARD, S.ASK_CONFIRMATION, S.DECLARATION, S.SETTLE_LATER),
            _WITH_NUMBER,
            _WITH_NUMBER,
            _WITH_NOTHING,
        ),
        Situation.CERTIFICATE_REVOKED: (
            (*_CARD_REFUSED, S.REISSUE_CERTIFICATE),
            _WITH_NUMBER,
            _WITH_NUMBER,
            _WITH_NOTHING,
        ),
        Situation.CERTIFICATE_EXPIRED: (
            (*_CARD_REFUSED, S.RENEW_CERTIFICATE),
            _WITH_NUMBER,
            _WITH_NUMBER,
            _WITH_NOTHING,
        ),
    }
)

_COLUMN = {
    Presented.CARD: 0,
    Presented.PHONE: 0,
    Presented.CONFIRMATION: 1,
    Presented.NUMBER: 2,
    Presented.NOTHING: 3,
}


def next_steps(situation: Situation, presented: Presented) -> tuple[StepKind, ...]:
    """The steps for one situation, in the order in which the counter takes them. Never empty."""
    return _TABLE[situation][_COLUMN[presented]]
