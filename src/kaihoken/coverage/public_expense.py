"""公費 of one person side by side: in which order they leave."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.coverage.history import PublicExpense


class PublicExpenseOrder(msgspec.Struct, frozen=True):
    """The order of 法別番号 in a claim (rule family coverage/public-expense-order)."""

    family: ClassVar[str] = "coverage/public-expense-order"

    laws: tuple[str, ...]


def in_order(subsidies: Sequence[PublicExpense], today: date) -> Sequence[PublicExpense]:
    """第1公費 first: in the order of claims, those of municipalities (地方単独) last, by number and first day."""
    if len(subsidies) < 2:
        return subsidies
    laws = rules.load(PublicExpenseOrder, on=today).laws
    return sorted(subsidies, key=lambda one: (_place(one, laws), one.payer_number, one.start))


def _place(subsidy: PublicExpense, laws: tuple[str, ...]) -> int:
    law = subsidy.payer_number[:2]
    return laws.index(law) if law in laws else len(laws)
