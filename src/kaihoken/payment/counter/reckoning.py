"""窓口で払う額: the bill of one visit, line by line. Pure.

In the order of the law: the cost, the insurance's share, national 公費 (for what they cover, after the limit of that
part), the limit of the month, the subsidies of municipalities, and last the rounding. What is settled later is shown as
a refund. Nobody is ever asked for 100 %, but for 特別療養費, which is shown as what it is.

Source: 健康保険法74条・75条, 施行令41条–43条, 国民健康保険法42条・54条の3, 高齢者の医療の確保に関する法律67条.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kaihoken import rules
from kaihoken.payment.ceiling import Ceiling
from kaihoken.payment.counter.assistance import Assistance, in_order
from kaihoken.payment.counter.bill import Bill, BillLine, Borne, Payer, Reckoning, Visit
from kaihoken.payment.counter.law import CounterTerms
from kaihoken.payment.counter.rounding import counter_rounded, percent_of
from kaihoken.payment.shares import ShareKind, ShareQuestion, StatutoryShare
from kaihoken.problems import Problem

MOST_POINTS = 100_000_000
"""More than any visit has: a slip of the hand, or somebody trying."""

_WHOLE = 100


def counter_bill(visit: Visit) -> Bill:
    """The bill of a visit (see `Bill`). Problem `payment.points` for points below none or beyond all care, also for
    those of a 公費 that covers more than there is; `rules.no_version` for a day before 2015-01-01 with 公費, before
    2003-04-01 without."""
    _check(visit)
    cost = visit.points * rules.load(CounterTerms, on=visit.on).point_yen
    reckonings = tuple(_reckonings(visit, cost))
    return Bill(
        on=visit.on,
        points=visit.points,
        cost_yen=cost,
        share=visit.share,
        reckonings=reckonings,
        question=_question(visit),
        open=tuple(_open(visit, reckonings)),
        unconfirmed=tuple(_unconfirmed(visit, reckonings)),
        meals=visit.meals,
    )


def _reckonings(visit: Visit, cost: int) -> Iterator[Reckoning]:
    share = visit.share
    match share.kind:
        case ShareKind.WHOLE_THEN_CLAIM:
            yield _whole_then_claimed(visit, cost)
        case ShareKind.UNKNOWN:
            if _is_public_alone(visit):
                yield _Working(visit, cost, _WHOLE).reckoned()
        case _:  # one share, or the lowest and the highest
            for percent in (share.percent, share.low, share.high):
                if percent is not None:
                    yield _Working(visit, cost, percent).reckoned()


def _is_public_alone(visit: Visit) -> bool:
    """医療扶助 and the like without insurance: the first 公費 bears what an insurer would, if it covers all of it."""
    return visit.share.question is ShareQuestion.RECIPIENT_CERTIFICATE and any(
        one.cap is not None and one.points is None and not one.is_local and not one.refunded_later
        for one in visit.assistance
    )


def _whole_then_claimed(visit: Visit, cost: int) -> Reckoning:
    """特別療養費: everything is paid here, and the insurer refunds its part."""
    ordinary = visit.ordinary_share
    later: tuple[Borne, ...] = ()
    if ordinary is not None and ordinary.percent is not None:
        left = percent_of(cost, ordinary.percent)
        limit = _month_limit(visit, cost, ordinary.percent)
        if limit is not None:
            left = min(left, max(0, limit.amount - visit.month.share_yen))
        later = (Borne(Payer.INSURER, cost - left),)
    return Reckoning(
        percent=_WHOLE,
        patient_yen=cost,
        due_yen=cost + _meals_yen(visit),
        rounding_yen=0,
        borne=(Borne(Payer.PATIENT, cost),),
        refunds=later,
        lines=(BillLine("line.cost", cost, {"points": visit.points}), *_meal_lines(visit)),
        capped=False,
        limit=None,
    )


@dataclass(slots=True)
class _Working:
    """One reckoning while it is made: who bears what so far, and the lines."""

    visit: Visit
    cost: int
    percent: int
    borne: list[Borne] = field(default_factory=list)
    lines: list[BillLine] = field(default_factory=list)
    cap: int | None = None  # the most that the whole of it can still cost the patient

    def reckoned(self) -> Reckoning:
        here = [one for one in in_order(self.visit.assistance, self.visit.on) if not one.refunded_later]
        national = [one for one in here if not one.is_local]
        local = [one for one in here if one.is_local]
        self._say("line.cost", self.cost, points=self.visit.points)
        left = percent_of(self.cost, self.percent)
        self._bears(Payer.INSURER, self.cost - left)
        self._say("line.share" if self.percent < _WHOLE else "line.public-alone", left, percent=self.percent)
        left = self._after_national(left, national)
        left = self._after_limit(left)
        left = self._after_local(left, local)
        return self._paid(left)

    def _after_national(self, left: int, national: Sequence[Assistance]) -> int:
        """What national 公費 leave: what they cover is split into bands, each covered by those that reach so far, so
        that a 公費 never pays for what another one covers alone. The limit of the covered part comes before them."""
        if not national:
            return left
        reaches = sorted({self._reach(one) for one in national})
        shares = [percent_of(self._cost_of(reach), self.percent) for reach in reaches]
        room = self._room(self._cost_of(reaches[-1]))
        relief = 0 if room is None else max(0, shares[-1] - room)
        if reaches[-1] == self.visit.points:
            self._lower_cap(room)
        reached = [max(0, share - relief) for share in shares]
        if relief:
            self._bears(Payer.INSURER, relief)
            self._say("line.limit", -relief, limit=shares[-1] - relief)
        bands = [upper - lower for upper, lower in zip(reached, [0, *reached], strict=False)]
        uncovered = left - shares[-1]
        for one in national:
            within = [position for position, reach in enumerate(reaches) if reach <= self._reach(one)]
            burden = sum(bands[position] for position in within)
            after = one.left_of(burden, self._cost_of(self._reach(one)))
            self._pays(Payer.PUBLIC, one, burden - after, after)
            for position in within:
                bands[position], after = min(bands[position], after), max(0, after - bands[position])
            if self._covers_all(one):
                self._lower_cap(one.cap)
        return uncovered + sum(bands)

    def _after_limit(self, left: int) -> int:
        """The limit of the month, on what is left by then."""
        limit = self._limit()
        if limit is None:
            return left
        room = max(0, limit.amount - self.visit.month.counted_yen)
        self._lower_cap(room)
        if left > room:
            self._bears(Payer.INSURER, left - room)
            self._say("line.limit", room - left, limit=limit.amount, before=self.visit.month.counted_yen)
        return min(left, room)

    def _after_local(self, left: int, local: Sequence[Assistance]) -> int:
        for one in local:
            cost = self._cost_of(self._reach(one))
            burden = min(left, percent_of(cost, self.percent))
            after = one.left_of(burden, cost)
            self._pays(Payer.LOCAL, one, burden - after, after)
            left -= burden - after
            if self._covers_all(one):
                self._lower_cap(one.cap)
        return left

    def _paid(self, left: int) -> Reckoning:
        unit = rules.load(CounterTerms, on=self.visit.on).round_to_yen
        capped = self.cap is not None and left == self.cap
        paid = left if capped else counter_rounded(left, unit)
        if self.cap is not None:
            paid = min(paid, self.cap)
        if paid != left:
            self._say("line.rounded", paid - left, unit=unit)
        self._bears(Payer.PATIENT, left)
        return Reckoning(
            percent=self.percent,
            patient_yen=paid,
            due_yen=paid + _meals_yen(self.visit),
            rounding_yen=paid - left,
            borne=tuple(self.borne),
            refunds=tuple(self._refunds(paid)),
            lines=(*self.lines, *_meal_lines(self.visit)),
            capped=capped,
            limit=self._limit(),
        )

    def _refunds(self, paid: int) -> Iterator[Borne]:
        """What comes back on application: from those who do not settle at this counter, and above a month's most."""
        for one in in_order(self.visit.assistance, self.visit.on):
            cost = self._cost_of(self._reach(one))
            burden = paid if self._covers_all(one) else min(paid, percent_of(cost, self.percent))
            after = one.left_of(burden, cost) if one.refunded_later else burden
            after -= one.repaid_of(after)
            if burden > after:
                yield Borne(Payer.LOCAL if one.is_local else Payer.PUBLIC, burden - after, one.law)
            paid -= burden - after

    def _room(self, cost: int) -> int | None:
        """What the limit of the month leaves to ask before anybody else pays, for care that cost so much."""
        limit = _month_limit(self.visit, cost, self.percent)
        return None if limit is None else max(0, limit.amount - self.visit.month.share_yen)

    def _limit(self) -> Ceiling | None:
        return _month_limit(self.visit, self.cost, self.percent)

    def _pays(self, payer: Payer, one: Assistance, yen: int, after: int) -> None:
        if yen:
            self._bears(payer, yen, one.law)
            self._say("line.public" if payer is Payer.PUBLIC else "line.local", -yen, law=one.law, left=after)

    def _reach(self, one: Assistance) -> int:
        return self.visit.points if one.points is None else one.points

    def _covers_all(self, one: Assistance) -> bool:
        return self._reach(one) == self.visit.points

    def _cost_of(self, points: int) -> int:
        return self.cost * points // self.visit.points if self.visit.points else 0

    def _lower_cap(self, cap: int | None) -> None:
        if cap is not None:
            self.cap = cap if self.cap is None else min(self.cap, cap)

    def _bears(self, payer: Payer, yen: int, law: str = "") -> None:
        self.borne.append(Borne(payer, yen, law))

    def _say(self, name: str, yen: int, **facts: int | str) -> None:
        self.lines.append(BillLine(name, yen, facts))


