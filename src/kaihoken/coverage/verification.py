"""The decision: is this person covered on that day, as far as was known then?

Pure. `verify` takes an inquiry, everything recorded about the people whom the look-up found, a day and a commit
sequence, and returns a verdict with the six 資格有効性 (OQSCD006), the coverage, differences, share and next steps.

The order of the rules is the order of the functions: who is meant, which coverage, does it run, is there a newer one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from kaihoken.coverage.advice import advisories_for, differences_for
from kaihoken.coverage.certificate import CertificateState, certificate_state
from kaihoken.coverage.history import (
    CommitSequence,
    Coverage,
    History,
    MedicalTicket,
    PublicExpense,
    ReferenceLink,
    believed,
)
from kaihoken.coverage.inquiry import (
    CareDayInquiry,
    CertificateInquiry,
    ClaimInquiry,
    FailureInquiry,
    Inquiry,
    NumberInquiry,
    ReferenceInquiry,
    StandingInquiry,
)
from kaihoken.coverage.matching import (
    SHOWN_STATES,
    WELFARE,
    Holder,
    Known,
    Match,
    match_certificate,
    match_number,
    match_reference,
)
from kaihoken.coverage.provisional import share_for
from kaihoken.coverage.review.terms import review_terms
from kaihoken.coverage.steps import next_steps
from kaihoken.coverage.verdict import Advisory, DifferenceKind, Situation, StepKind, Validity, Verdict
from kaihoken.payment import ShareKind, ShareQuestion

SPECIAL_EXPENSE = "05"
"""被保険者証区分 of people to whom 特別療養費 is paid."""

DEATH = "01"
"""資格喪失事由 (OQSCD008)."""

_COVERED = frozenset(
    {
        Situation.VALID,
        Situation.SPECIAL_EXPENSE,
        Situation.WELFARE_TICKET,
        Situation.WELFARE_UNREGISTERED,
    }
)
_CLAIMED = frozenset({ClaimInquiry, CareDayInquiry})
"""Questions about a day of care that is claimed, or will be."""

_ByNumber = NumberInquiry | ReferenceInquiry
"""What asks for one coverage: by its numbers, or by the facility's own number that stands for them."""

_INSTEAD_OF_A_NUMBER = frozenset({StepKind.REKEY, StepKind.ADD_BRANCH})
"""What there is to type in, where no number of the register was typed."""

_ONLY_MISSING = frozenset({DifferenceKind.BRANCH_MISSING, DifferenceKind.SYMBOL_MISSING})


def verify(inquiry: Inquiry, candidates: Sequence[History], on: date, known_at: CommitSequence) -> Verdict:
    """Decide an inquiry.

    `candidates` are the histories that the look-up found for the inquiry's key: none, one, or several people.
    `on` is 資格確認日; `known_at` the commit up to which assertions count. Raises nothing for any history that the
    store can hold. Source of the six values: 業務コード仕様 OQSCD006 as in the reference, §3.
    """
    if isinstance(inquiry, NumberInquiry):
        matches = match_number(inquiry, candidates, known_at)
        return (_by_claim if type(inquiry) in _CLAIMED else _by_number)(inquiry, matches, on)
    if isinstance(inquiry, ReferenceInquiry):
        return _by_number(inquiry, match_reference(inquiry, candidates, known_at), on)
    if isinstance(inquiry, StandingInquiry):
        return _by_standing(inquiry, candidates, on, known_at)
    return _by_certificate(inquiry, match_certificate(inquiry, candidates, known_at), on)


def _by_standing(
    inquiry: StandingInquiry, candidates: Sequence[History], on: date, known_at: CommitSequence
) -> Verdict:
    for history in candidates:
        if history.person == inquiry.person:
            return _person(inquiry, Known(history.person, believed(history, known_at)), on)
    if isinstance(inquiry, FailureInquiry):
        if inquiry.several:
            return _conclude(inquiry, on, Situation.MULTIPLE, Validity.MULTIPLE)
        return _conclude(inquiry, on, Situation.NOT_FOUND, Validity.NOT_FOUND)
    return _conclude(inquiry, on, Situation.CARD_NOT_LINKED, Validity.NOT_FOUND)


