"""高額療養費 of a household's month: what each pays at the counter, what is paid back, and the working.

The order is that of 施行令41条: each claim at its own ceiling; from 70 on each person's outpatient care, then all of
theirs; last the whole household, with those under 70 whose share at one institution counts.
"""

from collections.abc import Iterable, Mapping

from kaihoken.payment.ceiling.answer import HouseholdMonth, Paid, UnitMonth
from kaihoken.payment.ceiling.bearers import Funded, funded
from kaihoken.payment.ceiling.household import Care, Household, Member, Unit, check
from kaihoken.payment.ceiling.law import AgeGroup
from kaihoken.payment.ceiling.limits import Limits, MonthTable, month_table, rounded
from kaihoken.payment.ceiling.one import CeilingKind, Setting, at_one_institution, ceiling_line
from kaihoken.payment.ceiling.sums import Claim, Part, Sum
from kaihoken.payment.ceiling.working import Fact, Line


def household_month(household: Household, *, as_planned: bool = False) -> HouseholdMonth:
    """What a household pays in a month and gets back. The order of units, members and care changes no amount.

    Problems `payment.household`, `payment.class-unknown`, `payment.ceiling-too-early`. Source: 健康保険法施行令41条
    to 43条, 国民健康保険法施行令29条の2, 高齢者の医療の確保に関する法律施行令14条, as the rule files give them.
    """
    table = month_table(household.month, as_planned=as_planned)
    units = tuple([_Working(unit, table).done() for unit in household.units])
    return HouseholdMonth(
        units=units,
        counter=sum([unit.counter for unit in units]),
        refund=sum([unit.refund for unit in units]),
        supplement=sum([unit.supplement for unit in units]),
        patient=sum([unit.patient for unit in units]),
        rules=table.digest,
        unconfirmed=table.unconfirmed or any(unit.unconfirmed for unit in units),
        planned=table.planned,
        announced=table.announced,
    )


_OUTPATIENT = Setting.OUTPATIENT