def _month_limit(visit: Visit, cost: int, percent: int) -> Ceiling | None:
    """The limit of this month here, with the cost of this visit. None without insurance."""
    if visit.limit is None or percent == _WHOLE:
        return None
    point = rules.load(CounterTerms, on=visit.on).point_yen
    return visit.limit.at(visit.on, percent, visit.month.points * point + cost)


def _meals_yen(visit: Visit) -> int:
    return (visit.meals.yen or 0) if visit.meals is not None else 0


def _meal_lines(visit: Visit) -> Iterator[BillLine]:
    meals = visit.meals
    if meals is not None and meals.yen is not None:
        yield BillLine("line.meals", meals.yen, {"meals": meals.meals})


def _question(visit: Visit) -> ShareQuestion | None:
    return None if visit.share.kind is ShareKind.UNKNOWN and _is_public_alone(visit) else visit.share.question


def _open(visit: Visit, reckonings: Sequence[Reckoning]) -> Iterator[str]:
    if any(_hangs_on_the_class(visit, one) for one in reckonings):
        yield "open.limit-class"
    if any(one.asks_certificate for one in visit.assistance):
        yield "open.certificate-limit"
    if any(one.asks_income for one in visit.assistance):
        yield "open.income"
    if visit.meals is not None and visit.meals.yen is None:
        yield "open.meals"
    if visit.month.share_yen and not visit.month.points:
        yield "open.month-points"


