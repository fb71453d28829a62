"""What is added up on the way through a household's month."""

from typing import NamedTuple

from kaihoken import rules
from kaihoken.payment.ceiling.household import Care, Member
from kaihoken.payment.ceiling.law import CeilingTerms
from kaihoken.payment.ceiling.limits import Limits


class Part(NamedTuple):
    """What an insurer looks at for 付加給付: yen that remain of so many claims, and whether 公費 bears one of them."""

    amount: int
    claims: int
    subsidised: bool


class Sum:
    """What is added up: yen that remain to the patient, the cost behind them, of how many claims, and in which parts:
    claims, and what a ceiling made one."""

    __slots__ = ("amount", "claims", "cost", "parts")

    def __init__(self) -> None:
        self.amount = 0
        self.cost = 0
        self.claims = 0
        self.parts: list[Part] = []

    def hold(self, ceiling: int) -> None:
        """Keeps the whole to a ceiling, as one part."""
        self.amount = ceiling
        self.parts = [Part(ceiling, self.claims, any(part.subsidised for part in self.parts))]

    def take(self, claim: "Claim") -> None:
        """Adds a claim."""
        self.amount += claim.amount
        self.cost += claim.cost
        self.claims += 1
        self.parts.append(claim.part)

    def add(self, other: "Sum") -> None:
        """Adds what was added up."""
        self.amount += other.amount
        self.cost += other.cost
        self.claims += other.claims
        self.parts += other.parts


class Claim:
    """The claims of one person at one institution, with what was dispensed on its prescriptions. `subsidised`: 公費
    bears of it; `reduced`: 公費 or 特定疾病 left less to the patient than the share or the ceiling."""

    __slots__ = ("amount", "care", "cost", "limits", "member", "reduced", "share", "subsidised")

    def __init__(self, care: Care, member: Member, limits: Limits) -> None:
        self.care = care
        self.member = member
        self.limits = limits
        self.cost = self.share = self.amount = 0
        self.subsidised = care.own_payment is not None
        self.reduced = self.subsidised or care.disease is not None

    @property
    def part(self) -> Part:
        """The claim as a part of its own."""
        return Part(self.amount, 1, self.subsidised)

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
