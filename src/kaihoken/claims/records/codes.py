"""The code tables (別表) of claim files: which codes a field may hold, and what each is called, by the month."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

import msgspec

from kaihoken import rules


class Meaning(StrEnum):
    """What a code says, where our own code has to know it: the digits stand in the tables alone."""

    FUND = "fund"  # 審査支払機関: 支払基金
    FEDERATION = "federation"  # 国保連
    AT_WORK = "at-work"  # 職務上の事由: 職務上, 通勤災害
    REDUCED = "reduced"  # 減免区分: 減額
    FIRST_CLAIM = "first-claim"  # 確認区分 that whoever claims writes
    NOT_IN_KIND = "not-in-kind"  # 窓口負担額区分: no 高額療養費 in kind
    IN_KIND = "in-kind"
    IN_KIND_OFTEN = "in-kind-often"  # 多数回該当
    HALF_CEILING = "half-ceiling"  # 特記事項: 高半
    THIRD_PARTY = "third-party"  # 特記事項: 第三


class ClaimCode(msgspec.Struct, frozen=True, kw_only=True):
    """One code. `first` and `last` are the first days of the months between which it stands, None without limit;
    `sure` is False where no two sources agree on it."""

    code: str
    name: str
    first: date | None = None
    last: date | None = None
    sure: bool = True
    means: Meaning | None = None

    def stands_in(self, month: date) -> bool:
        """Whether it may be written in the month that begins on `month`."""
        return (self.first is None or self.first <= month) and (self.last is None or month <= self.last)


class CodeTable(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """One 別表. `id` is what a field of a layout names in `codes`."""

    id: str
    name: str
    codes: tuple[ClaimCode, ...]
    sure: bool = True

    @cached_property
    def by_code(self) -> Mapping[str, ClaimCode]:
        """The codes of all months."""
        return {code.code: code for code in self.codes}

    @cached_property
    def width(self) -> int:
        """How long a code is: a longer field holds several, one behind the other. 0 where they differ in length: a
        field holds one."""
        lengths = {len(code.code) for code in self.codes}
        return lengths.pop() if len(lengths) == 1 else 0

    def named(self, code: str, month: date) -> ClaimCode | None:
        """The code as written in a file of the month that begins on `month`; None where it does not stand in it."""
        found = self.by_code.get(code)
        return found if found is not None and found.stands_in(month) else None

    def meaning(self, code: str) -> Meaning | None:
        """What a code says; None for one of which nothing has to be known, or that there is not."""
        found = self.by_code.get(code)
        return found.means if found is not None else None

    def unknown_in(self, value: str, month: date) -> tuple[str, ...]:
        """What in the value of a field, one code or several one behind the other, this table does not have in that
        month, in the order written."""
        width = self.width or len(value) or 1
        written = (value[at : at + width] for at in range(0, len(value), width))
        return tuple(code for code in written if self.named(code, month) is None)


class CodeTables(msgspec.Struct, frozen=True, dict=True):
    """Code tables of one kind of file: a rule family for each."""

    family: ClassVar[str]

    tables: tuple[CodeTable, ...]

    @cached_property
    def by_id(self) -> Mapping[str, CodeTable]:
        """The tables by id."""
        return {table.id: table for table in self.tables}


class ClaimCodes(CodeTables, frozen=True):
    """Those of what is claimed (rule family claims/code-tables)."""

    family: ClassVar[str] = "claims/code-tables"


class ReturnedCodes(CodeTables, frozen=True):
    """Those of what comes back (rule family claims/code-tables-returned)."""

    family: ClassVar[str] = "claims/code-tables-returned"


def code_tables(month: date, kind: type[CodeTables] = ClaimCodes) -> Mapping[str, CodeTable]:
    """The tables by id, of the month that begins on `month`. Raises Problem `rules.no_version`."""
    return rules.load(kind, on=month).by_id
