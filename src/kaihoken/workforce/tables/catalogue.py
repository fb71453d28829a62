"""表の目録: every table that an analysis can need, as data: what it is, its shape and unit, where it is published,
whether it ships, and which analyses wait for it."""

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from kaihoken.problems import Problem

Place = Literal["area", "prefecture", "municipality", "nation", "code"]
"""What a row is of. "code": areas or facilities that have a code of their own (周産期医療圏, 施設)."""

Dimension = Literal["sex", "age", "year", "kind"]


class Measure(msgspec.Struct, frozen=True):
    """A column of figures. `low` and `high` bound the plausible median of a row's sum (for units wrong by a power of
    ten), `floor` and `ceiling` what a cell can be; `names` are the words under which sheets have it."""

    id: str
    ja: str
    unit: str
    names: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    floor: float | None = 0.0
    ceiling: float | None = None
    optional: bool = False


class Origin(msgspec.Struct, frozen=True):
    """Where a table is published: title, statistics code (政府統計コード) and table number (statInfId or dbview) of
    e-Stat, or a page. `known` is what the number is worth: confirmed, or not found so far."""

    title: str
    statistics: str = ""
    table: str = ""
    page: str = ""
    known: Literal["confirmed", "unconfirmed", "not-found"] = "unconfirmed"


class Entry(msgspec.Struct, frozen=True):
    """One table. `ages` names the age lists that it may come in; `kinds` what the dimension "kind" tells apart,
    `second_ja` the heading of a second code where a row is of a pair (発地と着地). In a `sparse` table rows are not
    there where their figure is small, so ages need not be complete."""

    id: str
    ja: str
    en: str
    about: str
    place: Place
    measures: tuple[Measure, ...]
    needed_by: tuple[str, ...]
    origins: tuple[Origin, ...]
    dimensions: tuple[Dimension, ...] = ()
    ages: tuple[str, ...] = ()
    kinds: Mapping[str, tuple[str, ...]] = {}
    kind_ja: str = "区分"
    second_ja: str = ""
    sparse: bool = False
    ships: tuple[str, ...] = ()
    note: str = ""

    @property
    def age_columns(self) -> bool:
        """Whether ages are columns: where one figure is asked for by age."""
        return "age" in self.dimensions and len(self.measures) == 1


class Analysis(msgspec.Struct, frozen=True):
    """What waits for tables."""

    ja: str
    en: str


class Catalogue(msgspec.Struct, frozen=True):
    """The tables, the analyses, age lists by name, and the words for key columns."""

    schema: int
    analyses: Mapping[str, Analysis]
    age_lists: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    tables: tuple[Entry, ...]


@cache
def catalogue() -> Catalogue:
    """What `catalogue.toml` says."""
    text = files("kaihoken.workforce.tables").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Catalogue)


def entry(table: str) -> Entry:
    """A table of the catalogue. Raises Problem `workforce.table-unknown`, with the nearest names."""
    known = {one.id: one for one in catalogue().tables}
    if table not in known:
        near = "、".join(difflib.get_close_matches(table, known, n=3)) or "—"
        raise Problem("workforce.table-unknown", where=table, table=table, near=near)
    return known[table]


def needed(analysis: str) -> tuple[Entry, ...]:
    """The tables that an analysis needs, shipped ones too."""
    return tuple(one for one in catalogue().tables if analysis in one.needed_by)