def _by_number(inquiry: _ByNumber, matches: list[Match], on: date) -> Verdict:
    shown = [match for match in matches if match.coverage.match in SHOWN_STATES]
    if not shown:
        return _nothing_to_show(inquiry, matches, on)
    if len(shown) > 1 and len({match.person for match in shown}) > 1:
        return _conclude(inquiry, on, Situation.MULTIPLE, Validity.MULTIPLE)
    running = [match for match in shown if match.coverage.in_force(on)]
    if len(running) > 1:
        return _conclude(inquiry, on, Situation.MULTIPLE, Validity.MULTIPLE)
    if running:
        return _running(inquiry, running[0], on)
    return _not_running(inquiry, shown, on)


def _by_claim(inquiry: _ByNumber, matches: list[Match], on: date) -> Verdict:
    """What a claim is held against: the coverage that it names where that runs on the day of care, else the one of its
    person that does (振替), of several the newest. 医療扶助 takes over no claim of an insurer. Who is meant is decided
    as by any number; where that is not one person, no other coverage is looked for. Who will claim is told that there
    is another, not which."""
    verdict = _by_number(inquiry, matches, on)
    if verdict.situation not in _ANOTHER_MAY_RUN:
        return verdict
    if verdict.situation is Situation.OVERLAP and review_terms(on).overlap.value == "written":
        return verdict
    (written,) = verdict.coverages
    match = next(match for match in matches if match.coverage is written)
    others = [
        fact
        for fact in _coverages(match)
        if fact is not written
        and fact.match in SHOWN_STATES
        and fact.in_force(on)
        and fact.classification != WELFARE
    ]
    if others:
        newest = max(others, key=lambda coverage: coverage.acquired)
        return _conclude(
            inquiry,
            on,
            Situation.NEW_EXISTS,
            Validity.INVALID_NEW_EXISTS,
            who=match,
            shown=(written,) if type(inquiry) is CareDayInquiry else (newest, written),
        )
    if verdict.situation is Situation.NEW_EXISTS:
        return _conclude(inquiry, on, _ended(written), Validity.INVALID, who=match, shown=(written,))
    return verdict


_ANOTHER_MAY_RUN = frozenset(
    {
        Situation.OVERLAP,
        Situation.NEW_EXISTS,
        Situation.ENDED,
        Situation.DECEASED,
        Situation.NOT_STARTED,
    }
)


def _nothing_to_show(inquiry: _ByNumber, matches: list[Match], on: date) -> Verdict:
    hidden = [match for match in matches if match.coverage.in_force(on)]
    if not hidden:
        return _conclude(inquiry, on, Situation.NOT_FOUND, Validity.NOT_FOUND)
    about = hidden[0]
    suspended = any(match.coverage.match == "suspended-3" for match in hidden)
    situation = Situation.SUSPENDED if suspended else Situation.PENDING
    if len({match.person for match in hidden}) > 1:
        # Which of them is meant is not sure, so nobody is named and nothing is dated.
        return _conclude(inquiry, on, situation, Validity.NOT_FOUND)
    return _conclude(
        inquiry,
        on,
        situation,
        Validity.NOT_FOUND,
        who=about,
        about=about.coverage,
        since=None if suspended else about.coverage.received,
    )


def _running(inquiry: _ByNumber, match: Match, on: date) -> Verdict:
    coverage = match.coverage
    if coverage.classification == WELFARE:
        return _welfare(inquiry, match, coverage, on)
    if _newer_runs(match, on):
        return _conclude(
            inquiry, on, Situation.OVERLAP, Validity.INVALID_NEW_EXISTS, who=match, shown=(coverage,)
        )
    situation = Situation.SPECIAL_EXPENSE if coverage.classification == SPECIAL_EXPENSE else Situation.VALID
    return _conclude(inquiry, on, situation, Validity.VALID, who=match, shown=(coverage,))


def _not_running(inquiry: _ByNumber, shown: list[Match], on: date) -> Verdict:
    past = [match for match in shown if match.coverage.acquired <= on]
    if not past:
        match = min(shown, key=lambda match: match.coverage.acquired)
        return _conclude(
            inquiry,
            on,
            Situation.NOT_STARTED,
            Validity.INVALID,
            who=match,
            shown=(match.coverage,),
            since=match.coverage.acquired,
        )
    match = max(past, key=lambda match: match.coverage.acquired)
    situation, validity = (
        (Situation.NEW_EXISTS, Validity.INVALID_NEW_EXISTS)
        if _newer_runs(match, on)
        else (_ended(match.coverage), Validity.INVALID)
    )
    return _conclude(inquiry, on, situation, validity, who=match, shown=(match.coverage,))


