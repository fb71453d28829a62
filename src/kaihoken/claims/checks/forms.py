"""How 記号 and 番号 look by insurer, and from which age one is what one is to it (rule family claims/number-forms)."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Literal

import msgspec

from kaihoken.identity import InsurerNumber


class NumberForm(msgspec.Struct, frozen=True):
    """記号 and 番号 of the insurers of some 法別番号, or of single `insurers`. `symbol_digits` and `number_digits` are
    the fewest and the most digits where there are only digits, `symbols` the words that alone may be 記号; `sure`
    is whether a confirmed source asks for it today."""

    symbol: Literal["required", "optional", "none"]
    symbol_digits: tuple[int, int] | None
    number_digits: tuple[int, int] | None
    sure: bool
    laws: tuple[str, ...] = ()
    insurers: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()


class NumberForms(msgspec.Struct, frozen=True, dict=True):
    """Every form that is known, ages of office checks, and the word that 摘要 has where the insurer is 不詳."""

    family: ClassVar[str] = "claims/number-forms"

    forms: tuple[NumberForm, ...]
    self_from_age: int
    late_elderly_from_age: int
    unstated: str

    @cached_property
    def _by_law(self) -> Mapping[str, NumberForm]:
        return {law: form for form in self.forms for law in form.laws}

    @cached_property
    def _by_insurer(self) -> Mapping[str, NumberForm]:
        return {insurer: form for form in self.forms for insurer in form.insurers}

    def of(self, insurer: InsurerNumber) -> NumberForm | None:
        """The form of an insurer: its own, else that of its 法別番号; None where nothing is known of it."""
        return self._by_insurer.get(insurer.canonical) or self._by_law.get(insurer.law.code)
