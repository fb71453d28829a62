"""What is added up on the way through a household's month."""

from kaihoken import rules
from kaihoken.payment.ceiling.household import Care, Member
from kaihoken.payment.ceiling.law import CeilingTerms
from kaihoken.payment.ceiling.limits import Limits


class Sum:
    """What is added up: yen that remain to the patient, the cost behind them, and of how many claims."""

    __slots__ = ("amount", "claims", "cost")

    def __init__(self) -> None:
        self.amount = 0
        self.cost = 0
        self.claims = 0

    def add(self, other: "Sum") -> None:
        self.amount += other.amount
        self.cost += other.cost
        self.claims += other.claims


class Claim(Sum):
    """The claims of one person at one institution, with what was dispensed on its prescriptions. `subsidised`: 公費
    bears of it; `reduced`: 公費 or 特定疾病 left less to the patient than the share or the ceiling."""

    __slots__ = ("care", "limits", "member", "reduced", "share", "subsidised")

    def __init__(self, care: Care, member: Member, limits: Limits) -> None:
        super().__init__()
        self.claims = 1
        self.care = care
        self.member = member
        self.limits = limits
        self.share = 0
        self.subsidised = care.own_payment is not None
        self.reduced = self.subsidised or care.disease is not None

    def is_unsure(self, terms: CeilingTerms, *, halved: bool) -> bool:
        """Whether its amount, or that it is added up, rests on what is not confirmed; `halved` is a month that halves
        the ceilings."""
        counts = self.share >= self.limits.counted_from
        used: list[rules.Sourced[int] | rules.Sourced[bool]] = []
        if halved and self.care.disease is not None:
            used.append(terms.specified_disease_halved)
        if halved and counts and not self.limits.elderly:
            used.append(terms.counted_from_when_halved)
        if self.reduced and counts:
            used.append(terms.remainder_counts)
        return self.limits.unconfirmed or any(one.status is not rules.Status.CONFIRMED for one in used)
