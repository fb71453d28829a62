"""財産処分: what is returned of a subsidy when the property is given up before its time. Pure.

定額法: of so many years of life, those that have not passed. A started year does not count as passed, and what is below
one yen is dropped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kaihoken import rules
from kaihoken.adoption.doubt import once, unsure
from kaihoken.adoption.law import Asset, Closing, Depreciation
from kaihoken.payment.fees import Doubt
from kaihoken.problems import Problem


@dataclass(frozen=True, slots=True)
class Held:
    """Property that was paid for from the fund: `yen` is what the fund paid, or what was given in kind is worth."""

    asset: Asset
    yen: int
    since: date


@dataclass(frozen=True, slots=True)
class Returned:
    """What is returned for one piece: of `yen` over `life` years, after `passed` whole ones."""

    asset: Asset
    yen: int
    life: int
    passed: int
    returned: int


@dataclass(frozen=True, slots=True)
class Return:
    """What is returned in all on a day; nothing where `spared` says why."""

    on: date
    pieces: tuple[Returned, ...]
    spared: Closing | None
    doubts: tuple[Doubt, ...]

    @property
    def yen(self) -> int:
        """The sum."""
        return sum(one.returned for one in self.pieces)


def to_return(held: Iterable[Held], on: date, reason: Closing | None = None) -> Return:
    """What is returned when everything is given up on a day, for a reason that matters (None: any other).

    Problem `adoption.closing-before` for a day before something was there, `rules.no_version` before 2021-07-30.

    >>> to_return([Held(Asset.READER, 99_000, date(2022, 10, 1))], date(2023, 10, 1)).yen
    79200
    """
    law = rules.load(Depreciation, on=on)
    said = next((one for one in law.reasons if one.key is reason), None)
    if reason is not None and said is None:
        raise Problem("adoption.closing-reason", where="closing.reason", reason=reason)
    spared = said.key if said is not None and not said.returns else None
    pieces = tuple(_piece(law, one, on, free=spared is not None) for one in held)
    doubts: list[Doubt] = list(unsure("reason", said.standing)) if said is not None else []
    if spared is None:
        doubts += _doubts(law, pieces, on, held_since={one.since for one in held})
    return Return(on, pieces, spared, once(doubts))


def _piece(law: Depreciation, held: Held, on: date, *, free: bool) -> Returned:
    if on < held.since:
        raise Problem("adoption.closing-before", where="closing.day", since=held.since.isoformat())
    life, passed = law.lives[held.asset].value, _years(held.since, on)
    left = 0 if free else max(life - passed, 0)
    return Returned(held.asset, held.yen, life, passed, held.yen * left // life)


def _years(since: date, on: date) -> int:
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def _doubts(
    law: Depreciation, pieces: tuple[Returned, ...], on: date, *, held_since: set[date]
) -> Iterator[Doubt]:
    for piece in pieces:
        if piece.returned:
            yield from unsure("life", law.lives[piece.asset])
        if piece.asset is not Asset.READER:
            yield from unsure("allocation", law.allocation)
    if any((since.month, since.day) != (on.month, on.day) for since in held_since):
        yield from unsure("part-of-a-year", law.part_of_a_year)
