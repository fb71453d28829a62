"""The mends of form: for which finding a field has exactly one certain writing, and what no mend may touch."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeAlias

from kaihoken.claims.finding import Finding
from kaihoken.claims.records import Field

Mend: TypeAlias = Callable[[Field, str, Finding], str | None]
"""The text as it should stand, None where that is not certain."""

NEVER = frozenset(
    (
        "name",
        "points",
        "patient_yen",
        "reduced_yen",
        "relief_yen",
        "outpatient_yen",
        "inpatient_yen",
        "meal_yen",
        "amount",
        "times",
        "count",
        "yen",
        "confirmation",
        "day",
        "days",
    )
)
"""Fields by key that are never changed: names, amounts, points, counts, days, and 確認区分, which is the
審査支払機関's to write."""

_LONG_VOWEL_LOOKALIKES = str.maketrans({"―": "ー", "－": "ー"})
_INSURER_DIGITS = (4, 6)
_INSURER_LENGTH = 8


def _without_spaces_behind(_field: Field, text: str, _: Finding) -> str | None:
    return text.rstrip(" ") or None


def _without_zeros(field: Field, text: str, _: Finding) -> str | None:
    """Zeros in front of a whole number say nothing."""
    return (text.lstrip("0") or "0") if field.kind == "integer" and re.fullmatch("[0-9]+", text) else None


def _long_vowel(_field: Field, text: str, _: Finding) -> str | None:
    return text.translate(_LONG_VOWEL_LOOKALIKES)


def _wide_kana(field: Field, text: str, _: Finding) -> str | None:
    """Half-width kana of a reading as two-byte kana: each has one."""
    return unicodedata.normalize("NFKC", text) if field.kind == "kana" else None


def _padded_insurer(field: Field, text: str, _: Finding) -> str | None:
    """保険者番号 stands at the right of its eight places: four or six digits have blanks in front."""
    digits = text.strip(" ")
    known = re.fullmatch("[0-9]+", digits) and len(digits) in _INSURER_DIGITS
    return digits.rjust(_INSURER_LENGTH) if field.key == "insurer" and known else None


def _named_branch(field: Field, _: str, finding: Finding) -> str | None:
    """枝番 as the registered coverage has it, where the answer to the eligibility question names it."""
    branch = str(finding.facts.get("branch", ""))
    return branch if field.key == "branch" and re.fullmatch("[0-9]{2}", branch) else None


MENDS: Mapping[str, Mend] = {
    "form.padded": _without_spaces_behind,
    "form.zeros": _without_zeros,
    "form.long-vowel": _long_vowel,
    "form.half-kana": _wide_kana,
    "form.short": _padded_insurer,
    "eligibility.branch": _named_branch,
}
"""By check: what is changed is the form of one field."""
