"""公費 side by side: in which order they pay."""

from typing import ClassVar

import msgspec


class PublicExpenseOrder(msgspec.Struct, frozen=True):
    """The order of 法別番号 in a claim (rule family payment/public-expense-order)."""

    family: ClassVar[str] = "payment/public-expense-order"

    laws: tuple[str, ...]

    def place(self, law: str) -> int:
        """Where a 法別番号 stands, counted from 0; those that the table lacks (地方単独) come last, side by side."""
        return self.laws.index(law) if law in self.laws else len(self.laws)
