"""The policies of one insured person through the years: the one that runs, and the one before a change."""

from kaihoken.people import lots
from kaihoken.people.draws import Urn, by_year
from kaihoken.people.figures import Figures
from kaihoken.people.insurers import Insurer, Insurers, Scheme
from kaihoken.people.members import Household, Member, Policy
from kaihoken.people.numbers import (
    POLICIES,
    late_elderly_number,
    recipient_number,
    symbol_and_number,
    voluntary_symbol,
)
from kaihoken.people.places import Places
from kaihoken.people.plan import Days, first_of_month, years_later

OTHER_INSURANCE = "03"  # 医療保険等の資格取得
WELFARE_STARTED = "02"  # 生活保護受給開始
OTHER_REASON = "99"

RETIREE = "06"
SELF_DEFENCE = "07"
SPECIAL_EXPENSE = "05"
WELFARE = "A1"

_TWO_YEARS = 730
_GROWN_UP = 18


class Policies:
    """Makes policies. All days are ordinals."""

    def __init__(self, figures: Figures, where: Places, insurers: Insurers, days: Days) -> None:
        self._insurers = insurers
        self._places = where
        self._days = days
        self._histories = figures.histories
        self._schemes = figures.schemes
        self._window_days = days.as_of - days.window
        years = figures.histories.window_years
        self._employees_change = [
            min(rate * years, 1.0) for rate in by_year(figures.histories.employees_change)
        ]
        self._national_change = [
            min(rate * years, 1.0) for rate in by_year(figures.histories.national_change)
        ]
        self._by_scheme = Urn.of(
            {Scheme(name): weight for name, weight in figures.schemes.employees_by_scheme.items()}
        )
        self._by_scheme_65 = Urn.of(
            {Scheme(name): weight for name, weight in figures.schemes.employees_by_scheme_65.items()}
        )

    def employment(self, member: Member, household: Household, until: int) -> list[Policy]:
        """Where an employee is insured, and was: oldest first. `until` ends the last one (far away: it runs)."""
        own = member.lots
        adult = _independent_from(member)
        current = self._employee(
            member, household, own[lots.EMPLOYEE_SCHEME], own[lots.INSURER], own[lots.INSURER_NEAR]
        )
        changed = self._changed(member, self._employees_change, adult, until)
        if not changed:
            current.start = self._long_ago(member, own[lots.SINCE], adult)
            return [current]
        current.start = changed
        if own[lots.BEFORE] < self._histories.employee_from_employment:
            before = self._employee(
                member, household, own[lots.BEFORE_SCHEME], own[lots.BEFORE_INSURER], own[lots.BEFORE_NEAR]
            )
        else:
            before = self.national(member, household)
        return self._after_one_another(member, before, current, adult)

    def self_employment(self, member: Member, household: Household, until: int) -> list[Policy]:
        """Where a 国保 household is insured, and was. 国保組合, 任意継続 and 特例退職 are here too: they stand where
        the municipality's 国保 would."""
        own = member.lots
        adult = _independent_from(member)
        changed = self._changed(member, self._national_change, adult, until)
        from_job = (
            bool(changed)
            and member.age >= _GROWN_UP
            and own[lots.BEFORE] < self._histories.national_from_employment
        )
        before: Policy | None = None
        if from_job:
            before = self._employee(
                member, household, own[lots.BEFORE_SCHEME], own[lots.BEFORE_INSURER], own[lots.BEFORE_NEAR]
            )
        current = self._voluntary(before, changed, own) if before is not None else None
        if current is None:
            current = self._retiree_or_national(member, household)
        if not changed:
            current.start = self._long_ago(member, own[lots.SINCE], adult)
            return [current]
        current.start = changed
        if before is None:
            before = self._elsewhere(member, household)
        return self._after_one_another(member, before, current, adult)

    def national(self, member: Member, household: Household) -> Policy:
        """A policy with the 国保 of the household's municipality."""
        return self._policy(self._insurers.national[household.home.code], member)

    def continued_as_national(self, member: Member, household: Household, start: int) -> Policy:
        """The 国保 into which dependants come when the one who insured them turned 75 or died."""
        policy = self.national(member, household)
        policy.start = start
        return policy

    def late_elderly(self, member: Member, household: Household) -> list[Policy]:
        """後期高齢者医療 from its first day, with the one before a move to this prefecture."""
        own = member.lots
        chance = self._histories.late_elderly_move * self._histories.window_years
        here = self._late(member, self._insurers.late_elderly[household.home.code], 0)
        here.start = member.late_from
        if own[lots.MOVED] >= chance:
            return [here]
        moved = self._days.as_of - int(own[lots.MOVED_DAY] * self._window_days)
        prefectures = sorted(self._places.by_prefecture)
        elsewhere = prefectures[int(own[lots.MOVED_TO] * len(prefectures))]
        if moved <= member.late_from or moved >= member.last_day or elsewhere == household.home.prefecture:
            return [here]
        town = self._places.by_prefecture[elsewhere].draw(household.lots[lots.OLD_MUNICIPALITY])
        before = self._late(member, self._insurers.late_elderly[town.code], 1)
        before.address = town.address(own[lots.MOVED_TO], own[lots.MOVED], own[lots.MOVED_DAY])
        before.start, before.end, before.reason = member.late_from, moved, OTHER_REASON
        here.start = moved
        return [before, here]

    def welfare(self, member: Member, household: Household, start: int) -> Policy:
        """医療扶助: the 福祉事務所 pays, under a 受給者番号 of one's own."""
        office = self._insurers.welfare[household.home.code]
        return Policy(office, "", recipient_number(member.place, 0), member, start, classification=WELFARE)

    def _policy(self, insurer: Insurer, member: Member) -> Policy:
        holder = member.place * POLICIES + member.policies
        member.policies += 1
        symbol, number = symbol_and_number(insurer, holder)
        policy = Policy(insurer, symbol, number, member, 0)
        if insurer.scheme is Scheme.NATIONAL or insurer.scheme is Scheme.GUILD:
            policy.branches = 1
        elif insurer.scheme is Scheme.SELF_DEFENCE:
            policy.classification = SELF_DEFENCE
            policy.family = self._insurers.defence_families
            policy.family_symbol = symbol_and_number(policy.family, holder)[0]
        elif insurer.scheme is Scheme.SPECIAL_RETIREE:
            policy.classification = RETIREE
        return policy

    def _employee(
        self, member: Member, household: Household, kind: float, which: float, near: float
    ) -> Policy:
        prefecture = household.home.prefecture
        insurers = self._insurers
        scheme = (self._by_scheme_65 if member.age >= 65 else self._by_scheme).draw(kind)
        if scheme is Scheme.SELF_DEFENCE and not 18 <= member.age < 58:
            scheme = Scheme.ASSOCIATION
        match scheme:
            case Scheme.ASSOCIATION:
                insurer = insurers.association[prefecture]
            case Scheme.SOCIETY:
                urn = insurers.societies
                if near < self._schemes.society_near_home:
                    urn = insurers.societies_of.get(prefecture, urn)
                insurer = urn.draw(which)
            case Scheme.MUTUAL_AID:
                branches = insurers.mutual_aid_of[prefecture]
                insurer = branches[int(near * 5)] if near < 0.6 else insurers.mutual_aid.draw(which)
            case Scheme.SEAMEN:
                insurer = insurers.seamen
            case _:
                insurer = insurers.self_defence.draw(which)
        return self._policy(insurer, member)

    def _retiree_or_national(self, member: Member, household: Household) -> Policy:
        own = member.lots
        if 60 <= member.age < 75 and own[lots.RETIREE] < self._schemes.special_retirees:
            return self._policy(self._insurers.special_societies.draw(own[lots.INSURER]), member)
        guilds = self._schemes.guild_members if member.age < 65 else self._schemes.guild_members_65
        if own[lots.GUILD] < guilds:
            return self._policy(
                self._insurers.guilds[household.home.prefecture].draw(own[lots.INSURER]), member
            )
        policy = self.national(member, household)
        if household.lots[lots.HOUSEHOLD_ARREARS] < self._histories.arrears_national.value:
            policy.classification = SPECIAL_EXPENSE
        return policy

    def _voluntary(self, before: Policy, changed: int, own: list[float]) -> Policy | None:
        """任意継続 with the insurer of the job that ended, for two years at most."""
        kept = before.insurer.scheme in (Scheme.ASSOCIATION, Scheme.SOCIETY, Scheme.MUTUAL_AID)
        recent = changed > self._days.as_of - _TWO_YEARS
        if not (kept and recent and own[lots.VOLUNTARY] < self._histories.voluntary_continuation):
            return None
        policy = self._policy(before.insurer, before.holder)
        policy.symbol = voluntary_symbol(policy.symbol)
        policy.expires = years_later(changed, 2) - 1
        return policy

    def _elsewhere(self, member: Member, household: Household) -> Policy:
        """The 国保 of the municipality from which the household came."""
        home = household.lots
        town = self._places.by_prefecture[household.home.prefecture].draw(home[lots.OLD_MUNICIPALITY])
        insurer = self._insurers.national[town.code]
        policy = self._policy(insurer, member)
        policy.address = town.address(home[lots.OLD_TOWN], home[lots.OLD_NUMBERS], home[lots.OLD_HOUSE])
        return policy

    def _late(self, member: Member, insurer: Insurer, move: int) -> Policy:
        policy = Policy(insurer, "", late_elderly_number(member.place, move), member, 0)
        if member.lots[lots.ARREARS] < self._histories.arrears_late_elderly:
            policy.classification = SPECIAL_EXPENSE
        return policy

    def _changed(self, member: Member, chance: list[float], adult: int, until: int) -> int:
        """The day on which the insurer changed within the window, 0 where it did not. Most changes fall on the first
        of a month."""
        own = member.lots
        if own[lots.CHANGED] >= chance[member.age]:
            return 0
        day = self._days.as_of - int(own[lots.CHANGED_DAY] * self._window_days)
        if own[lots.SINCE] < 0.7:
            day = first_of_month(day)
        return day if adult < day < min(until, member.last_day) else 0

    def _long_ago(self, member: Member, number: float, adult: int) -> int:
        """A start before the window (or on the 18th birthday where that is later)."""
        years = max(member.age - 20, 0) * 0.6
        return max(first_of_month(self._days.window - int(number * years * 365) - 1), adult)

    def _after_one_another(self, member: Member, before: Policy, current: Policy, adult: int) -> list[Policy]:
        before.start = min(self._long_ago(member, member.lots[lots.BEFORE_SINCE], adult), current.start - 1)
        before.end, before.reason = current.start, OTHER_INSURANCE
        return [before, current]


def _independent_from(member: Member) -> int:
    """The first day of policies of one's own: the 18th birthday, or birth for a child who stands for a household."""
    return member.born if member.age < _GROWN_UP else years_later(member.born, _GROWN_UP)