def _hangs_on_the_class(visit: Visit, one: Reckoning) -> bool:
    """Whether somebody who shows no class could pay less with it."""
    limit = visit.limit
    if limit is None or limit.name or one.percent == _WHOLE:
        return False
    return one.patient_yen + visit.month.counted_yen > limit.lowest(visit.on, one.percent)


def _unconfirmed(visit: Visit, reckonings: Sequence[Reckoning]) -> Iterator[str]:
    if rules.version(StatutoryShare, on=visit.on).status is not rules.Status.CONFIRMED:
        yield "unconfirmed.share"
    if any(one.limit is not None and one.limit.unconfirmed for one in reckonings):
        yield "unconfirmed.limit"
    if any(one.limit is not None and one.limit.announced for one in reckonings):
        yield "unconfirmed.announced"
    if any(not one.confirmed for one in visit.assistance):
        yield "unconfirmed.assistance"
    if len(visit.assistance) > 1:
        yield "unconfirmed.order"
    if visit.meals is not None and not visit.meals.confirmed:
        yield "unconfirmed.meals"


def _check(visit: Visit) -> None:
    month = visit.month
    if not 0 <= visit.points <= MOST_POINTS or min(month.points, month.share_yen, month.counted_yen) < 0:
        raise Problem("payment.points", where="points", most=MOST_POINTS)
    if any(one.points is not None and not 0 <= one.points <= visit.points for one in visit.assistance):
        raise Problem("payment.points", where="assistance", most=visit.points)
