"""The limit of a month at one institution, as a bill needs it."""

from typing import Protocol


class MonthLimit(Protocol):
    """限度額 of one person at one institution: which one that is, is for `payment.ceiling` to say."""

    def yen(self, cost_yen: int) -> int:
        """The limit of a month in which the care cost so much."""
        ...
