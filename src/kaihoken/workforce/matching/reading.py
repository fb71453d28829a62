"""Reads a round of matching from a folder: round.toml, posts.csv, doctors.csv, facts.csv. See
docs/workforce/matching.md.

Doctors are random keys; there is no column for a name.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.matching.criteria import MatchingOrder
from kaihoken.workforce.matching.posts import Doctor, Facts, Market, Post
from kaihoken.workforce.printing import FICTITIOUS
from kaihoken.workforce.tables import BadRow, read_own_table

ROUND_FILES: Final = ("round.toml", "posts.csv", "doctors.csv", "facts.csv")
"""The files of a round."""
EXAMPLE_ROUND: Final = Path(__file__).parent / "example"
"""The folder of a fictitious round (架空), which is also the template of one."""

_POSTS: Final = "code,region,seats,criteria\n"
_DOCTORS: Final = "key,wishes\n"
_FACTS: Final = "key,region,duty,returning,home_minutes\n"
_LIST: Final = " "
_YES: Final = {"true": True, "false": False, "": False}
T = TypeVar("T")


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    on: date
    fictitious: bool
    lottery: str
    minimum: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class ReadRound:
    """A round and the published order of its day, and by file what could not be read: while there is any, the round is
    not matched, for a list that is left out would change others' results."""

    market: Market
    order: MatchingOrder
    on: date
    watermark: str
    bad: Mapping[str, tuple[BadRow, ...]] = field(default_factory=dict)


def read_round(folder: Path) -> ReadRound:
    """Raises Problem `workforce.matching-file` for a file that is missing or cannot be read at all,
    `workforce.own-table-header` for a missing column, and those of `Market`."""
    try:
        head = msgspec.convert(tomllib.loads(_text(folder / "round.toml")), _Head)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _unreadable("round.toml", error) from error
    bad: dict[str, tuple[BadRow, ...]] = {}

    def rows(
        name: str, template: str, read: Callable[[Mapping[str, str]], T | tuple[str, str]]
    ) -> tuple[T, ...]:
        good, wrong = read_own_table(_text(folder / name), template, read)
        if wrong:
            bad[name] = wrong
        return good

    posts = rows("posts.csv", _POSTS, _post)
    facts: defaultdict[str, dict[str, Facts]] = defaultdict(dict)
    for known in rows("facts.csv", _FACTS, _fact):
        facts[known.key][known.region] = known.facts
    doctors = rows("doctors.csv", _DOCTORS, lambda row: _doctor(row, facts))
    market = Market((), (), {}, "") if bad else Market(doctors, posts, head.minimum, head.lottery)
    order = rules.load(MatchingOrder, on=head.on)
    return ReadRound(market, order, head.on, FICTITIOUS if head.fictitious else "", bad)


def _post(row: Mapping[str, str]) -> Post | tuple[str, str]:
    if not row["seats"].isdecimal():
        return "seats", row["seats"] or "(empty)"
    criteria = tuple(row["criteria"].split(_LIST)) if row["criteria"] else None
    return Post(row["code"], row["region"], int(row["seats"]), criteria)


@dataclass(frozen=True, slots=True)
class _Known:
    key: str
    region: str
    facts: Facts


def _fact(row: Mapping[str, str]) -> _Known | tuple[str, str]:
    for name in ("duty", "returning"):
        if row[name] not in _YES:
            return name, row[name]
    try:
        minutes = float(row["home_minutes"]) if row["home_minutes"] else None
    except ValueError:
        return "home_minutes", row["home_minutes"]
    return _Known(row["key"], row["region"], Facts(_YES[row["duty"]], _YES[row["returning"]], minutes))


def _doctor(row: Mapping[str, str], facts: Mapping[str, Mapping[str, Facts]]) -> Doctor | tuple[str, str]:
    if not row["key"]:
        return "key", "(empty)"
    return Doctor(row["key"], tuple(row["wishes"].split()), facts.get(row["key"], {}))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file.name, error) from error


def _unreadable(name: str, error: Exception) -> Problem:
    return Problem("workforce.matching-file", where=name, file=name, reason=str(error))
