"""What is known of a day of care, from whichever source, and what a source is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal, Protocol

import msgspec

from kaihoken.claims.eligibility.questions import CareDay
from kaihoken.coverage import DifferenceKind, Finding

BRANCH: Final = frozenset({DifferenceKind.BRANCH, DifferenceKind.BRANCH_MISSING})
OF_THE_PERSON: Final = (
    DifferenceKind.SEX,
    DifferenceKind.RELATION,
    DifferenceKind.KANA,
    DifferenceKind.NAME,
)


class Other(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The coverage that ran in place of the written one, as far as the source tells it."""

    insurer_number: str
    symbol: str = ""
    number: str = ""
    branch: str = ""


class DayAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One day of care. `finding` is None where the question was refused, with the code of the `problem`. `branch` is
    the registered 枝番 where the claim has none or another; `differs` what else of the person is registered
    otherwise, in the order of `OF_THE_PERSON`; `lost` the first day without the written coverage, `begins` its first
    day where that is later than the day of care; `collected` that its card had come back. Of a hub's answer
    `answer_hash` and `batch` say where its record stands in the log."""

    finding: Finding | None
    branch: str = ""
    differs: tuple[DifferenceKind, ...] = ()
    lost: date | None = None
    begins: date | None = None
    collected: bool = False
    other: Other | None = None
    answer_hash: str = ""
    batch: int | None = None
    problem: str = ""


def of_the_person(kinds: Iterable[str]) -> tuple[DifferenceKind, ...]:
    """Those of `OF_THE_PERSON` among some differences, each once."""
    there = frozenset(kinds)
    return tuple(kind for kind in OF_THE_PERSON if kind in there)


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a source knew. `broke` is the code of the problem that ended the asking early, "" where it came
    to its end; what is missing then was not answered."""

    by_day: Mapping[CareDay, DayAnswer]
    broke: str = ""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """How eligibility was asked: from where, about how many days, how many were answered, and what ended it early."""

    source: Literal["none", "hub", "table"] = "none"
    asked: int = 0
    answered: int = 0
    broke: str = ""


NOT_ASKED = Asking()


class Source(Protocol):
    """Where days of care are asked about: a hub, or an exported table of coverages."""

    @property
    def name(self) -> Literal["hub", "table"]:
        """Which of them."""
        ...

    def ask(self, days: Sequence[CareDay]) -> Answers:
        """Ask about all of them in one question. A source that fails in the middle gives what it knew until then."""
        ...
