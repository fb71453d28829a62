"""被保険者等記号・番号・枝番: kept as written, compared in one canonical form.

The same certificate is typed 「１２－３４」, 「12ー34」 or 「12 - 34」, its 番号 with or without leading zeros. The
canonical form is what look-up keys are made of, so a change of these rules is a new NORMALISATION_VERSION and a
migration.
"""

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from kaihoken.problems import Problem

NORMALISATION_VERSION = 1
"""Version of the canonical forms below. It is part of every look-up key."""

DASHES = "-‐‑‒–—―⁃−─━﹘﹣－ーｰ˗➖"
"""Hyphens, dashes, minus signs, rules and long-vowel marks that people type for one another."""

_ONE_DASH = dict.fromkeys(map(ord, DASHES), "-")


def canonical_symbol(text: str) -> str:
    """記号 for comparing: NFKC, one kind of dash, capitals, no spaces and nothing invisible. "" stays ""."""
    if not text or (text.isascii() and text.isalnum()):
        return text.upper()
    return _folded(text)


def canonical_number(text: str) -> str:
    """番号 for comparing: like 記号, then without leading zeros (a number of zeros only is "0"). "" stays ""."""
    if text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    folded = _fixed(text)
    return folded and (folded.lstrip("0") or "0")


def canonical_branch(text: str, where: str = "") -> str:
    """枝番 as two ASCII digits, "" where there is none. Problem identity.branch when it is more or something else."""
    if not text or (len(text) == 2 and text.isascii() and text.isdigit()):
        return text
    folded = _fixed(text)
    if not folded:
        return ""
    branch = (folded.lstrip("0") or "0").zfill(2)
    if len(branch) == 2 and branch.isascii() and branch.isdigit():
        return branch
    raise Problem("identity.branch", where=where)


def canonical_reference(text: str) -> str:
    """照会番号 for comparing: like 記号, but capitals and small letters differ, and so do leading zeros: a facility
    numbers its patients as it likes. "" where nothing is left."""
    if text.isascii() and text.isalnum():
        return text
    while (folded := _shown_part(unicodedata.normalize("NFKC", text).translate(_ONE_DASH))) != text:
        text = folded
    return text


def _fold(text: str) -> str:
    return _shown_part(unicodedata.normalize("NFKC", text).translate(_ONE_DASH).upper())


def _shown_part(text: str) -> str:
    """The text without spaces and what cannot be seen."""
    together = "".join(text.split())
    if together.isprintable():
        return together
    return "".join(char for char in together if unicodedata.category(char) not in ("Cf", "Cc"))


def _fixed(text: str) -> str:
    # Taking a space away can bring a mark next to its letter, and capitals can decompose: fold until it rests.
    while (folded := _fold(text)) != text and not folded.isascii():
        text = folded
    return folded


# 記号 name a workplace and repeat; 番号 name a person and are not kept in memory.
_folded = lru_cache(maxsize=4096)(_fixed)


@dataclass(frozen=True, slots=True)
class InsuredNumber:
    """記号・番号・枝番 of one person exactly as received. 記号 and 枝番 may be "".

    Raises identity.insured-number when there is no 番号, identity.branch when 枝番 is not one.
    """

    symbol: str = field(repr=False)
    number: str = field(repr=False)
    branch: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not canonical_number(self.number):
            raise Problem("identity.insured-number")
        canonical_branch(self.branch)

    @property
    def canonical(self) -> tuple[str, str, str]:
        """記号, 番号, 枝番 in the form to compare."""
        return canonical_symbol(self.symbol), canonical_number(self.number), canonical_branch(self.branch)
