"""記号・番号・枝番 that are more than digits: folded by `kaihoken.identity` itself, and numbered.

`statements/keys.sql` reads what is digits only, which nearly everything is; the rest comes here once for each text."""

from collections.abc import Callable

from kaihoken.identity import canonical_branch, canonical_number, canonical_symbol
from kaihoken.problems import Problem

_FIRST = -2
"""Below what the statements use: -1 is no 枝番."""
_LONGEST = 18
"""Digits that fit into a number of 64 bits."""


class Folded:
    """Gives every canonical form one number: the one that the statements give where it is digits only, else the next
    below zero. None for what cannot be read."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._symbols: dict[str, int] = {}

    @property
    def columns(self) -> dict[str, Callable[[str], int | None]]:
        """How each column is numbered."""
        return {"number": self.number, "symbol": self.symbol, "branch": self.branch}

    def number(self, text: str) -> int | None:
        """The number of a 番号."""
        canonical = canonical_number(text)
        if not canonical:
            return None
        if _plain(canonical):
            return int(canonical)
        return self._numbers.setdefault(canonical, _FIRST - len(self._numbers))

    def symbol(self, text: str) -> int | None:
        """The number of a 記号. Zeros in front count: the 1 before them keeps them."""
        canonical = canonical_symbol(text)
        if _plain("1" + canonical):
            return int("1" + canonical)
        return self._symbols.setdefault(canonical, _FIRST - len(self._symbols))

    def branch(self, text: str) -> int | None:
        """The number of a 枝番, -1 for none."""
        try:
            canonical = canonical_branch(text)
        except Problem:
            return None
        return int(canonical) if canonical else -1


def _plain(canonical: str) -> bool:
    return canonical.isascii() and canonical.isdigit() and len(canonical) <= _LONGEST