def _ended(coverage: Coverage) -> Situation:
    return Situation.DECEASED if coverage.loss_reason == DEATH else Situation.ENDED


def _newer_runs(match: Match, on: date) -> bool:
    """Whether a newer coverage of the person runs on the day and may be shown: one that began later or, of those with
    one first day, was registered later or outlived this one. 医療扶助 can stand beside an insurance that still runs, so
    it only counts as newer where that has ended."""
    coverage = match.coverage
    acquired, ended = coverage.acquired, not coverage.in_force(on)
    registered_later = ended
    for fact in match.facts:
        if fact is coverage:
            registered_later = True
        elif (
            type(fact) is Coverage
            and (fact.acquired > acquired or (fact.acquired == acquired and registered_later))
            and fact.match in SHOWN_STATES
            and fact.in_force(on)
            and (ended or fact.classification != WELFARE)
        ):
            return True
    return False


def _by_certificate(inquiry: CertificateInquiry, holders: Sequence[Holder], on: date) -> Verdict:
    if not holders:
        return _conclude(inquiry, on, Situation.CARD_NOT_LINKED, Validity.NOT_FOUND)
    if len(holders) > 1:
        return _conclude(inquiry, on, Situation.MULTIPLE, Validity.MULTIPLE)
    holder = holders[0]
    state = certificate_state(holder.certificate, inquiry.presented_on)
    if state is CertificateState.REVOKED:
        return _conclude(inquiry, on, Situation.CERTIFICATE_REVOKED, None, who=holder)
    if state is CertificateState.EXPIRED:
        return _conclude(inquiry, on, Situation.CERTIFICATE_EXPIRED, None, who=holder)
    if inquiry.proof.coverage_only:
        # The card itself says so, whatever day was registered.
        state = CertificateState.IN_GRACE
    return _person(inquiry, holder, on, _CARD_NOTICES[state])


_CARD_NOTICES: Mapping[CertificateState, tuple[Advisory, ...]] = MappingProxyType(
    {
        CertificateState.GOOD: (),
        CertificateState.EXPIRES_SOON: (Advisory.CERTIFICATE_EXPIRES_SOON,),
        CertificateState.IN_GRACE: (Advisory.CERTIFICATE_IN_GRACE,),
    }
)


def _person(
    inquiry: CertificateInquiry | StandingInquiry,
    holder: Known,
    on: date,
    notices: tuple[Advisory, ...] = (),
) -> Verdict:
    shown = [c for c in _coverages(holder) if c.match in SHOWN_STATES]
    # The newest first; of those with one first day the one that was registered last.
    running = sorted((c for c in reversed(shown) if c.in_force(on)), key=lambda c: c.acquired, reverse=True)
    insurances = [c for c in running if c.classification != WELFARE]
    welfare = [c for c in running if c.classification == WELFARE]
    if insurances:
        newest = insurances[0]
        overlap = (Advisory.OVERLAP,) if len(insurances) > 1 else ()
        return _conclude(
            inquiry,
            on,
            Situation.SPECIAL_EXPENSE if newest.classification == SPECIAL_EXPENSE else Situation.VALID,
            Validity.VALID,
            who=holder,
            shown=(newest, *welfare[:1]),
            tickets=_tickets(welfare[0], inquiry.facility, on) if welfare else (),
            notices=(*notices, *overlap),
        )
    if welfare:
        return _welfare(inquiry, holder, welfare[0], on, notices)
    return _person_without(inquiry, holder, shown, on, notices)


def _person_without(
    inquiry: CertificateInquiry | StandingInquiry,
    holder: Known,
    shown: list[Coverage],
    on: date,
    notices: tuple[Advisory, ...],
) -> Verdict:
    hidden = [c for c in _coverages(holder) if c.match not in SHOWN_STATES and c.in_force(on)]
    if hidden:
        about = hidden[0]
        suspended = about.match == "suspended-3"
        return _conclude(
            inquiry,
            on,
            Situation.SUSPENDED if suspended else Situation.PENDING,
            Validity.NOT_FOUND,
            who=holder,
            about=about,
            notices=notices,
            since=None if suspended else about.received,
        )
    if not shown:
        return _conclude(
            inquiry, on, Situation.CARD_NOT_LINKED, Validity.NOT_FOUND, who=holder, notices=notices
        )
    past = [c for c in shown if c.acquired <= on]
    if not past:
        first = min(shown, key=lambda c: c.acquired)
        return _conclude(
            inquiry,
            on,
            Situation.NOT_STARTED,
            Validity.INVALID,
            who=holder,
            shown=(first,),
            notices=notices,
            since=first.acquired,
        )
    last = max(past, key=lambda c: c.acquired)
    return _conclude(inquiry, on, _ended(last), Validity.INVALID, who=holder, shown=(last,), notices=notices)