class _Working:
    """One unit being worked through, step by step. Made for one answer."""

    def __init__(self, unit: Unit, table: MonthTable) -> None:
        check(unit)
        self.unit = unit
        self.table = table
        self.multiple = unit.paid_before >= table.terms.multiple.paid_before
        self.members = {member.person: (member, self._limits(member)) for member in unit.members}
        self.lines = [Line("ceiling.line.insurer", {"insurer": unit.insurer})]
        if self.multiple:
            self.lines.append(Line("ceiling.line.fourth-month", {"months": unit.paid_before}))
        self.paid: list[Paid] = []
        self.cost = self.shares = self.counter = self.public = 0
        self.counts = False
        self.unconfirmed = False

    def done(self) -> UnitMonth:
        """The month of the unit."""
        claims = self._claims()
        elderly, outpatient = self._elderly([claim for claim in claims if claim.limits.elderly])
        counted, left_out = self._counted([claim for claim in claims if not claim.limits.elderly])
        total = self._whole(counted, elderly)
        remains = total.amount + sum([claim.amount for claim in left_out])
        supplement = self._supplement([*total.parts, *(claim.part for claim in left_out)])
        counter, public, cost = self.counter, self.public, self.cost
        patient = remains - supplement
        facts = {"counter": counter, "refund": counter - remains, "patient": patient}
        self.lines.append(Line("ceiling.line.result", facts))
        insurer_part = cost - patient - public
        borne = {"cost": cost, "patient": patient, "public": public, "insurer": insurer_part}
        self.lines.append(Line("ceiling.line.borne", borne))
        funded_by = self._funded(insurer_part)
        return UnitMonth(
            insurer=self.unit.insurer,
            paid=tuple(self.paid),
            cost=cost,
            counter=counter,
            refund=counter - remains,
            supplement=supplement,
            patient=patient,
            public=public,
            insurer_part=insurer_part,
            funded=funded_by,
            benefit=self.shares - public - remains,
            counts=self.counts,
            outpatient=outpatient,
            summed=total.amount,
            lines=tuple(self.lines),
            unconfirmed=self.unconfirmed,
        )

    def _funded(self, amount: int) -> Funded | None:
        if self.unit.funding is None:
            return None
        parts = funded(amount, self.unit.funding, self.table.month)
        facts = {"premium": parts.premium, "tax": parts.tax, "support": parts.support}
        self.lines.append(Line("ceiling.line.funded", facts))
        return parts

    def _limits(self, member: Member) -> Limits:
        elderly = member.group is not AgeGroup.UNDER_70
        name = self.unit.elderly_name if elderly else self.unit.name
        return self.table.limits(name or "", halved=self._halved(member))

    def _halved(self, member: Member) -> bool:
        return member.halved or self.unit.halved

    def _claims(self) -> list[Claim]:
        """Each claim at its own ceiling; then those that belong together as one."""
        joined: dict[tuple[object, ...], Claim] = {}
        several: list[Claim] = []  # of more than one line, of which each was held for itself
        for care in self.unit.care:
            member, limits = self.members[care.person]
            outpatient = care.setting is _OUTPATIENT
            percent = member.percent if care.percent is None else care.percent
            share = rounded(care.cost * percent)
            ceiling, kind = at_one_institution(
                limits, care.cost, outpatient=outpatient, multiple=self.multiple, disease=care.disease
            )
            held = min(share, ceiling)
            own = care.own_payment
            left = held if own is None else min(held, own)
            public = held - left
            counter = left if care.known or own is not None else share
            self.cost += care.cost
            self.shares += share
            self.counter += counter
            self.public += public
            paid = Paid(
                person=care.person,
                institution=care.institution,
                cost=care.cost,
                share=share,
                ceiling=ceiling,
                kind=kind,
                counter=counter,
                public=public,
            )
            self.paid.append(paid)
            self._say(care, paid, percent)
            if held < share and own is None and kind in _COUNTING:
                self.counts = True
            at = care.prescribed_by or care.institution
            key = (care.person, at, outpatient, care.dental, care.disease, own is None)
            claim = joined.get(key)
            if claim is None:
                claim = joined[key] = Claim(care, member, limits)
            elif claim not in several:
                several.append(claim)
            claim.cost += care.cost
            claim.share += share
            claim.amount += left
        for claim in joined.values():
            self.unconfirmed |= claim.is_unsure(self.table.terms, halved=self._halved(claim.member))
        for claim in several:
            self._as_one(claim)
        return list(joined.values())

    def _say(self, care: Care, paid: Paid, percent: int) -> None:
        """The lines of one claim."""
        person, institution, share = paid.person, paid.institution, paid.share
        name = "ceiling.line.care-outside" if care.setting is _OUTPATIENT else "ceiling.line.care-inside"
        facts: dict[str, Fact] = {
            "person": person,
            "institution": institution,
            "cost": paid.cost,
            "percent": percent,
            "amount": share,
        }
        self.lines.append(Line(name, facts))
        if paid.ceiling < share:
            name = "ceiling.line.held" if care.known else "ceiling.line.not-held"
            facts = {"person": person, "institution": institution, "ceiling": paid.ceiling, "amount": share}
            self.lines.append(Line(name, facts))
        if care.own_payment is not None:
            facts = {
                "person": person,
                "institution": institution,
                "public": paid.public,
                "amount": paid.counter,
            }
            self.lines.append(Line("ceiling.line.public", facts))

    def _as_one(self, claim: Claim) -> None:
        """One ceiling for a clinic and what was dispensed on its prescriptions, whatever else the household adds up."""
        ceiling, kind = at_one_institution(
            claim.limits,
            claim.cost,
            outpatient=claim.care.setting is _OUTPATIENT,
            multiple=self.multiple,
            disease=claim.care.disease,
        )
        if claim.amount > ceiling:
            facts: dict[str, Fact] = {
                "person": claim.member.person,
                "amount": claim.amount,
                "ceiling": ceiling,
            }
            special = kind is CeilingKind.SPECIFIED_DISEASE
            name = "ceiling.line.disease-joined" if special else "ceiling.line.dispensing-joined"
            self.lines.append(Line(name, facts))
            if kind in _COUNTING:
                self.counts = True
            claim.amount = ceiling

    def _elderly(self, claims: list[Claim]) -> tuple[Sum, dict[str, int]]:
        """From 70 on: each person's outpatient care, then with hospital care all of theirs. Also what each bears of
        outpatient care."""
        people: dict[str, tuple[Claim, Sum, Sum]] = {}
        for claim in claims:
            _, outside, inside = people.setdefault(claim.member.person, (claim, Sum(), Sum()))
            (outside if claim.care.setting is _OUTPATIENT else inside).take(claim)
        whole, outpatient = Sum(), {}
        for person, (claim, outside, inside) in people.items():
            ceiling = claim.limits.one_outpatient(outside.cost)
            if outside.claims and ceiling is not None:
                self._hold(outside, ceiling, "ceiling.line.person-outpatient", {"person": person})
                outpatient[person] = outside.amount
            inside.add(outside)
            self._halved_alone(inside, claim)
            whole.add(inside)
        if claims:
            limits = self.table.limits(self.unit.elderly_name or "", halved=self.unit.halved)
            self._sum_up(whole, limits, "ceiling.line.elderly")
        return whole, outpatient

    def _counted(self, claims: list[Claim]) -> tuple[Sum, list[Claim]]:
        """Under 70: what counts for the sum, and the claims that do not."""
        people: dict[str, tuple[Claim, Sum]] = {}
        left_out = []
        terms = self.table.terms
        for claim in claims:
            limits = claim.limits
            if claim.share < limits.counted_from or (claim.reduced and not terms.remainder_counts.value):
                left_out.append(claim)
                facts = {"person": claim.member.person, "institution": claim.care.institution}
                self.lines.append(
                    Line(
                        "ceiling.line.left-out",
                        {**facts, "amount": claim.share, "floor": limits.counted_from},
                    )
                )
                continue
            people.setdefault(claim.member.person, (claim, Sum()))[1].take(claim)
        whole = Sum()
        for claim, own in people.values():
            self._halved_alone(own, claim)
            whole.add(own)
        return whole, left_out

    def _halved_alone(self, own: Sum, claim: Claim) -> None:
        """The half ceilings of somebody alone in a month that halves them."""
        if claim.member.halved:
            self._sum_up(own, claim.limits, "ceiling.line.person-halved", person=claim.member.person)

    def _whole(self, counted: Sum, elderly: Sum) -> Sum:
        """The whole household, where somebody under 70 counts."""
        if not counted.claims:
            return elderly
        counted.add(elderly)
        limits = self.table.limits(self.unit.name or "", halved=self.unit.halved)
        self._sum_up(counted, limits, "ceiling.line.household")
        return counted

    def _sum_up(self, total: Sum, limits: Limits, name: str, **facts: str) -> None:
        ceiling = limits.household(total.cost, multiple=self.multiple)
        if total.amount > ceiling:
            self.counts = True
            self.lines.append(ceiling_line(limits, total.cost, multiple=self.multiple))
        self._hold(total, ceiling, name, facts)

    def _hold(self, total: Sum, ceiling: int, name: str, facts: Mapping[str, str]) -> None:
        """Keeps what was added up to its ceiling."""
        refund = max(total.amount - ceiling, 0)
        self.lines.append(Line(name, {**facts, "amount": total.amount, "ceiling": ceiling, "refund": refund}))
        if refund:
            total.hold(ceiling)

    def _supplement(self, parts: Iterable[Part]) -> int:
        """付加給付: of what was added up and paid as one, of all else claim by claim. Nothing of a part in which 公費
        bears a claim: of such a sum nobody says whose yen remain."""
        rule = self.unit.supplement
        if rule is None:
            return 0
        paid = sum([rule.paid(part.amount, part.claims) for part in parts if not part.subsidised])
        self.lines.append(Line("ceiling.line.supplement", {"deduct": rule.deduct, "amount": paid}))
        return paid


_COUNTING = frozenset({CeilingKind.MONTHLY, CeilingKind.ABOVE, CeilingKind.MULTIPLE})
"""What makes a month one for 多数回: not 外来特例, not 特定疾病."""
