"""医学部臨時定員: the temporary seats of a prefecture by the rule of a fiscal year."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.workforce.training.basis import Basis, basis, needed


class Restore(msgspec.Struct, frozen=True):
    """What a 医師多数県 gets back: `share` of its seats of 2024 for each of the two conditions."""

    share: float
    reserved_per_100: float
    young_below: int
    old_from: int


class TotalSeats(msgspec.Struct, frozen=True, kw_only=True):
    """The seats of all medical schools together: at most so many, or fewer than so many."""

    at_most: int | None = None
    below: int | None = None


class TemporarySeatRules(msgspec.Struct, frozen=True):
    """Rule family workforce/temporary-seats. None is not found."""

    family: ClassVar[str] = "workforce/temporary-seats"
    may_end: ClassVar[bool] = (
        True  # each year has rules of its own, and those of the next may be planned only
    )

    majority_cut: float | None
    restore: Restore | None
    total: TotalSeats
    not_found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MajorityPrefecture:
    """What the rule asks of a 医師多数県. `reserved_per_100`: 恒久定員内地域枠 for each 100 permanent seats."""

    seats_2024: float
    seats_before: float
    reserved_per_100: float
    further_need: bool
    young_in_lower_half: bool
    old_in_upper_half: bool


@dataclass(frozen=True, slots=True)
class TemporarySeats:
    """Seats of a year, not rounded (how is not stated): what stays after the cut, and what comes back by each
    condition."""

    kept: float
    first_restored: float
    second_restored: float
    basis: Basis

    @property
    def seats(self) -> float:
        """All together."""
        return self.kept + self.first_restored + self.second_restored


def majority_seats(of: MajorityPrefecture, *, on: date) -> TemporarySeats:
    """The temporary seats of a 医師多数県. What is then left over is given out under the third part of the rule, which
    is not reckoned here.

    Raises Problem `workforce.training-input` for a year whose rule was not found, `rules.no_version` where the year's
    rule is only planned.
    """
    rule = rules.load(TemporarySeatRules, on=on)
    cut = needed(rule.majority_cut, "majority_cut")
    first = second = 0.0
    if rule.restore is not None and of.reserved_per_100 >= rule.restore.reserved_per_100 and of.further_need:
        first = rule.restore.share * of.seats_2024
        second = first if of.young_in_lower_half or of.old_in_upper_half else 0.0
    kept = of.seats_before - cut * of.seats_2024
    return TemporarySeats(kept, first, second, basis(TemporarySeatRules, on=on))


def minority_seats(wish: float, *, conditions_kept: bool, before: float, on: date) -> TemporarySeats:
    """Those of a 医師少数県: as it wishes while the conditions of temporary seats and of teaching are kept, else as
    before."""
    return TemporarySeats(
        wish if conditions_kept else min(wish, before), 0.0, 0.0, basis(TemporarySeatRules, on=on)
    )


def total_allowed(total: int, *, on: date, planned: bool = False) -> bool:
    """Whether the seats of all schools together stay within the year's ceiling; with `planned` by what is announced."""
    rule = (rules.load_as_planned if planned else rules.load)(TemporarySeatRules, on=on).total
    if rule.below is not None:
        return total < rule.below
    return total <= needed(rule.at_most, "total")