def _welfare(
    inquiry: Inquiry,
    who: Match | Known,
    coverage: Coverage,
    on: date,
    notices: tuple[Advisory, ...] = (),
) -> Verdict:
    tickets = _tickets(coverage, inquiry.facility, on)
    situation, validity = (
        (Situation.WELFARE_TICKET, Validity.VALID)
        if tickets
        else (Situation.WELFARE_UNREGISTERED, Validity.VALID_UNREGISTERED)
    )
    return _conclude(
        inquiry,
        on,
        situation,
        validity,
        who=who,
        shown=(coverage,),
        tickets=tickets,
        notices=notices,
    )


def _coverages(holder: Match | Known) -> list[Coverage]:
    return [fact for fact in holder.facts if type(fact) is Coverage]


def _tickets(coverage: Coverage, facility: str, on: date) -> tuple[MedicalTicket, ...]:
    return tuple(
        ticket
        for ticket in coverage.tickets
        if ticket.facility == facility and ticket.valid_from <= on <= ticket.valid_to
    )


def _conclude(
    inquiry: Inquiry,
    on: date,
    situation: Situation,
    validity: Validity | None,
    *,
    who: Match | Known | None = None,
    about: Coverage | None = None,
    shown: tuple[Coverage, ...] = (),
    tickets: tuple[MedicalTicket, ...] = (),
    notices: Iterable[Advisory] = (),
    since: date | None = None,
) -> Verdict:
    """Put the verdict together: share, differences, advisories and steps follow from the situation.

    `about` is the coverage that the situation is about although it is not shown (pending, suspended)."""
    coverage = shown[0] if shown else None
    facts = who.facts if who is not None else ()
    share, basis = share_for(situation, inquiry, coverage or about, facts, on)
    differences = differences_for(inquiry, coverage, share)
    advisories = (*notices, *advisories_for(situation, inquiry, coverage, facts, share, on))
    steps = next_steps(situation, inquiry.presented)
    if type(inquiry) is ReferenceInquiry:
        steps = tuple(StepKind.ASK_BY_NUMBER if step in _INSTEAD_OF_A_NUMBER else step for step in steps)
    if situation is Situation.SPECIAL_EXPENSE and share.kind is ShareKind.UNKNOWN:
        # The law spares this person from paying the whole bill, so the registration is doubtful.
        steps = (StepKind.CALL_INSURER, StepKind.SETTLE_LATER)
    if share.kind is ShareKind.RANGE and steps == (StepKind.RECEIVE,):
        late = share.question is ShareQuestion.LATE_ELDERLY_SHARE
        steps = (StepKind.SEE_LATE_ELDERLY_SHARE if late else StepKind.SEE_ELDERLY_CERTIFICATE, *steps)
    if Advisory.CHECK_DIGIT in advisories:
        steps = (StepKind.REKEY_INSURER_NUMBER, *(step for step in steps if step is not StepKind.REKEY))
    if differences and situation in _COVERED:
        missing = all(difference.kind in _ONLY_MISSING for difference in differences)
        steps = (StepKind.FILL_IN if missing else StepKind.COMPARE, *steps)
    subsidies: list[PublicExpense] = []
    references: tuple[ReferenceLink, ...] = ()
    non_disclosure = False
    for fact in facts:
        if type(fact) is Coverage:
            non_disclosure = non_disclosure or fact.non_disclosure
        elif type(fact) is PublicExpense and fact.in_force(on):
            subsidies.append(fact)
        elif type(fact) is ReferenceLink and fact.facility == inquiry.facility:
            references += (fact,)
    return Verdict(
        situation,
        validity,
        on,
        who.person if who is not None else None,
        shown,
        tickets,
        tuple(subsidies),
        non_disclosure,
        share,
        basis,
        differences,
        advisories,
        steps,
        references,
        since,
    )
