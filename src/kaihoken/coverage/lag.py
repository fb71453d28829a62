"""Two things about registration that the rules only know roughly: how long it takes, and what a failed match stops."""

from datetime import date
from typing import Annotated, ClassVar, TypeAlias

import msgspec

from kaihoken import rules
from kaihoken.coverage.history import Coverage, MatchState

Days: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=366)]

EVERY_FIELD = "*"
"""Stands for every field of the answer in a list of what a level stops."""


class RegistrationLag(msgspec.Struct, frozen=True):
    """Days until a new coverage is usually visible (rule family coverage/registration-lag)."""

    family: ClassVar[str] = "coverage/registration-lag"

    employer_notice_days: rules.Sourced[Days]  # fact → 資格取得届
    insurer_registration_days: rules.Sourced[Days]  # 届出 → registered

    @property
    def usual_days(self) -> int:
        """Days from the change itself until the new coverage is usually seen."""
        return self.employer_notice_days.value + self.insurer_registration_days.value


class SuspensionLevels(msgspec.Struct, frozen=True):
    """What each level of suspended viewing stops: names of fields of `answer.Result`, or `EVERY_FIELD`
    (rule family coverage/suspension)."""

    family: ClassVar[str] = "coverage/suspension"

    suspended_1: rules.Sourced[tuple[str, ...]]
    suspended_2: rules.Sourced[tuple[str, ...]]
    suspended_3: rules.Sourced[tuple[str, ...]]

    def stopped(self, match: MatchState) -> tuple[str, ...]:
        """The fields that may not be viewed in that state of the match with J-LIS."""
        match match:
            case "suspended-1":
                return self.suspended_1.value
            case "suspended-2":
                return self.suspended_2.value
            case "suspended-3":
                return self.suspended_3.value
            case _:
                return ()


def lag_is_likely(coverage: Coverage | None, on: date) -> bool:
    """Whether a negative answer on that day may well mean that the new coverage is not registered yet.

    `coverage` is the last one known, which has ended: likely while the usual days since its end have not passed.
    With no coverage known nothing speaks against it.
    """
    if coverage is None or coverage.lost is None:
        return True
    return (on - coverage.lost).days < rules.load(RegistrationLag, on=on).usual_days
