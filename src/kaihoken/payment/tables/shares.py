"""一部負担金の割合 in columns: the twin of `statutory_share` for those with an insurance."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaihoken import rules
from kaihoken.payment.shares import StatutoryShare
from kaihoken.payment.tables.ceilings import Codes, Flags
from kaihoken.payment.tables.days import Births, Days, day_number
from kaihoken.problems import Problem

NOT_KNOWN: Final = -1
"""A registered share that nobody has; as an answer, what has to be asked."""

WHOLE_THEN_CLAIM: Final = -2
"""特別療養費."""

_AGE_OF_LATE: Final = 75
_ELDERLY_AGE: Final = 70
_SCHOOL_AGE: Final = 6
_FAR: Final = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured:
    """People on a day, in columns of one length: `born` and `on` as days (`day_number`), whether their insurance is
    後期 (`late`), whether 特別療養費 is written on the certificate (`special`), the registered share or NOT_KNOWN."""

    born: Days
    on: Days
    late: Flags
    special: Flags
    registered: Codes

    def __len__(self) -> int:
        return len(self.on)


@dataclass(frozen=True, slots=True)
class Shares:
    """The lawful shares in percent, `low` and `high`: one and the same where it is known, the span where not; both
    NOT_KNOWN or WHOLE_THEN_CLAIM where there is none."""

    low: Codes
    high: Codes


def shares_of(of: Insured) -> Shares:
    """The share of each. Problem `rules.no_version` for a day without a law."""
    low = np.full(len(of), NOT_KNOWN, dtype=np.int8)
    high = low.copy()
    births = Births.of(of.born)
    done = of.on < of.born
    for version in rules.PACKAGED.versions(StatutoryShare.family):
        first = day_number(version.effective_from)
        last = _FAR if version.effective_to is None else day_number(version.effective_to)
        within = (first <= of.on) & (of.on <= last) & ~done
        if within.any():
            law = rules.load(StatutoryShare, on=version.effective_from)
            _by_law(law, of, births, low, high, within)
            done |= within
    if not done.all():
        raise Problem("rules.no_version", where=StatutoryShare.family, family=StatutoryShare.family, day="")
    return Shares(low, high)


def _by_law(law: StatutoryShare, of: Insured, births: Births, low: Codes, high: Codes, within: Flags) -> None:
    """Fill in those of one version of the law, from the last step of `statutory_share` to its first."""
    until = law.preschool_until_age
    preschool = (
        of.on <= births.school_year_end(_SCHOOL_AGE) if until is None else of.on < births.month_after(until)
    )
    _fill(low, high, within & ~preschool, law.ordinary_percent, law.ordinary_percent)
    _fill(low, high, within & preschool, law.preschool_percent, law.preschool_percent)

    elderly = within & (of.on >= births.month_after(_ELDERLY_AGE))
    reduced = law.elderly.reduced
    spared = elderly & (of.born <= day_number(reduced.born_until)) if reduced is not None else _none(within)
    highest = law.elderly.high_income_percent
    _span(low, high, of, elderly & ~spared, (law.elderly.general_percent, highest))
    if reduced is not None:
        _span(low, high, of, spared, (reduced.percent, highest))

    lawful = law.late_elderly.percents
    grown = within & (of.on >= births.birthday(_AGE_OF_LATE))
    _fill(low, high, grown, min(lawful), max(lawful))
    _span(low, high, of, within & of.late, lawful)

    special = within & of.special
    age = law.whole_then_claim.spared_until_age
    young = special & (of.on <= births.school_year_end(age)) if age is not None else _none(within)
    _fill(low, high, special, WHOLE_THEN_CLAIM, WHOLE_THEN_CLAIM)
    _fill(low, high, young, NOT_KNOWN, NOT_KNOWN)


def _span(low: Codes, high: Codes, of: Insured, where: Flags, lawful: tuple[int, ...]) -> None:
    """The registered share where the law has it, else the span."""
    _fill(low, high, where, min(lawful), max(lawful))
    known = where & np.isin(of.registered, lawful)
    low[known] = high[known] = of.registered[known]


def _fill(low: Codes, high: Codes, where: NDArray[np.bool_], least: int, most: int) -> None:
    low[where], high[where] = least, most


def _none(like: Flags) -> Flags:
    return np.zeros_like(like)
