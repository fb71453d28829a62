"""Small rule folders for the tests of the loader."""

from pathlib import Path
from typing import ClassVar

import msgspec

from kaihoken import rules

HEADER = """\
schema: {schema}
effective_from: {since}
effective_to: {until}
published: null
status: {status}
source: 官報
"""


class Fee(msgspec.Struct, frozen=True):
    """A family as a room would declare it."""

    family: ClassVar[str] = "fees/visit"

    yen: int


class Detail(msgspec.Struct, frozen=True):
    percent: int
    days: tuple[int, ...] = ()


class Detailed(msgspec.Struct, frozen=True):
    """A family with parts, a list, and a value that carries its own source."""

    family: ClassVar[str] = "fees/detailed"
    schema: ClassVar[int] = 2

    detail: Detail
    parts: tuple[Detail, ...]
    lag: rules.Sourced[int]


def a_version(
    root: Path,
    since: str,
    until: str = "null",
    *,
    values: str = "{yen: 100}",
    family: str = Fee.family,
    status: str = "confirmed",
    schema: int = 1,
    name: str | None = None,
) -> Path:
    """Writes one dated file and returns its path."""
    folder = root / family
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / (name or f"{since}.yaml")
    header = HEADER.format(schema=schema, since=since, until=until, status=status)
    file.write_text(f"{header}values: {values}\n", encoding="utf-8")
    return file


CODE_LIST = """\
schema: 1
list: OQSCD001
ja: 同意
en: Consent
published: null
status: confirmed
source: 業務コード仕様
values:
  - {code: "0", ja: なし, en: "no"}
  - {code: "1", ja: あり, en: certainly}
"""


def a_code_list(root: Path, content: str = CODE_LIST, number: str = "OQSCD001") -> Path:
    """Writes one code list and returns its path."""
    folder = root / "codes"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{number}.yaml"
    file.write_text(content, encoding="utf-8")
    return file
