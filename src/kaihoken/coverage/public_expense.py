"""公費 of one person side by side: in which order they leave."""

from collections.abc import Sequence
from datetime import date

from kaihoken import rules
from kaihoken.coverage.history import PublicExpense
from kaihoken.payment import PublicExpenseOrder


def in_order(subsidies: Sequence[PublicExpense], today: date) -> Sequence[PublicExpense]:
    """第1公費 first: in the order of claims, those of municipalities (地方単独) last, by number and first day."""
    if len(subsidies) < 2:
        return subsidies
    order = rules.load(PublicExpenseOrder, on=today)
    return sorted(subsidies, key=lambda one: (order.place(one.payer_number[:2]), one.payer_number, one.start))
