"""公費, 医療費助成 and 医療扶助 at the counter: what the patient pays because of them in place of the insurance's
share, and what is said where none can be seen.

Pure, and decided after disclosure from what it let through: nothing here may tell what was not shown.
"""

from enum import StrEnum

import msgspec

from kaihoken.coverage.disclosure import Disclosure
from kaihoken.coverage.inquiry import Consent, Inquiry, QuestionKind
from kaihoken.coverage.matching import WELFARE
from kaihoken.coverage.verdict import Advisory, Situation, StepKind

_BY_NUMBER = frozenset(QuestionKind) - {QuestionKind.CERTIFICATE, QuestionKind.STANDING}


class DueBasis(StrEnum):
    """What takes the place of the share."""

    SUBSIDY = "subsidy"  # 公費・医療費助成: at most so much a day
    TICKET = "ticket"  # 医療券: so much in the month


class Due(msgspec.Struct, frozen=True, gc=False):
    """What the patient pays. `yen` is None where the paper has to be seen: no sum is registered, several subsidies
    stand side by side, or the 医療券 has not come yet (`ticketed` False)."""

    basis: DueBasis
    yen: int | None
    scheme: str = ""
    ticketed: bool = True


# With 特別療養費 the whole fee stays.
_COVERED = frozenset({Situation.VALID, Situation.WELFARE_TICKET, Situation.WELFARE_UNREGISTERED})


def due_from(situation: Situation, shown: Disclosure) -> Due | None:
    """What is due instead of the share, as far as what may be shown settles it. None where the share stands."""
    if situation not in _COVERED:
        return None
    if WELFARE in [result.classification for result in shown.results]:
        tickets = [ticket for result in shown.results for ticket in result.tickets]
        yen = tickets[0].self_pay_yen if len(tickets) == 1 else None
        return Due(DueBasis.TICKET, yen, ticketed=bool(tickets))
    if not shown.subsidies:
        return None
    first = shown.subsidies[0]
    yen = first.self_pay_yen if len(shown.subsidies) == 1 else None
    return Due(DueBasis.SUBSIDY, yen, "、".join(dict.fromkeys(each.scheme for each in shown.subsidies)))


def steps_for(steps: tuple[StepKind, ...], due: Due | None) -> tuple[StepKind, ...]:
    """The steps of a verdict, where what is due takes the place of the share."""
    if due is None or StepKind.RECEIVE not in steps:
        return steps
    if due.basis is DueBasis.SUBSIDY:
        instead: tuple[StepKind, ...] = (StepKind.RECEIVE_WITH_SUBSIDY,)
    elif due.ticketed:
        instead = (StepKind.RECEIVE_BY_TICKET,)
    else:
        instead = (StepKind.RECEIVE_BY_TICKET, StepKind.CALL_WELFARE_OFFICE)
    place = steps.index(StepKind.RECEIVE)
    return (*steps[:place], *instead, *steps[place + 1 :])


def subsidies_unseen(
    situation: Situation, inquiry: Inquiry, shown: Disclosure, due: Due | None
) -> tuple[Advisory, ...]:
    """What to say where no 公費 is shown beside a coverage that pays: never that there is none."""
    if shown.subsidies or due is not None or situation not in (Situation.VALID, Situation.SPECIAL_EXPENSE):
        return ()
    if inquiry.kind in _BY_NUMBER:
        return (Advisory.SUBSIDY_NOT_BY_NUMBER,)
    if Consent.SUBSIDY not in inquiry.consents:
        return (Advisory.SUBSIDY_NOT_CONSENTED,)
    return (Advisory.SUBSIDY_NOT_ONLINE,)
