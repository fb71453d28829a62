"""How 記号 and 番号 look by insurer, and from which age one is what one is to it (rule family claims/number-forms)."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Literal

import msgspec


class NumberForm(msgspec.Struct, frozen=True):
    """記号 and 番号 of the insurers of some 法別番号. `symbol_digits` and `number_digits` are the fewest and the most
    digits where there are only digits; `sure` whether a confirmed source asks for it today."""

    laws: tuple[str, ...]
    symbol: Literal["required", "optional", "none"]
    symbol_digits: tuple[int, int] | None
    number_digits: tuple[int, int] | None
    sure: bool


class NumberForms(msgspec.Struct, frozen=True, dict=True):
    """Every form that is known, and ages of office checks."""

    family: ClassVar[str] = "claims/number-forms"

    forms: tuple[NumberForm, ...]
    self_from_age: int
    late_elderly_from_age: int

    @cached_property
    def by_law(self) -> Mapping[str, NumberForm]:
        """By 法別番号."""
        return {law: form for form in self.forms for law in form.laws}
