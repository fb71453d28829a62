"""Who in a household is insured with whom, and when: every person's spells, from the household's decisions.

The order follows life: does the household live on 医療扶助; who works; who stands with whom as a dependant; when does
somebody turn 75 or die, and where do the dependants go then.
"""

from kaihoken.people import lots
from kaihoken.people.draws import by_year
from kaihoken.people.figures import Figures
from kaihoken.people.households import CHILD, HEAD, PARENT, SPOUSE
from kaihoken.people.insurers import EMPLOYEES, Scheme
from kaihoken.people.lags import Lags
from kaihoken.people.members import STILL, Household, Member, Policy, Spell
from kaihoken.people.plan import Days, years_later
from kaihoken.people.policies import (
    OTHER_INSURANCE,
    OTHER_REASON,
    SPECIAL_EXPENSE,
    WELFARE_STARTED,
    Policies,
)

_DEATH = "01"
_INSURED, _DEPENDANT = "1", "2"
_FAR = 1 << 30
_GROWN_UP = 18
_MARRIED = 20


class Memberships:
    """Gives every member of a household their spells."""

    def __init__(self, figures: Figures, policies: Policies, lags: Lags, days: Days) -> None:
        self._policies = policies
        self._lags = lags
        self._days = days
        self._histories = figures.histories
        self._schemes = figures.schemes
        self._welfare_with_insurance = figures.benefits.welfare_with_insurance
        self._employed = (by_year(figures.schemes.employed_men), by_year(figures.schemes.employed_women))
        self._employed_spouses = by_year(figures.schemes.employed_spouses)
        self._dependant_spouses = by_year(figures.schemes.dependant_spouses)
        self._welfare_heads = by_year(figures.schemes.welfare_heads)

    def give(self, household: Household) -> None:
        """Fills the spells of every member."""
        for member in household.members:
            member.late_from = self._late_from(member)
        head = household.members[0]
        if household.lots[lots.WELFARE] < self._welfare_heads[head.age]:
            self._on_welfare(household)
            return
        self._working_life(household)
        for member in household.members:
            if member.late_from < min(self._days.as_of + 1, member.last_day):
                self._alone(member, self._policies.late_elderly(member, household))

    def _late_from(self, member: Member) -> int:
        """The first day under 後期高齢者医療: the 75th birthday, or 障害認定 from 65 on."""
        if member.age < 64:
            return _FAR
        day = years_later(member.born, 75)
        if member.age >= 65 and member.lots[lots.DISABILITY] < self._schemes.late_elderly_by_disability:
            first = years_later(member.born, 65)
            last = min(day, self._days.as_of, member.last_day)
            return min(first + int((last - first) * member.lots[lots.DISABILITY_DAY]), day)
        return day

    def _working_life(self, household: Household) -> None:
        """Those below 75, and those above as far as the window reaches back: units of one insured person and the
        dependants that follow."""
        head = household.members[0]
        followers = [member for member in household.members[1:] if member.role in (CHILD, SPOUSE, PARENT)]
        head_works = self._works(head)
        second: Member | None = None
        independent: list[Member] = []
        for member in followers[:]:
            if member.role == SPOUSE and self._spouse_works(member):
                second = member
                followers.remove(member)
            elif self._stands_alone(member, head_works=head_works):
                followers.remove(member)
                independent.append(member)
        if not head_works and second is not None:
            # Children stand with the parent who has an employer.
            children = [member for member in followers if member.role == CHILD]
            followers = [member for member in followers if member.role != CHILD]
        else:
            children = []
        self._unit(head, household, followers, works=head_works)
        if second is not None:
            self._unit(second, household, children, works=True)
        for member in independent:
            self._unit(member, household, [], works=False)

    def _works(self, member: Member) -> bool:
        age = min(member.age, 74)
        return member.lots[lots.EMPLOYED] < self._employed[member.female][age]

    def _spouse_works(self, member: Member) -> bool:
        age = min(member.age, 74)
        return member.lots[lots.EMPLOYED] < self._employed_spouses[age]

    def _stands_alone(self, member: Member, *, head_works: bool) -> bool:
        """Whether somebody without work is no dependant of the head: a parent of one under 国保, a spouse with an
        income of one's own."""
        if member.role == PARENT:
            return not head_works
        too_much = member.lots[lots.DEPENDANT] >= self._dependant_spouses[min(member.age, 74)]
        return member.role == SPOUSE and head_works and too_much

    def _unit(self, holder: Member, household: Household, followers: list[Member], *, works: bool) -> None:
        """The policies of one insured person, the dependants on them, and where those go when it ends."""
        until = min(holder.late_from, holder.last_day)
        if until <= self._days.window:
            # Not insured by work or residence for long: the next eldest stands for the household.
            rest = sorted(followers, key=lambda member: member.born)
            if rest:
                self._unit(rest[0], household, rest[1:], works=False)
            return
        make = self._policies.employment if works else self._policies.self_employment
        for policy in self._cut(make(holder, household, until), holder, until):
            self._lags.settle(policy)
            self._join(policy, holder, _INSURED)
            for follower in followers:
                self._join(policy, follower, _DEPENDANT)
        if until <= self._days.as_of:
            self._left_behind(followers, household, until)

    def _left_behind(self, followers: list[Member], household: Household, since: int) -> None:
        """Dependants of one who turned 75 or died: 国保, with the head as 世帯主."""
        rest = [member for member in followers if member.late_from > since and member.last_day > since]
        if not rest:
            return
        oldest = min(rest, key=lambda member: member.born)
        policy = self._policies.continued_as_national(oldest, household, since)
        self._lags.settle(policy)
        for member in rest:
            self._join(policy, member, _INSURED if member is oldest else _DEPENDANT)

    def _cut(self, policies: list[Policy], holder: Member, until: int) -> list[Policy]:
        """The policies that began before `until`, the last one ended there if it is in the past."""
        kept = [policy for policy in policies if policy.start < until]
        last = kept[-1] if kept else None
        if last is not None and until <= self._days.as_of and (last.end == STILL or last.end > until):
            last.end = until
            last.reason = _DEATH if until == holder.last_day else OTHER_INSURANCE
        return kept

    def _join(self, policy: Policy, member: Member, relation: str) -> None:
        """The member's time under the policy, if there is any."""
        joined = years_later(member.born, min(_MARRIED, member.age)) if member.role == SPOUSE else member.born
        start = max(policy.start, joined)
        until = min(policy.end or _FAR, member.late_from, member.last_day)
        if start >= until or (until != _FAR and until <= self._days.window):
            return
        if relation == _DEPENDANT and policy.insurer.scheme in EMPLOYEES and policy.family is not None:
            insurer, symbol = policy.family, policy.family_symbol
        else:
            insurer, symbol = policy.insurer, policy.symbol
        end, reason, end_known = STILL, "", STILL
        if until <= self._days.as_of:
            end = until
            if end == policy.end:
                # When the insured dies, dependants lose the coverage for another reason.
                bereaved = policy.reason == _DEATH and member is not policy.holder
                reason, end_known = OTHER_REASON if bereaved else policy.reason, policy.end_known
            else:
                reason = _DEATH if end == member.last_day else OTHER_INSURANCE
                end_known = self._lags.end(member, end)
        received, known = policy.received, policy.known
        if start > policy.start:
            received, known = self._lags.start(member, start)
        branch = policy.next_branch() if symbol else ""
        member.spells.append(
            Spell(policy, insurer, symbol, branch, relation, start, end, reason, received, known, end_known)
        )

    def _alone(self, member: Member, policies: list[Policy]) -> None:
        """Policies of one person without dependants; what would begin after death never does."""
        for policy in policies:
            if policy.start >= member.last_day:
                continue
            if member.died and policy.end == STILL:
                policy.end, policy.reason = member.last_day, _DEATH
            if policy.end and policy.end <= self._days.window:
                continue
            self._lags.settle(policy)
            if policy.insurer.scheme is Scheme.LATE_ELDERLY:
                # 広域連合 take over by themselves: nobody has to notify the birthday.
                policy.received, policy.known = policy.start, policy.start
            member.spells.append(
                Spell(
                    policy,
                    policy.insurer,
                    policy.symbol,
                    "",
                    "",
                    policy.start,
                    policy.end,
                    policy.reason,
                    policy.received,
                    policy.known,
                    policy.end_known,
                )
            )

    def _on_welfare(self, household: Household) -> None:
        """医療扶助 for everybody, each with a number; before it 国保 or 後期 where it began within the window."""
        own = household.lots
        span = self._days.as_of - self._days.window
        if own[lots.WELFARE_BEGAN] < self._histories.welfare_began:
            began = self._days.as_of - int(own[lots.WELFARE_DAY] * span)
            self._before_welfare(household, began)
        else:
            began = self._days.window - int(own[lots.WELFARE_DAY] * 2 * span) - 1
        for member in household.members:
            start = max(began, member.born)
            if start < member.last_day:
                self._alone(member, [self._policies.welfare(member, household, start)])
        head = household.members[0]
        works = head.lots[lots.WELFARE_INSURANCE] < self._welfare_with_insurance
        if works and 18 <= head.age < 65 and not head.died:
            for policy in self._policies.employment(head, household, _FAR)[-1:]:
                policy.start = max(policy.start, began)
                self._lags.settle(policy)
                self._join(policy, head, _INSURED)

    def _before_welfare(self, household: Household, began: int) -> None:
        shared = self._policies.national(household.members[0], household)
        shared.start = self._days.window - 400
        shared.end, shared.reason = began, WELFARE_STARTED
        self._lags.settle(shared)
        for member in household.members:
            if member.late_from < min(began, member.last_day):
                for policy in self._policies.late_elderly(member, household)[-1:]:
                    policy.start = member.late_from
                    if began < member.last_day:
                        policy.end, policy.reason = began, WELFARE_STARTED
                    self._alone(member, [policy])
                member.late_from = _FAR
            else:
                member.late_from = _FAR
                self._join(shared, member, _INSURED if member.role == HEAD else _DEPENDANT)


def classification_of(spell: Spell, member: Member, as_of: int) -> str:
    """被保険者証区分 of a spell. 特別療養費 never stands for those up to the 31 March after their 18th birthday."""
    own = spell.policy.classification
    if own == SPECIAL_EXPENSE and as_of <= years_later(member.born, _GROWN_UP) + 365:
        return "01"
    if spell.relation == _DEPENDANT and spell.policy.family is not None:
        return "01"
    return own
