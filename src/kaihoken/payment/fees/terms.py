"""Each item with the days for which its file speaks, found by its key or its 診療行為コード."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeAlias

from kaihoken import rules
from kaihoken.payment.fees.law import BaseFees, InformationItems, Item, StructureItems, TelehealthItems
from kaihoken.problems import Problem
from kaihoken.rules import Sourced, Status

_Family: TypeAlias = type[InformationItems | StructureItems | BaseFees | TelehealthItems]
ADD_ONS: tuple[_Family, ...] = (InformationItems, StructureItems)
TELEHEALTH: tuple[_Family, ...] = (TelehealthItems,)
_ALL: tuple[_Family, ...] = (*ADD_ONS, BaseFees, *TELEHEALTH)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that was used and is not confirmed: "points", "code", "months", "demands", "usage-rate". `source` says
    where it is from."""

    what: str
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """An item as it stands from `since` to `until` (None: until changed); `status` and `source` are those of its file,
    and so those of what it demands."""

    item: Item
    since: date
    until: date | None
    status: Status
    source: str

    def covers(self, on: date) -> bool:
        """Whether it stands on that day."""
        return self.since <= on and (self.until is None or on <= self.until)

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What of it is not confirmed."""
        item = self.item
        values: tuple[tuple[str, Sourced[int | None] | Sourced[str | None]], ...] = (
            ("points", item.points),
            ("code", item.code),
            ("months", item.months),
        )
        found = [Doubt(what, one.source) for what, one in values if one.status is not Status.CONFIRMED]
        if self.status is not Status.CONFIRMED:
            found.append(Doubt("demands", self.source))
        return tuple(found)


def terms_on(families: Iterable[_Family], on: date) -> tuple[Term, ...]:
    """The items in force on a day. Problem `rules.no_version` for a day that no file speaks for."""
    return tuple(term for family in families for term in _terms(family, rules.version(family, on=on)))


def points_of(code: str, on: date) -> Sourced[int | None] | None:
    """The points of a code on a day: of an add-on, a base fee or an item of オンライン診療. None where the code is none
    of these, or not in force that day; a value of None where the points are not known.

    >>> points_of("111704070", date(2026, 6, 1)).value
    15
    """
    item = item_of(code, on)
    return item.points if item is not None else None


def item_of(code: str, on: date) -> Item | None:
    """The item of a code on a day: an add-on, a base fee or an item of オンライン診療. None where the code is none of
    these, or not in force that day."""
    return next((term.item for term in _by_code().get(code, ()) if term.covers(on)), None)


def add_on_of(code: str) -> tuple[Term, ...]:
    """The add-on of a code in all its times, the oldest first; none where the code is no add-on of eligibility or
    DX."""
    return _add_ons_by_code().get(code, ())


def terms_of(add_on: str) -> tuple[Term, ...]:
    """The times of an add-on by its key ("dx-4") or its code. Problem `payment.add-on-unknown`."""
    found = _by_key().get(add_on) or add_on_of(add_on)
    if not found:
        raise Problem("payment.add-on-unknown", where="add_on", given=add_on)
    return found


def _terms(family: _Family, version: rules.Version) -> Iterable[Term]:
    for item in rules.load(family, on=version.effective_from).items:
        yield Term(item, version.effective_from, version.effective_to, version.status, version.source)


def _every(families: Iterable[_Family]) -> list[Term]:
    return [
        term
        for family in families
        for version in rules.PACKAGED.versions(family.family)
        for term in _terms(family, version)
    ]


def _grouped(terms: Iterable[tuple[str, Term]]) -> Mapping[str, tuple[Term, ...]]:
    found: dict[str, tuple[Term, ...]] = {}
    for name, term in terms:
        found[name] = (*found.get(name, ()), term)
    return found


@cache
def _by_code() -> Mapping[str, tuple[Term, ...]]:
    return _grouped((term.item.code.value, term) for term in _every(_ALL) if term.item.code.value)


@cache
def _add_ons_by_code() -> Mapping[str, tuple[Term, ...]]:
    return _grouped((term.item.code.value, term) for term in _every(ADD_ONS) if term.item.code.value)


@cache
def _by_key() -> Mapping[str, tuple[Term, ...]]:
    return _grouped((term.item.key, term) for term in _every(ADD_ONS))
