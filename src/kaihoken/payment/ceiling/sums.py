"""What is added up on the way through a household's month."""

from kaihoken.payment.ceiling.household import Care, Member
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
    """The claims of one person at one institution, with what was dispensed on its prescriptions. `reduced`: 公費 or
    特定疾病 left less to the patient than the share or the ceiling."""

    __slots__ = ("care", "limits", "member", "reduced", "share")

    def __init__(self, care: Care, member: Member, limits: Limits) -> None:
        super().__init__()
        self.claims = 1
        self.care = care
        self.member = member
        self.limits = limits
        self.share = 0
        self.reduced = care.own_payment is not None or care.disease is not None
