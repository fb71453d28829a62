"""Certificates that stand for people: of the card, of a newer card, of the phone."""

from datetime import date

from kaihoken.card.authority import USERS_KNOWN_AS
from kaihoken.coverage import Certificate
from kaihoken.people import lots
from kaihoken.people.figures import CardFigures
from kaihoken.people.members import Member
from kaihoken.people.numbers import certificate_serial
from kaihoken.people.plan import years_later

CARD_ISSUER = USERS_KNOWN_AS[-1]
"""Issuer of every fictional certificate, the newest root of the TEST authority: no real one has this name."""

_FIRST_CARDS = date(2016, 1, 4).toordinal()
_GRACE_DAYS = 89


class Cards:
    """Draws certificates as they stand on the day."""

    def __init__(self, figures: CardFigures, as_of: int) -> None:
        self._figures = figures
        self._as_of = as_of

    def certificates(self, member: Member) -> list[Certificate]:
        """The certificates linked to a person, oldest first. None without a card in use as 保険証."""
        own, figures = member.lots, self._figures
        if own[lots.CARD] >= figures.registered.value or member.died:
            return []
        state = own[lots.CARD_STATE]
        day = own[lots.CARD_STATE_DAY]
        if state < figures.expired:
            return [self._expired(member, state / figures.expired < figures.expired_in_grace, day)]
        last = self._birthday_within(member, own[lots.CARD_SINCE])
        first = self._issued(member, last)
        if state < figures.expired + figures.revoked:
            return [self._one(member, 0, first, last, first + int(day * (self._as_of - first)))]
        found = []
        if state < figures.expired + figures.revoked + figures.replaced and first > _FIRST_CARDS + 800:
            earlier = first - 200 - int(day * 500)
            if earlier > member.born:
                found.append(self._one(member, 0, earlier, years_later(earlier, figures.years_valid), first))
        found.append(self._one(member, 1, first, last))
        if own[lots.PHONE] < figures.phone and 16 <= member.age < 80:
            found.append(self._one(member, 2, max(first, self._as_of - 1 - int(day * 400)), last))
        return found

    def _one(self, member: Member, number: int, first: int, last: int, revoked: int = 0) -> Certificate:
        return Certificate(
            issuer=CARD_ISSUER,
            serial=certificate_serial(member.place, number),
            not_before=date.fromordinal(first),
            not_after=date.fromordinal(last),
            revoked=date.fromordinal(revoked) if revoked else None,
        )

    def _birthday_within(self, member: Member, number: float) -> int:
        """The last day of a certificate that runs: a birthday within the next years."""
        born = date.fromordinal(member.born)
        age = date.fromordinal(self._as_of).year - born.year
        next_one = years_later(member.born, age)
        if next_one <= self._as_of:
            age += 1
        return years_later(member.born, age + int(number * self._figures.years_valid))

    def _issued(self, member: Member, last: int) -> int:
        """Somewhere between five birthdays before the end (six where the issue fell before one) and the day."""
        earliest = max(years_later(last, -self._figures.years_valid), member.born, _FIRST_CARDS)
        latest = max(self._as_of - 1, earliest)
        return earliest + int(member.lots[lots.CARD_STATE_DAY] * (latest - earliest))

    def _expired(self, member: Member, in_grace: bool, day: float) -> Certificate:
        ago = int(day * _GRACE_DAYS) + 1 if in_grace else _GRACE_DAYS + 5 + int(day * 400)
        last = self._as_of - ago
        first = max(years_later(last, -self._figures.years_valid), min(member.born, last))
        return self._one(member, 0, first, last)
