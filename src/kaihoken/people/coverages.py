"""What the register holds of a person: facts from spells, in one order.

The order is part of the generator: coverages by their first day (a stopped one before the corrected one that takes
its place), then a wrong link and its withdrawal, then subsidies, then certificates. Subjects are numbered from 1 in
that order.
"""

from datetime import date

import msgspec

from kaihoken.coverage import Certificate, Coverage, Fact
from kaihoken.people import lots
from kaihoken.people.benefits import Benefits
from kaihoken.people.cards import Cards
from kaihoken.people.figures import Figures
from kaihoken.people.insurers import EMPLOYEES, Scheme
from kaihoken.people.members import Household, Member, Spell
from kaihoken.people.memberships import classification_of
from kaihoken.people.plan import Days, years_later
from kaihoken.people.subsidies import Subsidies
from kaihoken.people.troubles import Troubles

J_LIS = "j-lis"
"""Source of what is said of certificates."""


class Stated(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A fact as it was said: by whom, and of which of the person's subjects."""

    subject: int
    source: str
    fact: Fact


class Coverages:
    """Turns spells into facts."""

    def __init__(
        self,
        figures: Figures,
        days: Days,
        benefits: Benefits,
        subsidies: Subsidies,
        cards: Cards,
        troubles: Troubles,
    ) -> None:
        self._letters = figures.benefits.confirmation_letters
        self._paper_ended = figures.benefits.paper_cards_ended.value
        self._days = days
        self._today = date.fromordinal(days.as_of)
        self._benefits = benefits
        self._subsidies = subsidies
        self._cards = cards
        self._troubles = troubles

    def stated(self, member: Member, household: Household) -> tuple[Stated, ...]:
        """Everything the register holds of the person, in the order above."""
        found: list[Stated] = []
        subject = 0
        certificates = self._cards.certificates(member)
        member.spells.sort(key=lambda spell: spell.start)
        coverage: Coverage | None = None
        for spell in self._known(member):
            subject += 1
            coverage = self._coverage(spell, member, household, certificates)
            if coverage.match == "corrected":
                stopped = msgspec.structs.replace(coverage, match="suspended-3")
                found.append(Stated(subject, coverage.insurer_number, stopped))
            found.append(Stated(subject, coverage.insurer_number, coverage))
        if coverage is not None:
            wrong = self._troubles.wrong_link(member, household, coverage)
            if wrong is not None:
                subject += 1
                taken_back = msgspec.structs.replace(wrong, withdrawn=True)
                found.append(Stated(subject, wrong.insurer_number, wrong))
                found.append(Stated(subject, wrong.insurer_number, taken_back))
        for subsidy in self._subsidies.of(member, household):
            subject += 1
            found.append(Stated(subject, subsidy.payer_number, subsidy))
        for certificate in certificates:
            subject += 1
            found.append(Stated(subject, J_LIS, certificate))
        return tuple(found)

    def _known(self, member: Member) -> list[Spell]:
        """The spells that have reached the register. Somebody without any yet has the first one on its way (手続中), so
        that everybody of the nation stands in the register with something."""
        spells = member.spells
        known = [spell for spell in spells if spell.known <= self._days.as_of]
        return known or spells[:1]

    def _coverage(
        self, spell: Spell, member: Member, household: Household, certificates: list[Certificate]
    ) -> Coverage:
        policy, as_of = spell.policy, self._days.as_of
        told = spell.end > 0 and 0 < spell.end_known <= as_of
        running = spell.end == 0 or spell.end > as_of
        scheme = spell.insurer.scheme
        postal_code, address = policy.address or household.address
        other_name, other_kana = self._troubles.other_name(member)
        coverage = Coverage(
            insurer_number=spell.insurer.number,
            insurer_name=spell.insurer.name,
            symbol=spell.symbol,
            number=policy.number,
            branch=self._troubles.branch(member, spell.branch),
            classification=classification_of(spell, member, as_of),
            relation=spell.relation,
            insured_name=self._insured_name(spell, member, household),
            name=member.name,
            kana=member.kana,
            sex="2" if member.female else "1",
            birthdate=date.fromordinal(member.born),
            postal_code=postal_code,
            address=address,
            acquired=date.fromordinal(spell.start),
            lost=date.fromordinal(spell.end) if told else None,
            loss_reason=spell.reason if told else "",
            match=self._troubles.match(member, spell.known, as_of) if running else "visible",
            non_disclosure=household.non_disclosure,
            received=date.fromordinal(spell.received),
            other_name=other_name,
            other_kana=other_kana,
        )
        return self._with_benefits(coverage, spell, member, certificates, scheme) if running else coverage

    def _with_benefits(
        self,
        coverage: Coverage,
        spell: Spell,
        member: Member,
        certificates: list[Certificate],
        scheme: Scheme,
    ) -> Coverage:
        if scheme is Scheme.WELFARE:
            tickets = self._subsidies.tickets(member, spell.start)
            return msgspec.structs.replace(coverage, tickets=tickets) if tickets else coverage
        changes: dict[str, object] = {}
        share = self._benefits.share(member, scheme)
        if share is not None and not self._troubles.blank_share(member):
            if scheme is Scheme.LATE_ELDERLY:
                changes["share_percent"] = share
            else:
                changes["elderly"] = self._benefits.elderly_certificate(member, spell, share)
        limits = self._benefits.limits(member, spell, share)
        if limits:
            changes["limits"] = limits
        diseases = self._benefits.diseases(member, spell, limits)
        if diseases:
            changes["diseases"] = diseases
        self._paper(changes, spell, member, certificates)
        return msgspec.structs.replace(coverage, **changes) if changes else coverage

    def _paper(
        self, changes: dict[str, object], spell: Spell, member: Member, certificates: list[Certificate]
    ) -> None:
        """資格確認書 (before it 被保険者証) and its dates, for those who have one."""
        expires = spell.policy.expires
        if certificates and self._today >= self._paper_ended:
            if expires:
                changes["valid_to"] = date.fromordinal(expires)
            return
        if member.lots[lots.LETTER] >= self._letters:
            return
        if spell.insurer.scheme in EMPLOYEES:
            back = int(member.lots[lots.LETTER_SINCE] * 720)
            issued = max(spell.start, self._days.as_of - back)
            last = years_later(issued, 4)
        else:
            issued = max(spell.start, self._days.year_start.toordinal())
            last = self._days.year_end.toordinal()
        if expires:
            last = min(last, expires)
        changes["issued"] = changes["valid_from"] = date.fromordinal(issued)
        changes["valid_to"] = date.fromordinal(last)

    def _insured_name(self, spell: Spell, member: Member, household: Household) -> str:
        """被保険者 of an employees' insurance; 世帯主 where the household is insured; oneself under 後期."""
        match spell.insurer.scheme:
            case Scheme.LATE_ELDERLY:
                return member.name
            case Scheme.NATIONAL | Scheme.WELFARE:
                head = household.members[0]
                return member.name if head.died else head.name
            case _:
                return spell.policy.holder.name
