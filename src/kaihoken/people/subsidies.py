"""公費・地方単独 that can be asked online, and the 医療券 of 医療扶助.

Only the municipalities whose subsidies stand in PMH have any here: elsewhere the register knows nothing of them, which
is not the same as there being none.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from kaihoken.coverage import MedicalTicket, PublicExpense
from kaihoken.identity import check_digit
from kaihoken.people import lots
from kaihoken.people.figures import BenefitFigures
from kaihoken.people.members import Household, Member
from kaihoken.people.numbers import facility_code, recipient_number
from kaihoken.people.plan import Days, years_later

_CHILDREN, _LONE_PARENTS, _DISABLED = "88", "81", "80"
_FACILITIES = 40


@dataclass(frozen=True, slots=True)
class _Kind:
    """A subsidy with its 法別番号, its name, and the ages and chance of those who hold it."""

    law: str
    name: str
    chance: float
    from_age: int = 0
    to_age: int = 130


class Subsidies:
    """Draws subsidies and tickets."""

    def __init__(self, figures: BenefitFigures, online: frozenset[str], days: Days) -> None:
        self._figures = figures
        self._online = online
        self._days = days
        million = 1e6
        self._national = (
            _Kind("54", "指定難病（特定医療費）", figures.intractable_per_million / million, 18),
            _Kind(
                "21", "自立支援医療（精神通院）", figures.psychiatric_outpatient_per_million / million, 15, 80
            ),
            _Kind("15", "自立支援医療（更生医療）", figures.rehabilitation_per_million / million, 18),
            _Kind("52", "小児慢性特定疾病", figures.child_chronic_per_million / million, 0, 20),
            _Kind("19", "被爆者健康手帳（一般疾病）", figures.atomic_bomb_per_million_80 / million, 81),
        )

    def of(self, member: Member, household: Household) -> list[PublicExpense]:
        """The subsidies of a person that stand in the register."""
        if household.home.code not in self._online or member.died:
            return []
        found = []
        local = self._local(member, household)
        if local is not None:
            found.append(local)
        number = member.lots[lots.SUBSIDY_NATIONAL]
        for place, kind in enumerate(self._national):
            if kind.from_age <= member.age < kind.to_age and number < kind.chance:
                found.append(
                    self._made(member, household, kind.law, kind.name, 2 + place, self._since(member))
                )
            number = (number * 7919.0) % 1.0
        return found

    def tickets(self, member: Member, began: int) -> tuple[MedicalTicket, ...]:
        """医療券 of the month for the facility where the person is treated. Before the office has registered the
        month there are none."""
        own = member.lots
        if member.died or own[lots.TICKET] >= self._figures.tickets:
            return ()
        today = date.fromordinal(self._days.as_of)
        earliest, latest = self._figures.ticket_days
        registered = earliest + member.place // 97 % (latest - earliest + 1)
        month = today.replace(day=1)
        if today.day < registered:
            month = (month - timedelta(days=1)).replace(day=1)
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        first = max(month, date.fromordinal(began))
        if first > last:
            return ()
        clinic = int(own[lots.TICKET_FACILITY] * _FACILITIES)
        ticket = MedicalTicket(
            ticket_type="01",
            month=month,
            facility=facility_code(1000 + clinic),
            facility_name=f"架空第{clinic + 1}診療所",
            issue_number=f"{member.place % 10_000_000:07d}",
            valid_from=first,
            valid_to=last,
            treatment_type="02",
        )
        return (ticket,)

    def _local(self, member: Member, household: Household) -> PublicExpense | None:
        number = member.lots[lots.SUBSIDY_LOCAL]
        figures = self._figures
        choice = hashlib.sha256(household.home.city.encode()).digest()
        until_age = figures.child_subsidy_until[choice[0] % len(figures.child_subsidy_until)]
        if member.age < 20:
            grown = date.fromordinal(years_later(member.born, until_age) - 1)
            end = date(grown.year + (grown > date(grown.year, 3, 31)), 4, 1)
            lone = number < figures.lone_parent_per_million_children / 1e6
            if lone and member.age < 18:
                return self._made(
                    member, household, _LONE_PARENTS, "ひとり親家庭等医療費助成", 1, self._since(member)
                )
            if end.toordinal() > self._days.as_of and number < figures.child_subsidy:
                pays = figures.child_self_pay_yen[choice[1] % len(figures.child_self_pay_yen)]
                return self._made(
                    member, household, _CHILDREN, "子ども医療費助成", 0, member.born, end=end, pays=pays
                )
            return None
        if number < figures.severe_disability_per_million / 1e6:
            return self._made(
                member, household, _DISABLED, "重度心身障害者医療費助成", 1, self._since(member)
            )
        return None

    def _since(self, member: Member) -> int:
        return max(member.born, self._days.as_of - 1 - int(member.lots[lots.SUBSIDY_SINCE] * 700))

    def _made(
        self,
        member: Member,
        household: Household,
        law: str,
        name: str,
        kind: int,
        since: int,
        *,
        end: date | None = None,
        pays: int | None = None,
    ) -> PublicExpense:
        # The municipality pays local subsidies and those of the mind; the prefecture pays the rest.
        office = household.home.code[2:] if int(law) >= 80 or law == "21" else "601"
        body = f"{law}{household.home.prefecture}{office}"
        return PublicExpense(
            payer_number=body + check_digit(body),
            recipient_number=recipient_number(member.place, 1 + kind),
            scheme=name,
            start=date.fromordinal(since),
            end=end or date(self._days.year_end.year + 1, self._days.year_end.month, 31),
            self_pay_yen=pays,
        )
