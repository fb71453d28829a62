"""What stands beside a coverage: 負担割合, 高齢受給者証, 限度額適用認定証, 特定疾病療養受療証."""

from datetime import date

from kaihoken.coverage import ElderlyCertificate, LimitCertificate, SpecificDisease
from kaihoken.identity import elderly_from
from kaihoken.people import lots
from kaihoken.people.draws import Urn, by_year
from kaihoken.people.figures import BenefitFigures
from kaihoken.people.insurers import Scheme
from kaihoken.people.members import Member, Spell
from kaihoken.people.plan import Days, years_later

_BY_RESIDENCE = frozenset((Scheme.NATIONAL, Scheme.GUILD, Scheme.LATE_ELDERLY))
_LOW_INCOMES = frozenset(("A05", "A06", "B05", "B06", "B07", "B08"))
_LONG_STAYS = frozenset(("A05", "B05"))
_UPPER_INCOMES = frozenset(("A01", "A02"))

_APPLIES, _APPLIES_AND_REDUCES, _REDUCES = "01", "02", "03"
_DIALYSIS, _HAEMOPHILIA, _HIV = "1", "2", "3"


class Benefits:
    """Draws what people hold, for a coverage that runs on the day."""

    def __init__(self, figures: BenefitFigures, days: Days) -> None:
        self._figures = figures
        self._days = days
        self._dialysis = [per_million / 1e6 for per_million in by_year(figures.dialysis_per_million.value)]
        self._below_70 = Urn.of(figures.categories_below_70)
        self._elderly = {30: Urn.of(figures.categories_70_high), 20: Urn.of(figures.categories_70)}
        self._late = {
            30: Urn.of(figures.categories_late_high),
            20: Urn.of(figures.categories_late_20),
            10: Urn.of(figures.categories_late_10),
        }
        self._rare = (figures.haemophilia_per_million + figures.hiv_by_blood_products_per_million) / 1e6
        self._haemophilia = figures.haemophilia_per_million / 1e6 / self._rare

    def share(self, member: Member, scheme: Scheme) -> int | None:
        """負担割合 that an insurer registers, in percent: 後期, and people who hold a 高齢受給者証. None for others."""
        number = member.lots[lots.SHARE]
        if scheme is Scheme.LATE_ELDERLY:
            if number < self._figures.late_elderly_30:
                return 30
            return 20 if number < self._figures.late_elderly_30 + self._figures.late_elderly_20.value else 10
        if member.age >= 70 and elderly_from(date.fromordinal(member.born)).toordinal() <= self._days.as_of:
            return 30 if number < self._figures.elderly_high_income else 20
        return None

    def elderly_certificate(self, member: Member, spell: Spell, share: int) -> ElderlyCertificate:
        """高齢受給者証 of one of 70 to 74 with that share."""
        first = elderly_from(date.fromordinal(member.born))
        start = max(first, date.fromordinal(spell.start))
        last = date.fromordinal(years_later(member.born, 75) - 1)
        if spell.insurer.scheme in _BY_RESIDENCE:
            start = max(start, self._days.year_start)
            last = min(last, self._days.year_end)
        return ElderlyCertificate(issued=start, valid_from=start, valid_to=last, share_percent=share)

    def limits(self, member: Member, spell: Spell, share: int | None) -> tuple[LimitCertificate, ...]:
        """限度額適用認定証, if the insurer registered one."""
        figures, own, scheme = self._figures, member.lots, spell.insurer.scheme
        chance = figures.limits_employees
        if scheme is Scheme.LATE_ELDERLY:
            chance = figures.limits_late_elderly
        elif scheme in _BY_RESIDENCE:
            chance = figures.limits_national
        if own[lots.LIMIT] >= chance:
            return ()
        if scheme is Scheme.LATE_ELDERLY:
            urn = self._late[share or 10]
        elif share is not None:
            urn = self._elderly[share]
        else:
            urn = self._below_70
        category = urn.draw(own[lots.LIMIT_CATEGORY])
        classification = _APPLIES
        if category in _LOW_INCOMES:
            reduces = own[lots.REDUCTION] < figures.reduction_only
            classification = _REDUCES if reduces else _APPLIES_AND_REDUCES
        start = max(self._days.year_start, date.fromordinal(spell.start))
        long_term = None
        if category in _LONG_STAYS and own[lots.LIMIT_LONG] < figures.long_term:
            # The first of a month after the certificate began and not after this month.
            today = date.fromordinal(self._days.as_of).replace(day=1)
            long_term = today if start <= today else None
        limit = LimitCertificate(
            classification=classification,
            category=category,
            issued=start,
            valid_from=start,
            valid_to=self._days.year_end,
            long_term=long_term,
        )
        return (limit,)

    def diseases(
        self, member: Member, spell: Spell, limits: tuple[LimitCertificate, ...]
    ) -> tuple[SpecificDisease, ...]:
        """特定疾病療養受療証: dialysis, rarely haemophilia or HIV from blood products."""
        own = member.lots
        number = own[lots.DISEASE]
        dialysis = self._dialysis[member.age]
        if number >= dialysis + self._rare:
            return ()
        kind = _DIALYSIS
        if number >= dialysis:
            kind = _HAEMOPHILIA if own[lots.DISEASE_KIND] < self._haemophilia else _HIV
        limit = self._figures.disease_limit_yen
        upper = bool(limits) and limits[0].category in _UPPER_INCOMES
        if kind == _DIALYSIS and upper and member.age < 70:
            limit = self._figures.disease_limit_high_yen
        began = self._days.as_of - 30 - int(own[lots.DISEASE_SINCE] * 3650)
        start = date.fromordinal(max(spell.start, began, member.born)).replace(day=1)
        start = max(start, date.fromordinal(spell.start))
        return (
            SpecificDisease(
                category=kind, issued=start, valid_from=start, valid_to=None, monthly_limit_yen=limit
            ),
        )
