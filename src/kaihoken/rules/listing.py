"""Every rule file and code list in one table, for `kaihoken rules list`."""

from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable

import msgspec

from kaihoken.rules.book import RuleBook
from kaihoken.rules.code_lists import CodeBook, CodeList
from kaihoken.rules.contents import read_contents
from kaihoken.rules.version import Status


class Row(msgspec.Struct, frozen=True):
    """One file. `effective_from` is None for a code list; `unconfirmed_values` counts the single values inside that
    say of themselves that they are unconfirmed."""

    file: str  # path below the rules folder
    effective_from: date | None
    effective_to: date | None
    status: Status
    unconfirmed_values: int
    ja: str
    en: str
    source: str
    url: str | None

    @property
    def days(self) -> str:
        """The days in words: "2019-04-01 … 2022-09-30"."""
        if self.effective_from is None:
            return "—"
        until = f" {self.effective_to.isoformat()}" if self.effective_to else ""
        return f"{self.effective_from.isoformat()} …{until}"

    @property
    def certainty(self) -> str:
        """The status, with the number of values that are less sure."""
        unsure = f" ({self.unconfirmed_values} unconfirmed)" if self.unconfirmed_values else ""
        return self.status + unsure


def rows(root: Traversable) -> Iterator[Row]:
    """The files in a rules folder: the families by name and day, then the code lists. Raises the problems of
    `RuleBook.load` and `CodeBook.code_list` for a faulty file."""
    families = read_contents(root).families
    book = RuleBook(root)
    for family in book.families():
        declared = families.get(family)
        for version in book.versions(family):
            yield Row(
                file=version.file,
                effective_from=version.effective_from,
                effective_to=version.effective_to,
                status=version.status,
                unconfirmed_values=_unconfirmed(version.values),
                ja=declared.ja if declared else "",
                en=declared.en if declared else "",
                source=version.source,
                url=version.url,
            )
    codes = CodeBook(root)
    for number in codes.numbers():
        yield _code_row(codes.code_list(number))


def _code_row(codes: CodeList) -> Row:
    return Row(
        file=codes.file,
        effective_from=None,
        effective_to=None,
        status=codes.status,
        unconfirmed_values=sum(code.status is Status.UNCONFIRMED for code in codes.codes.values()),
        ja=codes.ja,
        en=codes.en,
        source=codes.source,
        url=codes.url,
    )


def _unconfirmed(value: object) -> int:
    if isinstance(value, dict):
        return (value.get("status") == Status.UNCONFIRMED) + sum(map(_unconfirmed, value.values()))
    return sum(map(_unconfirmed, value)) if isinstance(value, list) else 0
