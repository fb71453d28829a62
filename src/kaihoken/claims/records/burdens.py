"""負担区分: which of the payers of a receipt bear an act."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import ClassVar

import msgspec

from kaihoken import rules


class Burdens(msgspec.Struct, frozen=True, dict=True):
    """Who bears, by 負担区分 (rule family claims/burdens): the 負担者種別 of each in one string."""

    family: ClassVar[str] = "claims/burdens"

    burdens: Mapping[str, str]

    @cached_property
    def payers(self) -> Mapping[str, frozenset[str]]:
        """The 負担者種別 by 負担区分."""
        return {code: frozenset(kinds) for code, kinds in self.burdens.items()}

    @cached_property
    def codes(self) -> Mapping[frozenset[str], str]:
        """The other way round."""
        return {kinds: code for code, kinds in self.payers.items()}


def payers_of(burden: str, month: date) -> frozenset[str]:
    """Who bears an act with this 負担区分, as 負担者種別: "1" the insurance, "2" to "5" the first to fourth 公費 in the
    order in which they stand on the receipt. Nobody for a code that there is not."""
    return rules.load(Burdens, on=month).payers.get(burden, frozenset())


def burden_of(payers: frozenset[str], month: date) -> str:
    """The 負担区分 where just these bear. Raises KeyError where none is made for them (nobody, or a sixth)."""
    return rules.load(Burdens, on=month).codes[payers]
