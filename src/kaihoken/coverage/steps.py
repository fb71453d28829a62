"""What the counter does next: one table, by situation and by what the person presented.

No row ends in "pay 10割". With a card or phone the way out is the 被保険者資格申立書 (保発0710第1号) with its lawful
share; with a paper or a number it is to look again at the number or to use the card; with nothing it is the insurer,
earlier visits, and 後日精算.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kaihoken.coverage.inquiry import Presented
from kaihoken.coverage.verdict import Situation, StepKind

S = StepKind

_WITH_CARD = (S.SEE_PORTAL, S.DECLARATION, S.SETTLE_LATER)
_WITH_NUMBER = (S.USE_CARD, S.ASK_CONFIRMATION, S.DECLARATION_IF_CARD_UNREADABLE)
_WITH_NOTHING = (S.USE_CARD, S.EARLIER_VISIT, S.CALL_INSURER, S.SETTLE_LATER)
_REKEYING = (S.REKEY, S.USE_CARD, S.CALL_INSURER, S.DECLARATION_IF_CARD_UNREADABLE)
_WAITING = (S.ASK_CONFIRMATION, S.CALL_INSURER, S.SETTLE_LATER)

_Row = tuple[tuple[StepKind, ...], tuple[StepKind, ...], tuple[StepKind, ...]]

# Columns: a card or phone; 資格確認書 or a number; nothing.
_TABLE: Mapping[Situation, _Row] = MappingProxyType(
    {
        Situation.VALID: ((S.RECEIVE,),) * 3,
        Situation.SPECIAL_EXPENSE: ((S.RECEIVE_WHOLE_THEN_CLAIM,),) * 3,
        Situation.WELFARE_TICKET: ((S.RECEIVE,),) * 3,
        Situation.WELFARE_UNREGISTERED: ((S.CALL_WELFARE_OFFICE,),) * 3,
        Situation.ENDED: (_WITH_CARD, _WITH_NUMBER, _WITH_NOTHING),
        Situation.NOT_STARTED: (_WITH_CARD, _WITH_NUMBER, _WITH_NOTHING),
        Situation.NEW_EXISTS: (
            _WITH_CARD,
            (S.USE_CARD, S.ASK_CONFIRMATION, S.DECLARATION_IF_CARD_UNREADABLE),
            _WITH_NOTHING,
        ),
        Situation.OVERLAP: (_WITH_CARD, _WITH_NUMBER, _WITH_NOTHING),
        Situation.PENDING: ((S.DECLARATION, S.SETTLE_LATER), _WAITING, _WITH_NOTHING),
        Situation.SUSPENDED: (
            (S.DECLARATION, S.CALL_INSURER, S.SETTLE_LATER),
            _WAITING,
            (S.CALL_INSURER, S.SETTLE_LATER),
        ),
        Situation.NOT_FOUND: (_WITH_CARD, _REKEYING, _WITH_NOTHING),
        Situation.MULTIPLE: (
            (S.DECLARATION, S.CALL_INSURER, S.SETTLE_LATER),
            (S.ADD_BRANCH, S.USE_CARD, S.CALL_INSURER),
            _WITH_NOTHING,
        ),
        Situation.CARD_NOT_LINKED: (
            (S.REGISTER_CARD, S.ASK_CONFIRMATION, S.DECLARATION, S.SETTLE_LATER),
            _WITH_NUMBER,
            _WITH_NOTHING,
        ),
        Situation.CERTIFICATE_REVOKED: (
            (S.ASK_CONFIRMATION, S.SEE_PORTAL, S.DECLARATION, S.RENEW_CERTIFICATE),
            _WITH_NUMBER,
            _WITH_NOTHING,
        ),
        Situation.CERTIFICATE_EXPIRED: (
            (S.ASK_CONFIRMATION, S.SEE_PORTAL, S.DECLARATION, S.RENEW_CERTIFICATE),
            _WITH_NUMBER,
            _WITH_NOTHING,
        ),
    }
)

_COLUMN = {
    Presented.CARD: 0,
    Presented.PHONE: 0,
    Presented.CONFIRMATION: 1,
    Presented.NUMBER: 1,
    Presented.NOTHING: 2,
}


def next_steps(situation: Situation, presented: Presented) -> tuple[StepKind, ...]:
    """The steps for one situation, in the order in which the counter takes them. Never empty."""
    return _TABLE[situation][_COLUMN[presented]]
